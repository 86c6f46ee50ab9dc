// What the packet panel says: at the cursor while nothing is selected, and of a frame that NAT has rewritten.
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
