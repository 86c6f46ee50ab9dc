/** Settings of bridges and their ports. */
import { bridge, ip, ping, run } from '../commands.ts'
import type { Draw } from '../draw.ts'
import type { Twist } from '../feature.ts'
import { addressNear, lookAtBridge } from '../plan.ts'
import type { BridgePlan, LabPlan } from '../plan.ts'

export const BRIDGE_TWISTS: readonly Twist[] = [
  { name: 'bridge-hairpin', apply: hairpin },
  { name: 'bridge-isolated', apply: isolated },
  { name: 'bridge-learning', apply: learning },
  { name: 'bridge-flood', apply: flood },
  { name: 'bridge-fdb-static', apply: fdbStatic },
  { name: 'bridge-ageing', apply: ageing },
  { name: 'bridge-fdb-flush', apply: fdbFlush },
  { name: 'bridge-port-down', apply: portDown },
  { name: 'bridge-port-leaves', apply: portLeaves },
  { name: 'bridge-down', apply: bridgeDown },
  { name: 'bridge-mac', apply: bridgeMac },
  { name: 'bridge-promisc', apply: bridgePromisc },
  { name: 'bridge-port-address', apply: portAddress },
  { name: 'bridge-station-moves', apply: stationMoves },
  { name: 'bridge-refused', apply: refused },
]

const setPort = (one: BridgePlan, port: string, rest: string): string => bridge(one.ns, `link set dev ${port} ${rest}`)

function hairpin(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const port = draw.pick(one.ports)
  const asBrctl = run(one.ns, `brctl hairpin ${one.name} ${port} on`)
  lab.setup(draw.chance(0.5) ? setPort(one, port, 'hairpin on') : asBrctl)
  lab.group(ping(from.ns, to.address), lookAtBridge(draw, one))
}

function isolated(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  for (const port of draw.shuffle(one.ports).slice(0, 2)) lab.setup(setPort(one, port, 'isolated on'))
  lab.group(ping(from.ns, to.address), lookAtBridge(draw, one))
}

function learning(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const port = draw.pick(one.ports)
  const line = draw.pick([
    setPort(one, port, 'learning off'),
    ip(one.ns, `link set ${port} type bridge_slave learning off`),
  ])
  lab.setup(line)
  lab.group(run(from.ns, `ping -c 2 -i 0.3 -W 1 ${to.address}`), bridge(one.ns, `fdb show br ${one.name} dynamic`))
}

function flood(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const flag = draw.pick(['flood off', 'bcast_flood off', 'mcast_flood off'])
  lab.setup(setPort(one, draw.pick(one.ports), flag))
  if (draw.chance(0.6)) lab.setup(ip(from.ns, `neigh add ${to.address} lladdr ${lab.macOf(to)} dev ${from.dev}`))
  lab.group(
    ping(from.ns, to.address),
    bridge(one.ns, 'fdb show br ' + one.name + ' dynamic'),
    ping(to.ns, from.address),
  )
}

function fdbStatic(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const kind = draw.pick(['master static', 'master dynamic', 'master', 'master local', 'master static sticky', ''])
  lab.setup(bridge(one.ns, `fdb add ${lab.macOf(to)} dev ${draw.pick(one.ports)} ${kind}`.trimEnd()))
  lab.group(ping(from.ns, to.address), bridge(one.ns, `fdb show br ${one.name}`))
}

function ageing(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  lab.setup(ip(one.ns, `link set ${one.name} type bridge ageing_time ${draw.pick([100, 100, 0])}`))
  lab.setup(ip(from.ns, `neigh add ${to.address} lladdr ${lab.macOf(to)} dev ${from.dev}`))
  lab.setup(ip(to.ns, `neigh add ${from.address} lladdr ${lab.macOf(from)} dev ${to.dev}`))
  const show = bridge(one.ns, `fdb show br ${one.name} dynamic`)
  lab.group(ping(from.ns, to.address), 'sleep 3.5', show, ping(from.ns, to.address))
}

function fdbFlush(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const port = draw.pick(one.ports)
  const forget = draw.pick([
    ip(one.ns, `link set ${one.name} type bridge fdb_flush`),
    bridge(one.ns, `fdb flush dev ${one.name}`),
    bridge(one.ns, `fdb flush dev ${port} master`),
    bridge(one.ns, `fdb del ${lab.macOf(to)} dev ${port} master`),
    ip(one.ns, `link set ${port} type bridge_slave fdb_flush`),
  ])
  lab.group(
    ping(from.ns, to.address),
    forget,
    bridge(one.ns, `fdb show br ${one.name} dynamic`),
    ping(from.ns, to.address),
  )
}

