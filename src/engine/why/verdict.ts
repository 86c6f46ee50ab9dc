// What an inquiry works with and what it finds.
import type { CauseCode } from '../../contract/causes.ts'
import type { Check } from '../../contract/decisions.ts'
import type { EventSeq, TraceEvent } from '../../contract/trace-events.ts'
import type { DeviceId, World } from '../../kernel/world.ts'
import type { Rewind } from '../rewind.ts'
import type { Trail } from './trail.ts'

/** A device by its global id, or, for what no device ever got, only a namespace. */
export interface Place {
  readonly device: DeviceId
  readonly netns: number
}

/** What stopped something. */
export interface Verdict {
  readonly code: CauseCode
  /** Where it ended, and who decided so. */
  readonly stopped: Place
  readonly decided: Place
  /** The address that it was about, or 0. */
  readonly ip: number
  /** The drop or decision, and the check of it that decided; undefined where all of them led there. */
  readonly verdict: EventSeq
  readonly deciding: Check | undefined
  readonly lost: 'request' | 'reply'
}

/** One thing that may have stopped a frame. The one with the highest rank is believed. */
export interface Candidate {
  readonly code: CauseCode
  readonly event: TraceEvent
  readonly decided: Place
  readonly rank: number
  readonly deciding: Check | undefined
}

/** What following a packet needs: the trace by packet and cause, and the past. */
export interface Inquiry {
  readonly trail: Trail
  readonly rewind: Rewind
  /** When the action ended: what happens later changed nothing for it. */
  readonly until: number
  /** The world at a moment; the same moment is made only once. */
  worldAt(at: number): World
}

export function inquiryOf(trail: Trail, rewind: Rewind, until: number): Inquiry {
  const worlds = new Map<number, World>()
  return {
    trail,
    rewind,
    until,
    worldAt(at) {
      const world = worlds.get(at) ?? rewind.worldAt(at)
      worlds.set(at, world)
      return world
    },
  }
}

export const placeOf = (event: TraceEvent): Place => ({ device: event.device, netns: event.netns })

/** Where a device is. */
export function placeOfDevice(world: World, device: DeviceId): Place {
  return { device, netns: world.devices[device]?.netns ?? 0 }
}

/** The last check that failed and that a predicate lets through. */
export function lastFailed(checks: readonly Check[], matches: (id: string) => boolean = () => true): Check | undefined {
  return checks.findLast((check) => !check.ok && matches(check.id))
}

/** The believed one of several: of equal rank the device that was made first, then the earlier event. */
export function best(candidates: readonly Candidate[]): Candidate | undefined {
  let found: Candidate | undefined
  for (const candidate of candidates) if (found === undefined || outranks(candidate, found)) found = candidate
  return found
}

function outranks(a: Candidate, b: Candidate): boolean {
  if (a.rank !== b.rank) return a.rank > b.rank
  return a.decided.device !== b.decided.device ? a.decided.device < b.decided.device : a.event.seq < b.event.seq
}

/** True when a namespace has an address on some device. */
export function netnsHas(owners: readonly { readonly netns: number }[], netns: number): boolean {
  return owners.some((owner) => owner.netns === netns)
}
