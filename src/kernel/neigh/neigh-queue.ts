// What waits in the queues of neighbours whose addresses are not known yet.
import type { Netns } from '../netns.ts'
import { deviceById, type World } from '../world.ts'

/** True while a packet waits in a namespace for a neighbour's address (arp_queue). */
export function waitsForNeighbour(world: World, netns: Netns, packet: number): boolean {
  for (const id of netns.deviceByIndex.values()) {
    for (const { queue } of deviceById(world, id).neigh.entries.values())
      if (queue.some((skb) => skb.packet === packet)) return true
  }
  return false
}
