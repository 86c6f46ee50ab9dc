// What the timeline draws: sightings and drops, with the arrow from what caused each.
import {
  GLYPHS,
  type Glyph,
  type LaneSummary,
  type ProtocolName,
  type SightingColumns,
  type TraceFilter,
} from '../contract/protocol.ts'
import { TRACE_KIND_CODE, type EventSeq } from '../contract/trace-events.ts'
import { ARP_REPLY, arpOperation } from '../wire/arp.ts'
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from '../wire/ethernet.ts'
import { ICMP_ECHO, ICMP_ECHOREPLY, icmpType } from '../wire/icmp.ts'
import { ipv4HeaderLength, ipv4Protocol, PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../wire/ipv4.ts'
import { isVlanType, VLAN_TAG_LENGTH } from '../wire/vlan.ts'
import { readU16 } from '../wire/bytes.ts'
import { FrameSelections } from './frame-selection.ts'
import type { TraceStore } from './trace-store.ts'
import { TranslationIndex } from './translations.ts'

const OUT = TRACE_KIND_CODE['net.dev_xmit']
const IN = TRACE_KIND_CODE['net.netif_receive_skb']
const DROP = TRACE_KIND_CODE['skb.kfree_skb']
const GLYPH_CODE = Object.fromEntries(GLYPHS.map((glyph, code) => [glyph, code])) as Readonly<Record<Glyph, number>>

/** Largest number of sightings in one answer. */
const DEFAULT_LIMIT = 20_000

/** True for events that stand on a lane: a frame seen or a frame that died. */
function isOnLane(kind: number): boolean {
  return kind === OUT || kind === IN || kind === DROP
}

/** What kind of frame this is, by its bytes. */
export function glyphOf(frame: Uint8Array): Glyph {
  let at = 12
  while (at + VLAN_TAG_LENGTH + 2 <= frame.length && isVlanType(readU16(frame, at))) at += VLAN_TAG_LENGTH
  if (at + 2 > frame.length) return 'other'
  const type = readU16(frame, at)
  const network = at + 2
  if (type < 0x0600) return 'stp'
  if (type === ETHERTYPE_ARP && frame.length >= network + 8)
    return arpOperation(frame, network) === ARP_REPLY ? 'arp-reply' : 'arp-request'
  if (type !== ETHERTYPE_IPV4 || frame.length < network + 20) return 'other'
  switch (ipv4Protocol(frame, network)) {
    case PROTOCOL_ICMP: {
      const transport = network + ipv4HeaderLength(frame, network)
      if (transport >= frame.length) return 'other'
      const icmp = icmpType(frame, transport)
      return icmp === ICMP_ECHO ? 'icmp-request' : icmp === ICMP_ECHOREPLY ? 'icmp-reply' : 'icmp-error'
    }
    case PROTOCOL_UDP:
      return 'udp'
    case PROTOCOL_TCP:
      return 'tcp'
    default:
      return 'other'
  }
}

function protocolOf(glyph: Glyph): ProtocolName {
  switch (glyph) {
    case 'arp-request':
    case 'arp-reply':
      return 'arp'
    case 'icmp-request':
    case 'icmp-reply':
    case 'icmp-error':
      return 'icmp'
    case 'drop':
      return 'other'
    default:
      return glyph
  }
}

/** Glyphs and causes are worked out once an event and kept: the trace only grows. */
export class SightingIndex {
  readonly #trace: TraceStore
  readonly #translations: TranslationIndex
  readonly #selections: FrameSelections
  #glyphs = new Uint8Array(4096)
  #known = 0

  constructor(trace: TraceStore) {
    this.#trace = trace
    this.#translations = new TranslationIndex(trace)
    this.#selections = new FrameSelections(trace)
  }

  #protocolGlyph(index: number): number {
    const trace = this.#trace
    if (this.#glyphs.length < trace.count) {
      const next = new Uint8Array(Math.max(trace.count, this.#glyphs.length * 2))
      next.set(this.#glyphs)
      this.#glyphs = next
    }
    for (; this.#known < trace.count; this.#known++) {
      if (isOnLane(trace.kind[this.#known] ?? 0))
        this.#glyphs[this.#known] = GLYPH_CODE[glyphOf(trace.frame(this.#known))]
    }
    return this.#glyphs[index] ?? 0
  }

  /** True when a filter lets an event through; undefined lets everything through. */
  passes(index: number, filter: TraceFilter | undefined): boolean {
    const trace = this.#trace
    const kind = trace.kind[index] ?? 0
    if (!isOnLane(kind)) return false
    if (filter === undefined) return true
    if (filter.dropsOnly === true && kind !== DROP) return false
    if (filter.devices !== undefined && !filter.devices.includes(trace.device[index] ?? 0)) return false
    const glyph = GLYPHS[this.#protocolGlyph(index)] ?? 'other'
    if (filter.protocols !== undefined && !filter.protocols.includes(protocolOf(glyph))) return false
    return filter.expression === undefined || this.#selections.of(filter.expression).selects(index)
  }

  /** The events of NAT that a sighting shows. */
  translationsAt(index: number): readonly EventSeq[] {
    return this.#translations.at(index)
  }

  /** The nearest sighting among an event's causes, or 0. */
  causeOf(index: number): EventSeq {
    const trace = this.#trace
    let seq = trace.cause[index] ?? 0
    for (let at = trace.indexOf(seq); at !== undefined; at = trace.indexOf(seq)) {
      const kind = trace.kind[at] ?? 0
      if (kind === OUT || kind === IN) return seq
      seq = trace.cause[at] ?? 0
    }
    return 0
  }

  /** The sightings of a stretch of time. */
  window(
    fromNs: number,
    toNs: number,
    filter: TraceFilter | undefined,
    limit = DEFAULT_LIMIT,
  ): { columns: SightingColumns; more: boolean } {
    const trace = this.#trace
    const indexes: number[] = []
    let more = false
    for (let i = trace.indexAtTime(fromNs); i < trace.count && (trace.at[i] ?? 0) <= toNs; i++) {
      if (!this.passes(i, filter)) continue
      if (indexes.length === limit) {
        more = true
        break
      }
      indexes.push(i)
    }
    return { columns: this.#columns(indexes), more }
  }

  #columns(indexes: readonly number[]): SightingColumns {
    const trace = this.#trace
    const count = indexes.length
    const columns = {
      count,
      seq: new Uint32Array(count),
      at: new Float64Array(count),
      device: new Uint32Array(count),
      packet: new Uint32Array(count),
      glyph: new Uint8Array(count),
      direction: new Uint8Array(count),
      causeSeq: new Uint32Array(count),
      samePacket: new Uint8Array(count),
      isTranslated: new Uint8Array(count),
    }
    indexes.forEach((index, k) => {
      const kind = trace.kind[index] ?? 0
      const cause = this.causeOf(index)
      const causeIndex = trace.indexOf(cause)
      columns.seq[k] = trace.firstSeq + index
      columns.at[k] = trace.at[index] ?? 0
      columns.device[k] = trace.device[index] ?? 0
      columns.packet[k] = trace.packet[index] ?? 0
      columns.glyph[k] = kind === DROP ? GLYPH_CODE.drop : this.#protocolGlyph(index)
      columns.direction[k] = kind === IN ? 0 : kind === OUT ? 1 : 2
      columns.causeSeq[k] = cause
      columns.samePacket[k] = causeIndex !== undefined && trace.packet[causeIndex] === trace.packet[index] ? 1 : 0
      columns.isTranslated[k] = this.translationsAt(index).length > 0 ? 1 : 0
    })
    return columns
  }

  /** Counts per lane and slice of time. */
  lanes(fromNs: number, toNs: number, bucketCount: number, filter: TraceFilter | undefined): LaneSummary[] {
    const trace = this.#trace
    const width = Math.max(1, (toNs - fromNs) / bucketCount)
    const lanes = new Map<number, { counts: Uint32Array; drops: Uint32Array; tally: Uint32Array }>()
    for (let i = trace.indexAtTime(fromNs); i < trace.count && (trace.at[i] ?? 0) <= toNs; i++) {
      if (!this.passes(i, filter)) continue
      const device = trace.device[i] ?? 0
      let lane = lanes.get(device)
      if (lane === undefined) {
        lane = {
          counts: new Uint32Array(bucketCount),
          drops: new Uint32Array(bucketCount),
          tally: new Uint32Array(bucketCount * GLYPHS.length),
        }
        lanes.set(device, lane)
      }
      const bucket = Math.min(bucketCount - 1, Math.floor(((trace.at[i] ?? 0) - fromNs) / width))
      lane.counts[bucket] = (lane.counts[bucket] ?? 0) + 1
      const isDrop = trace.kind[i] === DROP
      if (isDrop) lane.drops[bucket] = (lane.drops[bucket] ?? 0) + 1
      const cell = bucket * GLYPHS.length + (isDrop ? GLYPH_CODE.drop : this.#protocolGlyph(i))
      lane.tally[cell] = (lane.tally[cell] ?? 0) + 1
    }
    return [...lanes].map(([device, lane]) => ({
      device,
      counts: lane.counts,
      drops: lane.drops,
      glyph: commonest(lane.tally, bucketCount),
    }))
  }

  /** Stretches without a sighting that are longer than `idleNs`. */
  idle(idleNs: number): { fromNs: number; toNs: number }[] {
    const trace = this.#trace
    const gaps: { fromNs: number; toNs: number }[] = []
    let last: number | undefined
    for (let i = 0; i < trace.count; i++) {
      if (!isOnLane(trace.kind[i] ?? 0)) continue
      const at = trace.at[i] ?? 0
      if (last !== undefined && at - last > idleNs) gaps.push({ fromNs: last, toNs: at })
      last = at
    }
    return gaps
  }

  /** The next or previous event that a filter lets through; 0 when there is none. */
  find(fromSeq: EventSeq, direction: 1 | -1, filter: TraceFilter | undefined): EventSeq {
    const trace = this.#trace
    for (let i = fromSeq - trace.firstSeq + direction; i >= 0 && i < trace.count; i += direction) {
      if (this.passes(i, filter)) return trace.firstSeq + i
    }
    return 0
  }
}

function commonest(tally: Uint32Array, bucketCount: number): Uint8Array {
  const glyph = new Uint8Array(bucketCount)
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    let best = 0
    for (let g = 0; g < GLYPHS.length; g++) {
      const count = tally[bucket * GLYPHS.length + g] ?? 0
      if (count > best) {
        best = count
        glyph[bucket] = g
      }
    }
  }
  return glyph
}
