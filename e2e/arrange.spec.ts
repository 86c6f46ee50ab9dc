// Laying a lab out again: what was moved by hand stays where it is, everything else finds a new place, and undo brings the old picture back.
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { openQuietly, parts } from './support.ts'

const frameOf = (page: Page, name: string) => parts(page).canvas.locator(`[data-id="machine:${name}"]`)

/** Where a machine stands on the canvas, whatever the view shows. */
async function placeOf(page: Page, name: string): Promise<string> {
  return frameOf(page, name).evaluate(({ style }) => style.transform)
}

/** What the lab's text says about places. */
async function placesInText(page: Page): Promise<readonly string[]> {
  await page.getByRole('tab', { name: 'Script' }).click()
  const lines = await page.locator('.cm-line').filter({ hasText: '#%% at' }).allTextContents()
  return lines.toSorted()
}

async function drag(page: Page, name: string, by: { readonly x: number; readonly y: number }): Promise<void> {
  const box = (await frameOf(page, name).boundingBox())!
  const grip = { x: box.x + box.width - 20, y: box.y + box.height - 8 }
  await page.mouse.move(grip.x, grip.y)
  await page.mouse.down()
  await page.mouse.move(grip.x + by.x, grip.y + by.y, { steps: 8 })
  await page.mouse.up()
}

for (const way of ['the button', 'the key', 'Ctrl-K'] as const) {
  test(`by ${way}`, async ({ page }) => {
    await openQuietly(page, './?lab=calico-proxy-arp')
    await drag(page, 'gw', { x: 60, y: 120 })
    const moved = await placeOf(page, 'gw')
    const before = await placeOf(page, 'hostA')
    expect(await placesInText(page)).toHaveLength(1)

    if (way === 'the button') await parts(page).canvas.getByRole('button', { name: 'Lay out again' }).click()
    if (way === 'the key') {
      await page.getByRole('heading', { level: 1 }).click()
      await page.keyboard.press('l')
    }
    if (way === 'Ctrl-K') {
      await page.keyboard.press('Control+k')
      await page.keyboard.type('lay out')
      await page.keyboard.press('Enter')
    }
    await expect.poll(() => placesInText(page)).not.toHaveLength(1)
    const places = await placesInText(page)
    expect(places.filter((line) => line.endsWith(' auto')).length).toBe(places.length - 1)
    expect(places.find((line) => !line.endsWith(' auto'))).toContain('#%% at gw ')
    expect(await placeOf(page, 'gw')).toBe(moved)
    expect(await placeOf(page, 'hostA')).not.toBe(before)

    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => placeOf(page, 'hostA')).toBe(before)
    expect(await placesInText(page)).toHaveLength(1)
  })
}
