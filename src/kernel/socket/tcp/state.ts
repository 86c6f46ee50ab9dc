// What a TCP socket remembers: struct tcp_sock with the parts of inet_connection_sock below it. Plain data, with ids instead of pointers.
import type { Errno } from '../../../contract/errno.ts'
import type { EventSeq } from '../../../contract/trace-events.ts'
import type { TcpState } from '../../../contract/read-models.ts'
import type { TimerHandle } from '../../../sim/event-queue.ts'
import { MILLISECOND_NS, SECOND_NS, type SimTime } from '../../../sim/time.ts'
import type { InetSocket } from '../socket.ts'
import type { SocketId } from '../../system-call.ts'

/** Wait before the first retransmission while no round trip was measured (TCP_TIMEOUT_INIT). */
const RTO_INITIAL_NS = SECOND_NS
/** Least and longest wait for an acknowledgement (TCP_RTO_MIN, TCP_RTO_MAX). */
export const RTO_MIN_NS = 200 * MILLISECOND_NS
export const RTO_MAX_NS = 120 * SECOND_NS
/** How long an address pair stays unused after a connection (TCP_TIMEWAIT_LEN), and how long FIN-WAIT-2 lasts without a program. */
export const TIME_WAIT_NS = 60 * SECOND_NS
/** Least time of a delayed acknowledgement (TCP_ATO_MIN, TCP_DELACK_MIN) and the longest (TCP_DELACK_MAX). */
export const DELAYED_ACK_MIN_NS = 40 * MILLISECOND_NS
export const DELAYED_ACK_MAX_NS = 200 * MILLISECOND_NS
/** How many segments are acknowledged at once when data begins to come (TCP_MAX_QUICKACKS). */
export const QUICK_ACK_COUNT = 16
/** How often a SYN-ACK and a segment of an open connection are sent again (tcp_synack_retries, tcp_retries2), and one of a closed program's. */
export const SYN_ACK_RETRIES = 5
export const DATA_RETRIES = 15
export const ORPHAN_RETRIES = 8
/** Segments that may be under way before the first acknowledgement (TCP_INIT_CWND). */
export const INITIAL_CWND = 10
/** Answers to what makes no sense are this far apart, lest two confused ends answer each other for ever (tcp_invalid_ratelimit). */
export const INVALID_ANSWER_GAP_NS = 500 * MILLISECOND_NS
/** Acknowledgements of the same byte that stand for a loss (TCP_FASTRETRANS_THRESH). */
export const DUPLICATE_ACK_LIMIT = 3
/** What a receive buffer of the default 131,072 bytes (tcp_rmem) has room for besides its own bookkeeping. */
export const RECEIVE_SPACE_BYTES = 65_536
/** What a program may write ahead of the acknowledgements. Differs from Linux: neither this buffer nor the offered window grows. */
export const SEND_BUFFER_BYTES = 87_040
/**
 * Shift of the advertised window: the largest receive buffer (tcp_rmem, its third number) is between 2 and 4 MB on the small machine of the
 * recordings. A machine with gigabytes of memory allows 6 MB and asks for 7.
 */
export const WINDOW_SCALE = 6
export const MAX_WINDOW_SCALE = 14
/** Bytes that the time stamps option takes of every segment (TCPOLEN_TSTAMP_ALIGNED). */
export const TIMESTAMP_OPTION_LENGTH = 12
/** Segment size to assume when the other side names none (TCP_MSS_DEFAULT), and the least that is ever used (TCP_MIN_SND_MSS). */
const DEFAULT_MSS = 536
export const MIN_MSS = 48

/** A segment that was sent and is not acknowledged yet. */
export interface SentSegment {
  readonly sequence: number
  /** SYN and FIN count as a byte each. */
  readonly length: number
  readonly syn: boolean
  readonly fin: boolean
  sentAt: SimTime
  retransmits: number
  /** The packet that last carried it; 0 when there was no route for one. */
  packet: number
  /** The trace event that last sent it. */
  event: EventSeq
}

