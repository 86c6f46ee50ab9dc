/** What ping prints: round-trip times, ICMP errors, the statistics at the end. */
import { formatIpv4, type Ipv4Address } from '../../../wire/address.ts'
import {
  ICMP_DEST_UNREACH,
  ICMP_FRAG_NEEDED,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
} from '../../../wire/icmp.ts'

/** Milliseconds with about three digits that count. */
export function roundTripText(us: number): string {
  if (us >= 100_000 - 50) return String(Math.trunc((us + 500) / 1000))
  const [step, digits] = us >= 10_000 - 5 ? [100, 1] : us >= 1000 ? [10, 2] : [1, 3]
  const rounded = Math.trunc((us + step / 2) / step)
  const scale = 10 ** digits
  return `${Math.trunc(rounded / scale)}.${String(rounded % scale).padStart(digits, '0')}`
}

/** What -v tells of the sockets: a machine without IPv6 gives only one. */
export function socketsText({ onlyIpv4 }: { readonly onlyIpv4: boolean }): string {
  const refusal = 'ping: socktype: SOCK_DGRAM\nping: socket: Address family not supported by protocol\n'
  const sixth = onlyIpv4 ? '0' : 'SOCK_DGRAM'
  return `${onlyIpv4 ? '' : refusal}ping: sock4.fd: 3 (socktype: SOCK_RAW), sock6.fd: -1 (socktype: ${sixth}), hints.ai_family: AF_INET\n\n`
}

const UNREACHABLE: readonly string[] = [
  'Destination Net Unreachable',
  'Destination Host Unreachable',
  'Destination Protocol Unreachable',
  'Destination Port Unreachable',
  '',
  'Source Route Failed',
  'Destination Net Unknown',
  'Destination Host Unknown',
  'Source Host Isolated',
  'Destination Net Prohibited',
  'Destination Host Prohibited',
  'Destination Net Unreachable for Type of Service',
  'Destination Host Unreachable for Type of Service',
  'Packet filtered',
  'Precedence Violation',
  'Precedence Cutoff',
]

const REDIRECTS: readonly string[] = [
  'Redirect Network',
  'Redirect Host',
  'Redirect Type of Service and Network',
  'Redirect Type of Service and Host',
]

export interface IcmpNews {
  readonly type: number
  readonly code: number
  /** Next-hop MTU, or the pointer of a parameter problem. */
  readonly info: number
  /** New gateway of a redirect. */
  readonly gateway: Ipv4Address
}

/** An ICMP message in words. */
export function icmpText({ type, code, info, gateway }: IcmpNews): string {
  switch (type) {
    case ICMP_DEST_UNREACH:
      if (code === ICMP_FRAG_NEEDED) return `Frag needed and DF set (mtu = ${info})`
      return UNREACHABLE[code] ?? `Dest Unreachable, Bad Code: ${code}`
    case ICMP_SOURCE_QUENCH:
      return 'Source Quench'
    case ICMP_REDIRECT:
      return `${REDIRECTS[code] ?? `Redirect, Bad Code: ${code}`}(New nexthop: ${formatIpv4(gateway)})`
    case ICMP_TIME_EXCEEDED:
      if (code > 1) return `Time exceeded, Bad Code: ${code}`
      return code === 0 ? 'Time to live exceeded' : 'Frag reassembly time exceeded'
    case ICMP_PARAMETERPROB:
      return `Parameter problem: pointer = ${info}`
    default:
      return `Bad ICMP type: ${type}`
  }
}

export interface PingTotals {
  readonly host: string
  readonly transmitted: number
  readonly received: number
  readonly duplicates: number
  readonly errors: number
  /** From the first request to the last. */
  readonly elapsedMs: number
  /** Requests that were under way together, at most. */
  readonly pipe: number
  /** Undefined when the payload has no room for a time. */
  readonly roundTrips: RoundTrips | undefined
  /** True for an interval of 0, which adds the mean gap. */
  readonly withGap: boolean
}

/** Times in whole microseconds. */
export interface RoundTrips {
  readonly min: number
  readonly max: number
  readonly sum: number
  readonly sumOfSquares: number
  /** Eight times the moving average. */
  readonly average8: number
}

export function statisticsText(totals: PingTotals): string {
  let text = `\n--- ${totals.host} ping statistics ---\n${totals.transmitted} packets transmitted, ${totals.received} received`
  if (totals.duplicates > 0) text += `, +${totals.duplicates} duplicates`
  if (totals.errors > 0) text += `, +${totals.errors} errors`
  if (totals.transmitted > 0) {
    const loss = ((totals.transmitted - totals.received) * 100) / totals.transmitted
    text += `, ${generalNumber(loss)}% packet loss, time ${totals.elapsedMs}ms`
  }
  const parts: string[] = []
  if (totals.received > 0 && totals.roundTrips !== undefined) {
    parts.push(`rtt min/avg/max/mdev = ${spread(totals.roundTrips, totals.received + totals.duplicates)} ms`)
  }
  if (totals.pipe > 1) parts.push(`pipe ${totals.pipe}`)
  if (totals.received > 0 && totals.withGap && totals.transmitted > 1) {
    const gap = Math.trunc((totals.elapsedMs * 1000) / (totals.transmitted - 1))
    const average = Math.trunc((totals.roundTrips?.average8 ?? 0) / 8)
    parts.push(`ipg/ewma ${thousandths(gap)}/${thousandths(average)} ms`)
  }
  return `${text}\n${parts.join(', ')}\n`
}

function spread({ min, max, sum, sumOfSquares }: RoundTrips, count: number): string {
  const variance = Math.trunc((sumOfSquares - Math.trunc((sum * sum) / count)) / count)
  return [min, Math.trunc(sum / count), max, Math.trunc(Math.sqrt(Math.max(0, variance)))].map(thousandths).join('/')
}

const thousandths = (us: number): string => `${Math.trunc(us / 1000)}.${String(us % 1000).padStart(3, '0')}`

/** A number as printf's %g writes it: six digits, no zeros at the end. */
function generalNumber(value: number): string {
  return String(Number(value.toPrecision(6)))
}
