// What the measurements of the page read from Chromium's own trace, in processor time: other programs on the machine do not count.

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

/** Work of the page's own scripts, as Chromium names it. */
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

export const isScript = ({ name }: BrowserEvent): boolean => SCRIPT.has(name)

/** What happened on the main thread that had most to do, in order. */
export function mainThreadEvents(events: readonly BrowserEvent[]): readonly BrowserEvent[] {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const perMain = mains.map(({ pid, tid }) =>
    events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X'),
  )
  return (perMain.toSorted((a, b) => b.length - a.length)[0] ?? []).toSorted((a, b) => a.ts - b.ts)
}

export function processorMs({ tdur, dur = 0 }: BrowserEvent): number {
  return (tdur ?? dur) / 1000
}

/** Milliseconds of processor time. */
export interface ScriptAndTasks {
  readonly frames: number
  readonly scriptMedianMs: number
  readonly script95Ms: number
  readonly longestTaskMs: number
  readonly tasksOver50Ms: number
}

/** The figures of frames by the script of each, and of the tasks of a main thread. */
export function scriptAndTasks(perFrame: readonly number[], events: readonly BrowserEvent[]): ScriptAndTasks {
  const script = perFrame.toSorted((a, b) => a - b)
  const tasks = events.filter(({ name }) => name.endsWith('RunTask')).map(processorMs)
  return {
    frames: script.length,
    scriptMedianMs: rounded(script[Math.floor(script.length / 2)] ?? 0),
    script95Ms: rounded(script[Math.floor(script.length * 0.95)] ?? 0),
    longestTaskMs: rounded(Math.max(0, ...tasks)),
    tasksOver50Ms: tasks.filter((ms) => ms > 50).length,
  }
}

export function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
