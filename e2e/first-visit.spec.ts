// The first visit: a running example within sight, nothing on the console, nothing from elsewhere, and it works offline.
import { expect, test } from '@playwright/test'
import { labTitle, openPage, overhear, parts } from './support.ts'

test('opens on a running example', async ({ page }) => {
  const { heard, left } = overhear(page)
  await openPage(page)
  const { canvas, tree, timeline } = parts(page)
  await expect(labTitle(page)).toHaveText('Calico: proxy ARP')
  await expect(canvas.getByRole('group', { name: 'Machine hostA, host' })).toBeVisible()
  await expect(canvas.getByRole('group', { name: 'Namespace ctrB' })).toBeVisible()
  await expect(tree.getByRole('row', { name: /^gw router/ })).toBeVisible()
  await expect(timeline.getByRole('button', { name: 'Select ctrA/eth0' })).toBeVisible()
  // It runs: the cursor moves by itself, and all of the lab's actions have been run.
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  await expect(page.getByRole('status', { name: 'What happens at the cursor' })).toHaveText(/ARP|ICMP/)
  await page.getByRole('tab', { name: 'Actions' }).click()
  await expect(page.getByText('7 of 7')).toBeVisible()
  expect(heard).toEqual([])
  expect(left).toEqual([])
})

test('a frame on the timeline shows what it is when pressed', async ({ page }) => {
  await openPage(page)
  const { timeline, packet } = parts(page)
  await page.getByRole('button', { name: 'Pause' }).click()
  await timeline.focus()
  await timeline.press('ArrowRight')
  await expect(packet.getByRole('tree', { name: 'Headers' })).toBeVisible()
  await expect(packet.getByRole('region', { name: 'Why' })).toContainText('Decided by')
})

test('works offline after the first visit, on every way in', async ({ page, context }) => {
  await openPage(page)
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready
    if (active?.state === 'activated') return
    await new Promise((resolve) => active?.addEventListener('statechange', resolve, { once: true }))
  })
  await context.setOffline(true)
  for (const address of ['./', './?embed=1', './?lab=arp-basics&run&t=0.3']) {
    await page.goto(address)
    await expect(page.getByRole('group', { name: /^Machine / }).first()).toBeVisible()
  }
  const { gallery, timeline } = parts(page)
  await expect(timeline).toBeVisible()
  await page.getByRole('button', { name: 'Gallery' }).click()
  await expect(gallery.getByRole('button', { name: 'Calico: proxy ARP' })).toBeVisible()
})
