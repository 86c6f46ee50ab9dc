/** VLANs on cables, trunks and filtering bridges. */
import { bridge, ip, sysctl } from '../commands.ts'
import type { Shape } from '../feature.ts'
import type { Host, LabPlan } from '../plan.ts'

export const VLAN_SHAPES: readonly Shape[] = [
  { features: ['vlan-cable'], build: cable },
  { features: ['vlan-trunk-router'], build: trunkRouter },
  { features: ['vlan-filtering'], build: filtering },
  { features: ['vlan-qinq'], build: qinq },
]

const host = (ns: string, dev: string, vid: number, last: number): Host => ({
  ns,
  dev,
  address: `10.0.${vid}.${last}`,
  prefix: 24,
  lan: `vlan${vid}`,
})

/** A VLAN interface `dev.vid` with an address, up. */
function vlanHost(lab: LabPlan, ns: string, dev: string, vid: number, last: number): Host {
  const name = `${dev}.${vid}`
  lab.setup(ip(ns, `link add link ${dev} name ${name} type vlan id ${vid}`))
  const one = lab.host(host(ns, name, vid, last))
  lab.up(ns, name)
  return one
}

function cable(lab: LabPlan): void {
  lab.ns('a', 'b')
  lab.cable('a', 'eth0', 'b', 'eth0')
  lab.up('a', 'eth0')
  lab.up('b', 'eth0')
  const [a10, b10] = [vlanHost(lab, 'a', 'eth0', 10, 1), vlanHost(lab, 'b', 'eth0', 10, 2)]
  const [a20, b20] = [vlanHost(lab, 'a', 'eth0', 20, 1), vlanHost(lab, 'b', 'eth0', 20, 2)]
  lab.pair(a10, b10)
  lab.pair(b20, a20)
  if (lab.draw.chance(0.5)) {
    const [a, b] = [lab.host(host('a', 'eth0', 1, 1)), lab.host(host('b', 'eth0', 1, 2))]
    lab.pair(a, b)
  }
}

/** An access port: untagged in one VLAN only. */
function accessPort(lab: LabPlan, ns: string, port: string, vid: number): void {
  lab.setup(bridge(ns, `vlan del dev ${port} vid 1`), bridge(ns, `vlan add dev ${port} vid ${vid} pvid untagged`))
}

function trunkRouter(lab: LabPlan): void {
  lab.ns('sw', 'a', 'b', 'router')
  lab.bridge('sw', 'br0', ['p1', 'p2', 'trunk'])
  const [a, b] = [host('a', 'eth0', 10, 1), host('b', 'eth0', 20, 1)]
  lab.plug('sw', 'br0', 'p1', 'a', 'eth0')
  lab.plug('sw', 'br0', 'p2', 'b', 'eth0')
  lab.plug('sw', 'br0', 'trunk', 'router', 'eth0')
  for (const one of [a, b]) {
    lab.host(one)
    lab.up(one.ns, one.dev)
  }
  lab.up('router', 'eth0')
  lab.setup(ip('sw', 'link set br0 type bridge vlan_filtering 1'))
  accessPort(lab, 'sw', 'p1', 10)
  accessPort(lab, 'sw', 'p2', 20)
  lab.setup(bridge('sw', 'vlan add dev trunk vid 10'), bridge('sw', 'vlan add dev trunk vid 20'))
  const r10 = vlanHost(lab, 'router', 'eth0', 10, 254)
  const r20 = vlanHost(lab, 'router', 'eth0', 20, 254)
  lab.setup(sysctl('router', 'ip_forward', 1))
  lab.setup(ip('a', 'route add default via 10.0.10.254'), ip('b', 'route add default via 10.0.20.254'))
  lab.pair(a, b)
  lab.pair(a, r10)
  lab.pair(b, r20)
}

/** Members of two VLANs on one bridge; the host may be a member too. */
function filtering(lab: LabPlan): void {
  lab.ns('host', 'ns1', 'ns2', 'ns3')
  lab.bridge('host', 'br0', ['p1', 'p2', 'p3'])
  const hosts = [1, 2, 3].map((k) => host(`ns${k}`, 'eth0', 10, k))
  hosts.forEach((one, k) => {
    lab.plug('host', 'br0', `p${k + 1}`, one.ns, 'eth0')
    lab.host(one)
    lab.up(one.ns, 'eth0')
  })
  lab.setup(ip('host', 'link set br0 type bridge vlan_filtering 1'))
  accessPort(lab, 'host', 'p1', 10)
  accessPort(lab, 'host', 'p2', 10)
  accessPort(lab, 'host', 'p3', lab.draw.pick([10, 20]))
  const [one, two, three] = hosts
  if (one === undefined || two === undefined || three === undefined) return
  lab.pair(one, two)
  lab.pair(one, three)
  if (lab.draw.chance(0.5)) {
    lab.setup(bridge('host', 'vlan add dev br0 vid 10 self'))
    lab.pair(two, vlanHost(lab, 'host', 'br0', 10, 254))
  }
}

/** One tag inside another, 802.1ad or 802.1Q outside. */
function qinq(lab: LabPlan): void {
  lab.ns('a', 'b')
  lab.cable('a', 'eth0', 'b', 'eth0')
  const outer = lab.draw.pick(['vlan protocol 802.1ad id 100', 'vlan id 100'])
  const ends = ['a', 'b'].map((ns, k) => {
    lab.up(ns, 'eth0')
    lab.setup(ip(ns, `link add link eth0 name out type ${outer}`), ip(ns, 'link set out up'))
    lab.setup(ip(ns, 'link add link out name in type vlan id 10'))
    const one = lab.host(host(ns, 'in', 10, k + 1))
    lab.up(ns, 'in')
    return one
  })
  const [a, b] = ends
  if (a === undefined || b === undefined) return
  lab.pair(a, b)
  lab.pair(b, a)
}
