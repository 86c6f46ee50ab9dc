// What frames cost a page's main thread, from Chromium's own trace, in processor time: other programs on the machine do not count.

/** An event of Chromium's trace; times in microseconds, `tdur` without the time in which other programs had the processor. */
export interface BrowserEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
  readonly args?: { readonly name?: string; readonly data?: { readonly type?: string } }
}

export const TRACE_CATEGORIES = ['devtools.timeline', 'toplevel', '__metadata']

const SCRIPT = new Set([
  'BlinkScheduler_PerformMicrotaskCheckpoint',
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'HandlePostMessage',
  'RunMicrotasks',
  'TimerFire',
])
const STYLE = new Set(['UpdateLayoutTree', 'RecalculateStyles'])
const LAYOUT = 'Layout'
/** The first event of each move of the hand. */
const MOVE = new Set(['pointermove', 'wheel'])

/** Milliseconds of processor time. */
export interface GestureCost {
  /** The hand moves once a frame. What React puts off until after the next frame counts with the move that it comes from. */
  readonly frames: number
  readonly scriptMedianMs: number
  readonly script95Ms: number
  /** Script, style and layout of the gesture by its frames. */
  readonly workPerFrameMs: number
  readonly longestTaskMs: number
  readonly tasksOver50Ms: number
}

/** The cost of a gesture on the main thread that had most to do. */
export function gestureCost(events: readonly BrowserEvent[]): GestureCost {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const perMain = mains.map(({ pid, tid }) =>
    events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X'),
  )
  const own = (perMain.toSorted((a, b) => b.length - a.length)[0] ?? []).toSorted((a, b) => a.ts - b.ts)
  const isScript = ({ name }: BrowserEvent): boolean => SCRIPT.has(name)
  const isWork = (event: BrowserEvent): boolean => isScript(event) || STYLE.has(event.name) || event.name === LAYOUT
  const script = perMove(own, isScript).toSorted((a, b) => a - b)
  const work = perMove(own, isWork)
  const tasks = own.filter(({ name }) => name.endsWith('RunTask')).map(processorMs)
  return {
    frames: script.length,
    scriptMedianMs: rounded(script[Math.floor(script.length / 2)] ?? 0),
    script95Ms: rounded(script[Math.floor(script.length * 0.95)] ?? 0),
    workPerFrameMs: rounded(work.reduce((sum, ms) => sum + ms, 0) / Math.max(1, work.length)),
    longestTaskMs: rounded(Math.max(0, ...tasks)),
    tasksOver50Ms: tasks.filter((ms) => ms > 50).length,
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

function processorMs({ tdur, dur = 0 }: BrowserEvent): number {
  return (tdur ?? dur) / 1000
}

export function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
