// How matches compare a packet's numbers and addresses with what a rule asks, `!` included.
import type { AddressMatch, PortRange, RangeMatch } from '../../../contract/firewall.ts'
import type { Ipv4Address } from '../../../wire/address.ts'

/** True when a value lies in a range, both ends included. */
export function inRange(value: number, { from, to }: PortRange): boolean {
  return value >= from && value <= to
}

/** True when a value lies as a range asks, or when nothing is asked. */
export function within(value: number, wanted: RangeMatch | undefined): boolean {
  return wanted === undefined || inRange(value, wanted) !== wanted.not
}

/** True when an address under a mask is the one that is asked for, or when nothing is asked (NF_INVF in ip_packet_match). */
export function isAddress(address: Ipv4Address, wanted: AddressMatch | undefined): boolean {
  return wanted === undefined || ((address & wanted.mask) >>> 0 === wanted.address) !== wanted.not
}
