// The keyboard alone that builds: carries out gestures from the tree, the inspector and the dialogs, with no mouse.
import { expect } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import type { DeviceRef, Gesture } from '../src/lab/build/gesture.ts'
import { deviceRow, literally, namespaceRow, sysctlPlace } from './hand.ts'
import type { Builder, Log } from './hand.ts'
import { parts } from './support.ts'

type Of<K extends Gesture['kind']> = Extract<Gesture, { kind: K }>

const LETTERS = { host: 'm', router: 'r', switch: 's' } as const

export class Keys implements Builder {
  readonly log: Log = []
  readonly #page: Page
  readonly #inspector: Locator
  readonly #dialog: Locator

  constructor(page: Page) {
    this.#page = page
    this.#inspector = page.getByRole('region', { name: 'Inspector' })
    this.#dialog = page.getByRole('dialog')
  }

  /** Carries out one gesture. What this hand has no keys for throws. */
  async perform(gesture: Gesture): Promise<void> {
    switch (gesture.kind) {
      case 'add-machine':
        return this.#press(LETTERS[gesture.role])
      case 'add-container':
        await this.#focus({ namespace: gesture.machine, name: '' })
        return this.#press('n')
      case 'add-link':
        await this.#focus({ namespace: gesture.namespace, name: '' })
        return this.#press('b')
      case 'cable': {
        const { namespace, bridge } = gesture.to
        return this.#connect({ namespace: gesture.from.namespace, name: '' }, `${namespace}/${bridge ?? ''}`)
      }
      case 'add-child':
        return this.#addChild(gesture)
      case 'add-address':
        await this.#select(gesture.device)
        return this.#type(this.#inspector.getByRole('textbox', { name: 'Add an address' }), gesture.address)
      case 'remove-address':
        await this.#select(gesture.device)
        return this.#activate(this.#inspector.getByRole('button', { name: `Remove ${gesture.address}`, exact: true }))
      case 'set-link':
        await this.#select(gesture.device)
        return this.#activate(this.#inspector.getByRole('switch', { name: gesture.change.property, exact: true }))
      case 'set-port-flag':
        await this.#select(gesture.device)
        return this.#activate(this.#inspector.getByRole('switch', { name: gesture.flag, exact: true }))
      case 'set-sysctl':
        return this.#setSysctl(gesture)
      default:
        throw new Error(`no keys for ${gesture.kind}`)
    }
  }

  /** Types a command in the tab of actions and runs it. */
  async run(command: string): Promise<void> {
    const field = this.#page.getByRole('textbox', { name: 'Command to run on the bench' })
    if (!(await field.isVisible())) {
      await tabTo(this.#page, this.#page.getByRole('tab', { name: 'Timeline' }))
      await this.#page.keyboard.press('ArrowRight')
    }
    await tabTo(this.#page, field)
    await this.#page.keyboard.type(command)
    await this.#page.keyboard.press('Enter')
  }

  /** Opens the dialog that shares the lab. */
  async share(): Promise<void> {
    await tabTo(this.#page, this.#page.getByRole('button', { name: 'Share', exact: true }))
    await this.#page.keyboard.press('Enter')
  }

  async #press(key: string): Promise<void> {
    this.log.push(key)
    await this.#page.keyboard.press(key)
  }

  async #activate(control: Locator): Promise<void> {
    await tabTo(this.#page, control)
    this.log.push(`Enter on ${control.toString()}`)
    await this.#page.keyboard.press('Enter')
  }

  async #type(field: Locator, text: string): Promise<void> {
    await tabTo(this.#page, field)
    this.log.push(`type ${text}`)
    // A field may propose a value: what is typed takes its place.
    await this.#page.keyboard.press('Control+a')
    await this.#page.keyboard.type(text)
    await this.#page.keyboard.press('Enter')
  }

  /** Walks down the tree to a row. */
  async #focus(device: DeviceRef): Promise<void> {
    const { namespace, name } = device
    const { tree } = parts(this.#page)
    const row = name === '' ? namespaceRow(this.#page, namespace).first() : deviceRow(this.#page, device)
    await tabTo(this.#page, tree.locator('[role="row"][tabindex="0"], tr[tabindex="0"]'))
    await this.#page.keyboard.press('Home')
    await expect(row).toBeVisible()
    for (let presses = 0; presses < 60; presses++) {
      if (await row.evaluate((element) => element === document.activeElement)) return
      await this.#page.keyboard.press('ArrowDown')
    }
    throw new Error(`60 presses of the arrow do not reach ${namespace}/${name}`)
  }

  async #select(device: DeviceRef): Promise<void> {
    await this.#focus(device)
    await this.#page.keyboard.press('Enter')
    const { namespace, name } = device
    await expect(this.#inspector.getByRole('heading', { level: 2 }).last()).toContainText(
      name === '' ? namespace : `/${name}`,
    )
  }

  async #connect(from: DeviceRef, to: string): Promise<void> {
    await this.#focus(from)
    await this.#press('c')
    await expect(this.#dialog.getByRole('searchbox')).toBeFocused()
    await this.#page.keyboard.type(to)
    await expect(this.#dialog.getByRole('option')).toHaveCount(1)
    await this.#press('Enter')
  }

  async #addChild({ parent, namespace, child }: Of<'add-child'>): Promise<void> {
    if (child.kind !== 'macvlan') throw new Error(`no keys for a child of kind ${child.kind}`)
    await this.#connect(parent, namespace)
    const modes = this.#dialog.getByRole('group', { name: 'mode', exact: true })
    await tabTo(this.#page, modes.locator('input:checked'))
    for (let presses = 0; presses < 5; presses++) {
      if (await modes.getByRole('radio', { name: new RegExp(`^${child.mode}`) }).isChecked()) break
      await this.#page.keyboard.press('ArrowRight')
    }
    await this.#press('Enter')
    await expect(this.#dialog).toBeHidden()
  }

  async #setSysctl(gesture: Of<'set-sysctl'>): Promise<void> {
    const { namespace, key, value } = gesture
    await this.#select(sysctlPlace(gesture) ?? { namespace, name: '' })
    await tabTo(this.#page, this.#inspector.getByRole('searchbox', { name: 'Filter keys' }))
    await this.#page.keyboard.press('Control+a')
    await this.#page.keyboard.type(key)
    await tabTo(this.#page, this.#inspector.getByRole('button', { name: new RegExp(`Change ${literally(key)}$`) }))
    await this.#page.keyboard.press('Enter')
    await this.#type(this.#inspector.getByRole('textbox', { name: key, exact: true }), value)
  }
}

/** Presses Tab, or Shift and Tab where that is the shorter way, until an element has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  const isBefore = await target.evaluate((element) => {
    const every = [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, [tabindex]')]
    const stops: readonly Element[] = every.filter(({ tabIndex }) => tabIndex >= 0)
    const from = document.activeElement === null ? -1 : stops.indexOf(document.activeElement)
    const ahead = (stops.indexOf(element) - from + stops.length) % stops.length
    return from >= 0 && ahead > stops.length / 2
  })
  for (let presses = 0; presses < 120; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(isBefore ? 'Shift+Tab' : 'Tab')
  }
  throw new Error(`120 presses of Tab do not reach ${target.toString()}`)
}
