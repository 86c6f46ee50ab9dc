// Choosing what a flow is translated to so that no two flows look alike. Linux: get_unique_tuple, find_best_ips_proto,
// nf_nat_l4proto_unique_tuple in nf_nat_core.c.
import { keyedInteger } from '../../../base/keyed-random.ts'
import type { NatRange, PortRange } from '../../../contract/firewall.ts'
import { ipv4FromNumber } from '../../../wire/address.ts'
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../../../wire/ipv4.ts'
import type { World } from '../../world.ts'
import { isTupleTaken, type Connection, type ConntrackState } from '../conntrack/connection.ts'
import { answerTo, type Tuple } from '../conntrack/tuple.ts'
import { jhash2 } from './jhash.ts'
import type { Manip } from './manip.ts'

/** How many numbers are tried before a taken one is used after all. */
const MAX_ATTEMPTS = 128

function isTaken(state: ConntrackState, tuple: Tuple, connection: Connection): boolean {
  return isTupleTaken(state, answerTo(tuple), connection)
}

/** The number that a manipulation may change: a port, or the id of ICMP, which is the same in both directions. */
function numberOf(tuple: Tuple, manip: Manip): number {
  return manip === 'source' || tuple.protocol === PROTOCOL_ICMP ? tuple.sourcePort : tuple.destinationPort
}

function withNumber(tuple: Tuple, manip: Manip, number: number): Tuple {
  return manip === 'source' || tuple.protocol === PROTOCOL_ICMP
    ? { ...tuple, sourcePort: number }
    : { ...tuple, destinationPort: number }
}

function isInRange(tuple: Tuple, range: NatRange): boolean {
  const { addresses, ports } = range
  if (addresses !== undefined && (tuple.source < addresses.from || tuple.source > addresses.to)) return false
  return ports === undefined || (tuple.sourcePort >= ports.from && tuple.sourcePort <= ports.to)
}

/** Another flow from the same address and port is translated already: this one looks like it from outside (find_appropriate_src). */
function sameAsBefore(state: ConntrackState, tuple: Tuple, range: NatRange): Tuple | undefined {
  for (const { original, reply, sourceNatDone, dead } of state.connections.values()) {
    if (!sourceNatDone || dead || original.protocol !== tuple.protocol) continue
    if (original.source !== tuple.source || original.sourcePort !== tuple.sourcePort) continue
    const { source, sourcePort } = answerTo(reply)
    const candidate = { ...tuple, source, sourcePort }
    if (isInRange(candidate, range)) return candidate
  }
  return undefined
}

/** An address as a machine that stores the lowest byte first reads it from a packet. */
function asRead(address: number): number {
  const swapped = ((address & 0xff) << 24) | ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00) | (address >>> 24)
  return swapped >>> 0
}

/**
 * Chooses an address out of several: the same for the same two ends, or with `--persistent` for the same sender (find_best_ips_proto, whose hash
 * has no secret).
 */
function withAddress(tuple: Tuple, range: NatRange, manip: Manip): Tuple {
  const { addresses, persistent } = range
  if (addresses === undefined) return tuple
  const hash = jhash2([asRead(tuple.source), 0, 0, 0], persistent ? 0 : asRead(tuple.destination))
  const count = addresses.to - addresses.from + 1
  const chosen = ipv4FromNumber(addresses.from + Math.floor((hash * count) / 2 ** 32))
  return manip === 'source' ? { ...tuple, source: chosen } : { ...tuple, destination: chosen }
}

/** Where to look for a free number: what the rule says, else numbers of the same rank as the old one. */
function candidates(tuple: Tuple, range: NatRange, manip: Manip): PortRange | undefined {
  if (range.ports !== undefined) return range.ports
  if (tuple.protocol === PROTOCOL_ICMP) return { from: 0, to: 65535 }
  if (manip === 'destination') return undefined
  const old = numberOf(tuple, manip)
  if (old < 512) return { from: 1, to: 511 }
  return old < 1024 ? { from: 600, to: 1023 } : { from: 1024, to: 65535 }
}

function withFreeNumber(
  world: World,
  state: ConntrackState,
  tuple: Tuple,
  range: NatRange,
  manip: Manip,
  connection: Connection,
): Tuple {
  const numbered = [PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP].includes(tuple.protocol)
  const among = numbered ? candidates(tuple, range, manip) : undefined
  if (among === undefined) return tuple
  const size = among.to - among.from + 1
  const { source, sourcePort, destination, destinationPort } = connection.original
  const key = [source, sourcePort, destination, destinationPort]
  const drawn = keyedInteger(0, size - 1, world.seed, 'nat.number', ...key)
  let candidate = tuple
  for (let attempt = 0; attempt < Math.min(size, MAX_ATTEMPTS); attempt++) {
    candidate = withNumber(tuple, manip, among.from + ((drawn + attempt) % size))
    if (!isTaken(state, candidate, connection)) return candidate
  }
  return candidate
}

/** The tuple that a flow gets: as little changed as the range and the other flows allow. */
export function uniqueTuple(
  world: World,
  state: ConntrackState,
  connection: Connection,
  tuple: Tuple,
  range: NatRange,
  manip: Manip,
): Tuple {
  const isRandom = range.random || range.randomFully
  if (manip === 'source' && !isRandom) {
    if (isInRange(tuple, range)) {
      if (!isTaken(state, tuple, connection)) return tuple
    } else {
      const before = sameAsBefore(state, tuple, range)
      if (before !== undefined && !isTaken(state, before, connection)) return before
    }
  }
  const moved = withAddress(tuple, range, manip)
  if (!isRandom) {
    const { ports } = range
    const number = numberOf(moved, manip)
    const fits = ports === undefined || (number >= ports.from && number <= ports.to)
    // With one port to choose from there is nothing to avoid.
    const isOnly = ports !== undefined && ports.from === ports.to
    if (fits && (isOnly || !isTaken(state, moved, connection))) return moved
  }
  return withFreeNumber(world, state, moved, range, manip, connection)
}
