// The port that a socket gets when its program asks for none: somewhere in ip_local_port_range, drawn so that one cannot be foreseen.
// Linux: inet_hash_connect, udp_lib_get_port, inet_csk_find_open_port.
import { keyedInteger } from '../../base/keyed-random.ts'
import type { Ipv4Address } from '../../wire/address.ts'
import type { Netns } from '../netns.ts'
import type { World } from '../world.ts'

/** Where a connection goes and whence: ports to different ends are drawn apart. */
export interface PortPurpose {
  readonly local: Ipv4Address
  readonly remote: Ipv4Address
  readonly remotePort: number
}

/** How many counters tell how far the ports of earlier connections went (INET_TABLE_PERTURB_SIZE). */
const PERTURB_COUNTERS = 65_536
/** One connection in so many leaves out a port, so that the next one is harder to guess. */
const NOISE_ONE_IN = 16
/** Linux may begin here too, but whoever reads the packet would take it for one of traceroute's. */
const TRACEROUTE_PORTS = { first: 33_434, end: 33_600 }

/**
 * The local port of a connection, or undefined when all are taken. Two connections to one end get ports that follow each other, those to
 * different ends begin elsewhere; even ports come first, for odd ones are left to listeners (__inet_hash_connect).
 */
export function connectPort(
  world: World,
  netns: Netns,
  { local, remote, remotePort }: PortPurpose,
  isFree: (port: number) => boolean,
): number | undefined {
  const { ip_local_port_low: low, ip_local_port_high: high } = netns.ipv4
  const count = evenCount(low, high)
  const drawn = keyedInteger(0, 2 ** 32 - 1, world.seed, 'tcp.port', netns.name, local, remote, remotePort)
  const counter = `tcp.port ${netns.name} ${drawn % PERTURB_COUNTERS}`
  const gone = world.draws.get(counter) ?? 0
  const start = evenBelow(aside(low, (drawn + gone) % count) % count)
  for (const parity of [0, 1]) {
    for (let step = 0; step < count; step += 2) {
      const port = low + ((start + step) % count) + parity
      if (port > high || !isFree(port)) continue
      const skips =
        step === 0 && keyedInteger(1, NOISE_ONE_IN, world.seed, 'tcp.port.noise', netns.name, drawn, gone) === 1
      world.draws.set(counter, gone + (skips ? 2 : step) + 2)
      return port
    }
  }
  return undefined
}

/** The port of a listener that asked for none, or undefined when all are taken: odd ones come first (inet_csk_find_open_port). */
export function listenPort(world: World, netns: Netns, isFree: (port: number) => boolean): number | undefined {
  const { ip_local_port_low: low, ip_local_port_high: high } = netns.ipv4
  const count = evenCount(low, high)
  const start = evenBelow(drawOne(world, netns, 'tcp.listen-port', count))
  for (const parity of [1, 0]) {
    for (let step = 0; step < count; step += 2) {
      const port = low + ((start + step) % count) + parity
      if (port <= high && isFree(port)) return port
    }
  }
  return undefined
}

/** The port of a datagram socket, or undefined when all are taken: each is drawn anew (udp_lib_get_port). */
export function datagramPort(world: World, netns: Netns, isFree: (port: number) => boolean): number | undefined {
  const { ip_local_port_low: low, ip_local_port_high: high } = netns.ipv4
  const count = high - low + 1
  const start = aside(low, drawOne(world, netns, 'udp.port', count)) % count
  for (let step = 0; step < count; step++) {
    const port = low + ((start + step) % count)
    if (isFree(port)) return port
  }
  return undefined
}

/** A value below `count` that is another one each time. */
function drawOne(world: World, netns: Netns, purpose: string, count: number): number {
  const counter = `${purpose} ${netns.name}`
  const drawn = world.draws.get(counter) ?? 0
  world.draws.set(counter, drawn + 1)
  return keyedInteger(0, count - 1, world.seed, purpose, netns.name, drawn)
}

/** A start, counted from `low`, past traceroute's ports where it lies among them. */
function aside(low: number, start: number): number {
  const { first, end } = TRACEROUTE_PORTS
  return low + start >= first && low + start < end ? end - low : start
}

const evenBelow = (value: number): number => value - (value % 2)
/** How many ports of the range are walked in steps of two; a range of one port is that port. */
const evenCount = (low: number, high: number): number => Math.max(1, evenBelow(high - low + 1))
