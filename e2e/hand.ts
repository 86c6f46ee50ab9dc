// A hand that builds: carries out gestures with the mouse on the page as a person would, one after the other. Text is
// typed into fields; everything else is drags and clicks on things of the palette, the canvas, the tree and the inspector.
import { expect } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import type { ChildSpec, DeviceRef, Gesture } from '../src/lab/build/gesture.ts'
import { openQuietly, parts, runCommand } from './support.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

/** What a person did with the mouse or the keys, in words, for the log of a test. */
export type Log = string[]

type Of<K extends Gesture['kind']> = Extract<Gesture, { kind: K }>

const PALETTE = { host: 'Machine', router: 'Router', switch: 'Switch', bridge: 'Bridge', dummy: 'Dummy' } as const

/** Opens a lab with nothing in it. */
export async function openEmpty(page: Page): Promise<void> {
  await openQuietly(page, './?lab=arp-basics')
  await expect(parts(page).tree.getByRole('row', { name: 'a host' })).toBeVisible()
  await page.getByRole('button', { name: 'New', exact: true }).click()
  await expect(parts(page).canvas.getByText('Nothing is here yet')).toBeVisible()
}

/** Where something is drawn; waits for it to be. */
export async function boxOf(locator: Locator): Promise<Point & { width: number; height: number }> {
  await expect(locator).toBeVisible()
  const box = await locator.boundingBox()
  if (box === null) throw new Error(`${locator.toString()} is not drawn`)
  return box
}

/** The middle of what is drawn. */
export async function middleOf(locator: Locator): Promise<Point> {
  const { x, y, width, height } = await boxOf(locator)
  return { x: x + width / 2, y: y + height / 2 }
}

/** A drag as a hand does it: a first small move, then the way. */
export async function drag({ mouse }: Page, from: Point, to: Point): Promise<void> {
  await mouse.move(from.x, from.y)
  await mouse.down()
  await mouse.move(from.x + 8, from.y + 8)
  await mouse.move(to.x, to.y, { steps: 5 })
  await mouse.up()
}

/** Drags a thing of the palette to a place. */
export async function dropItem(page: Page, name: string, to: Point): Promise<void> {
  await drag(page, await middleOf(paletteItem(page, name)), to)
}

/** A thing of the palette. */
function paletteItem(page: Page, name: string): Locator {
  return page.getByRole('region', { name: 'Build' }).getByRole('button', { name })
}

/** Draws from the plus of a frame, which shows when the pointer is over it, to a place. */
export async function drawFromPlus(page: Page, frame: Locator, to: Point): Promise<void> {
  const { x, y, width, height } = await boxOf(frame)
  await page.mouse.move(x + width - 8, y + height - 4)
  await drag(page, await middleOf(frame.locator('[data-plug]')), to)
}

/** The row of a namespace in the tree. */
export function namespaceRow(page: Page, namespace: string): Locator {
  const { tree } = parts(page)
  return tree.getByRole('row').filter({ has: page.getByText(namespace, { exact: true }) })
}

/** The row of an interface: the first of that name below its namespace. */
export function deviceRow(page: Page, { namespace, name }: DeviceRef): Locator {
  const below = namespaceRow(page, namespace).first().locator('xpath=following-sibling::tr')
  return below.filter({ has: page.getByText(name, { exact: true }) }).first()
}

/** A name in a regular expression. */
export const literally = (text: string): string => text.replaceAll(/[.+*?^${}()|[\]\\]/g, '\\$&')

/** Where a sysctl is edited: an interface's own at the interface, everything else at its namespace. */
export function sysctlPlace({ namespace, key }: Of<'set-sysctl'>): DeviceRef | undefined {
  const [, name] = /^net\.ipv4\.conf\.(.+)\.[^.]+$/.exec(key) ?? []
  return name === undefined || name === 'all' || name === 'default' ? undefined : { namespace, name }
}

