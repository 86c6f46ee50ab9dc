// The lab's own actions, step by step or all at once, and what a failed one says.
import { expect, test } from '@playwright/test'
import { openFromGallery, openPage, openQuietly, parts, rowsWith, runCommand, showTable } from './support.ts'

test('actions run step by step, then all that are left', async ({ page }) => {
  await openPage(page)
  await openFromGallery(page, 'ARP from the first request to the last probe')
  await page.getByRole('tab', { name: 'Actions' }).click()
  const panel = page.getByRole('tabpanel', { name: /^Actions/ })
  const list = panel.getByRole('listitem')
  await expect(panel).toContainText('0 of 9')
  await expect(list.filter({ hasText: 'not run yet' })).toHaveCount(9)
  await panel.getByRole('button', { name: 'Run next' }).click()
  await expect(panel).toContainText('1 of 9')
  await expect(list.first()).toContainText('1 received, 0% packet loss')
  await panel.getByRole('button', { name: 'Run next' }).click()
  await expect(panel).toContainText('2 of 9')
  await expect(list.nth(1)).toContainText('10.0.0.2 dev eth0 lladdr')
  await expect(list.nth(1)).toContainText('REACHABLE')
  await panel.getByRole('button', { name: 'Run all' }).click()
  await expect(panel).toContainText('9 of 9')
  await expect(list.filter({ hasText: 'not run yet' })).toHaveCount(0)
  await expect(panel.getByRole('button', { name: 'Run next' })).toBeDisabled()
  // Reset takes the whole run back.
  await page.getByRole('button', { name: 'Reset' }).click()
  await expect(panel).toContainText('0 of 9')
})

test('a failed ping of the lab says in one sentence what stopped it, and shows where', async ({ page }) => {
  await openPage(page)
  await openFromGallery(page, 'Calico: no proxy ARP')
  await page.getByRole('tab', { name: 'Actions' }).click()
  await page.getByRole('button', { name: 'Run all' }).click()
  const failed = page.getByRole('article').filter({ hasText: 'ping -c 1 10.10.10.20' })
  await expect(failed).toContainText('exit 1')
  await expect(failed).toContainText('Why:')
  const sentence = failed.getByRole('paragraph').filter({ hasText: 'Why:' })
  await expect(sentence).toContainText('169.254.1.1')
  await expect(sentence).toContainText('hostA')
  await failed.getByRole('button', { name: 'Show where' }).click()
  const { packet, why } = parts(page)
  await expect(packet).toContainText('who-has 169.254.1.1')
  await expect(why).toContainText('proxy_arp')
  await expect(why).toContainText('ignored')
})

test('a ping that fails by hand answers at once', async ({ page }) => {
  await openQuietly(page, './?lab=calico-no-proxy-arp')
  const { canvas } = parts(page)
  await canvas.getByRole('group', { name: 'Namespace ctrA' }).click()
  await canvas.getByRole('group', { name: /^Interface gw\/eth0, .* 192\.168\.1\.1\/24$/ }).click()
  await page.getByRole('form', { name: 'Ping from ctrA to gw' }).getByRole('button', { name: 'Ping' }).click()
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('169.254.1.1')
  await expect(alert).toContainText('ip netns exec ctrA ping -c 1 192.168.1.1')
  const table = await showTable(page)
  await expect(rowsWith(table, 'who-has 169.254.1.1', 'hostA/veth0').first()).toContainText('ignored')
})

test('drops are found with the next-drop button', async ({ page }) => {
  await openPage(page, './?lab=route-blackhole-prohibit-unreachable&run')
  await page.getByRole('button', { name: 'To the beginning' }).click()
  await page.getByRole('button', { name: 'Next drop (Shift+→)' }).click()
  await expect(parts(page).packet).toContainText('dropped at')
  await expect(parts(page).why).toContainText('SKB_DROP_REASON_')
})

test('a typed command runs at the live edge and its effect is on the canvas', async ({ page }) => {
  await openPage(page, './?lab=arp-gratuitous&run')
  await runCommand(page, 'ip -n a addr add 172.16.0.1/24 dev eth0')
  await expect(page.getByRole('article').filter({ hasText: '172.16.0.1' })).toContainText('exit 0')
  await page.getByRole('button', { name: 'To the end' }).click()
  await expect(parts(page).tree.getByRole('row', { name: /172\.16\.0\.1\/24/ })).toBeVisible()
})
