// Targets that change a packet's header or the mark of its flow. Linux: xt_connmark.c, xt_DSCP.c, xt_HL.c, xt_TCPMSS.c.
import type { FirewallTarget } from '../../../contract/firewall.ts'
import {
  DSCP_SHIFT,
  IPV4_HEADER_LENGTH,
  ipv4Tos,
  ipv4Ttl,
  PROTOCOL_TCP,
  setIpv4TotalLength,
  setIpv4Tos,
  setIpv4Ttl,
  updateIpv4Checksum,
} from '../../../wire/ipv4.ts'
import {
  emitTcpOptions,
  setTcpHeaderLength,
  TCP_HEADER_LENGTH,
  tcpHeaderLength,
  updateTcpChecksum,
} from '../../../wire/tcp.ts'
import { ipRouteOutput } from '../../ipv4/route-output.ts'
import { NETWORK_HEADER, writableData } from '../../skb.ts'
import type { World } from '../../world.ts'
import type { Connection } from '../conntrack/connection.ts'
import { noteFlowNews } from '../conntrack/ecache.ts'
import { netfilterInfo } from '../conntrack/track.ts'
import { hasTransportHeader, tcpOptionsOf, type HookedPacket, type PacketHeader } from '../packet.ts'

export type MangleTarget = Extract<FirewallTarget, { readonly kind: 'CONNMARK' | 'TOS' | 'DSCP' | 'TTL' | 'TCPMSS' }>

/** What a machine that says nothing about its segments can surely take (RFC 1122). */
const DEFAULT_MSS = 536
const MAX_TTL = 255
const LONGEST_TCP_HEADER = 60

/** Carries out a target after which the packet goes on to the next rule. False when it cannot be done and the packet is dropped. */
export function manglePacket(world: World, packet: HookedPacket, header: PacketHeader, target: MangleTarget): boolean {
  switch (target.kind) {
    case 'CONNMARK':
      markFlow(packet, target)
      return true
    case 'TOS':
      setTos(world, packet, (tos) => (tos & ~target.mask) ^ target.value)
      return true
    case 'DSCP':
      setTos(world, packet, (tos) => (tos & ~(0xff << DSCP_SHIFT)) | (target.value << DSCP_SHIFT))
      return true
    case 'TTL':
      setTtl(world, packet, target)
      return true
    case 'TCPMSS':
      return limitMss(world, packet, header, target.mss)
  }
}

/** Exchanges marks between packet and flow (connmark_tg_shift). */
function markFlow({ netns, skb }: HookedPacket, target: Extract<MangleTarget, { kind: 'CONNMARK' }>): void {
  const connection = netfilterInfo(netns, skb)?.connection
  if (connection === undefined) return
  switch (target.mode) {
    case 'set':
      setFlowMark(connection, ((connection.mark & ~target.ctMask) ^ target.value) >>> 0)
      return
    case 'save':
      setFlowMark(connection, ((connection.mark & ~target.ctMask) ^ (skb.mark & target.nfMask)) >>> 0)
      return
    case 'restore':
      skb.mark = ((skb.mark & ~target.nfMask) ^ (connection.mark & target.ctMask)) >>> 0
  }
}

function setFlowMark(connection: Connection, mark: number): void {
  if (connection.mark === mark) return
  connection.mark = mark
  noteFlowNews(connection, 'mark')
}

function setTos(world: World, { skb }: HookedPacket, change: (tos: number) => number): void {
  const before = ipv4Tos(skb.data, NETWORK_HEADER)
  const after = change(before) & 0xff
  if (after === before) return
  const data = writableData(world, skb)
  setIpv4Tos(data, NETWORK_HEADER, after)
  updateIpv4Checksum(data, NETWORK_HEADER)
}

function setTtl(world: World, { skb }: HookedPacket, { mode, value }: Extract<MangleTarget, { kind: 'TTL' }>): void {
  const before = ipv4Ttl(skb.data, NETWORK_HEADER)
  const wanted = mode === 'set' ? value : mode === 'inc' ? before + value : before - value
  const after = Math.min(MAX_TTL, Math.max(0, wanted))
  if (after === before) return
  const data = writableData(world, skb)
  setIpv4Ttl(data, NETWORK_HEADER, after)
  updateIpv4Checksum(data, NETWORK_HEADER)
}

/** Makes a segment offer no larger MSS than given, or than fits the way; never a larger one than it did (tcpmss_mangle_packet). */
function limitMss(world: World, packet: HookedPacket, header: PacketHeader, wanted: number | undefined): boolean {
  if (header.protocol !== PROTOCOL_TCP || header.fragmentOffset !== 0) return true
  if (!hasTransportHeader(packet.skb.data, header)) return false
  const mss = wanted ?? mssOfPath(world, packet, header)
  if (mss === undefined) return false
  const offer = tcpOptionsOf(packet.skb.data, header).find(({ option }) => option.kind === 'mss')
  if (offer?.option.kind !== 'mss') {
    addMss(packet, header, Math.min(mss, DEFAULT_MSS))
    return true
  }
  if (offer.option.mss <= mss) return true
  const data = writableData(world, packet.skb)
  data.set(emitTcpOptions([{ kind: 'mss', mss }]), offer.from)
  updateTcpChecksum(data, header.payloadAt, data.length, header)
  return true
}

/** What fits the way to the packet's destination and the way back to its source; undefined when that is too little for any data. */
function mssOfPath(world: World, { netns, route, skb }: HookedPacket, header: PacketHeader): number | undefined {
  const back = ipRouteOutput(world, netns, {
    destination: header.source,
    source: header.destination,
    device: 0,
    tos: ipv4Tos(skb.data, NETWORK_HEADER),
    mark: 0,
    anySource: true,
  })
  const there = route?.mtuBytes ?? Number.MAX_SAFE_INTEGER
  const mtu = Math.min(there, back.ok ? back.route.mtuBytes : Number.MAX_SAFE_INTEGER)
  const headers = IPV4_HEADER_LENGTH + TCP_HEADER_LENGTH
  return mtu <= headers ? undefined : Math.min(0xffff, mtu - headers)
}

/** Puts the option in where there is none; only a segment without data has room (tcpmss_mangle_packet's second half). */
function addMss({ skb }: HookedPacket, header: PacketHeader, mss: number): void {
  const at = header.payloadAt
  const old = skb.data
  const length = tcpHeaderLength(old, at)
  const option = emitTcpOptions([{ kind: 'mss', mss }])
  if (old.length > at + length || length + option.length > LONGEST_TCP_HEADER) return
  const data = new Uint8Array(old.length + option.length)
  data.set(old.subarray(0, at + TCP_HEADER_LENGTH))
  data.set(option, at + TCP_HEADER_LENGTH)
  data.set(old.subarray(at + TCP_HEADER_LENGTH), at + TCP_HEADER_LENGTH + option.length)
  setTcpHeaderLength(data, at, length + option.length)
  setIpv4TotalLength(data, NETWORK_HEADER, data.length - NETWORK_HEADER)
  updateIpv4Checksum(data, NETWORK_HEADER)
  updateTcpChecksum(data, at, data.length, header)
  skb.data = data
  skb.dataShared = false
}
