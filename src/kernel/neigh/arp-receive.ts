// ARP on the way in: who is answered, who is remembered, and why. Linux: arp_rcv, arp_process, arp_ignore, arp_filter, arp_fwd_proxy.
import { MILLISECOND_NS } from '../../sim/time.ts'
import { keyedRandom } from '../../base/keyed-random.ts'
import {
  formatIpv4,
  formatMac,
  IPV4_ANY,
  isLoopbackIpv4,
  isMulticastIpv4,
  type Ipv4Address,
  type MacAddress,
} from '../../wire/address.ts'
import {
  ARP_LENGTH,
  ARP_REPLY,
  ARP_REQUEST,
  arpHardwareLength,
  arpHardwareType,
  arpOperation,
  arpProtocolLength,
  arpProtocolType,
  arpSenderIp,
  arpSenderMac,
  arpTargetIp,
  arpTargetMac,
} from '../../wire/arp.ts'
import { ETHERTYPE_IPV4 } from '../../wire/ethernet.ts'
import { inetConfirmAddr } from '../ipv4/devinet.ts'
import { ipRouteInput } from '../ipv4/route-input.ts'
import { ipRouteOutput } from '../ipv4/route-output.ts'
import { SCOPE_HOST, SCOPE_LINK } from '../ipv4/scope.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { NETWORK_HEADER, type Skb } from '../skb.ts'
import { effectiveConf } from '../sysctl/ipv4-conf.ts'
import { check, checkConf, decide, drop } from '../trace.ts'
import { deviceById, netnsById, type World } from '../world.ts'
import { arpSend } from './arp.ts'
import { createEntry, isPastLocktime, isValidState, neighUpdate } from './neigh-entry.ts'
import { arpNeighOps } from './neigh-output.ts'
import { addTimer, timerExpiry } from './timer-wheel.ts'

/** ARP packet types of other hardware that Ethernet devices accept: Ethernet and IEEE 802. */
const ARPHRD_ETHER = 1
const ARPHRD_IEEE802 = 6

interface ArpIn {
  readonly operation: number
  readonly senderMac: MacAddress
  readonly senderIp: Ipv4Address
  readonly targetMac: MacAddress
  readonly targetIp: Ipv4Address
}

/** Takes an ARP frame from the receive ladder (arp_rcv). */
export function arpRcv(world: World, device: NetDevice, skb: Skb): void {
  const bytes = skb.data
  const whole = bytes.length >= NETWORK_HEADER + ARP_LENGTH
  const senderIp = whole ? arpSenderIp(bytes, NETWORK_HEADER) : IPV4_ANY
  const targetIp = whole ? arpTargetIp(bytes, NETWORK_HEADER) : IPV4_ANY
  if (
    !check(
      world,
      'arp.device_speaks_arp',
      !device.noArp,
      () => (device.noArp ? 'NOARP' : 'ARP'),
      () => device.name,
    )
  ) {
    decide(world, 'arp.device_without_arp', device, skb, targetIp, senderIp)
    return
  }
  if (
    !check(
      world,
      'arp.frame_is_for_us',
      skb.packetType !== 'otherhost' && skb.packetType !== 'loopback',
      () => skb.packetType,
    )
  ) {
    decide(world, 'arp.other_host', device, skb, targetIp, senderIp)
    return
  }
  if (!whole || arpHardwareLength(bytes, NETWORK_HEADER) !== 6 || arpProtocolLength(bytes, NETWORK_HEADER) !== 4) {
    drop(world, 'arp.malformed', device, skb)
    return
  }
  arpProcess(world, device, skb, false)
}

/** True when an ARP packet is one that Ethernet and IPv4 can use. */
function isUsable(bytes: Uint8Array, operation: number): boolean {
  const hardware = arpHardwareType(bytes, NETWORK_HEADER)
  return (
    (hardware === ARPHRD_ETHER || hardware === ARPHRD_IEEE802) &&
    arpProtocolType(bytes, NETWORK_HEADER) === ETHERTYPE_IPV4 &&
    (operation === ARP_REQUEST || operation === ARP_REPLY)
  )
}

