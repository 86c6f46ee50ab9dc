// A segment that arrived, taken apart once: its place in the stream, its flags and its options. Linux: tcp_v4_fill_cb, tcp_parse_options.
import type { Ipv4Address } from '../../../wire/address.ts'
import { ipv4Destination, ipv4HeaderLength, ipv4Source } from '../../../wire/ipv4.ts'
import {
  parseTcp,
  TCP_ACK,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  tcpChecksumValid,
  type TcpHeader,
  type TcpOption,
} from '../../../wire/tcp.ts'
import { NETWORK_HEADER, type Skb } from '../../skb.ts'
import { seqAdd } from './sequence.ts'

/** A segment: addresses are those of its packet, so `local` is its destination. */
export interface Segment {
  readonly local: Ipv4Address
  readonly localPort: number
  readonly remote: Ipv4Address
  readonly remotePort: number
  readonly sequence: number
  /** One past the last byte; SYN and FIN count. */
  readonly end: number
  readonly acknowledgement: number
  readonly syn: boolean
  readonly fin: boolean
  readonly rst: boolean
  readonly ack: boolean
  readonly push: boolean
  /** As stored, without scale. */
  readonly window: number
  readonly payload: Uint8Array
  readonly mss: number | undefined
  readonly windowScale: number | undefined
  readonly sackPermitted: boolean
  readonly timestamps: { readonly value: number; readonly echo: number } | undefined
}

function optionOf<K extends TcpOption['kind']>(
  options: readonly TcpOption[],
  kind: K,
): Extract<TcpOption, { kind: K }> | undefined {
  return options.find((option): option is Extract<TcpOption, { kind: K }> => option.kind === kind)
}

/** Reads the segment of an IP packet. Says what is wrong with one that cannot be read. */
export function readSegment(skb: Skb): Segment | 'truncated' | 'bad-checksum' {
  const bytes = skb.data
  const at = NETWORK_HEADER + ipv4HeaderLength(bytes, NETWORK_HEADER)
  const parsed = parseTcp(bytes, at)
  if (!parsed.ok) return 'truncated'
  const header = parsed.value
  const local = ipv4Destination(bytes, NETWORK_HEADER)
  const remote = ipv4Source(bytes, NETWORK_HEADER)
  if (!tcpChecksumValid(bytes, at, bytes.length, { source: remote, destination: local })) return 'bad-checksum'
  return { local, remote, ...meaningOf(header, bytes.slice(at + header.headerLength)) }
}

function meaningOf(header: TcpHeader, payload: Uint8Array): Omit<Segment, 'local' | 'remote'> {
  const has = (flag: number): boolean => (header.flags & flag) !== 0
  const timestamps = optionOf(header.options, 'timestamps')
  return {
    localPort: header.destinationPort,
    remotePort: header.sourcePort,
    sequence: header.sequence,
    end: seqAdd(header.sequence, payload.length + (has(TCP_SYN) ? 1 : 0) + (has(TCP_FIN) ? 1 : 0)),
    acknowledgement: header.acknowledgement,
    syn: has(TCP_SYN),
    fin: has(TCP_FIN),
    rst: has(TCP_RST),
    ack: has(TCP_ACK),
    push: has(TCP_PSH),
    window: header.window,
    payload,
    mss: optionOf(header.options, 'mss')?.mss,
    windowScale: optionOf(header.options, 'window-scale')?.shift,
    sackPermitted: optionOf(header.options, 'sack-permitted') !== undefined,
    timestamps: timestamps === undefined ? undefined : { value: timestamps.value, echo: timestamps.echo },
  }
}
