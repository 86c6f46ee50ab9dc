// The story that the product exists for: a gateway that does not exist, found and understood by hand.
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { noFrames, openFromGallery, openPage, parts, rowsWith, showTable } from './support.ts'

/** Presses ctrA, then ctrB's interface, then Ping. */
async function pingByHand(page: Page): Promise<void> {
  const { canvas, timeline } = parts(page)
  await canvas.getByRole('group', { name: 'Namespace ctrA' }).click()
  await canvas.getByRole('group', { name: /^Interface ctrB\/eth0, .* 10\.10\.10\.20\/24$/ }).click()
  const proposal = page.getByRole('form', { name: 'Ping from ctrA to ctrB' })
  await expect(proposal).toContainText('ip netns exec ctrA ping -c 1 10.10.10.20')
  await proposal.getByRole('button', { name: 'Ping' }).click()
  await expect(proposal).toBeHidden()
  await expect(timeline).toBeVisible()
}

test.beforeEach(async ({ page }) => {
  await openPage(page)
  await openFromGallery(page, 'Calico: proxy ARP')
  await expect(noFrames(page)).toBeVisible()
  await pingByHand(page)
})

test('the request and the proxy reply are on the right lanes', async ({ page }) => {
  const { timeline } = parts(page)
  for (const lane of ['ctrA/eth0', 'hostA/veth0', 'hostA/eth0', 'switch/pA', 'hostB/eth0', 'ctrB/eth0']) {
    await expect(timeline.getByRole('button', { name: `Select ${lane}` })).toBeVisible()
  }
  const table = await showTable(page)
  const request = 'Request who-has 10.10.10.20 tell 10.10.10.10'
  await expect(rowsWith(table, request, 'ctrA/eth0')).toContainText('out')
  await expect(rowsWith(table, request, 'hostA/veth0')).toContainText('waits, answered')
  const reply = 'Reply 10.10.10.20 is-at '
  await expect(rowsWith(table, reply, 'hostA/veth0')).toContainText('out')
  await expect(rowsWith(table, reply, 'ctrA/eth0')).toContainText('delivered')
  // The question never left hostA, so nobody on the LAN can have answered it.
  await expect(rowsWith(table, request)).toHaveCount(2)
  await expect(rowsWith(table, reply, 'hostA/veth0', 'out')).toHaveCount(1)
})

test('the headers say whose the MAC addresses are', async ({ page }) => {
  const { packet } = parts(page)
  const table = await showTable(page)
  await rowsWith(table, 'Request who-has 10.10.10.20', 'hostA/veth0').click()
  const headers = packet.getByRole('tree', { name: 'Headers' })
  await expect(headers.getByRole('treeitem', { name: /^Sender MAC address .*\[ctrA\/eth0\]$/ })).toBeVisible()
  await expect(
    headers.getByRole('treeitem', { name: /^Target IP address 10\.10\.10\.20 \[ctrB\/eth0\]$/ }),
  ).toBeVisible()
  await rowsWith(table, 'Reply 10.10.10.20 is-at', 'ctrA/eth0').click()
  // The address is ctrB's, the MAC is hostA's: that is the whole trick.
  const senderMac = headers.getByRole('treeitem', { name: /^Sender MAC address .*\[hostA\/veth0\]$/ })
  await expect(senderMac).toBeVisible()
  await expect(
    headers.getByRole('treeitem', { name: /^Sender IP address 10\.10\.10\.20 \[ctrB\/eth0\]$/ }),
  ).toBeVisible()
  await expect(headers.getByRole('treeitem', { name: /^Target MAC address .*\[ctrA\/eth0\]$/ })).toBeVisible()
  const mac = /([0-9a-f]{2}:){5}[0-9a-f]{2}/.exec((await senderMac.textContent()) ?? '')?.[0] ?? 'no MAC'
  await packet.getByRole('button', { name: 'out hostA/veth0' }).click()
  await expect(packet).toContainText(`${mac} > `)
  // The interface itself says the same.
  await parts(page)
    .canvas.getByRole('group', { name: /^Interface hostA\/veth0, / })
    .click()
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText(mac)
})

