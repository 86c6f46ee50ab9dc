// Neighbours that the kernel keeps known by itself: `ip neigh add … managed`. Linux: neigh_managed_work.
import { schedule } from '../../sim/event-queue.ts'
import { MILLISECOND_NS } from '../../sim/time.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { World } from '../world.ts'
import { neighEventSend } from './neigh-entry.ts'
import { arpNeighOps } from './neigh-output.ts'

/** Plans the next look at a device's managed neighbours, which keeps no run going. */
export function planManagedWork(world: World, device: NetDevice): void {
  const { neigh } = device
  if (neigh.managedTimer !== 0) return
  const at = world.now + neigh.parms.interval_probe_time_ms * MILLISECOND_NS
  neigh.managedTimer = schedule(world.queue, at, { kind: 'neigh.managed', device: device.id }, false)
}

/** Treats each managed neighbour as if a packet waited for it, so that none is merely STALE or FAILED for long. */
export function neighManagedWork(world: World, device: NetDevice): void {
  device.neigh.managedTimer = 0
  const managed = [...device.neigh.entries.values()].filter((entry) => entry.managed)
  for (const entry of managed) neighEventSend(world, arpNeighOps, device, entry, undefined)
  if (managed.length > 0) planManagedWork(world, device)
}
