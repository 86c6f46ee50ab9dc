/**
 * Which machine each namespace belongs to. `#%% machine` lines decide; without them the commands and names do:
 *
 * 1. A namespace that holds a VLAN, macvlan or ipvlan child of a device elsewhere is in that device's machine: a child
 *    can't leave the kernel of its parent.
 * 2. A namespace whose name is plainly a machine's (`a`, `r1`, `hostA`, `gw`, `vm1`, `lan66`) is a machine.
 * 3. So is one with a bridge of its own, with cables to two other namespaces, or with children of its own in others,
 *    unless its name is plainly a container's (`ns1`, `ctrA`, `pod-2`). Forwarding alone says nothing: what has one
 *    link can switch it on without being a router.
 * 4. What received the end of a veth pair from another namespace (made or moved by it) belongs to that one, when
 *    - that one is not merely a switch (a bridge without an address; `host` is no switch's name, and neither is one that
 *      has a container),
 *    - its own end is not named like hardware (`eth0`, `eno2`, `wlan0`: those lead to another machine), and
 *    - it hosts: it moved the end over, its own end is a port of its bridge, it answers ARP for others, it forwards, it
 *      has children elsewhere, it is the bench itself, or the receiver is named like a container.
 * 5. What received an end from a namespace that kept none belongs to that one too, unless that is an empty bench.
 * 6. Everything else is a machine.
 */
import { directivesOf } from './document.ts'
import type { LabDocument } from './document.ts'
import { isHardwareName, isHostName, isSwitchName, nameClass, roleByName, roleOfWord } from './machine-names.ts'
import type { MachineRole } from './machine-names.ts'
import { BENCH, plainCommands } from './plain-commands.ts'
import type { PlainCommand } from './plain-commands.ts'
import { topologyOf } from './topology.ts'
import type { Device, Topology } from './topology.ts'

/** A machine with its namespaces. */
export interface Machine {
  readonly name: string
  /** Its own one first, if it has one; the bench's own namespace is the empty text. */
  readonly namespaces: readonly string[]
  readonly role: MachineRole
}

/** All machines in the order of creation, and what each namespace plays. */
export interface MachineMap {
  readonly machines: readonly Machine[]
  readonly machineOf: ReadonlyMap<string, string>
  readonly roles: ReadonlyMap<string, MachineRole>
}

/** Groups a lab's namespaces into machines. `typed` are commands that ran after the lab's own, in the bench's form. */
export function machinesOf(document: LabDocument, typed: readonly string[] = []): MachineMap {
  const topology = topologyOf(commandsOf(document, typed))
  const grouping = new Grouping(topology, directivesOf(document, 'machine'))
  const roleWords = new Map(directivesOf(document, 'role').map(({ name, role }) => [name, roleOfWord(role)]))
  const groups = grouping.groups()
  const machines = groups.map(({ name, root, namespaces }): Machine => {
    const guessed = root === undefined ? 'host' : guessRole(topology, root, namespaces.length > 1)
    return { name, namespaces, role: roleWords.get(name) ?? guessed }
  })
  const machineOf = new Map(
    machines.flatMap(({ name, namespaces }) => namespaces.map((namespace) => [namespace, name])),
  )
  const roles = new Map<string, MachineRole>()
  for (const [index, { name, namespaces, role }] of machines.entries()) {
    for (const namespace of namespaces) {
      const guessed = namespace === groups[index]?.root ? role : 'container'
      roles.set(namespace, roleWords.get(namespace === BENCH ? name : namespace) ?? guessed)
    }
  }
  return { machines, machineOf, roles }
}

/** The lab's whole script counts, but an action that deletes a namespace must not take it off the picture's plan. */
function commandsOf(document: LabDocument, typed: readonly string[]): readonly PlainCommand[] {
  const sourceOf = (phase: LabDocument['setup']): string[] =>
    phase.filter((item) => item.isSound).map((item) => item.source)
  const setup = sourceOf(document.setup)
  const all = plainCommands([...setup, ...sourceOf(document.actions), ...typed])
  const setupCount = plainCommands(setup).length
  const deletes = ({ argv }: PlainCommand): boolean => argv[1] === 'netns' && argv[2]?.startsWith('d') === true
  return all.filter((command, index) => index < setupCount || !deletes(command))
}

