// Keys that work anywhere on the page. None of them acts while one types, and none takes a key away from the browser.
import { arrange } from '../features/canvas/arrange-later.ts'
import { handleBuildKey } from '../features/canvas/build-keys.ts'
import { redo, undo } from './commands.ts'
import { seek, step, togglePlaying } from '../lab/playback.ts'
import type { LabSession } from '../lab/session.ts'
import { openTerminal } from '../lab/terminals.ts'

export interface Shortcut {
  /** As `KeyboardEvent.key` has it. */
  readonly key: string
  /** What it does: a key of the texts of the section `shortcut`. */
  readonly name:
    'play' | 'stepForward' | 'stepBack' | 'toStart' | 'toEnd' | 'ping' | 'terminal' | 'arrange' | 'gallery' | 'help'
  readonly run: (session: LabSession) => void
}

export const SHORTCUTS: readonly Shortcut[] = [
  { key: ' ', name: 'play', run: togglePlaying },
  { key: '.', name: 'stepForward', run: (session) => step(session, 1) },
  { key: ',', name: 'stepBack', run: (session) => step(session, -1) },
  { key: 'Home', name: 'toStart', run: (session) => seek(session, 0) },
  { key: 'End', name: 'toEnd', run: (session) => seek(session, session.clock.getState().now) },
  { key: 'p', name: 'ping', run: ({ view }) => view.setState({ dialog: 'ping-target' }) },
  { key: 't', name: 'terminal', run: (session) => openTerminal(session) },
  { key: 'l', name: 'arrange', run: (session) => void arrange(session) },
  { key: 'g', name: 'gallery', run: ({ view }) => view.setState({ dialog: 'gallery' }) },
  { key: '?', name: 'help', run: ({ view }) => view.setState({ dialog: 'shortcuts' }) },
]

/** Elements that use these keys themselves. */
const OWN_KEYS = 'input, textarea, select, button, summary, a, [role="tab"], [role="treegrid"] *, [role="separator"]'

/** Runs the shortcut of a key press, if it is one and nothing nearer wants it. */
export function handleShortcut(session: LabSession, event: KeyboardEvent): void {
  if (handleCommandKey(session, event) || handleUndo(session, event) || handleRegionKey(event)) return
  if (session.view.getState().dialog === undefined && handleBuildKey(session, event)) return
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
  if (session.view.getState().dialog !== undefined || isAsked(event)) return
  const shortcut = SHORTCUTS.find(({ key }) => key === event.key || key === event.key.toLowerCase())
  if (shortcut === undefined || (event.target instanceof Element && isTaken(event.target, event.key))) return
  event.preventDefault()
  shortcut.run(session)
}

/** Ctrl-K, from wherever one is, a terminal excepted: there it cuts the line. */
function handleCommandKey({ view }: LabSession, event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return false
  if (event.key.toLowerCase() !== 'k' || view.getState().dialog !== undefined) return false
  if (event.target instanceof Element && event.target.closest('.xterm') !== null) return false
  event.preventDefault()
  view.setState({ dialog: 'command' })
  return true
}

/** F6 and Shift-F6 go from one region of the page to the next, as windows have it: header, tree, canvas, inspector, panels. */
function handleRegionKey(event: KeyboardEvent): boolean {
  if (event.key !== 'F6' || event.defaultPrevented || event.ctrlKey || event.altKey) return false
  const regions = [...document.querySelectorAll<HTMLElement>('.header, .app__body .panel, .app__body .tabs')]
  const reachable = regions.filter((region) => firstStop(region) !== undefined)
  if (reachable.length === 0) return false
  const at = reachable.findLastIndex((region) => region.contains(document.activeElement))
  const next = (at + (event.shiftKey ? -1 : 1) + reachable.length) % reachable.length
  event.preventDefault()
  const region = reachable[at < 0 && event.shiftKey ? reachable.length - 1 : next]
  if (region !== undefined) firstStop(region)?.focus()
  return true
}

/** Where Tab would first stop within a region: not on the region's own scrolling box, if anything is inside. */
function firstStop(region: HTMLElement): HTMLElement | undefined {
  const stops = [...region.querySelectorAll<HTMLElement>('button, input, select, a[href], [tabindex="0"]')].filter(
    (stop) => stop.tabIndex >= 0 && stop.getClientRects().length > 0,
  )
  return stops.find((stop) => !stop.classList.contains('panel__content')) ?? stops[0]
}

/** Ctrl-Z, Ctrl-Shift-Z and Ctrl-Y, with the command key on a Mac. Text fields undo their own typing. */
function handleUndo(session: LabSession, event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey)) return false
  const key = event.key.toLowerCase()
  const isUndo = key === 'z' && !event.shiftKey
  const isRedo = key === 'y' || (key === 'z' && event.shiftKey)
  if (!isUndo && !isRedo) return false
  if (event.target instanceof Element && event.target.closest('input, textarea, .script__editor, .xterm') !== null)
    return false
  event.preventDefault()
  void (isUndo ? undo(session) : redo(session))
  return true
}

/** A menu or a question has the keys to itself. */
function isAsked({ target }: KeyboardEvent): boolean {
  return target instanceof Element && target.closest('dialog, [role="menu"]') !== null
}

/** Letters and signs mean nothing to a button or a row; blanks, Home and End do. */
function isTaken(target: Element, key: string): boolean {
  if (target.closest('input:not([type="checkbox"]), textarea, select, .script__editor') !== null) return true
  const isNavigation = key === ' ' || key === 'Home' || key === 'End'
  return isNavigation && (target.closest(OWN_KEYS) !== null || target.closest('.react-flow__node') !== null)
}
