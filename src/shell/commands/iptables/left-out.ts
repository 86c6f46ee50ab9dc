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
  'ecn',
  'esp',
  'hashlimit',
  'helper',
  'ipvs',
  'nfacct',
  'osf',
  'policy',
  'realm',
  'rpfilter',
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
  'AUDIT',
  'CHECKSUM',
  'CLASSIFY',
  'CONNSECMARK',
  'ECN',
  'HL',
  'HMARK',
  'IDLETIMER',
  'LED',
  'NFLOG',
  'NFQUEUE',
  'QUEUE',
  'RATEEST',
  'SECMARK',
  'SET',
  'SYNPROXY',
  'TCPOPTSTRIP',
  'TEE',
  'TPROXY',
  'TRACE',
  'ULOG',
])
