import { formatIpv4, readIpv4 } from '../address.ts'
import { readU16 } from '../bytes.ts'
import {
  IPV4_HEADER_LENGTH,
  PROTOCOL_ICMP,
  PROTOCOL_IGMP,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  ipv4DontFragment,
  ipv4FragmentOffset,
  ipv4HeaderLength,
  ipv4IsFragment,
  ipv4MoreFragments,
  ipv4Protocol,
  ipv4TotalLength,
  ipv4Version,
} from '../ipv4.ts'
import { checksumProblem } from './checksum.ts'
import { dissectIcmp } from './icmp.ts'
import { dissectIgmp } from './igmp.ts'
import {
  type DissectedLayer,
  type LayerBuilder,
  addField,
  closeLayer,
  dataLayer,
  flag,
  hex,
  named,
  openLayer,
} from './layer.ts'
import { dissectTcp } from './tcp.ts'
import { dissectUdp } from './udp.ts'

const PROTOCOL_NAMES = {
  [PROTOCOL_ICMP]: 'ICMP',
  [PROTOCOL_IGMP]: 'IGMP',
  [PROTOCOL_TCP]: 'TCP',
  [PROTOCOL_UDP]: 'UDP',
}

/**
 * The header and what it carries in [from, end). A packet quoted by an ICMP error is cut on purpose, so its lengths
 * and its payload's checksum are not held against it.
 */
export function dissectIpv4(bytes: Uint8Array, from: number, end: number, isQuoted: boolean): DissectedLayer[] {
  const layer = openLayer(bytes, from, end)
  addStart(layer, isQuoted)
  addEnd(layer)
  if (layer.isCut) {
    return [closeLayer(layer, { id: 'ip', label: LABEL, value: 'cut short', to: end })]
  }
  const headerLength = Math.max(ipv4HeaderLength(bytes, from), IPV4_HEADER_LENGTH)
  if (headerLength > IPV4_HEADER_LENGTH) {
    addField(layer, {
      id: 'ip.options',
      label: 'Options',
      offset: IPV4_HEADER_LENGTH,
      length: headerLength - IPV4_HEADER_LENGTH,
      value: () => `${headerLength - IPV4_HEADER_LENGTH} bytes`,
    })
  }
  const value = `${formatIpv4(readIpv4(bytes, from + 12))} > ${formatIpv4(readIpv4(bytes, from + 16))}`
  const payloadAt = from + headerLength
  const header = closeLayer(layer, { id: 'ip', label: LABEL, value, to: payloadAt })
  if (payloadAt > end || ipv4Version(bytes, from) !== 4) return [header]
  const packetEnd = Math.max(payloadAt, Math.min(end, from + ipv4TotalLength(bytes, from)))
  return [header, ...dissectPayload(bytes, { ipAt: from, at: payloadAt, end: packetEnd, isQuoted })]
}

const LABEL = 'Internet Protocol Version 4'

/** Where an IPv4 packet's payload lies, for the dissectors that need the addresses too. */
export interface Ipv4Payload {
  readonly ipAt: number
  readonly at: number
  readonly end: number
  readonly isQuoted: boolean
}

function dissectPayload(bytes: Uint8Array, payload: Ipv4Payload): DissectedLayer[] {
  const { ipAt, at, end } = payload
  if (at >= end) return []
  if (ipv4FragmentOffset(bytes, ipAt) > 0) return dataLayer('data', 'Fragment data', at, end)
  switch (ipv4Protocol(bytes, ipAt)) {
    case PROTOCOL_ICMP:
      return dissectIcmp(bytes, payload, dissectIpv4)
    case PROTOCOL_IGMP:
      return [dissectIgmp(bytes, at, end)]
    case PROTOCOL_TCP:
      return dissectTcp(bytes, payload)
    case PROTOCOL_UDP:
      return dissectUdp(bytes, payload)
    default:
      return dataLayer('data', 'Data', at, end)
  }
}

