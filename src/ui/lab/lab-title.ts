// What to call a lab that has no `#%% title`.
import type { LabDocument } from '../../lab/document.ts'
import { t } from '../../i18n/i18n.ts'
import { labTextsAtHand } from '../../i18n/lab-texts.ts'
import type { LabOrigin } from '../stores/lab-store.ts'

/** Names that are written in capitals, or as Linux writes them. */
const SPELLING: Readonly<Record<string, string>> = {
  addr: 'Addresses:',
  arp: 'ARP:',
  bridge: 'Bridge:',
  calico: 'Calico:',
  ipvlan: 'ipvlan:',
  l3bridge: 'Bridge at layer 3:',
  link: 'Link:',
  macvlan: 'macvlan:',
  nat: 'NAT:',
  neigh: 'Neighbours:',
  route: 'Routes:',
  tcp: 'TCP:',
  udp: 'UDP:',
  veth: 'veth:',
  vlan: 'VLAN:',
}

const WORDS: Readonly<Record<string, string>> = {
  arp: 'ARP',
  fdb: 'FDB',
  icmp: 'ICMP',
  id: 'ID',
  ip: 'IP',
  l2: 'L2',
  l3: 'L3',
  l3s: 'L3S',
  lan: 'LAN',
  mac: 'MAC',
  mtu: 'MTU',
  nat: 'NAT',
  netns: 'namespace',
  nic: 'NIC',
  nics: 'NICs',
  pvlan: 'PVLAN',
  rst: 'RST',
  snat: 'SNAT',
  dnat: 'DNAT',
  stp: 'STP',
  tcp: 'TCP',
  ttl: 'TTL',
  udp: 'UDP',
  vepa: 'VEPA',
  vid: 'VLAN ID',
  vlan: 'VLAN',
  vm: 'VM',
  qinq: 'QinQ',
}

/** "calico-proxy-arp" reads "Calico: proxy ARP". Technical words stay as they are in every language. */
export function titleOfName(name: string): string {
  const [first = '', ...rest] = name.replace(/\.sh$/, '').split(/[-_\s]+/)
  const head = SPELLING[first] ?? WORDS[first] ?? first.charAt(0).toUpperCase() + first.slice(1)
  return [head, ...rest.map((word) => WORDS[word] ?? word)].join(' ')
}

const TITLE_LIMIT = 64

/** The title of a lab without its own: what the gallery calls it, its file's name, else the beginning of its description, else where it came from. */
export function labTitle(origin: LabOrigin, { description }: LabDocument): string {
  const inGallery = origin.kind === 'gallery' ? labTextsAtHand()?.[origin.name] : undefined
  if (inGallery !== undefined) return inGallery[0]
  if (origin.name !== '') return titleOfName(origin.name)
  // A full stop inside an address ends no sentence.
  const [sentence = ''] = description.split(/[.:;](?=\s|$)|\n/)
  if (sentence.length < 4) return t(`origin.${origin.kind}`)
  return sentence.length <= TITLE_LIMIT ? sentence : `${sentence.slice(0, TITLE_LIMIT).replace(/\s\S*$/, '')} …`
}
