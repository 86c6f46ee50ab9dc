// What may have stopped a frame on one link: drops, and the ports and children that a bridge or a macvlan passed over.
import type { CauseCode } from '../../contract/causes.ts'
import type { Check } from '../../contract/decisions.ts'
import type { DropReason } from '../../contract/drop-reasons.ts'
import type { EventSeq, TraceEvent } from '../../contract/trace-events.ts'
import type { NetDevice } from '../../kernel/netdev/net-device.ts'
import type { DeviceId, World } from '../../kernel/world.ts'
import { apartAt, behindPort, parentOf } from './topology.ts'
import { decisionOf, dropOf } from './trail.ts'
import { lastFailed, placeOf, placeOfDevice, type Candidate, type Inquiry, type Place } from './verdict.ts'

/** How much is believed. What refused the way to the very machine that was meant comes before what merely happened. */
const RANK = {
  certain: 85,
  refused: 75,
  notBack: 60,
  elsewhere: 50,
  misled: 45,
  unclear: 35,
  wrongMachine: 10,
} as const

/** Checks by which a port or a child is passed over, and what each means. */
const BY_CHECK: Readonly<Record<string, CauseCode>> = {
  'bridge.not_isolated': 'bridge-port-isolated',
  'bridge.not_back': 'bridge-no-hairpin',
  'bridge.vlan_egress': 'bridge-vlan',
  'bridge.vlan_of_bridge': 'bridge-vlan',
  'bridge.egress_state': 'bridge-port-disabled',
  'bridge.flood_flag': 'bridge-flood-off',
  'macvlan.source_listed': 'macvlan-source-list',
}

/** Drops that say all by themselves. */
const BY_DROP: { readonly [K in DropReason]?: CauseCode } = {
  'xmit.no_carrier': 'neigh-no-carrier',
  'veth.peer_down': 'device-down',
  'rx.device_down': 'device-down',
  'bridge.down': 'device-down',
  'vlan.device_down': 'device-down',
  'macvlan.child_down': 'device-down',
  'macvlan.parent_down': 'device-down',
  'veth.too_long': 'frame-too-long',
  'rx.too_long': 'frame-too-long',
  'bridge.too_long': 'frame-too-long',
  'dummy.swallowed': 'dummy-swallows',
  'ip.rp_filter': 'rp-filter',
  'ip.source_is_own_address': 'source-own',
  'ip.martian_destination': 'martian-destination',
  'ip.forwarding_off': 'forwarding-off',
  'ip.no_route': 'no-route-at-router',
  'ip.route_unreachable': 'route-refuses-at-router',
  'ip.route_prohibit': 'route-refuses-at-router',
  'ip.route_blackhole': 'route-refuses-at-router',
  'ip.ttl_exceeded': 'ttl-exceeded',
  'ip.frag_needed': 'mtu-exceeded-at-router',
  'netfilter.drop': 'netfilter-drop',
  'netfilter.reject': 'netfilter-reject',
  'icmp.no_route_for_reply': 'no-route-for-reply',
  'bridge.port_not_forwarding': 'bridge-port-disabled',
  'bridge.learning_only': 'bridge-port-disabled',
  'bridge.vlan_ingress': 'bridge-vlan',
  'vlan.unknown_id': 'vlan-unknown',
  'ipvlan.private_sibling': 'ipvlan-private',
  'macvlan.consumed_own_copy': 'macvlan-private',
}

/** The cause that a drop stands for, whatever else is known. */
function causeOfDrop(reason: DropReason, checks: readonly Check[], isLoopback: boolean): CauseCode {
  if (reason === 'xmit.device_down') return isLoopback ? 'lo-down' : 'device-down'
  if (reason === 'ip.martian_source') return lastFailed(checks)?.value === '0.0.0.0' ? 'source-zero' : 'source-martian'
  if (reason === 'icmp.echo_ignored')
    return checks.some(({ value }) => value?.includes('broadcasts') === true)
      ? 'echo-broadcast-ignored'
      : 'echo-ignored'
  return BY_DROP[reason] ?? 'dropped'
}

