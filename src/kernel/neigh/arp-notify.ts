// News of oneself: with arp_notify a device that comes up, or whose MAC address changes, tells everybody its addresses.
// Linux: inetdev_event, inetdev_send_gratuitous_arp.
import { ZERO_MAC } from '../../wire/address.ts'
import { ARP_REQUEST } from '../../wire/arp.ts'
import { hasIpv4 } from '../ipv4/devinet.ts'
import { broadcastMacOf, type NetDevice } from '../netdev/net-device.ts'
import type { DeviceEvent } from '../netdev/notifier.ts'
import { effectiveConf } from '../sysctl/ipv4-conf.ts'
import { netnsById, type World } from '../world.ts'
import { arpSend } from './arp.ts'

/** Sends a gratuitous request for each address of the device. A device that is down, or has no carrier, swallows them. */
export function arpNotifyEvent(world: World, device: NetDevice, event: DeviceEvent): void {
  if (event !== 'mac' && (event !== 'up' || !hasIpv4(device))) return
  if (effectiveConf(netnsById(world, device.netns), device, 'arp_notify') === 0) return
  for (const { local } of device.ipv4.addresses) {
    arpSend(world, device, {
      operation: ARP_REQUEST,
      destination: broadcastMacOf(device),
      senderIp: local,
      targetIp: local,
      targetMac: ZERO_MAC,
    })
  }
}