function portDown(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const port = draw.pick(one.ports)
  lab.group(
    ip(one.ns, `link set ${port} down`),
    draw.pick([ping(from.ns, to.address), bridge(one.ns, `fdb show br ${one.name}`), bridge(one.ns, 'link')]),
    ip(one.ns, `link set ${port} up`),
    ping(from.ns, to.address),
  )
}

function portLeaves(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const port = draw.pick(one.ports)
  const out = draw.pick([ip(one.ns, `link set ${port} nomaster`), run(one.ns, `brctl delif ${one.name} ${port}`)])
  const back = draw.pick([
    ip(one.ns, `link set ${port} master ${one.name}`),
    run(one.ns, `brctl addif ${one.name} ${port}`),
  ])
  lab.group(out, lookAtBridge(draw, one), ...(draw.chance(0.5) ? [back] : []), ping(from.ns, to.address))
}

function bridgeDown(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const between = draw.pick([ping(from.ns, to.address), bridge(one.ns, 'link'), ip(one.ns, '-br link')])
  lab.group(
    ip(one.ns, `link set ${one.name} down`),
    between,
    ip(one.ns, `link set ${one.name} up`),
    ping(from.ns, to.address),
  )
}

function bridgeMac(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const mac = draw.chance(0.5) ? lab.freshMac() : '00:00:00:00:00:05'
  const dev = draw.pick([one.name, one.name, draw.pick(one.ports)])
  lab.group(
    ping(from.ns, to.address),
    ip(one.ns, `link set ${dev} address ${mac}`),
    draw.pick([
      bridge(one.ns, `fdb show br ${one.name}`),
      run(one.ns, 'brctl show'),
      ip(one.ns, `link show ${one.name}`),
    ]),
    ping(from.ns, to.address),
  )
}

function bridgePromisc(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  lab.setup(ip(one.ns, `link set ${one.name} promisc on`))
  lab.group(ping(from.ns, to.address), ip(one.ns, `link show ${one.name}`))
}

/** An address on a port is deaf: the bridge takes every frame first. */
function portAddress(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from } = lab.asked(draw)
  const address = addressNear(from, 201)
  lab.setup(ip(one.ns, `addr add ${address}/${draw.pick([24, 32])} dev ${draw.pick(one.ports)}`))
  lab.group(ping(from.ns, address), ping(one.ns, from.address), ip(one.ns, 'route'))
}

/** The same source appears on another port. */
function stationMoves(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const taken = lab.macOf(from)
  lab.group(
    ping(from.ns, to.address),
    ip(to.ns, `link set ${to.dev} address ${taken}`),
    ping(to.ns, draw.pick([from.address, addressNear(to, 89)])),
    bridge(one.ns, `fdb show br ${one.name} dynamic`),
  )
}

function refused(lab: LabPlan, draw: Draw): void {
  const { ns, name, ports } = draw.pick(lab.bridges)
  const port = draw.pick(ports)
  const attempts = [
    bridge(ns, 'fdb show br nosuch'),
    bridge(ns, `fdb add zz dev ${port} master`),
    bridge(ns, `fdb del 02:00:00:00:00:77 dev ${port} master`),
    bridge(ns, `fdb get 02:00:00:00:00:77 br ${name}`),
    bridge(ns, 'link set dev nosuch hairpin on'),
    bridge(ns, 'link set dev lo hairpin on'),
    ip(ns, `link set lo master ${name}`),
    ip(ns, `link set ${name} master ${name}`),
    ip(ns, `link set ${name} netns ${lab.hosts[0]?.ns ?? ns}`),
    ip(ns, `link add link ${port} name w0 type macvlan mode bridge`),
    run(ns, `brctl addbr ${name}`),
    run(ns, `brctl addif ${name} ${port}`),
    run(ns, `brctl addif nosuch ${port}`),
    run(ns, `brctl addif ${name} lo`),
    run(ns, `brctl delif ${name} lo`),
    run(ns, `brctl delbr ${name}`),
    run(ns, 'brctl show nosuch'),
    run(ns, `brctl showmacs nosuch`),
    bridge(ns, `vlan add dev ${port} vid 5000`),
    bridge(ns, `vlan add dev ${port} vid 0`),
  ]
  lab.group(...draw.shuffle(attempts).slice(0, 3))
}
