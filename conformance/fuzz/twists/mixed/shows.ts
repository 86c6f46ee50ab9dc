/** Tables in the forms that scripts read: JSON, one line each, counters, files of /proc and /sys, settings by name. */
import { bridge, confKey, ip, neighKey, ping, run } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import type { LabPlan } from '../../plan.ts'
import { udp } from '../wide/words.ts'

export const SHOW_TWISTS: readonly Twist[] = [
  { name: 'json-tables', apply: json },
  { name: 'link-counters', apply: counters },
  { name: 'files-of-the-kernel', apply: files },
  { name: 'settings-by-name', apply: settings },
  { name: 'small-objects', apply: smallObjects },
]

function json(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const shows = [
    '-j addr',
    `-j addr show ${to.dev}`,
    '-j -d link',
    '-j route',
    '-j -p route show table all',
    '-j rule',
    '-j neigh',
    '-j -br addr',
    '-j -br link',
    `-j route get ${from.address}`,
    '-j -p addr show lo',
    '-j netns',
  ]
  const [one] = lab.bridges
  lab.group(
    ping(from.ns, to.address),
    ...draw
      .shuffle(shows)
      .slice(0, 3)
      .map((show) => ip(to.ns, show)),
    ...(one === undefined ? [] : [bridge(one.ns, draw.pick(['-j link', '-j vlan', '-j -d link']))]),
  )
}

/** What an interface has sent and received. */
function counters(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const { ns, dev } = draw.pick([from, to])
  const shows = [
    ip(ns, `-s link show ${dev}`),
    run(ns, `ifconfig ${dev}`),
    run(ns, 'ifconfig -s'),
    run(ns, 'cat /proc/net/dev'),
    run(ns, `cat /sys/class/net/${dev}/statistics/rx_packets`),
    run(ns, `cat /sys/class/net/${dev}/statistics/tx_bytes`),
    ip(ns, `-s -s link show ${dev}`),
    ip(ns, '-s link show lo'),
  ]
  const [first = '', second = ''] = draw.shuffle(shows)
  lab.group(
    ping(from.ns, to.address),
    first,
    draw.pick([udp(from.ns, to.address, 5000), ping(from.ns, to.address, '-s 3000'), ping(ns, '127.0.0.1')]),
    second,
  )
}

function files(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const conf = (name: string): string => `/proc/sys/net/ipv4/${confKey(from.dev, name).replaceAll('.', '/')}`
  const net = `/sys/class/net/${from.dev}`
  const names = [
    '/proc/net/route',
    '/proc/net/arp',
    '/proc/net/arp',
    `${net}/mtu`,
    `${net}/operstate`,
    `${net}/carrier`,
    `${net}/flags`,
    `${net}/tx_queue_len`,
    `${net}/address`,
    `${net}/type`,
    `${net}/speed`,
    `${net}/ifalias`,
    ...(/\./.test(from.dev) ? [] : [conf('forwarding'), conf('rp_filter'), conf('arp_ignore')]),
    '/proc/sys/net/ipv4/ip_forward',
    '/proc/sys/net/ipv4/ip_local_port_range',
  ]
  const [one = '', two = '', three = ''] = draw.shuffle(names)
  lab.group(
    ping(from.ns, to.address),
    run(from.ns, `cat ${one}`),
    run(from.ns, `cat ${two}`),
    draw.pick([
      ip(from.ns, `link set ${from.dev} down`),
      ip(to.ns, `link set ${to.dev} down`),
      ip(from.ns, `neigh flush dev ${from.dev}`),
      ip(from.ns, `link set ${from.dev} alias word`),
    ]),
    run(from.ns, `cat ${three}`),
    run(from.ns, `cat ${one}`),
  )
}

function settings(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const conf = (name: string): string => `net.ipv4.${confKey(from.dev, name)}`
  const neigh = (name: string): string => `net.ipv4.${neighKey(from.dev, name)}`
  const words = [
    `-n ${conf('forwarding')}`,
    `${conf('arp_ignore')}=9`,
    `-w ${conf('arp_ignore')}=-1`,
    `-w ${conf('rp_filter')}=7`,
    `-w ${conf('nosuch')}=1`,
    `-w ${neigh('gc_stale_time')}=-5`,
    `-w ${neigh('base_reachable_time')}=20`,
    `-w ${neigh('retrans_time')}=50`,
    neigh('base_reachable_time_ms'),
    neigh('retrans_time_ms'),
    `-w net.ipv4.ip_default_ttl=0`,
    `-w net.ipv4.ip_default_ttl=256`,
    `-w net.ipv4.ip_default_ttl=33`,
    `-w net.ipv4.ip_local_port_range='40000 40100'`,
    'net.ipv4.ip_local_port_range',
    `-w net.ipv4.conf.all.arp_filter=yes`,
    `-w net.ipv4.conf.default.rp_filter=1`,
    `-e -w net.ipv4.nosuch=1`,
    '-q -w net.ipv4.ip_forward=1',
    'net.ipv4.conf.lo.forwarding',
    `-b net.ipv4.ip_forward`,
    'net.ipv4.icmp_ratelimit net.ipv4.icmp_ratemask',
    'net.ipv4.tcp_syn_retries',
    '-w net.ipv4.icmp_echo_ignore_all=1',
    '-w net.ipv4.icmp_echo_ignore_all=0x10',
    '-N net.ipv4.ip_forward',
  ]
  lab.group(
    ...draw
      .shuffle(words)
      .slice(0, 5)
      .map((word) => run(draw.pick([from.ns, to.ns, from.ns]), `sysctl ${word}`)),
    ping(from.ns, to.address),
  )
}

function smallObjects(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const shows = [
    'maddr',
    `maddr show dev ${from.dev}`,
    `netconf show dev ${from.dev}`,
    'netconf',
    'addr show permanent',
    'addr show dynamic',
    `maddr add 01:00:5e:00:00:42 dev ${from.dev}`,
    `maddr del 01:00:5e:00:00:42 dev ${from.dev}`,
    `ntable change name arp_cache dev ${from.dev} queue 4`,
    'netns list-id',
    'netns identify self',
    'route show table local type broadcast',
    'link show type veth',
    'addr show up',
    'addr show scope host',
    'addr show type veth',
    '-o -d link',
    '-br -br link',
    '-4 -o addr',
    '-6 route',
    'tunnel',
    'mroute',
    'neighbour',
    'r',
    'a s lo',
    'l sh lo',
    'nosuch',
  ]
  lab.group(
    ...draw
      .shuffle(shows)
      .slice(0, 5)
      .map((show) => ip(from.ns, show)),
    ping(from.ns, to.address),
  )
}
