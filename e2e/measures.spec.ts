// Figures about speed and size, printed. The bounds only tell a page that works from one that does not: machines differ.
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import { openByPasting, openPage, openQuietly, parts, runCommand } from './support.ts'

// The recording of a failed test's trace would be measured along.
test.use({ trace: 'off' })
test.describe.configure({ mode: 'serial', timeout: 150_000 })

function print(what: string, value: string): void {
  console.log(`measure: ${what}: ${value}`)
}

test('cold load and the size of what it needs', async ({ page }) => {
  const scripts = new Map<string, Promise<number>>()
  page.on('response', (response) => {
    if (!/\.js$/.test(new URL(response.url()).pathname)) return
    scripts.set(
      response.url(),
      response.body().then(
        (body) => gzipSync(body).length / 1000,
        () => 0,
      ),
    )
  })
  await page.addInitScript(() => {
    const marks: Record<string, number> = {}
    Object.assign(window, { marks })
    new MutationObserver(() => {
      if (document.querySelector('header button') !== null) marks['controls'] ??= performance.now()
      if (document.querySelector('[role="application"] [role="group"]') !== null) marks['canvas'] ??= performance.now()
      if (document.querySelector('[aria-roledescription="timeline"]') !== null) marks['timeline'] ??= performance.now()
    }).observe(document, { childList: true, subtree: true })
  })
  await openPage(page)
  const marks = await page.evaluate(() => (window as unknown as { marks: Record<string, number> }).marks)
  for (const name of ['controls', 'canvas', 'timeline']) {
    print(`cold load until ${name}`, `${(marks[name] ?? Number.NaN).toFixed(0)} ms`)
  }
  const html = await (await page.request.get('./')).text()
  const sizes = await Promise.all([...scripts].map(async ([url, size]) => ({ url, kb: await size })))
  const sum = (chosen: readonly { readonly kb: number }[]): number => chosen.reduce((total, { kb }) => total + kb, 0)
  const initial = sizes.filter(({ url }) => html.includes(url.replace(/^.*\//, '')))
  const onMain = sizes.filter(({ url }) => !/worker|\/sw\.js|workbox/.test(url))
  print('JavaScript that index.html names', `${sum(initial).toFixed(0)} kB gzip`)
  print('all JavaScript of the page until the example runs, without the worker', `${sum(onMain).toFixed(0)} kB gzip`)
  expect(marks['timeline']).toBeLessThan(30_000)
  expect(sum(initial)).toBeLessThan(250)
})

test('from a click on an example to its first frame', async ({ page }) => {
  await openPage(page)
  const { gallery } = parts(page)
  await page.getByRole('button', { name: 'Gallery' }).click()
  const card = gallery.getByRole('button', { name: 'Calico: slash32' })
  await expect(card).toBeVisible()
  const untilShown = watch(page, '.panel-empty', 'No frame has been seen yet')
  await card.click()
  print('from a click on a gallery card to the open lab', `${(await untilShown).toFixed(0)} ms`)
  await page.getByRole('tab', { name: 'Actions' }).click()
  const untilFrame = watch(page, '[aria-roledescription="timeline"]', '')
  await page.getByRole('button', { name: 'Run next' }).click()
  await page.getByRole('tab', { name: 'Timeline' }).click()
  const ms = await untilFrame
  print('from Run next to its first frame on the timeline, with the change of tab', `${ms.toFixed(0)} ms`)
  expect(ms).toBeLessThan(15_000)
})

/** Milliseconds from the next press of a button to an element that fits, two pictures later; measured in the page. */
function watch(page: Page, selector: string, text: string): Promise<number> {
  return page.evaluate(
    ({ selector: wanted, text: words }) =>
      new Promise<number>((resolve) => {
        let began: number | undefined
        window.addEventListener(
          'click',
          ({ timeStamp, target }) => {
            if (target instanceof Element && target.closest('[role="tab"]') === null) began ??= timeStamp
          },
          { capture: true },
        )
        const look = (): void => {
          const found = [...document.querySelectorAll(wanted)].some((each) => each.textContent.includes(words))
          if (began === undefined || !found) requestAnimationFrame(look)
          else {
            const start = began
            requestAnimationFrame((now) => resolve(now - start))
          }
        }
        look()
      }),
    { selector, text },
  )
}

/** Twelve thousand frames back and forth over three machines: more than a hundred thousand events. */
const LONG = `#%% vethlab 1
#%% title "Long"
ip netns add a
ip netns add r
ip netns add b
ip -n a link add eth0 type veth peer name a netns r
ip -n b link add eth0 type veth peer name b netns r
ip -n a addr add 10.0.1.2/24 dev eth0
ip -n r addr add 10.0.1.1/24 dev a
ip -n r addr add 10.0.2.1/24 dev b
ip -n b addr add 10.0.2.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n r link set a up
ip -n r link set b up
ip -n a route add default via 10.0.1.1
ip -n b route add default via 10.0.2.1
ip netns exec r sysctl -w net.ipv4.ip_forward=1
#%% run
ip netns exec a ping -q -i 0.01 -c 5900 10.0.2.2
ip netns exec a ping -q -i 0.01 -c 5900 10.0.2.2
ip netns exec a ping -q -i 0.01 -c 5900 10.0.2.2
`

interface TraceRecord {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
  readonly args?: { readonly name?: string }
}

const SCRIPT = new Set([
  'FunctionCall',
  'FireAnimationFrame',
  'EventDispatch',
  'TimerFire',
  'RunMicrotasks',
  'EvaluateScript',
])

/** Records what the page's main thread does meanwhile: median and worst script between two pictures, longest task. */
async function profile(page: Page, browser: Browser, what: string, act: () => Promise<void>): Promise<void> {
  await browser.startTracing(page, {
    categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8.execute'],
  })
  await act()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    readonly traceEvents: readonly TraceRecord[]
  }
  const mains = new Set(
    traceEvents.flatMap(({ name, args, pid, tid }) =>
      name === 'thread_name' && args?.name === 'CrRendererMain' ? [`${pid}:${tid}`] : [],
    ),
  )
  // The busiest main thread is the page's.
  const events = traceEvents.filter(({ pid, tid, ph }) => ph === 'X' && mains.has(`${pid}:${tid}`))
  const busy = (record: TraceRecord): number => (record.tdur ?? record.dur ?? 0) / 1000
  const scripts = events.filter(({ name }) => SCRIPT.has(name)).sort((a, b) => a.ts - b.ts)
  const frames = events
    .filter(({ name }) => name === 'FireAnimationFrame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b)
  const perFrame = new Map<number, number>()
  let coveredTo = 0
  for (const script of scripts) {
    // Nested script is part of what called it.
    if (script.ts < coveredTo) continue
    coveredTo = script.ts + (script.dur ?? 0)
    const frame = frames.findLastIndex((ts) => ts <= script.ts + (script.dur ?? 0))
    perFrame.set(frame, (perFrame.get(frame) ?? 0) + busy(script))
  }
  const sorted = [...perFrame.values()].sort((a, b) => a - b)
  const at = (share: number): string =>
    (sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? 0).toFixed(2)
  const longest = Math.max(0, ...events.filter(({ name }) => /RunTask/.test(name)).map(busy))
  const hasThreadTime = events.some(({ tdur }) => tdur !== undefined)
  print(
    `100,000 events, ${what}`,
    `${sorted.length} frames, script per frame median ${at(0.5)} ms, 95 % ${at(0.95)} ms, longest task ${longest.toFixed(1)} ms (${hasThreadTime ? 'thread' : 'wall'} time)`,
  )
  expect(sorted.length).toBeGreaterThan(5)
}

test('a hundred thousand events', async ({ page, browser }) => {
  await openQuietly(page, './?lab=arp-gratuitous')
  await openByPasting(page, LONG)
  await page.getByRole('tab', { name: 'Actions' }).click()
  const began = Date.now()
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(page.getByText('3 of 3')).toBeVisible({ timeout: 90_000 })
  await page.getByRole('tab', { name: 'Timeline' }).click()
  const { timeline, table } = parts(page)
  await expect(timeline).toBeVisible({ timeout: 30_000 })
  print('running 14,000 pings through a router', `${Date.now() - began} ms`)
  await page.getByRole('button', { name: 'Pause' }).click()
  const box = (await timeline.boundingBox())!
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.6)
  const wheel = (x: number, y: number): Promise<void> => page.mouse.wheel(x, y)

  await page.keyboard.down('Control')
  await profile(page, browser, 'zoom', async () => {
    for (let turn = 0; turn < 40; turn++) await wheel(0, turn < 30 ? -120 : 120)
  })
  await page.keyboard.up('Control')
  await profile(page, browser, 'scroll', async () => {
    for (let turn = 0; turn < 60; turn++) await wheel(turn % 20 < 10 ? 200 : -150, 0)
  })
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('10×')
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  const clock = page.getByRole('toolbar', { name: 'Playback' })
  await profile(page, browser, 'playback', async () => {
    const seen = new Set<string | null>()
    await expect
      .poll(async () => seen.add(await clock.textContent()).size, { intervals: [50], timeout: 30_000 })
      .toBeGreaterThan(50)
  })
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Table', exact: true }).click()
  await expect
    .poll(async () => Number(await table.getAttribute('aria-rowcount')), { timeout: 60_000 })
    .toBeGreaterThan(0)
  print('sightings in the table', (await table.getAttribute('aria-rowcount')) ?? '')
  await table.hover()
  await profile(page, browser, 'scroll in the table', async () => {
    for (let turn = 0; turn < 60; turn++) await wheel(0, 600)
  })
  // Still alive, and at the live edge.
  await page.getByRole('button', { name: 'To the end' }).click()
  await runCommand(page, 'ip -n a neigh')
  await expect(page.getByRole('article').filter({ hasText: 'ip -n a neigh' })).toContainText('10.0.1.1 dev eth0 lladdr')
})
