// Who is where: what a frame could reach if nobody refused it. Explanations may know this; the machines themselves never do.
import type { NetDevice } from '../../kernel/netdev/net-device.ts'
import type { DeviceId, World } from '../../kernel/world.ts'
import type { Ipv4Address, MacAddress } from '../../wire/address.ts'

/** The device that a VLAN, macvlan or ipvlan device stands on, or 0. */
function lowerOf(device: NetDevice): DeviceId {
  const { state } = device
  return state.kind === 'vlan' || state.kind === 'macvlan' || state.kind === 'ipvlan' ? state.lower : 0
}

/** The device below a macvlan or ipvlan child, or 0: these never hear the device that they stand on. */
export function parentOf(device: NetDevice): DeviceId {
  return device.state.kind === 'macvlan' || device.state.kind === 'ipvlan' ? device.state.lower : 0
}

/** What frames pass to and fro directly: the other end of a cable, what stands on a device or below it, a bridge and its ports. */
function neighboursOf(device: NetDevice, childrenOf: ReadonlyMap<DeviceId, readonly DeviceId[]>): DeviceId[] {
  const { state } = device
  const found = [lowerOf(device), device.master, ...(childrenOf.get(device.id) ?? [])]
  if (state.kind === 'veth') found.push(state.peer)
  if (state.kind === 'bridge') found.push(...state.ports)
  return found.filter((id) => id !== 0)
}

/** All devices that can be reached from some, those included, without passing any of `without`. */
function reachable(world: World, from: readonly DeviceId[], without: ReadonlySet<DeviceId>): Set<DeviceId> {
  const children = new Map<DeviceId, DeviceId[]>()
  for (const device of world.devices) {
    const lower = device === undefined ? 0 : lowerOf(device)
    if (device !== undefined && lower !== 0) children.set(lower, [...(children.get(lower) ?? []), device.id])
  }
  const found = new Set(from.filter((id) => !without.has(id)))
  // A set is walked in order of insertion, also over what is added on the way.
  for (const id of found) {
    const device = world.devices[id]
    if (device === undefined) continue
    for (const next of neighboursOf(device, children)) if (!without.has(next)) found.add(next)
  }
  return found
}

/** The link of a device: all that its frames could reach. */
export function linkOf(world: World, device: DeviceId): Set<DeviceId> {
  return reachable(world, [device], new Set())
}

/** All that lies behind a bridge port, seen from its bridge. */
export function behindPort(world: World, port: NetDevice): Set<DeviceId> {
  return reachable(world, [port.id], new Set([port.master]))
}

/** The devices that have an address. */
export function ownersOfIp(world: World, ip: Ipv4Address): NetDevice[] {
  return world.devices.flatMap((device) =>
    device?.ipv4.addresses.some(({ address }) => address === ip) === true ? [device] : [],
  )
}

/** The devices that have a MAC address; children share that of their parent. */
export function ownersOfMac(world: World, mac: MacAddress): NetDevice[] {
  return world.devices.flatMap((device) => (device?.mac === mac ? [device] : []))
}

/** The device from which two are cut off by standing on it, or being it: 0 unless one is a macvlan or ipvlan child of the other. */
export function apartAt(a: NetDevice, b: NetDevice): DeviceId {
  if (parentOf(a) === b.id) return b.id
  return parentOf(b) === a.id ? a.id : 0
}
