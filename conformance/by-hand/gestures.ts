/**
 * Labs of this folder's parent as a person builds them, gesture by gesture: things off the palette with the names and
 * addresses that are proposed, then what the lab wants differently. A gesture is one drag, one choice or one committed
 * field. Names differ from the lab's; the structure and the addresses are the same in the end.
 */
import type { ChildSpec, DeviceRef, Gesture } from '../../src/lab/build/gesture.ts'

export interface LabByHand {
  /** The lab's name in `labs/`. */
  readonly lab: string
  readonly gestures: readonly Gesture[]
}

const device = (path: string): DeviceRef => {
  const [namespace = '', name = ''] = path.split('/')
  return { namespace, name }
}
const machine = (role: 'host' | 'router' | 'switch'): Gesture => ({ kind: 'add-machine', role })
const container = (of: string): Gesture => ({ kind: 'add-container', machine: of })
const bridge = (namespace: string): Gesture => ({ kind: 'add-link', namespace, type: 'bridge' })
const vm = (path: string): Gesture => ({ kind: 'add-vm', bridge: device(path) })
/** From a namespace to another, or to a bridge (`ns/br`). */
const cable = (namespace: string, to: string): Gesture => {
  const end = device(to)
  const target = end.name === '' ? { namespace: end.namespace } : { namespace: end.namespace, bridge: end.name }
  return { kind: 'cable', from: { namespace }, to: target }
}
const child = (parent: string, namespace: string, spec: ChildSpec): Gesture => ({
  kind: 'add-child',
  parent: device(parent),
  namespace,
  child: spec,
})
const address = (path: string, text: string): Gesture => ({ kind: 'add-address', device: device(path), address: text })
const noAddress = (path: string, text: string): Gesture => ({
  kind: 'remove-address',
  device: device(path),
  address: text,
})
/** One address in the place of another. */
const readdress = (path: string, from: string, to: string): readonly Gesture[] => [
  noAddress(path, from),
  address(path, to),
]
const route = (namespace: string, words: string): Gesture => ({ kind: 'add-route', namespace, words })
const sysctl = (namespace: string, key: string, value: number): Gesture => ({
  kind: 'set-sysctl',
  namespace,
  key: `net.ipv4.${key}`,
  value: String(value),
})
const promisc = (path: string): Gesture => ({
  kind: 'set-link',
  device: device(path),
  change: { property: 'promisc', on: true },
})
const hairpin = (path: string): Gesture => ({ kind: 'set-port-flag', device: device(path), flag: 'hairpin', on: true })

/** A container whose gateway does not exist, and what its host needs to answer for it. */
function calicoSide(side: {
  readonly host: string
  readonly ctr: string
  readonly own: string
  readonly other: string
  readonly via: string
  readonly self: string
}): readonly Gesture[] {
  const { host, ctr, own, other, via, self } = side
  const veth = `veth-${ctr}`
  return [
    container(host),
    cable(host, ctr),
    noAddress(`${host}/${veth}`, '10.0.0.1/24'),
    ...readdress(`${ctr}/eth0`, '10.0.0.2/24', `${own}/24`),
    route(ctr, '169.254.1.1 dev eth0'),
    route(ctr, 'default via 169.254.1.1 dev eth0'),
    route(host, `${own} dev ${veth}`),
    route(host, `${other} via ${via} dev eth0`),
    sysctl(host, 'ip_forward', 1),
    sysctl(host, `conf.${veth}.proxy_arp`, 1),
    route('r1', `${own} via ${self}`),
  ]
}

const CALICO: LabByHand = {
  lab: 'calico-proxy-arp',
  gestures: [
    machine('switch'),
    machine('host'),
    machine('host'),
    machine('router'),
    cable('hostA', 'sw1/br0'),
    ...readdress('hostA/eth0', '10.0.0.2/24', '192.168.1.109/24'),
    cable('hostB', 'sw1/br0'),
    cable('r1', 'sw1/br0'),
    { kind: 'add-link', namespace: 'r1', type: 'dummy' },
    address('r1/dummy0', '8.8.8.8/32'),
    ...calicoSide({
      host: 'hostA',
      ctr: 'ctrA',
      own: '10.10.10.10',
      other: '10.10.10.20',
      via: '192.168.1.110',
      self: '192.168.1.109',
    }),
    ...calicoSide({
      host: 'hostB',
      ctr: 'ctrB',
      own: '10.10.10.20',
      other: '10.10.10.10',
      via: '192.168.1.109',
      self: '192.168.1.110',
    }),
  ],
}

/** A host with two veth pairs of its own, each with one end in a bridge that sends frames back where they came from. */
const HAIRPIN_HOST: readonly Gesture[] = [
  machine('host'),
  bridge('hostA'),
  cable('hostA', 'hostA/br0'),
  cable('hostA', 'hostA/br0'),
  hairpin('hostA/p0'),
  hairpin('hostA/p1'),
  sysctl('hostA', 'conf.all.rp_filter', 2),
]

const VEPA = { kind: 'macvlan', mode: 'vepa' } as const
const PRIVATE = { kind: 'macvlan', mode: 'private' } as const

/** A new container with a child of an interface of its machine. */
const vepaChild = (parent: string, ctr: string): readonly Gesture[] => [container('hostA'), child(parent, ctr, VEPA)]

