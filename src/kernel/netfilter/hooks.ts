// The hooks of IPv4 and what hangs on each, in the order of priority. Linux: enum nf_ip_hook_priorities, nf_hook_slow, nf_confirm.
//
// | hook        | raw −300 | conntrack −200 | mangle −150 | nat −100    | filter 0 | nat 100 | confirm last |
// | PREROUTING  | x        | x              | x           | destination |          |         |              |
// | INPUT       |          |                | x           |             | x        | source  | x            |
// | FORWARD     |          |                | x           |             | x        |         |              |
// | OUTPUT      | x        | x              | x           | destination | x        |         |              |
// | POSTROUTING |          |                | x           |             |          | source  | x            |
import type { FirewallTableName } from '../../contract/firewall.ts'
import { ipv4Destination, ipv4IsFragment, ipv4Source, ipv4Tos } from '../../wire/ipv4.ts'
import { ipDefrag } from '../ipv4/ip-defrag.ts'
import { ipRouteOutput } from '../ipv4/route-output.ts'
import type { RouteEntry } from '../ipv4/route.ts'
import type { Netns } from '../netns.ts'
import { NETWORK_HEADER, type Skb } from '../skb.ts'
import { drop } from '../trace.ts'
import { deviceById, type World } from '../world.ts'
import { confirmConnection } from './conntrack/connection.ts'
import { tellFlowNews } from './conntrack/ecache.ts'
import { netfilterInfo, trackPacket } from './conntrack/track.ts'
import { natHook } from './nat/hook.ts'
import { placeDevice, type HookedPacket, type HookPlace } from './packet.ts'
import { chainAt, type NfHook } from './state.ts'
import { traverse, type Verdict } from './traverse.ts'

/**
 * Runs a packet through a hook (nf_hook). True lets it go on; otherwise it is dropped, and the trace says so. The packet's bytes may be
 * changed; before INPUT and PREROUTING fragments may be kept back until they are whole.
 */
export function nfHook(world: World, netns: Netns, hook: NfHook, place: HookPlace, skb: Skb): boolean {
  const state = netns.netfilter
  if (state === undefined) return true
  const packet: HookedPacket = { in: place.in, out: place.out, route: place.route, netns, state, hook, skb }
  const verdict = runHook(world, packet)
  if (verdict === 'drop') drop(world, 'netfilter.drop', placeDevice(place), skb)
  return verdict === 'accept'
}

function runHook(world: World, packet: HookedPacket): Verdict {
  switch (packet.hook) {
    case 'prerouting':
      return prerouting(world, packet)
    case 'input':
      return inOrder(world, packet, [mangle, filter, nat, confirm])
    case 'forward':
      return inOrder(world, packet, [mangle, filter])
    case 'output':
      return inOrder(world, packet, [raw, track, mangle, nat, filter])
    case 'postrouting':
      return inOrder(world, packet, [mangle, nat, confirm])
  }
}

type Part = (world: World, packet: HookedPacket) => Verdict

function inOrder(world: World, packet: HookedPacket, parts: readonly Part[]): Verdict {
  for (const part of parts) {
    const verdict = part(world, packet)
    if (verdict !== 'accept') return verdict
  }
  return 'accept'
}

function inTable(table: FirewallTableName): Part {
  return (world, packet) => {
    const chain = chainAt(packet.state, table, packet.hook)
    return chain === undefined ? 'accept' : traverse(world, packet, table, chain)
  }
}

const raw = inTable('raw')
const mangle = inTable('mangle')
const filter = inTable('filter')
const nat: Part = (world, packet) => (packet.state.translating ? natHook(world, packet) : 'accept')

const track: Part = (world, packet) => {
  if (packet.state.tracking) trackPacket(world, packet.netns, packet.state.conntrack, packet.skb)
  return 'accept'
}

/** Flows can only be told by whole packets, so fragments are put together first (ipv4_conntrack_defrag). */
function prerouting(world: World, packet: HookedPacket): Verdict {
  const { skb } = packet
  if (packet.state.tracking && packet.in !== undefined && ipv4IsFragment(skb.data, NETWORK_HEADER)) {
    const whole = ipDefrag(world, packet.in, skb)
    if (whole === undefined) return 'stolen'
    skb.data = whole.data
    skb.dataShared = whole.dataShared
    skb.pieces = whole.pieces
  }
  return inOrder(world, packet, [raw, track, mangle, nat])
}

/** The packet got through: its flow enters the table (nf_conntrack_confirm). What merely answers on a flow's behalf confirms nothing. */
function confirm(world: World, packet: HookedPacket): Verdict {
  const about = netfilterInfo(packet.netns, packet.skb)
  const connection = about?.connection
  if (connection === undefined || connection.dead) return 'accept'
  if (!connection.confirmed) {
    if (about?.isReply === true || about?.info === 'related') return 'accept'
    if (!confirmConnection(world, packet.netns, packet.state.conntrack, connection)) return 'drop'
  }
  if (connection.news !== undefined) tellFlowNews(world, packet.netns, connection)
  return 'accept'
}

/**
 * OUTPUT for a packet of this machine, and another way for it when mangle or nat gave it another destination, source, TOS or mark
 * (ip_route_me_harder). Undefined when it was dropped.
 */
export function nfLocalOut(world: World, netns: Netns, route: RouteEntry, skb: Skb): RouteEntry | undefined {
  if (netns.netfilter === undefined) return route
  const out = deviceById(world, route.device)
  const { mark } = skb
  const tos = ipv4Tos(skb.data, NETWORK_HEADER)
  const source = ipv4Source(skb.data, NETWORK_HEADER)
  const destination = ipv4Destination(skb.data, NETWORK_HEADER)
  if (!nfHook(world, netns, 'output', { in: undefined, out, route }, skb)) return undefined
  const now = { source: ipv4Source(skb.data, NETWORK_HEADER), destination: ipv4Destination(skb.data, NETWORK_HEADER) }
  const newTos = ipv4Tos(skb.data, NETWORK_HEADER)
  const isSame = now.destination === destination && now.source === source && skb.mark === mark && newTos === tos
  if (isSame) return route
  const found = ipRouteOutput(world, netns, { ...now, device: 0, tos: newTos, mark: skb.mark, anySource: true })
  if (found.ok) return found.route
  drop(world, 'ip.output_no_route', out, skb)
  return undefined
}
