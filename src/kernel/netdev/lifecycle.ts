// The life of a device: allocate, register, open, close, unregister, and changes of address, MTU and name.
// Linux: alloc_netdev, register_netdevice, __dev_open, __dev_close, unregister_netdevice. What a change of carrier leads to is in link-watch.ts.
import { keyedInteger } from '../../base/keyed-random.ts'
import type { MacAddress } from '../../wire/address.ts'
import { isValidDeviceMac, macFromNumber, ZERO_MAC } from '../../wire/address.ts'
import { createInDevice } from '../ipv4/devinet.ts'
import { LimitExceeded } from '../limits.ts'
import { createNeighTable } from '../neigh/create.ts'
import type { Netns } from '../netns.ts'
import type { KernelError, LinkIdentity } from '../system-call.ts'
import { linkChanged } from '../trace.ts'
import { netnsById, type World } from '../world.ts'
import { linkwatchInitDev } from './link-watch.ts'
import type { LinkState, NetDevice } from './net-device.ts'
import { notifyDevice } from './notifier.ts'

/** What a kind gives for a new device besides what the user asked for. */
export interface DeviceInit {
  /** Name when the user gave none; `%d` is the first free number. */
  readonly namePattern: string
  readonly spec: LinkIdentity
  readonly state: LinkState
  readonly mtuBytes?: number
  readonly minMtuBytes?: number
  readonly maxMtuBytes?: number
  readonly noArp?: boolean
  readonly broadcast?: boolean
  readonly multicast?: boolean
  /** Address when the user gave none; without it a random one is made. */
  readonly mac?: MacAddress
}

/** The first free name of a pattern such as `veth%d`; a name without `%d` is itself (dev_alloc_name). */
export function allocName(netns: Netns, pattern: string): string {
  if (!pattern.includes('%d')) return pattern
  for (let n = 0; ; n++) {
    const name = pattern.replace('%d', String(n))
    if (!netns.deviceByName.has(name)) return name
  }
}

/**
 * A random unicast, locally administered address (eth_hw_addr_random). It depends on the namespace's and the interface's names and on how
 * many such devices there were before, so that a change elsewhere in a lab does not move it.
 */
function randomMac(world: World, netns: Netns, name: string): MacAddress {
  const key = `mac ${netns.name}/${name}`
  const drawn = world.draws.get(key) ?? 0
  world.draws.set(key, drawn + 1)
  const high = keyedInteger(0, 0xff_ffff, world.seed, 'mac-high', netns.name, name, drawn)
  const low = keyedInteger(0, 0xff_ffff, world.seed, 'mac-low', netns.name, name, drawn)
  // The first byte keeps its upper six bits and ends in 10: local, unicast.
  const firstByte = Math.floor(high / 0x1_0000)
  const first = firstByte - (firstByte % 4) + 2
  return macFromNumber((first * 0x1_0000 + (high % 0x1_0000)) * 0x100_0000 + low)
}

/** Makes a device that nobody knows of yet (alloc_netdev and the kind's setup). */
export function allocNetdev(world: World, netns: Netns, init: DeviceInit): NetDevice {
  if (world.devices.length > world.limits.deviceCount) {
    throw new LimitExceeded('devices', `more than ${world.limits.deviceCount} interfaces`)
  }
  const name = allocName(netns, init.spec.name ?? init.namePattern)
  const mac = init.spec.mac ?? init.mac ?? randomMac(world, netns, name)
  const id = world.devices.length
  world.devices.push(undefined)
  return {
    // What every frame asks for stands together at the front, so that it takes few lines of the processor's cache.
    id,
    netns: netns.id,
    up: false,
    carrier: true,
    mac,
    otherBroadcast: init.state.kind === 'lo' ? ZERO_MAC : undefined,
    mtuBytes: init.spec.mtuBytes ?? init.mtuBytes ?? 1500,
    state: init.state,
    rxHandler: undefined,
    port: undefined,
    taps: [],
    tapsRunning: false,
    noArp: init.noArp ?? false,
    ipv4: createInDevice(netns, init.state.kind === 'lo'),
    neigh: createNeighTable(world, netns, name),
    rxPackets: 0,
    rxBytes: 0,
    txPackets: 0,
    txBytes: 0,
    vlanChildren: [],

    ifindex: init.spec.ifindex ?? 0,
    name,
    alias: '',
    altNames: [],
    txQueueLength: init.spec.txQueueLength ?? 1000,
    group: init.spec.group ?? 0,
    permanentMac: ZERO_MAC,
    macSetByUser: init.spec.mac !== undefined,
    minMtuBytes: init.minMtuBytes ?? 68,
    maxMtuBytes: init.maxMtuBytes ?? 65535,
    operState: 'UNKNOWN',
    linkMode: 'DEFAULT',
    qdisc: 'noop',
    qdiscActive: false,
    broadcast: init.broadcast ?? true,
    multicast: init.multicast ?? true,
    dynamic: false,
    noTrailers: false,
    promisc: false,
    allMulticast: false,
    promiscuityCount: 0,
    allMulticastCount: 0,
    linkDevice: 0,
    master: 0,
    macvlanPort: undefined,
    ipvlanPort: undefined,
    unicastFilter: new Map(),
    staticGroups: [],
    unicastPromisc: false,
    rxDropped: 0,
    rxMulticast: 0,
    txDropped: 0,
  }
}

