// Where trace events are kept: number columns that grow, and one arena for the bytes of frames.
import {
  TRACE_KIND_CODE,
  TRACE_KINDS,
  type EventSeq,
  type TraceColumns,
  type TraceEvent,
  type TraceKind,
} from '../contract/trace-events.ts'
import type { TraceSink } from '../kernel/world.ts'
import { insertVlanTag } from '../wire/vlan.ts'

const FIRST_EVENTS = 4_096
const FIRST_FRAME_BYTES = 256 * 1024

function grown<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
  old: T,
  make: (length: number) => T,
  length: number,
): T {
  const next = make(length)
  next.set(old)
  return next
}

const f64 = (length: number): Float64Array => new Float64Array(length)
const u32 = (length: number): Uint32Array => new Uint32Array(length)
const u16 = (length: number): Uint16Array => new Uint16Array(length)
const u8 = (length: number): Uint8Array => new Uint8Array(length)

/** What an event takes in the columns. */
export const BYTES_AN_EVENT = 59

/** One value an event. */
const COLUMNS = [
  'at',
  'kind',
  'cause',
  'device',
  'netns',
  'packet',
  'code',
  'a',
  'b',
  'c',
  'frameAt',
  'frameLength',
] as const

/** A trace as it was at a moment. Its columns and frames are longer than `count` and `frameBytes` say. */
export type TracePart = Readonly<
  Pick<TraceStore, 'firstSeq' | 'count' | 'frameBytes' | 'frames' | (typeof COLUMNS)[number]>
>

/** A growing trace. Sequence numbers run from `firstSeq` without gaps. */
export class TraceStore implements TraceSink {
  readonly firstSeq: EventSeq
  count = 0
  at = f64(FIRST_EVENTS)
  kind = u8(FIRST_EVENTS)
  cause = u32(FIRST_EVENTS)
  device = u32(FIRST_EVENTS)
  netns = u32(FIRST_EVENTS)
  packet = u32(FIRST_EVENTS)
  code = u16(FIRST_EVENTS)
  a = f64(FIRST_EVENTS)
  b = f64(FIRST_EVENTS)
  c = f64(FIRST_EVENTS)
  frameAt = u32(FIRST_EVENTS)
  frameLength = u32(FIRST_EVENTS)
  frames = u8(FIRST_FRAME_BYTES)
  frameBytes = 0

  constructor(firstSeq: EventSeq) {
    this.firstSeq = firstSeq
  }

  /** A trace that begins as another did up to a moment, to be written on; the other stays as it is. */
  static from(part: TracePart): TraceStore {
    const { count, frameBytes } = part
    const copy = new TraceStore(part.firstSeq)
    while (copy.at.length < count) copy.#grow()
    for (const name of COLUMNS) copy[name].set(part[name].subarray(0, count))
    copy.frames = grown(part.frames.subarray(0, frameBytes), u8, Math.max(FIRST_FRAME_BYTES, 2 * frameBytes))
    copy.count = count
    copy.frameBytes = frameBytes
    return copy
  }

  /** What has been written so far. Nothing is copied: what is written later comes behind it. */
  part(): TracePart {
    const { firstSeq, count, frameBytes, frames } = this
    const { at, kind, cause, device, netns, packet, code, a, b, c, frameAt, frameLength } = this
    const columns = { at, kind, cause, device, netns, packet, code, a, b, c, frameAt, frameLength }
    return { firstSeq, count, frameBytes, frames, ...columns }
  }

  get lastSeq(): EventSeq {
    return this.firstSeq + this.count - 1
  }

