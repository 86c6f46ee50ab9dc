// Figures of the page: how soon it is there, and how it bears a trace of 100,000 sightings. Time is printed and kept, never judged:
// the machine that runs this may be busy. Judged is that everything is there and works.
import { readdirSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import type { Page, TestInfo } from '@playwright/test'
import { firstSeen, frameFigures, startFrameTrace, stopFrameTrace, tasksOf, watch } from './frame-figures.ts'
import { labText, openByPasting, openPage, openQuietly, parts } from './support.ts'

// Playwright's own recording costs the page more than the page itself.
test.use({ trace: 'off' })

const PINGS_EACH = 1_100
const PING_RUNS = 6

/** The Calico lab with pings enough for 100,000 sightings in place of its own actions. */
function manyPings(): string {
  const [setup = ''] = labText('calico-proxy-arp').split('#%% run\n')
  const ping = `ip netns exec ctrA ping -q -c ${PINGS_EACH} -i 0.01 10.10.10.20\n`
  return `#%% vethlab 1\n#%% title "Many pings"\n${setup}#%% run\n${ping.repeat(PING_RUNS)}#%% settle 1\n`
}

/** Prints figures and attaches them to the report. */
async function report(info: TestInfo, name: string, figures: object): Promise<void> {
  console.log(`${name}: ${JSON.stringify(figures)}`)
  await info.attach(name, { body: JSON.stringify(figures, undefined, 2), contentType: 'application/json' })
}

/** Turns the wheel over the lanes, to and fro. */
async function wheel(page: Page, deltaX: number, deltaY: number): Promise<void> {
  const box = (await parts(page).timeline.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + 60)
  for (let turn = 0; turn < 80; turn++) {
    const way = turn % 20 < 10 ? 1 : -1
    await page.mouse.wheel(way * deltaX, way * deltaY)
  }
}

async function playAWhile(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await page.waitForTimeout(2_000)
  await page.getByRole('button', { name: 'Pause' }).click()
}

/** Runs gestures and tells what their frames cost. */
async function measured(page: Page, gesture: () => Promise<void>) {
  await startFrameTrace(page)
  await gesture()
  return frameFigures(await stopFrameTrace(page))
}

const CANVAS = '[aria-label="Canvas"] [role="group"]'
const LANES = '[aria-label^="Timeline with"]'

test('the first load: canvas and lanes', async ({ page }, info) => {
  await watch(page, { canvasMs: CANVAS, lanesMs: LANES })
  await startFrameTrace(page)
  await openPage(page)
  const { longestTaskMs, tasksOver50Ms } = frameFigures(await stopFrameTrace(page))
  const seen = await firstSeen(page)
  expect(Object.keys(seen).sort()).toEqual(['canvasMs', 'lanesMs'])
  await report(info, 'first load', { ...seen, longestTaskMs, tasksOver50Ms })
})

test('from the click on an example to its first frame on the timeline', async ({ page }, info) => {
  await openQuietly(page, './?lab=arp-basics')
  await page.getByRole('tab', { name: 'Actions' }).click()
  await page.getByRole('button', { name: 'Gallery' }).click()
  const card = parts(page).gallery.getByRole('button', { name: 'Calico: proxy ARP' })
  await expect(card).toBeVisible()
  await page.waitForTimeout(500)
  const ms = await card.evaluate(async (button) => {
    const until = async (isThere: () => boolean): Promise<void> => {
      while (!isThere()) await new Promise(requestAnimationFrame)
    }
    const pressable = (words: string) =>
      [...document.querySelectorAll<HTMLElement>('button, [role="tab"]')].find(
        (each) => each.textContent.trim() === words && !(each as HTMLButtonElement).disabled,
      )
    const began = performance.now()
    ;(button as HTMLElement).click()
    await until(() => document.querySelector('h1')?.textContent === 'Calico: proxy ARP')
    pressable('Run all')?.click()
    const opened = performance.now()
    document.querySelector<HTMLElement>('[role="tab"]')?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }))
    await until(() => document.querySelector('[aria-label^="Timeline with"]') !== null)
    return { openedMs: Math.round(opened - began), firstFrameMs: Math.round(performance.now() - began) }
  })
  await expect(parts(page).timeline).toBeVisible()
  await report(info, 'example to first frame', ms)
})

/** As many as there are files: all of them can be opened. */
const labCount = readdirSync(new URL('../conformance/labs', import.meta.url)).filter((name) =>
  name.endsWith('.sh'),
).length

test('the gallery', async ({ page }, info) => {
  await watch(page)
  await openPage(page)
  await tasksOf(page)
  const openedMs = await page.evaluate(async () => {
    const isOpen = () => document.querySelector('dialog[open] li') !== null
    const began = performance.now()
    const gallery = [...document.querySelectorAll('button')].find((button) => button.textContent.includes('Gallery'))
    gallery?.click()
    while (!isOpen()) await new Promise(requestAnimationFrame)
    return performance.now() - began
  })
  await expect(parts(page).gallery.getByRole('listitem')).toHaveCount(labCount)
  await report(info, 'gallery', { openedMs, tasksOver50Ms: await tasksOf(page) })
})

test('a trace of 100,000 sightings is scrolled, zoomed and played', async ({ page }, info) => {
  test.setTimeout(240_000)
  const { timeline, table } = parts(page)
  await openPage(page)
  await openByPasting(page, manyPings())
  await page.getByRole('tab', { name: 'Actions' }).click()
  const loading = await measured(page, async () => {
    await page.getByRole('button', { name: 'Run all' }).click()
    await expect(page.getByText(`${PING_RUNS} of ${PING_RUNS}`)).toBeVisible({ timeout: 120_000 })
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await expect(timeline).toBeVisible()
    // What is drawn after the first picture belongs to the loading.
    await page.waitForTimeout(2_000)
  })
  await report(info, 'loading', loading)
  await page.getByRole('button', { name: 'To the beginning' }).click()

  for (const place of ['everything in sight', 'closer', 'single frames']) {
    await report(info, `${place}: scroll`, await measured(page, () => wheel(page, 60, 0)))
    await page.keyboard.down('Control')
    await report(info, `${place}: zoom`, await measured(page, () => wheel(page, 0, -60)))
    await page.keyboard.up('Control')
    await report(info, `${place}: play`, await measured(page, () => playAWhile(page)))
    const zoomIn = page.getByRole('button', { name: /^Zoom in \(/ })
    for (let step = 0; step < 10; step++) await zoomIn.click()
  }

  await page.getByRole('button', { name: 'Table', exact: true }).click()
  await expect.poll(async () => Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(100_000)
  await table.press('End')
  await expect(table.getByRole('row').last()).toContainText('ctrA/eth0')
})
