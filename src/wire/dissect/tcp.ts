import { readU16, readU32 } from '../bytes.ts'
import {
  TCP_ACK,
  TCP_CWR,
  TCP_ECE,
  TCP_FIN,
  TCP_HEADER_LENGTH,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
  type TcpOption,
  parseTcpOptions,
  tcpDestinationPort,
  tcpFlags,
  tcpHeaderLength,
  tcpSourcePort,
} from '../tcp.ts'
import { describeWireError } from '../wire-error.ts'
import { transportChecksumProblem } from './checksum.ts'
import type { Ipv4Payload } from './ipv4.ts'
import {
  type DissectedLayer,
  type LayerBuilder,
  addField,
  closeLayer,
  dataLayer,
  flag,
  hex,
  openLayer,
} from './layer.ts'

const FLAGS: readonly (readonly [number, string, string, string])[] = [
  [TCP_CWR, 'tcp.flags.cwr', 'Congestion Window Reduced', 'CWR'],
  [TCP_ECE, 'tcp.flags.ece', 'ECN-Echo', 'ECE'],
  [TCP_URG, 'tcp.flags.urg', 'Urgent', 'URG'],
  [TCP_ACK, 'tcp.flags.ack', 'Acknowledgment', 'ACK'],
  [TCP_PSH, 'tcp.flags.push', 'Push', 'PSH'],
  [TCP_RST, 'tcp.flags.reset', 'Reset', 'RST'],
  [TCP_SYN, 'tcp.flags.syn', 'Syn', 'SYN'],
  [TCP_FIN, 'tcp.flags.fin', 'Fin', 'FIN'],
]

export function dissectTcp(bytes: Uint8Array, payload: Ipv4Payload): DissectedLayer[] {
  const { at: from, end } = payload
  const layer = openLayer(bytes, from, end)
  addHeader(layer, payload)
  const isHeaderCut = layer.isCut
  const headerLength = isHeaderCut ? TCP_HEADER_LENGTH : Math.max(tcpHeaderLength(bytes, from), TCP_HEADER_LENGTH)
  if (headerLength > TCP_HEADER_LENGTH) addOptions(layer, headerLength)
  const value = isHeaderCut && end - from < 14 ? portsText(bytes, from, end) : summary(bytes, from)
  const bodyAt = Math.min(from + headerLength, end)
  const header = closeLayer(layer, { id: 'tcp', label: 'Transmission Control Protocol', value, to: bodyAt })
  return [header, ...dataLayer('tcp.payload', 'TCP payload', bodyAt, end)]
}

function addHeader(layer: LayerBuilder, payload: Ipv4Payload): void {
  const { bytes, from } = layer
  const number16 = (at: number): string => String(readU16(bytes, at))
  const number32 = (at: number): string => String(readU32(bytes, at))
  addField(layer, { id: 'tcp.srcport', label: 'Source Port', offset: 0, length: 2, value: number16 })
  addField(layer, { id: 'tcp.dstport', label: 'Destination Port', offset: 2, length: 2, value: number16 })
  addField(layer, { id: 'tcp.seq_raw', label: 'Sequence Number (raw)', offset: 4, length: 4, value: number32 })
  addField(layer, { id: 'tcp.ack_raw', label: 'Acknowledgment number (raw)', offset: 8, length: 4, value: number32 })
  addField(layer, {
    id: 'tcp.hdr_len',
    label: 'Header Length',
    offset: 12,
    length: 1,
    value: () => `${tcpHeaderLength(bytes, from)} bytes`,
    problem: () => (tcpHeaderLength(bytes, from) >= TCP_HEADER_LENGTH ? undefined : 'less than 20 bytes'),
  })
  addField(layer, {
    id: 'tcp.flags',
    label: 'Flags',
    offset: 13,
    length: 1,
    value: () => `${hex(tcpFlags(bytes, from), 8)} (${flagNames(tcpFlags(bytes, from))})`,
    children: (at) => FLAGS.map(([bit, id, label]) => flag(id, label, (bytes[at]! & bit) !== 0, at, 1)),
  })
  addField(layer, { id: 'tcp.window_size_value', label: 'Window', offset: 14, length: 2, value: number16 })
  addField(layer, {
    id: 'tcp.checksum',
    label: 'Checksum',
    offset: 16,
    length: 2,
    value: (at) => hex(readU16(bytes, at), 16),
    problem: (at) => transportChecksumProblem(bytes, payload, at),
  })
  addField(layer, { id: 'tcp.urgent_pointer', label: 'Urgent Pointer', offset: 18, length: 2, value: number16 })
}

function addOptions(layer: LayerBuilder, headerLength: number): void {
  const { bytes } = layer
  const length = headerLength - TCP_HEADER_LENGTH
  addField(layer, {
    id: 'tcp.options',
    label: 'Options',
    offset: TCP_HEADER_LENGTH,
    length,
    value: () => `${length} bytes`,
    problem: (at) => {
      const options = parseTcpOptions(bytes, at, at + length)
      return options.ok ? undefined : describeWireError(options.error)
    },
    children: (at) => {
      const options = parseTcpOptions(bytes, at, at + length)
      return (options.ok ? options.value : []).map(({ option, from, to }) => ({ ...describeOption(option), from, to }))
    },
  })
}

function describeOption(option: TcpOption): { id: string; label: string; value: string } {
  switch (option.kind) {
    case 'end':
      return { id: 'tcp.options.eol', label: 'End of Option List', value: '' }
    case 'nop':
      return { id: 'tcp.options.nop', label: 'No-Operation', value: '' }
    case 'mss':
      return { id: 'tcp.options.mss', label: 'Maximum segment size', value: `${option.mss} bytes` }
    case 'window-scale':
      return {
        id: 'tcp.options.wscale',
        label: 'Window scale',
        value: `${option.shift} (multiply by ${2 ** option.shift})`,
      }
    case 'sack-permitted':
      return { id: 'tcp.options.sack_perm', label: 'SACK permitted', value: '' }
    case 'sack':
      return {
        id: 'tcp.options.sack',
        label: 'SACK',
        value: option.blocks.map((block) => `${block.left}-${block.right}`).join(' '),
      }
    case 'timestamps':
      return {
        id: 'tcp.options.timestamp',
        label: 'Timestamps',
        value: `TSval ${option.value}, TSecr ${option.echo}`,
      }
    case 'unknown':
      return {
        id: 'tcp.options.unknown',
        label: `Unknown option ${option.number}`,
        value: `${option.data.length} bytes`,
      }
  }
}

function flagNames(flags: number): string {
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, , , name]) => name)
  return names.length > 0 ? names.reverse().join(', ') : 'none'
}

function portsText(bytes: Uint8Array, at: number, end: number): string {
  return end - at < 4 ? 'cut short' : `${tcpSourcePort(bytes, at)} > ${tcpDestinationPort(bytes, at)}`
}

function summary(bytes: Uint8Array, at: number): string {
  return `${tcpSourcePort(bytes, at)} > ${tcpDestinationPort(bytes, at)} [${flagNames(tcpFlags(bytes, at))}]`
}
