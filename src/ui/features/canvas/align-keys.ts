// The keys that line things up, as other diagram editors have them. They are told by their place on the keyboard: with Alt a letter may type another sign.
import type { LabSession } from '../../lab/session.ts'
import type { Alignment } from './align.ts'

interface AlignKey {
  readonly code: string
  readonly modifiers: 'Ctrl+Shift' | 'Alt' | 'Alt+Shift'
  readonly sign: string
}

export const ALIGN_KEYS: Readonly<Record<Alignment, AlignKey>> = {
  left: { code: 'ArrowLeft', modifiers: 'Ctrl+Shift', sign: '←' },
  right: { code: 'ArrowRight', modifiers: 'Ctrl+Shift', sign: '→' },
  top: { code: 'ArrowUp', modifiers: 'Ctrl+Shift', sign: '↑' },
  bottom: { code: 'ArrowDown', modifiers: 'Ctrl+Shift', sign: '↓' },
  centre: { code: 'KeyH', modifiers: 'Alt', sign: 'H' },
  middle: { code: 'KeyV', modifiers: 'Alt', sign: 'V' },
  columns: { code: 'KeyH', modifiers: 'Alt+Shift', sign: 'H' },
  rows: { code: 'KeyV', modifiers: 'Alt+Shift', sign: 'V' },
}

/** As menus and lists show it. */
export function alignKeyText(alignment: Alignment): string {
  const { modifiers, sign } = ALIGN_KEYS[alignment]
  return `${modifiers}+${sign}`
}

type KeyPress = Pick<KeyboardEvent, 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

/** How a key press lines up, if it does. */
export function alignmentOf({ code, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): Alignment | undefined {
  const held = [ctrlKey || metaKey ? 'Ctrl' : '', altKey ? 'Alt' : '', shiftKey ? 'Shift' : '']
    .filter(Boolean)
    .join('+')
  const found = Object.entries(ALIGN_KEYS).find(([, key]) => key.code === code && key.modifiers === held)
  return found?.[0] as Alignment | undefined
}

/** Lines up what is selected. */
export async function align(session: LabSession, alignment: Alignment): Promise<void> {
  const { alignSelected } = await import('./building/align-selected.ts')
  alignSelected(session, alignment)
}
