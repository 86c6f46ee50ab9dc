// Labs that ask for too much and engines that die: a message for people, the lab intact, the page usable.
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { labTitle, noFrames, openByPasting, openPage, parts, runCommand } from './support.ts'

/** Two bridges, two cables between them, no spanning tree. */
const LOOP = `#%% vethlab 1
#%% title "A loop"
ip netns add swA
ip netns add swB
ip netns add h1
ip netns add h2
ip -n swA link add br0 type bridge
ip -n swB link add br0 type bridge
ip -n swA link add c1 type veth peer name c1 netns swB
ip -n swA link add c2 type veth peer name c2 netns swB
ip -n swA link add e1 type veth peer name eth0 netns h1
ip -n swB link add e2 type veth peer name eth0 netns h2
for p in c1 c2 e1; do ip -n swA link set $p master br0 up; done
for p in c1 c2 e2; do ip -n swB link set $p master br0 up; done
ip -n swA link set br0 up
ip -n swB link set br0 up
ip -n h1 addr add 10.0.0.1/24 dev eth0
ip -n h2 addr add 10.0.0.2/24 dev eth0
ip -n h1 link set eth0 up
ip -n h2 link set eth0 up
`

const PING = 'ip netns exec h1 ping -c 1 10.0.0.2'

/** The engine's worker; a reader's browser has exactly one of this page. */
function engineOf(page: Page) {
  const [worker] = page.workers()
  if (worker === undefined) throw new Error('the page has no worker')
  return worker
}

test('a broadcast storm ends in a message that names the bridges, and the lab can be mended', async ({ page }) => {
  await openPage(page)
  await openByPasting(page, LOOP)
  await expect(labTitle(page)).toHaveText('A loop')
  await runCommand(page, PING)
  const alert = page.getByRole('alert').filter({ hasText: 'The run was stopped at a limit.' })
  await expect(alert).toContainText('Broadcast storm: frames circle through swA/br0, swB/br0', { timeout: 30_000 })
  await expect(alert).toContainText('Take one of the links away, or switch STP on.')
  await expect(parts(page).canvas.getByRole('group', { name: 'Machine swA, switch' })).toBeVisible()
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await expect(parts(page).timeline).toBeVisible()
  // The page says what to do, and doing it works.
  await page.getByRole('button', { name: 'Reset' }).click()
  await expect(noFrames(page)).toBeVisible()
  await runCommand(page, 'ip -n swA link set c2 down')
  await expect(page.getByText('exit 0')).toBeVisible()
  await runCommand(page, PING)
  await expect(page.getByRole('article').filter({ hasText: PING })).toContainText('1 received, 0% packet loss')
})

test('an engine that throws is started anew with the lab intact and a message', async ({ page }) => {
  await openPage(page, './?lab=arp-gratuitous&run')
  await engineOf(page).evaluate(() => {
    setTimeout(() => {
      throw new Error('a defect of the engine')
    })
  })
  const alert = page.getByRole('alert').filter({ hasText: 'The engine stopped unexpectedly.' })
  await expect(alert).toContainText('a defect of the engine')
  await expect(alert).toContainText('It was started anew and the lab is open as it was before its actions ran.')
  // What had been put in is a step away, and so is the lab without it.
  await expect(alert).toContainText('Undo brings back what had been put in.')
  await page.getByRole('tab', { name: 'Actions' }).click()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page.getByText(/^(\d+) of \1$/)).toBeVisible()
  await page.getByRole('button', { name: 'Redo', exact: true }).click()
  await expectUsable(page)
})

test('an engine that hangs is stopped and started anew', async ({ page }) => {
  await openPage(page, './?lab=arp-gratuitous&run')
  await engineOf(page).evaluate(() => {
    setTimeout(() => {
      for (;;);
    })
  })
  await runCommand(page, 'ip -br link show')
  const alert = page.getByRole('alert').filter({ hasText: 'The engine took too long and was stopped.' })
  await expect(alert).toContainText('the lab is open as it was', { timeout: 30_000 })
  await expectUsable(page)
})

async function expectUsable(page: Page): Promise<void> {
  await expect(labTitle(page)).toHaveText('Gratuitous ARP')
  await expect(parts(page).canvas.getByRole('group', { name: /^Machine a, / })).toBeVisible()
  await page.getByRole('tab', { name: 'Actions' }).click()
  await expect(page.getByText(/^0 of \d+$/)).toBeVisible()
  await page.getByRole('button', { name: 'Run all' }).click()
  await expect(page.getByText(/^(\d+) of \1$/)).toBeVisible()
  await page.getByRole('tab', { name: 'Timeline' }).click()
  await expect(parts(page).timeline).toBeVisible()
}
