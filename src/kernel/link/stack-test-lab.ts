// A small world for the tests of devices that stand on others: cables, children, frames, and who saw what.
import { DECISION_CODES, type Check } from '../../contract/decisions.ts'
import { DROP_REASON_CODES } from '../../contract/drop-reasons.ts'
import type { EventSeq, TraceKind } from '../../contract/trace-events.ts'
import { pendingWork } from '../../sim/event-queue.ts'
import { MILLISECOND_NS } from '../../sim/time.ts'
import { BROADCAST_MAC, ipv4, mac, parsePrefix, type MacAddress } from '../../wire/address.ts'
import { ETHERTYPE_IPV4, emitEthernet } from '../../wire/ethernet.ts'
import { writeIpv4Header } from '../../wire/ipv4.ts'
import { bootWorld } from '../boot.ts'
import { addAddress } from '../ipv4/devinet.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { devQueueXmit } from '../netdev/transmit.ts'
import type { Netns } from '../netns.ts'
import { createNetns, netnsByName } from '../netns-calls.ts'
import { runUntil, step } from '../run.ts'
import { allocSkb } from '../skb.ts'
import type { KernelError, LinkChanges, LinkData, LinkSpec } from '../system-call.ts'
import { netnsById, type World } from '../world.ts'
import { isRefusal, type XmitResult } from './link-kind.ts'
import { addLink, devOpen, removeLink, setLink } from '../netdev/settled-test-lab.ts'

/** An EtherType for local experiments: no protocol of the model answers it. */
const TEST_ETHERTYPE = 0x88b5

export interface Recorded {
  readonly seq: EventSeq
  readonly kind: TraceKind
  readonly cause: EventSeq
  readonly device: number
  readonly name: string
  readonly packet: number
  readonly vlan: number
  readonly frame: Uint8Array | undefined
}

export interface StackLab {
  readonly world: World
  /** Everything that happened since the last `clear`. */
  events: Recorded[]
}

export function createStackLab(): StackLab {
  const lab: StackLab = { world: bootWorld('stacked devices'), events: [] }
  lab.world.out.trace = {
    write(seq, _at, kind, cause, device, _netns, packet, code, _a, _b, _c, frame, _protocol, tci) {
      const name =
        kind === 'lab.decision' ? DECISION_CODES[code] : kind === 'skb.kfree_skb' ? DROP_REASON_CODES[code] : ''
      lab.events.push({ seq, kind, cause, device, name: name ?? '', packet, vlan: tci & 0xfff, frame: frame?.slice() })
    },
  }
  return lab
}

/** The namespace with a name; it is made on first use. */
export function ns(lab: StackLab, name: string): Netns {
  return netnsByName(lab.world, name) ?? createNetns(lab.world, name)
}

function whereIs(lab: StackLab, path: string): { netns: Netns; name: string } {
  const [netns = '', name = ''] = path.split('/')
  return { netns: ns(lab, netns), name }
}

/** The device that is written `ns/dev`. */
export function dev(lab: StackLab, path: string): NetDevice {
  const { netns, name } = whereIs(lab, path)
  const found = lab.world.devices[netns.deviceByName.get(name) ?? 0]
  if (found === undefined) throw new Error(`there is no ${path}`)
  return found
}

export function exists(lab: StackLab, path: string): boolean {
  const { netns, name } = whereIs(lab, path)
  return netns.deviceByName.has(name)
}

/** `ip link add`: the refusal, or undefined. `ns/` leaves the name to the kernel. */
export function tryAdd(
  lab: StackLab,
  path: string,
  lower: NetDevice | undefined,
  data: LinkData,
  more: Partial<LinkSpec> = {},
): KernelError | undefined {
  const { netns, name } = whereIs(lab, path)
  const home = lower === undefined ? netns : netnsById(lab.world, lower.netns)
  const link = lower === undefined ? {} : { link: lower.ifindex }
  const named = name === '' ? {} : { name }
  const result = addLink(lab.world, home, { ...named, netns: netns.id, data, ...link, ...more })
  return isRefusal(result) ? result : undefined
}

/** `ip link add link LOWER name … type …`, then up. */
export function add(
  lab: StackLab,
  path: string,
  lower: NetDevice | undefined,
  data: LinkData,
  more: Partial<LinkSpec> = {},
): NetDevice {
  const refused =
    tryAdd(lab, path, lower, data, more) ?? (more.up === false ? undefined : devOpen(lab.world, dev(lab, path)))
  if (refused !== undefined) throw new Error(`${path}: ${refused.errno} ${refused.message ?? ''}`)
  return dev(lab, path)
}

/** `ip link set`: the refusal, or undefined. */
export function set(lab: StackLab, path: string, changes: LinkChanges): KernelError | undefined {
  return setLink(lab.world, dev(lab, path), changes)
}

export function remove(lab: StackLab, path: string): void {
  removeLink(lab.world, dev(lab, path))
}

/** A cable whose two ends are up. */
export function cable(
  lab: StackLab,
  one: string,
  other: string,
  macs: readonly [string, string],
): [NetDevice, NetDevice] {
  const peer = whereIs(lab, other)
  const device = add(
    lab,
    one,
    undefined,
    { kind: 'veth', peer: { name: peer.name, netns: peer.netns.id, mac: mac(macs[1]) } },
    { mac: mac(macs[0]) },
  )
  devOpen(lab.world, dev(lab, other))
  return [device, dev(lab, other)]
}

