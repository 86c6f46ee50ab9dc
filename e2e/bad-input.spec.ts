// What is no lab gets a message that names what it is and where it is wrong; what was open stays open and stays usable.
import { readFileSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { dropFile, labText, labTitle, openPage, parts, runCommand } from './support.ts'

const [FIRST_LINK] = JSON.parse(
  readFileSync(new URL('../src/lab/old-links.json', import.meta.url), 'utf8'),
) as readonly [{ readonly fragment: string }]
const PNG = Uint8Array.from([
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 1,
])
const KEPT = 'The lab that was open is still here.'

/** Opens a small lab and lets something happen in it, so that there is something to keep. */
async function openSmallLab(page: Page): Promise<void> {
  await openPage(page, './?lab=arp-gratuitous&run')
  await page.getByRole('tab', { name: 'Actions' }).click()
  await expect(page.getByText(/^(\d+) of \1$/)).toBeVisible()
}

/** The lab, its actions and their trace are as before, and the engine still answers for it. */
async function expectKept(page: Page): Promise<void> {
  await expect(labTitle(page)).toHaveText('Gratuitous ARP')
  await expect(parts(page).tree.getByRole('row', { name: /^a / })).toBeVisible()
  await runCommand(page, 'ip netns exec a ip -br link show')
  await expect(page.getByRole('article').filter({ hasText: 'ip -br link show' })).toContainText('exit 0')
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await expect(parts(page).timeline).toBeVisible()
}

const damaged = (fragment: string): string => {
  const middle = Math.floor(fragment.length / 2)
  return `${fragment.slice(0, middle)}${fragment[middle] === 'A' ? 'B' : 'A'}${fragment.slice(middle + 1)}`
}

test.describe('links', () => {
  test('a damaged link says so, and the example is there instead', async ({ page }) => {
    await openPage(page, `./#${damaged(FIRST_LINK.fragment)}`)
    const alert = page.getByRole('alert')
    await expect(alert).toContainText('The link holds no usable lab.')
    await expect(alert).toContainText(/changed on its way|checksum/)
    await expect(labTitle(page)).toHaveText('Calico: proxy ARP')
    await alert.getByRole('button', { name: 'Close message' }).click()
    await expect(alert).toBeHidden()
  })

  test('a truncated link says that its end is missing', async ({ page }) => {
    await openPage(page, `./#${FIRST_LINK.fragment.slice(0, 700)}`)
    await expect(page.getByRole('alert')).toContainText('The link ends too early: its last part is missing.')
    await expect(labTitle(page)).toHaveText('Calico: proxy ARP')
  })

  test('a damaged link that is pasted leaves the open lab alone', async ({ page }) => {
    await openSmallLab(page)
    await page.getByRole('button', { name: 'Paste', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Paste a script' })
    await dialog.getByRole('textbox').fill(`${page.url().split('?')[0]}#${damaged(FIRST_LINK.fragment)}`)
    await expect(dialog).toContainText('This is a link to a lab')
    await dialog.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(page.getByText('The link holds no usable lab.')).toBeVisible()
    await expect(page.getByText(KEPT)).toBeVisible()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await expectKept(page)
  })

  test('an unknown lab of the gallery is named', async ({ page }) => {
    await openPage(page, './?lab=no-such-lab')
    await expect(page.getByRole('alert')).toContainText('The gallery has no lab named “no-such-lab”.')
    await expect(labTitle(page)).toHaveText('Calico: proxy ARP')
  })
})

test('foreign files are refused by name, with what they are', async ({ page }) => {
  await openSmallLab(page)
  const files = [
    { name: 'photo.png', content: PNG, message: 'This is no text' },
    { name: 'package.json', content: '{ "name": "x", "version": 1 }', message: 'This is JSON.' },
    { name: 'page.html', content: '<!doctype html><html><body>hi</body></html>', message: 'a web page' },
    { name: 'nothing.sh', content: '', message: 'There is nothing in this.' },
    { name: 'huge.sh', content: '# long\n'.repeat(45_000), message: '200 kB' },
  ]
  for (const { name, content, message } of files) {
    await dropFile(page, name, content)
    const alert = page.getByRole('alert').filter({ hasText: name })
    await expect(alert).toContainText(message)
    await expect(alert).toContainText(KEPT)
    await alert.getByRole('button', { name: 'Close message' }).click()
    await expect(alert).toBeHidden()
  }
  await expectKept(page)
})

test('a file chosen by the button opens, and a foreign one is refused', async ({ page }) => {
  await openSmallLab(page)
  const choose = async (name: string, content: string | Uint8Array): Promise<void> => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Open file' }).click(),
    ])
    await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) })
  }
  await choose('photo.sh', PNG)
  await expect(page.getByRole('alert')).toContainText('“photo.sh” is not a lab.')
  await expectKept(page)
  await choose('mine.sh', labText('vlan-basic'))
  await expect(labTitle(page)).toHaveText('Mine')
  await expect(page.getByRole('alert')).toHaveCount(0)
})

test('a wrong line is named by number and text; the rest works, and there is a way back', async ({ page }) => {
  await openSmallLab(page)
  const lines = labText('arp-basics').split('\n')
  const at = lines.findIndex((line) => line.startsWith('ip netns add b'))
  lines.splice(at + 1, 0, 'ip -n a lnik add br0 type bridge')
  await dropFile(page, 'typo.sh', lines.join('\n'))
  const alert = page.getByRole('alert').filter({ hasText: '“Typo” is open, but one line could not be used.' })
  await expect(alert).toContainText(`Line ${at + 2}: `)
  await expect(alert).toContainText('(ip -n a lnik add br0 type bridge)')
  await expect(parts(page).tree.getByRole('row', { name: /^eth0 UP 10\.0\.0\.1/ })).toBeVisible()
  await page.getByRole('tab', { name: 'Problems' }).click()
  await expect(page.getByRole('tabpanel', { name: 'Problems' })).toContainText(`Line ${at + 2}:`)
  await alert.getByRole('button', { name: 'Back to “Gratuitous ARP”' }).click()
  await expect(labTitle(page)).toHaveText('Gratuitous ARP')
})

test('a script with no usable line at all leaves the open lab alone', async ({ page }) => {
  await openSmallLab(page)
  await dropFile(page, 'poem.sh', 'shall I compare thee\nto a summers day\n')
  const alert = page.getByRole('alert').filter({ hasText: 'poem' })
  await expect(alert).toContainText(KEPT)
  await expect(alert).toContainText('Line 1')
  await expectKept(page)
})

test('pastes that are nothing or too much are not opened', async ({ page }) => {
  await openSmallLab(page)
  await page.getByRole('button', { name: 'Paste', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Paste a script' })
  const open = dialog.getByRole('button', { name: 'Open', exact: true })
  const field = dialog.getByRole('textbox')
  await expect(open).toBeDisabled()
  await field.fill(' \n\t\n')
  await expect(open).toBeDisabled()
  await field.fill('x'.repeat(300_000))
  await expect(dialog).toContainText('This has 300000 bytes, a lab may have 200000.')
  await expect(open).toBeDisabled()
  await field.fill('ip netns add a\nip -n a link set up up up\nnetsh interface show\n')
  await expect(open).toBeEnabled()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expectKept(page)
})