/** A frame on one link: for whom it was, and what is known of its way. */
export interface FrameWay {
  readonly world: World
  /** Devices, any of which it should have reached; none when nobody is the right one. */
  readonly targets: readonly NetDevice[]
  /** The device that sent it. */
  readonly sender: NetDevice | undefined
  readonly checksOf: ReadonlyMap<EventSeq, readonly Check[]>
}

/** Of a frame that circles without end the first turns say enough. */
const TELLING_LIMIT = 1_000

/** The events whose checks may tell why a frame did not get on; `also` lets more through. */
export function tellingEvents(
  events: readonly TraceEvent[],
  also: (event: TraceEvent) => boolean = () => false,
): TraceEvent[] {
  const telling: TraceEvent[] = []
  for (const event of events) {
    if (mayTell(event) || also(event)) telling.push(event)
    if (telling.length === TELLING_LIMIT) break
  }
  return telling
}

function mayTell(event: TraceEvent): boolean {
  const decision = decisionOf(event)
  return (
    dropOf(event) !== undefined ||
    (decision !== undefined && (/^(bridge|macvlan|ipvlan)\./.test(decision) || decision === 'arp.other_host'))
  )
}

/** All that may have stopped a frame, from its events on one link. */
export function frameCandidates(inquiry: Inquiry, way: FrameWay, events: readonly TraceEvent[]): Candidate[] {
  const found = events.flatMap((event) => {
    const checks = way.checksOf.get(event.seq) ?? []
    return [...passedOver(way, event, checks), ...died(inquiry, way, event, checks)]
  })
  const apart = standsApart(way, events)
  return apart === undefined ? found : [...found, apart]
}

/** Ports and children that did not get a copy although the right machine is there. */
function passedOver(way: FrameWay, event: TraceEvent, checks: readonly Check[]): Candidate[] {
  return checks.flatMap((check): Candidate[] => {
    const device = check.device === undefined ? undefined : way.world.devices[check.device]
    if (check.ok || device === undefined) return []
    const code = BY_CHECK[check.id] ?? childCause(way, check)
    if (code === undefined || !leadsToTarget(way, device)) return []
    const isPort = device.port !== undefined || device.state.kind === 'bridge'
    const decided = placeOfDevice(way.world, isPort ? device.id : parentOf(device))
    const rank = code === 'bridge-no-hairpin' ? RANK.notBack : RANK.refused
    return [{ code, event, decided, rank, deciding: check }]
  })
}

/** A macvlan child whose mode, or whose sibling's mode, keeps a broadcast from it. */
function childCause(way: FrameWay, check: Check): CauseCode | undefined {
  if (check.id !== 'macvlan.mode_hears_sender') return undefined
  const modes = [check.value ?? '', modeOf(way.sender)]
  if (modes.some((mode) => mode.includes('private'))) return 'macvlan-private'
  return check.value === 'mode source' ? undefined : 'vepa-not-reflected'
}

function modeOf(device: NetDevice | undefined): string {
  return device?.state.kind === 'macvlan' ? device.state.mode : ''
}

function leadsToTarget({ world, targets }: FrameWay, device: NetDevice): boolean {
  if (targets.length === 0) return false
  if (device.port === undefined) return targets.some(({ id }) => id === device.id)
  const behind = behindPort(world, device)
  return targets.some(({ id }) => behind.has(id))
}

/** A drop, as far as it concerns the frame's way. */
function died(inquiry: Inquiry, way: FrameWay, event: TraceEvent, checks: readonly Check[]): Candidate[] {
  const reason = dropOf(event)
  const device = way.world.devices[event.device]
  if (reason === undefined || device === undefined)
    return reason === undefined ? untaken(inquiry, way, event, checks) : []
  const one = (code: CauseCode, rank: number, deciding?: Check, decided = placeOf(event)): Candidate[] => [
    { code, event, decided, rank, deciding },
  ]
  switch (reason) {
    case 'ip.other_host':
      return otherHost(inquiry, way, event, checks)
    case 'bridge.same_port':
      return misled(way, device)
        ? one('bridge-fdb-misled', RANK.refused, undefined, placeOfDevice(way.world, device.master))
        : one('bridge-no-hairpin', RANK.unclear)
    case 'bridge.no_target':
    case 'bridge.egress_refused': {
      // Which port refused is in the checks; here only the case that none of them leads to the right machine.
      const failed = checks.findLast((check) => !check.ok && check.device !== undefined && check.id in BY_CHECK)
      const port = failed?.device === undefined ? placeOf(event) : placeOfDevice(way.world, failed.device)
      return one(BY_CHECK[failed?.id ?? ''] ?? 'dropped', RANK.unclear, failed, port)
    }
    case 'macvlan.consumed_own_copy':
      return way.targets.some((target) => parentOf(target) === device.id) ? one('macvlan-private', RANK.refused) : []
    default: {
      const code = causeOfDrop(reason, checks, device.state.kind === 'lo')
      // A router looks at its own forwarding once more before it says that there is no way.
      const route = code.endsWith('-at-router') ? lastFailed(checks, (id) => id === 'route.lookup') : undefined
      return one(code, code === 'dropped' ? RANK.elsewhere : RANK.certain, route)
    }
  }
}

