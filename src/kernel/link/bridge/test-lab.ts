// A small world for the tests of the bridge: a host with br0, and machines on veth pairs that send bare frames.
import { DECISION_CODES } from '../../../contract/decisions.ts'
import { DROP_REASON_CODES } from '../../../contract/drop-reasons.ts'
import type { Check } from '../../../contract/decisions.ts'
import type { EventSeq, TraceKind } from '../../../contract/trace-events.ts'
import { nextEventAt, takeNext } from '../../../sim/event-queue.ts'
import { MILLISECOND_NS } from '../../../sim/time.ts'
import { BROADCAST_MAC, mac, type MacAddress } from '../../../wire/address.ts'
import { emitEthernet } from '../../../wire/ethernet.ts'
import { bootWorld } from '../../boot.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { devQueueXmit } from '../../netdev/transmit.ts'
import type { Netns } from '../../netns.ts'
import { createNetns } from '../../netns-calls.ts'
import { allocSkb } from '../../skb.ts'
import type { BridgeSettings, LinkSpec } from '../../system-call.ts'
import type { World } from '../../world.ts'
import { isRefusal } from '../link-kind.ts'
import { fdbEntries } from './fdb.ts'
import { bridgeState } from './bridge-id.ts'
import { addLink, addPort, devOpen } from '../../netdev/settled-test-lab.ts'

/** An EtherType for local experiments: no protocol of the model answers it. */
const TEST_ETHERTYPE = 0x88b5

export const BROADCAST = BROADCAST_MAC

export interface Recorded {
  readonly seq: EventSeq
  readonly kind: TraceKind
  readonly cause: EventSeq
  readonly device: number
  readonly name: string
  readonly a: number
  readonly b: number
  readonly c: number
  readonly vlan: number
  readonly frame: Uint8Array | undefined
}

export interface BridgeLab {
  readonly world: World
  readonly host: Netns
  readonly bridge: NetDevice
  /** Everything that happened since the last `clear`. */
  events: Recorded[]
}

export function must(device: ReturnType<typeof addLink>): NetDevice {
  if (isRefusal(device)) throw new Error(`refused: ${device.errno} ${device.message ?? ''}`)
  return device
}

/** A lab with a bridge that is up and has no port. */
export function createLab(settings: BridgeSettings = {}, identity: Partial<LinkSpec> = {}): BridgeLab {
  const world = bootWorld('bridge test')
  const host = createNetns(world, 'host')
  const bridge = must(addLink(world, host, { name: 'br0', data: { kind: 'bridge', ...settings }, ...identity }))
  devOpen(world, bridge)
  const lab: BridgeLab = { world, host, bridge, events: [] }
  world.out.trace = {
    write(seq, _at, kind, cause, device, _netns, _packet, code, a, b, c, frame, _protocol, tci) {
      const text =
        kind === 'lab.decision' ? DECISION_CODES[code] : kind === 'skb.kfree_skb' ? DROP_REASON_CODES[code] : ''
      lab.events.push({ seq, kind, cause, device, name: text ?? '', a, b, c, vlan: tci & 0xfff, frame })
    },
  }
  return lab
}

/** A machine of its own namespace with a cable into the host; `number` gives both ends their addresses. */
export interface Machine {
  readonly netns: Netns
  /** In the host: the future port `pN` with 02:00:00:00:01:0N. */
  readonly port: NetDevice
  /** In the machine: `eth0` with 02:00:00:00:00:0N. */
  readonly eth0: NetDevice
}

/** The address of machine N. */
export function machineMac(number: number): MacAddress {
  return mac(`02:00:00:00:00:${number.toString(16)}`)
}

/** The address of port N. */
export function portMac(number: number): MacAddress {
  return mac(`02:00:00:00:01:${number.toString(16)}`)
}

/** Makes machine N with both ends of its cable up, the port not yet in the bridge. */
export function addMachine(lab: BridgeLab, number: number): Machine {
  const { world, host } = lab
  const netns = createNetns(world, `m${number}`)
  const port = must(
    addLink(world, host, {
      name: `p${number}`,
      mac: portMac(number),
      data: { kind: 'veth', peer: { name: 'eth0', mac: machineMac(number), netns: netns.id } },
    }),
  )
  const eth0 = world.devices[port.linkDevice]
  if (eth0 === undefined) throw new Error('a veth without a peer')
  devOpen(world, port)
  devOpen(world, eth0)
  return { netns, port, eth0 }
}

