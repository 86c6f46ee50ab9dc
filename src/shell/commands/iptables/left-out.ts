/** What iptables has on Linux and the lab leaves out: it is refused by name. */

/** Matches that Linux has and the lab leaves out. */
export const UNMODELLED_MATCHES: ReadonlySet<string> = new Set([
  'bpf',
  'cgroup',
  'cluster',
  'connlabel',
  'cpu',
  'dccp',
  'devgroup',
  'esp',
  'helper',
  'ipvs',
  'nfacct',
  'osf',
  'policy',
  'realm',
  'sctp',
  'set',
  'socket',
  'time',
])

/** Options of the matches and targets above that Linux has and the lab leaves out. */
export const UNMODELLED_OPTIONS: ReadonlySet<string> = new Set([
  'zone',
  'zone-orig',
  'zone-reply',
  'helper',
  'ctevents',
  'expevents',
  'timeout',
])

/** Targets that Linux has and the lab leaves out. */
export const UNMODELLED_TARGETS: ReadonlySet<string> = new Set([
  'CONNSECMARK',
  'ECN',
  'HL',
  'HMARK',
  'IDLETIMER',
  'LED',
  'QUEUE',
  'RATEEST',
  'SECMARK',
  'SET',
  'SYNPROXY',
  'TCPOPTSTRIP',
  'TEE',
  'TPROXY',
  'ULOG',
])

/** What to write in the place of what is left out, where there is something. */
const INSTEAD: Readonly<Record<string, string>> = {
  set: 'Write the addresses into rules one by one, or a range of them with -m iprange.',
  time: 'The lab’s clock starts at midnight of 1 January 1970: add and delete the rule by hand.',
  socket: 'Ask who sent a packet with -m owner, or whether it is for this machine with -m addrtype.',
  bpf: 'Write the same with the matches of iptables.',
  realm: 'Ask for the addresses that the route is for.',
  devgroup: 'Name the interfaces with -i and -o; a + at the end stands for any rest.',
  helper: 'There are no helpers of conntrack: allow the ports.',
  policy: 'There is no IPsec here.',
  ipvs: 'There is no IPVS here.',
  TEE: 'Watch the packet with tcpdump.',
  TPROXY: 'Send it to this machine with -t nat -j REDIRECT.',
  SET: 'Remember addresses with -m recent --set.',
  HMARK: 'Set a mark with -j MARK.',
  ULOG: 'Use -j LOG or -j NFLOG.',
  QUEUE: 'Use -j NFQUEUE.',
  SYNPROXY: 'Limit what is new with -m connlimit or -m hashlimit.',
  RATEEST: 'Limit a rate with -m limit or -m hashlimit.',
}

/** What is said of an extension that is left out. */
export function leftOutText(option: '-m' | '-j', name: string): string {
  const instead = INSTEAD[name]
  return `${option} ${name} is not part of vethlab.${instead === undefined ? '' : ` ${instead}`}`
}
