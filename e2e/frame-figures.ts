// What frames cost the page's main thread, read from Chromium's own trace: script between one frame and the next, and long tasks.
import type { Page } from '@playwright/test'

/** An event of Chromium's trace; times in microseconds, `tdur` without the time in which other programs had the processor. */
interface BrowserEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
  readonly args?: { readonly name?: string }
}

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
/** Happens once a frame, between its scripts and its drawing. */
const FRAME = 'PrePaint'
/** Less is the browser's own looking whether there is something to do. */
const LEAST_WORK_MS = 0.1

export interface FrameFigures {
  /** Those for which a script ran. */
  readonly frames: number
  /** Script for a frame, in milliseconds of processor time. */
  readonly scriptMedianMs: number
  readonly script95Ms: number
  /** Tasks in milliseconds of processor time. */
  readonly longestTaskMs: number
  readonly tasksOver50Ms: number
}

export async function startFrameTrace(page: Page): Promise<void> {
  await page
    .context()
    .browser()!
    .startTracing(page, { categories: ['devtools.timeline', 'toplevel', '__metadata'] })
}

export async function stopFrameTrace(page: Page): Promise<readonly BrowserEvent[]> {
  const recorded = await page.context().browser()!.stopTracing()
  const { traceEvents } = JSON.parse(recorded.toString()) as { traceEvents: readonly BrowserEvent[] }
  return traceEvents
}

/** Figures of the busiest renderer's main thread. */
export function frameFigures(events: readonly BrowserEvent[]): FrameFigures {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const perMain = mains.map(({ pid, tid }) =>
    events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X'),
  )
  const own = (perMain.toSorted((a, b) => b.length - a.length)[0] ?? []).toSorted((a, b) => a.ts - b.ts)
  const perFrame = scriptPerFrame(own)
    .filter((ms) => ms > LEAST_WORK_MS)
    .toSorted((a, b) => a - b)
  const tasks = own.filter(({ name }) => name.endsWith('RunTask')).map(processorMs)
  return {
    frames: perFrame.length,
    scriptMedianMs: rounded(perFrame[Math.floor(perFrame.length / 2)] ?? 0),
    script95Ms: rounded(perFrame[Math.floor(perFrame.length * 0.95)] ?? 0),
    longestTaskMs: rounded(Math.max(0, ...tasks)),
    tasksOver50Ms: tasks.filter((ms) => ms > 50).length,
  }
}

/** Adds up the scripts that lie in no other script, from one frame to the next. */
function scriptPerFrame(events: readonly BrowserEvent[]): readonly number[] {
  const frames: number[] = []
  let [sum, insideUntil] = [0, 0]
  for (const event of events) {
    if (event.name === FRAME) {
      frames.push(sum)
      sum = 0
    } else if (SCRIPT.has(event.name) && event.ts >= insideUntil) {
      sum += processorMs(event)
      insideUntil = event.ts + (event.dur ?? 0)
    }
  }
  return frames
}

function processorMs({ tdur, dur = 0 }: BrowserEvent): number {
  return (tdur ?? dur) / 1000
}

interface Watched {
  readonly tasks: number[]
  readonly seen: Record<string, number>
}

/**
 * Notes tasks over 50 ms from the first script on, for `tasksOf`; and when an element that a selector finds is first in
 * the page, for `firstSeen`.
 */
export async function watch(page: Page, selectors: Readonly<Record<string, string>> = {}): Promise<void> {
  await page.addInitScript((wanted) => {
    const watched: Watched = { tasks: [], seen: {} }
    Object.assign(globalThis, { watched })
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) watched.tasks.push(Math.round(duration))
    }).observe({ type: 'longtask', buffered: true })
    const look = (): void => {
      for (const [name, selector] of Object.entries(wanted)) {
        if (document.querySelector(selector) !== null) watched.seen[name] ??= Math.round(performance.now())
      }
      requestAnimationFrame(look)
    }
    look()
  }, selectors)
}

/** The lengths of the tasks over 50 ms since the last call, in milliseconds. */
export async function tasksOf(page: Page): Promise<readonly number[]> {
  return page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched.tasks.splice(0))
}

/** When each watched element was first there, in milliseconds from the page's beginning. */
export async function firstSeen(page: Page): Promise<Readonly<Record<string, number>>> {
  return page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched.seen)
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}