/** Puts a device into its namespace (register_netdevice). Refuses a name or number that is taken; then the device is forgotten. */
export function registerNetdevice(world: World, device: NetDevice): KernelError | undefined {
  const netns = netnsById(world, device.netns)
  if (netns.deviceByName.has(device.name)) return { errno: 'EEXIST' }
  if (device.ifindex !== 0 && netns.deviceByIndex.has(device.ifindex)) return { errno: 'EBUSY' }
  if (device.mtuBytes < device.minMtuBytes && device.minMtuBytes > 0)
    return { errno: 'EINVAL', message: 'mtu less than device minimum' }
  if (device.mtuBytes > device.maxMtuBytes && device.maxMtuBytes > 0)
    return { errno: 'EINVAL', message: 'mtu greater than device maximum' }
  if (device.ifindex === 0) device.ifindex = nextIfindex(netns)
  linkwatchInitDev(world, device)
  world.devices[device.id] = device
  netns.deviceByIndex.set(device.ifindex, device.id)
  netns.deviceByName.set(device.name, device.id)
  notifyDevice(world, device, 'register')
  linkChanged(world, device, 'created')
  return undefined
}

/** The next interface number of a namespace (dev_new_index). */
export function nextIfindex(netns: Netns): number {
  while (netns.deviceByIndex.has(netns.nextIfindex)) netns.nextIfindex++
  return netns.nextIfindex++
}

/** Closes a device and takes it out of its namespace (unregister_netdevice). */
export function unregisterNetdevice(world: World, device: NetDevice): void {
  if (world.devices[device.id] === undefined) return
  devClose(world, device)
  notifyDevice(world, device, 'dismantle')
  notifyDevice(world, device, 'unregister')
  linkChanged(world, device, 'removed')
  const netns = netnsById(world, device.netns)
  netns.deviceByIndex.delete(device.ifindex)
  for (const name of [device.name, ...device.altNames]) netns.deviceByName.delete(name)
  world.devices[device.id] = undefined
}

/** Sets a device up (dev_open). */
export function devOpen(world: World, device: NetDevice): KernelError | undefined {
  if (device.up) return undefined
  device.up = true
  const refused = world.modules.linkKinds[device.state.kind]?.open?.(world, device)
  if (refused !== undefined) {
    device.up = false
    return refused
  }
  device.qdisc = 'noqueue'
  // dev_activate: without carrier the queue stays the noop one until linkwatch has seen the carrier.
  device.qdiscActive = device.carrier
  const lower = filteringLower(world, device)
  if (lower === undefined) updateUnicastPromisc(world, device)
  else for (const mac of device.unicastFilter.keys()) addUnicastFilter(world, lower, mac)
  linkChanged(world, device, 'changed')
  notifyDevice(world, device, 'up')
  return undefined
}

/** Sets a device down (dev_close). */
export function devClose(world: World, device: NetDevice): void {
  if (!device.up) return
  device.up = false
  device.qdiscActive = false
  world.modules.linkKinds[device.state.kind]?.stop?.(world, device)
  const lower = filteringLower(world, device)
  if (lower !== undefined) for (const mac of device.unicastFilter.keys()) removeUnicastFilter(world, lower, mac)
  notifyDevice(world, device, 'down')
  linkChanged(world, device, 'changed')
}

/** Counts a wish for all frames up or down (dev_set_promiscuity); when it turns on or off, the kind may tell the device below. */
export function setPromiscuity(world: World, device: NetDevice, delta: 1 | -1): void {
  const before = device.promiscuityCount
  device.promiscuityCount += delta
  if ((before === 0) === (device.promiscuityCount === 0)) return
  world.modules.linkKinds[device.state.kind]?.changeRxFlags?.(world, device, 'promisc', delta)
}

