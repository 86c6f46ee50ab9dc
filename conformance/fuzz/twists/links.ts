/** Interfaces that go down, move, change their address or MTU, and commands that are refused. */
import { ip, ping, run } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import type { LabPlan } from '../plan.ts'

export const LINK_TWISTS: readonly Twist[] = [
  { name: 'link-down-up', apply: downUp },
  { name: 'link-mac-change', apply: macChange },
  { name: 'link-promisc', apply: promisc },
  { name: 'link-arp-off', apply: arpOff },
  { name: 'link-mtu', apply: mtu },
  { name: 'link-move', apply: move },
  { name: 'link-rename', apply: rename },
  { name: 'link-delete', apply: remove },
  { name: 'link-refused', apply: refused },
  { name: 'lo-down', apply: loDown },
]

function downUp(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const { ns, dev } = draw.pick([from, to])
  const between = draw.pick([ping(from.ns, to.address), ip(ns, 'route'), ip(ns, `link show ${dev}`), ip(ns, 'neigh')])
  lab.group(ip(ns, `link set ${dev} down`), between, ip(ns, `link set ${dev} up`), ping(from.ns, to.address))
}

function macChange(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const { ns, dev } = to.macOf ?? to
  lab.group(
    ping(from.ns, to.address),
    ip(ns, `link set ${dev} address ${lab.freshMac()}`),
    ping(draw.pick([from, to]) === from ? from.ns : to.ns, draw.chance(0.7) ? to.address : from.address),
    ip(from.ns, 'neigh'),
  )
}

function promisc(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.setup(ip(to.ns, `link set ${to.dev} promisc on`))
  lab.setup(ip(from.ns, `neigh replace ${to.address} lladdr 02:00:00:00:00:98 dev ${from.dev}`))
  lab.group(ping(from.ns, to.address), ip(to.ns, draw.pick([`link show ${to.dev}`, `-d link show ${to.dev}`])))
}

function arpOff(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const { ns, dev } = draw.pick([from, to])
  lab.setup(ip(ns, `link set ${dev} arp off`))
  const after = draw.chance(0.4) ? [ip(ns, `link set ${dev} arp on`), ping(from.ns, to.address)] : [ip(ns, 'neigh')]
  lab.group(ping(from.ns, to.address), ...after)
}

function mtu(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const { ns, dev } = draw.pick([from, to])
  const size = draw.pick([576, 1000, 1280, 1400, 1496])
  lab.setup(ip(ns, `link set ${dev} mtu ${size}`))
  const payload = draw.pick([size - 28, size - 27, size - 24, size - 20, 1472])
  lab.group(
    ping(from.ns, to.address, `-M ${draw.pick(['do', 'dont', 'want'])} -s ${payload}`),
    ping(from.ns, to.address, `-s ${draw.pick([payload, 1472])}`),
  )
}

function move(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const isNew = lab.hasRoomForNamespace()
  const target = isNew ? lab.fresh('n') : from.ns
  if (isNew) lab.ns(target)
  lab.group(
    ip(to.ns, `link set ${to.dev} netns ${target}`),
    draw.pick([ip(target, '-br link'), ip(to.ns, 'route'), ip(target, 'addr'), ip(to.ns, '-br link')]),
    ip(target, `addr add ${to.address}/${to.prefix} dev ${to.dev}`),
    ip(target, `link set ${to.dev} up`),
    ping(from.ns, to.address),
  )
}

/** Refused while it is up; while it is down it goes, but captures follow a name, so nothing is asked of it later. */
function rename(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.near(draw)
  const name = lab.fresh('lan')
  if (draw.chance(0.5)) {
    lab.group(ip(to.ns, `link set ${to.dev} name ${name}`), ping(from.ns, to.address))
    return
  }
  const show = draw.pick([ip(to.ns, '-br addr'), ip(to.ns, 'route show table local'), ip(to.ns, '-br link')])
  lab.group(ip(to.ns, `link set ${to.dev} down`), ip(to.ns, `link set ${to.dev} name ${name}`), show)
}

function remove(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  const show = draw.pick([ip(from.ns, 'route'), ip(to.ns, '-br link'), ip(from.ns, '-br link'), ip(from.ns, 'neigh')])
  lab.group(ping(from.ns, to.address), ip(to.ns, `link del ${to.dev}`), show, ping(from.ns, to.address))
}

function refused(lab: LabPlan, draw: Draw): void {
  const { ns, dev } = lab.asked(draw).to
  const attempts = [
    ip(ns, 'link set nosuch up'),
    ip(ns, 'link show nosuch'),
    ip(ns, 'link add nodev'),
    ip(ns, `link add ${dev} type dummy`),
    ip(ns, `link set ${dev} master nosuch`),
    ip(ns, `link set ${dev} netns nosuch`),
    ip(ns, `link set ${dev} mtu 20`),
    ip(ns, `link set ${dev} mtu 70000`),
    ip(ns, `link set ${dev} address 01:00:5e:00:00:01`),
    ip(ns, 'link del lo'),
    ip(ns, 'link set lo netns a'),
    ip(ns, 'link add name-that-is-too-long type dummy'),
    ip(ns, `link add link ${dev} name w0 type macvlan mode wrong`),
    ip(ns, 'link add link lo name w0 type macvlan mode bridge'),
    ip(ns, `link add link ${dev} name w0 type vlan id 5000`),
    ip(ns, 'link add w0 type nosuchtype'),
    ip('nosuch', 'link'),
    run('nosuch', 'ping -c 1 127.0.0.1'),
    'ip netns add ' + ns,
    'ip netns del nosuch',
  ]
  lab.group(...draw.shuffle(attempts).slice(0, 3))
}

function loDown(lab: LabPlan, draw: Draw): void {
  const { from, to } = lab.asked(draw)
  lab.leaveLoDown(to.ns)
  const own = draw.pick([ping(to.ns, to.address), ping(to.ns, '127.0.0.1')])
  lab.group(ping(from.ns, to.address), own, ...(draw.chance(0.4) ? [ip(to.ns, 'link set lo up'), own] : []))
}
