// IPv4 addresses of devices. Linux: devinet.c (inet_rtm_newaddr, __inet_insert_ifa, __inet_del_ifa, inetdev_event, inet_select_addr,
// inet_confirm_addr).
import { schedule } from '../../sim/event-queue.ts'
import { SECOND_NS } from '../../sim/time.ts'
import { IPV4_ANY, ipv4, isLoopbackIpv4, type Ipv4Address } from '../../wire/address.ts'
import { neighIfdown } from '../neigh/neigh-ifdown.ts'
import { ipvlanValidateAddress } from '../link/ipvlan/addresses.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { DeviceEvent } from '../netdev/notifier.ts'
import type { Netns } from '../netns.ts'
import { effectiveConf } from '../sysctl/ipv4-conf.ts'
import type { AddressSpec, KernelError } from '../system-call.ts'
import { addressChanged } from '../trace.ts'
import { deviceByIndex, netnsById, type World } from '../world.ts'
import { inetAddrType, ipDevFind } from './fib-addr-type.ts'
import {
  fibAddIfaddr,
  fibAddressAdded,
  fibAddressRemoved,
  fibDelIfaddr,
  fibModifyPrefixMetric,
} from './fib-frontend.ts'
import { inetIfaMatch, sameSubnet, type InAddress, type InDevice } from './in-device.ts'
import { scopeNumber, SCOPE_HOST, SCOPE_LINK } from './scope.ts'

/** A device with a smaller MTU has no IPv4 (inetdev_valid_mtu, IPV4_MIN_MTU). */
const IPV4_MIN_MTU = 68

/** IPv4 state of a new device: settings as `default` has them, no address (inetdev_init). */
export function createInDevice(netns: Netns, isLoopback: boolean): InDevice {
  return {
    addresses: [],
    // IPsec never looks at what a machine says to itself.
    conf: isLoopback ? { ...netns.confDefault, disable_policy: 1, disable_xfrm: 1 } : { ...netns.confDefault },
    // Linux copies the marks of `default` too, so that a key written there does not reach devices made later when it is written again.
    confWritten: new Set(netns.confDefaultWritten),
    neighWritten: new Set(),
    hadAddress: false,
  }
}

/** Whether IPv4 works on a device (__in_dev_get_rcu). */
export function hasIpv4(device: NetDevice): boolean {
  return device.mtuBytes >= IPV4_MIN_MTU
}

/**
 * Adds an address (inet_rtm_newaddr). The first one ends the device's following of `default`. ENODEV without the device, EINVAL for a bad prefix
 * length or another scope than the subnet's primary, EEXIST for the same address and length unless `replace`, EADDRINUSE when another ipvlan
 * of the same lower device has it.
 */
export function addAddress(
  world: World,
  netns: Netns,
  spec: AddressSpec,
  options: { readonly replace: boolean },
): KernelError | undefined {
  if (spec.prefixLength < 0 || spec.prefixLength > 32) return { errno: 'EINVAL' }
  const device = deviceByIndex(world, netns, spec.ifindex)
  if (device === undefined) return { errno: 'ENODEV' }
  if (!hasIpv4(device)) return { errno: 'ENOBUFS' }
  // ipv4_devconf_setall: from here on writes to `default` pass this device by.
  device.ipv4.hadAddress = true
  const ifa: InAddress = {
    local: spec.address,
    address: spec.peer ?? spec.address,
    prefixLength: spec.prefixLength,
    broadcast: spec.broadcast,
    // iproute2 asks for scope host when the user names no scope for a loopback address.
    scope: spec.scope ?? (isLoopbackIpv4(spec.address) ? 'host' : 'global'),
    label: spec.label ?? device.name,
    noPrefixRoute: spec.noPrefixRoute ?? false,
    metric: spec.metric ?? 0,
    secondary: false,
    validUntil: Infinity,
    preferredUntil: Infinity,
  }
  const existing = device.ipv4.addresses.find((other) => other.local === ifa.local && sameSubnet(other, ifa))
  const { validSeconds = Infinity, preferredSeconds = Infinity } = spec
  if (validSeconds === 0 || preferredSeconds > validSeconds) return { errno: 'EINVAL' }
  if (existing === undefined) {
    setLifetime(world, device, ifa, validSeconds, preferredSeconds)
    return insertIfa(world, netns, device, ifa)
  }
  if (!options.replace) return { errno: 'EEXIST' }
  setLifetime(world, device, existing, validSeconds, preferredSeconds)
  if (existing.metric !== ifa.metric) {
    fibModifyPrefixMetric(world, netns, device, existing, ifa.metric)
    existing.metric = ifa.metric
  }
  return undefined
}

