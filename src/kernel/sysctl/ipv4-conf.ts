// net.ipv4.conf.* : what each key is by default and how the value of `all` combines with that of a device.
// Linux: include/linux/inetdevice.h (IN_DEV_ORCONF, IN_DEV_MAXCONF, IN_DEV_ANDCONF).
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'

/** How Linux combines `all` with the device's own value. */
export type ConfRule = 'own' | 'or' | 'and' | 'max'

interface ConfKeyInfo {
  readonly default: number
  readonly rule: ConfRule
  readonly doc: string
}

const key = (initial: number, rule: ConfRule, doc: string): ConfKeyInfo => ({ default: initial, rule, doc })

export const IPV4_CONF_KEYS = {
  accept_local: key(0, 'or', 'Accept packets whose source is an address of this machine.'),
  accept_redirects: key(1, 'or', 'Believe ICMP redirects (with forwarding on, both `all` and the device must agree).'),
  accept_source_route: key(1, 'and', 'Accept packets with source route options.'),
  arp_accept: key(0, 'max', 'Create neighbours from gratuitous ARP.'),
  arp_announce: key(0, 'max', 'Which address ARP requests name as their sender.'),
  arp_evict_nocarrier: key(1, 'and', 'Forget neighbours when the carrier goes.'),
  arp_filter: key(0, 'or', 'Answer ARP only on the device that routes back to the asker.'),
  arp_ignore: key(0, 'max', 'Which ARP requests for own addresses are answered.'),
  arp_notify: key(0, 'max', 'Send gratuitous ARP when a device comes up or changes its MAC.'),
  bc_forwarding: key(0, 'and', 'Forward directed broadcasts.'),
  bootp_relay: key(0, 'and', 'Accept packets with source 0.b.c.d.'),
  disable_policy: key(0, 'own', 'No IPsec policy on this device.'),
  disable_xfrm: key(0, 'own', 'No IPsec on this device.'),
  drop_gratuitous_arp: key(0, 'or', 'Drop gratuitous ARP frames.'),
  drop_unicast_in_l2_multicast: key(0, 'or', 'Drop unicast packets that came in a broadcast or multicast frame.'),
  force_igmp_version: key(0, 'own', 'IGMP version to speak.'),
  forwarding: key(0, 'own', 'Forward packets that arrive on this device.'),
  igmpv2_unsolicited_report_interval: key(10000, 'own', 'Milliseconds between unsolicited IGMPv2 reports.'),
  igmpv3_unsolicited_report_interval: key(1000, 'own', 'Milliseconds between unsolicited IGMPv3 reports.'),
  ignore_routes_with_linkdown: key(0, 'or', 'Do not use routes whose device has no carrier.'),
  log_martians: key(0, 'or', 'Log packets with impossible addresses.'),
  mc_forwarding: key(0, 'and', 'Forward multicast.'),
  medium_id: key(0, 'own', 'Which medium the device is attached to, for proxy ARP.'),
  promote_secondaries: key(0, 'or', 'A secondary address takes over when its primary is removed.'),
  proxy_arp: key(0, 'or', 'Answer ARP for addresses that are routed through another device.'),
  proxy_arp_pvlan: key(0, 'or', 'Answer ARP for addresses that are routed back through the same device.'),
  route_localnet: key(0, 'or', 'Treat 127/8 as routable.'),
  rp_filter: key(0, 'max', 'Check that packets arrive where their source is routed: 0 no, 1 strict, 2 loose.'),
  secure_redirects: key(1, 'or', 'Believe redirects only to known gateways.'),
  send_redirects: key(1, 'or', 'Send ICMP redirects.'),
  shared_media: key(1, 'or', 'Different subnets on one medium reach each other directly.'),
  src_valid_mark: key(0, 'or', 'Use the packet mark in source validation.'),
  tag: key(0, 'own', 'A number for the user.'),
} as const satisfies Record<string, ConfKeyInfo>

export type Ipv4ConfKey = keyof typeof IPV4_CONF_KEYS
export type Ipv4Conf = Record<Ipv4ConfKey, number>

const DEFAULT_CONF_TEXT = JSON.stringify(
  Object.fromEntries(Object.entries(IPV4_CONF_KEYS).map(([name, info]) => [name, info.default])),
)

/** Compiled-in conf of `all` and `default`; `accept_source_route` is 0 in `all`. */
export function defaultIpv4Conf(forAll: boolean): Ipv4Conf {
  // Parsed rather than built key by key: script engines then lay it out as a record, which is read on every packet, not as a dictionary.
  const conf = JSON.parse(DEFAULT_CONF_TEXT) as Ipv4Conf
  if (forAll) conf.accept_source_route = 0
  return conf
}

/** The value that Linux acts on for a device: its own, combined with `all` by the key's rule. */
export function effectiveConf(netns: Netns, device: NetDevice, name: Ipv4ConfKey): number {
  const all = netns.confAll[name]
  const own = device.ipv4.conf[name]
  // IN_DEV_RX_REDIRECTS is the one key whose rule depends on another.
  if (name === 'accept_redirects')
    return (device.ipv4.conf.forwarding !== 0 ? all !== 0 && own !== 0 : all !== 0 || own !== 0) ? 1 : 0
  switch (IPV4_CONF_KEYS[name].rule) {
    case 'own':
      return own
    case 'or':
      return all !== 0 || own !== 0 ? 1 : 0
    case 'and':
      return all !== 0 && own !== 0 ? 1 : 0
    case 'max':
      return Math.max(all, own)
  }
}

// What every packet asks for is read by name: a key that is only known when it is asked for costs several look-ups.

/** Whether packets that arrive on a device are passed on (IN_DEV_FORWARD). */
export function inDevForward(device: NetDevice): boolean {
  return device.ipv4.conf.forwarding !== 0
}

/** The reverse path filter of a device: 0 none, 1 strict, 2 loose (IN_DEV_RPFILTER). */
export function inDevRpFilter(netns: Netns, device: NetDevice): number {
  return Math.max(netns.confAll.rp_filter, device.ipv4.conf.rp_filter)
}

/** Whether a packet with an own address as its source may arrive on a device (IN_DEV_ACCEPT_LOCAL). */
export function inDevAcceptLocal(netns: Netns, device: NetDevice): boolean {
  return netns.confAll.accept_local !== 0 || device.ipv4.conf.accept_local !== 0
}
