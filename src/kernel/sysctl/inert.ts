// Keys of net.ipv4 that are there to be read and written, as scripts do, and that change nothing in the model.

import { LIVE_CONNTRACK_KEYS } from '../netfilter/conntrack/settings.ts'

const INERT: ReadonlySet<string> = new Set([
  'accept_source_route',
  'bootp_relay',
  'disable_policy',
  'disable_xfrm',
  'fib_multipath_hash_fields',
  'fib_notify_on_flag_change',
  'force_igmp_version',
  'fwmark_reflect',
  'icmp_echo_enable_probe',
  'icmp_ignore_bogus_error_responses',
  'igmp_link_local_mcast_reports',
  'igmp_max_memberships',
  'igmp_max_msf',
  'igmp_qrv',
  'igmpv2_unsolicited_report_interval',
  'igmpv3_unsolicited_report_interval',
  'ip_autobind_reuse',
  'ip_dynaddr',
  'ip_early_demux',
  'ip_forward_update_priority',
  'ip_local_reserved_ports',
  'ipfrag_high_thresh',
  'ipfrag_low_thresh',
  'ipfrag_max_dist',
  'log_martians',
  'mc_forwarding',
  'min_adv_mss',
  'nexthop_compat_mode',
  'ping_group_range',
  'raw_l3mdev_accept',
  'secure_redirects',
  'tag',
  'udp_early_demux',
  'udp_l3mdev_accept',
  'udp_rmem_min',
  'udp_wmem_min',
])

/** Whether the model acts on no value of a key, given in full: `net.ipv4.igmp_qrv`. */
export function isInertKey(key: string): boolean {
  const conntrackKey = /^net\.netfilter\.nf_conntrack_(.*)/.exec(key)?.[1]
  if (conntrackKey !== undefined) return conntrackKey !== 'count' && !LIVE_CONNTRACK_KEYS.has(conntrackKey)
  return INERT.has(key.slice(key.lastIndexOf('.') + 1))
}
