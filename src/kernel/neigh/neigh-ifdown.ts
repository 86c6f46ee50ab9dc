// Forgetting the neighbours of a device at once. Linux: neigh_flush_dev, neigh_ifdown, pneigh_queue_purge.
import { cancel } from '../../sim/event-queue.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import { drop } from '../trace.ts'
import type { World } from '../world.ts'
import { removeEntry } from './neigh-entry.ts'

/** Forgets neighbours (neigh_flush_dev); permanent ones survive a lost carrier, but not a device that goes down. */
export function neighFlushDev(world: World, device: NetDevice, keepPermanent: boolean): void {
  for (const entry of [...device.neigh.entries.values()]) {
    if (keepPermanent && entry.state === 'PERMANENT') continue
    removeEntry(world, device, entry)
  }
}

/** IPv4 ends on a device: neighbours, proxy addresses and answers by proxy that were still waiting go (arp_ifdown, neigh_ifdown). */
export function neighIfdown(world: World, device: NetDevice): void {
  neighFlushDev(world, device, false)
  for (const item of device.neigh.delayed) {
    cancel(world.queue, item.timer)
    drop(world, 'arp.proxy_queue_purged', device, item.skb)
  }
  device.neigh.delayed = []
  device.neigh.proxies.clear()
}
