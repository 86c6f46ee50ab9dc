import { readU16 } from '../bytes.ts'
import { ipv4IsFragment } from '../ipv4.ts'
import { UDP_HEADER_LENGTH, udpChecksum, udpDestinationPort, udpLength, udpSourcePort } from '../udp.ts'
import { transportChecksumProblem } from './checksum.ts'
import type { Ipv4Payload } from './ipv4.ts'
import { type DissectedLayer, addField, closeLayer, dataLayer, hex, openLayer } from './layer.ts'

export function dissectUdp(bytes: Uint8Array, payload: Ipv4Payload): DissectedLayer[] {
  const { at: from, end } = payload
  const layer = openLayer(bytes, from, end)
  const number = (at: number): string => String(readU16(bytes, at))
  const isWhole = !payload.isQuoted && !ipv4IsFragment(bytes, payload.ipAt)
  addField(layer, { id: 'udp.srcport', label: 'Source Port', offset: 0, length: 2, value: number })
  addField(layer, { id: 'udp.dstport', label: 'Destination Port', offset: 2, length: 2, value: number })
  addField(layer, {
    id: 'udp.length',
    label: 'Length',
    offset: 4,
    length: 2,
    value: number,
    problem: (at) => {
      const length = readU16(bytes, at)
      if (length < UDP_HEADER_LENGTH) return 'less than the header'
      return isWhole && length > end - from ? `more than the ${end - from} bytes that are there` : undefined
    },
  })
  addField(layer, {
    id: 'udp.checksum',
    label: 'Checksum',
    offset: 6,
    length: 2,
    value: (at) => (udpChecksum(bytes, from) === 0 ? 'none (0x0000)' : hex(readU16(bytes, at), 16)),
    problem: (at) => {
      const datagramEnd = from + udpLength(bytes, from)
      if (udpChecksum(bytes, from) === 0 || datagramEnd > end || datagramEnd < from + UDP_HEADER_LENGTH)
        return undefined
      return transportChecksumProblem(bytes, { ...payload, end: datagramEnd }, at)
    },
  })
  const value = layer.isCut ? 'cut short' : `${udpSourcePort(bytes, from)} > ${udpDestinationPort(bytes, from)}`
  const bodyAt = Math.min(from + UDP_HEADER_LENGTH, end)
  const header = closeLayer(layer, { id: 'udp', label: 'User Datagram Protocol', value, to: bodyAt })
  return [header, ...dataLayer('udp.payload', 'UDP payload', bodyAt, end)]
}
