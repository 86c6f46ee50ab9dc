/** macvlan and ipvlan children of a NIC that is plugged into a switch, with another machine on it. */
import { ip, sysctl } from '../commands.ts'
import type { Shape } from '../feature.ts'
import type { Host, LabPlan } from '../plan.ts'

type MacvlanMode = 'private' | 'vepa' | 'bridge' | 'passthru' | 'source'

export const MACVLAN_SHAPES: readonly Shape[] = [
  ...(['private', 'vepa', 'bridge', 'passthru', 'source'] as const).map((mode): Shape => {
    return { features: [`macvlan-${mode}`], build: (lab) => macvlan(lab, [mode, mode]) }
  }),
  {
    features: ['macvlan-mixed'],
    build: (lab) => macvlan(lab, lab.draw.shuffle(['private', 'vepa', 'bridge'] as const).slice(0, 2)),
  },
]

const IPVLAN_MODES = ['l2', 'l3', 'l3s'] as const
const IPVLAN_FLAGS = ['bridge', 'private', 'vepa'] as const

export const IPVLAN_SHAPES: readonly Shape[] = IPVLAN_MODES.flatMap((mode) =>
  IPVLAN_FLAGS.map((flag): Shape => {
    return { features: [`ipvlan-${mode}`, `ipvlan-${flag}`], build: (lab) => ipvlan(lab, mode, flag) }
  }),
)

const REMOTE_MAC = '02:00:00:00:02:03'

/**
 * A host whose eth0 and a remote machine whose eth0 are on one switch; both up, the host perhaps without an address.
 * With a VLAN the remote machine's address is on that VLAN, and so is the device that this gives back for the children.
 */
function switchedHost(lab: LabPlan, onVlan = false): { host: Host | undefined; remote: Host; parent: string } {
  lab.ns('sw', 'host', 'r')
  lab.bridge('sw', 'br0', ['ph', 'pr'])
  lab.plug('sw', 'br0', 'ph', 'host', 'eth0')
  lab.plug('sw', 'br0', 'pr', 'r', 'eth0')
  lab.setup(ip('r', `link set eth0 address ${REMOTE_MAC}`))
  lab.up('host', 'eth0')
  lab.up('r', 'eth0')
  const dev = onVlan ? 'eth0.10' : 'eth0'
  for (const ns of onVlan ? ['host', 'r'] : []) {
    lab.setup(ip(ns, `link add link eth0 name ${dev} type vlan id 10`))
    lab.up(ns, dev)
  }
  const lan = { dev, prefix: 24, lan: 'lan' }
  const host = lab.draw.chance(0.7) ? lab.host({ ...lan, ns: 'host', address: '10.0.0.1' }) : undefined
  return { host, remote: lab.host({ ...lan, ns: 'r', address: '10.0.0.3' }), parent: dev }
}

function macvlan(lab: LabPlan, modes: readonly MacvlanMode[]): void {
  const { host, remote, parent } = switchedHost(lab, lab.draw.chance(0.2))
  const wanted = modes[0] === 'passthru' ? modes.slice(0, 1) : modes
  const children = wanted.map((mode, k) => {
    const [ns, dev] = [`c${k + 1}`, `mv${k + 1}`]
    lab.ns(ns)
    lab.setup(ip('host', `link add link ${parent} name ${dev} type macvlan mode ${mode}`))
    if (mode === 'source') lab.setup(ip('host', `link set ${dev} type macvlan macaddr add ${REMOTE_MAC}`))
    lab.setup(ip('host', `link set ${dev} netns ${ns}`))
    lab.up(ns, dev)
    const prefix = 24
    return lab.host({ ns, dev, address: `10.0.0.${11 + k}`, prefix, lan: 'lan' })
  })
  connect(lab, parent, children, remote, host)
}

/** Who pings whom, and the usual settings of the parent. */
function connect(lab: LabPlan, parent: string, children: readonly Host[], remote: Host, host: Host | undefined): void {
  lab.parents.push({ ns: 'host', dev: parent, switchNs: 'sw', switchPort: 'ph', children })
  const [first, second] = children
  if (first === undefined) return
  if (second !== undefined) lab.pair(first, second)
  lab.pair(first, remote)
  lab.pair(remote, first)
  if (host !== undefined) {
    lab.pair(first, host)
    lab.pair(host, second ?? first)
  }
  if (lab.draw.chance(0.3)) lab.setup(sysctl('host', 'conf.all.rp_filter', 2))
}

function ipvlan(lab: LabPlan, mode: (typeof IPVLAN_MODES)[number], flag: (typeof IPVLAN_FLAGS)[number]): void {
  const { host, remote } = switchedHost(lab)
  const isInLan = lab.draw.chance(mode === 'l2' ? 0.6 : 0.4)
  const children = [1, 2].map((k): Host => {
    const [ns, dev] = [`c${k}`, `ipvl${k}`]
    lab.ns(ns)
    lab.setup(ip('host', `link add link eth0 name ${dev} type ipvlan mode ${mode} ${flag}`))
    lab.setup(ip('host', `link set ${dev} netns ${ns}`))
    lab.up(ns, dev)
    const address = isInLan ? `10.0.0.${10 + k}` : `192.168.9.${1 + k}`
    const one = { ns, dev, address, prefix: 24, lan: isInLan ? 'lan' : 'children', macOf: { ns: 'host', dev: 'eth0' } }
    lab.host(one)
    if (!isInLan || lab.draw.chance(0.3)) lab.setup(ip(ns, `route add default dev ${dev}`))
    return one
  })
  if (!isInLan && lab.draw.chance(0.6)) {
    lab.setup(ip('r', `route add 192.168.9.0/24 ${lab.draw.pick(['via 10.0.0.1', 'dev eth0'])}`))
  }
  connect(lab, 'eth0', children, remote, host)
}
