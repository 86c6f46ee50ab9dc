// Terminals with real typing: a shell on a machine, Tab, history, nested shells, an endless ping and Ctrl-C.
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { openQuietly, overhear, parts } from './support.ts'

const screenOf = (page: Page, name: string) =>
  page.getByRole('textbox', { name: `Terminal on ${name}. Escape leaves it.` })
/** What the terminal in front shows, row by row. */
const rows = (page: Page) => page.locator('.terminal__place .xterm-rows')

/** Opens a terminal on what is called so in the tree. */
async function openTerminalOn(page: Page, name: string): Promise<void> {
  await parts(page)
    .tree.getByRole('row', { name: new RegExp(`^${name} `) })
    .first()
    .click()
  await page.keyboard.press('t')
  await expect(screenOf(page, name)).toBeFocused()
  await expect(rows(page)).toContainText(`root@${name}:~#`)
}

async function enter(page: Page, text: string): Promise<void> {
  await page.keyboard.type(text)
  await page.keyboard.press('Enter')
}

test('a shell on a host: ping, Tab, history, a shell in a namespace, leaving by keyboard', async ({ page }) => {
  const { heard } = overhear(page)
  await openQuietly(page, './?lab=calico-proxy-arp')
  await openTerminalOn(page, 'hostA')

  await enter(page, 'ip netns exec ctrA ping -c 1 10.10.10.20')
  await expect(rows(page)).toContainText('1 packets transmitted, 1 received')

  await page.keyboard.type('ip ro')
  await page.keyboard.press('Tab')
  await page.keyboard.type('sh')
  await page.keyboard.press('Tab')
  await expect(rows(page)).toContainText('root@hostA:~# ip route show')
  await page.keyboard.press('Enter')
  await expect(rows(page)).toContainText('proto kernel scope link')

  await enter(page, 'ip netns exec ctrA bash')
  await expect(rows(page)).toContainText('root@ctrA:~#')
  await enter(page, 'ip -br link show eth0')
  await expect(rows(page)).toContainText(/eth0@\S+ +UP/)
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('echo ')
  await page.keyboard.press('Enter')
  await expect(rows(page)).toContainText('ip -br link show eth0')
  await page.keyboard.press('Control+d')
  await expect(rows(page)).toContainText('exit')

  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Terminal on hostA', exact: true })).toBeFocused()
  await page.getByRole('tab', { name: 'Actions' }).click()
  await expect(
    page.getByRole('button', { name: 'ip netns exec ctrA ping -c 1 10.10.10.20', exact: true }),
  ).toBeVisible()
  await page.getByRole('tab', { name: 'Terminal' }).click()
  await expect(rows(page)).toContainText('root@hostA:~#')
  expect(heard).toEqual([])
})

test('an endless ping streams with the cursor until Ctrl-C; its link ends there as well', async ({ page, browser }) => {
  await openQuietly(page, './?lab=calico-proxy-arp')
  await openTerminalOn(page, 'ctrA')
  await enter(page, 'ping 10.10.10.20')
  await expect(rows(page)).toContainText('icmp_seq=2')
  await page.keyboard.press('Control+c')
  await expect(rows(page)).toContainText(/\d+ packets transmitted, \d+ received, 0% packet loss/)
  const transmitted = /\d+ packets transmitted/.exec((await rows(page).textContent()) ?? '')?.[0] ?? ''

  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const url = await page.getByRole('dialog').getByRole('textbox', { name: 'Link' }).inputValue()
  const other = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  await other.goto(url)
  await other.getByRole('tab', { name: 'Actions' }).click()
  await expect(other.getByText(transmitted)).toBeVisible()
  await expect(other.getByRole('alert')).toHaveCount(0)
  await other.context().close()
})

test('a pasted script builds its lab, and two terminals stand side by side', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openQuietly(page, './?lab=calico-proxy-arp')
  await openTerminalOn(page, 'ctrA')
  await openTerminalOn(page, 'ctrB')
  const lines = Array.from({ length: 200 }, (_, k) => `ip link add d${k} type dummy\n`)
  await page.evaluate((text) => navigator.clipboard.writeText(text), lines.join(''))
  await page.keyboard.press('Control+v')
  await expect(rows(page)).toContainText('ip link add d199 type dummy')
  await page.keyboard.type('ip -br link show d199\n')
  await expect(rows(page)).toContainText(/d199\s+DOWN/)
  await page.getByRole('button', { name: 'Close the terminal on ctrB' }).click()
  await expect(rows(page)).toContainText('root@ctrA:~#')
})
