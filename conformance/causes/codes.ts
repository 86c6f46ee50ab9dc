/** The vocabulary in which a failed ping is explained. */

/** Every check that ended a ping in some recording, with the kernel function that makes it. */
export const CAUSE_CODES = [
  // The sender refuses.
  'no-route-at-sender', // ip_route_output_key finds no route: ENETUNREACH, no frame
  'route-refuses-at-sender', // a blackhole, prohibit or unreachable route: EINVAL, EACCES, EHOSTUNREACH
  'broadcast-not-permitted', // a broadcast route without SO_BROADCAST: EACCES
  'mtu-exceeded-at-sender', // larger than the path's MTU, and fragmenting forbidden: EMSGSIZE
  'lo-down', // the target is an own address, and the loopback device that carries such packets is down
  // The next hop's MAC address stays unknown, or a wrong one is believed.
  'neigh-no-owner', // three requests, no host on the link has the address or could route to it
  'neigh-no-carrier', // the device has no carrier: requests never become frames
  'neigh-wrong-mac', // the entry's address is not the receiver's any more, or never was: ip_rcv, OTHERHOST
  'arp-sender-zero', // arp_process: a request from 0.0.0.0 is only answered for own addresses, never by proxy
  'arp-proxy-off', // a forwarding host has a route by another device, but no proxy ARP: arp_fwd_proxy
  'arp-proxy-no-route', // proxy ARP is on, but that host has no route to the address: ip_route_input in arp_process
  'arp-reply-to-bridge', // the entry waits on a bridge port, the reply is taken by the bridge: br_handle_frame
  // A host that the packet reached drops it.
  'source-zero', // ip_route_input_slow: a source of 0.0.0.0 is a martian
  'source-own', // fib_validate_source: the source is an own address of the receiver
  'rp-filter', // fib_validate_source: the route back to the source leaves through another device
  'forwarding-off', // not for this host, and the receiving device does not forward
  'no-route-at-router', // forwarding is on, but there is no route: ICMP net unreachable
  'route-refuses-at-router', // a blackhole (silent), prohibit or unreachable route on the way
  'ttl-exceeded', // ip_forward: TTL 1 on arrival
  'mtu-exceeded-at-router', // ip_forward: larger than the next link's MTU, and DF set
  'netfilter-drop', // a rule or a chain's policy drops
  'netfilter-reject', // a rule rejects: the sender gets an ICMP error
  'echo-broadcast-ignored', // icmp_echo: icmp_echo_ignore_broadcasts
  'no-route-for-reply', // icmp_reply: the host that was pinged has no route back
  'reply-to-self', // the reply's target is an own address of the host that replies
  'dummy-swallows', // dummy_xmit: a dummy device frees whatever it is given
  // A device below IP does not pass the frame on.
  'bridge-port-isolated', // should_deliver: both ports are isolated
  'bridge-port-disabled', // should_deliver: the port is down or without carrier
  'bridge-no-hairpin', // should_deliver: the frame came in through the port that it would leave by
  'bridge-flood-off', // br_flood: unknown unicast is not flooded there
  'bridge-vlan', // br_allowed_egress: the port is no member of the frame's VLAN
  'bridge-fdb-misled', // the forwarding entry names a port that the machine is not behind
  'vlan-unknown', // vlan_do_receive: no VLAN device has the tag's id
  'macvlan-private', // macvlan_handle_frame: no broadcast from one private child to another
  'macvlan-source-list', // macvlan_forward_source: the sender is not on the child's list
  'ipvlan-private', // ipvlan_xmit_mode_l2: siblings in private mode do not reach each other
  'lower-device-apart', // a parent device and its macvlan or ipvlan children never hear each other
] as const

export type CauseCode = (typeof CAUSE_CODES)[number]

export interface PingFailure {
  readonly lab: string
  /** Index of the action in the lab, from 0. */
  readonly action: number
  readonly command: string
  /** Which packet was lost: the echo request, or the echo reply. */
  readonly lost: 'request' | 'reply'
  /**
   * Where that packet ended: the last interface that saw it, `ns/dev`, or, where it waited for a MAC address, the
   * interface that it was to leave by. Only `ns` for a packet that was never given to a device.
   */
  readonly stoppedAt: string
  /** Whose check decided it: differs from `stoppedAt` where somebody else did not answer, or did not pass on. */
  readonly decidedAt: string
  readonly cause: CauseCode
  /** What in the recording shows it. */
  readonly evidence: string
}
