/** Transfers across routers that filter and translate: half closed, reset, cut off, and by datagrams. One end speaks at a time. */
import { ip, run } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import { addressNear } from '../../plan.ts'
import type { LabPlan } from '../../plan.ts'
import { crossing, knock, udp } from './words.ts'

export const STREAM_TWISTS: readonly Twist[] = [
  { name: 'stream-half-closed', apply: halfClosed },
  { name: 'stream-reset', apply: reset },
  { name: 'stream-forgotten', apply: forgotten },
  { name: 'stream-datagrams', apply: datagrams },
  { name: 'stream-ports', apply: ports },
  { name: 'stream-way-changes', apply: wayChanges },
]

function masquerade(lab: LabPlan, draw: Draw): void {
  const { router } = crossing(lab)
  if (draw.chance(0.7)) lab.setup(run(router.ns, `iptables -t nat -A POSTROUTING -o ${router.outDev} -j MASQUERADE`))
}

const looks = (draw: Draw, ns: string): string =>
  run(ns, draw.pick(['conntrack -L -p tcp', 'conntrack -L', 'iptables -t nat -nvL']))

/** One direction ends, the other speaks on. */
function halfClosed(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  masquerade(lab, draw)
  const isServerLate = draw.chance(0.5)
  const serve = run(to.ns, `nc ${isServerLate ? '-N ' : ''}-l 7200`)
  const ask = run(from.ns, `nc ${draw.pick(['-N', '-N', '-q 5'])} ${to.address} 7200`)
  lab.group(
    isServerLate ? `(sleep 3; echo late) | ${serve} &` : `${serve} &`,
    isServerLate ? `echo early | ${ask} &` : `(sleep 1; echo late) | ${ask} &`,
    run(draw.pick([from.ns, to.ns]), 'ss -tan'),
    looks(draw, router.ns),
  )
}

/** A firewall answers in the other's name in the midst of a connection. */
function reset(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  masquerade(lab, draw)
  const rule = draw.pick([
    '-p tcp -j REJECT --reject-with tcp-reset',
    '-p tcp -j REJECT',
    '-p tcp -j DROP',
    `-p tcp -s ${from.address} -j REJECT --reject-with tcp-reset`,
  ])
  lab.group(
    run(to.ns, 'nc -l 7300 &'),
    `(sleep 4; echo late) | ${run(from.ns, `nc -N -w 6 ${to.address} 7300`)} &`,
    run(router.ns, `iptables -I FORWARD ${rule}`),
    looks(draw, router.ns),
    run(to.ns, 'ss -tan'),
  )
}

/** The router forgets a connection, or gets another address for it. */
function forgotten(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  masquerade(lab, draw)
  if (draw.chance(0.4)) lab.setup(run(router.ns, 'iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP'))
  lab.group(
    run(to.ns, 'nc -l 7400 &'),
    `(sleep 4; echo late) | ${run(from.ns, `nc -N -w 6 ${to.address} 7400`)} &`,
    run(router.ns, draw.pick(['conntrack -F', 'conntrack -D -p tcp', 'iptables -t nat -F'])),
    looks(draw, router.ns),
    looks(draw, router.ns),
  )
}

function datagrams(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  masquerade(lab, draw)
  const second = addressNear(to, 73)
  lab.setup(ip(to.ns, `addr add ${second}/32 dev ${to.dev}`))
  const target = draw.pick([to.address, second])
  lab.group(
    `echo answer | ${run(to.ns, `nc -u -l ${draw.pick(['', `${second} `])}7510 &`)}`,
    udp(from.ns, target, 7510),
    udp(from.ns, draw.pick([target, to.address]), draw.pick([7510, 7511]), '-p 4000'),
    run(draw.pick([router.ns, router.ns, to.ns]), draw.pick(['conntrack -L', 'ss -uan'])),
  )
}

/** The same ports twice, one after the other. */
function ports(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  masquerade(lab, draw)
  lab.group(
    run(to.ns, 'nc -k -l 7600 &'),
    `echo one | ${run(from.ns, `nc -N -p 4100 ${to.address} 7600`)}`,
    `echo two | ${run(from.ns, `nc -N -p ${draw.pick([4100, 4101])} ${to.address} 7600`)}`,
    draw.pick([knock(from.ns, to.address, 7600, '-z -v -w 1'), knock(from.ns, to.address, 7601, '-z -v -w 1 -p 4102')]),
    looks(draw, router.ns),
  )
}

/** The way of an open connection changes: another address, another MAC, a narrower cable. */
function wayChanges(lab: LabPlan, draw: Draw): void {
  const { from, to, router } = crossing(lab)
  masquerade(lab, draw)
  const change = draw.pick([
    ip(router.ns, `link set ${router.outDev} mtu 600`),
    ip(from.ns, `addr add ${addressNear(from, 74)}/24 dev ${from.dev}`),
    ip(to.ns, `link set ${to.dev} address ${lab.freshMac()}`),
    ip(from.ns, `route replace prohibit ${to.address}`),
    ip(to.ns, `addr del ${to.address}/${to.prefix} dev ${to.dev}`),
    ip(from.ns, `link set ${from.dev} down`),
    ip(router.ns, `neigh flush dev ${router.outDev}`),
  ])
  lab.group(
    run(to.ns, 'nc -l 7700 &'),
    `(sleep 4; printf '%900s' '' | tr ' ' x) | ${run(from.ns, `nc -N -w 6 ${to.address} 7700`)} &`,
    change,
    run(to.ns, 'ss -tan'),
    run(from.ns, 'ss -tan'),
  )
}
