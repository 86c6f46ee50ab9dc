/** Proposes IP addresses: the next free one of the subnet that an interface joins, or the first of a new subnet. */
import {
  broadcastOf,
  formatPrefix,
  inPrefix,
  ipv4FromNumber,
  networkOf,
  type Ipv4Address,
  type Ipv4Prefix,
} from '../../wire/address.ts'
import type { DeviceRef } from './gesture.ts'
import { indexOf } from './network-index.ts'
import type { NetworkIndex, PlacedLink } from './network-index.ts'
import type { BuildState } from './plan.ts'
import { segmentOf } from './segment.ts'

/** Who asks for an address: a gateway takes the lowest of a subnet, others come after those that are there. */
export type AddressPart = 'gateway' | 'host' | 'end'

/** The addresses of a plan: those of the network, and those that the plan has given away. */
export class AddressPool {
  readonly #taken = new Set<Ipv4Address>()
  readonly #subnets: Ipv4Prefix[] = []

  constructor(index: NetworkIndex) {
    for (const { link } of index.links.values()) {
      for (const { address, prefixLength } of link.addresses) this.take({ address, length: prefixLength })
    }
    for (const { routes } of index.state.network.namespaces) {
      for (const { destination, prefixLength, nexthops } of routes) {
        if (prefixLength > 0 && nexthops.length > 0) this.#subnets.push({ address: destination, length: prefixLength })
      }
    }
  }

  /** Notes an address as given away. */
  take(prefix: Ipv4Prefix): void {
    this.#taken.add(prefix.address)
    this.#subnets.push(prefix)
  }

  /** The first part of a network, `length` bits long, that nothing touches. */
  freeSubnetIn(network: number, networkLength: number, length: number): Ipv4Prefix | undefined {
    for (let start = 0; start < 2 ** (32 - networkLength); start += 2 ** (32 - length)) {
      const subnet = { address: ipv4FromNumber(network + start), length }
      if (!this.#subnets.some((other) => overlaps(subnet, other))) return subnet
    }
    return undefined
  }

  /** A subnet 10.0.N.0/24 that nothing touches; `third` is the N to try first. Undefined when all are in use. */
  newSubnet(third = 0): Ipv4Prefix | undefined {
    for (let offset = 0; offset < 256; offset++) {
      const n = (third + offset) % 256
      const subnet = { address: ipv4FromNumber(0x0a000000 + n * 256), length: 24 }
      if (!this.#subnets.some((other) => overlaps(subnet, other))) return subnet
    }
    return undefined
  }

  /** The next free address of a subnet, noted as taken; undefined when the subnet is full. */
  next(subnet: Ipv4Prefix, part: AddressPart): Ipv4Prefix | undefined {
    const found = this.#nextFree(subnet, part)
    if (found === undefined) return undefined
    const prefix = { address: found, length: subnet.length }
    this.take(prefix)
    return prefix
  }

  #nextFree({ address, length }: Ipv4Prefix, part: AddressPart): Ipv4Address | undefined {
    const network = networkOf(address, length)
    const [first, last] = length >= 31 ? [network, broadcastOf(network, length)] : usable(network, length)
    const isFree = (value: number): boolean =>
      value >= first && value <= last && !this.#taken.has(ipv4FromNumber(value))
    if (part !== 'gateway') {
      const used = [...this.#taken].filter((item) => item > first && inPrefix(item, network, length))
      const after = used.sort((a, b) => b - a).find((item) => isFree(item + 1))
      if (after !== undefined) return ipv4FromNumber(after + 1)
    }
    // The first address is left to a gateway that may come later.
    const lowest = part === 'host' && last > first ? first + 1 : first
    for (const from of [lowest, first]) {
      for (let value: number = from; value <= Math.min(last, from + SEARCH_LIMIT); value++) {
        if (isFree(value)) return ipv4FromNumber(value)
      }
    }
    return undefined
  }
}

/** So many addresses of a wide subnet are looked at. */
const SEARCH_LIMIT = 4096

/** The subnet that a segment uses: that of its nearest member with an address. One address alone is no subnet. */
export function subnetOf(members: readonly PlacedLink[]): Ipv4Prefix | undefined {
  for (const { link } of members) {
    const found = link.addresses.find(({ prefixLength, scope }) => prefixLength < 32 && scope !== 'host')
    if (found !== undefined) {
      return { address: networkOf(found.address, found.prefixLength), length: found.prefixLength }
    }
  }
  return undefined
}

/** An address for an interface with its length, `10.0.0.3/24`: what a field in the inspector offers. */
export function proposeAddress(state: BuildState, device: DeviceRef): string | undefined {
  const index = indexOf(state)
  const placed = index.find(device)
  if (placed === undefined || placed.link.details.kind === 'lo') return undefined
  const pool = new AddressPool(index)
  const members = segmentOf(index, placed)
  const subnet = subnetOf(members) ?? pool.newSubnet()
  const isGateway = placed.link.details.kind === 'bridge' || index.roleOf(device.namespace) === 'router'
  const found = subnet === undefined ? undefined : pool.next(subnet, isGateway ? 'gateway' : 'host')
  return found === undefined ? undefined : formatPrefix(found)
}

function usable(network: Ipv4Address, length: number): [number, number] {
  return [network + 1, broadcastOf(network, length) - 1]
}

/** Whether two networks have addresses in common. */
export function overlaps(a: Ipv4Prefix, b: Ipv4Prefix): boolean {
  const length = Math.min(a.length, b.length)
  return inPrefix(a.address, b.address, length)
}
