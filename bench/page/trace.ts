// What each move of the hand costs a page's main thread.

import { isScript, mainThreadEvents, processorMs, rounded, scriptAndTasks } from '../../scripts/browser-trace.ts'
import type { BrowserEvent, ScriptAndTasks } from '../../scripts/browser-trace.ts'

const STYLE = new Set(['UpdateLayoutTree', 'RecalculateStyles'])
const LAYOUT = 'Layout'
/** The first event of each move of the hand. */
const MOVE = new Set(['pointermove', 'wheel'])

/** The hand moves once a frame. What React puts off until after the next frame counts with the move that it comes from. */
export interface GestureCost extends ScriptAndTasks {
  /** Script, style and layout of the gesture by its frames. */
  readonly workPerFrameMs: number
}

/** The cost of a gesture on the main thread that had most to do. */
export function gestureCost(events: readonly BrowserEvent[]): GestureCost {
  const own = mainThreadEvents(events)
  const isWork = (event: BrowserEvent): boolean => isScript(event) || STYLE.has(event.name) || event.name === LAYOUT
  const work = perMove(own, isWork)
  return {
    ...scriptAndTasks(perMove(own, isScript), own),
    workPerFrameMs: rounded(work.reduce((sum, ms) => sum + ms, 0) / Math.max(1, work.length)),
  }
}

/** Adds up what lies in nothing that counts already, from one move of the hand to the next. */
function perMove(events: readonly BrowserEvent[], counts: (event: BrowserEvent) => boolean): readonly number[] {
  const moves: number[] = []
  let insideUntil = 0
  for (const event of events) {
    if (event.name === 'EventDispatch' && MOVE.has(event.args?.data?.type ?? '')) moves.push(0)
    if (!counts(event) || event.ts < insideUntil || moves.length === 0) continue
    moves[moves.length - 1] = (moves.at(-1) ?? 0) + processorMs(event)
    insideUntil = event.ts + (event.dur ?? 0)
  }
  return moves
}
