// NAT at a hook: the rules for the first packet of a flow, the table of flows for all others. Linux: nf_nat_inet_fn, nf_nat_packet,
// nf_nat_icmp_reply_translation.
import { packPorts } from '../../../contract/decisions.ts'
import { ICMP_HEADER_LENGTH, ICMP_REDIRECT, icmpType, isIcmpError, updateIcmpChecksum } from '../../../wire/icmp.ts'
import { PROTOCOL_ICMP } from '../../../wire/ipv4.ts'
import { NETWORK_HEADER, writableData } from '../../skb.ts'
import { decide } from '../../trace.ts'
import type { World } from '../../world.ts'
import { deleteConnection, type Connection } from '../conntrack/connection.ts'
import { netfilterInfo } from '../conntrack/track.ts'
import { answerTo, tupleOf, type Tuple } from '../conntrack/tuple.ts'
import { packetHeader, placeDevice, type HookedPacket } from '../packet.ts'
import type { SkbNetfilter } from '../skb-netfilter.ts'
import { chainAt } from '../state.ts'
import { traverse, type Verdict } from '../traverse.ts'
import { manipPacket, type Manip } from './manip.ts'
import { isDecided, manipOfHook, setupNoNat } from './setup.ts'

/** Translates a packet at a hook. */
export function natHook(world: World, packet: HookedPacket): Verdict {
  const about = netfilterInfo(packet.netns, packet.skb)
  const connection = about?.connection
  // What belongs to no flow cannot be translated.
  if (about === undefined || connection === undefined) return 'accept'
  const manip = manipOfHook(packet.hook)
  if (about.info === 'related' && isErrorPacket(packet)) {
    return translateError(world, packet, about, connection, manip) ? 'accept' : 'drop'
  }
  if (about.info === 'new' || about.info === 'related') {
    const verdict = decideNat(world, packet, connection, manip)
    if (verdict !== 'accept') return verdict
  }
  // The flow leaves by another device than the one whose address it was given (nf_nat_oif_changed).
  if (
    packet.hook === 'postrouting' &&
    connection.masqueradeDevice !== 0 &&
    !about.isReply &&
    packet.out !== undefined &&
    packet.out.id !== connection.masqueradeDevice
  ) {
    deleteConnection(world, packet.netns, connection)
    return 'drop'
  }
  translate(world, packet, about, connection, manip)
  return 'accept'
}

function decideNat(world: World, packet: HookedPacket, connection: Connection, manip: Manip): Verdict {
  if (isDecided(connection, manip) || connection.confirmed) return 'accept'
  const chain = chainAt(packet.state, 'nat', packet.hook)
  const verdict = chain === undefined ? 'accept' : traverse(world, packet, 'nat', chain)
  if (verdict === 'accept') setupNoNat(world, packet.state.conntrack, connection, manip)
  return verdict
}

/** True when this end of the packet is translated: in answers it is the other end of the flow. */
function touches(connection: Connection, isReply: boolean, manip: Manip): boolean {
  return (manip === 'source') !== isReply ? connection.sourceNat : connection.destinationNat
}

/** What packets of one direction look like after translation: the answer to the other direction. */
function targetOf(connection: Connection, isReply: boolean): Tuple {
  return answerTo(isReply ? connection.original : connection.reply)
}

function translate(
  world: World,
  packet: HookedPacket,
  about: SkbNetfilter,
  connection: Connection,
  manip: Manip,
): void {
  if (!touches(connection, about.isReply, manip)) return
  const data = writableData(world, packet.skb)
  const before = endOf(data, manip)
  const changed = manipPacket(data, NETWORK_HEADER, targetOf(connection, about.isReply), manip)
  if (changed) noteTranslation(world, packet, manip, before)
}

/** One end of a packet: its address, and its port or ICMP id; 0 where it has none. */
interface PacketEnd {
  readonly address: number
  readonly port: number
}

function endOf(data: Uint8Array, manip: Manip): PacketEnd {
  const header = packetHeader(data)
  const tuple = header.fragmentOffset === 0 ? tupleOf(data, header) : undefined
  const isFirst = manip === 'source' || header.protocol === PROTOCOL_ICMP
  return {
    address: manip === 'source' ? header.source : header.destination,
    port: (isFirst ? tuple?.sourcePort : tuple?.destinationPort) ?? 0,
  }
}

/** Shows a translation in the trace: the end that was rewritten, before and after. */
function noteTranslation(world: World, packet: HookedPacket, manip: Manip, before: PacketEnd): void {
  const after = endOf(packet.skb.data, manip)
  const kind = manip === 'source' ? 'nat.source' : 'nat.destination'
  const ports = packPorts(before.port, after.port)
  decide(world, kind, placeDevice(packet), packet.skb, before.address, after.address, ports)
}

function isErrorPacket({ skb }: HookedPacket): boolean {
  const header = packetHeader(skb.data)
  return header.protocol === PROTOCOL_ICMP && isIcmpError(icmpType(skb.data, header.payloadAt))
}

/**
 * Translates an ICMP error about a flow: the packet that it quotes as the sender of that knows it, and the error's own address. False for a
 * redirect about a translated flow, which would make the two ends talk to each other without translation.
 */
function translateError(
  world: World,
  packet: HookedPacket,
  about: SkbNetfilter,
  connection: Connection,
  manip: Manip,
): boolean {
  const header = packetHeader(packet.skb.data)
  if (icmpType(packet.skb.data, header.payloadAt) === ICMP_REDIRECT) {
    if (!connection.sourceNatDone || !connection.destinationNatDone) return false
    if (connection.sourceNat || connection.destinationNat) return false
  }
  if (!touches(connection, about.isReply, manip)) return true
  const other = about.isReply ? connection.original : connection.reply
  const data = writableData(world, packet.skb)
  const before = endOf(data, manip)
  manipPacket(data, header.payloadAt + ICMP_HEADER_LENGTH, other, manip === 'source' ? 'destination' : 'source')
  updateIcmpChecksum(data, header.payloadAt, data.length)
  manipPacket(data, NETWORK_HEADER, { ...answerTo(other), protocol: PROTOCOL_ICMP }, manip)
  noteTranslation(world, packet, manip, before)
  return true
}