/** What came ahead of a gap. */
export interface EarlySegment {
  readonly sequence: number
  readonly bytes: Uint8Array
  readonly fin: boolean
}

export type TcpTimer = 'retransmit' | 'delayed-ack' | 'window-probe' | 'time-wait'

/** The delayed acknowledgement engine: icsk_ack. */
export interface AckState {
  /** An acknowledgement is owed (ICSK_ACK_SCHED). */
  scheduled: boolean
  /** Segments that are still to be acknowledged at once. */
  quick: number
  /** Both sides talk in turn, so an acknowledgement can ride on the answer (pingpong mode). */
  interactive: boolean
  /** The present delay; 0 before the first data. */
  delayNs: number
  lastDataAt: SimTime
  timer: TimerHandle
  timeoutAt: SimTime
  /** Estimate of the other side's segment size (rcv_mss). */
  segmentBytes: number
}

/** What a connection has counted (struct tcp_info). */
export interface TcpCounters {
  segmentsOut: number
  segmentsIn: number
  /** Segments that carried bytes. */
  dataOut: number
  dataIn: number
  bytesSent: number
  bytesAgain: number
  retransmits: number
  lastDataSentAt: SimTime
  lastDataReceivedAt: SimTime
  lastAckAt: SimTime
  /** Bytes that the handshake counts for: a SYN-ACK belongs to the listener. */
  uncountedBytes: number
  /** The shortest round trip, or 0 before the first. */
  leastRttNs: number
}

export interface TcpSocket extends InetSocket {
  readonly kind: 'tcp'
  state: TcpState
  localPort: number
  remotePort: number
  reuseAddress: boolean
  /** The program has closed it, or has not accepted it yet: no process knows it. */
  orphan: boolean
  /** An error for the program's next call (sk_err), and one that only counts when the connection fails for good (sk_err_soft). */
  error: Errno | undefined
  softError: Errno | undefined

  /** Listeners: how many connections may wait, those that wait, and those whose handshake is under way. */
  backlog: number
  acceptQueue: SocketId[]
  requests: SocketId[]
  /** The listener whose program has not accepted this connection yet, or 0. */
  listener: SocketId

  /** Sending: first sequence number, first one not acknowledged, next one to send, and the window that the other side allows. */
  initialSend: number
  sendUnacked: number
  sendNext: number
  sendWindow: number
  /** Sequence and acknowledgement number of the segment that last set the window (snd_wl1, snd_wl2). */
  windowSequence: number
  maxWindow: number
  /** Bytes from `sendUnacked` on that the program wrote and that are not acknowledged (SYN and FIN are not among them). */
  sendBuffer: Uint8Array
  sentSegments: SentSegment[]
  /** Bundles of the write under way that have not left yet, in bytes. */
  bundles: readonly number[]
  /** The program will write no more, and a FIN follows the last byte. */
  sendShutdown: boolean
  finSent: boolean
  /** Payload that fits a segment. */
  mssBytes: number
  /** The largest segment that the other side takes. */
  peerMssBytes: number
  sendScale: number
  receiveScale: number
  scaleOk: boolean
  timestampsOk: boolean
  sackOk: boolean
  timestampOffset: number
  /** The other side's clock, to be echoed (ts_recent), and the last number that we acknowledged. */
  recentTimestamp: number
  lastAckSent: number

  /** Receiving: first sequence number, next one expected, where the window was last advertised and how large. */
  initialReceive: number
  receiveNext: number
  windowUpdate: number
  receiveWindow: number
  /** The largest window that is ever advertised (rcv_ssthresh). */
  windowLimit: number
  received: Uint8Array[]
  receivedBytes: number
  early: EarlySegment[]
  /** The other side will send no more, or the program will read no more (RCV_SHUTDOWN). */
  receiveShutdown: boolean
  finReceived: boolean
  ack: AckState

