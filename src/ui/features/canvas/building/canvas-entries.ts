// The menus of the canvas itself and of its notes.
import { t } from '../../../../i18n/i18n.ts'
import type { CanvasPoint } from '../../../../lab/build/gesture.ts'
import { performGesture, redo, undo } from '../../../lab/editing.ts'
import type { LabSession } from '../../../lab/session.ts'
import type { NotePlace } from '../../../stores/building-store.ts'
import { keepNote, writtenNote } from '../keep-notes.ts'
import { arrange } from '../arrange-later.ts'
import { forgetPositions } from '../move-nodes.ts'
import { surfaceOf } from '../surface.ts'
import * as commands from './commands.ts'
import { dropOf } from './drop.ts'
import { SEPARATOR } from './menu-entry.ts'
import type { MenuEntry } from './menu-entry.ts'

/** What can be done with an empty place. */
export function canvasEntries(session: LabSession, at: CanvasPoint): readonly MenuEntry[] {
  const { clipboard, hasMinimap } = session.building.getState()
  const { canUndo, canRedo } = session.editing.getState()
  const adds = (['machine', 'router', 'switch', 'outside', 'note'] as const).map((item): MenuEntry => {
    const run = async (): Promise<void> => {
      const topology = surfaceOf(session)?.topology
      if (topology === undefined) return
      const drop = dropOf({ kind: 'item', item }, { kind: 'canvas' }, at, topology)
      if (drop.kind === 'gesture') await performGesture(session, drop.gesture)
      else if (drop.kind === 'ask') session.building.setState({ asking: drop.asking })
    }
    return { kind: 'action', label: t(`palette.${item}`), run }
  })
  const entry = (label: string, keys: string, isDisabled: boolean, run: () => unknown): MenuEntry => {
    return { kind: 'action', label, keys, isDisabled, run }
  }
  return [
    ...adds,
    SEPARATOR,
    entry(t('editing.undo'), 'Ctrl+Z', !canUndo, () => undo(session)),
    entry(t('editing.redo'), 'Ctrl+Y', !canRedo, () => redo(session)),
    entry(t('building.paste'), 'Ctrl+V', clipboard === undefined, () => commands.pasteClipboard(session)),
    entry(t('building.selectAll'), 'Ctrl+A', false, () => commands.selectEverything(session)),
    SEPARATOR,
    entry(t('canvas.arrange'), 'L', false, () => arrange(session)),
    { kind: 'action', label: t('canvas.tidy'), run: () => forgetPositions(session) },
    {
      kind: 'action',
      label: t('canvas.minimap'),
      isChosen: hasMinimap,
      run: () => session.building.setState({ hasMinimap: !hasMinimap }),
    },
  ]
}

/** What can be done with a note. */
export function noteEntries(session: LabSession, note: NotePlace): readonly MenuEntry[] {
  const { text, x, y, isPlaced } = note
  const edit = { kind: 'note', text, at: { x, y }, isNew: false, wasPlaced: isPlaced } as const
  return [
    {
      kind: 'action',
      label: t('building.editNote'),
      keys: 'F2',
      run: () => session.building.setState({ asking: edit }),
    },
    SEPARATOR,
    {
      kind: 'action',
      label: t('building.delete'),
      keys: 'Del',
      isDanger: true,
      run: () => keepNote(session, writtenNote(note), undefined),
    },
  ]
}
