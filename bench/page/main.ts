// The page with a large lab against a bare React Flow graph of the same size, in turn and in one Chromium; and how long opening takes.
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { chromium } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import { build, preview } from 'vite'
import { findChromium } from '../../scripts/find-chromium.ts'
import { LARGE_LAB, largeLab } from './large-lab.ts'
import { rounded, TRACE_CATEGORIES } from '../../scripts/browser-trace.ts'
import type { BrowserEvent } from '../../scripts/browser-trace.ts'
import { gestureCost } from './trace.ts'
import type { GestureCost } from './trace.ts'

const OUT = join('node_modules', '.cache', 'vethlab-bench-page')
const PORT = 43217
const NODES = LARGE_LAB.machines + LARGE_LAB.interfaces
const WINDOW = { width: 1440, height: 900 }
const MOVES = 60

const GESTURES = ['pan', 'zoom', 'drag'] as const
type Costs = Record<(typeof GESTURES)[number], GestureCost>

/** Builds both pages, measures them in turn, and prints one JSON object a line. */
export async function benchPage(runs: number): Promise<void> {
  await build({ logLevel: 'error', build: { outDir: OUT, emptyOutDir: true } })
  await build({
    root: join('bench', 'page'),
    base: './',
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    build: { outDir: join('..', '..', OUT, 'bare'), target: 'es2022', emptyOutDir: true, chunkSizeWarningLimit: 2000 },
  })
  const server = await preview({ logLevel: 'error', build: { outDir: OUT }, preview: { port: PORT, strictPort: true } })
  const executablePath = findChromium()
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox', '--disable-background-networking'],
  })
  try {
    await compare(browser, runs)
  } finally {
    await browser.close()
    await server.close()
  }
}

