// The state machine of one neighbour. Linux: net/core/neighbour.c.
//
// | from               | event                                        | to         | does                                   |
// | ------------------ | -------------------------------------------- | ---------- | -------------------------------------- |
// | NONE, FAILED       | packet to send                               | INCOMPLETE | queues it, broadcasts a request        |
// | INCOMPLETE         | packet to send                               | INCOMPLETE | queues it, the oldest makes room       |
// | INCOMPLETE         | timer, fewer than 3 requests sent            | INCOMPLETE | broadcasts another request             |
// | INCOMPLETE         | timer, 3 requests sent                       | FAILED     | every queued packet gets its error     |
// | INCOMPLETE, FAILED | answer to us / any other ARP of the neighbour | REACHABLE / STALE | sends what waited: STALE becomes DELAY |
// | STALE              | packet to send                               | DELAY      | sends it with the old address          |
// | DELAY              | timer, confirmed meanwhile                   | REACHABLE  |                                        |
// | DELAY              | timer, not confirmed                         | PROBE      | asks the neighbour alone (unicast)     |
// | PROBE              | timer, fewer than 3 probes sent              | PROBE      | asks again                             |
// | PROBE              | timer, 3 probes sent                         | FAILED     |                                        |
// | REACHABLE          | time over, used in the last 5 s              | DELAY      |                                        |
// | REACHABLE          | time over, not used                          | STALE      |                                        |
// | DELAY, PROBE, STALE| answer to us                                 | REACHABLE  |                                        |
import type { NudState } from '../../contract/trace-events.ts'
import { cancel } from '../../sim/event-queue.ts'
import { MILLISECOND_NS, SECOND_NS, type SimTime } from '../../sim/time.ts'
import type { Ipv4Address, MacAddress } from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Skb } from '../skb.ts'
import { check, decide, drop, neighChanged } from '../trace.ts'
import type { World } from '../world.ts'
import type { NeighEntry, NeighParms } from './neigh-table.ts'
import { addTimer } from './timer-wheel.ts'

/** What the state machine needs of ARP and IP: asking, sending what waited, and reporting what cannot be reached. */
export interface NeighOps {
  /** Asks for the neighbour's address (arp_solicit); `skb` is the newest packet that waits, if any. */
  solicit(world: World, device: NetDevice, entry: NeighEntry, skb: Skb | undefined): void
  /** Sends a packet whose neighbour is known now. */
  transmit(world: World, device: NetDevice, entry: NeighEntry, skb: Skb): void
  /** Tells the sender of a packet that its neighbour cannot be reached (arp_error_report). */
  reportUnreachable(world: World, device: NetDevice, skb: Skb): void
}

const VALID: ReadonlySet<NudState> = new Set(['PERMANENT', 'NOARP', 'REACHABLE', 'PROBE', 'STALE', 'DELAY'])
const CONNECTED: ReadonlySet<NudState> = new Set(['PERMANENT', 'NOARP', 'REACHABLE'])

/** The states in which the neighbour's address is known (NUD_VALID). */
export function isValidState(state: NudState): boolean {
  return VALID.has(state)
}

/** The states in which it may be used without a second thought (NUD_CONNECTED). */
export function isConnectedState(state: NudState): boolean {
  return CONNECTED.has(state)
}

/** The states that end by themselves (NUD_IN_TIMER). */
function isTimed(state: NudState): boolean {
  return state === 'INCOMPLETE' || state === 'REACHABLE' || state === 'DELAY' || state === 'PROBE'
}

/** About what a small packet costs of unres_qlen_bytes: its buffer with all bookkeeping (skb->truesize). */
const TRUESIZE_BYTES = 832

/** A new entry without an address (___neigh_create). */
export function createEntry(world: World, device: NetDevice, ip: Ipv4Address): NeighEntry {
  const entry: NeighEntry = {
    ip,
    mac: undefined,
    state: 'NONE',
    probes: 0,
    router: false,
    externLearn: false,
    managed: false,
    protocol: undefined,
    timer: 0,
    usedAt: world.now,
    // As if last confirmed long ago: a fresh entry counts as unconfirmed.
    confirmedAt: world.now - device.neigh.parms.base_reachable_time_ms * 2 * MILLISECOND_NS,
    updatedAt: world.now,
    queue: [],
    headerReady: false,
    dead: false,
  }
  device.neigh.entries.set(ip, entry)
  return entry
}