/** Someone who builds a lab on the page. */
export interface Builder {
  readonly log: Log
  perform(gesture: Gesture): Promise<void>
  run(command: string): Promise<void>
  /** Opens the dialog that shares the lab. */
  share(): Promise<void>
}

export class Hand implements Builder {
  readonly log: Log = []
  readonly #page: Page
  readonly #canvas: Locator
  readonly #inspector: Locator

  constructor(page: Page) {
    this.#page = page
    this.#canvas = parts(page).canvas
    this.#inspector = page.getByRole('region', { name: 'Inspector' })
  }

  /** Carries out one gesture. What the page can't do by mouse throws. */
  async perform(gesture: Gesture): Promise<void> {
    switch (gesture.kind) {
      case 'add-machine':
        return this.#click(
          paletteItem(this.#page, PALETTE[gesture.role]),
          `click ${PALETTE[gesture.role]} in the palette`,
        )
      case 'add-container':
        return this.#dropItem('Container', await this.#titleOf(gesture.machine))
      case 'add-link':
        return this.#dropItem(PALETTE[gesture.type], await this.#titleOf(gesture.namespace))
      case 'add-vm':
        return this.#dropItem('VM', await this.#deviceAt(gesture.bridge))
      case 'cable':
        return this.#cable(gesture)
      case 'add-child':
        return this.#addChild(gesture)
      case 'add-address':
        await this.#select(gesture.device)
        return this.#add('Add an address', gesture.address)
      case 'remove-address':
        await this.#select(gesture.device)
        return this.#click(this.#button(`Remove ${gesture.address}`), `remove ${gesture.address}`)
      case 'add-route':
        await this.#select({ namespace: gesture.namespace, name: '' })
        return this.#add('Add a route', gesture.words)
      case 'set-sysctl':
        return this.#setSysctl(gesture)
      case 'set-link':
        await this.#select(gesture.device)
        return this.#turn(gesture.change.property)
      case 'set-port-flag':
        await this.#select(gesture.device)
        return this.#turn(gesture.flag)
      default:
        throw new Error(`no way by hand for ${gesture.kind}`)
    }
  }

  async run(command: string): Promise<void> {
    await runCommand(this.#page, command)
  }

  async share(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Share', exact: true }).click()
  }

  #button(name: string): Locator {
    return this.#inspector.getByRole('button', { name, exact: true })
  }

