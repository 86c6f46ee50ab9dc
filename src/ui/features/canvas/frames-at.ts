// Where frames are at a moment: on their way between two devices, or just seen on one. Pure, so that canvas and tests agree.
import { GLYPHS } from '../../../contract/protocol.ts'
import type { Glyph, SightingColumns } from '../../../contract/protocol.ts'
import { playMsAt } from '../../stores/playback-score.ts'
import type { PlaybackScore } from '../../stores/playback-score.ts'
import { lowerBound } from '../../stores/trace-store.ts'

/** A frame between two devices. */
export interface MovingFrame {
  /** `from>to`, by device id: the same for every frame that goes this way. */
  readonly edge: string
  readonly from: number
  readonly to: number
  /** The share of the way that lies behind it, 0 to 1. */
  readonly t: number
  readonly glyph: Glyph
  /** The sighting at the far end. */
  readonly seq: number
}

/** A frame that has just been seen on a device: it was born there, arrived, or died. */
export interface SeenFrame {
  readonly device: number
  readonly glyph: Glyph
  readonly seq: number
  /** 1 at the moment itself, falling to 0. */
  readonly strength: number
}

/** A longer way than this is no hop: the effect of a timer, a release from a queue. */
const LONGEST_HOP_NS = 50e6
/** How far ahead one looks for frames under way; a flood has fewer copies than this in the air. */
const LOOK_AHEAD = 512
const SEEN_MS = 320
const DROP_MS = 1400

/** The frames that are between two devices at a moment. */
export function framesAt(cursor: number, sightings: SightingColumns): readonly MovingFrame[] {
  const { at, count, causeSeq, samePacket, device, seq } = sightings
  const frames: MovingFrame[] = []
  const first = lowerBound(at, cursor)
  for (let index = first; index < Math.min(count, first + LOOK_AHEAD); index++) {
    const arrival = at[index] ?? 0
    if (arrival - cursor > LONGEST_HOP_NS) break
    if ((samePacket[index] ?? 0) === 0) continue
    const cause = indexOfSeq(sightings, causeSeq[index] ?? 0)
    if (cause === undefined) continue
    const departure = at[cause] ?? 0
    const [from, to] = [device[cause] ?? 0, device[index] ?? 0]
    if (departure >= cursor || from === to || arrival <= departure) continue
    const t = Math.min((cursor - departure) / (arrival - departure), 1)
    frames.push({ edge: `${from}>${to}`, from, to, t, glyph: glyphAt(sightings, index), seq: seq[index] ?? 0 })
  }
  return frames
}

/** The frames that were seen so shortly before a moment, in playing time, that their place still shows it. */
export function seenAt(cursor: number, sightings: SightingColumns, score: PlaybackScore): readonly SeenFrame[] {
  const { at, device, seq } = sightings
  const nowMs = playMsAt(score, cursor)
  const seen = new Map<string, SeenFrame>()
  for (let index = lowerBound(at, cursor + 1) - 1; index >= 0; index--) {
    const ageMs = nowMs - playMsAt(score, at[index] ?? 0)
    if (ageMs > DROP_MS) break
    const glyph = glyphAt(sightings, index)
    const span = glyph === 'drop' ? DROP_MS : SEEN_MS
    // The newest sighting of a device is the one that shows.
    const key = `${device[index]}:${glyph === 'drop' ? 'drop' : 'frame'}`
    if (ageMs > span || seen.has(key)) continue
    seen.set(key, { device: device[index] ?? 0, glyph, seq: seq[index] ?? 0, strength: 1 - ageMs / span })
  }
  return [...seen.values()]
}

/** The place of a sighting by its number; numbers ascend. */
export function indexOfSeq({ seq, count }: SightingColumns, wanted: number): number | undefined {
  if (wanted === 0) return undefined
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((seq[middle] ?? Infinity) < wanted) low = middle + 1
    else high = middle
  }
  return seq[low] === wanted ? low : undefined
}

function glyphAt({ glyph }: SightingColumns, index: number): Glyph {
  return GLYPHS[glyph[index] ?? 0] ?? 'other'
}
