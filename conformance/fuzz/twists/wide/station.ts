/** What one machine on a LAN does: the timers of its neighbours, the ARP that it believes, and its addresses. */
import { arping, confKey, ip, neighKey, ping, run, sysctl } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import { addressNear, broadcastOf } from '../../plan.ts'
import type { Host, LabPlan } from '../../plan.ts'
import { pings, someOf, udp } from './words.ts'

export const STATION_TWISTS: readonly Twist[] = [
  { name: 'neigh-timers', apply: timers },
  { name: 'neigh-reachable', apply: reachable },
  { name: 'neigh-locktime', apply: locktime },
  { name: 'neigh-queue', apply: queue },
  { name: 'neigh-edit', apply: edit },
  { name: 'neigh-multicast', apply: groupNeighbour },
  { name: 'arp-gratuitous-dropped', apply: dropGratuitous },
  { name: 'arp-evict', apply: evict },
  { name: 'arp-scopes', apply: scopes },
  { name: 'address-lifetime', apply: lifetime },
  { name: 'address-options', apply: addressOptions },
  { name: 'address-flush', apply: flush },
  { name: 'address-peer', apply: peer },
  { name: 'reverse-path', apply: reversePath },
  { name: 'ping-words', apply: pingWords },
  { name: 'arping-words', apply: arpingWords },
]

const neigh = (lab: LabPlan, { ns, dev }: Host, name: string, value: number): void =>
  lab.setup(sysctl(ns, neighKey(dev, name), value))

/** Nobody answers, now or after a while: how often is asked, and how soon. */
function timers(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  for (const [name, value] of draw
    .shuffle([
      ['retrans_time_ms', draw.pick([200, 500, 3000])],
      ['mcast_solicit', draw.pick([1, 2, 5])],
      ['ucast_solicit', draw.pick([0, 1, 2])],
      ['mcast_resolicit', draw.pick([0, 2])],
      ['app_solicit', 0],
    ] as const)
    .slice(0, 2)) {
    neigh(lab, from, name, value)
  }
  neigh(lab, from, 'delay_first_probe_time', 1)
  const gone = draw.pick([
    ip(to.ns, `addr del ${to.address}/${to.prefix} dev ${to.dev}`),
    ip(to.ns, `link set ${to.dev} arp off`),
    sysctl(to.ns, confKey(to.dev, 'arp_ignore'), 8),
  ])
  lab.group(
    ping(from.ns, to.address),
    gone,
    ip(
      from.ns,
      `neigh replace ${to.address} lladdr ${lab.macOf(to)} dev ${from.dev} nud ${draw.pick(['stale', 'delay', 'probe'])}`,
    ),
    ping(from.ns, draw.pick([to.address, to.address, addressNear(to, 92)])),
    ip(from.ns, 'neigh'),
  )
}

/** A neighbour that stays REACHABLE so shortly that each action finds it STALE. */
function reachable(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  neigh(lab, from, 'base_reachable_time_ms', draw.pick([500, 1000]))
  neigh(lab, from, 'delay_first_probe_time', draw.pick([1, 1, 2]))
  lab.group(
    ping(from.ns, to.address),
    ip(from.ns, 'neigh'),
    draw.pick([ping(from.ns, to.address), ping(to.ns, from.address), udp(from.ns, to.address, 5000)]),
    ip(from.ns, 'neigh'),
  )
}

/** Two stations say in turn that an address is theirs. */
function locktime(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  neigh(lab, to, 'locktime', draw.pick([0, 100, 300]))
  lab.group(
    ping(from.ns, to.address),
    ip(from.ns, `link set ${from.dev} address ${lab.freshMac()}`),
    arping(from.ns, from.dev, from.address, draw.pick(['-U', '-A', '-D'])),
    ip(to.ns, 'neigh'),
    ping(to.ns, from.address),
  )
}

/** More packets wait for an answer than there is room for. */
function queue(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  neigh(lab, from, draw.pick(['unres_qlen', 'unres_qlen']), draw.pick([0, 1, 2]))
  const target = draw.pick([to.address, addressNear(to, 91)])
  if (target === to.address) lab.setup(ip(to.ns, `link set ${to.dev} arp off`))
  const later = draw.pick([
    ip(to.ns, `link set ${to.dev} arp on`),
    ip(from.ns, `neigh replace ${target} lladdr ${lab.macOf(to)} dev ${from.dev}`),
  ])
  lab.group(`${pings(from.ns, target, 4, 0.2)} &`, later, ip(from.ns, 'neigh'), ping(from.ns, target))
}

