// What frames cost the page's main thread, read from Chromium's own trace: script between one frame and the next, and long tasks.
import type { Page } from '@playwright/test'
import { isScript, mainThreadEvents, processorMs, scriptAndTasks, TRACE_CATEGORIES } from '../scripts/browser-trace.ts'
import type { BrowserEvent, ScriptAndTasks } from '../scripts/browser-trace.ts'

/** Happens once a frame, between its scripts and its drawing. */
const FRAME = 'PrePaint'
/** Less is the browser's own looking whether there is something to do. */
const LEAST_WORK_MS = 0.1

export async function startFrameTrace(page: Page): Promise<void> {
  await page.context().browser()!.startTracing(page, { categories: TRACE_CATEGORIES })
}

export async function stopFrameTrace(page: Page): Promise<readonly BrowserEvent[]> {
  const recorded = await page.context().browser()!.stopTracing()
  const { traceEvents } = JSON.parse(recorded.toString()) as { traceEvents: readonly BrowserEvent[] }
  return traceEvents
}

/** Figures of the busiest renderer's main thread, of the frames for which a script ran. */
export function frameFigures(events: readonly BrowserEvent[]): ScriptAndTasks {
  const own = mainThreadEvents(events)
  const perFrame = scriptPerFrame(own).filter((ms) => ms > LEAST_WORK_MS)
  return scriptAndTasks(perFrame, own)
}

/** Adds up the scripts that lie in no other script, from one frame to the next. */
function scriptPerFrame(events: readonly BrowserEvent[]): readonly number[] {
  const frames: number[] = []
  let [sum, insideUntil] = [0, 0]
  for (const event of events) {
    if (event.name === FRAME) {
      frames.push(sum)
      sum = 0
    } else if (isScript(event) && event.ts >= insideUntil) {
      sum += processorMs(event)
      insideUntil = event.ts + (event.dur ?? 0)
    }
  }
  return frames
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
