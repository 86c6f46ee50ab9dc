// Receiving a frame: the backlog, and the ladder of __netif_receive_skb_core: tap, VLAN device, receive handler, protocol.
import { raiseSoftirq } from '../../sim/event-queue.ts'
import { MICROSECOND_NS } from '../../sim/time.ts'
import { isGroupMac } from '../../wire/address.ts'
import { ETHERNET_HEADER_LENGTH, ethernetDestination, ethernetType } from '../../wire/ethernet.ts'
import { isVlanType, outerVlanTci, removeVlanTag } from '../../wire/vlan.ts'
import { NETWORK_HEADER, type Skb } from '../skb.ts'
import { check, decide, drop, sight } from '../trace.ts'
import { deviceById, type World } from '../world.ts'
import { broadcastMacOf, linkState, type NetDevice } from './net-device.ts'
import { deliverToProtocolSockets, deliverToTaps } from './taps.ts'

/** How long a frame waits in the softirq line: constant, so that equal inputs give equal traces and the eye can follow. */
export const SOFTIRQ_DELAY_NS = 10 * MICROSECOND_NS

/** What the kernel calls a frame whose type field is a length: an 802.2 header follows (ETH_P_802_2). */
export const ETHERTYPE_802_2 = 0x0004
/** Type fields below this are lengths (ETH_P_802_3_MIN). */
const LOWEST_ETHERTYPE = 0x0600

/** The protocol of a frame (eth_type_trans): its type field, or 802.2. */
function protocolOf(bytes: Uint8Array): number {
  const type = ethernetType(bytes)
  return type >= LOWEST_ETHERTYPE ? type : ETHERTYPE_802_2
}

/** Sets a frame's protocol and to whom it is addressed, seen from a device (eth_type_trans). */
function ethTypeTrans(device: NetDevice, skb: Skb): void {
  const destination = ethernetDestination(skb.data)
  skb.protocol = protocolOf(skb.data)
  if (destination === device.mac) skb.packetType = 'host'
  else if (destination === broadcastMacOf(device)) skb.packetType = 'broadcast'
  else skb.packetType = isGroupMac(destination) ? 'multicast' : 'otherhost'
}

/** Puts a frame into the backlog of a device (netif_rx): it is received once all that waits before it is done. */
export function netifRx(world: World, device: NetDevice, skb: Skb): void {
  const { softirq } = world.queue
  if (softirq.items.length - softirq.head >= world.limits.framesInFlight) {
    world.rate.isFlooded = true
    drop(world, 'storm.backlog_full', device, skb)
    return
  }
  skb.device = device.id
  raiseSoftirq(world.queue, world.now + SOFTIRQ_DELAY_NS, { kind: 'receive', device: device.id, skb })
}

/** Room that a frame may have beyond the receiver's MTU: the Ethernet header and one VLAN tag. */
const FRAME_OVERHEAD_BYTES = ETHERNET_HEADER_LENGTH + 4

/** Whether a frame is short enough for a device that gets it from another one of this machine; bundles are (is_skb_forwardable). */
export function isForwardable(device: NetDevice, skb: Skb): boolean {
  return skb.gsoBytes > 0 || skb.data.length <= device.mtuBytes + FRAME_OVERHEAD_BYTES
}

/** Lets a device receive a frame as if it had come from outside (dev_forward_skb): what virtual devices use to hand over. */
export function devForwardSkb(world: World, device: NetDevice, skb: Skb): boolean {
  if (!device.up) {
    device.rxDropped++
    drop(world, 'rx.device_down', device, skb)
    return false
  }
  if (!isForwardable(device, skb)) {
    device.rxDropped++
    drop(world, 'rx.too_long', device, skb)
    return false
  }
  ethTypeTrans(device, skb)
  skb.mark = 0
  skb.ownedBy = 'nobody'
  skb.nf = undefined
  netifRx(world, device, skb)
  return true
}

/** Takes a frame from the backlog (process_backlog). */
export function processBacklog(world: World, deviceId: number, skb: Skb): void {
  const device = world.devices[deviceId]
  if (device === undefined) return
  world.cause = skb.event
  if (!device.up) {
    device.rxDropped++
    drop(world, 'rx.device_down', device, skb)
    return
  }
  netifReceiveSkb(world, device, skb)
}

