// The receive handler of a device with macvlan children: which child gets a frame, and when the device's own protocols do.
// Linux: macvlan_handle_frame, macvlan_forward_source.
import { formatMac, isGroupMac, type MacAddress } from '../../../wire/address.ts'
import { ethernetDestination, ethernetSource } from '../../../wire/ethernet.ts'
import type { MacvlanPort, NetDevice } from '../../netdev/net-device.ts'
import { netifRx } from '../../netdev/receive.ts'
import { cloneSkb, type Skb } from '../../skb.ts'
import { check, decide, drop } from '../../trace.ts'
import { deviceById, type World } from '../../world.ts'
import { listensTo } from '../group-filter.ts'
import type { RxVerdict } from '../link-kind.ts'
import { enqueueBroadcast, markGroupFrame } from './broadcast.ts'
import { childrenOf, findChild, macvlanState, modeOf, portOf } from './port.ts'

/** Takes a frame off a device with macvlan children (macvlan_handle_frame). */
export function macvlanHandleFrame(world: World, lower: NetDevice, skb: Skb): RxVerdict {
  if (skb.packetType === 'loopback') return 'pass'
  const port = portOf(lower)
  const destination = ethernetDestination(skb.data)
  if (forwardSource(world, lower, port, skb)) return 'consumed'
  return isGroupMac(destination)
    ? receiveGroup(world, lower, port, skb, destination)
    : receiveUnicast(world, lower, port, skb, destination)
}

/** Copies a frame to the source-mode children whose list has its sender. True when one of them wants it alone (macvlan_forward_source). */
function forwardSource(world: World, lower: NetDevice, port: MacvlanPort, skb: Skb): boolean {
  const sender = ethernetSource(skb.data)
  let alone = false
  for (const child of childrenOf(world, port)) {
    const state = macvlanState(child)
    if (state.mode !== 'source') continue
    const listed = state.sources.includes(sender)
    if (
      !check(
        world,
        'macvlan.source_listed',
        listed,
        () => formatMac(sender),
        () => `list of ${child.name}`,
        child.id,
      )
    )
      continue
    alone ||= state.noDst
    if (child.up) forwardSourceOne(world, lower, child, skb)
  }
  return alone
}

/** Gives a source-mode child its copy (macvlan_forward_source_one). */
function forwardSourceOne(world: World, lower: NetDevice, child: NetDevice, skb: Skb): void {
  const { cause } = world
  const copy = cloneSkb(skb)
  decide(world, 'macvlan.source_copy', lower, copy, ethernetSource(copy.data), child.id)
  // For a frame to somebody else the copy keeps what the lower device found; its protocols ignore it then.
  if (ethernetDestination(copy.data) === child.mac) copy.packetType = 'host'
  netifRx(world, child, copy)
  world.cause = cause
}

/** A group frame: one that an isolated child had sent goes back to that child alone, all others to the children by and by, and up. */
function receiveGroup(world: World, lower: NetDevice, port: MacvlanPort, skb: Skb, group: MacAddress): RxVerdict {
  const source = ethernetSource(skb.data)
  const sender = findChild(world, port, source)
  if (sender !== undefined) {
    const mode = modeOf(sender)
    const heard = mode === 'vepa' || mode === 'bridge'
    if (
      !check(
        world,
        'macvlan.sender_may_be_heard',
        heard,
        () => `mode ${mode}`,
        () => sender.name,
      )
    ) {
      consumeOwnFrame(world, lower, sender, skb)
      return 'consumed'
    }
  }
  // What its children listen to the lower device does, too (dev_mc_sync).
  const wanted = listensTo(lower, group) || childrenOf(world, port).some((child) => child.up && listensTo(child, group))
  if (
    check(
      world,
      'macvlan.group_is_wanted',
      wanted,
      () => formatMac(group),
      () => `filter of ${lower.name}`,
    )
  ) {
    enqueueBroadcast(world, lower, sender, skb)
  }
  decide(world, 'macvlan.to_parent_stack', lower, skb, group)
  return 'pass'
}

/** The frame of a private, passthru or source child came back: it is dead for everybody but that child, who sees its own frame. */
function consumeOwnFrame(world: World, lower: NetDevice, sender: NetDevice, skb: Skb): void {
  drop(world, 'macvlan.consumed_own_copy', lower, skb)
  markGroupFrame(skb)
  netifRx(world, sender, skb)
}

/** A frame to one address: the child that has it, whatever its mode and whoever sent it; in passthru mode the only child. */
function receiveUnicast(
  world: World,
  lower: NetDevice,
  port: MacvlanPort,
  skb: Skb,
  destination: MacAddress,
): RxVerdict {
  const first = port.children[0]
  const child = port.passthru
    ? first === undefined
      ? undefined
      : deviceById(world, first)
    : findChild(world, port, destination)
  const found = child !== undefined && modeOf(child) !== 'source'
  const value = (): string => (port.passthru ? 'passthru' : formatMac(destination))
  if (
    !check(world, 'macvlan.address_of_child', found, value, () => `children of ${lower.name}`) ||
    child === undefined
  ) {
    decide(world, 'macvlan.to_parent_stack', lower, skb, destination)
    return 'pass'
  }
  if (
    !check(
      world,
      'macvlan.child_up',
      child.up,
      () => (child.up ? 'up' : 'down'),
      () => child.name,
    )
  ) {
    drop(world, 'macvlan.child_down', lower, skb)
    return 'consumed'
  }
  decide(world, 'macvlan.to_child', lower, skb, destination, child.id)
  skb.device = child.id
  skb.packetType = 'host'
  return 'another'
}
