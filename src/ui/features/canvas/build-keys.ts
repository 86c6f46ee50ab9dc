// The keys that build: letters add things, F2, Delete and the usual ones with Ctrl act on what is selected.
import type { LabSession } from '../../lab/session.ts'
import type { PaletteItem } from '../../stores/building-store.ts'
import { align, alignmentOf } from './align-keys.ts'
import { ITEM_KEYS } from '../palette/item-keys.ts'
import type * as commandsModule from './building/commands.ts'
import { selectedOf } from './selected.ts'

type Commands = typeof commandsModule

interface BuildKey {
  /** As `KeyboardEvent.key` has it, in lower case. */
  readonly key: string
  readonly withControl?: true
  /** What it does: a key of the texts of the section `shortcut`. */
  readonly name: 'connect' | 'rename' | 'delete' | 'duplicate' | 'copy' | 'cut' | 'paste' | 'selectAll'
  readonly needsSelection: boolean
  readonly run: (commands: Commands, session: LabSession) => unknown
}

export const BUILD_KEYS: readonly BuildKey[] = [
  { key: 'c', name: 'connect', needsSelection: true, run: (commands, session) => commands.connectSelected(session) },
  { key: 'f2', name: 'rename', needsSelection: true, run: (commands, session) => commands.renameSelected(session) },
  { key: 'delete', name: 'delete', needsSelection: true, run: (commands, session) => commands.deleteSelected(session) },
  {
    key: 'd',
    withControl: true,
    name: 'duplicate',
    needsSelection: true,
    run: (commands, session) => commands.duplicateSelected(session),
  },
  {
    key: 'c',
    withControl: true,
    name: 'copy',
    needsSelection: true,
    run: (commands, session) => commands.copySelected(session, false),
  },
  {
    key: 'x',
    withControl: true,
    name: 'cut',
    needsSelection: true,
    run: (commands, session) => commands.copySelected(session, true),
  },
  {
    key: 'v',
    withControl: true,
    name: 'paste',
    needsSelection: false,
    run: (commands, session) => commands.pasteClipboard(session),
  },
  {
    key: 'a',
    withControl: true,
    name: 'selectAll',
    needsSelection: false,
    run: (commands, session) => commands.selectEverything(session),
  },
]

/** Where keys belong to what one types or reads there. */
const ELSEWHERE =
  'input, textarea, select, [contenteditable], .xterm, dialog, [role="menu"], .tabs, [role="application"]:not(.react-flow)'

/** In a narrow window the lab tree is one of the tabs; its keys act on what is selected all the same. */
function isElsewhere(target: Element): boolean {
  return target.closest(ELSEWHERE) !== null && target.closest('.lab-tree') === null
}

/** Runs what a key press builds; tells whether it was one. */
export function handleBuildKey(session: LabSession, event: KeyboardEvent): boolean {
  const { isFixed, menu, asking } = session.building.getState()
  if (event.defaultPrevented || isFixed || menu !== undefined || asking !== undefined) return false
  if (session.lab.getState().phase !== 'ready') return false
  if (event.target instanceof Element && isElsewhere(event.target)) return false
  if (handleAlignKey(session, event)) return true
  if (event.altKey) return false
  const isControl = event.ctrlKey || event.metaKey
  const key = event.key === 'Backspace' ? 'delete' : event.key.toLowerCase()
  // Elsewhere Enter presses what has the focus.
  if (key === 'enter' && event.target === document.body && !isControl && selectedOf(session)[0]?.kind === 'device') {
    event.preventDefault()
    editAddress(session)
    return true
  }
  const item = isControl || event.shiftKey ? undefined : itemOf(key)
  if (item !== undefined) {
    event.preventDefault()
    void import('./building/add-item.ts').then(({ addItem }) => addItem(session, item))
    return true
  }
  const found = BUILD_KEYS.find((each) => each.key === key && (each.withControl ?? false) === isControl)
  if (found === undefined || event.shiftKey) return false
  if (found.needsSelection && selectedOf(session).length === 0) return false
  // A marked text is what one means to copy.
  if (found.name === 'copy' && window.getSelection()?.isCollapsed === false) return false
  event.preventDefault()
  void import('./building/commands.ts').then((commands) => found.run(commands, session))
  return true
}

/** Lines up several that are selected. */
export function handleAlignKey(
  session: LabSession,
  event: Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'preventDefault'>,
): boolean {
  const alignment = alignmentOf(event)
  if (alignment === undefined || selectedOf(session).length < 2) return false
  event.preventDefault()
  void align(session, alignment)
  return true
}

/** Enter: the address of the selected interface is edited where it stands. */
export function editAddress(session: LabSession): void {
  void import('./building/commands.ts').then(({ editAddressOf }) => editAddressOf(session))
}

/** Whether a key press acts on what is selected. */
export function isBuildKey(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): boolean {
  if (event.altKey) return false
  const isControl = event.ctrlKey || event.metaKey
  const key = event.key === 'Backspace' ? 'delete' : event.key.toLowerCase()
  if (!isControl && itemOf(key) !== undefined) return true
  return BUILD_KEYS.some((each) => each.needsSelection && each.key === key && (each.withControl ?? false) === isControl)
}

function itemOf(key: string): PaletteItem | undefined {
  const entry = Object.entries(ITEM_KEYS).find(([, itemKey]) => itemKey === key)
  return entry?.[0] as PaletteItem | undefined
}
