// What is edited where it stands: addresses on the canvas, notes in the tree, containers pulled out of their machine, and the lab's start.
import { expect, test } from '@playwright/test'
import type { Page } from '@playwright/test'
import { boxOf, drag, drawFromPlus, middleOf, openEmpty } from './hand.ts'
import { openByPasting, parts, runCommand } from './support.ts'

const PAIR = `ip netns add a
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
`

async function openPair(page: Page): Promise<void> {
  await openEmpty(page)
  await openByPasting(page, PAIR)
  await expect(parts(page).canvas.getByText('10.0.0.2/24')).toBeVisible()
}

const strip = (page: Page) => page.getByRole('region', { name: 'What the last gesture ran' })

/** The script, as the panel has it. */
async function script(page: Page): Promise<string> {
  await page.getByRole('tab', { name: 'Script' }).click()
  return (await page.locator('.script__editor .cm-content').innerText()).trim()
}

test('a double click edits an address where it stands, and the text changes in its line', async ({ page }) => {
  await openPair(page)
  const { canvas } = parts(page)
  await canvas.getByText('10.0.0.2/24').dblclick()
  const field = canvas.getByRole('textbox', { name: 'Address of b/eth0' })
  await expect(field).toBeFocused()
  await expect(field).toHaveValue('10.0.0.2/24')
  await field.fill('10.0.0.300')
  await expect(canvas.getByRole('alert')).toContainText('Four numbers up to 255')
  await page.keyboard.press('Enter')
  await expect(field).toBeVisible()
  await field.fill('10.0.0.30')
  await expect(canvas.getByText('ip -n b addr add 10.0.0.30/24 dev eth0')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(canvas.getByText('10.0.0.30/24', { exact: true })).toBeVisible()
  await expect(strip(page)).toContainText('ip -n b addr add 10.0.0.30/24 dev eth0')
  expect(await script(page)).toBe(PAIR.replace('10.0.0.2/24', '10.0.0.30/24').trim())
})

test('after a cable is drawn, Enter edits the address that was proposed', async ({ page }) => {
  await openEmpty(page)
  await openByPasting(page, 'ip netns add a\nip netns add b\n')
  const { canvas, tree } = parts(page)
  const frame = (name: string) => canvas.getByRole('group', { name: `Machine ${name}, host` })
  await drawFromPlus(page, frame('a'), await middleOf(frame('b')))
  await expect(tree.getByRole('row', { name: /eth0.*10\.0\.0\.1\/24/ })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  const field = canvas.getByRole('textbox', { name: 'Address of a/eth0' })
  await expect(field).toHaveValue('10.0.0.1/24')
  // Nothing lies over it: a click would otherwise reach the socket.
  await field.click({ position: { x: 8, y: 8 } })
  await field.fill('10.0.0.9')
  await page.keyboard.press('Enter')
  await expect(tree.getByText('10.0.0.9/24')).toBeVisible()
})

test('from the tree, Enter edits the address and Tab leads from the name to what is proposed', async ({ page }) => {
  await openEmpty(page)
  await openByPasting(page, `${PAIR}ip -n b link add d0 type dummy\n`)
  const { tree, canvas } = parts(page)
  const row = tree.getByRole('row', { name: /^d0/ })
  await row.focus()
  await page.keyboard.press('F2')
  await expect(canvas.getByRole('textbox', { name: 'New name of d0' })).toBeFocused()
  await page.keyboard.press('Tab')
  const field = canvas.getByRole('textbox', { name: 'Address of b/d0' })
  await expect(field).toBeFocused()
  // Whoever passes through leaves no address behind.
  await page.keyboard.press('Tab')
  await expect(field).toBeHidden()
  await expect(row).toBeFocused()
  await expect(row).not.toContainText('10.0.')
  await page.keyboard.press('Enter')
  await expect(field).toBeFocused()
  await expect(field).toHaveValue(/^10\.0\.\d+\.\d+\/24$/)
  await field.fill('192.0.2.1/32')
  await page.keyboard.press('Enter')
  await expect(tree.getByRole('row', { name: /d0.*192\.0\.2\.1\/32/ })).toBeVisible()
  await tree.getByRole('row', { name: /^d0/ }).focus()
  // It is still selected, so that Enter edits.
  await page.keyboard.press('Enter')
  await expect(field).toHaveValue('192.0.2.1/32')
  await field.fill('')
  await expect(canvas.getByText('ip -n b addr del 192.0.2.1/32 dev d0')).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(tree.getByText('192.0.2.1/32')).toBeHidden()
})

test('the inspector offers the next address of the network, and typing takes its place', async ({ page }) => {
  await openEmpty(page)
  await openByPasting(page, `${PAIR}ip -n b link set eth0 mtu 1400\n`)
  const { tree } = parts(page)
  await tree.getByRole('row', { name: /eth0.*10\.0\.0\.2\/24/ }).click()
  const field = page.getByRole('region', { name: 'Inspector' }).getByRole('textbox', { name: 'Add an address' })
  await field.focus()
  await expect(field).toHaveValue('10.0.0.3/24')
  await page.keyboard.type('10.0.7.1/24')
  await expect(field).toHaveValue('10.0.7.1/24')
  await page.keyboard.press('Enter')
  await expect(tree.getByText('10.0.0.2/24, 10.0.7.1/24')).toBeVisible()
  await expect(field).toHaveValue('')
})

test('the tree adds, edits, moves and deletes notes', async ({ page }) => {
  await openPair(page)
  const { tree, canvas } = parts(page)
  await tree.getByRole('row', { name: /^a host/ }).focus()
  await page.keyboard.press('o')
  await page.getByRole('dialog', { name: 'New note' }).getByRole('textbox').fill('the gateway')
  await page.keyboard.press('Enter')
  const row = tree.getByRole('row', { name: /the gateway/ })
  await expect(row).toBeVisible()
  const note = canvas.getByText('the gateway')
  const before = await boxOf(note)
  await row.focus()
  await page.keyboard.press('Alt+ArrowRight')
  await expect.poll(async () => (await boxOf(note)).x).toBeGreaterThan(before.x)
  await expect(row).toBeFocused()
  await page.keyboard.press('F2')
  await page.getByRole('dialog', { name: 'Edit note' }).getByRole('textbox').fill('the router')
  await page.keyboard.press('Enter')
  const renamed = tree.getByRole('row', { name: /the router/ })
  await expect(renamed).toBeVisible()
  await renamed.focus()
  await page.keyboard.press('Delete')
  await expect(renamed).toBeHidden()
  await expect(canvas.getByText('the router')).toBeHidden()
})

test('a container that is dragged out of its machine becomes one', async ({ page }) => {
  await openEmpty(page)
  await openByPasting(
    page,
    '#%% machine hostA: web\nip netns add hostA\nip netns add web\nip -n hostA link add d0 type dummy\n',
  )
  const { canvas } = parts(page)
  const frame = canvas.getByRole('group', { name: 'Namespace web' })
  const machine = await boxOf(canvas.getByRole('group', { name: /^Machine hostA/ }))
  const title = await middleOf(frame.getByText('web', { exact: true }))
  await drag(page, title, { x: machine.x + machine.width + 140, y: machine.y + 40 })
  await expect(canvas.getByRole('group', { name: 'Machine web, host' })).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(frame).toBeVisible()
})

test('commands that were typed become the start of the lab; the ping is forgotten; undo brings all of it back', async ({
  page,
}) => {
  await openPair(page)
  await runCommand(page, 'ip netns exec a ping -c 1 10.0.0.2')
  await expect(page.getByRole('article').first()).toContainText('exit 0')
  await runCommand(page, 'ip -n b link set eth0 mtu 1400')
  await expect(page.getByRole('article').nth(1)).toContainText('exit 0')
  await page.getByRole('button', { name: 'Make this the start…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Make this the start' })
  await expect(dialog.getByRole('checkbox', { name: /ping/ })).not.toBeChecked()
  await expect(dialog.getByRole('checkbox', { name: /mtu 1400/ })).toBeChecked()
  await dialog.getByRole('button', { name: 'Start with 1 command' }).click()
  await expect(page.getByRole('article')).toHaveCount(0)
  expect(await script(page)).toBe(`${PAIR}ip -n b link set eth0 mtu 1400`)
  await parts(page)
    .tree.getByRole('row', { name: /^a host/ })
    .focus()
  await page.keyboard.press('Control+z')
  await page.getByRole('tab', { name: 'Actions' }).click()
  await expect(page.getByRole('article')).toHaveCount(2)
})

test('a MAC address and an MTU are edited beside their interface, from its menu', async ({ page }) => {
  await openPair(page)
  const { canvas } = parts(page)
  await canvas.getByRole('group', { name: /^Interface a\/eth0, / }).click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Edit the MAC address…' }).click()
  const mac = page.getByRole('textbox', { name: 'MAC address of a/eth0' })
  await expect(mac).toBeFocused()
  await mac.fill('01:00:00:00:00:0a')
  await expect(mac).toHaveAttribute('aria-invalid', 'true')
  await mac.fill('02:00:00:00:00:0a')
  await mac.press('Tab')
  const mtu = page.getByRole('textbox', { name: 'MTU of a/eth0' })
  await expect(mtu).toBeFocused()
  await mtu.fill('1400')
  await mtu.press('Enter')
  const inspector = page.getByRole('region', { name: 'Inspector' })
  await expect(inspector.getByRole('button', { name: /^mtu 1400\./ })).toBeVisible()
  await expect(inspector.getByRole('button', { name: /^MAC 02:00:00:00:00:0a\./ })).toBeVisible()
})
