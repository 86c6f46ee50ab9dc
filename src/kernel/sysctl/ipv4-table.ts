// net.ipv4.NAME and net.ipv4.route.NAME: keys that belong to the namespace and to no device. Linux: ipv4_table, ipv4_net_table in
// sysctl_net_ipv4.c, ipv4_route_netns_table in route.c. What the model does not act on is there to be read and written.

const INT_MAX = 0x7fff_ffff
const INT_MIN = -0x8000_0000

interface Ipv4Key {
  readonly initial: number
  /** The range that a write must keep to. */
  readonly min: number
  readonly max: number
}

const key = (initial: number, min: number, max: number): Ipv4Key => ({ initial, min, max })

/** Keys that hold one number. */
export const IPV4_KEYS = {
  fib_multipath_hash_fields: key(7, 1, 4095),
  fib_multipath_hash_policy: key(0, 0, 3),
  fib_multipath_use_neigh: key(0, 0, 1),
  fib_notify_on_flag_change: key(0, 0, 2),
  fwmark_reflect: key(0, 0, 255),
  icmp_echo_enable_probe: key(0, 0, 1),
  icmp_echo_ignore_all: key(0, 0, 1),
  icmp_echo_ignore_broadcasts: key(1, 0, 1),
  icmp_errors_use_inbound_ifaddr: key(0, 0, 1),
  icmp_ignore_bogus_error_responses: key(1, 0, 1),
  icmp_msgs_burst: key(50, 0, INT_MAX),
  icmp_msgs_per_sec: key(1000, 0, INT_MAX),
  icmp_ratelimit: key(1000, 0, INT_MAX),
  icmp_ratemask: key(6168, INT_MIN, INT_MAX),
  igmp_link_local_mcast_reports: key(1, 0, 1),
  igmp_max_memberships: key(20, INT_MIN, INT_MAX),
  igmp_max_msf: key(10, INT_MIN, INT_MAX),
  igmp_qrv: key(2, 1, INT_MAX),
  ip_autobind_reuse: key(0, 0, 1),
  ip_default_ttl: key(64, 1, 255),
  ip_dynaddr: key(0, 0, 255),
  ip_early_demux: key(1, 0, 255),
  ip_forward_update_priority: key(1, 0, 1),
  ip_forward_use_pmtu: key(0, 0, 255),
  ip_no_pmtu_disc: key(0, 0, 255),
  ip_nonlocal_bind: key(0, 0, 255),
  ip_unprivileged_port_start: key(1024, 0, 65535),
  ipfrag_high_thresh: key(4194304, 0, INT_MAX),
  ipfrag_low_thresh: key(3145728, 0, INT_MAX),
  ipfrag_max_dist: key(64, 0, INT_MAX),
  ipfrag_time: key(30, INT_MIN, INT_MAX),
  nexthop_compat_mode: key(1, 0, 1),
  raw_l3mdev_accept: key(1, 0, 1),
  tcp_syn_retries: key(6, 1, 127),
  udp_early_demux: key(1, 0, 1),
  udp_l3mdev_accept: key(0, 0, 1),
  udp_rmem_min: key(4096, 1, INT_MAX),
  udp_wmem_min: key(4096, 1, INT_MAX),
} as const satisfies Record<string, Ipv4Key>

/** Keys of the folder `route`. */
export const IPV4_ROUTE_KEYS = {
  min_adv_mss: key(256, INT_MIN, INT_MAX),
  min_pmtu: key(552, 68, INT_MAX),
  mtu_expires: key(600, INT_MIN, INT_MAX),
} as const satisfies Record<string, Ipv4Key>

export type Ipv4KeyName = keyof typeof IPV4_KEYS | keyof typeof IPV4_ROUTE_KEYS

export interface Ipv4Sysctls extends Record<Ipv4KeyName, number> {
  ip_local_port_low: number
  ip_local_port_high: number
}

const DEFAULTS: Ipv4Sysctls = {
  ...(Object.fromEntries(
    Object.entries({ ...IPV4_KEYS, ...IPV4_ROUTE_KEYS }).map(([name, { initial }]) => [name, initial]),
  ) as Record<Ipv4KeyName, number>),
  ip_local_port_low: 32768,
  ip_local_port_high: 60999,
}

/** Compiled-in values; a new namespace starts with them. */
export function defaultIpv4Sysctls(): Ipv4Sysctls {
  return { ...DEFAULTS }
}

/** What a key may be, wherever it stands. */
export function ipv4KeyRange(name: Ipv4KeyName): Pick<Ipv4Key, 'min' | 'max'> {
  return name in IPV4_KEYS
    ? IPV4_KEYS[name as keyof typeof IPV4_KEYS]
    : IPV4_ROUTE_KEYS[name as keyof typeof IPV4_ROUTE_KEYS]
}
