/** Bridges whose settings change while frames pass: flags of ports, entries, VLANs, answers in the name of others. */
import { bridge, ip, ping, run } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import { addressNear, lookAtBridge } from '../../plan.ts'
import type { BridgePlan, Host, LabPlan } from '../../plan.ts'
import { pings, udp } from './words.ts'

export const SWITCHING_TWISTS: readonly Twist[] = [
  { name: 'bridge-flags-run', apply: flagsRun },
  { name: 'bridge-entries-run', apply: entriesRun },
  { name: 'bridge-vlans', apply: vlans },
  { name: 'bridge-vlans-run', apply: vlansRun },
  { name: 'bridge-suppress', apply: suppress },
  { name: 'bridge-state', apply: portState },
  { name: 'bridge-mtu', apply: bridgeMtu },
  { name: 'bridge-goes', apply: bridgeGoes },
  { name: 'bridge-vlan-device', apply: vlanDevice },
  { name: 'bridge-locked', apply: locked },
]

interface Way {
  readonly one: BridgePlan
  readonly port: string
  readonly from: Host
  readonly to: Host
}

function way(lab: LabPlan, draw: Draw): Way {
  const one = draw.pick(lab.bridges)
  return { one, port: draw.pick(one.ports), ...lab.asked(draw) }
}

const FLAGS = [
  'hairpin',
  'learning',
  'flood',
  'mcast_flood',
  'bcast_flood',
  'isolated',
  'guard',
  'root_block',
  'fastleave',
  'mcast_to_unicast',
  'locked',
  'neigh_suppress',
] as const

function flagsRun(lab: LabPlan, draw: Draw): void {
  const { one, port, from, to } = way(lab, draw)
  const flag = draw.pick(FLAGS)
  const isOff = ['learning', 'flood', 'mcast_flood', 'bcast_flood'].includes(flag)
  const set = (value: boolean): string => bridge(one.ns, `link set dev ${port} ${flag} ${value ? 'on' : 'off'}`)
  lab.group(
    ping(from.ns, to.address),
    set(!isOff),
    ip(from.ns, `neigh flush dev ${from.dev}`),
    pings(from.ns, to.address, 2, 0.3),
    draw.pick([bridge(one.ns, `-d link show dev ${port}`), bridge(one.ns, `fdb show br ${one.name} dynamic`)]),
    set(isOff),
    ping(to.ns, from.address),
  )
}

/** Entries of every kind come, change and go between two questions. */
function entriesRun(lab: LabPlan, draw: Draw): void {
  const { one, port, from, to } = way(lab, draw)
  const mac = lab.macOf(to)
  const other = draw.pick(one.ports)
  const steps = [
    `fdb add ${mac} dev ${port} master static`,
    `fdb replace ${mac} dev ${port} master dynamic`,
    `fdb replace ${mac} dev ${other} master static sticky`,
    `fdb append ${mac} dev ${port} master`,
    `fdb del ${mac} dev ${port} master`,
    `fdb add ${mac} dev ${port} master local`,
    `fdb add ${mac} dev ${port} self`,
    `fdb add 02:00:00:00:00:66 dev ${port} master static`,
    `fdb replace ${mac} dev ${other} master extern_learn`,
    `fdb add ${mac} dev ${one.name} self local`,
    `fdb add ff:ff:ff:ff:ff:ff dev ${port} master static`,
    `fdb add 01:00:5e:00:00:09 dev ${port} master static`,
    `fdb add 00:00:00:00:00:00 dev ${port} master static`,
    `fdb get ${mac} br ${one.name}`,
    `fdb flush dev ${one.name} ${draw.pick(['permanent', 'nopermanent', 'static', 'dynamic'])}`,
  ]
  const [first = '', second = ''] = draw.shuffle(steps)
  lab.group(
    ping(from.ns, to.address),
    bridge(one.ns, first),
    ping(from.ns, to.address),
    bridge(one.ns, second),
    bridge(
      one.ns,
      draw.pick([
        `fdb show br ${one.name}`,
        `fdb show dev ${port}`,
        `fdb show brport ${port}`,
        `fdb show br ${one.name} static`,
      ]),
    ),
    ping(to.ns, from.address),
  )
}

const filter = (one: BridgePlan, on: boolean): string =>
  ip(one.ns, `link set ${one.name} type bridge vlan_filtering ${on ? 1 : 0}`)

