// The hash table of the addresses of macvlan children, whose order is the order of copies. Linux: macvlan_eth_hash, macvlan_hash_add.
import { macBytes, type MacAddress } from '../../../wire/address.ts'
import type { MacvlanPort, NetDevice } from '../../netdev/net-device.ts'
import { deviceById, type World } from '../../world.ts'

const GOLDEN_RATIO_64 = 0x61c8864680b583ebn

/** The bucket of an address, 0 to 255 (macvlan_eth_hash). */
export function bucketOf(mac: MacAddress): number {
  const value = macBytes(mac).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) << 16n
  return Number(BigInt.asUintN(64, value * GOLDEN_RATIO_64) >> 56n)
}

/** Takes a child out of the table (macvlan_hash_del). */
export function removeFromTable(port: MacvlanPort, child: NetDevice): void {
  port.table = port.table.filter((entry) => entry.child !== child.id)
}

/** Enters a child with an address that it has or is about to get, the first of its bucket (macvlan_hash_add, macvlan_hash_change_addr). */
export function enterTable(port: MacvlanPort, child: NetDevice, mac: MacAddress): void {
  removeFromTable(port, child)
  const bucket = bucketOf(mac)
  const at = port.table.findIndex((entry) => entry.bucket >= bucket)
  port.table.splice(at < 0 ? port.table.length : at, 0, { child: child.id, bucket })
}

/** The children that are up, in the order of the table. */
export function childrenInTable(world: World, port: MacvlanPort): NetDevice[] {
  return port.table.map(({ child }) => deviceById(world, child))
}
