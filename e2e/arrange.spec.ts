// Laying a lab out again: what was moved by hand stays where it is, everything else finds a new place, and undo brings the old picture back.
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { openQuietly, parts } from './support.ts'

const frameOf = (page: Page, name: string) => parts(page).canvas.locator(`[data-id="machine:${name}"]`)

/** Where a machine stands on the canvas, whatever the view shows. */
async function placeOf(page: Page, name: string): Promise<string> {
  return frameOf(page, name).evaluate(({ style }) => style.transform)
}

async function drag(page: Page, name: string, by: { readonly x: number; readonly y: number }): Promise<void> {
  const box = (await frameOf(page, name).boundingBox())!
  const grip = { x: box.x + box.width - 20, y: box.y + box.height - 8 }
  await page.mouse.move(grip.x, grip.y)
  await page.mouse.down()
  await page.mouse.move(grip.x + by.x, grip.y + by.y, { steps: 8 })
  await page.mouse.up()
}

/** Lays out again, and waits until a machine has come to another place. */
async function layOut(page: Page, way: 'button' | 'key' | 'Ctrl-K', name: string): Promise<void> {
  const before = await placeOf(page, name)
  if (way === 'button') await parts(page).canvas.getByRole('button', { name: 'Lay out again' }).click()
  if (way === 'key') await page.keyboard.press('l')
  if (way === 'Ctrl-K') {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('lay out')
    await page.keyboard.press('Enter')
  }
  await expect.poll(() => placeOf(page, name)).not.toBe(before)
  await expect(parts(page).canvas.getByRole('button', { name: 'Lay out again' })).toBeVisible()
}

for (const way of ['button', 'key', 'Ctrl-K'] as const) {
  test(`by ${way}`, async ({ page }) => {
    await openQuietly(page, './?lab=calico-proxy-arp')
    await drag(page, 'gw', { x: 60, y: 90 })
    const [gw, hostA] = [await placeOf(page, 'gw'), await placeOf(page, 'hostA')]
    await layOut(page, way, 'hostA')
    expect(await placeOf(page, 'gw')).toBe(gw)
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect.poll(() => placeOf(page, 'hostA')).toBe(hostA)
    expect(await placeOf(page, 'gw')).toBe(gw)
  })
}

test('what the page has placed may be placed anew, until somebody moves it', async ({ page }) => {
  await openQuietly(page, './?lab=calico-proxy-arp')
  await layOut(page, 'button', 'hostA')
  await drag(page, 'hostB', { x: -70, y: 60 })
  const hostB = await placeOf(page, 'hostB')
  await layOut(page, 'button', 'hostA')
  expect(await placeOf(page, 'hostB')).toBe(hostB)
})
