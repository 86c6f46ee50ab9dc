// The future of a simulation: timers in a heap, softirq work in a first-in-first-out ring, deferred work behind both.
// Everything is plain data, so a snapshot of the simulation clones the queue with it.
import { heapPop, heapPush } from '../base/heap.ts'
import type { SimTime } from './time.ts'

/** One planned event. `rank` breaks ties: what was planned first happens first, but for events in a slot. */
export interface Scheduled<E> {
  readonly at: SimTime
  readonly order: number
  readonly rank: number
  readonly event: E
  /** False for housekeeping (ageing, hellos, garbage collection), which never keeps a run going. */
  readonly keepsRunning: boolean
  cancelled: boolean
}

/** A first-in-first-out line of events with amortised constant cost: what waits, and beside it when each is due. */
export interface Fifo<E> {
  items: E[]
  times: SimTime[]
  head: number
}

/**
 * Timers, softirq work and deferred work.
 * `softirq` models the backlog of one CPU: always drained in order. `work` models a kernel work queue: it runs only when no
 * softirq work is waiting.
 */
export interface EventQueue<E> {
  timers: Scheduled<E>[]
  softirq: Fifo<E>
  work: Fifo<E>
  nextOrder: number
  /** Timers by handle, so that they can be cancelled. */
  live: Map<number, Scheduled<E>>
  /** How many waiting timers keep a run going. */
  keepingCount: number
}

/** Handle of a timer; 0 means none. */
export type TimerHandle = number

export function createEventQueue<E>(): EventQueue<E> {
  return {
    timers: [],
    softirq: { items: [], times: [], head: 0 },
    work: { items: [], times: [], head: 0 },
    nextOrder: 1,
    live: new Map(),
    keepingCount: 0,
  }
}

function sooner(a: Scheduled<unknown>, b: Scheduled<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.rank < b.rank)
}

/** Plans an event at a time. Housekeeping events pass `keepsRunning: false`. Returns a handle for `cancel`. */
export function schedule<E>(queue: EventQueue<E>, at: SimTime, event: E, keepsRunning = true): TimerHandle {
  const order = queue.nextOrder++
  return plan(queue, { at, order, rank: order, event, keepsRunning, cancelled: false })
}

/** More than any order reaches, so that levels do not mix. */
const ORDERS_A_LEVEL = 2 ** 44

/**
 * Plans an event in a slot of a timer wheel, which is emptied at `at`: of its events those of the highest level come first, and of a level those
 * that were planned last. All come before other events of that time.
 */
export function scheduleInSlot<E>(
  queue: EventQueue<E>,
  at: SimTime,
  level: number,
  event: E,
  keepsRunning: boolean,
): TimerHandle {
  const order = queue.nextOrder++
  const rank = -(level * ORDERS_A_LEVEL + order)
  return plan(queue, { at, order, rank, event, keepsRunning, cancelled: false })
}

function plan<E>(queue: EventQueue<E>, scheduled: Scheduled<E>): TimerHandle {
  heapPush(queue.timers, scheduled, sooner)
  queue.live.set(scheduled.order, scheduled)
  if (scheduled.keepsRunning) queue.keepingCount++
  return scheduled.order
}

/** Forgets a timer. A handle that has fired already, or 0, is ignored. */
export function cancel<E>(queue: EventQueue<E>, handle: TimerHandle): void {
  const scheduled = queue.live.get(handle)
  if (scheduled === undefined) return
  scheduled.cancelled = true
  queue.live.delete(handle)
  if (scheduled.keepsRunning) queue.keepingCount--
}

/** When a timer is due, or undefined when it has fired or was cancelled. */
export function dueAt<E>(queue: EventQueue<E>, handle: TimerHandle): SimTime | undefined {
  return queue.live.get(handle)?.at
}

/** Queues work for the receive softirq, due at `at`; calls come with times that never decrease. */
export function raiseSoftirq<E>(queue: EventQueue<E>, at: SimTime, event: E): void {
  pushFifo(queue.softirq, at, event)
}

