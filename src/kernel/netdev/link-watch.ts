// Carrier and operational state: the carrier changes at once, but the kernel acts upon it later, in a work item of its own, which holds
// back what is not urgent to once a second. Linux: net/core/link_watch.c, netif_carrier_on, netif_carrier_off.
import { cancel, pendingWork, queueWork, schedule } from '../../sim/event-queue.ts'
import { SECOND_NS } from '../../sim/time.ts'
import type { OperState } from '../../contract/read-models.ts'
import type { EventSeq } from '../../contract/trace-events.ts'
import { linkChanged } from '../trace.ts'
import type { World } from '../world.ts'
import type { NetDevice } from './net-device.ts'
import { notifyDevice } from './notifier.ts'
import { SOFTIRQ_DELAY_NS } from './receive.ts'

/** Events that are not urgent are acted upon once in so long (linkwatch_nextevent). */
const PACE_NS = SECOND_NS

/** The number of the device that one is linked to, its own when there is none (dev_get_iflink). */
function iflinkOf(world: World, device: NetDevice): number {
  const linked = device.linkDevice === 0 ? undefined : world.devices[device.linkDevice]
  return linked?.ifindex ?? device.ifindex
}

/**
 * The operational state that follows from the carrier (default_operstate). The kernel compares the number of the linked interface with the
 * device's own, whatever their namespaces, so a peer elsewhere with the same number is mistaken for the device itself.
 */
function defaultOperState(world: World, device: NetDevice): NetDevice['operState'] {
  if (device.carrier) return 'UP'
  return iflinkOf(world, device) !== device.ifindex ? 'LOWERLAYERDOWN' : 'DOWN'
}

/** Lets a device follow its carrier, but in dormant mode not as far as UP (rfc2863_policy). */
function followCarrier(world: World, device: NetDevice): void {
  const state = defaultOperState(world, device)
  if (state !== device.operState) device.operState = state === 'UP' && device.linkMode === 'DORMANT' ? 'DORMANT' : state
}

/** A program's word on the state of a device, as far as that may be said of it (set_operstate). */
export function setOperState(device: NetDevice, wanted: OperState): void {
  const { operState } = device
  const isUp = operState === 'UP' || operState === 'UNKNOWN'
  if (wanted === 'UP') {
    if (operState === 'DORMANT' || operState === 'TESTING' || operState === 'UNKNOWN') device.operState = 'UP'
  } else if ((wanted === 'DORMANT' || wanted === 'TESTING') && isUp) device.operState = wanted
}

/** A device that is born without carrier has its state from the start (linkwatch_init_dev). */
export function linkwatchInitDev(world: World, device: NetDevice): void {
  if (!device.carrier) device.operState = defaultOperState(world, device)
}

/**
 * Whether an event must not wait (linkwatch_urgent_event): that of a device which stands on another one or is linked to one, and a carrier that
 * comes back. By the numbers alone a veth whose peer has the same number elsewhere counts as standing alone.
 */
function isUrgent(world: World, device: NetDevice): boolean {
  if (!device.up) return false
  if (iflinkOf(world, device) !== device.ifindex) return true
  return device.carrier && device.qdisc !== 'noop' && !device.qdiscActive
}

/** Plans the work, without moving one that is planned already unless it is urgent (linkwatch_schedule_work). */
function scheduleWork(world: World, urgent: boolean): void {
  const { linkwatch } = world
  if (linkwatch.urgent) return
  linkwatch.urgent = urgent
  const delayNs = urgent ? 0 : linkwatch.nextEventAt - world.now
  if (linkwatch.wanted || linkwatch.queued || (linkwatch.timer !== 0 && !urgent)) return
  if (delayNs > 0) {
    linkwatch.timer = schedule(world.queue, world.now + delayNs, { kind: 'linkwatch', cause: world.cause })
  } else {
    cancel(world.queue, linkwatch.timer)
    linkwatch.timer = 0
    linkwatch.wanted = true
  }
}

/** Notes that somebody must look at a device (linkwatch_fire_event). */
export function linkwatchFireEvent(world: World, device: NetDevice): void {
  const urgent = isUrgent(world, device)
  const { events } = world.linkwatch
  if (!events.includes(device.id)) events.push(device.id)
  else if (!urgent) return
  scheduleWork(world, urgent)
}

/** Acts upon a changed carrier: state, queue, and everybody is told (linkwatch_do_dev, rfc2863_policy). */
function doDevice(world: World, device: NetDevice): void {
  followCarrier(world, device)
  if (device.up) {
    device.qdiscActive = device.carrier
    notifyDevice(world, device, 'carrier')
  }
  if (world.devices[device.id] !== undefined) linkChanged(world, device, 'changed')
}

/** Acts upon all events, or upon the urgent ones only while the last time is less than a second ago (__linkwatch_run_queue). */
function runQueue(world: World): void {
  const { linkwatch } = world
  const urgentOnly = linkwatch.nextEventAt > world.now
  if (!urgentOnly && linkwatch.isPaced) linkwatch.nextEventAt = world.now + PACE_NS
  linkwatch.urgent = false
  for (const id of linkwatch.events.splice(0)) {
    const device = world.devices[id]
    if (device === undefined) continue
    if (urgentOnly && !isUrgent(world, device)) linkwatch.events.push(id)
    else doDevice(world, device)
  }
  if (linkwatch.events.length > 0) scheduleWork(world, false)
}

/** The work item (linkwatch_event). */
export function linkwatchEvent(world: World, cause: EventSeq): void {
  world.cause = cause
  world.linkwatch.queued = false
  world.linkwatch.timer = 0
  runQueue(world)
}

/**
 * To be called when the kernel has done what it was asked for: work that is wanted comes behind all frames that are under way. Where none is,
 * a program that asked for something finds it done.
 */
export function linkwatchAfterCall(world: World): void {
  const { linkwatch, queue } = world
  while (linkwatch.wanted) {
    linkwatch.wanted = false
    if (pendingWork(queue) > 0) {
      linkwatch.queued = true
      queueWork(queue, world.now + SOFTIRQ_DELAY_NS, { kind: 'linkwatch', cause: world.cause })
    } else runQueue(world)
  }
}

/** Switches the carrier (netif_carrier_on, netif_carrier_off); the same value again is no event, nor is a device that nobody knows of yet. */
export function setCarrier(world: World, device: NetDevice, carrier: boolean): void {
  if (device.carrier === carrier) return
  device.carrier = carrier
  if (world.devices[device.id] !== undefined) linkwatchFireEvent(world, device)
}