/** Decides about an ARP packet (arp_process). `delayed` is true when a proxy answer has waited out its delay. */
function arpProcess(world: World, device: NetDevice, skb: Skb, delayed: boolean): void {
  const bytes = skb.data
  const netns = netnsById(world, device.netns)
  const arp: ArpIn = {
    operation: arpOperation(bytes, NETWORK_HEADER),
    senderMac: arpSenderMac(bytes, NETWORK_HEADER),
    senderIp: arpSenderIp(bytes, NETWORK_HEADER),
    targetMac: arpTargetMac(bytes, NETWORK_HEADER),
    targetIp: arpTargetIp(bytes, NETWORK_HEADER),
  }
  if (!isUsable(bytes, arp.operation)) {
    drop(world, 'arp.malformed', device, skb)
    return
  }
  const unicastTarget =
    !isMulticastIpv4(arp.targetIp) &&
    (!isLoopbackIpv4(arp.targetIp) || effectiveConf(netns, device, 'route_localnet') !== 0)
  if (!check(world, 'arp.target_is_unicast', unicastTarget, () => formatIpv4(arp.targetIp))) {
    decide(world, 'arp.target_not_unicast', device, skb, arp.targetIp, arp.senderIp)
    return
  }
  if (arp.senderIp === arp.targetIp && effectiveConf(netns, device, 'drop_gratuitous_arp') !== 0) {
    checkConf(world, 'arp.gratuitous_allowed', false, device, 'drop_gratuitous_arp')
    decide(world, 'arp.not_for_us', device, skb, arp.targetIp, arp.senderIp)
    return
  }
  if (arp.senderIp === IPV4_ANY) {
    answerProbe(world, device, skb, arp)
    return
  }
  if (arp.operation === ARP_REQUEST && answerRequest(world, device, skb, arp, delayed)) return
  learn(world, device, skb, arp)
}

/** A request from 0.0.0.0 asks whether an address is taken (duplicate address detection): only the owner answers, nobody learns. */
function answerProbe(world: World, device: NetDevice, skb: Skb, arp: ArpIn): void {
  const netns = netnsById(world, device.netns)
  const own = arp.operation === ARP_REQUEST && isLocalTarget(world, netns, arp.targetIp)
  check(world, 'arp.probe_for_own_address', own, () => formatIpv4(arp.targetIp))
  if (!own) {
    decide(world, 'arp.not_for_us', device, skb, arp.targetIp, arp.senderIp)
    return
  }
  if (ignoredByArpIgnore(world, device, arp)) {
    decide(world, 'arp.ignored_by_arp_ignore', device, skb, arp.targetIp, arp.senderIp)
    return
  }
  decide(world, 'arp.reply_to_probe', device, skb, arp.targetIp, arp.senderIp)
  reply(world, device, arp)
}

function isLocalTarget(world: World, netns: ReturnType<typeof netnsById>, ip: Ipv4Address): boolean {
  const found = ipRouteOutput(world, netns, { destination: ip, source: IPV4_ANY, device: 0, tos: 0, mark: 0 })
  return found.ok && found.route.type === 'local'
}

/** A request that names a sender: own address, or one to answer for by proxy. True when that settles it. */
function answerRequest(world: World, device: NetDevice, skb: Skb, arp: ArpIn, delayed: boolean): boolean {
  const netns = netnsById(world, device.netns)
  const route = ipRouteInput(world, device, {
    destination: arp.targetIp,
    source: arp.senderIp,
    tos: 0,
    mark: 0,
    isIpv4: false,
  })
  if (route.kind === 'refused') {
    // The same test that guards IP packets also guards ARP: a sender that may not arrive here is not answered.
    learn(world, device, skb, arp, route.isSameInterface === true ? 'arp.same_interface' : 'arp.source_refused')
    return true
  }
  if (route.kind === 'local') {
    answerForOwnAddress(world, device, skb, arp)
    return true
  }
  if (route.kind !== 'forward') return false
  if (effectiveConf(netns, device, 'forwarding') === 0) return false
  const out = deviceById(world, route.route.device)
  if (!mayProxy(world, device, out, arp)) return false
  rememberAsker(world, device, arp)
  const delay = device.neigh.parms.proxy_delay
  if (delayed || skb.packetType === 'host' || delay === 0) {
    decide(world, 'arp.proxy_reply', device, skb, arp.targetIp, arp.senderIp, out.id)
    reply(world, device, arp)
  } else pneighEnqueue(world, device, skb, arp)
  return true
}

/** The request asks for an address of this machine. */
function answerForOwnAddress(world: World, device: NetDevice, skb: Skb, arp: ArpIn): void {
  if (ignoredByArpIgnore(world, device, arp)) {
    decide(world, 'arp.ignored_by_arp_ignore', device, skb, arp.targetIp, arp.senderIp)
    return
  }
  if (ignoredByArpFilter(world, device, arp)) {
    decide(world, 'arp.ignored_by_arp_filter', device, skb, arp.targetIp, arp.senderIp)
    return
  }
  rememberAsker(world, device, arp)
  decide(world, 'arp.reply', device, skb, arp.targetIp, arp.senderIp)
  reply(world, device, arp)
}

