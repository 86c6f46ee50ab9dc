// Titles of the gallery's labs about addresses, routes, NAT, sockets, whole machines, each with what it shows: [title, what it shows].
export const networkLabs = {
  'calico-no-default-route': [
    'Calico: no default route',
    'hostA can’t route 169.254.1.1, so its proxy ARP stays silent and the container finds no gateway.',
  ],
  'calico-no-proxy-arp': [
    'Calico: no proxy ARP',
    'With proxy_arp off nobody answers for the gateway 169.254.1.1, and ping fails.',
  ],
  'calico-proxy-arp': [
    'Calico: proxy ARP',
    'The gateway 169.254.1.1 exists nowhere: the host end of the veth answers for it, and two containers on two hosts talk.',
  ],
  'calico-slash32': [
    'Calico: containers with /32 addresses',
    'As real Calico gives them: everything goes by way of 169.254.1.1, and hostA masquerades what leaves the cluster.',
  ],
  'dummy-and-loopback-addresses': [
    'Addresses on lo and on a dummy',
    'A machine reaches its own through lo, others through any interface; 127.0.0.0/8 stays at home.',
  ],
  'iptables-drop-reject': [
    'iptables: DROP and REJECT',
    'DROP is silence, REJECT answers; a rule in FORWARD does not concern the machine itself.',
  ],
  'iptables-local-input-output': [
    'iptables: INPUT and OUTPUT',
    'Rules on the machine itself. OUTPUT DROP strikes before the packet even waits for ARP.',
  ],
  'l3bridge-00-network-is-down': [
    'Routed bridges 0: the network is down',
    'A route through an interface that is still down is refused: “Network is down”.',
  ],
  'l3bridge-01-no-source-ip': [
    'Routed bridges 1: no source address',
    'A machine without an address pings: ARP is answered, but a packet from 0.0.0.0 gets no answer.',
  ],
  'l3bridge-02-proxy-arp-without-source-ip': [
    'Routed bridges 2: proxy ARP needs a sender',
    'proxy_arp does not answer a request that comes from 0.0.0.0, wherever it is set.',
  ],
  'l3bridge-03-bridge-ip-32': [
    'Routed bridges 3: a /32 on the bridge',
    'The bridge answers ARP for it, but the machine without an address still gets no echo.',
  ],
  'l3bridge-04-source-not-routed': [
    'Routed bridges 4: the source comes the wrong way',
    'The host would reach 192.168.1.6 through the other bridge: with rp_filter=1 it answers neither echo nor ARP.',
  ],
  'l3bridge-05-host-route-back': [
    'Routed bridges 5: a host route back',
    'A route to 192.168.1.6 through vmbr0 makes the source valid: ARP and ping are answered.',
  ],
  'l3bridge-06-ping-other-bridge-ip': [
    'Routed bridges 6: the other bridge’s address',
    'The address of nat0 answers through vmbr0; nat0 itself sees no frame.',
  ],
  'l3bridge-07-tcp-nc-hello': [
    'Routed bridges 7: hello over TCP',
    'TCP to the address of nat0 through vmbr0: hello, then both sides close.',
  ],
  'l3bridge-08-proxy-arp-one-side': [
    'Routed bridges 8: proxy ARP on one side',
    'The request gets across, but the other machine asks for 192.168.1.6 in vain, so nothing comes back.',
  ],
  'l3bridge-09-proxy-arp-both-sides': [
    'Routed bridges 9: proxy ARP on both sides',
    'Now both machines find each other, and ping works across the two bridges.',
  ],
  'l3bridge-10-third-node-no-host-route': [
    'Routed bridges 10: a third machine',
    'It needs no host route: proxy_arp answers for whatever the host can route.',
  ],
  'l3bridge-11-direct-slash0-masquerade': [
    'Routed bridges 11: the whole world by ARP',
    'With “default dev eth0” every address is asked for; vmbr0 answers for all, and the host masquerades.',
  ],
  'l3bridge-12-proxy-arp-off': [
    'Routed bridges 12: proxy ARP off again',
    'The host answers for its own addresses, nobody for the machine behind the other bridge.',
  ],
  'l3bridge-13-tcp-across-bridges': [
    'Routed bridges 13: TCP across',
    'The host routes the connection; each end sees the MAC address of its own bridge.',
  ],
  'link-carrier-told-late': [
    'A carrier that comes and goes',
    'Frames stop at once; operational states and routes follow at most once a second, as the kernel’s link watch tells of them.',
  ],
  'link-down-default-route-lost': [
    'Down and up: the default route is lost',
    'The connected route returns by itself, the default route does not.',
  ],
  'link-down-mid-way': [
    'The far end of a cable goes down',
    'Carrier is lost, the route stays (linkdown) and packets go nowhere; up again, ping works.',
  ],
  'link-move-netns': ['Moving an interface to another namespace', 'It arrives down, without its addresses and routes.'],
  'link-own-end-down': [
    'The own end of a cable goes down',
    'Its routes and neighbours are gone; up again, the connected route is back.',
  ],
  'lo-down': [
    'lo is down',
    'A machine can’t even reach its own addresses, nor hear its own “Destination Host Unreachable”.',
  ],
  'nat-conntrack-icmp-id': [
    'conntrack: two pings, one id',
    'Two machines ping one target with the same ICMP id through one address: the second gets another id.',
  ],
  'nat-snat-dnat-udp': [
    'SNAT and DNAT for UDP',
    'Out through SNAT and in through DNAT; the answers are translated back.',
  ],
  'neigh-deleted-while-asked': [
    'A neighbour deleted while asked for',
    'What waits for the entry gets its error at once.',
  ],
  'neigh-two-timers-at-once': [
    'Two probes in one tick',
    'Two routers probe one host at the same tick: the timer set last fires first.',
  ],
  'neigh-failed-host-unreachable': [
    'Nobody has the address',
    'Three requests a second apart, FAILED, and “Destination Host Unreachable” for every packet that waited.',
  ],
  'route-blackhole-prohibit-unreachable': [
    'blackhole, prohibit, unreachable',
    'On a router blackhole is silent, while prohibit and unreachable answer; on the machine itself all three refuse.',
  ],
  'route-broadcast-ping': [
    'Ping to the broadcast address',
    'By default nobody answers; with icmp_echo_ignore_broadcasts=0 one machine does.',
  ],
  'route-forward-off': [
    'A router that does not forward',
    'With ip_forward=0 what is not for itself is dropped without a word; switched on, it forwards.',
  ],
  'route-forward-ttl-exceeded': [
    'TTL and traceroute',
    'The time to live runs out on the way, and each router answers in turn: with UDP and with ICMP.',
  ],
  'route-mtu-lock-and-no-pmtu-disc': [
    'No path MTU discovery',
    'A locked MTU and ip_no_pmtu_disc send packets without DF: routers cut them instead of refusing.',
  ],
  'route-frag-needed-mtu': [
    'A smaller MTU on the way',
    'With “don’t fragment” the router answers “Frag needed” and the sender remembers; without it, packets are cut.',
  ],
  'route-gateway-onlink': [
    'A gateway outside the own subnet',
    'Refused as it is; accepted with a host route to it, or with “onlink”.',
  ],
  'route-icmp-redirect': [
    'ICMP redirect',
    'The gateway sends a packet on through a neighbour of the sender and says so: the next one goes there at once.',
  ],
  'route-local-weak-host': [
    'The address of the other interface',
    'A machine that does not forward answers for the address of its other side: Linux is a weak host.',
  ],
  'route-longest-prefix-and-metric': [
    'Which route wins',
    'The longest prefix, then the lowest metric; when that route goes, the next one is used.',
  ],
  'route-martian-source': [
    'Martian source',
    'A packet whose source is the receiver’s own address is answered neither by ARP nor by ping, until accept_local=1.',
  ],
  'route-nexthop-objects': [
    'ip nexthop: next hops with a number',
    'Routes name a next hop by its number: they follow when it is replaced, and go with it when its cable does.',
  ],
  'route-no-route': ['No route', 'The sender itself refuses at once; a router answers “Destination Net Unreachable”.'],
  'route-policy-by-content': [
    'Policy routing by protocol and port',
    'Rules that look at what a packet carries, and rules that jump: ping and traceroute leave by different routers.',
  ],
  'route-policy-rule-and-tables': [
    'Policy routing',
    'A rule by source address sends one of two senders through another gateway.',
  ],
  'route-rp-filter': [
    'rp_filter: loose and strict',
    'A packet comes in where its source is not routed: loose accepts it, strict drops it.',
  ],
  'ping-verbose': [
    'ping -v: sockets and identifiers',
    'What ping opened, which family it chose, and the identifier by which it knows its own answers.',
  ],
  'tools-odd-words': [
    'What tools say in rare cases',
    'Renaming what is up, routes by loopback and to groups, a traceroute that begins at hop 2.',
  ],
  'route-two-routers': [
    'Two routers between two machines',
    'Every hop resolves its own neighbour: MAC addresses change, IP addresses stay, the TTL falls by two.',
  ],
  'tcp-closed-port-rst': ['TCP to a closed port', 'SYN, RST: “Connection refused”.'],
  'tcp-hello': ['TCP: handshake, hello, close', 'A whole connection between two neighbours, segment by segment.'],
  'udp-closed-port-unreachable': ['UDP to a closed port', 'The answer is an ICMP port unreachable.'],
  'udp-nc-hello': ['UDP: one datagram', 'To an open port, without an answer; it waits for ARP like any other packet.'],
  'veth-one-end-down': ['Only one end of the cable is up', 'NO-CARRIER, and the packets wait in vain.'],
  'vlan-basic': [
    'A VLAN on a cable',
    'Tagged on the wire, untagged on the VLAN interface; the untagged network lives beside it.',
  ],
  'vlan-parent-down': [
    'VLAN: the parent goes down',
    'The VLAN interface follows. Up again, it has its carrier and route, but the default route is lost.',
  ],
  'vlan-qinq': [
    'QinQ: a VLAN in a VLAN',
    '802.1ad outside, 802.1Q inside: two tags on the wire, one on the outer VLAN interface.',
  ],
  'vlan-rules': [
    'VLAN: what is allowed',
    'What a VLAN interface takes from its parent, when it is refused, and how it follows it.',
  ],
  'vlan-unknown-vid': ['VLAN ids that do not match', 'The frames arrive with a tag that nobody there wants.'],
} as const
