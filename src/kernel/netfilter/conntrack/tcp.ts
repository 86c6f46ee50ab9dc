// What conntrack makes of a TCP flow by the flags of its segments. Linux: nf_conntrack_proto_tcp.c, without its check of windows.
//
// | state       | the flow has seen                                   | seconds |
// | SYN_SENT    | SYN                                                 | 120     |
// | SYN_SENT2   | SYN both ways                                       | 120     |
// | SYN_RECV    | SYN, SYN-ACK                                        | 60      |
// | ESTABLISHED | the ACK that ends the handshake                     | 432000  |
// | FIN_WAIT    | a FIN                                               | 120     |
// | CLOSE_WAIT  | its ACK                                             | 60      |
// | LAST_ACK    | the other FIN                                       | 30      |
// | TIME_WAIT   | its ACK                                             | 120     |
// | CLOSE       | a RST                                               | 10      |
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, tcpFlags } from '../../../wire/tcp.ts'
import type { Netns } from '../../netns.ts'
import { NETWORK_HEADER } from '../../skb.ts'
import type { World } from '../../world.ts'
import { countPacket, deleteConnection, refreshConnection, type Connection } from './connection.ts'
import { noteFlowNews } from './ecache.ts'
import { tcpTimeoutKey, timeoutSeconds } from './settings.ts'

export const TCP_STATES = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
] as const
export type TcpState = (typeof TCP_STATES)[number]

/** What a segment does, as far as the state goes (get_conntrack_index). */
type Segment = 'syn' | 'synack' | 'fin' | 'ack' | 'rst' | 'none'

/** Two letters a state; `..` keeps it, `!!` makes the packet invalid. */
const LETTERS: Readonly<Record<string, TcpState>> = {
  SS: 'SYN_SENT',
  SR: 'SYN_RECV',
  ES: 'ESTABLISHED',
  FW: 'FIN_WAIT',
  CW: 'CLOSE_WAIT',
  LA: 'LAST_ACK',
  TW: 'TIME_WAIT',
  CL: 'CLOSE',
  S2: 'SYN_SENT2',
}

const row = (text: string): readonly string[] => text.trim().split(/\s+/)

/** The next state, by segment, for packets in the flow's first direction. Columns in the order of TCP_STATES. */
const ORIGINAL: Readonly<Record<Segment, readonly string[]>> = {
  //            NO SS SR ES FW CW LA TW CL S2
  syn: row('   SS SS .. .. .. .. .. SS SS S2'),
  synack: row('!! !! SR !! !! !! !! !! !! SR'),
  fin: row('   !! !! FW FW LA LA LA TW CL !!'),
  ack: row('   ES !! ES ES CW CW TW TW CL !!'),
  rst: row('   !! CL CL CL CL CL CL CL CL CL'),
  none: row('  !! !! !! !! !! !! !! !! !! !!'),
}

/** The same for answers. */
const REPLY: Readonly<Record<Segment, readonly string[]>> = {
  //            NO SS SR ES FW CW LA TW CL S2
  syn: row('   !! S2 !! !! !! !! !! SS !! S2'),
  synack: row('!! SR .. .. .. .. .. .. .. SR'),
  fin: row('   !! !! FW FW LA LA LA TW CL !!'),
  ack: row('   !! .. SR ES CW CW TW TW CL ..'),
  rst: row('   !! CL CL CL CL CL CL CL CL CL'),
  none: row('  !! !! !! !! !! !! !! !! !! !!'),
}

function segmentOf(flags: number): Segment {
  if ((flags & TCP_RST) !== 0) return 'rst'
  if ((flags & TCP_SYN) !== 0) return (flags & TCP_ACK) !== 0 ? 'synack' : 'syn'
  if ((flags & TCP_FIN) !== 0) return 'fin'
  return (flags & TCP_ACK) !== 0 ? 'ack' : 'none'
}

/** The state after a segment, or undefined when it has no business there. */
function nextState(from: TcpState, segment: Segment, isReply: boolean): TcpState | undefined {
  const entry = (isReply ? REPLY : ORIGINAL)[segment][TCP_STATES.indexOf(from)] ?? '!!'
  return entry === '..' ? from : LETTERS[entry]
}

/** True when a segment may begin a flow: a SYN, or a bare ACK of one that began unseen (nf_conntrack_tcp_loose). */
export function tcpMayBegin(bytes: Uint8Array, at: number): boolean {
  return nextState('NONE', segmentOf(tcpFlags(bytes, at)), false) !== undefined
}

/** True for a SYN that begins a new flow where the old one is over: the old one goes (NF_REPEAT in nf_conntrack_tcp_packet). */
export function tcpReopens(connection: Connection, isReply: boolean, bytes: Uint8Array, at: number): boolean {
  return (
    !isReply &&
    segmentOf(tcpFlags(bytes, at)) === 'syn' &&
    (connection.tcp === 'TIME_WAIT' || connection.tcp === 'CLOSE')
  )
}

/** Moves a flow on by one segment. False when the segment is invalid for it (nf_conntrack_tcp_packet). */
export function tcpPacket(
  world: World,
  netns: Netns,
  connection: Connection,
  isReply: boolean,
  bytes: Uint8Array,
  at: number,
): boolean {
  const segment = segmentOf(tcpFlags(bytes, at))
  const from = connection.tcp
  const to = nextState(from, segment, isReply)
  if (to === undefined) return false
  // A RST as the only answer: there never was a connection, and the flow is forgotten at once.
  if (segment === 'rst' && isReply && !connection.seenReply) {
    connection.tcp = to
    countPacket(connection, isReply, bytes.length - NETWORK_HEADER)
    deleteConnection(world, netns, connection)
    return true
  }
  connection.tcp = to
  if (to !== from) noteFlowNews(connection, 'state')
  refreshConnection(world, netns, connection, timeoutSeconds(netns, tcpTimeoutKey(to)))
  const settled = from === 'SYN_RECV' || from === 'ESTABLISHED'
  if (connection.seenReply && settled && to === 'ESTABLISHED' && !connection.assured) {
    connection.assured = true
    noteFlowNews(connection, 'other')
  }
  return true
}

/** Ends a flow whose segment was answered with a RST by a rule: nothing that belongs to it will come any more (nf_conntrack_tcp_set_closing). */
export function tcpSetClosing(world: World, netns: Netns, connection: Connection): void {
  if (!connection.confirmed || connection.tcp === 'NONE' || connection.tcp === 'CLOSE') return
  connection.tcp = 'CLOSE'
  noteFlowNews(connection, 'state')
  refreshConnection(world, netns, connection, timeoutSeconds(netns, tcpTimeoutKey('CLOSE')))
}
