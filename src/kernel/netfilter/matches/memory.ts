// Matches that remember what came before: limit, hashlimit, statistic, quota, connlimit, recent. Linux: xt_limit.c, xt_hashlimit.c, xt_statistic.c, xt_quota.c,
// xt_connlimit.c with nf_conncount.c, xt_recent.c.
import { keyedInteger } from '../../../base/keyed-random.ts'
import type { FirewallMatch, HashlimitMatch, RecentMatch } from '../../../contract/firewall.ts'
import { MILLISECOND_NS, SECOND_NS } from '../../../sim/time.ts'
import type { Ipv4Address } from '../../../wire/address.ts'
import { prefixMask } from '../../../wire/address.ts'
import { ipv4Ttl, PROTOCOL_TCP, PROTOCOL_UDP } from '../../../wire/ipv4.ts'
import { udpDestinationPort, udpSourcePort } from '../../../wire/udp.ts'
import { NETWORK_HEADER } from '../../skb.ts'
import type { World } from '../../world.ts'
import { netfilterInfo } from '../conntrack/track.ts'
import type { HookedPacket, PacketHeader } from '../packet.ts'
import type { Bucket, NetfilterState, RecentEntry, Rule } from '../state.ts'

type Of<K extends FirewallMatch['kind']> = Extract<FirewallMatch, { readonly kind: K }>

/** The unit of a limit's period: a ten-thousandth of a second (XT_LIMIT_SCALE). */
const LIMIT_UNIT_NS = MILLISECOND_NS / 10

/** A bucket of `burst` packets that fills at the given rate (limit_mt). */
export function withinLimit(world: World, { memory }: Rule, match: Of<'limit'>): boolean {
  const { isWithin, bucket } = takeFrom(memory.limit, world.now, match)
  memory.limit = bucket
  return isWithin
}

/** Takes a packet's worth from a bucket, a full one when there is none yet. */
function takeFrom(
  before: Bucket | undefined,
  now: number,
  { period, burst }: { readonly period: number; readonly burst: number },
): { readonly isWithin: boolean; readonly bucket: Bucket } {
  const costNs = period * LIMIT_UNIT_NS
  const capNs = costNs * burst
  const creditNs = before === undefined ? capNs : Math.min(capNs, before.creditNs + now - before.at)
  const isWithin = creditNs >= costNs
  return { isWithin, bucket: { creditNs: isWithin ? creditNs - costNs : creditNs, at: now } }
}

/** An entry that nobody met for so long begins anew (htable-expire). */
const HASHLIMIT_EXPIRE_MS = 10_000
/** Entries of a table before those that are over are looked for. */
const HASHLIMIT_ENTRIES = 1000

/** A bucket for each sender, receiver or port (hashlimit_mt_common). */
export function withinHashlimit(
  world: World,
  packet: HookedPacket,
  header: PacketHeader,
  match: HashlimitMatch,
): boolean {
  const key = hashlimitKey(packet, header, match)
  if (key === undefined) return false
  const expireMs = match.table.find(([name]) => name === 'htable-expire')?.[1] ?? HASHLIMIT_EXPIRE_MS
  const since = world.now - expireMs * MILLISECOND_NS
  const { hashlimits } = packet.state
  const table = hashlimits.get(match.name) ?? new Map<string, Bucket>()
  hashlimits.set(match.name, table)
  if (table.size > HASHLIMIT_ENTRIES) for (const [each, { at }] of table) if (at < since) table.delete(each)
  const known = table.get(key)
  const { isWithin, bucket } = takeFrom(known !== undefined && known.at >= since ? known : undefined, world.now, match)
  table.set(key, bucket)
  return isWithin !== match.above
}

/** What the packet is counted under; undefined where a port is wanted and there is none (hashlimit_init_dst). */
function hashlimitKey({ skb }: HookedPacket, header: PacketHeader, match: HashlimitMatch): string | undefined {
  const hasPorts = header.protocol === PROTOCOL_TCP || header.protocol === PROTOCOL_UDP
  const wantsPorts = match.by.some((each) => each === 'srcport' || each === 'dstport')
  if (wantsPorts && (!hasPorts || skb.data.length < header.payloadAt + 4)) return undefined
  return match.by
    .map((each) => {
      switch (each) {
        case 'srcip':
          return header.source & prefixMask(match.sourceLength)
        case 'dstip':
          return header.destination & prefixMask(match.destinationLength)
        case 'srcport':
          return udpSourcePort(skb.data, header.payloadAt)
        case 'dstport':
          return udpDestinationPort(skb.data, header.payloadAt)
      }
    })
    .join(' ')
}

/** How many different values a random draw has. */
const RANDOM_VALUES = 0x8000_0000

