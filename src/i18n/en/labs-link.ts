// Titles of the gallery's labs about links, ARP, bridges, VLANs and child interfaces, each with what it shows: [title, what it shows].
export const linkLabs = {
  'addr-same-subnet-two-nics': [
    'Two interfaces in one subnet',
    'The first route carries everything, and both interfaces answer ARP for both addresses.',
  ],
  'addr-secondary-and-remove': [
    'Secondary addresses',
    'A second address of the same subnet is secondary: remove the first, and it goes too, with the route.',
  ],
  'arp-announce': [
    'arp_announce: in whose name to ask',
    'An ARP request carries a sender address. 0 may use that of another interface, 1 and 2 take one of the interface itself.',
  ],
  'arp-basics': [
    'ARP from the first request to the last probe',
    'Request, answer, echo; then REACHABLE turns STALE, a packet makes it DELAY, and a probe makes it REACHABLE again.',
  ],
  'arp-duplicate-address-conflict': [
    'Two machines with one address',
    'Both answer. The first answer is used, and the second does not replace it within a second (locktime).',
  ],
  'arp-duplicate-address': [
    'Is this address free? arping -D',
    'A probe from 0.0.0.0 asks before an address is used: exit 1 when somebody answers.',
  ],
  'arp-gratuitous': [
    'Gratuitous ARP',
    'A machine announces itself: who has an entry updates it, who has none learns only with arp_accept=1.',
  ],
  'arp-ignore-2-and-8': [
    'arp_ignore 2 and 8',
    '2 answers only senders of the same subnet, 8 answers for nothing at all.',
  ],
  'arp-ignore': [
    'arp_ignore 0 and 1',
    '0 answers for any address of the machine, 1 only for those of the interface that was asked.',
  ],
  'arp-notify': [
    'arp-notify: tells everybody',
    'Switched on, an interface announces its addresses when it comes up and when its MAC address changes.',
  ],
  'arp-new-mac': [
    'A machine changes its MAC address',
    'The others go on sending to the old address until their entry is probed or updated.',
  ],
  'arp-probe-unanswered': [
    'A neighbour falls silent',
    'DELAY, three unicast probes, FAILED; the next packet starts again with broadcasts.',
  ],
  'arp-proxy-pneigh': [
    'Proxy ARP for one address: ip neigh add proxy',
    'The router answers for a single address that lives behind it, with proxy_arp left off.',
  ],
  'arp-proxy-pvlan': [
    'Proxy ARP on a private VLAN',
    'Two machines may not talk directly: with proxy_arp_pvlan the router answers for one towards the other and sends packets back where they came from.',
  ],
  'arp-static-wrong-mac': [
    'A permanent neighbour with the wrong MAC',
    'A PERMANENT entry is never asked for and never corrected: the frames go to nobody.',
  ],
  'arp-waiting-packets': [
    'Packets that wait for ARP',
    'Nobody answers for a second; then the machine appears, and all that waited is sent at once.',
  ],
  'bridge-address-from-lowest-port': [
    'Where a bridge gets its MAC from',
    'Without one of its own it takes the lowest of its ports, and changes when a lower one joins.',
  ],
  'bridge-basic-two-containers': [
    'Two containers on a bridge',
    'A bridge without any IP address learns where both are and forwards between them.',
  ],
  'bridge-docker-forward-drop': [
    'Docker: FORWARD policy DROP',
    'Without accept rules containers still reach each other (bridged) and the host, but nothing beyond it.',
  ],
  'bridge-docker-nat': [
    'Docker: bridge and masquerade',
    'docker0 is the gateway, and the host puts its own address on what leaves through eth0.',
  ],
  'bridge-docker-publish': [
    'Docker: a published port',
    'DNAT sends 192.168.3.101:8080 to port 80 of the container, and answers are translated back.',
  ],
  'bridge-fdb-ageing': [
    'A bridge forgets: ageing_time',
    'A learned entry ends after 2 s (300 s by default), and the next unicast is flooded again.',
  ],
  'bridge-fdb-learning-and-flush': [
    'A bridge learns: flooding, static entry, flush',
    'The first unicast to an unknown MAC goes out of every port; once learned, out of one.',
  ],
  'bridge-fdb-moves-with-mac': [
    'A MAC moves to another port',
    'The next frame from behind the other port moves the entry there.',
  ],
  'bridge-flood-and-learning-off': [
    'Bridge ports with learning or flooding off',
    'Without learning the bridge floods for ever; without flooding an unknown unicast never gets out there.',
  ],
  'bridge-hairpin-isolated': [
    'Hairpin on an isolated port',
    'An isolated port is isolated from itself too, so hairpin sends nothing back through it.',
  ],
  'bridge-hairpin': [
    'Hairpin: back through the same port',
    'Two machines behind one port can’t reach each other until the port may send frames back where they came from.',
  ],
  'bridge-ip-on-host': [
    'A bridge with an address',
    'With an address on br0 the host takes part in the network that it bridges.',
  ],
  'bridge-isolated-ports': [
    'Isolated ports',
    'Isolated ports exchange nothing with each other, only with ports that are not isolated.',
  ],
  'bridge-nat-to-neighbour': [
    'DNAT on a bridge',
    'A bridged packet gets another destination: the host asks for the new neighbour, then the bridge passes the frame on in its sender’s name.',
  ],
  'bridge-neigh-suppress': [
    'neigh_suppress',
    'The bridge answers ARP requests for the machine behind a quiet port itself, and floods only those that it cannot answer.',
  ],
  'bridge-port-down-forgets': [
    'A port goes down and is forgotten',
    'When a port loses its carrier the bridge drops what it had learned there.',
  ],
  'bridge-port-ip-swallowed': [
    'An address on a bridge port does not work',
    'The host asks through the port, but the answer goes to the bridge. Moved to the bridge, the address works.',
  ],
  'bridge-provider': [
    'A provider’s bridge',
    '802.1ad: the tags of customers are payload, the provider’s own tag comes outside, and only the trunk shows both.',
  ],
  'bridge-same-netns-arp-flux': [
    'ARP flux: both cable ends in one host',
    'Both ends of a veth and the bridge in one namespace: every interface answers for every address.',
  ],
  'bridge-same-netns-bridge-ip': [
    'ARP flux with an address on the bridge',
    'A machine outside pings the three addresses of one host: who answers, and with which MAC?',
  ],
  'bridge-same-netns-ping-from-port': [
    'ping -I from a bridge port',
    'The ARP answer comes back through the port, is handed to the bridge and never reaches the entry that waits.',
  ],
  'bridge-same-netns-reflecting-uplink': [
    'An uplink that reflects frames',
    'A promiscuous virtual network gives frames back to their sender: the bridge learns wrongly, and what worked stops.',
  ],
  'bridge-stp-two-bridges-loop': [
    'Spanning tree breaks a loop',
    'Two bridges joined by two cables: STP blocks one port, and the loop carries no storm.',
  ],
  'bridge-two-bridges': [
    'Two bridges and a cable between',
    'Each learns the machines on the far side behind the one port that leads there.',
  ],
  'bridge-vlan-filtering': [
    'VLANs on one bridge: vlan_filtering',
    'Ports of VLAN 10 and VLAN 20: only members of the same VLAN hear each other.',
  ],
  'bridge-vlan-trunk-router': [
    'Router on a stick',
    'A trunk port carries VLAN 10 and 20 with tags to a router, which routes between the two.',
  ],
  'bridge-vm-tap': [
    'Virtual machines on the LAN',
    'A bridge with the host’s NIC as a port makes one network of host, VMs and gateway.',
  ],
  'ipvlan-host-child-fix': [
    'ipvlan: let the host talk to the children',
    'A child in the host’s own namespace with a host route through it opens the way.',
  ],
  'ipvlan-l2-bridge': [
    'ipvlan L2, bridge',
    'Siblings talk inside the driver; parent and LAN see only the ARP broadcast. All share one MAC address.',
  ],
  'ipvlan-l2-outside-scope-link': [
    'ipvlan L2: default route without a gateway',
    'With “default dev ipvl1” the child asks the LAN for a public address, and nobody has it.',
  ],
  'ipvlan-l2-outside': [
    'ipvlan L2 to the LAN and beyond',
    'A neighbour is reached directly, a public address through the gateway.',
  ],
  'ipvlan-l2-private': [
    'ipvlan L2, private',
    'Siblings can’t talk, not even through a hairpin switch port; the LAN is reachable.',
  ],
  'ipvlan-l2-vepa-blocked': [
    'ipvlan L2, vepa: siblings cut off',
    'The broadcast arrives, but its answer leaves through the parent to the parent’s own MAC address and is lost.',
  ],
  'ipvlan-l2-vepa-hairpin': [
    'ipvlan L2, vepa with a hairpin switch',
    'The switch sends the frames back, and the siblings reach each other.',
  ],
  'ipvlan-l2-vepa-lan': [
    'ipvlan L2, vepa and the LAN',
    'Child and LAN reach each other in both directions; the sibling hears only the broadcast.',
  ],
  'ipvlan-l2-vepa-static-neigh': [
    'ipvlan L2, vepa: a static neighbour does not help',
    'The echo leaves the parent with its own MAC address as the target, and the switch drops it.',
  ],
  'ipvlan-l3-bridge': [
    'ipvlan L3, bridge',
    'No ARP at all (the interfaces are NOARP): siblings talk at the IP layer and the parent sees nothing.',
  ],
  'ipvlan-l3-iptables-bypassed': [
    'ipvlan L3 goes around iptables',
    'What comes in for a child never passes the INPUT chain of the host. Compare with L3s.',
  ],
  'ipvlan-l3-no-return-route': [
    'ipvlan L3 without a route back',
    'The request arrives; the answer goes to the default gateway and is lost.',
  ],
  'ipvlan-l3-return-route': [
    'ipvlan L3 with a route back',
    'One route to 192.168.9.0/24 by way of the parent, and ping works in both directions.',
  ],
  'ipvlan-l3-vepa-blocked': [
    'ipvlan L3, vepa: siblings cut off',
    'The packet for the sibling leaves by the parent’s default route and does not come back.',
  ],
  'ipvlan-l3-vepa-lan': [
    'ipvlan L3, vepa and the LAN',
    'The child reaches a machine of the LAN that has a route back.',
  ],
  'ipvlan-l3-vepa-nat-outside': [
    'ipvlan L3, vepa behind NAT',
    'A LAN machine translates source and destination (MASQUERADE and DNAT) on the way to a public address.',
  ],
  'ipvlan-l3-vepa-no-nat': [
    'ipvlan L3, vepa without NAT',
    'The public address gets the request, but its gateway has no route back to 192.168.9.0/24.',
  ],
  'ipvlan-l3-vepa-via-router': [
    'ipvlan L3, vepa by way of a router',
    'A router outside sends packets back: siblings reach each other, and each packet crosses the router twice.',
  ],
  'ipvlan-l3s': ['ipvlan L3s', 'Like L3, but the packets of the children pass the netfilter hooks of the host.'],
  'ipvlan-one-mode-per-parent': [
    'ipvlan: one mode for all children',
    'Adding a child in L3 mode turns the others into L3 too; an address can be used once per parent.',
  ],
  'ipvlan-parent-down': [
    'ipvlan: the parent goes down',
    'What becomes of the children when it goes down and up again.',
  ],
  'ipvlan-parent-unreachable': [
    'ipvlan: host and children can’t talk',
    'The host can’t reach the children of its own NIC, nor they the host.',
  ],
  'ipvlan-rules': [
    'ipvlan: what is allowed',
    'One mode and flag for all, refusals, the shared MAC address, and addresses that are taken.',
  ],
  'macvlan-bridge-lan-and-gateway': [
    'macvlan bridge: LAN and gateway',
    'A child in the LAN’s own subnet: a neighbour directly, everything else through the gateway.',
  ],
  'macvlan-bridge-on-nic': [
    'macvlan bridge: two children on a NIC',
    'The parent passes unicast between them; the other machine on the LAN sees only the ARP broadcast.',
  ],
  'macvlan-host-child-fix': [
    'macvlan: let the host talk to the children',
    'A child for the host itself with a host route through it opens the way.',
  ],
  'macvlan-parent-down': [
    'macvlan: the parent goes down',
    'The state of the children is bound to the parent: they lose their carrier.',
  ],
  'macvlan-parent-unreachable': [
    'macvlan: host and children can’t talk',
    'The LAN reaches both, but the host can’t reach the children of its own NIC.',
  ],
  'macvlan-passthru-rules': [
    'macvlan passthru: what is allowed',
    'Alone on its parent, one address for both; the parent gets its own back.',
  ],
  'macvlan-passthru': [
    'macvlan passthru',
    'The only child takes the MAC address of its parent; a second child is refused.',
  ],
  'macvlan-private-blocked': [
    'macvlan private: siblings cut off',
    'The hairpin bridge returns the broadcast and the parent drops it; the child on the other parent gets it.',
  ],
  'macvlan-private-external': [
    'macvlan private to the host and the LAN',
    'With an address and routes on the bridge, a private child reaches the host and another machine.',
  ],
  'macvlan-private-static-neigh': [
    'macvlan private with static neighbours',
    'Private blocks only broadcasts between siblings: without ARP, ping works through the hairpin bridge.',
  ],
  'macvlan-rules': [
    'macvlan: what is allowed',
    'What is refused to a child and when, what the parent listens to for it, and how it follows its parent.',
  ],
  'macvlan-source-mode': [
    'macvlan source mode',
    'The child gets a copy of all that one source MAC address sends, and nothing else.',
  ],
  'macvlan-vepa-cross-parent': [
    'macvlan vepa: across two parents',
    'A ping from one parent’s child to the other’s crosses the bridge; the VLAN interface sees untagged frames.',
  ],
  'macvlan-vepa-no-hairpin': [
    'macvlan vepa without hairpin',
    'The bridge does not send a frame back through the port it came from: siblings can’t talk.',
  ],
  'macvlan-vepa-vlan-hairpin': [
    'macvlan vepa on a VLAN with hairpin',
    'Siblings reach each other: every frame passes the bridge port twice, with its tag. VLAN 12 sees nothing.',
  ],
} as const