/** Members of ranges of VLANs, tagged and not, with and without a VLAN for what has no tag. */
function vlans(lab: LabPlan, draw: Draw): void {
  const { one, from, to } = way(lab, draw)
  if (draw.chance(0.3)) lab.setup(ip(one.ns, `link set ${one.name} type bridge vlan_default_pvid ${draw.pick([0, 7])}`))
  lab.setup(filter(one, true))
  for (const port of one.ports) {
    if (draw.chance(0.3)) continue
    const range = draw.pick([
      'vid 10 pvid untagged',
      'vid 10-14',
      'vid 10 pvid',
      'vid 10 untagged',
      'vid 20 pvid untagged',
      'vid 2-4094',
    ])
    lab.setup(bridge(one.ns, `vlan add dev ${port} ${range}`))
  }
  if (draw.chance(0.4)) lab.setup(bridge(one.ns, `vlan del dev ${draw.pick(one.ports)} vid 1`))
  if (draw.chance(0.4))
    lab.setup(
      bridge(one.ns, `vlan add dev ${one.name} vid 10 ${draw.pick(['', 'pvid ', 'untagged ', 'pvid untagged '])}self`),
    )
  lab.group(
    ping(from.ns, to.address),
    bridge(
      one.ns,
      draw.pick(['vlan', 'vlan show', '-c vlan show'.replace('-c ', ''), `vlan show dev ${draw.pick(one.ports)}`]),
    ),
    bridge(one.ns, `fdb show br ${one.name} dynamic`),
    ping(to.ns, from.address),
  )
}

function vlansRun(lab: LabPlan, draw: Draw): void {
  const { one, port, from, to } = way(lab, draw)
  const isOn = draw.chance(0.6)
  lab.setup(filter(one, isOn))
  const steps = [
    filter(one, !isOn),
    bridge(one.ns, `vlan add dev ${port} vid 30 pvid untagged`),
    bridge(one.ns, `vlan del dev ${port} vid 1`),
    bridge(one.ns, `vlan add dev ${port} vid 1`),
    bridge(one.ns, `vlan add dev ${port} vid 1 pvid`),
    bridge(one.ns, `vlan add dev ${port} vid 1 untagged`),
    bridge(one.ns, `vlan del dev ${port} vid 1-4094`),
    ip(one.ns, `link set ${one.name} type bridge vlan_default_pvid ${draw.pick([0, 1, 30])}`),
    ip(one.ns, `link set ${one.name} type bridge vlan_protocol ${draw.pick(['802.1ad', '802.1Q'])}`),
    bridge(one.ns, `vlan del dev ${one.name} vid 1 self`),
  ]
  const [first = '', second = ''] = draw.shuffle(steps)
  lab.group(
    ping(from.ns, to.address),
    first,
    ping(from.ns, to.address),
    second,
    ping(to.ns, from.address),
    bridge(one.ns, draw.pick(['vlan show', `fdb show br ${one.name}`])),
  )
}

/** The bridge answers ARP for what it knows, or passes it on. */
function suppress(lab: LabPlan, draw: Draw): void {
  const { one, from, to } = way(lab, draw)
  for (const port of draw.shuffle(one.ports).slice(0, draw.integer(1, 2)))
    lab.setup(bridge(one.ns, `link set dev ${port} neigh_suppress on`))
  const known = draw.pick([to.address, to.address, addressNear(to, 83)])
  if (draw.chance(0.8))
    lab.setup(
      ip(
        one.ns,
        `neigh add ${known} lladdr ${lab.macOf(to)} dev ${one.name} nud ${draw.pick(['permanent', 'stale', 'noarp'])}`,
      ),
    )
  if (draw.chance(0.5)) lab.setup(bridge(one.ns, `fdb add ${lab.macOf(to)} dev ${draw.pick(one.ports)} master static`))
  lab.group(
    ping(from.ns, to.address),
    run(from.ns, `arping -c 1 -w 1 -I ${from.dev} ${known}`),
    ip(from.ns, 'neigh'),
    run(from.ns, `arping -c 1 -w 1 ${draw.pick(['-U', '-A', '-D'])} -I ${from.dev} ${from.address}`),
    bridge(one.ns, draw.pick([`fdb show br ${one.name} dynamic`, '-d link'])),
  )
}

