// Building by hand: a lab of two containers on a bridge with the mouse alone, and another with the keyboard alone.
import { expect, test } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import { openByPasting, openQuietly, parts } from './support.ts'

interface Place {
  readonly x: number
  readonly y: number
}

/** Opens a lab with nothing in it. */
async function openEmpty(page: Page): Promise<void> {
  await openQuietly(page, './?lab=arp-basics')
  await expect(parts(page).tree.getByRole('row', { name: 'a host' })).toBeVisible()
  await page.getByRole('button', { name: 'New', exact: true }).click()
  await expect(parts(page).canvas.getByText('Nothing is here yet')).toBeVisible()
}

async function drag(page: Page, from: Place, to: Place): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(from.x + 8, from.y + 8)
  await page.mouse.move(to.x, to.y, { steps: 5 })
  await page.mouse.up()
}

async function boxOf(locator: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  await expect(locator).toBeVisible()
  const box = await locator.boundingBox()
  if (box === null) throw new Error('nothing is drawn there')
  return box
}

const paletteItem = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: 'Build' }).getByRole('button', { name })

/** Drags a thing of the palette onto the title of a machine, or onto a place of the canvas. */
async function dropItem(page: Page, name: string, on: Locator | Place): Promise<void> {
  const item = await boxOf(paletteItem(page, name))
  const to = 'x' in on ? on : await boxOf(on).then(({ x, y }) => ({ x: x + 40, y: y + 14 }))
  await drag(page, { x: item.x + 16, y: item.y + 12 }, to)
}

/** Draws from the plus of a namespace to the middle of something. */
async function drawFromPlus(page: Page, frame: Locator, to: Locator): Promise<void> {
  const { x, y, width, height } = await boxOf(frame)
  await page.mouse.move(x + width - 8, y + height - 4)
  const plus = await boxOf(frame.locator('[data-plug]'))
  const end = await boxOf(to)
  await drag(
    page,
    { x: plus.x + plus.width / 2, y: plus.y + plus.height / 2 },
    { x: end.x + end.width / 2, y: end.y + end.height / 2 },
  )
}

const things = (page: Page) => {
  const { canvas } = parts(page)
  return {
    machine: canvas.getByRole('group', { name: 'Machine hostA, host' }),
    ctrA: canvas.getByRole('group', { name: 'Namespace ctrA' }),
    ctrB: canvas.getByRole('group', { name: 'Namespace ctrB' }),
    bridge: canvas.getByRole('group', { name: 'Interface hostA/br0, bridge' }),
    interfaceOf: (namespace: string) => canvas.getByRole('group', { name: `Interface ${namespace}/eth0` }),
  }
}

test('the mouse alone builds two containers on a bridge, and they reach each other', async ({ page }) => {
  await openEmpty(page)
  const { machine, ctrA, ctrB, bridge, interfaceOf } = things(page)
  const { x, y } = await boxOf(parts(page).canvas)
  await dropItem(page, 'Machine', { x: x + 240, y: y + 120 })
  await expect(machine).toBeVisible()
  await dropItem(page, 'Container', machine)
  await expect(ctrA).toBeVisible()
  await dropItem(page, 'Container', machine)
  await expect(ctrB).toBeVisible()
  await dropItem(page, 'Bridge', machine)
  await drawFromPlus(page, ctrA, bridge)
  // Drawing marks no text.
  expect(await page.evaluate(() => window.getSelection()?.toString() ?? '')).toBe('')
  await expect(interfaceOf('ctrA')).toBeVisible()
  await drawFromPlus(page, ctrB, bridge)
  await expect(interfaceOf('ctrB')).toBeVisible()
  await expect(page.getByRole('region', { name: 'What the last gesture ran' })).toContainText('type veth peer name')

  await interfaceOf('ctrA').click()
  await interfaceOf('ctrB').click()
  await page.getByRole('form', { name: 'Ping from ctrA to ctrB' }).getByRole('button', { name: 'Ping' }).click()
  await page.getByRole('tab', { name: 'Actions' }).click()
  await expect(page.getByText('1 packets transmitted, 1 received, 0% packet loss')).toBeVisible()
})