/** Counts a wish for all group frames up or down (dev_set_allmulti); when it turns on or off, the kind may tell the device below. */
export function setAllMulticast(world: World, device: NetDevice, delta: 1 | -1): void {
  const before = device.allMulticastCount
  device.allMulticastCount += delta
  if ((before === 0) === (device.allMulticastCount === 0)) return
  world.modules.linkKinds[device.state.kind]?.changeRxFlags?.(world, device, 'allMulticast', delta)
}

/** The device below one that filters unicast addresses by handing them down (IFF_UNICAST_FLT with dev_uc_sync); undefined for others. */
function filteringLower(world: World, device: NetDevice): NetDevice | undefined {
  const { state } = device
  return state.kind === 'vlan' || state.kind === 'macvlan' || state.kind === 'ipvlan'
    ? world.devices[state.lower]
    : undefined
}

/** A device without a filter listens to everything while there are second addresses; this is looked at only while it is up (__dev_set_rx_mode). */
function updateUnicastPromisc(world: World, device: NetDevice): void {
  const wanted = device.unicastFilter.size > 0
  if (!device.up || wanted === device.unicastPromisc) return
  device.unicastPromisc = wanted
  setPromiscuity(world, device, wanted ? 1 : -1)
}

/** Adds a second address that a device must listen to (dev_uc_add): handed down while it is up, or it turns promiscuous for it. */
export function addUnicastFilter(world: World, device: NetDevice, mac: MacAddress): void {
  const count = device.unicastFilter.get(mac) ?? 0
  device.unicastFilter.set(mac, count + 1)
  const lower = filteringLower(world, device)
  if (lower === undefined) updateUnicastPromisc(world, device)
  else if (count === 0 && device.up) addUnicastFilter(world, lower, mac)
}

/** Removes what `addUnicastFilter` added (dev_uc_del). */
export function removeUnicastFilter(world: World, device: NetDevice, mac: MacAddress): void {
  const count = device.unicastFilter.get(mac)
  if (count === undefined) return
  if (count > 1) {
    device.unicastFilter.set(mac, count - 1)
    return
  }
  device.unicastFilter.delete(mac)
  const lower = filteringLower(world, device)
  if (lower === undefined) updateUnicastPromisc(world, device)
  else if (device.up) removeUnicastFilter(world, lower, mac)
}

/** Switches ARP off or on (dev_change_flags with IFF_NOARP): the neighbours of a device that is up are forgotten. */
export function setNoArp(world: World, device: NetDevice, noArp: boolean): void {
  if (device.noArp === noArp) return
  device.noArp = noArp
  if (device.up) notifyDevice(world, device, 'noarp')
}

/** Gives a device another address (dev_set_mac_address): the kind may refuse, then everyone is told. */
export function changeMac(world: World, device: NetDevice, mac: MacAddress): KernelError | undefined {
  const kind = world.modules.linkKinds[device.state.kind]
  if (kind?.setMac !== undefined) {
    const refused = kind.setMac(world, device, mac)
    if (refused !== undefined) return refused
  } else if (!isValidDeviceMac(mac)) return { errno: 'EADDRNOTAVAIL' }
  // Everyone is told of the address that it has already, too: neighbours are forgotten.
  device.mac = mac
  notifyDevice(world, device, 'mac')
  linkChanged(world, device, 'changed')
  return undefined
}

/** Gives a device another MTU (dev_set_mtu_ext). */
export function changeMtu(world: World, device: NetDevice, mtuBytes: number): KernelError | undefined {
  if (mtuBytes === device.mtuBytes) return undefined
  if (device.minMtuBytes > 0 && mtuBytes < device.minMtuBytes)
    return { errno: 'EINVAL', message: 'mtu less than device minimum' }
  if (device.maxMtuBytes > 0 && mtuBytes > device.maxMtuBytes)
    return { errno: 'EINVAL', message: 'mtu greater than device maximum' }
  const refused = world.modules.linkKinds[device.state.kind]?.setMtu?.(world, device, mtuBytes)
  if (refused !== undefined) return refused
  device.mtuBytes = mtuBytes
  notifyDevice(world, device, 'mtu')
  linkChanged(world, device, 'changed')
  return undefined
}

/** Gives a device another name (dev_change_name): EBUSY while it is up, even for the name that it has. */
export function changeName(world: World, device: NetDevice, wanted: string): KernelError | undefined {
  if (device.up) return { errno: 'EBUSY' }
  if (wanted === device.name) return undefined
  const netns = netnsById(world, device.netns)
  const name = allocName(netns, wanted)
  if (netns.deviceByName.has(name)) return { errno: 'EEXIST' }
  netns.deviceByName.delete(device.name)
  device.name = name
  netns.deviceByName.set(name, device.id)
  notifyDevice(world, device, 'name')
  return undefined
}
