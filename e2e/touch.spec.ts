// Fingers on the canvas: they pan, pinch, select, move machines, and ask for the menu by resting.
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { openQuietly, parts } from './support.ts'

test.use({ hasTouch: true })

type Finger = readonly [x: number, y: number]

/** Puts fingers down, moves each of them in steps, and lifts them. */
async function touch(page: Page, from: readonly Finger[], by: readonly Finger[]): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', fingers: readonly Finger[]) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: fingers.map(([x, y], id) => ({ x, y, id })) })
  await send('touchStart', from)
  for (let step = 1; step <= 8; step++) {
    const moved = from.map(([x, y], at): Finger => [
      x + ((by[at]?.[0] ?? 0) * step) / 8,
      y + ((by[at]?.[1] ?? 0) * step) / 8,
    ])
    await send('touchMove', moved)
  }
  await send('touchEnd', [])
}

const viewOf = (page: Page): Promise<string> =>
  parts(page)
    .canvas.locator('.react-flow__viewport')
    .evaluate(({ style }) => style.transform)
const zoomIn = (view: string): number => Number(/scale\(([\d.]+)\)/.exec(view)?.[1])

/** What the canvas shows once it has gone where the opened lab is seen best. */
async function restingView(page: Page): Promise<string> {
  let view = ''
  await expect
    .poll(async () => {
      const before = view
      view = await viewOf(page)
      return view === before
    })
    .toBe(true)
  return view
}

/** A point of the canvas with nothing on it. */
async function freePoint(page: Page): Promise<Finger> {
  const { x, y } = (await parts(page).canvas.locator('.react-flow__pane').boundingBox())!
  return [x + 12, y + 90]
}

test.beforeEach(async ({ page }) => {
  await openQuietly(page, './?lab=calico-proxy-arp')
})

test('one finger pans, two zoom', async ({ page }) => {
  const [x, y] = await freePoint(page)
  const before = await restingView(page)
  await touch(page, [[x, y]], [[60, 40]])
  await expect.poll(() => viewOf(page)).not.toBe(before)
  const panned = await viewOf(page)
  expect(zoomIn(panned)).toBe(zoomIn(before))
  await touch(
    page,
    [
      [x + 200, y + 60],
      [x + 260, y + 60],
    ],
    [
      [-60, 0],
      [60, 0],
    ],
  )
  await expect.poll(async () => zoomIn(await viewOf(page))).toBeGreaterThan(zoomIn(panned))
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('a tap selects, a drag moves, a finger that rests opens the menu', async ({ page }) => {
  const gw = parts(page).canvas.locator('[data-id="machine:gw"]')
  const { x, y, width, height } = (await gw.boundingBox())!
  const grip: Finger = [x + width - 14, y + height - 6]
  await page.touchscreen.tap(...grip)
  await expect(gw).toHaveClass(/selected/)
  const place = await gw.evaluate(({ style }) => style.transform)
  await touch(page, [grip], [[40, 30]])
  await expect.poll(() => gw.evaluate(({ style }) => style.transform)).not.toBe(place)
  await page.getByRole('button', { name: 'Undo' }).tap()
  await expect.poll(() => gw.evaluate(({ style }) => style.transform)).toBe(place)

  const session = await page.context().newCDPSession(page)
  const touchPoints = [{ x: grip[0], y: grip[1], id: 0 }]
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
  await expect(page.getByRole('menu')).toBeVisible()
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await expect(page.getByRole('menuitem').first()).toBeVisible()
})

test('on the timeline two fingers zoom around what is between them, and move it along', async ({ page }) => {
  await page.getByRole('tab', { name: 'Actions' }).click()
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(page.getByText('7 of 7')).toBeVisible()
  await page.getByRole('button', { name: 'To the end' }).click()
  await page.getByRole('tab', { name: 'Timeline' }).click()
  const stage = page.locator('.timeline__stage')
  await expect(stage).toBeVisible()
  const { x, y, width } = (await stage.boundingBox())!
  const [middle, down] = [x + width / 2, y + 60]
  const pictureOf = () =>
    stage
      .locator('canvas')
      .first()
      .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  const reach = () =>
    page.locator('.timeline__overview canvas').evaluate((each) => (each as HTMLCanvasElement).toDataURL())
  const [before, whole] = [await pictureOf(), await reach()]
  const apart: readonly Finger[] = [
    [middle - 30, down],
    [middle + 30, down],
  ]
  await touch(page, apart, [
    [-90, 0],
    [90, 0],
  ])
  await expect.poll(pictureOf).not.toBe(before)
  await expect.poll(reach).not.toBe(whole)
  const closer = await pictureOf()
  await touch(page, apart, [
    [60, 0],
    [60, 0],
  ])
  await expect.poll(pictureOf).not.toBe(closer)
  // Together again: the whole trace.
  await touch(
    page,
    [
      [middle - 200, down],
      [middle + 200, down],
    ],
    [
      [185, 0],
      [-185, 0],
    ],
  )
  await expect.poll(reach).toBe(whole)
})