/** Makes machines 1 to N on ports of br0, in this order, and forgets what happened until then. */
export function plugMachines(lab: BridgeLab, count: number): Machine[] {
  const machines = Array.from({ length: count }, (_, index) => addMachine(lab, index + 1))
  for (const { port } of machines) addPort(lab.world, lab.bridge, port)
  run(lab)
  lab.events = []
  return machines
}

/** Lets time pass; all that is due happens. */
export function run(lab: BridgeLab, durationMs = 1): void {
  const { world } = lab
  const end = world.now + durationMs * MILLISECOND_NS
  for (;;) {
    const at = nextEventAt(world.queue)
    if (at === undefined || at > end) break
    const next = takeNext(world.queue)
    if (next === undefined) break
    world.now = Math.max(world.now, next.at)
    world.modules.dispatch(world, next.event)
  }
  world.now = end
}

/** A frame as a machine sends it; `vlan` tags it. */
export interface Shot {
  readonly from: NetDevice
  readonly to: MacAddress
  readonly source?: MacAddress
  readonly vlan?: number
  readonly payloadBytes?: number
}

/** Sends a frame and lets it arrive; returns what happened from its sending on. */
export function send(lab: BridgeLab, shot: Shot): Recorded[] {
  const { world } = lab
  const header = { destination: shot.to, source: shot.source ?? shot.from.mac, type: TEST_ETHERTYPE }
  world.cause = 0
  const skb = allocSkb(
    world,
    emitEthernet(header, new Uint8Array(shot.payloadBytes ?? 46)),
    TEST_ETHERTYPE,
    shot.from.id,
  )
  if (shot.vlan !== undefined) {
    skb.vlanProtocol = 0x8100
    skb.vlanTci = shot.vlan
  }
  lab.events = []
  devQueueXmit(world, shot.from, skb)
  run(lab)
  return lab.events
}

/** Sightings in the host as `p1 in`, tagged ones as `p1 in vlan 10`, in order. */
export function sightings(lab: BridgeLab): string[] {
  return lab.events.flatMap((event) => {
    if (event.kind !== 'net.dev_xmit' && event.kind !== 'net.netif_receive_skb') return []
    const device = lab.world.devices[event.device]
    if (device?.netns !== lab.host.id) return []
    const direction = event.kind === 'net.dev_xmit' ? 'out' : 'in'
    return [`${device.name} ${direction}${event.vlan === 0 ? '' : ` vlan ${event.vlan}`}`]
  })
}

/** Decisions and drops in the host as `bridge.flood p1`, in order. */
export function verdicts(lab: BridgeLab): string[] {
  return lab.events.flatMap((event) => {
    const device = lab.world.devices[event.device]
    if (event.name === '' || device?.netns !== lab.host.id) return []
    return [`${event.name} ${device.name}`]
  })
}

/** The forwarding table, newest first, as `02:… on p1` with flags. */
export function table(lab: BridgeLab): string[] {
  return fdbEntries(bridgeState(lab.bridge)).map((entry) => {
    const device = lab.world.devices[entry.device]
    const address = entry.mac.toString(16).padStart(12, '0').slice(-3)
    const state = entry.local ? ' local' : entry.isStatic ? ' static' : ''
    return `${address} on ${device?.name ?? 'nothing'}${entry.vlan === 0 ? '' : ` vlan ${entry.vlan}`}${state}`
  })
}

/** The entries that were learned or made by hand. */
export function learned(lab: BridgeLab): string[] {
  return table(lab).filter((line) => !line.endsWith('local'))
}

/** Sends a frame with the explain sink on and returns the checks that led to each decision or drop in the host, by its name. */
export function explain(lab: BridgeLab, shot: Shot): Map<string, Check[]> {
  const byName = new Map<string, Check[]>()
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
  for (const event of send(lab, shot)) {
    const found = conclusions.get(event.seq)
    if (found !== undefined && event.name !== '')
      byName.set(`${event.name} ${lab.world.devices[event.device]?.name ?? ''}`, found)
  }
  lab.world.out.explain = undefined
  return byName
}
