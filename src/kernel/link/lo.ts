// The loopback device: what is sent is received again.
import { ZERO_MAC } from '../../wire/address.ts'
import { allocNetdev, registerNetdevice } from '../netdev/lifecycle.ts'
import { netifRx } from '../netdev/receive.ts'
import type { Netns } from '../netns.ts'
import type { DeviceId, World } from '../world.ts'
import type { LinkKind } from './link-kind.ts'

/** Makes the loopback device that every namespace begins with, down (loopback_net_init). */
export function createLoopback(world: World, netns: Netns): DeviceId {
  const device = allocNetdev(world, netns, {
    namePattern: 'lo',
    spec: { name: 'lo' },
    state: { kind: 'lo' },
    mtuBytes: 65536,
    minMtuBytes: 0,
    maxMtuBytes: 0,
    broadcast: false,
    multicast: false,
    mac: ZERO_MAC,
  })
  registerNetdevice(world, device)
  return device.id
}

export const loKind: LinkKind = {
  kind: 'lo',
  create: () => ({ errno: 'EOPNOTSUPP', message: 'Unknown device type' }),
  remove: () => undefined,
  // Linux: loopback_xmit. The frame is for this machine, whatever its addresses say.
  transmit(world, device, skb) {
    skb.packetType = 'host'
    device.txPackets++
    device.txBytes += skb.data.length
    netifRx(world, device, skb)
    return 'sent'
  },
  describe: () => ({ kind: 'lo' }),
}
