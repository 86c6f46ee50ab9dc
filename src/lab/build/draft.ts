/** A plan while it is being made: what it says so far, and the names and addresses that it has given away. */
import { formatPrefix, type Ipv4Prefix } from '../../wire/address.ts'
import type { Directive } from '../directives.ts'
import { nameClass, roleByName } from '../machine-names.ts'
import type { MachineRole } from '../machine-names.ts'
import { AddressPool } from './addresses.ts'
import type { AddressPart } from './addresses.ts'
import { ip, sysctl } from './commands.ts'
import type { CanvasPoint, DeviceRef, Thing } from './gesture.ts'
import { namesInUse } from './names.ts'
import { indexOf } from './network-index.ts'
import type { NetworkIndex } from './network-index.ts'
import type { BuildState, NamespaceRename, Plan } from './plan.ts'
import type { Rewrite } from './rewrite.ts'

/** RT_TABLE_MAIN. */
const MAIN_TABLE = 254

export class Draft {
  readonly index: NetworkIndex
  #addresses: AddressPool | undefined
  readonly #commands: string[] = []
  readonly #directives: Directive[] = []
  readonly #dropped: Directive[] = []
  readonly #made: Thing[] = []
  #selected: readonly Thing[] | undefined
  readonly #renames: NamespaceRename[] = []
  readonly #rewrites: Rewrite[] = []
  readonly #names: Set<string>
  readonly #deviceNames = new Map<string, Set<string>>()
  readonly #roles = new Map<string, MachineRole>()
  readonly #hosts = new Map<string, string>()
  readonly #defaultRoutes = new Set<string>()

  constructor(state: BuildState) {
    this.index = indexOf(state)
    this.#names = new Set(namesInUse(state))
    for (const namespace of state.network.namespaces) {
      this.#deviceNames.set(namespace.name, new Set(namespace.links.map(({ name }) => name)))
      const hasDefault = namespace.routes.some(({ table, prefixLength }) => table === MAIN_TABLE && prefixLength === 0)
      if (hasDefault) this.#defaultRoutes.add(namespace.name)
    }
  }

  get addresses(): AddressPool {
    this.#addresses ??= new AddressPool(this.index)
    return this.#addresses
  }

  get plan(): Plan {
    return {
      commands: this.#commands,
      directives: this.#directives,
      dropped: this.#dropped,
      made: this.#made,
      selected: this.#selected ?? this.#made.slice(0, 1),
      renames: this.#renames,
      rewrites: this.#rewrites,
    }
  }

  /** Names of namespaces and machines that are in use. */
  get names(): ReadonlySet<string> {
    return this.#names
  }

  run(command: string): void {
    this.#commands.push(command)
  }

  direct(directive: Directive): void {
    this.#directives.push(directive)
  }

  drop(directive: Directive): void {
    this.#dropped.push(directive)
  }

  rename(rename: NamespaceRename): void {
    this.#renames.push(rename)
  }

  rewrite(rewrite: Rewrite): void {
    this.#rewrites.push(rewrite)
  }

  made(thing: Thing): void {
    this.#made.push(thing)
  }

  select(things: readonly Thing[]): void {
    this.#selected = things
  }

  hasNamespace(name: string): boolean {
    return this.#deviceNames.has(name)
  }

  /** Names of interfaces that are in use in a namespace. */
  deviceNames(namespace: string): ReadonlySet<string> {
    return this.#deviceNames.get(namespace) ?? new Set()
  }

  /** Notes that an interface will be there, so that its name is not given twice. */
  reserve({ namespace, name }: DeviceRef): void {
    this.#deviceNames.get(namespace)?.add(name)
  }

  roleOf(namespace: string): MachineRole {
    return this.#roles.get(namespace) ?? this.index.roleOf(namespace)
  }

  /** Whether a namespace is a container in the machine whose own namespace the other is. */
  isInside(namespace: string, host: string): boolean {
    return this.#hosts.get(namespace) === host || this.index.isInside(namespace, host)
  }

  /** The machine's name of a namespace that is there or new. */
  machineOf(namespace: string): string {
    return this.#hosts.get(namespace) ?? (this.#roles.has(namespace) ? namespace : this.index.machineOf(namespace).name)
  }

  /** `ip netns add` with what every namespace needs; `host` is the machine that a container is in. */
  addNamespace(name: string, role: MachineRole, host?: string): void {
    this.#names.add(name)
    this.#deviceNames.set(name, new Set(['lo']))
    this.#roles.set(name, role)
    if (host !== undefined) this.#hosts.set(name, host)
    this.run(`ip netns add ${name}`)
    this.run(ip(name, 'link set lo up'))
    if (role === 'router') this.run(sysctl(name, 'net.ipv4.ip_forward', '1'))
    this.made({ kind: 'namespace', namespace: name })
  }

  /** Says what a machine's name alone would leave open. */
  describeMachine(name: string, role: MachineRole, at: CanvasPoint | undefined): void {
    if (nameClass(name) !== 'machine') this.direct({ kind: 'machine', name, namespaces: [] })
    const isClear = role === 'host' || role === 'switch' ? roleByName(name) === undefined : roleByName(name) === role
    if (!isClear) this.direct({ kind: 'role', name, role })
    if (at !== undefined) this.direct({ kind: 'at', name, x: Math.round(at.x), y: Math.round(at.y) })
  }

  /** A machine with nothing but a bridge looks like a switch: says that this one is a host. */
  keepRole(namespace: string): void {
    const name = this.machineOf(namespace)
    const machine = this.index.machineOf(namespace)
    if (machine.namespaces.length === 1) this.direct({ kind: 'role', name, role: 'host' })
  }

  /** Gives an interface the next address of a subnet; false when the subnet is full. */
  address(device: DeviceRef, subnet: Ipv4Prefix, part: AddressPart): Ipv4Prefix | undefined {
    const prefix = this.addresses.next(subnet, part)
    if (prefix !== undefined) this.run(ip(device.namespace, `addr add ${formatPrefix(prefix)} dev ${device.name}`))
    return prefix
  }

  hasDefaultRoute(namespace: string): boolean {
    return this.#defaultRoutes.has(namespace)
  }

  /** Adds a default route where there is none. */
  defaultRoute(namespace: string, words: string): void {
    if (this.#defaultRoutes.has(namespace)) return
    this.#defaultRoutes.add(namespace)
    this.run(ip(namespace, `route add default ${words}`))
  }
}
