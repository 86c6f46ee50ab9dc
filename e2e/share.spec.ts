// A whole lab travels in one link, with no server: the same lab and the same trace come out of it in another browser.
import { readFileSync } from 'node:fs'
import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import {
  dropFile,
  labText,
  labTitle,
  openPage,
  openQuietly,
  parts,
  readTable,
  runCommand,
  showTable,
} from './support.ts'

interface OldLink {
  readonly about: string
  readonly fragment: string
  readonly lab: { readonly text: string; readonly journal?: readonly unknown[] }
}

const OLD_LINKS = JSON.parse(
  readFileSync(new URL('../src/lab/old-links.json', import.meta.url), 'utf8'),
) as readonly OldLink[]

const shareDialog = (page: Page) => page.getByRole('dialog', { name: 'Share this lab' })

/** Presses Share and reads the link; `withRun` ticks the choice first. */
async function linkOf(page: Page, { withRun = false } = {}): Promise<URL> {
  await page.getByRole('button', { name: 'Share' }).click()
  const dialog = shareDialog(page)
  if (withRun) await dialog.getByRole('checkbox', { name: 'Run the actions when it is opened' }).check()
  const url = new URL(await dialog.getByRole('textbox', { name: 'Link' }).inputValue())
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(dialog).toBeHidden()
  return url
}