/** Sets an entry's timer. Waiting for a confirmation to run out keeps no run going; asking does. */
function setTimer(world: World, device: NetDevice, entry: NeighEntry, delayNs: number): void {
  cancel(world.queue, entry.timer)
  const event = { kind: 'neigh.timer', device: device.id, ip: entry.ip } as const
  entry.timer = addTimer(world.queue, world.now, delayNs, event, entry.state !== 'REACHABLE')
}

function setState(world: World, device: NetDevice, entry: NeighEntry, state: NudState): void {
  const from = entry.state
  entry.state = state
  neighChanged(world, device, entry.ip, entry.mac, from, state)
}

/** How many requests are sent before an entry fails (neigh_max_probes). */
function maxProbes(parms: NeighParms, state: NudState): number {
  return parms.ucast_solicit + parms.app_solicit + (state === 'PROBE' ? parms.mcast_resolicit : parms.mcast_solicit)
}

/** Sends a request (neigh_probe): the newest waiting packet decides which source address it names. */
function probe(world: World, ops: NeighOps, device: NetDevice, entry: NeighEntry): void {
  ops.solicit(world, device, entry, entry.queue[entry.queue.length - 1])
  entry.probes++
}

/** Gives up on an entry: all that waits gets its error (neigh_invalidate). */
function invalidate(world: World, ops: NeighOps, device: NetDevice, entry: NeighEntry): void {
  entry.updatedAt = world.now
  const waiting = entry.queue
  entry.queue = []
  const verdict = decide(world, 'neigh.failed', device, undefined, entry.ip, waiting.length)
  for (const skb of waiting) {
    world.cause = verdict
    drop(world, 'neigh.failed', device, skb)
    ops.reportUnreachable(world, device, skb)
  }
}

/**
 * Prepares to send a packet to a neighbour, or, without one, merely to find the neighbour's address. True: send it now. False: it waits
 * in the queue, or was dropped. Linux: __neigh_event_send.
 */
export function neighEventSend(
  world: World,
  ops: NeighOps,
  device: NetDevice,
  entry: NeighEntry,
  skb: Skb | undefined,
): boolean {
  const { parms } = device.neigh
  entry.usedAt = world.now
  const { state } = entry
  if (isConnectedState(state) || state === 'DELAY' || state === 'PROBE') return true
  if (entry.dead) {
    if (skb !== undefined) drop(world, 'neigh.dead', device, skb)
    return false
  }
  if (state === 'STALE') {
    entry.updatedAt = world.now
    setState(world, device, entry, 'DELAY')
    setTimer(world, device, entry, parms.delay_first_probe_time * SECOND_NS)
    return true
  }
  let immediate = false
  if (state !== 'INCOMPLETE') {
    if (parms.mcast_solicit + parms.app_solicit === 0) {
      setState(world, device, entry, 'FAILED')
      entry.updatedAt = world.now
      if (skb !== undefined) drop(world, 'neigh.failed', device, skb)
      return false
    }
    // Starting at ucast_solicit skips the unicast probes: there is no address yet to send them to.
    entry.probes = parms.ucast_solicit
    entry.updatedAt = world.now
    setState(world, device, entry, 'INCOMPLETE')
    setTimer(world, device, entry, parms.retrans_time_ms * MILLISECOND_NS)
    immediate = true
  }
  if (skb !== undefined) enqueue(world, device, entry, skb)
  if (immediate) probe(world, ops, device, entry)
  return false
}

/** Takes a permanent entry its address's lasting away, as whoever wants it asked for does (NEIGH_UPDATE_F_USE, NEIGH_UPDATE_F_MANAGED). */
export function endPermanence(world: World, device: NetDevice, entry: NeighEntry): void {
  if (entry.state === 'PERMANENT') setState(world, device, entry, 'NONE')
}