/** Every n-th packet, or one with a given probability (statistic_mt). */
export function matchStatistic(world: World, { netns }: HookedPacket, rule: Rule, match: Of<'statistic'>): boolean {
  const { memory } = rule
  const number = memory.seen++
  if (match.mode === 'nth') return (number % match.every === match.packet) !== match.not
  // Two rules of one machine that see the same packets draw apart: each has a number of its own.
  const drawn = keyedInteger(0, RANDOM_VALUES - 1, world.seed, 'netfilter.statistic', netns.name, rule.number, number)
  return drawn < match.parts !== match.not
}

/** As long as there is some left of so many bytes (quota_mt). */
export function withinQuota({ memory }: Rule, { bytes, not }: Of<'quota'>, header: PacketHeader): boolean {
  const left = memory.quotaLeft ?? bytes
  const isWithin = left >= header.length
  memory.quotaLeft = isWithin ? left - header.length : 0
  return isWithin !== not
}

/** The flow's network has more flows that met this rule than allowed (connlimit_mt, nf_conncount_count). */
export function matchConnlimit(packet: HookedPacket, { memory }: Rule, match: Of<'connlimit'>): boolean {
  const connection = netfilterInfo(packet.netns, packet.skb)?.connection
  if (connection === undefined) return false
  const { connections } = packet.state.conntrack
  // Those that are over or never came to be no longer count.
  memory.flows = memory.flows.filter((id) => {
    const flow = connections.get(id)
    return flow !== undefined && flow.tcp !== 'TIME_WAIT' && flow.tcp !== 'CLOSE'
  })
  const isOpen = !memory.flows.includes(connection.id) && connection.tcp !== 'TIME_WAIT' && connection.tcp !== 'CLOSE'
  if (isOpen) memory.flows.push(connection.id)
  const mask = prefixMask(match.maskLength)
  const end = match.which === 'saddr' ? 'source' : 'destination'
  const network = connection.original[end] & mask
  const count = memory.flows.filter((id) => {
    const flow = id === connection.id ? connection : connections.get(id)
    return flow !== undefined && (flow.original[end] & mask) === network
  }).length
  return count > match.limit !== match.not
}

/** How many packets of one address a list remembers (ip_pkt_list_tot), and how many addresses (ip_list_tot). */
const STAMPS = 20
const ADDRESSES = 100

/** Looks an address up in a list, or writes it down there (recent_mt). */
export function matchRecent(world: World, packet: HookedPacket, header: PacketHeader, match: RecentMatch): boolean {
  const list = listOf(packet.state, match.name)
  const address = ((match.which === 'source' ? header.source : header.destination) & match.mask) >>> 0
  const received = ipv4Ttl(packet.skb.data, NETWORK_HEADER)
  // A packet that leaves has one hop less to go by now (recent_mt counts it).
  const ttl = packet.out !== undefined && packet.in === undefined ? received + 1 : received
  const found = list.get(address)
  const entry = found !== undefined && match.rttl && found.ttl !== ttl ? undefined : found
  if (entry === undefined) {
    if (match.mode !== 'set') return match.not
    remember(list, { address: address as Ipv4Address, ttl, stamps: [world.now] })
    return !match.not
  }
  switch (match.mode) {
    case 'set':
      stamp(list, entry, world.now, ttl)
      return !match.not
    case 'remove':
      list.delete(address)
      return !match.not
    case 'rcheck':
    case 'update': {
      const isHit = wasSeen(entry, match, world.now) !== match.not
      if (match.reap) reap(list, match, world.now)
      if (match.mode === 'update' && isHit) stamp(list, entry, world.now, ttl)
      return isHit
    }
  }
}

function listOf(state: NetfilterState, name: string): Map<number, RecentEntry> {
  const list = state.recent.get(name) ?? new Map<number, RecentEntry>()
  state.recent.set(name, list)
  return list
}

function wasSeen({ stamps }: RecentEntry, { seconds, hitcount }: RecentMatch, now: number): boolean {
  const hits = stamps.filter((at) => seconds === 0 || now - at <= seconds * SECOND_NS).length
  return hits >= Math.max(1, hitcount)
}

function stamp(list: Map<number, RecentEntry>, entry: RecentEntry, now: number, ttl: number): void {
  list.delete(entry.address)
  list.set(entry.address, { ...entry, ttl, stamps: [...entry.stamps, now].slice(-STAMPS) })
}

function remember(list: Map<number, RecentEntry>, entry: RecentEntry): void {
  const oldest = list.keys().next()
  if (list.size >= ADDRESSES && oldest.done !== true) list.delete(oldest.value)
  list.set(entry.address, entry)
}

/** Forgets addresses that were last seen too long ago (recent_entry_reap). */
function reap(list: Map<number, RecentEntry>, { seconds }: RecentMatch, now: number): void {
  for (const { address, stamps } of [...list.values()])
    if (now - (stamps.at(-1) ?? now) > seconds * SECOND_NS) list.delete(address)
}
