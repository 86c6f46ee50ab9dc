// A veth pair: two devices, and what one sends the other receives. The carrier is there when both are up (drivers/net/veth.c).
import { isValidDeviceMac } from '../../wire/address.ts'
import { allocName, allocNetdev, registerNetdevice, unregisterNetdevice } from '../netdev/lifecycle.ts'
import { setCarrier } from '../netdev/link-watch.ts'
import { linkState, type NetDevice } from '../netdev/net-device.ts'
import { devForwardSkb, isForwardable } from '../netdev/receive.ts'
import type { Netns } from '../netns.ts'
import type { LinkIdentity } from '../system-call.ts'
import { drop } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
import { validateAddress, type LinkKind } from './link-kind.ts'

function peerOf(world: World, device: NetDevice): NetDevice | undefined {
  const { peer } = linkState(device, 'veth')
  return peer === 0 ? undefined : world.devices[peer]
}

/** Allocates one end; a name is chosen so that it clashes neither with the namespace nor with the other end's. */
function allocEnd(world: World, netns: Netns, identity: LinkIdentity, otherName: string | undefined): NetDevice {
  let name = allocName(netns, identity.name ?? 'veth%d')
  if (identity.name === undefined && name === otherName) name = `veth${Number(name.slice(4)) + 1}`
  return allocNetdev(world, netns, {
    namePattern: 'veth%d',
    spec: { ...identity, name },
    state: { kind: 'veth', peer: 0 },
  })
}

export const vethKind: LinkKind = {
  kind: 'veth',
  validate: validateAddress,
  // Linux: veth_newlink. The peer is registered first, so it gets the lower number.
  create(world, netns, spec) {
    const peerIdentity = spec.data.kind === 'veth' ? spec.data.peer : {}
    const peerNetns = peerIdentity.netns === undefined ? netns : netnsById(world, peerIdentity.netns)
    const peer = allocEnd(world, peerNetns, peerIdentity, spec.name)
    const peerRefused = registerNetdevice(world, peer)
    if (peerRefused !== undefined) return peerRefused
    setCarrier(world, peer, false)
    const device = allocEnd(world, netns, spec, undefined)
    const refused = registerNetdevice(world, device)
    if (refused !== undefined) {
      unregisterNetdevice(world, peer)
      return refused
    }
    linkState(device, 'veth').peer = peer.id
    linkState(peer, 'veth').peer = device.id
    device.linkDevice = peer.id
    peer.linkDevice = device.id
    setCarrier(world, device, false)
    return device
  },
  remove(world, device) {
    const peer = peerOf(world, device)
    linkState(device, 'veth').peer = 0
    device.linkDevice = 0
    if (peer === undefined) return
    linkState(peer, 'veth').peer = 0
    peer.linkDevice = 0
    unregisterNetdevice(world, peer)
  },
  open(world, device) {
    const peer = peerOf(world, device)
    if (peer?.up === true) {
      setCarrier(world, device, true)
      setCarrier(world, peer, true)
    }
    return undefined
  },
  stop(world, device) {
    setCarrier(world, device, false)
    const peer = peerOf(world, device)
    if (peer !== undefined) setCarrier(world, peer, false)
  },
  // Linux: veth_xmit, ____dev_forward_skb. No wire, no delay but the softirq's, no look at the address.
  transmit(world, device, skb) {
    const peer = peerOf(world, device)
    if (peer === undefined || !peer.up) {
      device.txDropped++
      drop(world, 'veth.peer_down', device, skb)
      return 'dropped'
    }
    if (!isForwardable(peer, skb)) {
      device.txDropped++
      peer.rxDropped++
      drop(world, 'veth.too_long', device, skb)
      return 'dropped'
    }
    return devForwardSkb(world, peer, skb) ? 'sent' : 'dropped'
  },
  setMac: (_world, _device, mac) => (isValidDeviceMac(mac) ? undefined : { errno: 'EADDRNOTAVAIL' }),
  describe: () => ({ kind: 'veth' }),
}