/** Says how long an address lives from now on (set_ifa_lifetime). */
function setLifetime(
  world: World,
  device: NetDevice,
  ifa: InAddress,
  validSeconds: number,
  preferredSeconds: number,
): void {
  ifa.validUntil = world.now + validSeconds * SECOND_NS
  ifa.preferredUntil = world.now + preferredSeconds * SECOND_NS
  const event = { kind: 'address.expire', device: device.id, local: ifa.local, prefixLength: ifa.prefixLength } as const
  if (validSeconds !== Infinity) schedule(world.queue, ifa.validUntil, event, false)
}

/** Takes an address whose time is over off its device (check_lifetime). One whose life was prolonged stays. */
export function expireAddress(world: World, device: NetDevice, local: Ipv4Address, prefixLength: number): void {
  const expired = device.ipv4.addresses.find(
    (ifa) => ifa.local === local && ifa.prefixLength === prefixLength && ifa.validUntil <= world.now,
  )
  if (expired !== undefined) deleteIfa(world, netnsById(world, device.netns), device, expired, false)
}

/**
 * Puts an address into the device's list and adds its routes (__inet_insert_ifa). One in the subnet of another is secondary and goes to the end;
 * a primary goes behind the last primary whose scope number is not smaller.
 */
function insertIfa(world: World, netns: Netns, device: NetDevice, ifa: InAddress): KernelError | undefined {
  const { addresses } = device.ipv4
  if (ifa.local === IPV4_ANY) return undefined
  let afterPrimaries = 0
  for (const [at, other] of addresses.entries()) {
    if (!other.secondary && scopeNumber(ifa.scope) <= scopeNumber(other.scope)) afterPrimaries = at + 1
    if (!sameSubnet(other, ifa)) continue
    if (other.local === ifa.local) return { errno: 'EEXIST' }
    if (other.scope !== ifa.scope) return { errno: 'EINVAL' }
    ifa.secondary = true
  }
  const refused = ipvlanValidateAddress(world, device, ifa.address)
  if (refused !== undefined) return refused
  addresses.splice(ifa.secondary ? addresses.length : afterPrimaries, 0, ifa)
  addressChanged(world, device, ifa.local, ifa.prefixLength, true)
  world.modules.rtnetlink.address(world, device, ifa, false)
  fibAddressAdded(world, netns, device, ifa)
  return undefined
}

/**
 * Removes the first address that agrees with the given one (inet_rtm_deladdr). A primary takes its secondaries along, or with
 * promote_secondaries hands over to the first of them. ENODEV, EADDRNOTAVAIL.
 */
export function deleteAddress(world: World, netns: Netns, spec: AddressSpec): KernelError | undefined {
  const device = deviceByIndex(world, netns, spec.ifindex)
  if (device === undefined) return { errno: 'ENODEV' }
  const found = device.ipv4.addresses.find(
    (ifa) =>
      ifa.local === spec.address &&
      (spec.label === undefined || ifa.label === spec.label) &&
      ifa.prefixLength === spec.prefixLength &&
      inetIfaMatch(spec.peer ?? spec.address, ifa),
  )
  if (found === undefined) return { errno: 'EADDRNOTAVAIL' }
  deleteIfa(world, netns, device, found, false)
  return undefined
}

function unlink(device: NetDevice, ifa: InAddress): void {
  const { addresses } = device.ipv4
  const at = addresses.indexOf(ifa)
  if (at >= 0) addresses.splice(at, 1)
}