test('what was drawn is undone and redone step by step', async ({ page }) => {
  await openEmpty(page)
  const { machine, ctrA, bridge } = things(page)
  const { x, y } = await boxOf(parts(page).canvas)
  await dropItem(page, 'Machine', { x: x + 240, y: y + 120 })
  await dropItem(page, 'Container', machine)
  await expect(ctrA).toBeVisible()
  await dropItem(page, 'Bridge', machine)
  await expect(bridge).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(bridge).toBeHidden()
  await page.keyboard.press('Control+z')
  await expect(ctrA).toBeHidden()
  await page.keyboard.press('Control+y')
  await page.keyboard.press('Control+y')
  await expect(bridge).toBeVisible()
  await expect(ctrA).toBeVisible()
})

test('a drop where nothing can be says why, and changes nothing', async ({ page }) => {
  await openEmpty(page)
  const { x, y } = await boxOf(parts(page).canvas)
  await dropItem(page, 'Container', { x: x + 240, y: y + 120 })
  await expect(parts(page).messages).toContainText('A container lives in a machine')
  await expect(parts(page).canvas.getByText('Nothing is here yet')).toBeVisible()
})

test('the keyboard alone builds the same lab from the tree', async ({ page }) => {
  await openEmpty(page)
  const { tree } = parts(page)
  await page.keyboard.press('m')
  await expect(tree.getByRole('row', { name: /^hostA/ })).toBeVisible()
  for (const name of ['ctrA', 'ctrB']) {
    await tree.getByRole('row', { name: /^hostA/ }).focus()
    await page.keyboard.press('n')
    await expect(tree.getByRole('row', { name })).toBeVisible()
  }
  await tree.getByRole('row', { name: /^hostA/ }).focus()
  await page.keyboard.press('b')
  await expect(tree.getByRole('row', { name: 'br0' })).toBeVisible()
  for (const name of ['ctrA', 'ctrB']) {
    await tree.getByRole('row', { name: new RegExp(`^${name}`) }).focus()
    await page.keyboard.press('c')
    const dialog = page.getByRole('dialog', { name: `Connect ${name} to` })
    await dialog.getByRole('searchbox').fill('br0')
    await expect(dialog.getByRole('option')).toHaveCount(1)
    await page.keyboard.press('Enter')
    await expect(things(page).interfaceOf(name)).toBeVisible()
  }
})

test('an interface drawn to a container asks for the mode and makes the child; with Alt it moves', async ({ page }) => {
  await openEmpty(page)
  await openByPasting(
    page,
    '#%% machine hostA: ctrA\nip netns add hostA\nip netns add ctrA\nip -n hostA link add eth0 type dummy\n',
  )
  const { canvas } = parts(page)
  const middleOf = async (thing: Locator): Promise<Place> => {
    const { x, y, width, height } = await boxOf(thing)
    return { x: x + width / 2, y: y + height / 2 }
  }
  const eth0 = canvas.getByRole('group', { name: 'Interface hostA/eth0' })
  const frame = canvas.getByRole('group', { name: /(Machine|Namespace) ctrA/ })
  await drag(page, await middleOf(eth0), await middleOf(frame))
  const dialog = page.getByRole('dialog', { name: 'Child of hostA/eth0 in ctrA' })
  await dialog.getByText('vepa').click()
  await expect(dialog).toContainText('type macvlan mode vepa')
  await dialog.getByRole('button', { name: 'Create' }).click()
  await expect(canvas.getByRole('group', { name: /Interface ctrA\/macv0, macvlan vepa/ })).toBeVisible()
  await page.keyboard.press('Control+z')
  await page.keyboard.down('Alt')
  await drag(page, await middleOf(eth0), await middleOf(frame))
  await page.keyboard.up('Alt')
  await expect(canvas.getByRole('group', { name: 'Interface ctrA/eth0' })).toBeVisible()
})

test('the menu of an interface is reached from the tree, and a name is edited in its place', async ({ page }) => {
  await openEmpty(page)
  await openByPasting(page, 'ip netns add a\nip -n a link add d0 type dummy\n')
  const { tree, canvas } = parts(page)
  const row = tree.getByRole('row', { name: /^d0/ })
  await row.focus()
  await page.keyboard.press('Shift+F10')
  await expect(page.getByRole('menuitem', { name: 'Move to…' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('menu')).toBeHidden()
  await expect(row).toBeFocused()
  await page.keyboard.press('F2')
  const field = canvas.getByRole('textbox', { name: 'New name of d0' })
  await expect(field).toBeFocused()
  await field.fill('wan0')
  await page.keyboard.press('Enter')
  await expect(tree.getByRole('row', { name: /^wan0/ })).toBeVisible()
})