function addStart(layer: LayerBuilder, isQuoted: boolean): void {
  const { bytes, from, end } = layer
  addField(layer, {
    id: 'ip.version',
    label: 'Version',
    offset: 0,
    length: 1,
    value: () => String(ipv4Version(bytes, from)),
    problem: () => (ipv4Version(bytes, from) === 4 ? undefined : 'not version 4'),
  })
  addField(layer, {
    id: 'ip.hdr_len',
    label: 'Header Length',
    offset: 0,
    length: 1,
    value: () => `${ipv4HeaderLength(bytes, from)} bytes`,
    problem: () => (ipv4HeaderLength(bytes, from) >= IPV4_HEADER_LENGTH ? undefined : 'less than 20 bytes'),
  })
  addField(layer, {
    id: 'ip.dsfield',
    label: 'Differentiated Services Field',
    offset: 1,
    length: 1,
    value: (at) => hex(bytes[at]!, 8),
  })
  addField(layer, {
    id: 'ip.len',
    label: 'Total Length',
    offset: 2,
    length: 2,
    value: (at) => String(readU16(bytes, at)),
    problem: (at) => {
      const length = readU16(bytes, at)
      if (length < ipv4HeaderLength(bytes, from)) return 'less than the header'
      if (!isQuoted && length > end - from) return `more than the ${end - from} bytes that are there`
      return undefined
    },
  })
  addField(layer, {
    id: 'ip.id',
    label: 'Identification',
    offset: 4,
    length: 2,
    value: (at) => `${hex(readU16(bytes, at), 16)} (${readU16(bytes, at)})`,
  })
  addField(layer, {
    id: 'ip.flags',
    label: 'Flags',
    offset: 6,
    length: 2,
    value: () => flagsText(bytes, from),
    children: (at) => [
      flag('ip.flags.rb', 'Reserved bit', (readU16(bytes, at) & 0x8000) !== 0, at, 2),
      flag('ip.flags.df', "Don't fragment", ipv4DontFragment(bytes, from), at, 2),
      flag('ip.flags.mf', 'More fragments', ipv4MoreFragments(bytes, from), at, 2),
    ],
  })
  addField(layer, {
    id: 'ip.frag_offset',
    label: 'Fragment Offset',
    offset: 6,
    length: 2,
    value: () => String(ipv4FragmentOffset(bytes, from)),
  })
}

function addEnd(layer: LayerBuilder): void {
  const { bytes, from, end } = layer
  addField(layer, {
    id: 'ip.ttl',
    label: 'Time to Live',
    offset: 8,
    length: 1,
    value: (at) => String(bytes[at]!),
    problem: (at) => (bytes[at] === 0 ? 'a packet with no time left to live must not be sent' : undefined),
  })
  addField(layer, {
    id: 'ip.proto',
    label: 'Protocol',
    offset: 9,
    length: 1,
    value: (at) => named(PROTOCOL_NAMES, bytes[at]!),
  })
  addField(layer, {
    id: 'ip.checksum',
    label: 'Header Checksum',
    offset: 10,
    length: 2,
    value: (at) => hex(readU16(bytes, at), 16),
    problem: (at) => {
      const headerEnd = from + ipv4HeaderLength(bytes, from)
      return headerEnd <= end ? checksumProblem(bytes, { from, to: headerEnd, checksumAt: at }) : undefined
    },
  })
  const addressText = (at: number): string => formatIpv4(readIpv4(bytes, at))
  addField(layer, { id: 'ip.src', label: 'Source Address', offset: 12, length: 4, value: addressText })
  addField(layer, { id: 'ip.dst', label: 'Destination Address', offset: 16, length: 4, value: addressText })
}

function flagsText(bytes: Uint8Array, at: number): string {
  const names: string[] = []
  if (ipv4DontFragment(bytes, at)) names.push("Don't fragment")
  if (ipv4MoreFragments(bytes, at)) names.push('More fragments')
  return names.length > 0 ? names.join(', ') : ipv4IsFragment(bytes, at) ? 'last fragment' : 'none'
}