const MACVLAN_VEPA: LabByHand = {
  lab: 'macvlan-vepa-vlan-hairpin',
  gestures: [
    ...HAIRPIN_HOST,
    child('hostA/veth0', 'hostA', { kind: 'vlan', id: 11 }),
    noAddress('hostA/veth0.11', '10.0.11.2/24'),
    promisc('hostA/veth0.11'),
    child('hostA/veth1', 'hostA', { kind: 'vlan', id: 12 }),
    noAddress('hostA/veth1.12', '10.0.12.2/24'),
    promisc('hostA/veth1.12'),
    ...vepaChild('hostA/veth0.11', 'ctrA'),
    ...readdress('ctrA/macv0', '10.0.0.2/24', '192.168.9.2/24'),
    ...vepaChild('hostA/veth0.11', 'ctrB'),
    ...vepaChild('hostA/veth1.12', 'ctrC'),
    ...readdress('ctrC/macv0', '10.0.0.2/24', '192.168.9.2/24'),
    ...vepaChild('hostA/veth1.12', 'ctrD'),
    ...readdress('ctrD/macv0', '192.168.9.4/24', '192.168.9.3/24'),
    ...['ctrA', 'ctrB', 'ctrC', 'ctrD'].map((ctr) => route(ctr, 'default dev macv0')),
  ],
}

const MACVLAN_PRIVATE: LabByHand = {
  lab: 'macvlan-private-blocked',
  gestures: [
    ...HAIRPIN_HOST,
    promisc('hostA/veth0'),
    promisc('hostA/veth1'),
    container('hostA'),
    child('hostA/veth0', 'ctrA', PRIVATE),
    ...readdress('ctrA/macv0', '10.0.0.2/24', '192.168.9.2/24'),
    container('hostA'),
    child('hostA/veth0', 'ctrB', PRIVATE),
    container('hostA'),
    child('hostA/veth1', 'ctrC', PRIVATE),
    ...readdress('ctrC/macv0', '192.168.9.4/24', '192.168.9.5/24'),
  ],
}

/** A host and a neighbour on a LAN with a gateway. */
const LAN: readonly Gesture[] = [
  machine('switch'),
  machine('host'),
  machine('host'),
  machine('router'),
  cable('hostA', 'sw1/br0'),
  ...readdress('hostA/eth0', '10.0.0.2/24', '10.138.36.58/23'),
  cable('hostB', 'sw1/br0'),
  ...readdress('hostB/eth0', '10.138.36.59/23', '10.138.36.66/23'),
  cable('r1', 'sw1/br0'),
  sysctl('hostA', 'conf.all.rp_filter', 2),
  container('hostA'),
  container('hostA'),
]

const IPVLAN_L2: LabByHand = {
  lab: 'ipvlan-l2-bridge',
  gestures: [
    ...LAN,
    child('hostA/eth0', 'ctrA', { kind: 'ipvlan', mode: 'l2', flag: 'bridge' }),
    ...readdress('ctrA/ipvl0', '10.138.36.67/23', '10.138.36.2/23'),
    route('ctrA', 'default dev ipvl0'),
    child('hostA/eth0', 'ctrB', { kind: 'ipvlan', mode: 'l2', flag: 'bridge' }),
    ...readdress('ctrB/ipvl0', '10.138.36.67/23', '10.138.36.3/23'),
    route('ctrB', 'default via 10.138.36.1'),
  ],
}

const IPVLAN_L3: LabByHand = {
  lab: 'ipvlan-l3-bridge',
  gestures: [
    ...LAN,
    child('hostA/eth0', 'ctrA', { kind: 'ipvlan', mode: 'l3', flag: 'bridge' }),
    ...readdress('ctrA/ipvl0', '10.0.0.2/24', '192.168.9.2/24'),
    route('ctrA', 'default dev ipvl0'),
    child('hostA/eth0', 'ctrB', { kind: 'ipvlan', mode: 'l3', flag: 'bridge' }),
  ],
}

const LAYER_3_BRIDGE: LabByHand = {
  lab: 'l3bridge-09-proxy-arp-both-sides',
  gestures: [
    machine('host'),
    bridge('hostA'),
    bridge('hostA'),
    vm('hostA/br0'),
    ...readdress('vm1/eth0', '10.0.0.2/24', '192.168.1.1/24'),
    vm('hostA/br1'),
    noAddress('vm2/eth0', '10.0.0.2/24'),
    address('hostA/br0', '192.168.1.2/24'),
    machine('router'),
    cable('hostA', 'r1'),
    ...readdress('r1/eth0', '10.0.0.1/24', '192.168.100.1/24'),
    ...readdress('hostA/eth0', '10.0.0.2/24', '192.168.100.56/24'),
    route('hostA', 'default via 192.168.100.1'),
    sysctl('hostA', 'ip_forward', 1),
    sysctl('hostA', 'conf.all.rp_filter', 1),
    sysctl('vm1', 'ip_forward', 1),
    route('vm2', 'default dev eth0'),
    route('hostA', '192.168.1.1/32 dev br0'),
    address('hostA/br1', '192.168.1.5/32'),
    address('vm2/eth0', '192.168.1.6/24'),
    route('hostA', '192.168.1.6/32 dev br1'),
    sysctl('hostA', 'conf.br1.proxy_arp', 1),
  ],
}

/** Every lab that is built by hand. */
export const LABS_BY_HAND: readonly LabByHand[] = [
  CALICO,
  MACVLAN_VEPA,
  MACVLAN_PRIVATE,
  IPVLAN_L2,
  IPVLAN_L3,
  LAYER_3_BRIDGE,
]
