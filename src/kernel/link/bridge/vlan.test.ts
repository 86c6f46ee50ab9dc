// VLAN filtering: __allowed_ingress, br_allowed_egress, br_handle_vlan, and memberships by hand and by default.
import { describe, expect, test } from 'vitest'
import { setPromiscuity } from '../../netdev/lifecycle.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { changeBridge } from './settings.ts'
import {
  addMachine,
  type BridgeLab,
  BROADCAST,
  createLab,
  learned,
  type Machine,
  machineMac,
  plugMachines,
  send,
  sightings,
  table,
  verdicts,
} from './test-lab.ts'
import { bridgeVlans, portView } from './views.ts'
import { vlanAdd, vlanDelete } from './vlan.ts'
import { addPort } from '../../netdev/settled-test-lab.ts'

const PLAIN = { pvid: false, untagged: false }
const ACCESS = { pvid: true, untagged: true }

function range(id: number, to = id): { self: boolean; from: number; to: number } {
  return { self: false, from: id, to }
}

/** Makes a port a member of one VLAN only, untagged, as `vlan del … vid 1` and `vlan add … pvid untagged` do. */
function makeAccess(lab: BridgeLab, device: NetDevice, id: number): void {
  vlanDelete(lab.world, device, range(1))
  vlanAdd(lab.world, device, { ...range(id), ...ACCESS })
}

/** p1 and p2 in VLAN 10, p3 in VLAN 20. */
function filteringLab(): { lab: BridgeLab; machines: [Machine, Machine, Machine] } {
  const lab = createLab({ vlanFiltering: true })
  const [one, two, three] = plugMachines(lab, 3)
  if (one === undefined || two === undefined || three === undefined) throw new Error('three machines were asked for')
  makeAccess(lab, one.port, 10)
  makeAccess(lab, two.port, 10)
  makeAccess(lab, three.port, 20)
  return { lab, machines: [one, two, three] }
}

function memberships(device: NetDevice, lab: BridgeLab): string[] {
  const list = device.state.kind === 'bridge' ? bridgeVlans(device) : (portView(lab.world, device)?.vlans ?? [])
  return list.map(({ id, pvid, untagged }) => `${id}${pvid ? ' PVID' : ''}${untagged ? ' Egress Untagged' : ''}`)
}

describe('without vlan_filtering', () => {
  test('tags are opaque: a tagged frame is forwarded with its tag and learned without one', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 2)
    send(lab, { from: one!.eth0, to: machineMac(2), vlan: 7 })
    expect(sightings(lab)).toEqual(['p1 in vlan 7', 'p2 out vlan 7'])
    expect(learned(lab)).toEqual(['001 on p1'])
  })
})

describe('__allowed_ingress', () => {
  test('puts an untagged frame into the PVID of its port; only members of that VLAN hear it', () => {
    const { lab, machines } = filteringLab()
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out'])
    expect(learned(lab)).toEqual(['001 on p1 vlan 10'])
    expect(verdicts(lab)).toEqual(['bridge.flood p1', 'bridge.egress_refused br0'])
  })

  test('treats a priority tag as no tag', () => {
    const { lab, machines } = filteringLab()
    send(lab, { from: machines[0].eth0, to: BROADCAST, vlan: 0 })
    expect(learned(lab)).toEqual(['001 on p1 vlan 10'])
  })

  test('drops an untagged frame where there is no PVID', () => {
    const { lab, machines } = filteringLab()
    vlanAdd(lab.world, machines[0].port, { ...range(10), ...PLAIN })
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(verdicts(lab)).toEqual(['bridge.vlan_ingress p1'])
    expect(learned(lab)).toEqual([])
  })

  test('drops a tagged frame of a VLAN that the port is not in', () => {
    const { lab, machines } = filteringLab()
    send(lab, { from: machines[0].eth0, to: BROADCAST, vlan: 20 })
    expect(verdicts(lab)).toEqual(['bridge.vlan_ingress p1'])
  })

  test('holds for frames of this host too', () => {
    const { lab } = filteringLab()
    vlanDelete(lab.world, lab.bridge, { ...range(1), self: true })
    send(lab, { from: lab.bridge, to: BROADCAST })
    expect(verdicts(lab)).toEqual(['bridge.vlan_ingress br0'])
  })
})

describe('br_handle_vlan', () => {
  test('sends tagged to a trunk and untagged to an access port', () => {
    const { lab, machines } = filteringLab()
    const trunk = addMachine(lab, 4)
    addPort(lab.world, lab.bridge, trunk.port)
    vlanDelete(lab.world, trunk.port, range(1))
    vlanAdd(lab.world, trunk.port, { ...range(10), ...PLAIN })
    vlanAdd(lab.world, trunk.port, { ...range(20), ...PLAIN })
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p4 out vlan 10', 'p2 out'])
    send(lab, { from: trunk.eth0, to: BROADCAST, vlan: 20 })
    expect(sightings(lab)).toEqual(['p4 in vlan 20', 'p3 out'])
  })

  test('keeps one table for each VLAN', () => {
    const { lab, machines } = filteringLab()
    send(lab, { from: machines[0].eth0, to: BROADCAST, source: machineMac(7) })
    send(lab, { from: machines[2].eth0, to: BROADCAST, source: machineMac(7) })
    expect(learned(lab)).toEqual(['007 on p3 vlan 20', '007 on p1 vlan 10'])
    send(lab, { from: machines[1].eth0, to: machineMac(7) })
    expect(sightings(lab)).toEqual(['p2 in', 'p1 out'])
  })
})

