// Group frames and macvlan children: at once among bridge-mode siblings, later by a work queue for what the lower device received.
// Linux: macvlan_broadcast, macvlan_broadcast_one, macvlan_broadcast_enqueue, macvlan_process_broadcast.
import type { MacvlanMode } from '../../../contract/read-models.ts'
import { queueWork, resumeWork } from '../../../sim/event-queue.ts'
import { formatMac, isBroadcastMac, type MacAddress } from '../../../wire/address.ts'
import { ethernetDestination } from '../../../wire/ethernet.ts'
import type { KernelEvent } from '../../events.ts'
import type { MacvlanPort, NetDevice } from '../../netdev/net-device.ts'
import { devForwardSkb, netifRx, SOFTIRQ_DELAY_NS } from '../../netdev/receive.ts'
import { cloneSkb, type Skb } from '../../skb.ts'
import { check, decide, drop } from '../../trace.ts'
import type { DeviceId, World } from '../../world.ts'
import { listensTo } from '../group-filter.ts'
import { existing } from '../stacked.ts'
import { childrenInTable } from './address-table.ts'
import { broadcastQueueLimit, modeOf, portOf } from './port.ts'

/** Who hears a frame that nobody here has sent. */
const FROM_OUTSIDE: readonly MacvlanMode[] = ['private', 'vepa', 'passthru', 'bridge']
/** Who hears a frame of a vepa child that the outside has sent back. */
const FROM_VEPA: readonly MacvlanMode[] = ['vepa', 'bridge']
/** Who hears a frame of a bridge-mode child that the outside has sent back: its bridge-mode siblings had it when it was sent. */
const FROM_BRIDGE: readonly MacvlanMode[] = ['vepa']
/** Who hears a bridge-mode child at once. */
const SIBLINGS: readonly MacvlanMode[] = ['bridge']

/** The children that get a copy: another one than the sender, in one of these modes, and listening to the group (macvlan_broadcast). */
function receivers(
  world: World,
  port: MacvlanPort,
  sender: NetDevice | undefined,
  modes: readonly MacvlanMode[],
  group: MacAddress,
): NetDevice[] {
  return childrenInTable(world, port).filter((child) => {
    if (child.id === sender?.id) return false
    const mode = modeOf(child)
    const source = (): string => child.name
    if (!check(world, 'macvlan.mode_hears_sender', modes.includes(mode), () => `mode ${mode}`, source, child.id))
      return false
    return check(world, 'macvlan.listens_to_group', listensTo(child, group), () => formatMac(group), source)
  })
}

/** Makes a copy for a child look as if the child had received it (macvlan_broadcast_one for frames from below). */
export function markGroupFrame(skb: Skb): void {
  skb.packetType = isBroadcastMac(ethernetDestination(skb.data)) ? 'broadcast' : 'multicast'
}

/** Gives the bridge-mode siblings of a sender their copies of a group frame (macvlan_broadcast from macvlan_queue_xmit). */
export function broadcastToSiblings(world: World, lower: NetDevice, sender: NetDevice, skb: Skb): void {
  const group = ethernetDestination(skb.data)
  const targets = receivers(world, portOf(lower), sender, SIBLINGS, group)
  if (targets.length === 0) return
  const { cause } = world
  const { event } = skb
  const decision = decide(world, 'macvlan.broadcast', sender, skb, group, targets.length)
  for (const target of targets) {
    world.cause = decision
    target.rxMulticast++
    devForwardSkb(world, target, cloneSkb(skb))
  }
  world.cause = cause
  skb.event = event
}

/** Lets a group frame that the lower device received wait for the work queue that serves the children (macvlan_broadcast_enqueue). */
export function enqueueBroadcast(world: World, lower: NetDevice, sender: NetDevice | undefined, skb: Skb): void {
  const port = portOf(lower)
  const copy = cloneSkb(skb)
  const { cause } = world
  const limit = broadcastQueueLimit(world, port)
  const room = port.queueLength < limit
  if (
    !check(
      world,
      'macvlan.queue_has_room',
      room,
      () => `${port.queueLength} of ${limit}`,
      () => `bcqueuelen on ${lower.name}`,
    )
  ) {
    lower.rxDropped++
    drop(world, 'macvlan.queue_full', lower, copy)
    return
  }
  port.queueLength++
  decide(world, 'macvlan.queued', lower, copy, ethernetDestination(copy.data), port.queueLength)
  queueWork(world.queue, world.now + SOFTIRQ_DELAY_NS, {
    kind: 'macvlan.broadcast',
    lower: lower.id,
    skb: copy,
    sourceChild: sender?.id ?? 0,
  })
  world.cause = cause
}

/** Chooses who gets copies of a waiting frame, by the mode of the child that sent it (macvlan_process_broadcast). */
function chooseTargets(world: World, lower: NetDevice, port: MacvlanPort, skb: Skb, senderId: DeviceId): DeviceId[] {
  const sender = world.devices[senderId]
  const modes = sender === undefined ? FROM_OUTSIDE : modeOf(sender) === 'vepa' ? FROM_VEPA : FROM_BRIDGE
  const group = ethernetDestination(skb.data)
  check(world, 'macvlan.sender', sender === undefined, () =>
    sender === undefined ? 'outside' : `${sender.name}, mode ${modeOf(sender)}`,
  )
  const targets = receivers(world, port, sender, modes, group)
  decide(world, 'macvlan.broadcast', lower, skb, group, targets.length)
  return targets.map((target) => target.id)
}

/**
 * Work on a waiting group frame (macvlan_process_broadcast): one copy a turn, because each copy's reception, with all that follows from it,
 * is done before the next child is served.
 */
export function macvlanProcessBroadcast(
  world: World,
  event: Extract<KernelEvent, { kind: 'macvlan.broadcast' }>,
): void {
  const lower = world.devices[event.lower]
  const port = lower?.macvlanPort
  if (lower === undefined || port === undefined) return
  const { skb } = event
  world.cause = skb.event
  let { targets } = event
  if (targets === undefined) {
    port.queueLength--
    targets = chooseTargets(world, lower, port, skb, event.sourceChild)
  }
  const [next, ...later] = existing(world, targets)
  if (next === undefined) return
  const copy = cloneSkb(skb)
  markGroupFrame(copy)
  next.rxMulticast++
  netifRx(world, next, copy)
  if (later.length > 0) {
    resumeWork(world.queue, world.now + SOFTIRQ_DELAY_NS, { ...event, targets: later.map((target) => target.id) })
  }
}
