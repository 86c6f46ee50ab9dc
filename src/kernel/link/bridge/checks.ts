// Rungs of the bridge's ladder. Each takes plain values, so that nothing is made on the hot path while nobody asks for an explanation.
import { formatMac, type MacAddress } from '../../../wire/address.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { check } from '../../trace.ts'
import type { World } from '../../world.ts'

/** A rung that a setting or a state of a device decides: `setting` is its name as the bridge tool prints it. */
export function checkSetting(
  world: World,
  id: string,
  ok: boolean,
  device: NetDevice,
  setting: string,
  value: string | number | boolean,
): boolean {
  if (world.out.explain === undefined) return ok
  const text = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)
  return check(
    world,
    id,
    ok,
    () => text,
    () => `${setting} of ${device.name}`,
    device.id,
  )
}

/** A rung that an address of the frame decides. */
export function checkMac(world: World, id: string, ok: boolean, mac: MacAddress, source: string): boolean {
  if (world.out.explain === undefined) return ok
  return check(
    world,
    id,
    ok,
    () => formatMac(mac),
    () => source,
  )
}

/** A rung that the VLAN membership of a device decides; `vlan` 0 is a frame without one. */
export function checkVlan(world: World, id: string, ok: boolean, device: NetDevice, vlan: number): boolean {
  if (world.out.explain === undefined) return ok
  return check(
    world,
    id,
    ok,
    () => (vlan === 0 ? 'no PVID' : `vlan ${vlan}`),
    () => `bridge vlan of ${device.name}`,
    device.id,
  )
}

/** A rung that the forwarding table decides: where the address is, or that it is unknown. */
export function checkEntry(
  world: World,
  id: string,
  ok: boolean,
  bridge: NetDevice,
  mac: MacAddress,
  found: string,
): boolean {
  if (world.out.explain === undefined) return ok
  return check(
    world,
    id,
    ok,
    () => `${formatMac(mac)} ${found}`,
    () => `forwarding table of ${bridge.name}`,
  )
}
