// Nothing for axe to find on the views that readers see.
import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { openPage, parts, rowsWith, showTable } from './support.ts'

/** What axe finds, one line each: rule, and where. */
async function findings(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

test.describe.configure({ timeout: 90_000 })

test('the first view', async ({ page }) => {
  await openPage(page)
  await page.getByRole('button', { name: 'Pause' }).click()
  expect(await findings(page)).toEqual([])
})

test('the gallery', async ({ page }) => {
  await openPage(page)
  await page.getByRole('button', { name: 'Gallery' }).click()
  await expect(parts(page).gallery.getByRole('button', { name: 'Calico: proxy ARP' })).toBeVisible()
  expect(await findings(page)).toEqual([])
})

test('dialogs: paste, share, shortcuts, settings', async ({ page }) => {
  await openPage(page)
  for (const name of ['Paste', 'Share', 'Keyboard shortcuts']) {
    await page.getByRole('button', { name, exact: true }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    expect(await findings(page), name).toEqual([])
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
  }
  await page.getByRole('button', { name: 'Settings' }).click()
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeVisible()
  expect(await findings(page), 'Settings').toEqual([])
})

test('packet and why, with an interface in the inspector', async ({ page }) => {
  await openPage(page)
  const { canvas, why } = parts(page)
  await canvas.getByRole('group', { name: /^Interface ctrA\/eth0, .* 10\.10\.10\.10\/24$/ }).click()
  const table = await showTable(page)
  await rowsWith(table, 'Reply 10.10.10.20 is-at', 'hostA/veth0').first().click()
  await expect(why).toContainText('this decided')
  expect(await findings(page)).toEqual([])
})

test('actions with a failure, problems', async ({ page }) => {
  await openPage(page, './?lab=calico-no-proxy-arp&run')
  await page.getByRole('tab', { name: 'Actions' }).click()
  await expect(page.getByText('Why:')).toBeVisible()
  expect(await findings(page)).toEqual([])
  await page.getByRole('tab', { name: 'Problems' }).click()
  expect(await findings(page), 'Problems').toEqual([])
})

test('dark', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await openPage(page)
  const table = await showTable(page)
  await rowsWith(table, 'Reply 10.10.10.20 is-at', 'hostA/veth0').first().click()
  await expect(parts(page).why).toContainText('this decided')
  expect(await findings(page)).toEqual([])
})

test('narrow', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await openPage(page)
  for (const name of [/^Timeline/, /^Packet/, /^Actions/, /^Lab/, /^Inspector/, /^Problems/]) {
    await page.getByRole('tab', { name }).click()
    expect(await findings(page), String(name)).toEqual([])
  }
  await page.getByRole('button', { name: 'More ways to a lab' }).click()
  expect(await findings(page)).toEqual([])
  await page.getByRole('button', { name: 'Paste' }).click()
  await expect(page.getByRole('dialog', { name: 'Paste a script' })).toBeVisible()
})

test('embedded', async ({ page }) => {
  await page.goto('./?embed=1')
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  expect(await findings(page)).toEqual([])
})

test.describe('for readers of Chinese', () => {
  test.use({ locale: 'zh-CN' })
  test('the first view', async ({ page }) => {
    await page.goto('./')
    await expect(page.getByRole('button', { name: '暂停' })).toBeVisible()
    await page.getByRole('button', { name: '表格', exact: true }).click()
    await expect(page.getByRole('grid').getByRole('row').nth(1)).toBeVisible()
    expect(await findings(page)).toEqual([])
  })
})
