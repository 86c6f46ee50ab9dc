/** Names for new things, as people in the field give them. */
import type { DeviceRef } from './gesture.ts'
import type { BuildState } from './plan.ts'

/** IFNAMSIZ less the final zero. */
export const DEVICE_NAME_LIMIT = 15

/** What a name is wanted for. */
export type NewThing =
  | { readonly kind: 'host' | 'router' | 'switch' | 'container' | 'vm' | 'gateway' | 'internet' }
  | { readonly kind: 'bridge' | 'dummy'; readonly namespace: string }

const BASES = { router: 'r', switch: 'sw', vm: 'vm' } as const

/** A name that is free: of a namespace in the whole lab, of an interface in its namespace. */
export function proposeName(state: BuildState, thing: NewThing): string {
  if (thing.kind === 'bridge' || thing.kind === 'dummy') {
    const links = state.network.namespaces.find(({ name }) => name === thing.namespace)?.links ?? []
    return deviceName(new Set(links.map(({ name }) => name)), thing.kind)
  }
  return namespaceName(namesInUse(state), thing.kind)
}

/** What a new namespace must not be called: the names of namespaces and machines. */
export function namesInUse({ network, machines }: BuildState): ReadonlySet<string> {
  return new Set([...network.namespaces.map(({ name }) => name), ...machines.map(({ name }) => name)])
}

export function namespaceName(taken: ReadonlySet<string>, kind: Exclude<NewThing['kind'], 'bridge' | 'dummy'>): string {
  if (kind === 'host' || kind === 'container') return lettered(taken, kind === 'host' ? 'host' : 'ctr')
  if (kind === 'gateway') return suffixed(taken, 'gw')
  if (kind === 'internet') return suffixed(taken, 'inet')
  return numbered(taken, BASES[kind], 1)
}

export function deviceName(taken: ReadonlySet<string>, kind: 'bridge' | 'dummy' | 'macvlan' | 'ipvlan'): string {
  const base = { bridge: 'br', dummy: 'dummy', macvlan: 'macv', ipvlan: 'ipvl' }[kind]
  return numbered(taken, base, 0)
}

/** The next `eth0`, `eth1`… */
export function nicName(taken: ReadonlySet<string>): string {
  return numbered(taken, 'eth', 0)
}

/** `veth-ctrA` where that fits and is free, else `veth0`. */
export function namedAfter(taken: ReadonlySet<string>, base: 'veth' | 'p' | 'tap', other: string): string {
  const name = `${base}-${other}`
  const isUsable = other !== '' && name.length <= DEVICE_NAME_LIMIT && isDeviceName(name) && !taken.has(name)
  return isUsable ? name : numbered(taken, base, 0)
}

/** `eth0.10` as VLAN interfaces are called, or `vlan10` when the parent's name is too long for that. */
export function vlanName(taken: ReadonlySet<string>, parent: DeviceRef, id: number): string {
  const name = `${parent.name}.${id}`
  if (name.length <= DEVICE_NAME_LIMIT && !taken.has(name)) return name
  return suffixed(taken, `vlan${id}`, '_')
}

/** A name for the copy of something: the next one of its row, `hostA` to `hostB`, `web1` to `web2`, `db` to `db2`. */
export function copyName(taken: ReadonlySet<string>, name: string): string {
  const digits = /^(.*?)(\d{1,6})$/.exec(name)
  if (digits !== null) return numbered(taken, digits[1] ?? '', Number(digits[2]) + 1)
  const letter = /^(.*[a-z])([A-Z])$/.exec(name)
  if (letter !== null) return lettered(taken, letter[1] ?? '')
  return numbered(taken, name, 2)
}

/** Whether Linux takes it as an interface's name (dev_valid_name). */
export function isDeviceName(name: string): boolean {
  return name !== '' && name.length <= DEVICE_NAME_LIMIT && name !== '.' && name !== '..' && !/[\s/:]/.test(name)
}

/** What a lab file can carry: a word that no shell and no directive takes apart. */
export function isPlainWord(name: string): boolean {
  return /^[A-Za-z0-9_@%+,.][A-Za-z0-9_@%+,.-]*$/.test(name)
}

function lettered(taken: ReadonlySet<string>, base: string): string {
  for (let code = 65; code <= 90; code++) {
    const name = base + String.fromCharCode(code)
    if (!taken.has(name)) return name
  }
  return numbered(taken, base, 27)
}

function suffixed(taken: ReadonlySet<string>, base: string, separator = ''): string {
  return taken.has(base) ? numbered(taken, base + separator, 2) : base
}

function numbered(taken: ReadonlySet<string>, base: string, first: number): string {
  let number = first
  while (taken.has(`${base}${number}`)) number++
  return `${base}${number}`
}
