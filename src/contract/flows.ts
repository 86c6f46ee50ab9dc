// Tracked flows as data.
import type { Ipv4Address } from '../wire/address.ts'

/** One direction of a flow. Ports are 0 where the protocol has none. */
export interface FlowTupleView {
  readonly source: Ipv4Address
  readonly destination: Ipv4Address
  readonly sourcePort: number
  readonly destinationPort: number
  readonly icmp: { readonly type: number; readonly code: number; readonly id: number } | undefined
}

/** What went one way of a flow, headers of IP included. */
export interface FlowCounter {
  readonly packets: number
  readonly bytes: number
}

/** What of a flow's counters is compared, and of which way. */
export interface FlowMeasure {
  readonly counts: 'packets' | 'bytes' | 'avgpkt'
  readonly way: 'original' | 'reply' | 'both'
}

/** A tracked flow. */
export interface ConntrackView {
  readonly id: number
  readonly protocol: number
  /** Of TCP: `ESTABLISHED` and the like; empty for other protocols. */
  readonly state: string
  readonly original: FlowTupleView
  /** What an answer looks like: NAT shows as a difference from the original the other way round. */
  readonly reply: FlowTupleView
  readonly seenReply: boolean
  /** Missing where flows are not counted (nf_conntrack_acct). */
  readonly counters?: { readonly original: FlowCounter; readonly reply: FlowCounter }
  readonly assured: boolean
  readonly sourceNat: boolean
  readonly destinationNat: boolean
  /** NAT has decided about this end, if only to leave it as it is. */
  readonly sourceNatDone: boolean
  readonly destinationNatDone: boolean
  readonly mark: number
  /** When it is forgotten if nothing more comes, in nanoseconds of virtual time. */
  readonly expiresAt: number
}
