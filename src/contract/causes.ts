// The vocabulary in which a failed action is explained: the one check that ended it. Each code has its kernel function and a sentence;
// `{place}` is where it was decided, `{ip}` the address that it was about.

interface CauseInfo {
  readonly where: string
  readonly text: string
}

const cause = (where: string, text: string): CauseInfo => ({ where, text })

export const CAUSES = {
  'no-route-at-sender': cause(
    'ip_route_output_key',
    '{place} has no route to {ip}: the sender refuses before any frame is made.',
  ),
  'route-refuses-at-sender': cause(
    'fib_lookup',
    'the route to {ip} on {place} is one that refuses (blackhole, prohibit or unreachable).',
  ),
  'broadcast-not-permitted': cause(
    'raw_sendmsg',
    '{ip} is a broadcast address, and the program did not ask for permission to use one (ping -b).',
  ),
  'mtu-exceeded-at-sender': cause(
    'raw_sendmsg',
    'the packet is larger than the way to {ip} allows, and may not be cut.',
  ),
  'lo-down': cause(
    'dev_hard_start_xmit',
    '{ip} is an own address of {place}, and lo, which carries such packets, is down.',
  ),
  'neigh-no-owner': cause(
    'neigh_timer_handler',
    'nobody on the link of {place} answers for {ip}: no machine there has the address.',
  ),
  'neigh-no-carrier': cause('noop_enqueue', '{place} has no carrier: the ARP requests for {ip} never become frames.'),
  'neigh-wrong-mac': cause(
    'ip_rcv_core',
    'the frame carries a MAC address that is not that of {place}: the sender believes a wrong neighbour entry.',
  ),
  'arp-sender-zero': cause(
    'arp_process',
    '{place} is asked for {ip} by 0.0.0.0: such a request is answered only for own addresses, never by proxy.',
  ),
  'arp-proxy-off': cause(
    'arp_fwd_proxy',
    '{place} forwards and has a route to {ip} through another interface, but proxy_arp is off there, so it does not answer for it.',
  ),
  'arp-proxy-no-route': cause(
    'ip_route_input_slow',
    '{place} has proxy_arp on, but no route to {ip}: it answers only for what it could forward.',
  ),
  'arp-ignored': cause('arp_ignore', '{place} has the address {ip}, but arp_ignore keeps it from answering.'),
  'arp-filtered': cause(
    'arp_filter',
    '{place} has the address {ip}, but arp_filter keeps it from answering on this interface.',
  ),
  'arp-off': cause('arp_rcv', 'ARP is switched off on {place}: it answers no requests and makes none.'),
  'arp-reply-lost': cause(
    '',
    'somebody answers for {ip}, but the answer does not reach the asker: it was last seen at {place}.',
  ),
  'arp-source-refused': cause(
    'fib_validate_source',
    '{place} does not answer for {ip}, because the asker’s address may not arrive there.',
  ),
  'arp-reply-to-bridge': cause(
    'br_handle_frame',
    'the answer about {ip} is taken by the bridge at {place}, so the port that asked never hears it.',
  ),
  'source-zero': cause(
    'ip_route_input_slow',
    '{place} drops the packet, because its source is 0.0.0.0: nobody could be answered.',
  ),
  'source-martian': cause(
    'ip_route_input_slow',
    '{place} drops the packet, because its source is no address that a machine out there can have.',
  ),
  'source-own': cause(
    'fib_validate_source',
    '{place} drops the packet, because its source is one of its own addresses.',
  ),
  'rp-filter': cause(
    'fib_validate_source',
    '{place} drops the packet by rp_filter: the route back to its source leaves by another interface.',
  ),
  'martian-destination': cause(
    'ip_route_input_slow',
    '{place} drops the packet, because its destination cannot be reached from outside.',
  ),
  'forwarding-off': cause('ip_error', 'the packet is not for {place}, and forwarding is off there.'),
  'no-route-at-router': cause(
    'ip_error',
    '{place} forwards, but has no route to {ip}: it answers with net unreachable.',
  ),
  'route-refuses-at-router': cause(
    'ip_error',
    'the route to {ip} on {place} is one that refuses (blackhole, prohibit or unreachable).',
  ),
  'ttl-exceeded': cause('ip_forward', 'the TTL ran out at {place}.'),
  'mtu-exceeded-at-router': cause(
    'ip_forward',
    'the packet is larger than the next link of {place} allows, and may not be cut.',
  ),
  'netfilter-drop': cause('nf_hook_slow', 'a firewall rule of {place} drops the packet.'),
  'netfilter-reject': cause('reject_tg', 'a firewall rule of {place} rejects the packet.'),
  'echo-broadcast-ignored': cause(
    'icmp_echo',
    '{place} does not answer echo requests to broadcast addresses (icmp_echo_ignore_broadcasts).',
  ),
  'echo-ignored': cause('icmp_echo', '{place} does not answer echo requests (icmp_echo_ignore_all).'),
  'no-route-for-reply': cause('icmp_reply', 'the request arrives, but {place} has no route back to {ip}.'),
  'reply-to-self': cause(
    'icmp_reply',
    'the request arrives, but {ip}, to which the reply goes, is an own address of {place}.',
  ),
  'reply-too-late': cause('raw_local_deliver', 'the reply came to {place}, but by then ping had given up waiting.'),
  'device-down': cause('enqueue_to_backlog', '{place} is down, so it passes nothing on.'),
  'frame-too-long': cause(
    'is_skb_forwardable',
    'the frame is longer than the MTU of the interface behind {place} allows, and is dropped without a word.',
  ),
  'dummy-swallows': cause('dummy_xmit', '{place} is a dummy device: it swallows what it is given.'),
  'bridge-port-isolated': cause(
    'should_deliver',
    'both ports are isolated: the bridge at {place} passes nothing from one to the other.',
  ),
  'bridge-port-disabled': cause(
    'should_deliver',
    'a port of the bridge at {place} is not forwarding: it is down, without carrier, or blocked.',
  ),
  'bridge-no-hairpin': cause(
    'should_deliver',
    'the frame would have to leave by the port that it came in by, and hairpin is off at {place}.',
  ),
  'bridge-flood-off': cause('br_flood', 'the bridge does not know the address, and flooding is off at {place}.'),
  'bridge-vlan': cause('br_allowed_egress', 'the port {place} is not a member of the frame’s VLAN.'),
  'bridge-fdb-misled': cause(
    'br_fdb_find_rcu',
    'the forwarding table of the bridge sends the frame to {place}, where the machine is not.',
  ),
  'vlan-unknown': cause('vlan_do_receive', '{place} has no VLAN device for the frame’s tag.'),
  'macvlan-private': cause(
    'macvlan_handle_frame',
    '{place} is in private mode: broadcasts of one child never reach another.',
  ),
  'macvlan-source-list': cause('macvlan_forward_source', 'the sender is not on the list of sources of {place}.'),
  'vepa-not-reflected': cause(
    'macvlan_queue_xmit',
    'in vepa mode also what is for a sibling leaves by {place}, and nothing out there sends it back.',
  ),
  'ipvlan-private': cause(
    'ipvlan_queue_xmit',
    '{place} is in private mode: children of one parent do not reach each other.',
  ),
  'lower-device-apart': cause(
    'macvlan_queue_xmit',
    'a parent device and its children never hear each other: the frame left by {place}.',
  ),
  dropped: cause('', 'the packet was dropped at {place}.'),
  unanswered: cause('', 'no answer came back; the last that was seen of the packet was at {place}.'),
  refused: cause('', '{text}'),
} as const satisfies Record<string, CauseInfo>

export type CauseCode = keyof typeof CAUSES

/** The English sentence of a cause. */
export function causeText(code: CauseCode, params: Readonly<Record<string, string>>): string {
  return CAUSES[code].text.replace(/\{(\w+)\}/g, (whole, name: string) => params[name] ?? whole)
}
