// What waits in the queues of neighbours whose addresses are not known yet.
import type { World } from '../world.ts'

/**
 * True while a packet of a program here waits for a neighbour's address (arp_queue). A child interface may have handed it to its lower device in
 * another namespace: it is the program's until it crosses a cable.
 */
export function waitsForNeighbour(world: World, packet: number): boolean {
  for (const device of world.devices) {
    for (const { queue } of device?.neigh.entries.values() ?? [])
      if (queue.some((skb) => skb.packet === packet && skb.ownedBy !== 'nobody')) return true
  }
  return false
}
