/** Bridges by brctl, with groups, and with what a person enters for them. */
import { bridge, ip, ping, run } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Twist } from '../../feature.ts'
import type { LabPlan } from '../../plan.ts'

export const SWITCH_TWISTS: readonly Twist[] = [
  { name: 'brctl-words', apply: brctlWords },
  { name: 'bridge-settings', apply: settings },
  { name: 'bridge-odd-ports', apply: oddPorts },
]

function brctlWords(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const [port = ''] = draw.shuffle(one.ports)
  const steps = [
    `delif ${one.name} ${port}`,
    `addif ${one.name} ${port}`,
    `hairpin ${one.name} ${port} on`,
    `setageing ${one.name} 0`,
    `setageing ${one.name} 100`,
    `setfd ${one.name} 4`,
    `sethello ${one.name} 1`,
    `setmaxage ${one.name} 8`,
    `setpathcost ${one.name} ${port} 7`,
    `setportprio ${one.name} ${port} 16`,
    `setbridgeprio ${one.name} 4096`,
    'addbr br9',
    `addbr ${one.name}`,
    `delbr ${one.name}`,
    'delbr nosuch',
    `addif nosuch ${port}`,
    `delif ${one.name} lo`,
    `addif ${one.name} nosuch`,
    'addif br9 lo',
    `stp ${one.name} off`,
  ]
  const shows = ['show', `show ${one.name}`, `showstp ${one.name}`]
  lab.group(
    ping(from.ns, to.address),
    ...draw
      .shuffle(steps)
      .slice(0, 3)
      .map((step) => run(one.ns, `brctl ${step}`)),
    run(one.ns, `brctl ${draw.pick(shows)}`),
    ping(from.ns, to.address),
  )
}

function settings(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const [port = ''] = draw.shuffle(one.ports)
  const steps = [
    ip(one.ns, `link set ${one.name} type bridge ageing_time ${draw.pick([0, 100, 300])}`),
    ip(one.ns, `link set ${one.name} type bridge fdb_flush`),
    ip(one.ns, `link set ${one.name} type bridge group_fwd_mask ${draw.pick([8, 16384, 1])}`),
    ip(one.ns, `link set ${one.name} type bridge no_linklocal_learn 1`),
    ip(one.ns, `link set ${one.name} type bridge vlan_stats_enabled 1`),
    ip(one.ns, `link set ${one.name} type bridge forward_delay 100`),
    ip(one.ns, `link set ${one.name} type bridge priority 100 max_age 700`),
    ip(one.ns, `link set ${one.name} address ${lab.freshMac()}`),
    ip(one.ns, `link set ${one.name} promisc on`),
    ip(one.ns, `link set ${one.name} arp off`),
    ip(one.ns, `link set ${port} type bridge_slave isolated on cost 9`),
    ip(one.ns, `link set ${port} type bridge_slave hairpin on learning off`),
    ip(one.ns, `link set ${port} type bridge_slave fdb_flush`),
    ip(one.ns, `link set ${port} type bridge_slave state 4`),
    ip(one.ns, `link set ${port} nomaster`),
    bridge(one.ns, `link set dev ${port} hairpin on isolated on`),
    bridge(one.ns, `link set dev ${port} learning off self`),
    bridge(one.ns, `link set dev ${port} priority 8`),
    bridge(one.ns, `link set dev ${port} mcast_flood off`),
    bridge(one.ns, `link set dev ${port} nosuch on`),
  ]
  const shows = [
    bridge(one.ns, `-d link show dev ${port}`),
    ip(one.ns, `-d link show ${port}`),
    bridge(one.ns, `fdb show br ${one.name} dynamic`),
    bridge(one.ns, 'fdb'),
    ip(one.ns, `link show master ${one.name}`),
  ]
  lab.group(
    ping(from.ns, to.address),
    ...draw.shuffle(steps).slice(0, 2),
    ping(from.ns, to.address),
    draw.pick(shows),
    ping(to.ns, from.address),
  )
}

/** Ports that are no cables: VLANs, children, dummies, other bridges. */
function oddPorts(lab: LabPlan, draw: Draw): void {
  const one = draw.pick(lab.bridges)
  const { from, to } = lab.asked(draw)
  const [port = ''] = draw.shuffle(one.ports)
  const kinds = [
    'link add odd0 type dummy',
    'link add odd0 type bridge mcast_snooping 0',
    `link add link ${port} name odd0 type vlan id 5`,
    `link add link ${port} name odd0 type macvlan mode bridge`,
    `link add link ${port} name odd0 type macvlan mode passthru`,
    `link add link ${one.name} name odd0 type vlan id 5`,
    `link add link ${one.name} name odd0 type macvlan mode bridge`,
    'link add odd0 type veth peer name odd1',
  ]
  lab.group(
    ip(one.ns, draw.pick(kinds)),
    ip(one.ns, `link set odd0 master ${one.name}`),
    ip(one.ns, 'link set odd0 up'),
    ping(from.ns, to.address),
    ip(one.ns, draw.pick(['-br link', `link show master ${one.name}`, '-d link show odd0'])),
    ip(
      one.ns,
      draw.pick(['link set odd0 nomaster', 'link del odd0', `link set ${port} down`, `link set ${port} nomaster`]),
    ),
    ping(from.ns, to.address),
  )
}
