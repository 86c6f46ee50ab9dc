/** macvlan and ipvlan children whose parent, addresses, modes and places change. */
import { arping, ip, ping } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import { addressNear, broadcastOf } from '../../plan.ts'
import type { LabPlan, ParentPlan } from '../../plan.ts'
import { pings, someOf, udp } from './words.ts'

export const CHILD_TWISTS: readonly Twist[] = [
  { name: 'macvlan-source-list', apply: sourceList },
  { name: 'child-moves', apply: childMoves },
  { name: 'child-parent-changes', apply: parentChanges },
  { name: 'child-addresses', apply: childAddresses },
  { name: 'child-nested', apply: nested },
  { name: 'child-groups', apply: groups },
  { name: 'child-flags', apply: flags },
  { name: 'child-modes-run', apply: modesRun },
]

function parentOf(lab: LabPlan): ParentPlan {
  const [parent] = lab.parents
  if (parent === undefined) throw new Error('this twist needs a parent with children')
  return parent
}

/** A child that hears only some senders. Where the children are of another kind, one more is made. */
function sourceList(lab: LabPlan, draw: Draw): void {
  const { ns, dev, children } = parentOf(lab)
  const [first] = children
  if (first === undefined) return
  const isMacvlan = first.macOf === undefined
  const child = { ns: isMacvlan ? first.ns : ns, dev: isMacvlan ? first.dev : dev }
  const others = ['02:00:00:00:02:03', '02:00:00:00:00:44']
  if (isMacvlan) lab.setup(ip(child.ns, `link set ${child.dev} type macvlan mode source`))
  const edit = (): string =>
    draw.pick([
      `macaddr add ${draw.pick(others)}`,
      `macaddr del ${draw.pick(others)}`,
      'macaddr flush',
      `macaddr set ${others.join(' ')}`,
      `macaddr set ${others[1] ?? ''}`,
      'mode bridge',
      'mode source',
    ])
  lab.group(
    ip(child.ns, `link set ${child.dev} type macvlan ${edit()}`),
    ping('r', first.address),
    ip(child.ns, `link set ${child.dev} type macvlan ${edit()}`),
    ip(child.ns, `-d link show ${child.dev}`),
    ping(first.ns, '10.0.0.3'),
  )
}

function childMoves(lab: LabPlan, draw: Draw): void {
  const { ns, children } = parentOf(lab)
  const child = draw.pick(children)
  const target = draw.pick([ns, 'r', ...children.map((one) => one.ns)])
  lab.group(
    ping('r', child.address),
    ip(child.ns, `link set ${child.dev} netns ${target}`),
    ip(target, draw.pick(['-br link', `-d link show ${child.dev}`])),
    ip(target, `addr add ${child.address}/${child.prefix} dev ${child.dev}`),
    ip(target, `link set ${child.dev} up`),
    ping('r', child.address),
    ip('r', 'neigh'),
  )
}

function parentChanges(lab: LabPlan, draw: Draw): void {
  const { ns, dev, children } = parentOf(lab)
  const { from, to } = lab.asked(draw)
  const child = draw.pick(children)
  const change = draw.pick([
    `link set ${dev} mtu ${draw.pick([1000, 1400])}`,
    `link set ${dev} address ${lab.freshMac()}`,
    `link del ${dev}`,
    `link set ${dev} promisc on`,
    `link set ${dev} arp off`,
    `link set ${dev} netns r`,
    `link set ${dev} allmulticast on`,
    `addr flush dev ${dev}`,
  ])
  lab.group(
    ping(from.ns, to.address),
    ip(ns, change),
    ip(child.ns, draw.pick(['link', '-d link', '-br link'])),
    pings(from.ns, to.address, 2, 0.3),
    ip(ns, '-br link'),
  )
}

/** Addresses come and go: an ipvlan parent finds its children by them. */
function childAddresses(lab: LabPlan, draw: Draw): void {
  const { ns, children } = parentOf(lab)
  const child = draw.pick(children)
  const other = draw.pick(children)
  const extra = addressNear(child, 60)
  lab.setup(ip('r', `route replace ${extra} dev eth0`))
  lab.group(
    ip(child.ns, `addr add ${extra}/${draw.pick([24, 32])} dev ${child.dev}`),
    ping('r', extra),
    ip(
      child.ns,
      draw.pick([`addr del ${extra}/32 dev ${child.dev}`, `addr flush dev ${child.dev}`, `link set ${child.dev} down`]),
    ),
    ip(other.ns, `addr add ${extra}/32 dev ${other.dev}`),
    ping('r', extra),
    ip(draw.pick([ns, 'r']), 'neigh'),
  )
}