interface Group {
  readonly name: string
  /** The namespace of the machine's own name; a directive may also give a name of its own to a few namespaces. */
  readonly root: string | undefined
  readonly namespaces: string[]
}

/** Finds each namespace's home: the namespace whose machine it belongs to, or none for a machine of its own. */
class Grouping {
  readonly #topology: Topology
  readonly #benchName: string
  readonly #namespaces: readonly string[]
  /** By namespace, the machine that a directive names. */
  readonly #declared = new Map<string, string>()
  readonly #homes = new Map<string, string>()

  constructor(
    topology: Topology,
    declared: readonly { readonly name: string; readonly namespaces: readonly string[] }[],
  ) {
    this.#topology = topology
    this.#benchName = topology.namespaces.includes('host') ? 'bench' : 'host'
    for (const { name, namespaces } of declared) {
      for (const namespace of namespaces) this.#declared.set(namespace, name)
    }
    for (const { name } of declared) this.#declared.set(name, name)
    const mentioned = declared.flatMap(({ name, namespaces }) =>
      topology.namespaces.includes(name) ? [name, ...namespaces] : namespaces,
    )
    this.#namespaces = [...new Set([...topology.namespaces, ...mentioned])]
    for (const namespace of topology.namespaces) {
      if (this.#declared.has(this.#machineName(namespace))) continue
      const home = this.#homeOf(namespace)
      // Two namespaces that gave each other ends: the one that was made first is the machine.
      if (home !== undefined && this.#rootOf(home) !== namespace) this.#homes.set(namespace, home)
    }
  }

  groups(): readonly Group[] {
    const groups = new Map<string, Group>()
    for (const namespace of this.#namespaces) {
      const rootName = this.#machineName(this.#rootOf(namespace))
      const name = this.#declared.get(rootName) ?? rootName
      const root = this.#namespaces.find((item) => this.#machineName(item) === name)
      const group = groups.get(name) ?? { name, root, namespaces: [] }
      if (namespace === root) group.namespaces.unshift(namespace)
      else group.namespaces.push(namespace)
      groups.set(name, group)
    }
    return [...groups.values()]
  }

  #machineName(namespace: string): string {
    return namespace === BENCH ? this.#benchName : namespace
  }

  #rootOf(namespace: string): string {
    let root = namespace
    for (let home = this.#homes.get(root); home !== undefined; home = this.#homes.get(root)) root = home
    return root
  }

  #homeOf(namespace: string): string | undefined {
    if (namespace === BENCH) return undefined
    const held = heldBy(this.#topology, namespace)
    const parent = held.find(({ lower }) => lower !== undefined && lower.namespace !== namespace)?.lower
    if (parent !== undefined) return parent.namespace
    const kind = nameClass(namespace)
    if (kind === 'machine') return undefined
    if (kind === 'neutral' && isHub(this.#topology, namespace)) return undefined
    return held.map((device) => this.#hostOf(device, kind === 'container')).find((host) => host !== undefined)
  }

  /** The namespace that a veth end makes its own one belong to, by rules 4 and 5. */
  #hostOf(device: Device, isContainer: boolean): string | undefined {
    const { peer, namespace } = device
    if (device.kind !== 'veth' || peer === undefined || peer.namespace === namespace) return undefined
    const giver = device.movedBy ?? device.createdBy
    const host = peer.namespace
    if (giver !== namespace && giver !== host) return this.#isInhabited(giver) ? giver : undefined
    if (nameClass(host) === 'container' || (giver === namespace && !isContainer)) return undefined
    const isSwitch = isSwitchName(host) || (!isContainer && !isHostName(host))
    if (isBareSwitch(this.#topology, host) && isSwitch) return undefined
    if (isContainer) return host
    if (isHardwareName(peer.name) || isSwitchName(host)) return undefined
    return device.movedBy === host || isPort(peer) || hosts(this.#topology, host) ? host : undefined
  }

  #isInhabited(namespace: string): boolean {
    return namespace !== BENCH || this.#topology.devices.some((device) => device.namespace === BENCH)
  }
}

function isPort(device: Device): boolean {
  return device.master !== undefined
}

/** A namespace that is plainly more than the far end of one link. */
function isHub(topology: Topology, namespace: string): boolean {
  const held = heldBy(topology, namespace)
  const neighbours = new Set(held.map(({ peer }) => peer?.namespace ?? namespace).filter((item) => item !== namespace))
  return neighbours.size >= 2 || held.some(({ kind }) => kind === 'bridge') || hasChildrenElsewhere(topology, namespace)
}

function hasChildrenElsewhere(topology: Topology, namespace: string): boolean {
  return placesIn(topology).parents.has(namespace)
}

function heldBy(topology: Topology, namespace: string): readonly Device[] {
  return placesIn(topology).held.get(namespace) ?? []
}

/** What is asked of every namespace, found once: a lab may have hundreds. */
interface Places {
  /** The devices in each namespace. */
  readonly held: ReadonlyMap<string, readonly Device[]>
  /** Namespaces with children in others. */
  readonly parents: ReadonlySet<string>
}

const PLACES = new WeakMap<Topology, Places>()

function placesIn(topology: Topology): Places {
  const known = PLACES.get(topology)
  if (known !== undefined) return known
  const held = new Map<string, Device[]>()
  const parents = new Set<string>()
  for (const device of topology.devices) {
    const { namespace, lower } = device
    const others = held.get(namespace)
    if (others === undefined) held.set(namespace, [device])
    else others.push(device)
    if (lower !== undefined && lower.namespace !== namespace) parents.add(lower.namespace)
  }
  const places = { held, parents }
  PLACES.set(topology, places)
  return places
}

/** Whether a namespace does for others what the host of containers does. */
function hosts(topology: Topology, namespace: string): boolean {
  const { answersForOthers = false, forwards = false } = topology.facts.get(namespace) ?? {}
  return namespace === BENCH || answersForOthers || forwards || hasChildrenElsewhere(topology, namespace)
}

/** A bridge with its ports, no address, no routing, nothing else. */
function isBareSwitch(topology: Topology, namespace: string): boolean {
  if (namespace === BENCH) return false
  const held = heldBy(topology, namespace)
  const { addresses = [], forwards = false } = topology.facts.get(namespace) ?? {}
  if (addresses.some(({ device }) => device !== 'lo') || forwards) return false
  const isPlain = ({ kind, peer }: Device): boolean =>
    kind === 'bridge' || (kind === 'veth' && peer?.namespace !== namespace)
  return held.some(({ kind }) => kind === 'bridge') && held.every(isPlain) && !hasChildrenElsewhere(topology, namespace)
}

function guessRole(topology: Topology, root: string, hasMembers: boolean): MachineRole {
  if (root === BENCH) return 'host'
  const { forwards = false, addresses = [] } = topology.facts.get(root) ?? {}
  const byName = roleByName(root)
  if (byName === 'vm') return 'vm'
  if (hasMembers) return 'host'
  if (isBareSwitch(topology, root)) return 'switch'
  if (byName !== undefined) return byName
  if (isHostName(root)) return 'host'
  if (forwards) return 'router'
  const isPublic = addresses.some(
    ({ device, address }) => isPublicAddress(address) && !hasCable(topology, root, device),
  )
  return isPublic ? 'outside' : 'host'
}

/** An address on a loopback or dummy device stands for something further out. */
function hasCable({ devices }: Topology, namespace: string, name: string): boolean {
  return devices.some((device) => device.namespace === namespace && device.name === name && device.kind !== 'dummy')
}

function isPublicAddress(address: string): boolean {
  return !/^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|22[4-9]|2[3-5]\d)\./.test(
    address,
  )
}
