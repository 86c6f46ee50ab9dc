// net.ipv4.NAME: keys that belong to the namespace and to no device. Linux: ipv4_table, ipv4_net_table in sysctl_net_ipv4.c.
import type { Ipv4Sysctls } from './ipv4-conf.ts'

const INT_MAX = 0x7fff_ffff
const INT_MIN = -0x8000_0000

export interface Ipv4Key {
  readonly min: number
  readonly max: number
  /** Exists only in the first namespace, and acts on all. */
  readonly global?: boolean
}

/** Keys that hold one number, with the range that a write must keep to. */
export const IPV4_KEYS: ReadonlyMap<
  Exclude<keyof Ipv4Sysctls, 'ip_local_port_low' | 'ip_local_port_high'>,
  Ipv4Key
> = new Map([
  ['fwmark_reflect', { min: 0, max: 255 }],
  ['icmp_echo_ignore_all', { min: 0, max: 1 }],
  ['icmp_echo_ignore_broadcasts', { min: 0, max: 1 }],
  ['icmp_errors_use_inbound_ifaddr', { min: 0, max: 1 }],
  ['icmp_msgs_burst', { min: 0, max: INT_MAX, global: true }],
  ['icmp_msgs_per_sec', { min: 0, max: INT_MAX, global: true }],
  ['icmp_ratelimit', { min: 0, max: INT_MAX }],
  ['icmp_ratemask', { min: INT_MIN, max: INT_MAX }],
  ['ip_default_ttl', { min: 1, max: 255 }],
  ['ip_forward_use_pmtu', { min: 0, max: 255 }],
  ['ip_no_pmtu_disc', { min: 0, max: 255 }],
  ['ip_nonlocal_bind', { min: 0, max: 255 }],
  ['tcp_syn_retries', { min: 1, max: 127 }],
] as const)