/** Lets a packet wait for the address; when the queue is full the oldest makes room. */
function enqueue(world: World, device: NetDevice, entry: NeighEntry, skb: Skb): void {
  while (entry.queue.length > 0 && (entry.queue.length + 1) * TRUESIZE_BYTES > device.neigh.parms.unres_qlen_bytes) {
    const oldest = entry.queue.shift()
    if (oldest !== undefined) drop(world, 'neigh.queue_full', device, oldest)
  }
  entry.queue.push(skb)
  decide(world, 'neigh.wait', device, skb, entry.ip, entry.queue.length)
}

/** What happens when an entry's time is up (neigh_timer_handler). */
export function neighTimerHandler(world: World, ops: NeighOps, device: NetDevice, entry: NeighEntry): void {
  const { parms } = device.neigh
  const delayNs = parms.delay_first_probe_time * SECOND_NS
  const retransNs = parms.retrans_time_ms * MILLISECOND_NS
  entry.timer = 0
  // Asking again, and giving up, are effects of the packet that waits.
  world.cause = entry.queue[entry.queue.length - 1]?.event ?? 0
  let nextNs: number | undefined = retransNs
  if (entry.state === 'REACHABLE') nextNs = reachableTimer(world, device, entry, delayNs)
  else if (entry.state === 'DELAY') {
    if (world.now <= entry.confirmedAt + delayNs) {
      entry.updatedAt = world.now
      setState(world, device, entry, 'REACHABLE')
      nextNs = entry.confirmedAt + device.neigh.reachableTimeNs - world.now
    } else {
      entry.updatedAt = world.now
      entry.probes = 0
      setState(world, device, entry, 'PROBE')
    }
  }
  if ((entry.state === 'INCOMPLETE' || entry.state === 'PROBE') && entry.probes >= maxProbes(parms, entry.state)) {
    const isNew = entry.state === 'INCOMPLETE'
    setState(world, device, entry, 'FAILED')
    checkRequestsLeft(world, device, entry, isNew)
    invalidate(world, ops, device, entry)
    return
  }
  if (nextNs !== undefined) setTimer(world, device, entry, Math.max(nextNs, 10 * MILLISECOND_NS))
  if (entry.state === 'INCOMPLETE' || entry.state === 'PROBE') probe(world, ops, device, entry)
}

/** The rung on which an entry fails. A new one never asks the neighbour alone, so those requests do not count. */
function checkRequestsLeft(world: World, device: NetDevice, entry: NeighEntry, isNew: boolean): void {
  const sent = isNew ? entry.probes - device.neigh.parms.ucast_solicit : entry.probes
  check(
    world,
    'neigh.requests_left',
    false,
    () => `${sent} sent`,
    () => `${isNew ? 'mcast' : 'ucast'}_solicit of ${device.name}`,
  )
}

/** The REACHABLE branch of the timer: returns when to look again, or undefined when the entry rests. */
function reachableTimer(world: World, device: NetDevice, entry: NeighEntry, delayNs: number): number | undefined {
  const confirmedUntil = entry.confirmedAt + device.neigh.reachableTimeNs
  if (world.now <= confirmedUntil) return confirmedUntil - world.now
  entry.updatedAt = world.now
  if (world.now <= entry.usedAt + delayNs) {
    setState(world, device, entry, 'DELAY')
    return delayNs
  }
  setState(world, device, entry, 'STALE')
  return undefined
}

export interface NeighUpdate {
  /** Undefined keeps the address that is known. */
  readonly mac: MacAddress | undefined
  readonly state: NudState
  /** NEIGH_UPDATE_F_OVERRIDE: a different address replaces the known one. */
  readonly override: boolean
  /** NEIGH_UPDATE_F_ADMIN: a person said so. */
  readonly admin: boolean
}

/**
 * Takes news about a neighbour. False when it was refused: the entry is permanent, or has no address and gets none.
 * Linux: __neigh_update.
 */