/** Queues work for a kernel work queue: it runs once the softirq line is empty, not before `at`. */
export function queueWork<E>(queue: EventQueue<E>, at: SimTime, event: E): void {
  pushFifo(queue.work, at, event)
}

/**
 * Puts work that is not finished back to the head of its queue: it goes on once the softirq work that it raised is done. This is what a
 * work item of Linux sees when it switches bottom halves on again in its middle.
 */
export function resumeWork<E>(queue: EventQueue<E>, at: SimTime, event: E): void {
  const { work } = queue
  if (work.head > 0) {
    work.head--
    work.items[work.head] = event
    work.times[work.head] = at
  } else {
    work.items.unshift(event)
    work.times.unshift(at)
  }
}

function pushFifo<E>(fifo: Fifo<E>, at: SimTime, event: E): void {
  fifo.items.push(event)
  fifo.times.push(at)
}

function isEmpty(fifo: Fifo<unknown>): boolean {
  return fifo.head === fifo.items.length
}

function shiftFifo<E>(fifo: Fifo<E>): { at: SimTime; event: E } {
  const first = { at: fifo.times[fifo.head]!, event: fifo.items[fifo.head]! }
  fifo.head++
  // Compacting only now and then keeps a shift cheap.
  if (isEmpty(fifo)) {
    fifo.items.length = 0
    fifo.times.length = 0
    fifo.head = 0
  } else if (fifo.head > 1024 && fifo.head * 2 > fifo.items.length) {
    fifo.items.splice(0, fifo.head)
    fifo.times.splice(0, fifo.head)
    fifo.head = 0
  }
  return first
}

/** Takes out what waits in the lines and is wanted, in order; timers stay. */
export function takeWork<E>(queue: EventQueue<E>, isWanted: (event: E) => boolean): E[] {
  const taken: E[] = []
  for (const line of [queue.softirq, queue.work]) {
    const waiting = line.items.slice(line.head).map((event, k) => ({ event, at: line.times[line.head + k]! }))
    const kept = waiting.filter(({ event }) => !isWanted(event))
    taken.push(...waiting.map(({ event }) => event).filter(isWanted))
    line.items = kept.map(({ event }) => event)
    line.times = kept.map(({ at }) => at)
    line.head = 0
  }
  return taken
}

/** How many softirq and work items wait. */
export function pendingWork<E>(queue: EventQueue<E>): number {
  return queue.softirq.items.length - queue.softirq.head + queue.work.items.length - queue.work.head
}

/** True when something is waiting that is not mere housekeeping. */
export function isBusy<E>(queue: EventQueue<E>): boolean {
  return queue.keepingCount > 0 || pendingWork(queue) > 0
}

function topTimer<E>(queue: EventQueue<E>): Scheduled<E> | undefined {
  for (;;) {
    const top = queue.timers[0]
    if (top === undefined || !top.cancelled) return top
    heapPop(queue.timers, sooner)
  }
}

/** The line whose turn it is: deferred work waits for the softirq line to be empty. */
function nextLine<E>(queue: EventQueue<E>): Fifo<E> {
  return isEmpty(queue.softirq) ? queue.work : queue.softirq
}

/** When the next event happens, or undefined when nothing is planned. */
export function nextEventAt<E>(queue: EventQueue<E>): SimTime | undefined {
  const timer = topTimer(queue)
  const line = nextLine(queue)
  const at = line.times[line.head]
  if (at === undefined) return timer?.at
  return timer === undefined || at <= timer.at ? at : timer.at
}

/** Takes the next event out of the queue. At equal times softirq work comes before a timer, as it was raised earlier. */
export function takeNext<E>(queue: EventQueue<E>): { at: SimTime; event: E } | undefined {
  const timer = topTimer(queue)
  const line = nextLine(queue)
  const at = line.times[line.head]
  if (at !== undefined && (timer === undefined || at <= timer.at)) return shiftFifo(line)
  if (timer === undefined) return undefined
  heapPop(queue.timers, sooner)
  queue.live.delete(timer.order)
  if (timer.keepsRunning) queue.keepingCount--
  return timer
}