/** A page that has never seen this site. */
async function freshPage(browser: Browser): Promise<Page> {
  return (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
}

test('the link rebuilds the same lab with the same trace in another browser', async ({ page, browser }) => {
  await openQuietly(page, './?lab=calico-proxy-arp')
  await runCommand(page, 'ip netns exec ctrA ping -c 1 8.8.8.8')
  await expect(page.getByText('exit 0')).toBeVisible()
  const here = await readTable(page, await showTable(page))
  const url = await linkOf(page)
  expect(url.hash).toMatch(/^#1\.[\w-]+$/)

  const other = await freshPage(browser)
  await openPage(other, url.href)
  await expect(labTitle(other)).toHaveText(/^Two hosts on one LAN/)
  const there = await readTable(other, await showTable(other))
  expect(there).toEqual(here)
  expect(here.length).toBeGreaterThan(20)
  expect(await parts(other).tree.textContent()).toBe(await parts(page).tree.textContent())
  await other.context().close()
})

test('actions run on opening only where the link says so', async ({ page, browser }) => {
  await openPage(page, './?lab=arp-gratuitous&run')
  const quiet = await linkOf(page)
  const running = await linkOf(page, { withRun: true })
  expect(quiet.search).toBe('')
  expect(running.search).toBe('?run')

  const other = await freshPage(browser)
  await openQuietly(other, quiet.href)
  await other.getByRole('tab', { name: 'Actions' }).click()
  await expect(other.getByText(/^0 of \d+$/)).toBeVisible()
  await other.goto('about:blank')
  await openPage(other, running.href)
  await other.getByRole('tab', { name: 'Actions' }).click()
  await expect(other.getByText(/^(\d+) of \1$/)).toBeVisible()
  await other.context().close()
})

test('?t= opens at a moment, and at a frame by its name', async ({ page }) => {
  await openPage(page, './?lab=calico-proxy-arp&run&t=arp-reply@ctrA/eth0:1')
  const { packet } = parts(page)
  await expect(packet).toContainText('into ctrA/eth0')
  await expect(packet).toContainText('Reply 10.10.10.20 is-at')
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()

  await openPage(page, './?lab=calico-proxy-arp&run&t=0.305')
  await expect(page.getByRole('toolbar', { name: 'Playback' })).toContainText('0.305000')

  await openPage(page, './?lab=calico-proxy-arp&run&t=tcp@ctrA/eth0:1')
  await expect(page.getByRole('alert')).toContainText('The lab has no moment “tcp@ctrA/eth0:1”.')
})

test('?embed=1 shows the canvas alone, with the way to the whole page', async ({ page, context }) => {
  await page.goto(`./?embed=1&run#${OLD_LINKS[0]!.fragment}`)
  await expect(page.getByRole('group', { name: /^Machine hostA/ })).toBeVisible()
  await expect(page.getByRole('toolbar', { name: 'Playback' }).getByRole('button', { name: 'Pause' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Gallery' })).toBeHidden()
  const opened = context.waitForEvent('page')
  await page.getByRole('link', { name: 'Open in vethlab' }).click()
  const whole = await opened
  await expect(whole.getByRole('button', { name: 'Gallery' })).toBeVisible()
  await expect(labTitle(whole)).toHaveText('Calico: a gateway that does not exist')
})

test('on localhost Share says that the address is local and offers the file', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await openPage(page, './?lab=vlan-basic&run')
  await page.getByRole('button', { name: 'Share' }).click()
  const dialog = shareDialog(page)
  await expect(dialog).toContainText(/This page runs on localhost:\d+: others can’t open that address\. Send the file/)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save vlan-basic.sh' }).click(),
  ])
  expect(readFileSync(await download.path(), 'utf8')).toBe(labText('vlan-basic'))
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await expect(dialog.getByText('Copied.')).toBeVisible()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toBe(await dialog.getByRole('textbox', { name: 'Link' }).inputValue())
})

test('a lab too long for a link is offered as a file', async ({ page }) => {
  await openPage(page)
  // Text that hardly packs: eight kilobytes of link hold six of it.
  const noise = Array.from(
    { length: 900 },
    (_, index) => `# ${((index * 2654435761) >>> 0).toString(36)} ${index ** 3}`,
  )
  await dropFile(page, 'long.sh', `${labText('arp-gratuitous')}\n${noise.join('\n')}\n`)
  await expect(labTitle(page)).toHaveText('Long')
  await page.getByRole('button', { name: 'Share' }).click()
  await expect(shareDialog(page)).toContainText(/too long for a link \(\d+ characters, the limit is 8000\)/)
  await expect(shareDialog(page).getByRole('button', { name: 'Save long.sh' })).toBeVisible()
})

for (const { about, fragment, lab } of OLD_LINKS.filter(({ lab: { text } }) => text !== '')) {
  test(`an old link opens: ${about}`, async ({ page }) => {
    await page.goto(`./#${fragment}`)
    const { tree } = parts(page)
    for (const [, name] of lab.text.matchAll(/^ip netns add (\S+)$/gm)) {
      await expect(tree.getByRole('row', { name: new RegExp(`^${name} `) })).toBeVisible()
    }
    await page.getByRole('tab', { name: 'Actions' }).click()
    const typed = lab.journal ?? []
    for (const entry of typed as readonly { readonly kind: string; readonly command?: string }[]) {
      if (entry.command === undefined) continue
      await expect(page.getByRole('button', { name: entry.command, exact: true })).toBeVisible()
    }
    // Ctrl-C of the journal ends an endless ping where it ended when the link was made.
    if (typed.length > 0) await expect(page.getByText('3 packets transmitted, 3 received')).toBeVisible()
    await expect(page.getByRole('alert')).toHaveCount(0)
  })
}

test('a link pasted into the address bar of the open page opens', async ({ page }) => {
  await openPage(page, './?lab=vlan-basic&run')
  const before = page.url()
  await page.goto(`${before}#${OLD_LINKS[0]!.fragment}`)
  await expect(labTitle(page)).toHaveText('Calico: a gateway that does not exist')
})

test('runs from any path of a static host', async ({ page, baseURL }) => {
  const prefix = '/some/school/labs'
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    if (!path.startsWith(`${prefix}/`)) response.writeHead(404).end()
    else {
      const target = new URL(path.slice(prefix.length), baseURL)
      const forwarded = ask(target, { headers: { accept: request.headers.accept ?? '*/*' } }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      })
      forwarded.end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as AddressInfo
  const missed: string[] = []
  page.on('response', (response) => response.status() >= 400 && missed.push(response.url()))
  await openPage(page, `http://localhost:${port}${prefix}/?lab=arp-gratuitous&run`)
  const url = await linkOf(page)
  expect(url.pathname).toBe(`${prefix}/`)
  expect(missed).toEqual([])
  server.closeAllConnections()
  server.close()
})
