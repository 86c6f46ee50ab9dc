/** What `ss -i`, `-m` and `-o` say of a socket. */
import type { SocketTimerView, SocketView, TcpInfoView } from '../../../contract/read-models.ts'
import { MILLISECOND_NS, SECOND_NS } from '../../formats/units.ts'

/** Lengths of the queues that a socket begins with: of a listener, of a connection, of what sends datagrams (tcp_rmem, tcp_wmem, rmem_default). */
const RECEIVE_BUFFER_BYTES = 131_072
const SEND_BUFFER_BYTES = { listener: 16_384, connection: 87_040, datagram: 212_992 }
const NO_LISTENER_INFO = 'cubic cwnd:10'

/** `skmem:(…)`: what waits in the queues and how much may. */
export function memoryText({ kind, state, receiveQueue, sendQueue }: SocketView): string {
  if (state === 'TIME-WAIT') return ''
  const isListener = state === 'LISTEN'
  const receive = kind === 'udp' ? SEND_BUFFER_BYTES.datagram : RECEIVE_BUFFER_BYTES
  const send = SEND_BUFFER_BYTES[kind === 'udp' ? 'datagram' : isListener ? 'listener' : 'connection']
  const [waiting, leaving] = isListener ? [0, 0] : [receiveQueue, sendQueue]
  return `skmem:(r${waiting},rb${receive},t0,tb${send},f0,w${leaving},o0,bl0,d0)`
}

/** `timer:(on,500ms,0)`: which timer, how long it still runs, how often it has run off. */
export function timerText({ kind, at, retransmits }: SocketTimerView, now: number): string {
  return `timer:(${kind},${timeText(Math.max(0, at - now))},${retransmits})`
}

function timeText(ns: number): string {
  const ms = Math.floor(ns / MILLISECOND_NS)
  const seconds = Math.floor(ms / 1000)
  if (ms >= 60_000) return `${Math.floor(seconds / 60)}min${seconds % 60 === 0 ? '' : `${seconds % 60}sec`}`
  if (ms >= 10_000) return `${seconds}sec`
  if (ms >= 1000) return `${seconds}${ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`}sec`
  return `${ms}ms`
}

/** The figures of a connection, in the order of ss; numbers that are 0 are left out. */
export function infoText(
  view: SocketView,
  now: number,
  { withOptions, isNumeric }: { readonly withOptions: boolean; readonly isNumeric: boolean },
): string {
  if (view.state === 'TIME-WAIT') return ''
  const { info } = view
  if (info === undefined) return NO_LISTENER_INFO
  const since = (at: number): number => Math.floor((now - at) / MILLISECOND_NS)
  const ms = (ns: number): string => String(Number((ns / MILLISECOND_NS).toPrecision(6)))
  const count = (name: string, value: number): string[] => (value === 0 ? [] : [`${name}:${value}`])
  return [
    ...(withOptions && info.hasTimestamps ? ['ts'] : []),
    ...(withOptions && info.hasSack ? ['sack'] : []),
    'cubic',
    ...(info.windowScales === undefined ? [] : [`wscale:${info.windowScales.send},${info.windowScales.receive}`]),
    `rto:${Math.ceil(info.rtoNs / MILLISECOND_NS / 4) * 4}`,
    ...(info.rttNs === 0 ? [] : [`rtt:${ms(info.rttNs)}/${ms(info.rttVariationNs)}`]),
    ...count('ato', info.dataIn === 0 ? 0 : Math.round(info.delayedAckNs / MILLISECOND_NS)),
    `mss:${info.mssBytes}`,
    ...count('pmtu', info.pathMtuBytes),
    ...count('rcvmss', info.peerSegmentBytes),
    ...count('advmss', info.pathMtuBytes === 0 ? 0 : info.pathMtuBytes - (info.hasTimestamps ? 52 : 40)),
    `cwnd:${info.congestionWindow}`,
    ...count('ssthresh', info.slowStartThreshold ?? 0),
    ...count('bytes_sent', info.bytesSent),
    ...count('bytes_retrans', info.bytesAgain),
    ...count('bytes_acked', info.bytesAcked),
    ...count('bytes_received', info.bytesReceived),
    ...count('segs_out', info.segmentsOut),
    ...count('segs_in', info.segmentsIn),
    ...count('data_segs_out', info.dataOut),
    ...count('data_segs_in', info.dataIn),
    ...(info.rttNs === 0 ? [] : [`send ${rateText(sendRate(info), isNumeric)}`]),
    `lastsnd:${since(info.lastDataSentAt)}`,
    `lastrcv:${since(info.lastDataReceivedAt)}`,
    `lastack:${since(info.lastAckAt)}`,
    ...count('unacked', info.unacked),
    ...(info.retransmits === 0 ? [] : [`retrans:${info.unacked === 0 ? 0 : 1}/${info.retransmits}`]),
    ...count('rcv_space', info.rttNs === 0 ? 0 : 10 * info.mssBytes),
    ...count('rcv_ssthresh', info.windowLimit),
    ...(info.leastRttNs === 0 ? [] : [`minrtt:${ms(info.leastRttNs)}`]),
    ...count('snd_wnd', info.sendWindow),
  ].join(' ')
}

const RATE_UNITS = ['', 'K', 'M', 'G', 'T']

/** Bits a second, with three digits and a unit unless numbers are wanted. */
function rateText(bitsPerSecond: number, isNumeric: boolean): string {
  if (isNumeric) return `${bitsPerSecond}bps`
  const power = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(1, bitsPerSecond)) / 3)), RATE_UNITS.length - 1)
  return `${Number((bitsPerSecond / 1000 ** power).toPrecision(3))}${RATE_UNITS[power]!}bps`
}

/** What one window a round trip makes. */
function sendRate({ congestionWindow, mssBytes, rttNs }: TcpInfoView): number {
  return Math.floor((congestionWindow * mssBytes * 8 * SECOND_NS) / rttNs)
}