async function compare(browser: Browser, runs: number): Promise<void> {
  const costs: { readonly lab: Costs; readonly bare: Costs }[] = []
  for (let run = 0; run < runs; run++) {
    const { opening, lab, canvas } = await measureLab(browser)
    const bare = await measureBare(browser, canvas)
    costs.push({ lab, bare })
    console.log(JSON.stringify({ run, opening, lab, bare }))
  }
  for (const gesture of GESTURES) {
    const of = (page: 'lab' | 'bare', figure: keyof GestureCost): number =>
      median(costs.map((run) => run[page][gesture][figure]))
    console.log(
      JSON.stringify({
        gesture,
        script_median_ms: of('lab', 'scriptMedianMs'),
        work_per_frame_ms: of('lab', 'workPerFrameMs'),
        bare_work_per_frame_ms: of('bare', 'workPerFrameMs'),
        ratio: rounded(of('lab', 'workPerFrameMs') / of('bare', 'workPerFrameMs')),
        longest_task_ms: Math.max(...costs.map(({ lab }) => lab[gesture].longestTaskMs)),
      }),
    )
  }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** Opens the lab as a file; the clock runs from the choice of the file until everything stands in the page and has been drawn. */
async function measureLab(browser: Browser): Promise<{ opening: object; lab: Costs; canvas: Size }> {
  const page = await browser.newPage({ viewport: WINDOW })
  await page.goto(`http://localhost:${PORT}/?lab=arp-basics`)
  await page.locator('.react-flow__node').first().waitFor()
  await page.waitForTimeout(2000)
  await page.evaluate(() =>
    document.querySelector('input[type=file]')?.addEventListener('change', () => performance.mark('chosen')),
  )
  const file = { name: 'large.sh', mimeType: 'text/x-shellscript', buffer: Buffer.from(largeLab()) }
  let ms = 0
  const { longestTaskMs, tasksOver50Ms } = await measured(page, async () => {
    await page.locator('input[type=file]').first().setInputFiles(file)
    ms = await page.evaluate(async (count) => {
      // The nodes, and the picture of them: two frames later it has been drawn.
      for (let drawn = 0; drawn < 2;) {
        await new Promise(requestAnimationFrame)
        if (document.getElementsByClassName('react-flow__node').length >= count) drawn++
      }
      return performance.now() - (performance.getEntriesByName('chosen')[0]?.startTime ?? 0)
    }, NODES)
    await page.waitForTimeout(1500)
  })
  const lab = await measureGestures(page, '.react-flow__node-machine')
  const canvas = await page.locator('.canvas > .react-flow').evaluate(({ clientWidth, clientHeight }) => {
    return { width: clientWidth, height: clientHeight }
  })
  await page.close()
  return { opening: { ms: Math.round(ms), longestTaskMs, tasksOver50Ms }, lab, canvas }
}

async function measureBare(browser: Browser, viewport: Size): Promise<Costs> {
  const page = await browser.newPage({ viewport })
  await page.goto(`http://localhost:${PORT}/bare/`)
  await page.waitForFunction((count) => document.querySelectorAll('.react-flow__node').length >= count, NODES)
  await page.waitForTimeout(1500)
  const costs = await measureGestures(page, '.react-flow__node-frame')
  await page.close()
  return costs
}

/** Pans, zooms and drags one machine, each with everything in sight. */
async function measureGestures(page: Page, machine: string): Promise<Costs> {
  const box = (await page.locator('.react-flow').boundingBox())!
  const free = await freePoint(page, box)
  const pan = await measured(page, () => slide(page, free))
  const zoom = await measured(page, async () => {
    for (let move = 0; move < MOVES; move++) await page.mouse.wheel(0, move < MOVES / 2 ? -40 : 40)
  })
  const grip = await gripOf(page, machine, { x: box.x + box.width / 2, y: box.y + box.height / 2 })
  const drag = await measured(page, () => slide(page, grip))
  if ((await page.locator(grip.node).getAttribute('style')) === grip.style) throw new Error('no machine was dragged')
  return { pan, zoom, drag }
}

/** Where a machine near a point can be taken hold of: on its frame, between its sockets. */
async function gripOf(page: Page, machine: string, near: { readonly x: number; readonly y: number }) {
  return page.evaluate(
    ({ selector, x, y }) => {
      const frames = [...document.querySelectorAll(selector)].map((node) => ({
        node,
        at: node.getBoundingClientRect(),
      }))
      for (const { node, at } of frames.toSorted(
        (a, b) => Math.hypot(a.at.x - x, a.at.y - y) - Math.hypot(b.at.x - x, b.at.y - y),
      )) {
        for (let across = at.left + 1; across < at.right; across += 2) {
          for (let down = at.top + 1; down < at.bottom; down += 2) {
            if (document.elementFromPoint(across, down)?.closest('.react-flow__node') !== node) continue
            const id = node.getAttribute('data-id') ?? ''
            return { x: across, y: down, node: `[data-id="${id}"]`, style: node.getAttribute('style') }
          }
        }
      }
      throw new Error('no machine can be taken hold of')
    },
    { selector: machine, ...near },
  )
}

/** A point of the canvas with nothing on it. */
async function freePoint(page: Page, { x, y, width, height }: Size & { x: number; y: number }) {
  return page.evaluate(
    ({ left, right, top, bottom }) => {
      for (let across = left; across < right; across += 7) {
        for (let down = top; down < bottom; down += 7) {
          if (document.elementFromPoint(across, down)?.classList.contains('react-flow__pane') === true)
            return { x: across, y: down }
        }
      }
      throw new Error('the canvas has no free point')
    },
    { left: x + width * 0.3, right: x + width, top: y + height * 0.3, bottom: y + height },
  )
}

/** Presses, moves in a circle, and lets go. */
async function slide(page: Page, { x, y }: { readonly x: number; readonly y: number }): Promise<void> {
  await page.mouse.move(x, y)
  await page.mouse.down()
  for (let move = 1; move <= MOVES; move++) {
    const angle = (move / MOVES) * 1.97 * Math.PI
    await page.mouse.move(x + 80 * (1 - Math.cos(angle)), y + 60 * Math.sin(angle))
  }
  await page.mouse.up()
}

async function measured(page: Page, gesture: () => Promise<void>): Promise<GestureCost> {
  const browser = page.context().browser()!
  await browser.startTracing(page, { categories: TRACE_CATEGORIES })
  await gesture()
  const recorded = await browser.stopTracing()
  const { traceEvents } = JSON.parse(recorded.toString()) as { traceEvents: readonly BrowserEvent[] }
  await page.waitForTimeout(300)
  return gestureCost(traceEvents)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
