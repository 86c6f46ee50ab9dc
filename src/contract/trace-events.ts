// Trace events: the only thing that timeline, animation, explanations and captures read. They are stored as number columns;
// this file names the columns and the kinds.

/** Sequence number of a trace event, from 1; 0 means none. */
export type EventSeq = number

/** Kinds of trace event. Names follow Linux's tracepoints; ours are `lab.*`. Order is identity: the trace stores the index. */
export const TRACE_KINDS = [
  /** A frame left a device (egress tap). */
  'net.dev_xmit',
  /** A frame arrived on a device (ingress tap). */
  'net.netif_receive_skb',
  /** A frame died; `code` is the drop reason. */
  'skb.kfree_skb',
  /** A decision; `code` is its kind, a, b, c its operands. */
  'lab.decision',
  /** A neighbour changed: a = ip, b = mac (0 unknown), c = from state * 256 + to state; 0 means no entry. */
  'neigh.update',
  /** A forwarding entry appeared, moved or aged: a = mac, b = device id of the port (0 gone), c = vlan id. */
  'bridge.fdb_update',
  /** A route came or went: a = destination, b = prefix length + 64 * table, c = 1 added, 0 removed. */
  'fib.route_change',
  /** An address came or went: a = ip, b = prefix length, c = 1 added, 0 removed. */
  'inet.address_change',
  /** A link changed: a = 1 when up, b = 1 with carrier, c = 0 created, 1 changed, 2 removed. */
  'link.change',
  /** A sysctl was written: a = value. */
  'sysctl.write',
  /** A socket received a message: a = socket id. */
  'sock.receive',
  /** An action of the lab began or ended: a = index of the action, b = exit status at the end. */
  'lab.action_begin',
  'lab.action_end',
] as const

export type TraceKind = (typeof TRACE_KINDS)[number]

export const TRACE_KIND_CODE = Object.fromEntries(TRACE_KINDS.map((kind, code) => [kind, code])) as Readonly<
  Record<TraceKind, number>
>

/** Neighbour states in the order of their trace codes; 0 is no entry. */
export const NUD_STATES = [
  '',
  'INCOMPLETE',
  'REACHABLE',
  'STALE',
  'DELAY',
  'PROBE',
  'FAILED',
  'NOARP',
  'PERMANENT',
  'NONE',
] as const
export type NudState = Exclude<(typeof NUD_STATES)[number], ''>

/** One event, as a record. The store keeps columns; this is what single lookups return. */
export interface TraceEvent {
  readonly seq: EventSeq
  /** Virtual time in nanoseconds. */
  readonly at: number
  readonly kind: TraceKind
  /** The event that brought this one about; 0 for an input. */
  readonly cause: EventSeq
  /** Global device id; 0 for none. */
  readonly device: number
  /** Namespace id; 0 for none. */
  readonly netns: number
  /** Identity of the packet across devices and copies; 0 for none. */
  readonly packet: number
  readonly code: number
  readonly a: number
  readonly b: number
  readonly c: number
  /** Where the frame's bytes lie in the arena, and how many; length 0 for none. */
  readonly frameAt: number
  readonly frameLength: number
}

/** A run of trace events as columns, each `count` long; `frames` holds the bytes that `frameAt` points into. */
export interface TraceColumns {
  readonly firstSeq: EventSeq
  readonly count: number
  readonly at: Float64Array
  readonly kind: Uint8Array
  readonly cause: Uint32Array
  readonly device: Uint32Array
  readonly netns: Uint32Array
  readonly packet: Uint32Array
  readonly code: Uint16Array
  readonly a: Float64Array
  readonly b: Float64Array
  readonly c: Float64Array
  readonly frameAt: Uint32Array
  readonly frameLength: Uint32Array
  readonly frames: Uint8Array
}
