// A report goes in as it was copied, its prompts mapped and its commands shown before they run; a lab goes out as files.
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import { labTitle, openPage, openQuietly, parts, rowsWith, showTable } from './support.ts'

const REPORT = `Two machines on one cable. On the first:

anna@one:~$ ip route
10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1
anna@one:~$ sudo ip netns add red
anna@one:~$ sudo ip link add link eth0 name m0 type macvlan mode bridge
anna@one:~$ sudo ip link set m0 netns red
anna@one:~$ sudo vim /etc/hosts

In red:

root@one:/home/anna# ip link set m0 up
root@one:/home/anna# ip addr add 10.0.0.3/24 dev m0

On the second:

anna@two:~$ ip addr show eth0
    inet 10.0.0.2/24 brd 10.0.0.255 scope global eth0
anna@two:~$ ping -c 1 10.0.0.3
64 bytes from 10.0.0.3: icmp_seq=1 ttl=64 time=0.1 ms
anna@two:~$ sudo tcpdump -ni eth0
anna@two:~$ sudo ip link set eth7 up

It works:

root@one:/home/anna# ip neigh
`

async function openPaste(page: Page): Promise<Locator> {
  await page.getByRole('button', { name: 'Paste', exact: true }).click()
  return page.getByRole('dialog', { name: 'Paste a script' })
}

const block = (dialog: Locator, line: number): Locator =>
  dialog.getByRole('listitem').filter({
    has: dialog.page().getByLabel(`Where the commands of line ${line} and below run`),
  })

test('a report: prompts mapped, commands shown before they run, the lab opens and plays', async ({ page }) => {
  await openQuietly(page, './?lab=arp-gratuitous')
  const dialog = await openPaste(page)
  await dialog.getByRole('textbox').fill(REPORT)
  await expect(dialog.getByLabel('Where commands at the prompt anna@one run')).toContainText('new machine one')
  await expect(block(dialog, 12)).toContainText('the interfaces are there')
  await expect(block(dialog, 12)).toContainText('ip -n red addr add 10.0.0.3/24 dev m0')
  await expect(block(dialog, 3)).toContainText('not part of a lab')
  await expect(block(dialog, 17)).toContainText('only looks at frames')
  await expect(dialog).toContainText('one/eth0 10.0.0.1/24, two/eth0 10.0.0.2/24')
  await expect(dialog).toContainText('Commands use two/eth7, and nothing tells an address')
  await dialog.getByText(/lines are no commands and stay out of the lab/).click()
  await expect(dialog.getByText('On the second:', { exact: true })).toBeVisible()
  // Nothing tells where the last block was typed: the dialog asks, and goes there.
  await expect(dialog.getByText('Nothing tells where one block was typed.')).toBeVisible()
  await dialog.getByRole('link', { name: 'line 26' }).click()
  const asked = dialog.getByLabel('Where the commands of line 26 and below run')
  await expect(asked).toBeFocused()
  await asked.selectOption('new machine one')
  await expect(block(dialog, 26)).toContainText('ip -n one neigh')
  await expect(dialog.getByText('Nothing tells where')).toBeHidden()
  // The lab behind the dialog is still the old one.
  await expect(labTitle(page)).toHaveText('Gratuitous ARP')
  await dialog.getByRole('button', { name: 'Open', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(parts(page).tree.getByRole('row', { name: /^red/ })).toBeVisible()
  await page.getByRole('tab', { name: 'Actions' }).click()
  await page.getByRole('button', { name: /^Run all/ }).click()
  await expect(page.getByRole('article').filter({ hasText: 'ip netns exec two ping -c 1 10.0.0.3' })).toContainText(
    'exit 0',
  )
  const table = await showTable(page)
  await expect(rowsWith(table, 'Request who-has 10.0.0.3').first()).toBeVisible()
})

test('prompts can be mapped to the machines of the open lab', async ({ page }) => {
  await openQuietly(page, './?lab=arp-gratuitous')
  const dialog = await openPaste(page)
  await dialog.getByRole('textbox').fill('anna@one:~$ ip link\nanna@two:~$ sudo ip link add d0 type dummy\n')
  await dialog.getByRole('radio', { name: /into the open lab/ }).check()
  await dialog.getByLabel('Where commands at the prompt anna@two run').selectOption('b')
  await expect(block(dialog, 2)).toContainText('ip -n b link add d0 type dummy')
  await dialog.getByLabel('Where commands at the prompt anna@one run').selectOption('leave out')
  await expect(block(dialog, 1)).not.toContainText('ip -n')
  await dialog.getByRole('button', { name: 'Open', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(parts(page).tree.getByRole('row', { name: /^b / })).toBeVisible()
})

test('what is nothing, or no lab, is told, and the open lab stays', async ({ page }) => {
  await openQuietly(page, './?lab=arp-gratuitous')
  const dialog = await openPaste(page)
  const open = dialog.getByRole('button', { name: 'Open', exact: true })
  await expect(dialog).toContainText('Nothing is pasted yet')
  await expect(open).toBeDisabled()
  await dialog.getByRole('textbox').fill('shall I compare thee\nto a summers day\n')
  await expect(dialog).toContainText('No line of this is a command that a lab knows.')
  await expect(dialog).toContainText('The lab that is open stays as it is.')
  await expect(open).toBeDisabled()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(labTitle(page)).toHaveText('Gratuitous ARP')
})

test('a lab is saved for a real Linux, for containerlab and as a capture', async ({ page }) => {
  await openPage(page, './?lab=arp-gratuitous&run')
  await page.getByRole('button', { name: 'Share' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share this lab' })
  const save = async (name: string): Promise<Buffer> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: `Save ${name}` }).click(),
    ])
    expect(download.suggestedFilename()).toBe(name)
    await expect(dialog.getByText(`Saved ${name}.`)).toBeVisible()
    return readFileSync(await download.path())
  }
  const script = (await save('arp-gratuitous.linux.sh')).toString()
  expect(script).toMatch(/^#!\/usr\/bin\/env bash\n/)
  expect(script).toContain("vethlab_namespaces='switch a b c d'")
  const topology = (await save('arp-gratuitous.clab.yml')).toString()
  expect(topology).toContain('topology:\n')
  expect(topology).toContain('"a:eth0"]')
  const capture = await save('arp-gratuitous.pcapng')
  expect(capture.readUInt32LE(0)).toBe(0x0a0d0d0a)
  expect(capture.includes('a/eth0')).toBe(true)
  await dialog.getByLabel('Interface whose frames to save').selectOption('a/eth0')
  const one = await save('arp-gratuitous-a-eth0.pcapng')
  expect(one.length).toBeLessThan(capture.length)
  // A script for Linux opens here as the lab that it holds.
  await dialog.getByRole('button', { name: 'Close' }).click()
  const paste = await openPaste(page)
  await paste.getByRole('textbox').fill(script)
  await paste.getByRole('button', { name: 'Open', exact: true }).click()
  await expect(paste).toBeHidden()
  await expect(parts(page).tree.getByRole('row', { name: /^a / })).toBeVisible()
})
