/** `ip addr`. */
import type { AddressView, LinkView } from '../../contract/read-models.ts'
import type { KernelReads } from '../../kernel/api.ts'
import { formatIpv4 } from '../../wire/address.ts'
import {
  altNameLines,
  briefStart,
  linkAddressLine,
  type LinkFormat,
  linkHeader,
  linkNetns,
  statisticsLines,
} from './link.ts'
import { linkDetailLines } from './link-details.ts'

/** `10.0.0.1/24`, with the peer of a point-to-point address. */
function localPart({ address, peer, prefixLength, metric }: AddressView): string {
  const local = peer === address ? '' : `${formatIpv4(address)} peer `
  return `${local}${formatIpv4(peer)}/${prefixLength}${metric === 0 ? '' : ` metric ${metric}`}`
}

/** The flags of an address in iproute2's order. */
function addressFlags(address: AddressView): string[] {
  const { secondary, noPrefixRoute, validSeconds, preferredSeconds } = address
  return [
    secondary ? 'secondary' : [],
    preferredSeconds === 0 ? 'deprecated' : [],
    validSeconds === undefined ? [] : 'dynamic',
    noPrefixRoute ? 'noprefixroute' : [],
  ].flat()
}

const lifetime = ({ validSeconds, preferredSeconds }: AddressView): string =>
  // What is valid for ever counts as permanent, whatever was said of its preference (inet_fill_ifaddr).
  `valid_lft ${secondsText(validSeconds)} preferred_lft ${secondsText(validSeconds === undefined ? undefined : preferredSeconds)}`

const secondsText = (seconds: number | undefined): string => (seconds === undefined ? 'forever' : `${seconds}sec`)

/** The `inet` line without indentation. */
function addressLine(address: AddressView): string {
  const broadcast = address.broadcast === undefined ? '' : ` brd ${formatIpv4(address.broadcast)}`
  const flags = addressFlags(address)
    .map((flag) => ` ${flag}`)
    .join('')
  return `inet ${localPart(address)}${broadcast} scope ${address.scope}${flags} ${address.label}`
}

/** The lines of one address by itself, as `ip -o addr` and `ip monitor` print them. */
export function addressLines(ifindex: number, name: string, address: AddressView, oneLine: boolean): string {
  return `${ifindex}: ${name}    ${addressLine(address)}${oneLine ? '\\' : '\n'}       ${lifetime(address)}\n`
}

export interface AddressFormat extends LinkFormat {
  /** False for `ip -4 addr` and filters on addresses: only the addresses are printed. */
  readonly withLink?: boolean
  /** False for a filter on labels, which leaves even the first line out. */
  readonly withHeader?: boolean
}

/** All lines of a device for `ip addr`, with the given addresses. */
export function addressText(
  reads: KernelReads,
  link: LinkView,
  addresses: readonly AddressView[],
  format: AddressFormat = {},
): string {
  if (format.oneLine === true) {
    return addresses.map((address) => addressLines(link.ifindex, link.name, address, true)).join('')
  }
  const lines =
    format.withHeader === false
      ? []
      : [linkHeader(reads, link, false) + (format.withLink === false ? linkNetns(reads, link) : '')]
  if (format.withLink !== false) {
    lines.push(linkAddressLine(reads, link))
    if (format.details === true) {
      const [tail, ...more] = linkDetailLines(reads, link)
      lines[1] += tail ?? ''
      lines.push(...more)
      if (link.alias !== '') lines.push(`    alias ${link.alias}`)
    }
    lines.push(...altNameLines(link))
  }
  for (const address of addresses) lines.push(`    ${addressLine(address)}`, `       ${lifetime(address)}`)
  if (format.statistics === true) lines.push(...statisticsLines(link))
  return `${lines.join('\n')}\n`
}

/** `ip -br addr`. */
export function briefAddress(reads: KernelReads, link: LinkView, addresses: readonly AddressView[]): string {
  return `${briefStart(reads, link)}${addresses.map((address) => `${localPart(address)} `).join('')}\n`
}