export function neighUpdate(
  world: World,
  ops: NeighOps,
  device: NetDevice,
  entry: NeighEntry,
  update: NeighUpdate,
): boolean {
  const old = entry.state
  if (!update.admin && (old === 'NOARP' || old === 'PERMANENT')) return false
  if (entry.dead) return false
  if (!isValidState(update.state)) {
    makeInvalid(world, ops, device, entry, update.state)
    return true
  }
  let state = update.state
  const mac = update.mac ?? entry.mac
  if (mac === undefined || (update.mac === undefined && !isValidState(old))) return false
  // An answer confirms the neighbour even when it changes nothing.
  if (isConnectedState(state)) entry.confirmedAt = world.now
  if (isValidState(old)) {
    if (mac !== entry.mac && !update.override) return true
    if (mac === entry.mac && state === 'STALE' && !update.admin) state = old
  }
  const newMac = mac !== entry.mac
  if (state !== old || newMac) entry.updatedAt = world.now
  if (newMac) {
    entry.mac = mac
    if (!isConnectedState(state))
      entry.confirmedAt = world.now - device.neigh.parms.base_reachable_time_ms * 2 * MILLISECOND_NS
  }
  if (state !== old) changeState(world, device, entry, state)
  else if (newMac) neighChanged(world, device, entry.ip, entry.mac, old, state)
  if (state !== old && !isValidState(old)) releaseQueue(world, ops, device, entry)
  return true
}

/** News that makes an entry unusable: FAILED, INCOMPLETE or NONE. */
function makeInvalid(world: World, ops: NeighOps, device: NetDevice, entry: NeighEntry, state: NudState): void {
  const old = entry.state
  cancel(world.queue, entry.timer)
  entry.timer = 0
  setState(world, device, entry, state)
  if ((old === 'INCOMPLETE' || old === 'PROBE') && state === 'FAILED') invalidate(world, ops, device, entry)
}

function changeState(world: World, device: NetDevice, entry: NeighEntry, state: NudState): void {
  cancel(world.queue, entry.timer)
  entry.timer = 0
  if (state === 'PROBE') entry.probes = 0
  setState(world, device, entry, state)
  // A timer that is set anew takes a confirmation for a use (neigh_add_timer): with a short reachable time a neighbour that nobody
  // sends to is probed again and again.
  if (isTimed(state)) entry.usedAt = Math.max(entry.usedAt, entry.confirmedAt)
  if (state === 'REACHABLE') setTimer(world, device, entry, device.neigh.reachableTimeNs)
  else if (isTimed(state)) setTimer(world, device, entry, 0)
}

/** Sends, in order, what waited for the address. */
function releaseQueue(world: World, ops: NeighOps, device: NetDevice, entry: NeighEntry): void {
  if (entry.queue.length === 0) return
  const waiting = entry.queue
  entry.queue = []
  const verdict = decide(world, 'neigh.resolved', device, undefined, entry.ip, waiting.length)
  for (const skb of waiting) {
    world.cause = verdict
    // Each goes the way of any packet to this neighbour: to one that is merely STALE, which makes it DELAY.
    if (isConnectedState(entry.state) || neighEventSend(world, ops, device, entry, skb))
      ops.transmit(world, device, entry, skb)
  }
}

/** Forgets an entry, with what waits for it (neigh_cleanup_and_release). */
export function removeEntry(world: World, device: NetDevice, entry: NeighEntry): void {
  cancel(world.queue, entry.timer)
  entry.timer = 0
  entry.dead = true
  for (const skb of entry.queue) drop(world, 'neigh.dead', device, skb)
  entry.queue = []
  device.neigh.entries.delete(entry.ip)
  neighChanged(world, device, entry.ip, entry.mac, entry.state, undefined)
}

/** True when a different address from ARP may replace the known one: it was known for longer than locktime (arp_process). */
export function isPastLocktime(world: World, device: NetDevice, entry: NeighEntry): boolean {
  const since: SimTime = world.now - entry.updatedAt
  return since > device.neigh.parms.locktime * 10 * MILLISECOND_NS
}