/** A machine that is not addressed: it may be the right one with a wrong address, lack the VLAN of the frame, or have got it by mistake. */
function otherHost(inquiry: Inquiry, way: FrameWay, event: TraceEvent, checks: readonly Check[]): Candidate[] {
  const isRight = way.targets.some(({ netns }) => netns === event.netns)
  const decided = placeOf(event)
  const tag = isRight ? lastFailed(checks, (id) => id === 'vlan.device_exists') : undefined
  if (tag !== undefined) return [{ code: 'vlan-unknown', event, decided, rank: RANK.refused, deciding: tag }]
  const bridge = isRight ? undefined : misledBy(inquiry, way, event)
  if (bridge !== undefined)
    return [{ code: 'bridge-fdb-misled', event, decided: bridge, rank: RANK.misled, deciding: undefined }]
  const rank = way.targets.length === 0 || isRight ? RANK.elsewhere : RANK.wrongMachine
  return [{ code: 'neigh-wrong-mac', event, decided, rank, deciding: undefined }]
}

/** An ARP frame that a machine took no notice of because of its tag. */
function untaken(inquiry: Inquiry, way: FrameWay, event: TraceEvent, checks: readonly Check[]): Candidate[] {
  return decisionOf(event) === 'arp.other_host'
    ? otherHost(inquiry, way, event, checks).filter(({ code }) => code === 'vlan-unknown')
    : []
}

/** The bridge whose table sent a frame to where its target is not. */
function misledBy({ trail }: Inquiry, way: FrameWay, event: TraceEvent): Place | undefined {
  for (let at = trail.event(event.cause); at?.packet === event.packet; at = trail.event(at.cause)) {
    const decision = decisionOf(at)
    const from = way.world.devices[at.device]
    if (from === undefined || from.master === 0) continue
    // A promiscuous bridge gets a copy of everything; only what its table calls its own is a mistake.
    const isUp = decision === 'bridge.deliver_up' && way.world.devices[from.master]?.promiscuityCount === 0
    const port = decision === 'bridge.forward' ? way.world.devices[at.b] : undefined
    if ((isUp && way.targets.length > 0) || (port !== undefined && misled(way, port)))
      return placeOfDevice(way.world, from.master)
  }
  return undefined
}

/** True when a bridge sent a frame to a port although the machine that has its address is elsewhere. */
function misled({ world, targets }: FrameWay, port: NetDevice): boolean {
  if (targets.length === 0 || port.port === undefined) return false
  const behind = behindPort(world, port)
  return targets.every(({ id }) => !behind.has(id))
}

/** The sender stands on the right machine's device, or the other way round: what leaves never comes back to the other. */
function standsApart({ world, sender, targets }: FrameWay, events: readonly TraceEvent[]): Candidate | undefined {
  const last = events.at(-1)
  if (sender === undefined || last === undefined) return undefined
  const lower = targets.map((target) => apartAt(sender, target)).find((id): id is DeviceId => id !== 0)
  if (lower === undefined) return undefined
  const left = events.find((event) => /\.out_of_parent$/.test(decisionOf(event) ?? ''))
  const decided = placeOfDevice(world, lower)
  return { code: 'lower-device-apart', event: left ?? last, decided, rank: RANK.refused + 5, deciding: undefined }
}
