// What frames cost the page's main thread, read from Chromium's own trace: script between one frame and the next, and long tasks.
import type { Page } from '@playwright/test'

/** An event of Chromium's trace; times in microseconds. */
interface BrowserEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly args?: { readonly name?: string }
}

/** Work of the page's own scripts, as Chromium names it. */
const SCRIPT = new Set([
  'EvaluateScript',
  'EventDispatch',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'HandlePostMessage',
  'RunMicrotasks',
  'TimerFire',
])

export interface FrameFigures {
  readonly frames: number
  readonly scriptMedianMs: number
  readonly script95Ms: number
  readonly longestTaskMs: number
  readonly tasksOver50Ms: number
}

export async function startFrameTrace(page: Page): Promise<void> {
  const categories = ['devtools.timeline', 'devtools.timeline.frame', 'toplevel', '__metadata']
  await page.context().browser()!.startTracing(page, { categories })
}

export async function stopFrameTrace(page: Page): Promise<readonly BrowserEvent[]> {
  const recorded = await page.context().browser()!.stopTracing()
  const { traceEvents } = JSON.parse(recorded.toString()) as { traceEvents: readonly BrowserEvent[] }
  return traceEvents
}

/** Figures of the busiest renderer's main thread. */
export function frameFigures(events: readonly BrowserEvent[]): FrameFigures {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
  const perMain = mains.map(({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid))
  const own = perMain.toSorted((a, b) => b.length - a.length)[0] ?? []
  const starts = own
    .filter(({ name }) => name === 'BeginMainThreadFrame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b)
  const scripts = merged(own.filter(({ name, ph }) => ph === 'X' && SCRIPT.has(name)))
  const perFrame = starts.slice(0, -1).map((from, index) => workWithin(scripts, from, starts[index + 1]!) / 1000)
  const tasks = own.filter(({ name, ph }) => ph === 'X' && /RunTask$/.test(name)).map(({ dur = 0 }) => dur / 1000)
  const sorted = perFrame.toSorted((a, b) => a - b)
  return {
    frames: perFrame.length,
    scriptMedianMs: rounded(sorted[Math.floor(sorted.length / 2)] ?? 0),
    script95Ms: rounded(sorted[Math.floor(sorted.length * 0.95)] ?? 0),
    longestTaskMs: rounded(Math.max(0, ...tasks)),
    tasksOver50Ms: tasks.filter((ms) => ms > 50).length,
  }
}

type Span = readonly [from: number, to: number]

/** Stretches of work without those that lie inside others. */
function merged(events: readonly BrowserEvent[]): readonly Span[] {
  const spans: Span[] = []
  for (const { ts, dur = 0 } of events.toSorted((a, b) => a.ts - b.ts)) {
    const last = spans.at(-1)
    if (last === undefined || ts > last[1]) spans.push([ts, ts + dur])
    else spans[spans.length - 1] = [last[0], Math.max(last[1], ts + dur)]
  }
  return spans
}

function workWithin(spans: readonly Span[], from: number, to: number): number {
  let sum = 0
  for (const [begin, end] of spans) sum += Math.max(0, Math.min(end, to) - Math.max(begin, from))
  return sum
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
