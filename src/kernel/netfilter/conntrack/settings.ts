// Settings of conntrack: net.netfilter.nf_conntrack_*. Linux: nf_ct_sysctl_table in nf_conntrack_standalone.c.
import type { Netns } from '../../netns.ts'
import type { TcpState } from './tcp.ts'

/** Compiled-in values by the keys' names without `nf_conntrack_`; times are seconds. */
export const CONNTRACK_SETTINGS = {
  acct: 0,
  buckets: 262_144,
  checksum: 1,
  events: 2,
  expect_max: 4096,
  generic_timeout: 600,
  icmp_timeout: 30,
  log_invalid: 0,
  max: 262_144,
  tcp_be_liberal: 0,
  tcp_ignore_invalid_rst: 0,
  tcp_loose: 1,
  tcp_max_retrans: 3,
  tcp_timeout_close: 10,
  tcp_timeout_close_wait: 60,
  tcp_timeout_established: 432_000,
  tcp_timeout_fin_wait: 120,
  tcp_timeout_last_ack: 30,
  tcp_timeout_max_retrans: 300,
  tcp_timeout_syn_recv: 60,
  tcp_timeout_syn_sent: 120,
  tcp_timeout_time_wait: 120,
  tcp_timeout_unacknowledged: 300,
  timestamp: 0,
  udp_timeout: 30,
  udp_timeout_stream: 120,
}

export type ConntrackKey = keyof typeof CONNTRACK_SETTINGS
export type ConntrackSettings = Record<ConntrackKey, number>

/** What a key may be set to; times and counts may be anything. */
const RANGES: Partial<Readonly<Record<ConntrackKey, readonly [min: number, max: number]>>> = {
  acct: [0, 1],
  checksum: [0, 1],
  events: [0, 2],
  log_invalid: [0, 255],
  max: [0, 0x7fff_ffff],
  tcp_be_liberal: [0, 1],
  tcp_ignore_invalid_rst: [0, 1],
  tcp_loose: [0, 1],
  tcp_max_retrans: [0, 255],
  timestamp: [0, 1],
}

/** Keys that the model acts on. */
export const LIVE_CONNTRACK_KEYS: ReadonlySet<string> = new Set([
  'acct',
  ...Object.keys(CONNTRACK_SETTINGS).filter((key) => key.includes('timeout') && !/max_retrans|unack/.test(key)),
])

/** Whether a key may have this value. */
export function isConntrackValue(key: ConntrackKey, value: number): boolean {
  const [min, max] = RANGES[key] ?? [-0x8000_0000, 0x7fff_ffff]
  // The table of flows keeps its size here: writing it needs the machine's first namespace.
  return key !== 'buckets' && value >= min && value <= max
}

/** How long a flow lives on, in seconds. */
export function timeoutSeconds(netns: Netns, key: ConntrackKey): number {
  return (netns.netfilter?.conntrack.settings ?? CONNTRACK_SETTINGS)[key]
}

/** The key that says how long a TCP flow lives in a state. */
export function tcpTimeoutKey(state: TcpState): ConntrackKey {
  if (state === 'NONE' || state === 'SYN_SENT2') return 'tcp_timeout_syn_sent'
  return `tcp_timeout_${state.toLowerCase() as Lowercase<Exclude<TcpState, 'NONE' | 'SYN_SENT2'>>}`
}
