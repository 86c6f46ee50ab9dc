/** Bridges inside a machine and between machines. */
import { ip, sysctl } from '../commands.ts'
import type { Shape } from '../feature.ts'
import type { Host, LabPlan } from '../plan.ts'

export const BRIDGE_SHAPES: readonly Shape[] = [
  { features: ['bridge-plain'], build: plain },
  { features: ['bridge-host-address'], build: hostAddress },
  { features: ['bridge-cascade'], build: cascade },
  { features: ['bridge-same-netns'], build: sameNetns },
]

const host = (ns: string, dev: string, last: number): Host => ({
  ns,
  dev,
  address: `10.0.0.${last}`,
  prefix: 24,
  lan: 'lan',
})

function plugHosts(lab: LabPlan, ns: string, name: string, hosts: readonly Host[], ports: readonly string[]): void {
  hosts.forEach((one, k) => {
    lab.plug(ns, name, ports[k] ?? '', one.ns, one.dev)
    lab.host(one)
    lab.up(one.ns, one.dev)
  })
}

function plain(lab: LabPlan): void {
  lab.ns('host', 'ns1', 'ns2', 'ns3')
  const hosts = [1, 2, 3].map((k) => host(`ns${k}`, 'eth0', k))
  lab.bridge('host', 'br0', ['p1', 'p2', 'p3'])
  plugHosts(lab, 'host', 'br0', hosts, ['p1', 'p2', 'p3'])
  const [one, two, three] = hosts
  if (one === undefined || two === undefined || three === undefined) return
  lab.pair(one, two)
  lab.pair(two, three)
  lab.pair(three, one)
}

/** The host has an address on the bridge, and may route for the others. */
function hostAddress(lab: LabPlan): void {
  lab.ns('host', 'ns1', 'ns2')
  const hosts = [host('ns1', 'eth0', 1), host('ns2', 'eth0', 2)]
  lab.bridge('host', 'br0', ['p1', 'p2'])
  plugHosts(lab, 'host', 'br0', hosts, ['p1', 'p2'])
  const bridgeHost = lab.host(host('host', 'br0', 254))
  const [one, two] = hosts
  if (one === undefined || two === undefined) return
  lab.pair(one, bridgeHost)
  lab.pair(one, two)
  lab.pair(bridgeHost, two)
  if (!lab.draw.chance(0.5)) return
  lab.ns('out')
  lab.cable('host', 'wan', 'out', 'eth0')
  const [wan, out] = ['10.0.9.254', '10.0.9.1'].map((address, k): Host => {
    return { ns: k === 0 ? 'host' : 'out', dev: k === 0 ? 'wan' : 'eth0', address, prefix: 24, lan: 'wan' }
  })
  if (wan === undefined || out === undefined) return
  for (const end of [wan, out]) {
    lab.host(end)
    lab.up(end.ns, end.dev)
  }
  lab.setup(sysctl('host', 'ip_forward', 1), ip('out', 'route add default via 10.0.9.254'))
  for (const { ns } of hosts) lab.setup(ip(ns, 'route add default via 10.0.0.254'))
  lab.pair(one, out)
}

function cascade(lab: LabPlan): void {
  lab.ns('s1', 's2', 'a', 'b', 'c')
  lab.bridge('s1', 'br1', ['p1', 'p2', 'up'])
  lab.bridge('s2', 'br2', ['p3', 'up'])
  lab.cable('s1', 'up', 's2', 'up', lab.portMac('s1', 'up'))
  lab.setup(ip('s2', `link set up address ${lab.portMac('s2', 'up')}`))
  lab.setup(ip('s1', 'link set up master br1'), ip('s2', 'link set up master br2'))
  lab.up('s1', 'up')
  lab.up('s2', 'up')
  const [a, b, c] = [host('a', 'eth0', 1), host('b', 'eth0', 2), host('c', 'eth0', 3)]
  plugHosts(lab, 's1', 'br1', [a, b], ['p1', 'p2'])
  plugHosts(lab, 's2', 'br2', [c], ['p3'])
  lab.pair(a, c)
  lab.pair(a, b)
  lab.pair(c, b)
}

/** The bridge and one of the hosts on it are in one namespace, the trap of many first experiments. */
function sameNetns(lab: LabPlan): void {
  lab.ns('host', 'ns1')
  lab.bridge('host', 'br0', ['p0', 'p1'])
  lab.cable('host', 'p0', 'host', 'v0', lab.portMac('host', 'p0'))
  lab.setup(ip('host', 'link set p0 master br0'))
  lab.up('host', 'p0')
  const near = lab.host(host('host', 'v0', 2))
  lab.up('host', 'v0')
  lab.plug('host', 'br0', 'p1', 'ns1', 'eth0')
  const far = lab.host(host('ns1', 'eth0', 1))
  lab.up('ns1', 'eth0')
  const bridgeHost = lab.draw.chance(0.4) ? lab.host(host('host', 'br0', 254)) : undefined
  lab.pair(far, near)
  lab.pair(near, far)
  if (bridgeHost !== undefined) lab.pair(far, bridgeHost)
}