/** Whoever asks us will be spoken to next: remember it, as STALE (neigh_event_ns). */
function rememberAsker(world: World, device: NetDevice, arp: ArpIn): void {
  const cause = world.cause
  const entry = device.neigh.entries.get(arp.senderIp) ?? createEntry(world, device, arp.senderIp)
  neighUpdate(world, arpNeighOps, device, entry, { mac: arp.senderMac, state: 'STALE', override: true, admin: false })
  world.cause = cause
}

function reply(world: World, device: NetDevice, arp: ArpIn): void {
  arpSend(world, device, {
    operation: ARP_REPLY,
    destination: arp.senderMac,
    senderIp: arp.targetIp,
    targetIp: arp.senderIp,
    targetMac: arp.senderMac,
  })
}

/** arp_ignore: which requests for own addresses stay without an answer. */
function ignoredByArpIgnore(world: World, device: NetDevice, arp: ArpIn): boolean {
  const netns = netnsById(world, device.netns)
  const level = effectiveConf(netns, device, 'arp_ignore')
  let answered: boolean
  switch (level) {
    case 1:
      answered = inetConfirmAddr(world, netns, device, IPV4_ANY, arp.targetIp, SCOPE_HOST)
      break
    case 2:
      answered = inetConfirmAddr(world, netns, device, arp.senderIp, arp.targetIp, SCOPE_HOST)
      break
    case 3:
      answered = inetConfirmAddr(world, netns, undefined, IPV4_ANY, arp.targetIp, SCOPE_LINK)
      break
    case 8:
      answered = false
      break
    default:
      answered = true
  }
  return !checkConf(world, 'arp.arp_ignore', answered, device, 'arp_ignore')
}

/** arp_filter: answer only on the device by which the answer's IP packets would leave. */
function ignoredByArpFilter(world: World, device: NetDevice, arp: ArpIn): boolean {
  const netns = netnsById(world, device.netns)
  if (effectiveConf(netns, device, 'arp_filter') === 0) return false
  const back = ipRouteOutput(world, netns, {
    destination: arp.senderIp,
    source: arp.targetIp,
    device: 0,
    tos: 0,
    mark: 0,
  })
  const same = back.ok && back.route.device === device.id
  return !checkConf(world, 'arp.arp_filter', same, device, 'arp_filter')
}

/** May this machine answer for an address that it only knows a route to? Linux: arp_fwd_proxy, arp_fwd_pvlan, pneigh_lookup. */
function mayProxy(world: World, device: NetDevice, out: NetDevice, arp: ArpIn): boolean {
  const netns = netnsById(world, device.netns)
  const otherDevice = out.id !== device.id
  check(
    world,
    'arp.proxy.route_leaves_elsewhere',
    otherDevice,
    () => out.name,
    () => `route to ${formatIpv4(arp.targetIp)}`,
  )
  const proxyArp = effectiveConf(netns, device, 'proxy_arp') !== 0
  checkConf(world, 'arp.proxy.proxy_arp', proxyArp, device, 'proxy_arp')
  if (proxyArp && otherDevice && mediumAllows(device, out)) return true
  const pvlan = effectiveConf(netns, device, 'proxy_arp_pvlan') !== 0
  if (!otherDevice) {
    checkConf(world, 'arp.proxy.proxy_arp_pvlan', pvlan, device, 'proxy_arp_pvlan')
    return pvlan && arp.senderIp !== arp.targetIp
  }
  const listed = device.neigh.proxies.has(arp.targetIp) || netns.neighProxies.has(arp.targetIp)
  check(
    world,
    'arp.proxy.listed',
    listed,
    () => formatIpv4(arp.targetIp),
    () => 'ip neigh show proxy',
  )
  return listed
}

/** Interfaces that say that they are on one medium need no proxy between them (medium_id). */
function mediumAllows(device: NetDevice, out: NetDevice): boolean {
  const incoming = device.ipv4.conf.medium_id
  if (incoming === 0) return true
  if (incoming === -1) return false
  const outgoing = out.ipv4.conf.medium_id
  return outgoing !== incoming && outgoing !== -1
}