  #grow(): void {
    const length = this.at.length * 2
    this.at = grown(this.at, f64, length)
    this.kind = grown(this.kind, u8, length)
    this.cause = grown(this.cause, u32, length)
    this.device = grown(this.device, u32, length)
    this.netns = grown(this.netns, u32, length)
    this.packet = grown(this.packet, u32, length)
    this.code = grown(this.code, u16, length)
    this.a = grown(this.a, f64, length)
    this.b = grown(this.b, f64, length)
    this.c = grown(this.c, f64, length)
    this.frameAt = grown(this.frameAt, u32, length)
    this.frameLength = grown(this.frameLength, u32, length)
  }

  #storeFrame(bytes: Uint8Array): void {
    if (this.frameBytes + bytes.length > this.frames.length) {
      this.frames = grown(this.frames, u8, Math.max(this.frames.length * 2, this.frameBytes + bytes.length))
    }
    this.frames.set(bytes, this.frameBytes)
    this.frameAt[this.count] = this.frameBytes
    this.frameLength[this.count] = bytes.length
    this.frameBytes += bytes.length
  }

  write(
    _seq: EventSeq,
    at: number,
    kind: TraceKind,
    cause: EventSeq,
    device: number,
    netns: number,
    packet: number,
    code: number,
    a: number,
    b: number,
    c: number,
    frame: Uint8Array | undefined,
    vlanProtocol: number,
    vlanTci: number,
  ): void {
    if (this.count === this.at.length) this.#grow()
    const i = this.count
    this.at[i] = at
    this.kind[i] = TRACE_KIND_CODE[kind]
    this.cause[i] = cause
    this.device[i] = device
    this.netns[i] = netns
    this.packet[i] = packet
    this.code[i] = code
    this.a[i] = a
    this.b[i] = b
    this.c[i] = c
    if (frame !== undefined) this.#storeFrame(vlanProtocol === 0 ? frame : insertVlanTag(frame, vlanProtocol, vlanTci))
    this.count = i + 1
  }

  /** Index of an event in the columns, or undefined when there is no such event. */
  indexOf(seq: EventSeq): number | undefined {
    const index = seq - this.firstSeq
    return index >= 0 && index < this.count ? index : undefined
  }

  kindAt(index: number): TraceKind {
    return TRACE_KINDS[this.kind[index] ?? 0] ?? 'lab.decision'
  }

  event(seq: EventSeq): TraceEvent | undefined {
    const i = this.indexOf(seq)
    if (i === undefined) return undefined
    return {
      seq,
      at: this.at[i] ?? 0,
      kind: this.kindAt(i),
      cause: this.cause[i] ?? 0,
      device: this.device[i] ?? 0,
      netns: this.netns[i] ?? 0,
      packet: this.packet[i] ?? 0,
      code: this.code[i] ?? 0,
      a: this.a[i] ?? 0,
      b: this.b[i] ?? 0,
      c: this.c[i] ?? 0,
      frameAt: this.frameAt[i] ?? 0,
      frameLength: this.frameLength[i] ?? 0,
    }
  }

  /** The bytes of a frame; a view into the arena. */
  frame(index: number): Uint8Array {
    const from = this.frameAt[index] ?? 0
    return this.frames.subarray(from, from + (this.frameLength[index] ?? 0))
  }

  /** Index of the first event at or after a time. */
  indexAtTime(at: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.at[middle] ?? 0) < at) low = middle + 1
      else high = middle
    }
    return low
  }

  /** A copy of a run of events, for the page. */
  slice(fromIndex: number, toIndex: number, withFrames: boolean): TraceColumns {
    const from = Math.max(0, fromIndex)
    const to = Math.min(this.count, toIndex)
    const range = <T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(column: T): T =>
      column.slice(from, to) as T
    const frameAt = range(this.frameAt)
    let frames = u8(0)
    if (withFrames) {
      const lengths = this.frameLength.subarray(from, to)
      let total = 0
      for (const length of lengths) total += length
      frames = u8(total)
      let at = 0
      for (let i = from; i < to; i++) {
        frames.set(this.frame(i), at)
        frameAt[i - from] = at
        at += this.frameLength[i] ?? 0
      }
    }
    return {
      firstSeq: this.firstSeq + from,
      count: Math.max(0, to - from),
      at: range(this.at),
      kind: range(this.kind),
      cause: range(this.cause),
      device: range(this.device),
      netns: range(this.netns),
      packet: range(this.packet),
      code: range(this.code),
      a: range(this.a),
      b: range(this.b),
      c: range(this.c),
      frameAt,
      frameLength: range(this.frameLength),
      frames,
    }
  }
}
