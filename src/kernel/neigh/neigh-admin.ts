// Neighbours as people handle them: ip neigh add, replace, change, del, and what device events do to a table.
// Linux: neigh_add, neigh_delete, neigh_changeaddr, neigh_ifdown, neigh_carrier_down.
import type { NeighView } from '../../contract/read-models.ts'
import { dueAt } from '../../sim/event-queue.ts'
import { IPV4_ANY, type Ipv4Address } from '../../wire/address.ts'
import { isBroadcastAddress } from '../ipv4/devinet.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { DeviceEvent } from '../netdev/notifier.ts'
import type { Netns } from '../netns.ts'
import { effectiveConf } from '../sysctl/ipv4-conf.ts'
import type { KernelError, NeighSpec } from '../system-call.ts'
import { deviceById, netnsById, type World } from '../world.ts'
import { arpConstructor } from './arp.ts'
import { createEntry, endPermanence, isValidState, neighEventSend, neighUpdate, removeEntry } from './neigh-entry.ts'
import { neighFlushDev, neighIfdown } from './neigh-ifdown.ts'
import { planManagedWork } from './neigh-managed.ts'
import { arpNeighOps } from './neigh-output.ts'
import type { NeighEntry } from './neigh-table.ts'

/** An address that this machine answers for, on a device or, without one, on all (pneigh_lookup, pneigh_delete). */
export function neighProxyChange(
  netns: Netns,
  device: NetDevice | undefined,
  ip: Ipv4Address,
  isDeleted: boolean,
): KernelError | undefined {
  const own = device === undefined ? netns.neighProxies : device.neigh.proxies
  if (isDeleted) return own.delete(ip) ? undefined : { errno: 'ENOENT' }
  if (!netns.neighProxies.has(ip)) own.add(ip)
  return undefined
}

/** What a neighbour is known by: on loopback all are one (arp_constructor). */
function keyOf(device: NetDevice, spec: NeighSpec): Ipv4Address {
  return device.state.kind === 'lo' ? IPV4_ANY : spec.ip
}

/** A new entry; one that needs no question has its address from the beginning (___neigh_create, arp_constructor). */
function createConstructed(world: World, device: NetDevice, ip: Ipv4Address): NeighEntry {
  const isBroadcast = isBroadcastAddress(world, netnsById(world, device.netns), ip)
  const known = arpConstructor(device, ip, isBroadcast)
  const entry = createEntry(world, device, ip)
  return known === undefined ? entry : Object.assign(entry, { mac: known.mac, state: 'NOARP' as const })
}

/** `ip neigh add|replace|change` (neigh_add). The command's default state is permanent. */
export function neighAdd(
  world: World,
  device: NetDevice,
  mode: 'add' | 'replace' | 'change',
  spec: NeighSpec,
): KernelError | undefined {
  if (spec.proxy === true) return neighProxyChange(netnsById(world, device.netns), device, spec.ip, false)
  const ip = keyOf(device, spec)
  const existing = device.neigh.entries.get(ip)
  if (existing === undefined && spec.managed === true && spec.state === 'PERMANENT')
    return { errno: 'EINVAL', message: 'Invalid NTF_* flag for permanent entry.' }
  if (existing === undefined && mode === 'change') return { errno: 'ENOENT' }
  if (existing !== undefined && mode === 'add') return { errno: 'EEXIST' }
  const entry = existing ?? createConstructed(world, device, ip)
  if (spec.protocol !== undefined) entry.protocol = spec.protocol
  entry.externLearn = spec.externLearn ?? false
  entry.managed = spec.managed ?? false
  if (spec.use === true || spec.managed === true) {
    endPermanence(world, device, entry)
    neighEventSend(world, arpNeighOps, device, entry, undefined)
    if (entry.managed) planManagedWork(world, device)
    return undefined
  }
  const state = spec.state ?? 'PERMANENT'
  if (isValidState(state) && spec.mac === undefined && !isValidState(entry.state))
    return { errno: 'EINVAL', message: 'No link layer address given' }
  const done = neighUpdate(world, arpNeighOps, device, entry, { mac: spec.mac, state, override: true, admin: true })
  if (!done) return { errno: 'EINVAL' }
  entry.router = spec.router ?? false
  return undefined
}

/** `ip neigh del` (neigh_delete): an entry that is still asked for fails first, so that what waits for it gets its error. */
export function neighDelete(world: World, device: NetDevice, spec: NeighSpec): KernelError | undefined {
  if (spec.proxy === true) return neighProxyChange(netnsById(world, device.netns), device, spec.ip, true)
  const entry = device.neigh.entries.get(spec.ip)
  if (entry === undefined) return { errno: 'ENOENT' }
  if (entry.queue.length > 0)
    neighUpdate(world, arpNeighOps, device, entry, { mac: undefined, state: 'FAILED', override: true, admin: true })
  removeEntry(world, device, entry)
  return undefined
}

/** What happens to a device's neighbours when something happens to the device (arp_netdev_event). */
export function neighDeviceEvent(world: World, device: NetDevice, event: DeviceEvent): void {
  if (event === 'down' || event === 'unregister') {
    neighIfdown(world, device)
  } else if (event === 'mac' || event === 'noarp') neighFlushDev(world, device, false)
  else if (event === 'carrier' && !device.carrier) {
    if (effectiveConf(netnsById(world, device.netns), device, 'arp_evict_nocarrier') !== 0)
      neighFlushDev(world, device, true)
  }
}

/** What only a neighbour that was asked for has, none of which an address to answer for does. */
const PROXY = {
  mac: undefined,
  state: 'NONE',
  proxy: true,
  usedAt: 0,
  confirmedAt: 0,
  updatedAt: 0,
  probes: 0,
} as const

/** The neighbours of a namespace, by device and in the order in which they were first heard of. */
export function neighViews(world: World, netns: Netns): NeighView[] {
  const views: NeighView[] = []
  for (const id of netns.deviceByIndex.values()) {
    const device = deviceById(world, id)
    for (const entry of device.neigh.entries.values()) {
      views.push({
        device: id,
        ip: entry.ip,
        mac: entry.mac !== undefined && isValidState(entry.state) ? entry.mac : undefined,
        state: entry.state,
        proxy: false,
        ...(entry.router ? { router: true } : {}),
        ...(entry.externLearn ? { externLearn: true } : {}),
        ...(entry.managed ? { managed: true } : {}),
        ...(entry.protocol === undefined ? {} : { protocol: entry.protocol }),
        usedAt: entry.usedAt,
        confirmedAt: entry.confirmedAt,
        updatedAt: entry.updatedAt,
        timerAt: dueAt(world.queue, entry.timer),
        probes: entry.probes,
      })
    }
    for (const ip of device.neigh.proxies) views.push({ ...PROXY, device: id, ip, timerAt: undefined })
  }
  for (const ip of netns.neighProxies) views.push({ ...PROXY, device: 0, ip, timerAt: undefined })
  return views
}