test('the why card shows the sysctl that decided, its value in force and both inputs', async ({ page }) => {
  const { why, packet } = parts(page)
  const table = await showTable(page)
  await rowsWith(table, 'Reply 10.10.10.20 is-at', 'hostA/veth0').click()
  await expect(packet).toContainText('out of hostA/veth0')
  await expect(why).toContainText('hostA/veth0 answers 10.10.10.10 (ctrA/eth0) in place of 10.10.10.20 (ctrB/eth0)')
  const checks = why.getByRole('list', { name: 'Checks, in the order in which the kernel made them' })
  const decisive = checks.getByRole('listitem').filter({ hasText: 'this decided' })
  await expect(decisive).toHaveCount(1)
  await expect(decisive).toContainText('proxy_arp is on')
  await expect(decisive.getByRole('code').nth(0)).toHaveText('1')
  await expect(decisive.getByRole('code').nth(1)).toHaveText('net.ipv4.conf.all.proxy_arp = 0')
  await expect(decisive.getByRole('code').nth(2)).toHaveText('net.ipv4.conf.veth0.proxy_arp = 1')
  await expect(decisive).toContainText('one of the two is enough')
  // In the order of the kernel: the address is looked up before anyone asks whether to be a proxy for it.
  await expect(checks.getByRole('listitem').first()).toContainText('10.10.10.20')
  await expect(checks.getByRole('listitem').last()).toContainText('proxy_arp')
})

test('tables and canvas follow the cursor, and the cursor follows the frame', async ({ page }) => {
  const inspector = page.getByRole('region', { name: 'Inspector' })
  const table = await showTable(page)
  await parts(page)
    .tree.getByRole('row', { name: /^ctrA container/ })
    .click()
  const neighbours = inspector.getByRole('table', { name: /Neighbours/ })
  await rowsWith(table, 'Reply 10.10.10.20 is-at', 'ctrA/eth0').click()
  await expect(neighbours).toContainText('REACHABLE')
  await rowsWith(table, 'Request who-has 10.10.10.20', 'hostA/veth0').click()
  await expect(neighbours).toContainText('INCOMPLETE')
  await page.getByRole('button', { name: 'To the beginning' }).click()
  await expect(inspector).toContainText('No entries: nobody has been asked for yet.')
})

test('what changes in the inspector lights up; clocks and another selection do not', async ({ page }) => {
  const { tree } = parts(page)
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await page.getByRole('button', { name: 'To the beginning' }).click()
  await tree.getByRole('row', { name: /^ctrA container/ }).click()
  await expect(inspector).toContainText('No entries: nobody has been asked for yet.')
  await noteFlashes(page)
  await page.getByRole('button', { name: 'To the end' }).click()
  await expect(inspector.getByRole('table', { name: /Neighbours/ })).toContainText('10.10.10.20')
  const rows = await flashes(page)
  expect(rows.some((text) => text.includes('10.10.10.20') && text.includes('REACHABLE'))).toBe(true)

  await tree.getByRole('row', { name: /^hostA / }).click()
  await expect(inspector.getByRole('table', { name: /Neighbours/ })).toContainText('192.168.1.110')
  expect(await flashes(page)).toEqual(rows)
  // Only time goes on: timers and ages are other ones, and nothing else is.
  const timers = await inspector.getByRole('table', { name: /Neighbours/ }).textContent()
  await page.getByRole('tab', { name: 'Actions' }).click()
  await page.getByRole('textbox', { name: /command/i }).fill('sleep 1')
  await page.keyboard.press('Enter')
  await expect.poll(() => inspector.getByRole('table', { name: /Neighbours/ }).textContent()).not.toBe(timers)
  expect(await flashes(page)).toEqual(rows)
})

/** Writes down what lights up from now on. */
async function noteFlashes(page: Page): Promise<void> {
  await page.evaluate(() => {
    const noted: string[] = []
    Element.prototype.animate = new Proxy(Element.prototype.animate.bind(document.body), {
      apply: (animate, element: Element, args: Parameters<Element['animate']>) => {
        noted.push(element.textContent)
        return animate(...args)
      },
    })
    Object.assign(globalThis, { noted })
  })
}

function flashes(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => [...(globalThis as unknown as { noted: string[] }).noted])
}
