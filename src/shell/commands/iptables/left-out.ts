/** What iptables has on Linux and the lab leaves out: it is refused by name. */

/** Matches that Linux has and the lab leaves out. */
export const UNMODELLED_MATCHES: ReadonlySet<string> = new Set([
  'bpf',
  'cgroup',
  'cluster',
  'connbytes',
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
  'u32',
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
