// Building by hand: a lab of two containers on a bridge with the mouse alone, and another with the keyboard alone.
import { expect, test } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import { boxOf, drag, drawFromPlus, dropItem, middleOf, openEmpty } from './hand.ts'
import type { Point } from './hand.ts'
import { openByPasting, parts } from './support.ts'

/** The title of a machine. */
async function titleOf(frame: Locator): Promise<Point> {
  const { x, y } = await boxOf(frame)
  return { x: x + 40, y: y + 14 }
}

type Box = Awaited<ReturnType<typeof boxOf>>

function meet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
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
  await dropItem(page, 'Container', await titleOf(machine))
  await expect(ctrA).toBeVisible()
  await dropItem(page, 'Container', await titleOf(machine))
  await expect(ctrB).toBeVisible()
  await dropItem(page, 'Bridge', await titleOf(machine))
  await drawFromPlus(page, ctrA, await middleOf(bridge))
  // Drawing marks no text.
  expect(await page.evaluate(() => window.getSelection()?.toString() ?? '')).toBe('')
  await expect(interfaceOf('ctrA')).toBeVisible()
  await drawFromPlus(page, ctrB, await middleOf(bridge))
  await expect(interfaceOf('ctrB')).toBeVisible()
  await expect(page.getByRole('region', { name: 'What the last gesture ran' })).toContainText('type veth peer name')

  await interfaceOf('ctrA').click()
  await interfaceOf('ctrB').click()
  await page.getByRole('form', { name: 'Ping from ctrA to ctrB' }).getByRole('button', { name: 'Ping' }).click()
  await page.getByRole('tab', { name: 'Actions' }).click()
  await expect(page.getByText('1 packets transmitted, 1 received, 0% packet loss')).toBeVisible()
})

test('what is added by keys and plugged in stays in sight as a whole, and nothing lies on anything else', async ({
  page,
}) => {
  await openEmpty(page)
  const { canvas } = parts(page)
  const frame = (name: string): Locator => canvas.getByRole('group', { name: new RegExp(`^Machine ${name}, `) })
  for (const [key, name] of [
    ['m', 'hostA'],
    ['m', 'hostB'],
    ['m', 'hostC'],
    ['s', 'sw1'],
  ] as const) {
    await page.keyboard.press(key)
    await expect(frame(name)).toBeVisible()
  }
  const bridge = canvas.getByRole('group', { name: 'Interface sw1/br0, bridge' })
  for (const name of ['hostA', 'hostB', 'hostC']) {
    await drawFromPlus(page, frame(name), await middleOf(bridge))
    await expect(canvas.getByRole('group', { name: new RegExp(`^Interface ${name}/eth0`) })).toBeVisible()
  }
  const outer = await boxOf(canvas)
  const frames = await Promise.all(['hostA', 'hostB', 'hostC', 'sw1'].map((name) => boxOf(frame(name))))
  const sockets = await Promise.all(
    (await canvas.getByRole('group', { name: /^Interface .*\/(eth0|p-host)/ }).all()).map(boxOf),
  )
  expect(sockets).toHaveLength(6)
  for (const box of [...frames, ...sockets]) {
    expect(box.x).toBeGreaterThanOrEqual(outer.x)
    expect(box.x + box.width).toBeLessThanOrEqual(outer.x + outer.width)
  }
  for (const boxes of [frames, sockets]) {
    for (const [index, a] of boxes.entries())
      for (const b of boxes.slice(index + 1)) expect(meet(a, b), JSON.stringify([a, b])).toBe(false)
  }
})

test('what was drawn is undone and redone step by step', async ({ page }) => {
  await openEmpty(page)
  const { machine, ctrA, bridge } = things(page)
  const { x, y } = await boxOf(parts(page).canvas)
  await dropItem(page, 'Machine', { x: x + 240, y: y + 120 })
  await dropItem(page, 'Container', await titleOf(machine))
  await expect(ctrA).toBeVisible()
  await dropItem(page, 'Bridge', await titleOf(machine))
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
