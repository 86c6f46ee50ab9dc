// What the marks of an interface mean, one sentence each. What the words in braces stand for is told by the mark.
export const mark = {
  'macvlan-private':
    'private: reaches the outside through its parent; broadcasts of its siblings never reach it, not even from a switch that reflects them.',
  'macvlan-vepa':
    'vepa: all that it sends leaves through the parent, also what is for a sibling; only a switch that reflects (hairpin) brings that back.',
  'macvlan-bridge':
    'bridge: the parent hands frames from sibling to sibling by itself; the outside sees only broadcasts.',
  'macvlan-passthru': 'passthru: the only child; it has the whole parent and its MAC address.',
  'macvlan-source': 'source: receives only what comes from the MAC addresses on its list: {{list}}.',
  'ipvlan-l2':
    'l2: shares the MAC address of its parent, asks and answers by ARP; the parent tells its children apart by IP address.',
  'ipvlan-l3': 'l3: shares the MAC address of its parent, whose namespace routes for it; no ARP, no broadcasts.',
  'ipvlan-l3s': 'l3s: as l3, and its packets pass the firewall of the parent’s namespace.',
  'ipvlan-flag-private': 'private: children of this parent never reach each other.',
  'ipvlan-flag-vepa':
    'vepa: what is for a sibling leaves through the parent too; only what comes back from outside arrives.',
  vlan: 'VLAN {{id}}: takes the frames with this tag (802.1Q) from its parent, and tags what it sends.',
  'vlan-ad': 'VLAN {{id}} of the outer kind (802.1ad): its frames may carry a second tag inside.',
  'no-carrier': 'Up, but without carrier: the other end or the parent is down.',
  noarp: 'NOARP: asks for no MAC address and answers for none.',
  'noarp-l3': 'NOARP: at layer 3 there is no neighbour to ask for.',
  promisc: 'Promiscuous: takes frames for other MAC addresses too (wished {{count}} times).',
  allmulti: 'Takes all multicast frames.',
  mtu: 'mtu: packets of more than {{mtu}} bytes are cut or refused.',
  'vlan-filtering': 'vlan_filtering: a frame leaves only by ports that are members of its VLAN.',
  stp: 'Spanning tree: bridges agree on ports to block, so that no frame runs in circles.',
  'port-state': 'Spanning tree state {{state}}: this port passes no frames on.',
  hairpin: 'hairpin: a frame may leave by the port that it came in by.',
  isolated: 'isolated: exchanges no frames with other isolated ports.',
  'learning-off': 'learning off: the bridge does not note who lives behind this port.',
  'flood-off': 'flood off: frames for unknown MAC addresses are not sent out here.',
  'mcast-flood-off': 'mcast_flood off: multicast that nobody asked for is not sent out here.',
  'bcast-flood-off': 'bcast_flood off: broadcasts are not sent out here.',
  locked: 'locked: takes frames only from senders that the forwarding database has on this port.',
  'neigh-suppress': 'neigh_suppress: ARP requests that the bridge can answer itself are not sent out here.',
  firewall: 'The firewall has rules, {{rules}} in all: the inspector lists them with their counters.',
  guard: 'guard: a spanning tree message that comes in here blocks the port.',
  'root-block': 'root_block: the root of the spanning tree may not lie behind this port.',
  pvid: 'pvid: what comes in without a tag belongs to VLAN {{ids}}.',
  untagged: 'untagged: frames of VLAN {{ids}} leave without a tag.',
  tagged: 'tagged: frames of VLAN {{ids}} leave with their tag.',
}
