/** The words that Tab offers behind the commands of iproute2 and their like. Full words: that abbreviations work is no reason to teach them. */

const ADDRESS = ['dev', 'peer', 'broadcast', 'scope', 'label', 'noprefixroute', 'metric']
const ROUTE = ['default', 'via', 'dev', 'src', 'metric', 'table', 'proto', 'scope', 'onlink', 'nexthop', 'mtu', 'to']
const ROUTE_TYPES = ['blackhole', 'unreachable', 'prohibit', 'local', 'broadcast', 'unicast']
const NEIGHBOUR = ['dev', 'lladdr', 'nud', 'proxy']
const RULE = ['from', 'to', 'table', 'lookup', 'iif', 'oif', 'fwmark', 'priority', 'tos', 'blackhole', 'prohibit']
const FDB = ['dev', 'self', 'master', 'local', 'static', 'dynamic', 'vlan', 'br', 'brport']
const VLAN = ['dev', 'vid', 'pvid', 'untagged', 'self', 'master']
const PORT = 'dev cost priority state hairpin learning flood mcast_flood bcast_flood isolated guard root_block'.split(
  ' ',
)
const LINK_SET =
  'up down mtu address name alias master nomaster netns promisc arp multicast allmulticast carrier type dev'.split(' ')

/** Two-word commands: by the program and its object, the verbs; by those three, the words behind them. */
export const OBJECT_COMMANDS: Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>>
> = {
  ip: {
    address: {
      add: ADDRESS,
      delete: ADDRESS,
      replace: ADDRESS,
      show: ['dev', 'up', 'scope', 'to'],
      flush: ['dev', 'scope'],
    },
    link: {
      add: ['link', 'name', 'type', 'address', 'mtu', 'netns', 'up'],
      set: LINK_SET,
      show: ['dev', 'up', 'master', 'type'],
      delete: ['dev', 'type'],
    },
    route: {
      add: [...ROUTE, ...ROUTE_TYPES],
      delete: [...ROUTE, ...ROUTE_TYPES],
      replace: [...ROUTE, ...ROUTE_TYPES],
      change: ROUTE,
      append: ROUTE,
      show: ['table', 'dev', 'via', 'proto', 'scope', 'match', 'exact', 'root'],
      get: ['from', 'iif', 'oif', 'mark', 'tos'],
      flush: ['table', 'dev', 'cache', 'proto', 'scope'],
    },
    rule: { add: RULE, delete: RULE, show: [], flush: [] },
    neighbour: {
      add: NEIGHBOUR,
      delete: NEIGHBOUR,
      replace: NEIGHBOUR,
      change: NEIGHBOUR,
      show: ['dev', 'nud', 'proxy'],
      flush: ['dev', 'nud'],
      get: ['dev'],
    },
    netns: { list: [], add: [], delete: [], exec: [], identify: [] },
  },
  bridge: {
    link: { show: ['dev'], set: PORT },
    fdb: {
      show: ['dev', 'br', 'brport', 'vlan', 'dynamic'],
      add: FDB,
      append: FDB,
      replace: FDB,
      delete: FDB,
      flush: ['dev'],
    },
    vlan: { show: ['dev'], add: VLAN, delete: VLAN, set: VLAN },
  },
}

/** Verbs and objects by the short forms that people write. */
export const FULL_WORDS: Readonly<Record<string, string>> = {
  a: 'address',
  addr: 'address',
  del: 'delete',
  l: 'link',
  ls: 'show',
  list: 'show',
  n: 'neighbour',
  neigh: 'neighbour',
  neighbor: 'neighbour',
  r: 'route',
  ru: 'rule',
  sh: 'show',
}

/** Words of one program whose first argument is a verb. */
export const VERB_COMMANDS: Readonly<Record<string, readonly string[]>> = {
  brctl: ['addbr', 'addif', 'delbr', 'delif', 'hairpin', 'setageing', 'setfd', 'show', 'showmacs', 'showstp', 'stp'],
}

/** What a value may be, by the word before it. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  type: ['bridge', 'dummy', 'ipvlan', 'macvlan', 'veth', 'vlan'],
  mode: ['bridge', 'l2', 'l3', 'l3s', 'passthru', 'private', 'source', 'vepa'],
  nud: ['permanent', 'noarp', 'reachable', 'stale', 'failed', 'delay', 'probe', 'incomplete'],
  scope: ['global', 'link', 'host'],
  table: ['main', 'local', 'default'],
  promisc: ['on', 'off'],
  arp: ['on', 'off'],
  multicast: ['on', 'off'],
}

/** After these words stands an interface. */
export const BEFORE_DEVICE: ReadonlySet<string> = new Set([
  'dev',
  'master',
  'iif',
  'oif',
  'br',
  'brport',
  '-I',
  '-i',
  '-o',
])
/** After these words stands a namespace. */
export const BEFORE_NETNS: ReadonlySet<string> = new Set(['netns', 'exec', '-n', '-netns'])