function edit(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const mac = lab.macOf(to)
  const entry = `${to.address} lladdr ${mac} dev ${from.dev}`
  const steps = [
    `neigh add ${entry}`,
    `neigh add ${entry} nud noarp`,
    `neigh change ${entry} nud stale`,
    `neigh replace ${to.address} lladdr 02:00:00:00:00:97 dev ${from.dev} nud permanent`,
    `neigh replace ${entry} nud reachable`,
    `neigh change ${to.address} dev ${from.dev} nud failed`,
    `neigh replace ${to.address} dev ${from.dev} nud none`,
    `neigh replace ${to.address} dev ${from.dev} nud incomplete`,
    `neigh del ${to.address} dev ${from.dev}`,
    `neigh flush dev ${from.dev} nud permanent`,
    `neigh flush dev ${from.dev} nud stale`,
    `neigh add ${entry} extern_learn`,
    `neigh replace ${to.address} dev ${from.dev} use`,
    `neigh replace ${entry} router`,
    `neigh add ${entry} protocol static`,
  ]
  const shows = [
    'neigh',
    'neigh show nud permanent',
    'neigh show nud all',
    `neigh show to ${to.address}`,
    'neigh show unused',
    `neigh get ${to.address} dev ${from.dev}`,
  ]
  const [one = '', two = ''] = someOf(draw, 2, from.ns, steps)
  lab.group(one, ping(from.ns, to.address), two, ip(from.ns, draw.pick(shows)), ping(from.ns, to.address))
}

/** A neighbour whose address is a group: what is sent to it looks like a broadcast to the others. */
function groupNeighbour(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const mac = draw.pick(['ff:ff:ff:ff:ff:ff', '01:00:5e:00:00:01', '01:00:5e:7f:00:01', lab.macOf(from)])
  lab.setup(ip(from.ns, `neigh add ${to.address} lladdr ${mac} dev ${from.dev}`))
  if (draw.chance(0.5)) lab.setup(sysctl(to.ns, confKey(draw.pick(['all', to.dev]), 'drop_unicast_in_l2_multicast'), 1))
  if (draw.chance(0.3)) lab.setup(sysctl(to.ns, confKey(to.dev, 'forwarding'), 1))
  lab.group(
    ping(from.ns, to.address),
    udp(from.ns, to.address, 5000),
    run(from.ns, `nc -z -v -w 1 ${to.address} 80`),
    ip(to.ns, 'neigh'),
  )
}

function dropGratuitous(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(sysctl(to.ns, confKey(draw.pick(['all', to.dev]), 'drop_gratuitous_arp'), draw.pick([1, 1, 0])))
  if (draw.chance(0.5)) lab.setup(sysctl(to.ns, confKey(to.dev, 'arp_accept'), draw.pick([1, 2])))
  if (draw.chance(0.5))
    lab.setup(ip(to.ns, `neigh add ${from.address} lladdr 02:00:00:00:00:96 dev ${to.dev} nud stale`))
  lab.group(
    arping(from.ns, from.dev, from.address, draw.pick(['-U', '-A'])),
    ip(to.ns, 'neigh'),
    arping(from.ns, from.dev, draw.pick([from.address, addressNear(from, 88)]), draw.pick(['-U', '-A', '-D'])),
    ip(to.ns, 'neigh'),
  )
}

/** The other end of the cable goes down: what is known of neighbours stays, or not. */
function evict(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(sysctl(to.ns, confKey(draw.pick(['all', to.dev]), 'arp_evict_nocarrier'), draw.pick([0, 0, 1])))
  const fixed = `neigh add ${addressNear(from, 61)} lladdr ${lab.macOf(from)} dev ${to.dev}`
  lab.setup(ip(to.ns, fixed))
  lab.group(
    ping(from.ns, to.address),
    ip(from.ns, `link set ${from.dev} down`),
    ip(to.ns, 'neigh'),
    ip(from.ns, `link set ${from.dev} up`),
    ping(to.ns, from.address),
  )
}

/** Addresses of narrower scopes, and what is told of them. */
function scopes(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const scope = draw.pick(['link', 'host', 'global'])
  lab.setup(ip(from.ns, `addr add 172.24.0.1/24 dev ${draw.pick([from.dev, 'lo'])} scope ${scope}`))
  lab.setup(
    ip(to.ns, `addr add 172.24.0.2/24 dev ${draw.pick([to.dev, 'lo'])} scope ${draw.pick(['link', 'host', 'global'])}`),
  )
  lab.setup(sysctl(to.ns, confKey(draw.pick(['all', to.dev]), 'arp_ignore'), draw.pick([0, 1, 2, 3, 4])))
  lab.setup(sysctl(from.ns, confKey(draw.pick(['all', from.dev]), 'arp_announce'), draw.pick([0, 1, 2])))
  lab.group(
    ping(from.ns, '172.24.0.2'),
    ping(from.ns, to.address, '-I 172.24.0.1'),
    arping(from.ns, from.dev, '172.24.0.2', draw.pick(['', '-s 172.24.0.1', '-D'])),
    ip(from.ns, draw.pick(['neigh', 'route get 172.24.0.2', 'addr'])),
  )
}