  /** Round trip and retransmission; times in nanoseconds. */
  smoothedRttNs: number
  rttVariationNs: number
  rtoNs: number
  backoff: number
  /** A first probe for a lost tail was sent (TLP). */
  lossProbed: boolean
  congestionWindow: number
  slowStartThreshold: number
  duplicateAcks: number
  /** While recovering from a loss: the end of what was under way when it was noticed. */
  recoverUntil: number | undefined
  /** When a segment that made no sense was last answered. */
  invalidAnsweredAt: SimTime
  retransmitTimer: TimerHandle
  windowProbeTimer: TimerHandle
  timeWaitTimer: TimerHandle
  /** The next segment confirms the neighbour: the other side has just answered (sk_dst_pending_confirm). */
  confirmNeighbour: boolean
  readonly counters: TcpCounters
}

function freshAckState(): AckState {
  return {
    scheduled: false,
    quick: 0,
    interactive: false,
    delayNs: 0,
    lastDataAt: 0,
    timer: 0,
    timeoutAt: 0,
    segmentBytes: DEFAULT_MSS,
  }
}

function freshCounters(): TcpCounters {
  return {
    segmentsOut: 0,
    segmentsIn: 0,
    dataOut: 0,
    dataIn: 0,
    bytesSent: 0,
    bytesAgain: 0,
    retransmits: 0,
    lastDataSentAt: 0,
    lastDataReceivedAt: 0,
    lastAckAt: 0,
    uncountedBytes: 0,
    leastRttNs: 0,
  }
}

/** A new connection's socket. */
export function freshTcpSocket(inet: InetSocket): TcpSocket {
  return Object.assign<InetSocket, Omit<TcpSocket, keyof InetSocket>>(inet, {
    kind: 'tcp',
    state: 'CLOSE',
    localPort: 0,
    remotePort: 0,
    reuseAddress: false,
    orphan: false,
    error: undefined,
    softError: undefined,
    backlog: 0,
    acceptQueue: [],
    requests: [],
    listener: 0,
    initialSend: 0,
    sendUnacked: 0,
    sendNext: 0,
    sendWindow: 0,
    windowSequence: 0,
    maxWindow: 0,
    sendBuffer: new Uint8Array(0),
    sentSegments: [],
    bundles: [],
    sendShutdown: false,
    finSent: false,
    mssBytes: DEFAULT_MSS,
    peerMssBytes: DEFAULT_MSS,
    sendScale: 0,
    receiveScale: 0,
    scaleOk: false,
    timestampsOk: false,
    sackOk: false,
    timestampOffset: 0,
    recentTimestamp: 0,
    lastAckSent: 0,
    initialReceive: 0,
    receiveNext: 0,
    windowUpdate: 0,
    receiveWindow: 0,
    windowLimit: 0,
    received: [],
    receivedBytes: 0,
    early: [],
    receiveShutdown: false,
    finReceived: false,
    ack: freshAckState(),
    smoothedRttNs: 0,
    rttVariationNs: 0,
    rtoNs: RTO_INITIAL_NS,
    backoff: 0,
    lossProbed: false,
    congestionWindow: INITIAL_CWND,
    slowStartThreshold: Number.MAX_SAFE_INTEGER,
    duplicateAcks: 0,
    recoverUntil: undefined,
    invalidAnsweredAt: -INVALID_ANSWER_GAP_NS,
    retransmitTimer: 0,
    windowProbeTimer: 0,
    timeWaitTimer: 0,
    confirmNeighbour: false,
    counters: freshCounters(),
  })
}

/** The states in which a program may still send what it wrote. */
export function maySend(state: TcpState): boolean {
  return state === 'ESTAB' || state === 'CLOSE-WAIT'
}

/** Bytes that a segment or bundle carries. */
export function payloadOf({ length, syn, fin }: SentSegment): number {
  return length - (syn ? 1 : 0) - (fin ? 1 : 0)
}

/** How many segments something on its way counts as (tcp_skb_pcount). */
export function segmentCount(socket: TcpSocket, sent: SentSegment): number {
  return Math.max(1, Math.ceil(payloadOf(sent) / socket.mssBytes))
}