  async #click(target: Locator, what: string): Promise<void> {
    this.log.push(what)
    await target.click()
  }

  /** Selects what is to be changed, in the tree. */
  async #select(device: DeviceRef): Promise<void> {
    const { namespace, name } = device
    const row = name === '' ? namespaceRow(this.#page, namespace).first() : deviceRow(this.#page, device)
    await row.click()
    await expect(row).toHaveAttribute('aria-selected', 'true')
    await expect(this.#inspector.getByRole('heading', { level: 2 }).last()).toContainText(
      name === '' ? namespace : `/${name}`,
    )
  }

  async #add(label: string, text: string): Promise<void> {
    this.log.push(`${label}: ${text}`)
    await this.#inspector.getByRole('textbox', { name: label }).fill(text)
    await this.#button(label).click()
  }

  async #turn(name: string): Promise<void> {
    const control = this.#inspector.getByRole('switch', { name, exact: true })
    await this.#click(control, `turn the switch ${name}`)
    await expect(control).toHaveAttribute('aria-checked', 'true')
  }

  async #setSysctl(gesture: Of<'set-sysctl'>): Promise<void> {
    const { namespace, key, value } = gesture
    await this.#select(sysctlPlace(gesture) ?? { namespace, name: '' })
    await this.#inspector.getByRole('searchbox', { name: 'Filter keys' }).fill(key)
    await this.#inspector.getByRole('button', { name: new RegExp(`Change ${literally(key)}$`) }).click()
    const field = this.#inspector.getByRole('textbox', { name: key, exact: true })
    await field.fill(value)
    this.log.push(`${key}: ${value}`)
    await field.press('Enter')
  }

  /** From the plus of a namespace to a bridge or to another namespace. */
  async #cable({ from, to }: Of<'cable'>): Promise<void> {
    const { namespace, bridge } = to
    const frame = await this.#frameOf(from.namespace)
    const end =
      bridge === undefined ? await this.#titleOf(namespace) : await this.#deviceAt({ namespace, name: bridge })
    this.log.push(`draw from ${from.namespace} to ${namespace}${bridge === undefined ? '' : `/${bridge}`}`)
    await drawFromPlus(this.#page, frame, end)
  }

  /** From an interface to a namespace, and the choice of what kind of child it shall be. */
  async #addChild({ parent, namespace, child }: Of<'add-child'>): Promise<void> {
    const start = await this.#deviceAt(parent)
    const end = await this.#titleOf(namespace)
    this.log.push(`draw from ${parent.namespace}/${parent.name} to ${namespace}`)
    await drag(this.#page, start, end)
    const dialog = this.#page.getByRole('dialog')
    await chooseChild(dialog, child)
    await this.#click(dialog.getByRole('button', { name: 'Create' }), `create ${JSON.stringify(child)}`)
    await expect(dialog).toBeHidden()
  }

  async #dropItem(name: string, at: Point): Promise<void> {
    this.log.push(`drag ${name} from the palette`)
    await dropItem(this.#page, name, at)
  }

  /** The frame of a machine's own namespace, or of one nested in it. */
  async #frameOf(namespace: string): Promise<Locator> {
    const names = new RegExp(`^(Machine ${literally(namespace)},|Namespace ${literally(namespace)}$)`)
    const frame = this.#canvas.getByRole('group', { name: names })
    await this.#reveal(frame)
    return frame
  }

  async #titleOf(namespace: string): Promise<Point> {
    const frame = await this.#frameOf(namespace)
    return middleOf(frame.getByText(namespace, { exact: true }))
  }

  async #deviceAt({ namespace, name }: DeviceRef): Promise<Point> {
    const names = new RegExp(`^Interface ${literally(`${namespace}/${name}`)}, `)
    const device = this.#canvas.getByRole('group', { name: names })
    await this.#reveal(device)
    return middleOf(device)
  }

  /** Lays machines out anew where they were dropped one by one, and brings everything into view. */
  async #reveal(thing: Locator): Promise<void> {
    const tidy = this.#canvas.getByRole('button', { name: TIDY })
    if (await tidy.isVisible()) {
      await this.#click(tidy, 'tidy')
      await expect(tidy).toBeHidden()
    }
    const fit = this.#canvas.getByRole('button', { name: FIT })
    await fit.click()
    await settled(thing)
  }
}

const TIDY = 'Back to the automatic layout'
const FIT = 'Show everything'

async function chooseChild(dialog: Locator, child: ChildSpec): Promise<void> {
  const choose = (group: string, text: string): Promise<void> =>
    dialog.getByRole('group', { name: group, exact: true }).getByText(text, { exact: true }).click()
  if (child.kind === 'vlan') {
    await dialog.getByText('VLAN', { exact: true }).click()
    if (child.id !== undefined) await dialog.getByRole('textbox', { name: /VLAN id/ }).fill(String(child.id))
    return
  }
  await dialog.getByText(child.kind, { exact: true }).click()
  await choose('mode', child.mode)
  if (child.kind === 'ipvlan') await choose('flag', child.flag)
}

/** Waits until a thing stands still: the view moves for a moment when everything is fitted into it. */
async function settled(thing: Locator): Promise<void> {
  let last = ''
  await expect
    .poll(
      async () => {
        const box = JSON.stringify(await thing.boundingBox())
        const isStill = box !== 'null' && box === last
        last = box
        return isStill
      },
      { intervals: [60] },
    )
    .toBe(true)
}