/** `ip addr add`: the refusal, or undefined. */
export function addr(lab: StackLab, path: string, text: string): KernelError | undefined {
  const device = dev(lab, path)
  const [address = '', length = ''] = text.split('/')
  const prefix = parsePrefix(text)
  if (prefix === undefined) throw new Error(`${text} is no prefix`)
  return addAddress(
    lab.world,
    netnsById(lab.world, device.netns),
    { ifindex: device.ifindex, address: ipv4(address), prefixLength: Number(length) },
    { replace: false },
  )
}

/** Lets everything happen that waits; timers only with a time. */
export function run(lab: StackLab, durationMs = 0): void {
  const { world } = lab
  while (pendingWork(world.queue) > 0) step(world)
  if (durationMs > 0) runUntil(world, world.now + durationMs * MILLISECOND_NS)
}

export interface Shot {
  readonly to?: MacAddress
  readonly source?: MacAddress
  /** Addresses of an IPv4 packet; without them it is a frame that no protocol knows. */
  readonly ip?: readonly [string, string]
  readonly ttl?: number
  /** Whole frame from its Ethernet header on, instead of all the others. */
  readonly bytes?: Uint8Array
  readonly type?: number
}

function ipv4Packet([source, destination]: readonly [string, string], ttl: number): Uint8Array {
  const packet = new Uint8Array(48)
  writeIpv4Header(packet, 0, {
    tos: 0,
    totalLength: packet.length,
    id: 7,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: 0,
    ttl,
    protocol: 253,
    source: ipv4(source),
    destination: ipv4(destination),
  })
  return packet
}

/** Gives a frame to a device to send, and forgets what was before. */
export function give(lab: StackLab, from: NetDevice, shot: Shot): XmitResult {
  const type = shot.type ?? (shot.ip === undefined ? TEST_ETHERTYPE : ETHERTYPE_IPV4)
  const header = { destination: shot.to ?? BROADCAST_MAC, source: shot.source ?? from.mac, type }
  const payload = shot.ip === undefined ? new Uint8Array(46) : ipv4Packet(shot.ip, shot.ttl ?? 64)
  lab.world.cause = 0
  lab.events = []
  return devQueueXmit(lab.world, from, allocSkb(lab.world, shot.bytes ?? emitEthernet(header, payload), type, from.id))
}

/** Sends a frame and lets all happen that follows from it at once. */
export function send(lab: StackLab, from: NetDevice, shot: Shot = {}): XmitResult {
  const result = give(lab, from, shot)
  run(lab)
  return result
}

export function nameOf(lab: StackLab, id: number): string {
  const device = lab.world.devices[id]
  return device === undefined ? '' : `${netnsById(lab.world, device.netns).name}/${device.name}`
}

/** Sightings as `ns/dev in`, tagged ones as `ns/dev in vlan 10`, in order. */
export function sightings(lab: StackLab): string[] {
  return lab.events.flatMap((event) => {
    if (event.kind !== 'net.dev_xmit' && event.kind !== 'net.netif_receive_skb') return []
    const direction = event.kind === 'net.dev_xmit' ? 'out' : 'in'
    return [`${nameOf(lab, event.device)} ${direction}${event.vlan === 0 ? '' : ` vlan ${event.vlan}`}`]
  })
}

/** Decisions and drops of a namespace as `macvlan.broadcast host/eth0`, in order. */
export function verdicts(lab: StackLab, prefix = ''): string[] {
  return lab.events.flatMap((event) =>
    event.name.startsWith(prefix) && event.name !== '' ? [`${event.name} ${nameOf(lab, event.device)}`] : [],
  )
}

/** Sends a frame with the explain sink on: the rungs before each verdict, failed ones with `!`, by `verdict ns/dev`. */
export function explain(lab: StackLab, from: NetDevice, shot: Shot = {}): Map<string, string[]> {
  const conclusions = new Map<EventSeq, Check[]>()
  let checks: Check[] = []
  lab.world.out.explain = {
    check: (check) => checks.push(check),
    conclude(seq) {
      conclusions.set(seq, checks)
      checks = []
    },
    begin() {
      checks = []
    },
  }
  send(lab, from, shot)
  lab.world.out.explain = undefined
  return new Map(
    lab.events.flatMap((event) => {
      const rungs = conclusions.get(event.seq)
      if (rungs === undefined) return []
      const lines = rungs.map(({ id, ok, value, source }) => `${ok ? '' : '!'}${id} ${value ?? ''} (${source ?? ''})`)
      return [[`${event.name} ${nameOf(lab, event.device)}`, lines] as const]
    }),
  )
}

/** The sighting or verdict that an event is the effect of, as `ns/dev in` or by name. */
export function causeOf(lab: StackLab, event: Recorded): string {
  const cause = lab.events.find(({ seq }) => seq === event.cause)
  if (cause === undefined) return 'nothing'
  return cause.name !== '' ? cause.name : `${nameOf(lab, cause.device)} ${cause.kind === 'net.dev_xmit' ? 'out' : 'in'}`
}