function announceRemoval(world: World, netns: Netns, device: NetDevice, ifa: InAddress, deviceGone: boolean): void {
  unlink(device, ifa)
  addressChanged(world, device, ifa.local, ifa.prefixLength, false)
  world.modules.rtnetlink.address(world, device, ifa, true)
  if (world.filtering) world.modules.netfilter.addressRemoved(world, device, ifa.local)
  // With the last address all of IPv4 ends on the device, its neighbours too (fib_disable_ip, arp_ifdown).
  if (fibAddressRemoved(world, netns, device, ifa, deviceGone)) neighIfdown(world, device)
}

/** __inet_del_ifa. */
function deleteIfa(world: World, netns: Netns, device: NetDevice, ifa: InAddress, deviceGone: boolean): void {
  const secondaries =
    ifa.secondary || deviceGone
      ? []
      : device.ipv4.addresses.filter((other) => other.secondary && sameSubnet(other, ifa))
  const promotes = effectiveConf(netns, device, 'promote_secondaries') !== 0
  if (!promotes) {
    for (const secondary of secondaries) announceRemoval(world, netns, device, secondary, false)
  } else {
    // Their routes name the old primary as source: they go first, and come back for the new one.
    for (const secondary of secondaries) fibDelIfaddr(world, netns, device, secondary, ifa)
  }
  const [promoted, ...others] = promotes ? secondaries : []
  if (promoted !== undefined) placePromoted(device, ifa, promoted)
  announceRemoval(world, netns, device, ifa, deviceGone)
  if (promoted === undefined) return
  promoted.secondary = false
  fibAddressAdded(world, netns, device, promoted)
  for (const other of others) fibAddIfaddr(world, netns, device, other)
}

/** A promoted address moves behind the last primary whose scope is not smaller than the old one's. */
function placePromoted(device: NetDevice, old: InAddress, promoted: InAddress): void {
  const { addresses } = device.ipv4
  let after = old
  for (const other of addresses.slice(addresses.indexOf(old) + 1)) {
    if (!other.secondary && scopeNumber(old.scope) <= scopeNumber(other.scope)) after = other
    if (other === promoted) break
  }
  unlink(device, promoted)
  addresses.splice(addresses.indexOf(after) + 1, 0, promoted)
}

/** Takes every address off a device that loses IPv4 or goes (inetdev_destroy). */
function inetdevDestroy(world: World, device: NetDevice): void {
  const netns = netnsById(world, device.netns)
  for (const ifa of [...device.ipv4.addresses]) deleteIfa(world, netns, device, ifa, true)
}

const LOOPBACK_ADDRESS = ipv4('127.0.0.1')

/** Addresses follow their device (inetdev_event; what arp_notify sends is in neigh/arp-notify). */
export function inetdevEvent(world: World, device: NetDevice, event: DeviceEvent): void {
  const netns = netnsById(world, device.netns)
  switch (event) {
    case 'register':
      device.ipv4 = createInDevice(netns, device.state.kind === 'lo')
      return
    case 'up':
      if (device.state.kind === 'lo' && hasIpv4(device)) {
        addAddress(
          world,
          netns,
          { ifindex: device.ifindex, address: LOOPBACK_ADDRESS, prefixLength: 8, scope: 'host' },
          { replace: false },
        )
      }
      return
    case 'mtu':
      if (!hasIpv4(device)) inetdevDestroy(world, device)
      return
    case 'unregister':
      inetdevDestroy(world, device)
      return
    case 'name':
      relabel(device)
      return
    default:
  }
}

/** Labels follow a new name: the first address takes it as it is, others keep or get a suffix (inetdev_changename). */
function relabel(device: NetDevice): void {
  for (const [at, ifa] of device.ipv4.addresses.entries()) {
    const colon = ifa.label.indexOf(':')
    const suffix = at === 0 ? '' : colon < 0 ? `:${at + 1}` : ifa.label.slice(colon)
    ifa.label = `${device.name}${suffix}`
  }
}