/** An address that ends by itself. Its time is short enough for its last look to come seconds later. */
function lifetime(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const address = addressNear(to, 45)
  const life = draw.pick([
    'valid_lft 3 preferred_lft 1',
    'valid_lft 3 preferred_lft 3',
    'valid_lft forever preferred_lft 0',
    'valid_lft 600 preferred_lft 300',
    'valid_lft 3 preferred_lft 9',
  ])
  lab.group(
    ip(to.ns, `addr add ${address}/${draw.pick([24, 32])} dev ${to.dev} ${life}`),
    ping(from.ns, address),
    'sleep 3',
    ping(from.ns, address),
    ip(to.ns, draw.pick([`-br addr show ${to.dev}`, 'route show table local'])),
  )
}

function addressOptions(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const address = addressNear(to, 46)
  const steps = [
    `addr add ${address}/25 dev ${to.dev} label ${to.dev}:one`,
    `addr add ${address}/25 dev ${to.dev} broadcast ${addressNear(to, 99)}`,
    `addr add ${address}/24 brd + dev ${to.dev}`,
    `addr add ${address}/24 brd - dev ${to.dev}`,
    `addr add ${address}/24 dev ${to.dev} noprefixroute`,
    `addr add ${address}/25 dev ${to.dev} metric 70`,
    `addr add ${address}/24 dev ${to.dev} scope link`,
    `addr replace ${address}/24 dev ${to.dev} metric 5`,
    `addr change ${to.address}/${to.prefix} dev ${to.dev} noprefixroute`,
    `addr replace ${to.address}/${to.prefix} dev ${to.dev} scope link`,
    `addr add ${address}/24 dev ${to.dev} label other`,
    `addr add ${address} dev ${to.dev}`,
    `addr add ${address}/24 dev ${to.dev} anycast 10.0.0.77`,
    `addr add 10.0.0.255/24 dev ${to.dev}`,
    `addr add 127.0.0.5/8 dev ${to.dev}`,
  ]
  lab.group(
    ...someOf(draw, 2, to.ns, steps),
    ip(
      to.ns,
      draw.pick([`addr show ${to.dev}`, 'route show table all', '-d addr', '-o addr', `addr show label ${to.dev}*`]),
    ),
    ping(from.ns, address),
    ping(to.ns, from.address),
  )
}

function flush(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(ip(to.ns, `addr add ${addressNear(to, 47)}/${to.prefix} dev ${to.dev}`))
  lab.setup(
    ip(to.ns, `addr add 10.91.0.1/24 dev ${to.dev} label ${to.dev}:x`),
    ip(to.ns, `addr add 10.91.0.2/24 dev ${to.dev} scope link`),
  )
  if (draw.chance(0.4)) lab.setup(sysctl(to.ns, confKey('all', 'promote_secondaries'), 1))
  const filter = draw.pick([
    '',
    'secondary',
    'primary',
    'to 10.91.0.0/16',
    `label ${to.dev}:x`,
    'scope link',
    'permanent',
    'dynamic',
  ])
  lab.group(
    ip(to.ns, `addr show dev ${to.dev} ${filter}`.trimEnd()),
    ip(to.ns, `${draw.pick(['', '-s '])}addr flush dev ${to.dev} ${filter}`.trimEnd()),
    ip(to.ns, draw.pick(['addr', 'route', 'route show table local'])),
    ping(from.ns, to.address),
  )
}

/** Networks of two or of one, where there is no broadcast. */
function peer(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const form = draw.pick(['/31', ' peer', '/30', ' peer24'])
  const [one, two] = ['10.92.0.0', '10.92.0.1']
  const write = (host: Host, own: string, other: string): void => {
    if (form === ' peer' || form === ' peer24')
      lab.setup(ip(host.ns, `addr add ${own} peer ${other}${form === ' peer' ? '' : '/24'} dev ${host.dev}`))
    else lab.setup(ip(host.ns, `addr add ${own}${form} dev ${host.dev}`))
  }
  write(from, one, two)
  write(to, two, one)
  lab.group(
    ping(from.ns, two),
    ping(to.ns, one),
    ip(from.ns, draw.pick(['addr', 'route show table all', 'route get 10.92.0.1'])),
    ip(to.ns, draw.pick([`addr del ${two} dev ${to.dev}`, 'route'])),
  )
}

