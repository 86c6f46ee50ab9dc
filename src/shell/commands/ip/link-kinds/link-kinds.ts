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
