// Sockets as `ss` and the page show them.
import type { Ipv4Address } from '../wire/address.ts'
import type { TcpState } from './read-models.ts'

/** What a connection has measured and counted, as `ss -i` shows it. Times are nanoseconds, `…At` moments of virtual time. */
export interface TcpInfoView {
  readonly windowScales: { readonly send: number; readonly receive: number } | undefined
  readonly hasTimestamps: boolean
  readonly hasSack: boolean
  readonly rtoNs: number
  readonly rttNs: number
  readonly rttVariationNs: number
  readonly leastRttNs: number
  readonly delayedAckNs: number
  readonly mssBytes: number
  readonly pathMtuBytes: number
  readonly peerSegmentBytes: number
  readonly congestionWindow: number
  /** Missing while no loss has set it. */
  readonly slowStartThreshold: number | undefined
  readonly bytesSent: number
  readonly bytesAgain: number
  readonly bytesAcked: number
  readonly bytesReceived: number
  readonly segmentsOut: number
  readonly segmentsIn: number
  readonly dataOut: number
  readonly dataIn: number
  readonly retransmits: number
  readonly unacked: number
  readonly lastDataSentAt: number
  readonly lastDataReceivedAt: number
  readonly lastAckAt: number
  readonly sendWindow: number
  readonly windowLimit: number
}

/** A timer of a connection: waiting for an acknowledgement, asking for a window, or keeping the address pair out of use. */
export interface SocketTimerView {
  readonly kind: 'on' | 'persist' | 'timewait'
  readonly at: number
  readonly retransmits: number
}

/** A UDP or TCP socket. */
export interface SocketView {
  readonly socket: number
  readonly kind: 'udp' | 'tcp'
  readonly state: TcpState
  readonly localAddress: Ipv4Address
  readonly localPort: number
  readonly remoteAddress: Ipv4Address
  readonly remotePort: number
  /** The device that it is bound to (global id), or 0. */
  readonly device: number
  /** Bytes that the program has not read; for a listener the connections that wait. */
  readonly receiveQueue: number
  /** Bytes that are not acknowledged; for a listener how many connections may wait. */
  readonly sendQueue: number
  /** Of TCP, but of no listener. */
  readonly info?: TcpInfoView
  readonly timer?: SocketTimerView
}