/** A proxy answer waits a random time, so that the owner, if there is one, may answer first (pneigh_enqueue). */
function pneighEnqueue(world: World, device: NetDevice, skb: Skb, arp: ArpIn): void {
  const { parms, delayed } = device.neigh
  if (delayed.length > parms.proxy_qlen) {
    drop(world, 'arp.proxy_queue_full', device, skb)
    return
  }
  const owner = `${netnsById(world, device.netns).name}/${device.name}`
  const key = `proxy ${owner}`
  const drawn = world.draws.get(key) ?? 0
  world.draws.set(key, drawn + 1)
  const delayNs = Math.floor(keyedRandom(world.seed, 'proxy', owner, drawn) * parms.proxy_delay * 10) * MILLISECOND_NS
  const dueAt = timerExpiry(world.now, delayNs)
  const timer = addTimer(world.queue, world.now, delayNs, { kind: 'neigh.proxy', device: device.id })
  decide(
    world,
    'arp.proxy_delayed',
    device,
    skb,
    arp.targetIp,
    arp.senderIp,
    Math.round((dueAt - world.now) / MILLISECOND_NS),
  )
  delayed.push({ skb, dueAt, timer })
}

/** Answers whose delay is over are decided about once more, with the routes as they are now (neigh_proxy_process). */
export function neighProxyProcess(world: World, device: NetDevice): void {
  const due = device.neigh.delayed.filter((item) => item.dueAt <= world.now)
  device.neigh.delayed = device.neigh.delayed.filter((item) => item.dueAt > world.now)
  for (const { skb } of due) {
    world.cause = skb.event
    world.out.explain?.begin()
    if (device.up) arpProcess(world, device, skb, true)
    else drop(world, 'arp.proxy_queue_purged', device, skb)
  }
}

type ArpRefusal = 'arp.source_refused' | 'arp.same_interface'

/** What is left of an ARP packet that is not answered: news about a neighbour that is known already. */
function learn(world: World, device: NetDevice, skb: Skb, arp: ArpIn, refusal?: ArpRefusal): void {
  const gratuitous = arp.senderIp === arp.targetIp && (arp.operation === ARP_REQUEST || arp.targetMac === arp.senderMac)
  let entry = device.neigh.entries.get(arp.senderIp)
  if (entry === undefined && mayCreate(world, device, arp, gratuitous)) entry = createEntry(world, device, arp.senderIp)
  check(
    world,
    'arp.sender_is_known_neighbour',
    entry !== undefined,
    () => formatIpv4(arp.senderIp),
    () => 'ip neigh',
  )
  if (entry === undefined) {
    if (refusal !== undefined) decide(world, refusal, device, skb, arp.targetIp, arp.senderIp)
    else if (arp.operation === ARP_REPLY)
      decide(world, 'arp.reply_unsolicited', device, skb, arp.senderIp, arp.senderMac)
    else decide(world, 'arp.not_for_us', device, skb, arp.targetIp, arp.senderIp)
    return
  }
  const solicited = arp.operation === ARP_REPLY && skb.packetType === 'host'
  const override = isPastLocktime(world, device, entry) || gratuitous
  check(
    world,
    'arp.may_replace_address',
    override || !isValidState(entry.state) || entry.mac === arp.senderMac,
    () => formatMac(arp.senderMac),
    () => `locktime ${device.neigh.parms.locktime * 10} ms`,
  )
  if (refusal !== undefined) decide(world, refusal, device, skb, arp.targetIp, arp.senderIp)
  else {
    const kind = solicited ? 'arp.reply_accepted' : 'arp.neighbour_refreshed'
    decide(world, kind, device, skb, arp.senderIp, arp.senderMac)
  }
  neighUpdate(world, arpNeighOps, device, entry, {
    mac: arp.senderMac,
    state: solicited ? 'REACHABLE' : 'STALE',
    override,
    admin: false,
  })
}

/** arp_accept: may this packet create a neighbour? 1: gratuitous ones and answers; 2: only from a subnet of the device. */
function mayCreate(world: World, device: NetDevice, arp: ArpIn, gratuitous: boolean): boolean {
  if (!gratuitous && arp.operation !== ARP_REPLY) return false
  const netns = netnsById(world, device.netns)
  const accept = effectiveConf(netns, device, 'arp_accept')
  if (accept === 0) return false
  checkConf(world, 'arp.arp_accept', true, device, 'arp_accept')
  if (accept !== 2) return true
  return device.ipv4.addresses.some((address) =>
    inetConfirmAddr(world, netns, device, arp.senderIp, address.local, SCOPE_LINK),
  )
}
