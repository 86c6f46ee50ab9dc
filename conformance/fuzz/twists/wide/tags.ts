/** VLAN interfaces: protocols of tags, tags in tags, priorities, and lower devices that change. */
import { ip, ping } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import type { Host, LabPlan } from '../../plan.ts'
import { pings, someOf } from './words.ts'

export const TAG_TWISTS: readonly Twist[] = [
  { name: 'vlan-protocols', apply: protocols },
  { name: 'vlan-deeper', apply: deeper },
  { name: 'vlan-priorities', apply: priorities },
  { name: 'vlan-lower-run', apply: lowerRun },
  { name: 'vlan-moves', apply: moves },
  { name: 'vlan-zero', apply: zero },
]

const lower = ({ dev }: Host): string => (dev === 'in' ? 'out' : dev.replace(/\.\d+$/, ''))

/** The same number under two protocols, at one end or at both. */
function protocols(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const protocol = (): string => draw.pick(['802.1ad', '802.1Q', '802.1ad'])
  for (const [host, address] of [[from, '10.96.0.1'] as const, [to, '10.96.0.2'] as const]) {
    lab.setup(ip(host.ns, `link add link ${lower(host)} name s77 type vlan protocol ${protocol()} id 77`))
    lab.setup(ip(host.ns, `addr add ${address}/24 dev s77`), ip(host.ns, 'link set s77 up'))
  }
  lab.group(ping(from.ns, '10.96.0.2'), ping(from.ns, to.address), ip(from.ns, '-d link show s77'))
}

function deeper(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const [one, two] = [draw.pick(['id 5', 'protocol 802.1ad id 5']), draw.pick(['id 6', 'protocol 802.1ad id 6'])]
  for (const [host, address] of [[from, '10.97.0.1'] as const, [to, '10.97.0.2'] as const]) {
    lab.setup(
      ip(host.ns, `link add link ${host.dev} name q5 type vlan ${one}`),
      ip(host.ns, `link add link q5 name q6 type vlan ${two}`),
    )
    lab.setup(
      ip(host.ns, 'link set q5 up'),
      ip(host.ns, 'link set q6 up'),
      ip(host.ns, `addr add ${address}/24 dev q6`),
    )
  }
  lab.group(
    ping(from.ns, '10.97.0.2'),
    ping(from.ns, '10.97.0.2', `-s ${draw.pick([1460, 1464, 1468, 1472])} -M do`),
    ip(
      to.ns,
      draw.pick(['link set q5 down', 'link del q5', `link set ${lower(to)} mtu 1400`, `link set ${to.dev} down`]),
    ),
    ip(to.ns, '-br link'),
    ping(from.ns, '10.97.0.2'),
  )
}

function priorities(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.setup(
    ip(
      from.ns,
      `link add link ${lower(from)} name pr type vlan id 55 ${draw.pick(['egress-qos-map 0:5', 'egress-qos-map 0:3 4:7', 'egress-qos-map 6:1 2:2'])}`,
    ),
  )
  lab.setup(
    ip(
      to.ns,
      `link add link ${lower(to)} name pr type vlan id 55 ${draw.pick(['ingress-qos-map 5:2', 'egress-qos-map 0:2', 'ingress-qos-map 1:1 5:7'])}`,
    ),
  )
  for (const [host, address] of [[from, '10.98.0.1'] as const, [to, '10.98.0.2'] as const])
    lab.setup(ip(host.ns, `addr add ${address}/24 dev pr`), ip(host.ns, 'link set pr up'))
  lab.group(
    ping(from.ns, '10.98.0.2'),
    ping(from.ns, '10.98.0.2', `-Q ${draw.pick(['0x10', '0x08', '0xb8', '0x18'])}`),
    ip(from.ns, `link set pr type vlan egress-qos-map 0:${draw.pick([0, 6])}`),
    ping(from.ns, '10.98.0.2'),
    ip(from.ns, '-d link show pr'),
  )
}

/** What happens to a lower device happens to the upper ones, or not. */
function lowerRun(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const below = lower(to)
  const steps = [
    `link set ${below} mtu ${draw.pick([1000, 1496])}`,
    `link set ${below} address ${lab.freshMac()}`,
    `link set ${below} promisc on`,
    `link set ${below} allmulticast on`,
    `link set ${below} arp off`,
    `link set ${to.dev} arp off`,
    `link set ${to.dev} address ${lab.freshMac()}`,
    `link set ${to.dev} mtu ${draw.pick([1400, 1500, 1600])}`,
    `link set ${below} down`,
    `link set ${to.dev} down`,
    `link set ${to.dev} multicast off`,
    `link set ${to.dev} type vlan loose_binding on`,
  ]
  lab.group(
    ping(from.ns, to.address),
    ...someOf(draw, 2, to.ns, steps),
    ip(to.ns, draw.pick(['link', `-d link show ${to.dev}`])),
    pings(from.ns, to.address, 2, 0.4),
    ip(to.ns, `link set ${below} up`),
  )
}

/** An upper device lives in another namespace than its lower one. */
function moves(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const isNew = lab.hasRoomForNamespace()
  const target = isNew ? lab.fresh('n') : from.ns
  if (isNew) lab.ns(target)
  lab.setup(ip(to.ns, `link add link ${lower(to)} name mv7 type vlan id 17`), ip(to.ns, `link set mv7 netns ${target}`))
  lab.setup(ip(target, 'addr add 10.99.0.2/24 dev mv7'), ip(target, 'link set mv7 up'))
  lab.setup(
    ip(from.ns, `link add link ${lower(from)} name v17 type vlan id 17`),
    ip(from.ns, 'addr add 10.99.0.1/24 dev v17'),
    ip(from.ns, 'link set v17 up'),
  )
  lab.group(
    ping(from.ns, '10.99.0.2'),
    ip(
      to.ns,
      draw.pick([`link set ${lower(to)} down`, `link del ${lower(to)}`, `link set ${lower(to)} mtu 1000`, 'link']),
    ),
    ip(target, draw.pick(['link', '-br link', '-d link show mv7'])),
    ping(from.ns, '10.99.0.2'),
  )
}

/** VLAN 0 is a priority and no VLAN: what is tagged so belongs to the device itself. */
function zero(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.setup(
    ip(from.ns, `link add link ${lower(from)} name z0 type vlan id ${draw.pick([0, 0, 4094, 1])}`),
    ip(from.ns, 'link set z0 up'),
  )
  lab.setup(
    ip(from.ns, 'addr add 10.89.0.1/24 dev z0'),
    ip(to.ns, `addr add 10.89.0.2/24 dev ${draw.pick([lower(to), to.dev])}`),
  )
  lab.group(ping(from.ns, '10.89.0.2'), ping(to.ns, '10.89.0.1'), ip(to.ns, 'neigh'))
}