/** Moves the outermost tag from the bytes into the packet's metadata (skb_vlan_untag). */
function vlanUntag(skb: Skb): void {
  if (skb.data.length < ETHERNET_HEADER_LENGTH + 4) return
  skb.vlanProtocol = skb.protocol
  skb.vlanTci = outerVlanTci(skb.data) ?? 0
  skb.data = removeVlanTag(skb.data)
  skb.protocol = protocolOf(skb.data)
}

/** The VLAN device on top of a device for a frame's tag, if there is one (vlan_find_dev). */
function vlanFindDevice(world: World, device: NetDevice, skb: Skb): NetDevice | undefined {
  for (const id of device.vlanChildren) {
    const child = deviceById(world, id)
    const state = linkState(child, 'vlan')
    if (state.protocol === skb.vlanProtocol && state.id === (skb.vlanTci & 0xfff)) return child
  }
  return undefined
}

/** Hands a tagged frame to its VLAN device (vlan_do_receive). Returns that device, `dropped`, or undefined when there is none. */
function vlanDoReceive(world: World, device: NetDevice, skb: Skb): NetDevice | 'dropped' | undefined {
  const child = vlanFindDevice(world, device, skb)
  if (
    !check(
      world,
      'vlan.device_exists',
      child !== undefined,
      () => `vid ${skb.vlanTci & 0xfff}`,
      () => device.name,
    )
  )
    return undefined
  if (child === undefined) return undefined
  if (
    !check(
      world,
      'vlan.device_up',
      child.up,
      () => (child.up ? 'up' : 'down'),
      () => child.name,
    )
  ) {
    child.rxDropped++
    drop(world, 'vlan.device_down', child, skb)
    return 'dropped'
  }
  decide(world, 'vlan.to_device', device, skb, skb.vlanTci & 0xfff, child.id)
  // The frame was for the VLAN device's own address, which need not be the lower device's.
  if (skb.packetType === 'otherhost' && ethernetDestination(skb.data) === child.mac) skb.packetType = 'host'
  if (skb.packetType === 'multicast') child.rxMulticast++
  skb.vlanProtocol = 0
  skb.vlanTci = 0
  return child
}

/** Takes a frame to its protocol's handler (deliver_ptype_list_skb); no handler is a drop. */
function deliverToProtocol(world: World, device: NetDevice, skb: Skb): void {
  const taken = device.taps.length > 0 && deliverToProtocolSockets(world, device, skb)
  const handler = world.modules.protocols.get(skb.protocol)
  if (handler !== undefined) handler(world, device, skb)
  else if (!taken) {
    device.rxDropped++
    check(world, 'rx.protocol_handler', false, () => `EtherType 0x${skb.protocol.toString(16).padStart(4, '0')}`)
    drop(world, 'rx.unhandled_protocol', device, skb)
  }
}

/** Runs the receive ladder of a device now, in the same call chain. Linux: __netif_receive_skb_core. */
export function netifReceiveSkb(world: World, first: NetDevice, skb: Skb): void {
  let device = first
  world.out.explain?.begin()
  for (;;) {
    skb.device = device.id
    // Moving the tag into metadata comes first, so that taps see it there too.
    if (skb.vlanProtocol === 0 && isVlanType(skb.protocol)) vlanUntag(skb)
    // A copy of what this machine said to many was no frame: no tap takes it (packet_rcv).
    if (skb.packetType !== 'loopback') {
      sight(world, 'in', device, skb)
      if (device.taps.length > 0) deliverToTaps(world, device, skb, skb.packetType)
    }
    if (skb.data.length < NETWORK_HEADER) {
      drop(world, 'rx.truncated', device, skb)
      return
    }
    // A VLAN device takes its frames before a bridge or macvlan on the same device sees them.
    if (skb.vlanProtocol !== 0) {
      const child = vlanDoReceive(world, device, skb)
      if (child === 'dropped') return
      if (child !== undefined) {
        device = child
        continue
      }
    }
    if (device.rxHandler !== undefined) {
      const handler = world.modules.rxHandlers[device.rxHandler]
      const verdict = handler === undefined ? 'pass' : handler(world, device, skb)
      if (verdict === 'consumed') return
      if (verdict === 'another') {
        device = deviceById(world, skb.device)
        continue
      }
    }
    break
  }
  if (skb.vlanProtocol !== 0) {
    // Nobody took the tag: the frame is for somebody else. Priority tags (id 0) are merely removed.
    if ((skb.vlanTci & 0xfff) !== 0) skb.packetType = 'otherhost'
    skb.vlanProtocol = 0
    skb.vlanTci = 0
  }
  deliverToProtocol(world, device, skb)
}
