// May a packet with this source arrive on this device? Linux: fib_validate_source, __fib_validate_source (rp_filter and own sources).
import type { DropReason } from '../../contract/drop-reasons.ts'
import { formatIpv4, type Ipv4Address } from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { effectiveConf, inDevAcceptLocal, inDevRpFilter } from '../sysctl/ipv4-conf.ts'
import { check, checkConf } from '../trace.ts'
import type { DeviceId, World } from '../world.ts'
import { isConfiguredAddress } from './fib-addr-type.ts'
import { explainLookup, fibLookup, usesRules, type FibFlow } from './fib-lookup.ts'
import type { FibRoute } from './fib-table.ts'
import type { FlowTransport } from './route.ts'
import { scopeNumber, SCOPE_HOST, SCOPE_UNIVERSE } from './scope.ts'

/** A packet whose source is to be judged. */
export interface SourceQuestion {
  readonly source: Ipv4Address
  /** 0.0.0.0 when the packet is a broadcast. */
  readonly destination: Ipv4Address
  readonly tos: number
  readonly mark: number
  /** The device that it will leave by, or 0 when it is for this machine. */
  readonly outDevice: DeviceId
  readonly transport?: FlowTransport | undefined
}

/** Accepted, and whether the sender is on the link of the device (then a redirect may be due); or the reason of the refusal. */
export type SourceVerdict =
  { readonly ok: true; readonly onLink: boolean } | { readonly ok: false; readonly reason: DropReason }

const ACCEPTED: SourceVerdict = { ok: true, onLink: false }
const ON_LINK: SourceVerdict = { ok: true, onLink: true }
const OWN_ADDRESS: SourceVerdict = { ok: false, reason: 'ip.source_is_own_address' }
const MARTIAN: SourceVerdict = { ok: false, reason: 'ip.martian_source' }
const REVERSE_PATH: SourceVerdict = { ok: false, reason: 'ip.rp_filter' }

/**
 * Judges the source of a packet that arrived (fib_validate_source). Without rp_filter, unless a redirect may come into play or rules or local
 * routes were changed, only a source that is an own address is refused; otherwise the way back to the source is looked up.
 */
export function fibValidateSource(
  world: World,
  netns: Netns,
  device: NetDevice,
  question: SourceQuestion,
): SourceVerdict {
  const filter = inDevRpFilter(netns, device)
  const mayRedirect = device.id === question.outDevice && effectiveConf(netns, device, 'send_redirects') !== 0
  if (filter !== 0 || mayRedirect) return validateByRoute(world, netns, device, question, filter)
  if (inDevAcceptLocal(netns, device)) {
    checkConf(world, 'source.accept_local', true, device, 'accept_local')
    return ACCEPTED
  }
  if (netns.hasCustomLocalRoutes || usesRules(netns)) {
    return validateByRoute(world, netns, device, question, filter)
  }
  const own = isConfiguredAddress(netns, question.source)
  check(world, 'source.own_address', !own, () => formatIpv4(question.source))
  if (own) {
    checkConf(world, 'source.accept_local', false, device, 'accept_local')
    return OWN_ADDRESS
  }
  checkConf(world, 'source.rp_filter', true, device, 'rp_filter')
  return ACCEPTED
}

/** An answer's ports are those of the packet the other way round. */
const turned = ({ protocol, sourcePort, destinationPort }: FlowTransport): FlowTransport => ({
  protocol,
  sourcePort: destinationPort,
  destinationPort: sourcePort,
})

/** The full check: where would an answer go? (__fib_validate_source) */
function validateByRoute(
  world: World,
  netns: Netns,
  device: NetDevice,
  question: SourceQuestion,
  filter: number,
): SourceVerdict {
  const flow: FibFlow = {
    destination: question.source,
    source: question.destination,
    oif: 0,
    iif: question.outDevice === 0 ? netns.loopback : question.outDevice,
    tos: question.tos,
    mark: effectiveConf(netns, device, 'src_valid_mark') !== 0 ? question.mark : 0,
    scope: SCOPE_UNIVERSE,
    transport: question.transport === undefined ? undefined : turned(question.transport),
  }
  const found = fibLookup(world, netns, flow)
  explainLookup(world, netns, 'source.lookup', flow, found)
  // last_resort: without a way back only rp_filter refuses.
  if (!found.ok) return byFilter(world, device, filter === 0)
  const { route } = found
  if (route.type !== 'unicast') {
    const own = route.type === 'local'
    const accepted = own && effectiveConf(netns, device, 'accept_local') !== 0
    check(world, own ? 'source.own_address' : 'source.unicast', accepted, () => formatIpv4(question.source))
    if (own) checkConf(world, 'source.accept_local', accepted, device, 'accept_local')
    if (!accepted) return own ? OWN_ADDRESS : MARTIAN
  } else check(world, 'source.own_address', true, () => formatIpv4(question.source))
  const arrivesHere = usesDevice(route, device) || (route.type === 'local' && device.id === netns.loopback)
  check(world, 'source.arrives_where_routed', arrivesHere, () => device.name)
  if (arrivesHere) return scopeNumber(found.nexthop.scope) >= SCOPE_HOST ? ON_LINK : ACCEPTED
  if (device.ipv4.addresses.length === 0) {
    check(world, 'source.device_has_address', false, () => device.name)
    return byFilter(world, device, filter === 0)
  }
  const verdict = byFilter(world, device, filter !== 1)
  if (!verdict.ok) return verdict
  const direct = fibLookup(world, netns, { ...flow, oif: device.id }, true)
  return direct.ok && direct.route.type === 'unicast' && scopeNumber(direct.nexthop.scope) >= SCOPE_HOST
    ? ON_LINK
    : ACCEPTED
}

function byFilter(world: World, device: NetDevice, passes: boolean): SourceVerdict {
  return checkConf(world, 'source.rp_filter', passes, device, 'rp_filter') ? ACCEPTED : REVERSE_PATH
}

/** Whether any nexthop of the way back goes through the device (fib_info_nh_uses_dev). */
export function usesDevice(route: FibRoute, device: NetDevice): boolean {
  const { nexthops } = route
  for (let at = 0; at < nexthops.length; at++) if (nexthops[at]!.device === device.id) return true
  return false
}
