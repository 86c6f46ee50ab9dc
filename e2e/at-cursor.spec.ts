// What the packet panel says at the cursor and of a frame that NAT has rewritten; and finding frames by a capture filter.
import { expect, test } from '@playwright/test'
import { openPage, parts, rowsWith, showTable } from './support.ts'

test('without a selected frame the packet panel tells what happens at the cursor', async ({ page }) => {
  await openPage(page)
  const { packet, why } = parts(page)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'To the beginning' }).click()
  const card = packet.getByRole('region', { name: 'At the cursor' })
  await page.getByRole('button', { name: 'To the end' }).click()
  await expect(card).toContainText('Reply')
  await card.getByRole('button', { name: 'Headers, bytes and checks' }).click()
  await expect(card).toBeHidden()
  await expect(why).toBeVisible()
  await expect(packet.getByRole('region', { name: 'Headers' })).toBeVisible()
})

test('NAT is marked in the table, and the packet says what it was before and after', async ({ page }) => {
  await openPage(page, '?lab=nat-snat-dnat-udp&run')
  const { packet } = parts(page)
  const table = await showTable(page)
  const out = rowsWith(table, 'r/eth1', 'out', 'NAT', 'UDP')
  await out.click()
  await expect(packet).toContainText(/NAT: source 192\.168\.1\.10:\d+ → 203\.0\.113\.1:\d+/)
  const back = rowsWith(table, 'r/eth0', 'out', 'NAT', 'UDP')
  await back.click()
  await expect(packet).toContainText(/NAT: destination 203\.0\.113\.1:\d+ → 192\.168\.1\.10:\d+/)
})

test('a capture filter narrows the table; one that cannot be read is explained and changes nothing', async ({
  page,
}) => {
  await openPage(page)
  const table = await showTable(page)
  const all = Number(await table.getAttribute('aria-rowcount'))
  const field = page.getByRole('searchbox', { name: 'Show only frames that a tcpdump filter lets through' })
  await field.fill('arp and host 169.254.1.1')
  await expect.poll(async () => Number(await table.getAttribute('aria-rowcount'))).toBeLessThan(all)
  await expect(rowsWith(table, 'ICMP')).toHaveCount(0)
  const some = Number(await table.getAttribute('aria-rowcount'))
  expect(some).toBeGreaterThan(1)
  await field.fill('arp and host')
  await expect(page.getByRole('alert')).toHaveText("can't parse filter expression: syntax error")
  expect(Number(await table.getAttribute('aria-rowcount'))).toBe(some)
  await field.fill('')
  await expect.poll(async () => Number(await table.getAttribute('aria-rowcount'))).toBe(all)
})
