// Moving virtual time: one event after the other, in one place.
import { nextEventAt, takeNext } from '../sim/event-queue.ts'
import { SECOND_NS, type SimTime } from '../sim/time.ts'
import { LimitExceeded } from './limits.ts'
import { linkwatchAfterCall } from './netdev/link-watch.ts'
import type { World } from './world.ts'

/** When the next event happens, or undefined. */
export function upcoming(world: World): SimTime | undefined {
  return nextEventAt(world.queue)
}

/** Carries out the next event. False when there is none. Throws LimitExceeded, once the event is done, when a lab never comes to rest. */
export function step(world: World): boolean {
  const next = takeNext(world.queue)
  if (next === undefined) return false
  if (next.at > world.now) world.now = next.at
  world.dispatched++
  world.out.explain?.begin()
  world.modules.dispatch(world, next.event)
  if (world.linkwatch.wanted) linkwatchAfterCall(world)
  guard(world)
  return true
}

/** Counts events per second of virtual time: a loop of bridges makes them without end. */
function guard(world: World): void {
  const { rate } = world
  if (world.now - rate.since > SECOND_NS) {
    rate.since = world.now
    rate.count = 0
  }
  rate.count++
  if (rate.count > world.limits.eventsPerSecond) {
    const { eventsPerSecond } = world.limits
    throw new LimitExceeded('events', `more than ${eventsPerSecond} events in a second of the lab's time`)
  }
  if (rate.isFlooded)
    throw new LimitExceeded('frames', `more than ${world.limits.framesInFlight} frames are in flight at once`)
}

/** Carries out all events up to and including a time, and moves the clock there. */
export function runUntil(world: World, at: SimTime): void {
  for (let next = upcoming(world); next !== undefined && next <= at; next = upcoming(world)) step(world)
  if (at > world.now) world.now = at
}
