// Lining up by menu, keys and Ctrl-K, and guides while a machine is dragged; each is one step for undo.
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { openQuietly, parts } from './support.ts'

const frameOf = (page: Page, name: string) => parts(page).canvas.locator(`[data-id="machine:${name}"]`)

/** Where a machine stands on the canvas, whatever the view shows, and how large it is. */
async function boxOf(page: Page, name: string) {
  return frameOf(page, name).evaluate((node) => {
    const { e, f } = new DOMMatrix(getComputedStyle(node).transform)
    return { x: e, y: f, width: (node as HTMLElement).offsetWidth, height: (node as HTMLElement).offsetHeight }
  })
}

async function gripOf(page: Page, name: string) {
  const box = (await frameOf(page, name).boundingBox())!
  return { x: box.x + box.width - 20, y: box.y + box.height - 8 }
}

async function dragBy(page: Page, name: string, by: { readonly x: number; readonly y: number }): Promise<void> {
  const grip = await gripOf(page, name)
  await page.mouse.move(grip.x, grip.y)
  await page.mouse.down()
  await page.mouse.move(grip.x + by.x, grip.y + by.y, { steps: 6 })
  await page.mouse.up()
}

/** Three machines, none in line with another, all of them selected. */
async function openApart(page: Page): Promise<void> {
  await openQuietly(page, './?lab=calico-proxy-arp')
  await dragBy(page, 'hostA', { x: -30, y: 37 })
  await parts(page).canvas.getByRole('button', { name: 'Show everything' }).click()
  await page.keyboard.press('Escape')
  await page.locator('.react-flow__pane').click({ position: { x: 20, y: 20 } })
  await page.keyboard.press('Control+a')
  await expect(page.getByText('4 selected.')).toBeVisible()
}

test('edges by key, from the menu and by Ctrl-K', async ({ page }) => {
  await openApart(page)
  const before = await boxOf(page, 'hostA')
  const bottoms = async () => {
    const boxes = await Promise.all(['hostA', 'hostB', 'gw'].map((name) => boxOf(page, name)))
    return new Set(boxes.map(({ y, height }) => y + height)).size
  }
  await page.keyboard.press('Control+Shift+ArrowDown')
  await expect.poll(bottoms).toBe(1)
  await page.keyboard.press('Control+z')
  await expect.poll(() => boxOf(page, 'hostA')).toEqual(before)

  await page.keyboard.press('Control+a')
  const grip = await gripOf(page, 'hostB')
  await page.mouse.click(grip.x, grip.y, { button: 'right' })
  await page.getByRole('menuitem', { name: 'Line up' }).click()
  await page.getByRole('menuitem', { name: 'Top edges' }).click()
  const tops = async () => {
    const boxes = await Promise.all(['hostA', 'hostB', 'gw'].map((name) => boxOf(page, name)))
    return new Set(boxes.map(({ y }) => y)).size
  }
  await expect.poll(tops).toBe(1)
  await page.keyboard.press('Control+z')
  await expect.poll(() => boxOf(page, 'hostA')).toEqual(before)

  await page.keyboard.press('Control+a')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('combobox').fill('left edges')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await boxOf(page, 'hostA')).x === (await boxOf(page, 'hostB')).x).toBe(true)
})

test('a machine that is dragged catches on the lines of others, and with Ctrl on none', async ({ page }) => {
  await openQuietly(page, './?lab=calico-proxy-arp')
  const guide = page.locator('.drag-layer__guide')
  const place = await boxOf(page, 'gw')
  // To the right, and a little down: its upper edge stays on that of the hosts.
  const off = { x: 40, y: 4 }
  const grip = await gripOf(page, 'gw')
  const hold = async () => {
    await page.mouse.move(grip.x, grip.y)
    await page.mouse.down()
    await page.mouse.move(grip.x + off.x, grip.y + off.y, { steps: 6 })
  }
  await hold()
  await expect(guide.first()).toBeAttached()
  await page.mouse.up()
  await expect(guide).toHaveCount(0)
  await expect.poll(async () => (await boxOf(page, 'gw')).x).toBeGreaterThan(place.x)
  expect((await boxOf(page, 'gw')).y).toBe(place.y)
  await page.keyboard.press('Control+z')
  await expect.poll(async () => (await boxOf(page, 'gw')).x).toBe(place.x)

  await hold()
  await expect(guide.first()).toBeAttached()
  await page.keyboard.down('Control')
  await expect(guide).toHaveCount(0)
  await page.mouse.up()
  await page.keyboard.up('Control')
  await expect.poll(async () => (await boxOf(page, 'gw')).y).toBeGreaterThan(place.y)
})

test('a machine that is dragged between two catches where its gaps are equal', async ({ page }) => {
  await openQuietly(page, './?lab=calico-proxy-arp')
  const gap = page.locator('.drag-layer__guide--gap')
  const [left, before, right] = [await boxOf(page, 'hostA'), await boxOf(page, 'hostB'), await boxOf(page, 'gw')]
  const middle = (left.x + left.width + right.x - before.width) / 2
  // By its title: at an edge of the canvas the view would move along.
  const frame = (await frameOf(page, 'hostB').boundingBox())!
  const grip = { x: frame.x + frame.width - 40, y: frame.y + 16 }
  await page.mouse.move(grip.x, grip.y)
  await page.mouse.down()
  await page.mouse.move(grip.x + 24, grip.y + 20, { steps: 6 })
  await expect(gap).toHaveCount(0)
  await page.mouse.move(grip.x + 3, grip.y + 20, { steps: 6 })
  await expect(gap).toHaveCount(2)
  await page.mouse.up()
  await expect(gap).toHaveCount(0)
  await expect.poll(async () => (await boxOf(page, 'hostB')).y).toBeGreaterThan(before.y)
  expect((await boxOf(page, 'hostB')).x).toBe(middle)
  await page.keyboard.press('Control+z')
  await expect.poll(() => boxOf(page, 'hostB')).toEqual(before)
})