/** Packets that come from where no route leads back. */
function reversePath(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const dev = lab.dummy(to.ns, '10.93.0.1/24')
  lab.setup(ip(from.ns, `addr add 10.93.0.9/32 dev ${from.dev}`))
  lab.setup(sysctl(to.ns, confKey(draw.pick(['all', to.dev]), 'rp_filter'), draw.pick([0, 1, 2])))
  lab.group(
    ping(from.ns, to.address, '-I 10.93.0.9'),
    sysctl(to.ns, confKey(draw.pick(['all', to.dev, 'default']), 'rp_filter'), draw.pick([0, 1, 2])),
    ping(from.ns, to.address, '-I 10.93.0.9'),
    draw.pick([ip(to.ns, `link set ${dev} down`), arping(from.ns, from.dev, to.address, '-s 10.93.0.9')]),
    ping(from.ns, to.address, '-I 10.93.0.9'),
  )
}

function pingWords(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const forms = [
    `-f -c 4 ${to.address}`,
    `-A -c 3 ${to.address}`,
    `-c 3 -i 0.1 -q ${to.address}`,
    `-c 2 -l 2 -W 1 ${to.address}`,
    `-O -c 2 -W 1 ${addressNear(to, 95)}`,
    `-D -c 1 -n ${to.address}`.replace('-D ', ''),
    `-R -c 1 -W 1 ${to.address}`.replace('-R ', '-r '),
    `-r -c 1 -W 1 10.240.0.1`,
    `-c 1 -W 1 -e 77 ${to.address}`,
    `-c 1 -s 20 -p a5 ${to.address}`,
    `-c 2 -w 1 ${addressNear(to, 95)}`,
    `-c 1 -W 1 -I ${from.dev} ${broadcastOf(from)}`,
    `-c 1 -W 1 -L 224.0.0.1`,
    `-c 1 -W 1 -I ${from.dev} 224.0.0.1`,
    `-c 1 -W 1 -t 0 ${to.address}`,
    `-c 1 -W 1 -s 65508 ${to.address}`,
    `-c 1 -W 1 -I nosuch ${to.address}`,
    `-c 0 ${to.address}`,
    `-c 1 -W 1 0.0.0.0`,
    `-c 1 -W 1 -Q 256 ${to.address}`,
    `-c 1 -W 1 -M wrong ${to.address}`,
    `-c 1 -W 1 -B -I ${from.address} ${to.address}`,
    `-c 1 -W 1 -b 255.255.255.255`,
    `-c 1 -W 1 -v ${addressNear(to, 95)}`,
  ]
  lab.group(
    ...draw
      .shuffle(forms)
      .slice(0, 3)
      .map((form) => run(from.ns, `ping ${form}`)),
  )
}

function arpingWords(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const on = `-I ${from.dev}`
  const forms = [
    `-c 2 -w 2 -f ${on} ${to.address}`,
    `-c 2 -w 3 -b ${on} ${to.address}`,
    `-c 2 -w 2 -i 1 ${on} ${addressNear(to, 94)}`,
    `-D -c 1 -w 1 ${on} ${from.address}`,
    `-D -c 1 -w 1 -f -q ${on} ${to.address}`,
    `-U -c 2 -w 2 ${on} ${from.address}`,
    `-A -c 1 -w 1 -s ${from.address} ${on} ${to.address}`,
    `-U -c 1 -w 1 -s 10.94.0.1 ${on} ${from.address}`,
    `-c 1 -w 1 -s 0.0.0.0 ${on} ${to.address}`,
    `-c 1 -w 1 -I lo 127.0.0.1`,
    `-c 1 -w 1 -I nosuch ${to.address}`,
    `-c 1 -w 1 ${to.address}`,
    `-c 1 -w 1 ${on} 224.0.0.1`,
    `-c 1 -w 1 ${on} 255.255.255.255`,
    `-c 1 -w 1 ${on} ${broadcastOf(from)}`,
    `-c 0 -w 1 ${on} ${to.address}`,
    `-w 1 ${on} 10.0.0.300`,
  ]
  lab.group(
    ...draw
      .shuffle(forms)
      .slice(0, 3)
      .map((form) => run(from.ns, `arping ${form}`)),
    ip(to.ns, 'neigh'),
  )
}
