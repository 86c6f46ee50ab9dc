/** The kinds of link that the command line knows. */
import { bridgeKind } from './bridge.ts'
import { bridgeSlaveKind } from './bridge-slave.ts'
import { dummyKind } from './dummy.ts'
import { ipvlanKind } from './ipvlan.ts'
import type { LinkKind } from './link-kind.ts'
import { macvlanKind } from './macvlan.ts'
import { vethKind } from './veth.ts'
import { vlanKind } from './vlan.ts'

export const LINK_KINDS: readonly LinkKind[] = [
  vethKind,
  bridgeKind,
  bridgeSlaveKind,
  vlanKind,
  macvlanKind,
  ipvlanKind,
  dummyKind,
]

/** Kinds that Linux has and the lab has not, with what to use instead. */
export const KINDS_NOT_MODELLED: Readonly<Record<string, string>> = {
  vxlan: 'Connect the two hosts with a veth pair to see the same bridging.',
  bond: 'Use a single veth pair.',
  team: 'Use a single veth pair.',
  tun: 'Use a veth pair.',
  tap: 'Use a veth whose peer is in the VM’s namespace.',
  macvtap: 'Use a macvlan in the VM’s namespace.',
  ipvtap: 'Use an ipvlan in the VM’s namespace.',
  vrf: 'Use a namespace, or `ip rule` with a table of its own.',
  ifb: 'Traffic control is not modelled.',
  wireguard: 'Connect the two hosts with a veth pair.',
  gre: 'Connect the two hosts with a veth pair.',
  ipip: 'Connect the two hosts with a veth pair.',
  sit: 'Connect the two hosts with a veth pair.',
  geneve: 'Connect the two hosts with a veth pair.',
}
