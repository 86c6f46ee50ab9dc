/**
 * The header fields that tcpdump's short line leaves out, as text to put behind the line: two frames can print the same
 * and still differ in their TTL or their flags.
 */

const ETHERTYPE_OFFSET = 12
const ETHERTYPE_IPV4 = 0x0800
const VLAN_ETHERTYPES = [0x8100, 0x88a8]
const VLAN_TAG_BYTES = 4
const IPV4_MIN_HEADER_BYTES = 20
const ICMP_HEADER_BYTES = 8
const IP_PROTOCOL_ICMP = 1
/** ICMP messages that quote the packet they are about: RFC 792 types 3, 4, 5, 11 and 12. */
const ICMP_ERROR_TYPES = [3, 4, 5, 11, 12]

/**
 * For a frame (hexadecimal, from the destination MAC address on) that carries IPv4, behind any number of VLAN tags:
 * " {tos … ttl … flags … proto … length …}", with the ICMP type and code, and in square brackets the same fields of the
 * packet that an ICMP error quotes. Empty for every other frame and for one too short to tell.
 */
export function headerFields(hex: string): string {
  const frame = Buffer.from(hex, 'hex')
  let at = ETHERTYPE_OFFSET
  while (at + VLAN_TAG_BYTES <= frame.length && VLAN_ETHERTYPES.includes(frame.readUInt16BE(at))) at += VLAN_TAG_BYTES
  const ip = at + 2
  if (ip + IPV4_MIN_HEADER_BYTES > frame.length || frame.readUInt16BE(at) !== ETHERTYPE_IPV4) return ''
  return ` {${ipv4Fields(frame, ip)}${icmpFields(frame, ip)}}`
}

function ipv4Fields(frame: Buffer, ip: number): string {
  if (ip + IPV4_MIN_HEADER_BYTES > frame.length) return ''
  const fragment = frame.readUInt16BE(ip + 6)
  const flags = [
    (fragment & 0x4000) !== 0 ? ' DF' : '',
    (fragment & 0x2000) !== 0 ? ' MF' : '',
    fragmentOffset(fragment) !== 0 ? ` offset ${fragmentOffset(fragment)}` : '',
  ].join('')
  const checksum = isChecksumGood(frame, ip) ? '' : ' bad header checksum'
  const [tos, ttl, protocol] = [frame.readUInt8(ip + 1), frame.readUInt8(ip + 8), frame.readUInt8(ip + 9)]
  return `tos ${tos} ttl ${ttl}${flags} proto ${protocol} length ${frame.readUInt16BE(ip + 2)}${checksum}`
}

/** ICMP's fields, where the packet is ICMP and not a later fragment of one. */
function icmpFields(frame: Buffer, ip: number): string {
  const icmp = ip + headerBytes(frame, ip)
  if (frame.readUInt8(ip + 9) !== IP_PROTOCOL_ICMP || icmp + ICMP_HEADER_BYTES > frame.length) return ''
  if (fragmentOffset(frame.readUInt16BE(ip + 6)) !== 0) return ''
  const type = frame.readUInt8(icmp)
  const quoted = ICMP_ERROR_TYPES.includes(type) ? ` [${ipv4Fields(frame, icmp + ICMP_HEADER_BYTES)}]` : ''
  return ` icmp ${type}/${frame.readUInt8(icmp + 1)}${quoted}`
}

const headerBytes = (frame: Buffer, ip: number): number => (frame.readUInt8(ip) & 15) * 4
const fragmentOffset = (field: number): number => (field & 0x1fff) * 8

/** RFC 1071: the ones' complement sum over a sound header is all ones. */
function isChecksumGood(frame: Buffer, ip: number): boolean {
  const end = Math.min(ip + headerBytes(frame, ip), frame.length - 1)
  let sum = 0
  for (let at = ip; at < end; at += 2) sum += frame.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return sum === 0xffff
}
