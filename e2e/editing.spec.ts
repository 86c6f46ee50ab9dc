// What is changed by hand outside of the canvas: in the inspector, in the script, by Ctrl-K; and that none of it is lost.
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { openPage, openQuietly, parts } from './support.ts'

const LAB = './?lab=arp-basics'

const editor = (page: Page) => page.getByRole('textbox', { name: 'The text of the lab' })

async function openScript(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Script' }).click()
  await expect(editor(page)).toBeVisible()
}

test('the inspector changes what its tables show, and checks what is typed', async ({ page }) => {
  await openQuietly(page, LAB)
  const { tree } = parts(page)
  await tree
    .getByRole('row', { name: /^eth0 UP 10\.0\.0\.1/ })
    .first()
    .click()
  const inspector = page.getByRole('region', { name: 'Inspector' })
  const field = inspector.getByRole('textbox', { name: 'Add an address' })

  await field.fill('10.0.7.300/24')
  await expect(inspector.getByText('Four numbers up to 255 and a prefix length, such as 10.0.0.1/24.')).toBeVisible()
  await field.fill('10.0.7.3/24')
  await field.press('Enter')
  await expect(inspector.getByRole('cell', { name: '10.0.7.3/24', exact: true })).toBeVisible()

  const mtu = inspector.getByRole('button', { name: /^mtu 1500/ })
  await mtu.click()
  await inspector.getByRole('textbox', { name: 'mtu' }).fill('1400')
  await page.keyboard.press('Enter')
  await expect(inspector.getByRole('button', { name: /^mtu 1400/ })).toBeVisible()

  await inspector.getByRole('switch', { name: 'up' }).click()
  await expect(inspector.getByRole('switch', { name: 'up' })).not.toBeChecked()

  await openScript(page)
  await expect(editor(page)).toContainText('addr add 10.0.7.3/24 dev eth0')
  for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Undo' }).click()
  await expect(editor(page)).not.toContainText('10.0.7.3/24')
  await expect(inspector.getByRole('button', { name: /^mtu 1500/ })).toBeVisible()
})

test('what is typed into the script changes the picture, and a wrong line is marked', async ({ page }) => {
  await openQuietly(page, LAB)
  await openScript(page)
  await editor(page).focus()
  await page.keyboard.press('Control+Home')
  // Slowly, so that the lab is built while one goes on typing: nothing typed may be lost by that.
  await page.keyboard.type('ip netns add typed\nip -n typed link add x type nothing\n', { delay: 60 })
  await expect(parts(page).tree.getByRole('row', { name: /^typed/ })).toBeVisible()
  await expect(page.locator('.cm-line').nth(1)).toHaveText('ip -n typed link add x type nothing')
  await expect(page.locator('.cm-lintRange-error').first()).toHaveText('ip -n typed link add x type nothing')
  await expect(page.locator('.cm-lintRange-error')).toHaveCount(1)
  await page.locator('.cm-line', { hasText: 'ip netns add typed' }).hover({ position: { x: 40, y: 6 } })
  await expect(page.getByText('Makes the namespace typed: a network stack of its own')).toBeVisible()
})

test('a lab that was worked on is there again after a reload', async ({ page }) => {
  await openPage(page)
  await page.getByRole('button', { name: 'New', exact: true }).click()
  await openScript(page)
  await editor(page).focus()
  await page.keyboard.press('Control+End')
  await page.keyboard.type('ip netns add kept\n')
  await expect(parts(page).tree.getByRole('row', { name: /^kept/ })).toBeVisible()
  await expect
    .poll(() => page.evaluate(() => sessionStorage.getItem('vethlab.tab')), { message: 'the tab knows its lab' })
    .not.toBeNull()
  await page.reload()
  await expect(parts(page).tree.getByRole('row', { name: /^kept/ })).toBeVisible()
})

test('Ctrl-K finds an interface, runs a command and saves the picture', async ({ page }) => {
  await openQuietly(page, LAB)
  const dialog = page.getByRole('dialog', { name: 'Find and do' })
  await page.keyboard.press('Control+K')
  await expect(dialog.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('b/eth0')
  await dialog.getByRole('option', { name: 'b/eth0' }).click()
  await expect(page.getByRole('heading', { name: /^b ?\/eth0$/ })).toBeVisible()

  await page.keyboard.press('Control+K')
  await dialog.getByRole('combobox').fill('ip netns exec a ping -c 1 10.0.0.2')
  await page.keyboard.press('Enter')
  await expect(parts(page).timeline).toBeVisible()

  await page.keyboard.press('Control+K')
  await dialog.getByRole('combobox').fill('picture as SVG')
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  expect(download.suggestedFilename()).toBe('arp-basics.svg')
  const svg = readFileSync(await download.path(), 'utf8')
  expect(svg).toContain('<svg xmlns="http://www.w3.org/2000/svg"')
  expect(svg).toContain('10.0.0.1/24')
})

test('F6 goes from one part of the page to the next', async ({ page }) => {
  await openQuietly(page, LAB)
  await page.getByRole('button', { name: 'Gallery' }).focus()
  const within = (name: string) =>
    page.getByRole('region', { name, exact: true }).filter({ has: page.locator(':focus') })
  await page.keyboard.press('F6')
  await expect(within('Lab')).toBeVisible()
  await page.keyboard.press('F6')
  await expect(within('Canvas')).toBeVisible()
  await page.keyboard.press('Shift+F6')
  await expect(within('Lab')).toBeVisible()
})
