// Sockets that share a port because all of them asked for it. Linux: net/core/sock_reuseport.c.
import { keyedInteger } from '../../base/keyed-random.ts'
import type { Ipv4Address } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import type { World } from '../world.ts'
import type { InetSocket } from './socket.ts'

/** Whether two sockets may have the same port at the same address; all programs here belong to one user. */
export function sharesPort(one: InetSocket, other: InetSocket): boolean {
  return one.reusePort && other.reusePort
}

/** Both ends of what arrived. */
interface Ends {
  readonly local: Ipv4Address
  readonly localPort: number
  readonly remote: Ipv4Address
  readonly remotePort: number
}

/** Which of equally fitting sockets gets what arrived: always the same for the same ends, by a hash with a secret of the kernel's (reuseport_select_sock). */
export function selectShared<T extends InetSocket>(
  world: World,
  netns: Netns,
  fitting: readonly T[],
  { local, localPort, remote, remotePort }: Ends,
): T | undefined {
  const last = fitting.length - 1
  if (last <= 0) return fitting[0]
  return fitting[keyedInteger(0, last, world.seed, 'reuseport', netns.name, local, localPort, remote, remotePort)]
}