/** Without the protocol a person says in which state a port is. */
function portState(lab: LabPlan, draw: Draw): void {
  const { one, port, from, to } = way(lab, draw)
  // From listening and learning a timer would lead on that began when the port came up.
  const state = draw.pick(['0', '4', 'blocking', 'disabled'])
  lab.group(
    ping(from.ns, to.address),
    draw.chance(0.5)
      ? bridge(one.ns, `link set dev ${port} state ${state}`)
      : bridge(one.ns, `link set dev ${port} state ${state} cost 5`),
    ping(from.ns, to.address),
    bridge(one.ns, draw.pick(['link', `fdb show br ${one.name} dynamic`])),
    bridge(one.ns, `link set dev ${port} state ${draw.pick(['3', 'forwarding'])}`),
    ping(from.ns, to.address),
  )
}

/** A bridge is as narrow as its narrowest port, until somebody says otherwise. */
function bridgeMtu(lab: LabPlan, draw: Draw): void {
  const { one, port, from, to } = way(lab, draw)
  lab.group(
    ip(one.ns, `link set ${port} mtu ${draw.pick([1000, 1400, 9000])}`),
    ip(one.ns, `link show ${one.name}`),
    ping(from.ns, to.address, `-s ${draw.pick([1000, 1400, 1472])} -M ${draw.pick(['do', 'dont'])}`),
    ip(one.ns, `link set ${one.name} mtu ${draw.pick([900, 1500, 9000])}`),
    ping(from.ns, to.address, '-s 1400 -M do'),
    ip(one.ns, 'link'),
  )
}

function bridgeGoes(lab: LabPlan, draw: Draw): void {
  const { one, port, from, to } = way(lab, draw)
  lab.group(
    ping(from.ns, to.address),
    draw.pick([
      ip(one.ns, `link del ${one.name}`),
      run(one.ns, `brctl delbr ${one.name}`),
      ip(one.ns, `link del ${port}`),
      ip(one.ns, `link set ${port} netns ${from.ns}`),
    ]),
    ip(one.ns, draw.pick(['-br link', 'link'])),
    ping(from.ns, to.address),
    lookAtBridge(draw, one),
  )
}

/** A VLAN interface on the bridge itself, below which the bridge filters or does not. */
function vlanDevice(lab: LabPlan, draw: Draw): void {
  const { one, from } = way(lab, draw)
  const vid = draw.pick([1, 10])
  const dev = `${one.name}.${vid}`
  lab.setup(
    ip(
      one.ns,
      `link add link ${one.name} name ${dev} type vlan id ${vid}${draw.pick(['', ' bridge_binding on', ' loose_binding on'])}`,
    ),
  )
  lab.setup(ip(one.ns, `addr add 10.95.0.254/24 dev ${dev}`))
  lab.up(one.ns, dev)
  if (draw.chance(0.6)) lab.setup(filter(one, true), bridge(one.ns, `vlan add dev ${one.name} vid ${vid} self`))
  const name = `${from.dev}.${vid}`
  const isTagged = draw.chance(0.5)
  if (isTagged)
    lab.setup(
      ip(from.ns, `link add link ${from.dev} name ${name} type vlan id ${vid}`),
      ip(from.ns, `link set ${name} up`),
    )
  lab.setup(ip(from.ns, `addr add 10.95.0.1/24 dev ${isTagged ? name : from.dev}`))
  if (draw.chance(0.6))
    for (const port of one.ports)
      lab.setup(bridge(one.ns, `vlan add dev ${port} vid ${vid} ${isTagged ? '' : 'pvid untagged'}`.trimEnd()))
  lab.group(
    ping(from.ns, '10.95.0.254'),
    ping(one.ns, '10.95.0.1'),
    ip(one.ns, draw.pick([`link set ${one.name} down`, `link set ${draw.pick(one.ports)} down`, '-br link'])),
    ip(one.ns, draw.pick(['-br link', `-d link show ${dev}`])),
  )
}

/** A port that lets in only whom a person has entered. */
function locked(lab: LabPlan, draw: Draw): void {
  const { one, port, from, to } = way(lab, draw)
  lab.setup(bridge(one.ns, `link set dev ${port} locked on`))
  if (draw.chance(0.5)) lab.setup(bridge(one.ns, `link set dev ${port} learning ${draw.pick(['on', 'off'])}`))
  lab.group(
    ping(from.ns, to.address),
    bridge(
      one.ns,
      `fdb add ${lab.macOf(draw.pick([from, to]))} dev ${port} master ${draw.pick(['static', 'dynamic'])}`,
    ),
    ping(from.ns, to.address),
    bridge(one.ns, `fdb show br ${one.name} dynamic`),
    udp(to.ns, from.address, 5000),
  )
}
