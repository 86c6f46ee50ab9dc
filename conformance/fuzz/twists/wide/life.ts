/** Interfaces and namespaces that come, go, move and change their names while packets are under way. */
import { arping, confKey, ip, ping, sysctl } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import type { LabPlan } from '../../plan.ts'
import { pings, someOf } from './words.ts'

export const LIFE_TWISTS: readonly Twist[] = [
  { name: 'carrier-flaps', apply: flaps },
  { name: 'renames', apply: renames },
  { name: 'moves-back', apply: movesBack },
  { name: 'made-again', apply: madeAgain },
  { name: 'namespace-goes', apply: namespaceGoes },
  { name: 'link-attributes', apply: attributes },
  { name: 'macs-change', apply: macs },
  { name: 'down-while-waiting', apply: downWhileWaiting },
  { name: 'link-made', apply: made },
]

function flaps(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const { ns, dev } = draw.pick([from, to])
  if (draw.chance(0.4)) lab.setup(sysctl(to.ns, confKey('all', 'arp_notify'), 1))
  if (draw.chance(0.3)) lab.setup(sysctl(from.ns, confKey('all', 'ignore_routes_with_linkdown'), 1))
  lab.group(
    ping(from.ns, to.address),
    ip(ns, `link set ${dev} down`),
    ip(draw.pick([from.ns, to.ns]), draw.pick(['-br link', 'route', 'neigh'])),
    ip(ns, `link set ${dev} up`),
    ip(ns, `link set ${dev} down`),
    ip(ns, `link set ${dev} up`),
    pings(from.ns, to.address, 2, 0.3),
  )
}

function renames(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const other = lab.fresh('new')
  lab.group(
    ip(to.ns, `link set ${to.dev} ${draw.pick(['alias word', 'down', 'down'])}`),
    ip(to.ns, `link set ${to.dev} name ${draw.pick([other, other, 'lo', 'name-too-long-for-it', 'a/b'])}`),
    ip(to.ns, draw.pick(['addr', 'route show table all', '-br link', `link show ${other}`])),
    ip(to.ns, draw.pick([`link set ${other} name ${to.dev}`, `link property add dev ${other} altname second`])),
    ip(to.ns, draw.pick(['link', '-br addr', 'link show second'])),
    ping(from.ns, to.address),
  )
}

/** What an interface loses when it moves, and finds when it comes back. */
function movesBack(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const isNew = lab.hasRoomForNamespace()
  const target = isNew ? lab.fresh('n') : from.ns
  if (isNew) lab.ns(target)
  lab.group(
    ip(to.ns, `link set ${to.dev} netns ${target}${draw.pick(['', '', ' name moved'])}`),
    ip(target, draw.pick(['link', '-d link', 'addr'])),
    ip(target, `link set ${to.dev} netns ${to.ns}`),
    ip(to.ns, draw.pick(['addr', 'link', 'route show table all'])),
    ip(to.ns, `addr add ${to.address}/${to.prefix} dev ${to.dev}`),
    ip(to.ns, `link set ${to.dev} up`),
    ping(from.ns, to.address),
  )
}

/** One end goes, so both do; a new cable has the old names. */
function madeAgain(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.group(
    ping(from.ns, to.address),
    ip(to.ns, `link del ${to.dev}`),
    ip(
      to.ns,
      `link add ${to.dev} address ${lab.freshMac()} type ${draw.pick(['dummy', 'dummy', 'bridge', `veth peer name x9 netns ${from.ns}`])}`,
    ),
    ip(to.ns, `addr add ${to.address}/${to.prefix} dev ${to.dev}`),
    ip(to.ns, `link set ${to.dev} up`),
    ping(draw.pick([from.ns, to.ns]), to.address),
    ip(to.ns, draw.pick(['link', 'route', 'addr'])),
  )
}

function namespaceGoes(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const name = lab.fresh('gone')
  if (!lab.hasRoomForNamespace()) {
    lab.group(ping(from.ns, to.address), ip(to.ns, `link del ${to.dev}`), ip(from.ns, '-br link'))
    return
  }
  lab.ns(name)
  // A capture in it would keep the namespace alive, so nothing in it is up before the first action.
  lab.leaveLoDown(name)
  const dev = lab.fresh('g')
  lab.setup(
    ip(from.ns, `link add ${dev} type veth peer name far netns ${name}`),
    ip(from.ns, `addr add 10.83.0.1/24 dev ${dev}`),
  )
  lab.setup(ip(name, 'addr add 10.83.0.2/24 dev far'))
  lab.up(from.ns, dev)
  lab.group(
    ip(name, 'link set far up'),
    ping(from.ns, '10.83.0.2'),
    `ip netns del ${name}`,
    ip(from.ns, draw.pick(['-br link', 'neigh', 'route'])),
    ping(from.ns, '10.83.0.2'),
    `ip netns add ${name}`,
    ip(name, 'link'),
  )
}

