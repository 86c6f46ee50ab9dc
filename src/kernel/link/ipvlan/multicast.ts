// Group frames of an ipvlan port, sent or received: all wait for a work queue that makes the copies. Linux: ipvlan_multicast_enqueue,
// ipvlan_process_multicast.
import { queueWork, resumeWork } from '../../../sim/event-queue.ts'
import { formatMac, isBroadcastMac } from '../../../wire/address.ts'
import { ethernetDestination } from '../../../wire/ethernet.ts'
import type { KernelEvent } from '../../events.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { devForwardSkb, netifRx, SOFTIRQ_DELAY_NS } from '../../netdev/receive.ts'
import { devQueueXmit } from '../../netdev/transmit.ts'
import { cloneSkb, type Skb } from '../../skb.ts'
import { check, decide, drop } from '../../trace.ts'
import type { DeviceId, World } from '../../world.ts'
import { listensTo } from '../group-filter.ts'
import { existing } from '../stacked.ts'
import { targetOf, layer3Of } from './addresses.ts'
import { portOf } from './port.ts'

/** Frames that may wait (IPVLAN_QBACKLOG_LIMIT). */
const QUEUE_LIMIT = 1000

/** Lets a group frame wait for the work queue; `sender` is the child that sends it, undefined for one from outside (ipvlan_multicast_enqueue). */
export function enqueueMulticast(world: World, lower: NetDevice, sender: NetDevice | undefined, skb: Skb): void {
  const port = portOf(lower)
  const room = port.queueLength < QUEUE_LIMIT
  if (
    !check(
      world,
      'ipvlan.queue_has_room',
      room,
      () => `${port.queueLength} of ${QUEUE_LIMIT}`,
      () => lower.name,
    )
  ) {
    lower.rxDropped++
    drop(world, 'ipvlan.queue_full', sender ?? lower, skb)
    return
  }
  port.queueLength++
  decide(world, 'ipvlan.queued', sender ?? lower, skb, ethernetDestination(skb.data), port.queueLength)
  queueWork(world.queue, world.now + SOFTIRQ_DELAY_NS, {
    kind: 'ipvlan.multicast',
    lower: lower.id,
    skb,
    fromChild: sender?.id ?? 0,
  })
}

/** Chooses who gets copies: all children that are up and listen, but the sender. Flags such as private have no say here. */
function chooseTargets(world: World, lower: NetDevice, skb: Skb, sender: DeviceId): DeviceId[] {
  const group = ethernetDestination(skb.data)
  const targets = existing(world, portOf(lower).children).filter((child) => {
    if (child.id === sender) return false
    const source = (): string => child.name
    return (
      check(world, 'ipvlan.listens_to_group', listensTo(child, group), () => formatMac(group), source) &&
      check(world, 'ipvlan.child_up', child.up, () => (child.up ? 'up' : 'down'), source)
    )
  })
  decide(world, 'ipvlan.broadcast', lower, skb, group, targets.length)
  return targets.map((target) => target.id)
}

/**
 * Work on a waiting group frame (ipvlan_process_multicast): one copy a turn, because each copy's reception, with all that follows from it, is
 * done before the next child is served; then a frame of a child leaves by the lower device.
 */
export function ipvlanProcessMulticast(world: World, event: Extract<KernelEvent, { kind: 'ipvlan.multicast' }>): void {
  const lower = world.devices[event.lower]
  const port = lower?.ipvlanPort
  if (lower === undefined || port === undefined) return
  const { skb, fromChild } = event
  world.cause = skb.event
  let { targets } = event
  if (targets === undefined) {
    port.queueLength--
    targets = chooseTargets(world, lower, skb, fromChild)
  }
  const [next, ...later] = existing(world, targets)
  if (next !== undefined) deliverCopy(world, next, skb, fromChild !== 0)
  if (next !== undefined && (later.length > 0 || fromChild !== 0)) {
    resumeWork(world.queue, world.now + SOFTIRQ_DELAY_NS, { ...event, targets: later.map((target) => target.id) })
  } else if (next === undefined && fromChild !== 0) {
    decide(world, 'ipvlan.out_of_parent', lower, skb, targetOf(layer3Of(skb)), lower.id)
    devQueueXmit(world, lower, skb)
  }
}

function deliverCopy(world: World, child: NetDevice, skb: Skb, isSent: boolean): void {
  const copy = cloneSkb(skb)
  child.rxMulticast++
  if (isSent) {
    devForwardSkb(world, child, copy)
    return
  }
  copy.packetType = isBroadcastMac(ethernetDestination(copy.data)) ? 'broadcast' : 'multicast'
  netifRx(world, child, copy)
}