describe('br_pass_frame_up', () => {
  test('lets the host hear a VLAN only when the bridge is a member, untagged if so set', () => {
    const { lab, machines } = filteringLab()
    vlanAdd(lab.world, lab.bridge, { ...range(10), self: true, ...PLAIN })
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out', 'br0 in vlan 10'])
    vlanAdd(lab.world, lab.bridge, { ...range(10), self: true, ...ACCESS })
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out', 'br0 in'])
  })

  test('shows a capture on the bridge the frames of all VLANs', () => {
    const { lab, machines } = filteringLab()
    setPromiscuity(lab.world, lab.bridge, 1)
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out', 'br0 in vlan 10'])
  })
})

describe('br_vlan_add and nbp_vlan_add', () => {
  test('give every port and the bridge VLAN 1, PVID and untagged', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    expect(memberships(lab.bridge, lab)).toEqual(['1 PVID Egress Untagged'])
    expect(memberships(one!.port, lab)).toEqual(['1 PVID Egress Untagged'])
  })

  test('move the PVID, and take away flags that are not asked for again', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    vlanAdd(lab.world, one!.port, { ...range(10, 12), ...PLAIN, untagged: true })
    vlanAdd(lab.world, one!.port, { ...range(11), ...ACCESS })
    expect(memberships(one!.port, lab)).toEqual([
      '1 Egress Untagged',
      '10 Egress Untagged',
      '11 PVID Egress Untagged',
      '12 Egress Untagged',
    ])
    vlanAdd(lab.world, one!.port, { ...range(11), ...PLAIN })
    expect(memberships(one!.port, lab)).toEqual(['1 Egress Untagged', '10 Egress Untagged', '11', '12 Egress Untagged'])
  })

  test('make the address local in the VLAN, unless another owner has it there', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    vlanAdd(lab.world, lab.bridge, { ...range(10), self: true, ...PLAIN })
    vlanAdd(lab.world, one!.port, { ...range(10, 11), ...PLAIN })
    expect(table(lab)).toEqual([
      '101 on p1 vlan 11 local',
      '101 on br0 vlan 10 local',
      '101 on p1 vlan 1 local',
      '101 on p1 local',
    ])
  })

  test('refuse as Linux does', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    const outside = addMachine(lab, 2)
    const invalid = { errno: 'EINVAL', message: 'bridge: Vlan id is invalid' }
    expect(vlanAdd(lab.world, one!.port, { ...range(0), ...PLAIN })).toEqual(invalid)
    expect(vlanAdd(lab.world, one!.port, { ...range(4095), ...PLAIN })).toEqual(invalid)
    expect(vlanAdd(lab.world, lab.bridge, { ...range(10), ...PLAIN })).toEqual({ errno: 'EOPNOTSUPP' })
    expect(vlanAdd(lab.world, outside.port, { ...range(10), ...PLAIN })).toEqual({ errno: 'EOPNOTSUPP' })
    expect(vlanAdd(lab.world, one!.port, { ...range(10), self: true, ...PLAIN })).toEqual({ errno: 'EOPNOTSUPP' })
  })
})

describe('nbp_vlan_delete', () => {
  test('forgets what was learned in the VLAN; deleting what is not there is no error', () => {
    const { lab, machines } = filteringLab()
    send(lab, { from: machines[0].eth0, to: BROADCAST })
    expect(vlanDelete(lab.world, machines[0].port, range(77))).toBeUndefined()
    expect(vlanDelete(lab.world, machines[0].port, range(10))).toBeUndefined()
    expect(learned(lab)).toEqual([])
    expect(memberships(machines[0].port, lab)).toEqual([])
  })

  test('hands the entry of an address that the bridge has too to the bridge', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    vlanDelete(lab.world, one!.port, range(1))
    expect(table(lab)).toEqual(['101 on br0 vlan 1 local', '101 on p1 local'])
  })
})

describe('__br_vlan_set_default_pvid', () => {
  test('exchanges the default where it still stands', () => {
    const lab = createLab()
    const [one, two] = plugMachines(lab, 2)
    makeAccess(lab, one!.port, 10)
    expect(changeBridge(lab.world, lab.bridge, { defaultPvid: 20 })).toBeUndefined()
    expect(memberships(lab.bridge, lab)).toEqual(['20 PVID Egress Untagged'])
    expect(memberships(one!.port, lab)).toEqual(['10 PVID Egress Untagged'])
    expect(memberships(two!.port, lab)).toEqual(['20 PVID Egress Untagged'])
    expect(changeBridge(lab.world, lab.bridge, { defaultPvid: 0 })).toBeUndefined()
    expect(memberships(two!.port, lab)).toEqual([])
    expect(changeBridge(lab.world, lab.bridge, { defaultPvid: 4095 })).toEqual({ errno: 'EINVAL' })
  })
})