/** Devices on children. */
function nested(lab: LabPlan, draw: Draw): void {
  const child = draw.pick(parentOf(lab).children)
  const kind = draw.pick([
    'vlan id 10',
    'macvlan mode bridge',
    'macvlan mode private',
    'ipvlan mode l2',
    'ipvlan mode l3',
  ])
  const [name] = kind.split(' ')
  const dev = `n${name ?? ''}`
  lab.setup(ip(child.ns, `link add link ${child.dev} name ${dev} type ${kind}`))
  lab.setup(ip(child.ns, `addr add ${addressNear(child, 62)}/24 dev ${dev}`))
  lab.up(child.ns, dev)
  lab.group(
    ping('r', addressNear(child, 62)),
    ping(child.ns, '10.0.0.3', `-I ${dev}`),
    ip(child.ns, draw.pick([`-d link show ${dev}`, 'link', 'route'])),
    arping(child.ns, dev, '10.0.0.3'),
  )
}

/** Broadcasts and groups reach the children by a queue. */
function groups(lab: LabPlan, draw: Draw): void {
  const { children } = parentOf(lab)
  const child = draw.pick(children)
  // Only one macvlan child answers: in which order several do hangs on their random addresses.
  for (const one of child.macOf === undefined ? [child] : children)
    lab.setup(`ip netns exec ${one.ns} sysctl -w net.ipv4.icmp_echo_ignore_broadcasts=0`)
  lab.group(
    ping(child.ns, broadcastOf(child), '-b'),
    ping('r', draw.pick(['10.0.0.255', '255.255.255.255']), '-b'),
    udp(child.ns, draw.pick(['255.255.255.255', broadcastOf(child)]), 5000, '-b'),
    ping(draw.pick(['r', child.ns]), '224.0.0.1', `-I ${draw.pick(['eth0', child.dev])}`),
  )
}

function flags(lab: LabPlan, draw: Draw): void {
  const { ns, dev, children } = parentOf(lab)
  const child = draw.pick(children)
  const { from, to } = lab.asked(draw)
  const steps = [
    `link set ${child.dev} promisc on`,
    `link set ${child.dev} allmulticast on`,
    `link set ${child.dev} arp off`,
    `link set ${child.dev} mtu ${draw.pick([1000, 1500, 1501])}`,
    `link set ${child.dev} multicast off`,
    `link set ${child.dev} type macvlan flag nopromisc`,
    `link set ${child.dev} type macvlan mode passthru`,
    `link set ${child.dev} alias child`,
    `link set ${child.dev} name renamed`,
  ]
  lab.group(
    ping(from.ns, to.address),
    ...someOf(draw, 2, child.ns, steps),
    ip(draw.pick([ns, child.ns]), 'link'),
    ping(from.ns, to.address),
    ip(ns, `link show ${dev}`),
  )
}

function modesRun(lab: LabPlan, draw: Draw): void {
  const { children } = parentOf(lab)
  const [child] = draw.shuffle(children)
  if (child === undefined) return
  const { from, to } = lab.asked(draw)
  const isMacvlan = child.macOf === undefined
  const change = (): string =>
    ip(
      child.ns,
      isMacvlan
        ? `link set ${child.dev} type macvlan mode ${draw.pick(['bridge', 'private', 'vepa', 'source'])}`
        : `link set ${child.dev} type ipvlan mode ${draw.pick(['l2', 'l3', 'l3s'])} ${draw.pick(['bridge', 'private', 'vepa', ''])}`.trimEnd(),
    )
  lab.group(
    change(),
    ping(from.ns, to.address),
    change(),
    ip(from.ns, `neigh flush dev ${from.dev}`),
    ping(from.ns, to.address),
    ip(child.ns, `-d link show ${child.dev}`),
  )
}
