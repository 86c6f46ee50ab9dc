// The receive handler of a device with ipvlan children: which child a frame is for, by its IP address. Linux: ipvlan_handle_frame,
// ipvlan_rcv_frame, ipvlan_external_frame; for l3s ipvlan_l3_rcv and ipvlan_nf_input.
import { formatIpv4, formatMac, isGroupMac } from '../../../wire/address.ts'
import { ethernetDestination, ethernetSource } from '../../../wire/ethernet.ts'
import type { IpvlanPort, NetDevice } from '../../netdev/net-device.ts'
import { cloneSkb, type Skb } from '../../skb.ts'
import { check, decide } from '../../trace.ts'
import type { World } from '../../world.ts'
import type { RxVerdict } from '../link-kind.ts'
import { findSender, findTarget, layer3Of, targetOf, type Layer3 } from './addresses.ts'
import { enqueueMulticast } from './multicast.ts'
import { portOf } from './port.ts'

/** Takes a frame off a device with ipvlan children (ipvlan_handle_frame). */
export function ipvlanHandleFrame(world: World, lower: NetDevice, skb: Skb): RxVerdict {
  const port = portOf(lower)
  const layer3 = layer3Of(skb)
  switch (port.mode) {
    case 'l2':
      return receiveLayer2(world, lower, port, skb, layer3)
    case 'l3':
      return receiveLayer3(world, lower, port, skb, layer3)
    case 'l3s':
      // The lower device's own IP input finds the child later (findL3sChild).
      return toParentStack(world, lower, skb, layer3)
  }
}

/** In l2 mode group frames go to all; the lower device's own protocols have theirs straight away (ipvlan_handle_mode_l2). */
function receiveLayer2(
  world: World,
  lower: NetDevice,
  port: IpvlanPort,
  skb: Skb,
  layer3: Layer3 | undefined,
): RxVerdict {
  const group = ethernetDestination(skb.data)
  if (!check(world, 'ipvlan.group_frame', isGroupMac(group), () => formatMac(group)))
    return receiveLayer3(world, lower, port, skb, layer3)
  if (isFromOutside(world, lower, port, skb, layer3)) {
    const { cause } = world
    enqueueMulticast(world, lower, undefined, cloneSkb(skb))
    world.cause = cause
  }
  return toParentStack(world, lower, skb, layer3)
}

/** Whether a group frame came from somebody else. A child's own, sent back by the switch, is known by MAC and IP address (ipvlan_external_frame). */
function isFromOutside(
  world: World,
  lower: NetDevice,
  port: IpvlanPort,
  skb: Skb,
  layer3: Layer3 | undefined,
): boolean {
  if (ethernetSource(skb.data) !== lower.mac || layer3 === undefined) return true
  const own = findSender(world, port, layer3) !== undefined
  return check(
    world,
    'ipvlan.from_outside',
    !own,
    () => formatIpv4(layer3.source),
    () => `children of ${lower.name}`,
  )
}

/** To the child whose IP address it names, whatever the MAC address, or up (ipvlan_handle_mode_l3, ipvlan_rcv_frame). */
function receiveLayer3(
  world: World,
  lower: NetDevice,
  port: IpvlanPort,
  skb: Skb,
  layer3: Layer3 | undefined,
): RxVerdict {
  const child = layer3 === undefined ? undefined : findTarget(world, lower, port, layer3)
  if (child === undefined) return toParentStack(world, lower, skb, layer3)
  decide(world, 'ipvlan.to_child', lower, skb, targetOf(layer3), child.id)
  skb.device = child.id
  return 'another'
}

function toParentStack(world: World, lower: NetDevice, skb: Skb, layer3: Layer3 | undefined): RxVerdict {
  decide(world, 'ipvlan.to_parent_stack', lower, skb, targetOf(layer3))
  return 'pass'
}

/** The child that an IP packet is for which the lower device's own IP input has taken, in l3s mode (ipvlan_skb_to_addr). */
export function findL3sChild(world: World, lower: NetDevice, skb: Skb): NetDevice | undefined {
  const port = lower.ipvlanPort
  if (port?.mode !== 'l3s') return undefined
  const layer3 = layer3Of(skb)
  return layer3 === undefined ? undefined : findTarget(world, lower, port, layer3)
}

/** Hands such a packet to its child at the end of the lower device's INPUT hook (ipvlan_nf_input). */
export function moveToL3sChild(world: World, lower: NetDevice, child: NetDevice, skb: Skb): void {
  decide(world, 'ipvlan.to_child', lower, skb, targetOf(layer3Of(skb)), child.id)
  skb.device = child.id
}