function attributes(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const steps = [
    `link set ${to.dev} txqueuelen ${draw.pick([0, 500, 1000])}`,
    `link set ${to.dev} group ${draw.pick([3, 'default', 'nosuch'])}`,
    `link set ${to.dev} alias eth-word`,
    `link set ${to.dev} alias ''`,
    `link set ${to.dev} multicast off`,
    `link set ${to.dev} allmulticast on`,
    `link set ${to.dev} promisc on`,
    `link set ${to.dev} promisc off`,
    `link set ${to.dev} dynamic on`,
    `link set ${to.dev} mtu 68`,
    `link set ${to.dev} mtu 67`,
    `link set ${to.dev} mtu 65535`,
    `link set ${to.dev} carrier off`,
    `link set ${to.dev} trailers off`,
    `link set dev ${to.dev} up mtu 1300 txqueuelen 7`,
    `link set ${to.dev} broadcast ff:ff:ff:ff:ff:fe`,
    `link set ${to.dev} link-netnsid 5`,
    `link set ${to.dev} state up`,
  ]
  lab.group(
    ...someOf(draw, 3, to.ns, steps),
    ip(
      to.ns,
      draw.pick([
        'link',
        '-d link',
        '-br link',
        `-s link show ${to.dev}`.replace('-s ', ''),
        'link show up',
        'link show group default',
        'link show type veth',
      ]),
    ),
    ping(from.ns, to.address),
  )
}

/** The two ends exchange addresses, take the same one, or a group's. */
function macs(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const [one, two] = [lab.macOf(from), lab.macOf(to)]
  lab.group(
    ping(from.ns, to.address),
    ip(
      from.ns,
      `link set ${from.dev} address ${draw.pick([two, two, '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff', '02:0:0:0:0:9'])}`,
    ),
    ping(from.ns, to.address),
    ip(to.ns, `link set ${to.dev} address ${draw.pick([one, two])}`),
    draw.pick([arping(from.ns, from.dev, from.address, '-U'), ip(to.ns, 'neigh')]),
    ping(from.ns, to.address),
    ip(from.ns, 'neigh'),
  )
}

/** Packets that wait for an answer to ARP when their way ends. */
function downWhileWaiting(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  lab.setup(ip(to.ns, `link set ${to.dev} arp off`))
  const end = draw.pick([
    `link set ${from.dev} down`,
    `addr del ${from.address}/${from.prefix} dev ${from.dev}`,
    `neigh flush dev ${from.dev}`,
    `link del ${from.dev}`,
    `route flush dev ${from.dev}`,
    `link set ${from.dev} arp off`,
    `link set ${from.dev} address ${lab.freshMac()}`,
  ])
  lab.group(
    `${pings(from.ns, to.address, 3, 1)} &`,
    ip(from.ns, end),
    ip(from.ns, draw.pick(['neigh', 'route', '-br link'])),
  )
}

function made(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const attempts = [
    'link add d1 type dummy',
    `link add d2 mtu 1200 address ${lab.freshMac()} txqueuelen 9 type dummy`,
    'link add v1 type veth',
    'link add v2 mtu 1300 type veth peer name v3 mtu 1200',
    `link add v4 type veth peer name v5 netns ${to.ns}`,
    'link add type veth',
    'link add type dummy',
    'link add name b1 type bridge forward_delay 0 vlan_filtering 1',
    `link add link ${from.dev} type vlan id 9`,
    'link add d%d type dummy',
    `link add d3 link ${from.dev} type macvlan`,
    'link add d4 index 77 type dummy',
    'link add d5 group 5 type dummy',
    'link add d6 netns nosuch type dummy',
    `link add d7 netns ${to.ns} type dummy`,
    'link add d8 type dummy arp off',
    'link add numtxqueues 2 d9 type dummy',
  ]
  lab.group(...someOf(draw, 4, from.ns, attempts), ip(from.ns, draw.pick(['link', '-br link', '-d link'])))
}