/** With route_localnet addresses of scope host count as scope link. */
function localnetScope(netns: Netns, device: NetDevice): number {
  return effectiveConf(netns, device, 'route_localnet') !== 0 ? SCOPE_LINK : SCOPE_HOST
}

/**
 * Chooses a source address (inet_select_addr): the first primary of the device that reaches far enough and whose subnet holds `destination`,
 * else its first that reaches far enough, else the first such on any device (never of scope link). `destination` 0.0.0.0 asks for no subnet.
 */
export function inetSelectAddr(
  world: World,
  netns: Netns,
  device: NetDevice | undefined,
  destination: Ipv4Address,
  scope: number,
): Ipv4Address | undefined {
  if (device !== undefined && hasIpv4(device)) {
    const farthest = localnetScope(netns, device)
    let first: Ipv4Address | undefined
    for (const ifa of device.ipv4.addresses) {
      if (ifa.secondary || Math.min(scopeNumber(ifa.scope), farthest) > scope) continue
      if (destination === IPV4_ANY || inetIfaMatch(destination, ifa)) return ifa.local
      first ??= ifa.local
    }
    if (first !== undefined) return first
  }
  for (const id of netns.deviceByIndex.values()) {
    for (const ifa of world.devices[id]?.ipv4.addresses ?? []) {
      if (!ifa.secondary && ifa.scope !== 'link' && scopeNumber(ifa.scope) <= scope) return ifa.local
    }
  }
  return undefined
}

/** confirm_addr_indev. */
function confirmAddrIndev(
  netns: Netns,
  device: NetDevice,
  destination: Ipv4Address,
  local: Ipv4Address,
  scope: number,
): boolean {
  const farthest = localnetScope(netns, device)
  let address: Ipv4Address | undefined
  let same = false
  for (const ifa of device.ipv4.addresses) {
    const reach = Math.min(scopeNumber(ifa.scope), farthest)
    if (address === undefined && (local === ifa.local || local === IPV4_ANY) && reach <= scope) {
      address = ifa.local
      if (same) break
    }
    if (same) continue
    same =
      (local === IPV4_ANY || inetIfaMatch(local, ifa)) && (destination === IPV4_ANY || inetIfaMatch(destination, ifa))
    if (!same || address === undefined) continue
    if (local !== IPV4_ANY || destination === IPV4_ANY || inetIfaMatch(address, ifa)) break
    if (reach <= scope) {
      address = ifa.local
      break
    }
    same = false
  }
  return same && address !== undefined
}

/**
 * Whether `local` is an address of the device (of any when undefined) that reaches at least as far as `scope` and shares a subnet with
 * `destination` (inet_confirm_addr). 0.0.0.0 stands for any.
 */
export function inetConfirmAddr(
  world: World,
  netns: Netns,
  device: NetDevice | undefined,
  destination: Ipv4Address,
  local: Ipv4Address,
  scope: number,
): boolean {
  if (device !== undefined) return confirmAddrIndev(netns, device, destination, local, scope)
  for (const id of netns.deviceByIndex.values()) {
    const each = world.devices[id]
    if (each !== undefined && confirmAddrIndev(netns, each, destination, local, scope)) return true
  }
  return false
}

/** Whether packets to an address are for this machine (inet_addr_type is RTN_LOCAL). */
export function isOwnAddress(world: World, netns: Netns, address: Ipv4Address): boolean {
  return inetAddrType(world, netns, address) === 'local'
}

/** Whether an address is a broadcast address of this machine, on any of its devices (inet_addr_type is RTN_BROADCAST). */
export function isBroadcastAddress(world: World, netns: Netns, address: Ipv4Address): boolean {
  return inetAddrType(world, netns, address) === 'broadcast'
}

/** The device that has an address, or whose local prefix covers it (ip_dev_find). */
export function ipAddressOwner(world: World, netns: Netns, address: Ipv4Address): NetDevice | undefined {
  return ipDevFind(world, netns, address)
}
