// Joining and leaving, states, settings: br_add_if, br_del_if, br_device_event, br_stp_enable_port, br_setport.
import { describe, expect, test } from 'vitest'
import { mac } from '../../../wire/address.ts'
import { changeMac, changeMtu } from '../../netdev/lifecycle.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { deviceById } from '../../world.ts'
import { bridgeState } from './bridge-id.ts'
import { setPort } from './port.ts'
import { changeBridge } from './settings.ts'
import {
  addMachine,
  type BridgeLab,
  createLab,
  machineMac,
  must,
  plugMachines,
  portMac,
  run,
  table,
} from './test-lab.ts'
import { portView } from './views.ts'
import { addLink, addPort, devClose, devOpen, removeLink, removePort } from '../../netdev/settled-test-lab.ts'

function states(lab: BridgeLab): string[] {
  return bridgeState(lab.bridge).ports.map((id) => {
    const device = deviceById(lab.world, id)
    return `${device.name} ${device.port?.state ?? 'none'}`
  })
}

function addDummy(lab: BridgeLab, name: string, address: string): NetDevice {
  return must(addLink(lab.world, lab.host, { name, mac: mac(address), data: { kind: 'dummy' } }))
}

describe('br_add_if', () => {
  test('gives a port its defaults and counts it promiscuous', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    const { port } = one!
    expect([port.promiscuityCount, port.allMulticastCount, port.rxHandler, port.master]).toEqual([
      1,
      1,
      'bridge',
      lab.bridge.id,
    ])
    expect(portView(lab.world, port)).toMatchObject({
      bridge: lab.bridge.id,
      state: 'forwarding',
      portNo: 1,
      priority: 32,
      cost: 2,
      learning: true,
      hairpin: false,
      designatedPort: 0x8001,
      designatedCost: 0,
      designatedBridge: '8000.020000000101',
      designatedRoot: '8000.020000000101',
    })
  })

  test('takes the lowest free number', () => {
    const lab = createLab()
    const [one, two] = plugMachines(lab, 2)
    removePort(lab.world, one!.port)
    const three = addMachine(lab, 3)
    addPort(lab.world, lab.bridge, three.port)
    expect([three.port.port?.portNo, two!.port.port?.portNo]).toEqual([1, 2])
  })

  test('refuses as Linux does', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    const other = must(addLink(lab.world, lab.host, { name: 'br1', data: { kind: 'bridge' } }))
    expect(addPort(lab.world, lab.bridge, deviceById(lab.world, lab.host.loopback))).toEqual({ errno: 'EINVAL' })
    expect(addPort(lab.world, lab.bridge, other)).toEqual({
      errno: 'ELOOP',
      message: 'Can not enslave a bridge to a bridge',
    })
    expect(addPort(lab.world, other, one!.port)).toEqual({ errno: 'EBUSY' })
    const busy = addDummy(lab, 'd0', '02:00:00:00:03:00')
    busy.rxHandler = 'macvlan'
    expect(addPort(lab.world, lab.bridge, busy)).toEqual({ errno: 'EBUSY' })
    expect([busy.master, busy.promiscuityCount]).toEqual([0, 0])
  })

  test('costs 100 for a device without a speed', () => {
    const lab = createLab()
    const dummy = addDummy(lab, 'd0', '02:00:00:00:03:00')
    addPort(lab.world, lab.bridge, dummy)
    expect(dummy.port?.cost).toBe(100)
  })
})

describe('br_del_if', () => {
  test('leaves nothing of the port behind', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 2)
    const { port } = one!
    expect(removePort(lab.world, port)).toBeUndefined()
    expect([port.promiscuityCount, port.allMulticastCount, port.rxHandler, port.master, port.port]).toEqual([
      0,
      0,
      undefined,
      0,
      undefined,
    ])
    expect(table(lab)).toEqual(['102 on p2 vlan 1 local', '102 on p2 local'])
    expect(removePort(lab.world, port)).toEqual({ errno: 'EINVAL' })
  })

  test('happens when a port is deleted', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 2)
    removeLink(lab.world, one!.port)
    expect(states(lab)).toEqual(['p2 forwarding'])
  })
})

describe('port states', () => {
  test('a port with a link forwards at once with spanning tree off (br_make_forwarding)', () => {
    const lab = createLab()
    const machine = addMachine(lab, 1)
    addPort(lab.world, lab.bridge, machine.port)
    expect(states(lab)).toEqual(['p1 forwarding'])
  })

  test('a port without a link is disabled until it has one (br_port_carrier_check)', () => {
    const lab = createLab()
    const machine = addMachine(lab, 1)
    devClose(lab.world, machine.eth0)
    addPort(lab.world, lab.bridge, machine.port)
    expect(states(lab)).toEqual(['p1 disabled'])
    devOpen(lab.world, machine.eth0)
    expect(states(lab)).toEqual(['p1 forwarding'])
    devClose(lab.world, machine.eth0)
    expect(states(lab)).toEqual(['p1 disabled'])
  })

  test('follow the port up and down (NETDEV_UP, NETDEV_DOWN)', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    devClose(lab.world, one!.port)
    expect(states(lab)).toEqual(['p1 disabled'])
    devOpen(lab.world, one!.port)
    expect(states(lab)).toEqual(['p1 forwarding'])
  })

  test('follow the bridge up and down (br_stp_enable_bridge, br_stp_disable_bridge)', () => {
    const lab = createLab()
    plugMachines(lab, 2)
    devClose(lab.world, lab.bridge)
    expect(states(lab)).toEqual(['p2 disabled', 'p1 disabled'])
    devOpen(lab.world, lab.bridge)
    expect(states(lab)).toEqual(['p2 forwarding', 'p1 forwarding'])
  })

  test('pass listening and learning for a forward delay each with spanning tree on', () => {
    const lab = createLab({ stpState: true, forwardDelayMs: 4_000 })
    const machine = addMachine(lab, 1)
    addPort(lab.world, lab.bridge, machine.port)
    const seen = [3_000, 2_000, 1_000, 3_000].map((durationMs) => {
      const before = `${states(lab).join()} ${String(lab.bridge.carrier)}`
      run(lab, durationMs)
      return before
    })
    expect(seen).toEqual(['p1 listening false', 'p1 listening false', 'p1 learning false', 'p1 learning false'])
    expect([states(lab), lab.bridge.carrier]).toEqual([['p1 forwarding'], true])
  })

  test('stay as they are when spanning tree goes on, for ports that forward', () => {
    const lab = createLab()
    plugMachines(lab, 1)
    changeBridge(lab.world, lab.bridge, { stpState: true })
    expect(states(lab)).toEqual(['p1 forwarding'])
  })

  test('fall to blocking when another bridge claims the segment and the root', () => {
    const lab = createLab({ stpState: true })
    const [one, two] = plugMachines(lab, 2)
    for (const [at, { port }] of [one!, two!].entries()) {
      Object.assign(port.port!, {
        designatedRoot: '8000.010000000001',
        designatedBridge: '8000.010000000001',
        designatedPort: 0x8001 + at,
      })
    }
    // Any change of the configuration makes the bridge look at what its ports know.
    changeBridge(lab.world, lab.bridge, { priority: 0x9000 })
    expect(bridgeState(lab.bridge)).toMatchObject({ rootPort: 1, rootPathCost: 2, designatedRoot: '8000.010000000001' })
    expect(states(lab)).toEqual(['p2 blocking', 'p1 listening'])
  })
})

describe('br_setport', () => {
  test('sets a state by hand; blocking does not last with spanning tree off', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    for (const [wanted, expected] of [
      ['listening', 'p1 listening'],
      ['blocking', 'p1 forwarding'],
      ['disabled', 'p1 disabled'],
      ['forwarding', 'p1 forwarding'],
    ] as const) {
      expect(setPort(lab.world, one!.port, { state: wanted })).toBeUndefined()
      expect(states(lab)).toEqual([expected])
    }
  })

  test('refuses as Linux does', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    const outside = addMachine(lab, 2)
    expect(setPort(lab.world, outside.port, { cost: 5 })).toEqual({ errno: 'EOPNOTSUPP' })
    expect(setPort(lab.world, one!.port, { cost: 0 })).toEqual({ errno: 'ERANGE' })
    expect(setPort(lab.world, one!.port, { cost: 70_000 })).toEqual({ errno: 'ERANGE' })
    expect(setPort(lab.world, one!.port, { priority: 99 })).toEqual({ errno: 'ERANGE' })
    expect(setPort(lab.world, one!.port, { groupFwdMask: 2 })).toEqual({ errno: 'EINVAL' })
    expect(setPort(lab.world, one!.port, { groupFwdMask: 1 })).toBeUndefined()
    devClose(lab.world, one!.eth0)
    expect(setPort(lab.world, one!.port, { state: 'forwarding' })).toEqual({ errno: 'ENETDOWN' })
    changeBridge(lab.world, lab.bridge, { stpState: true })
    expect(setPort(lab.world, one!.port, { state: 'disabled' })).toEqual({ errno: 'EBUSY' })
  })

  test('puts priority and number into the port id', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    setPort(lab.world, one!.port, { priority: 16, cost: 7 })
    expect(portView(lab.world, one!.port)).toMatchObject({
      priority: 16,
      cost: 7,
      designatedPort: 0x4001,
      state: 'forwarding',
    })
  })
})

describe('br_device_event', () => {
  test('a new address of a port may become the address of the bridge', () => {
    const lab = createLab()
    const [one, two] = plugMachines(lab, 2)
    changeMac(lab.world, two!.port, machineMac(5))
    expect(lab.bridge.mac).toBe(machineMac(5))
    changeMac(lab.world, two!.port, portMac(9))
    expect(lab.bridge.mac).toBe(one!.port.mac)
  })

  test('the smallest MTU of the ports becomes that of the bridge', () => {
    const lab = createLab()
    const [, two] = plugMachines(lab, 2)
    changeMtu(lab.world, two!.port, 1400)
    expect(lab.bridge.mtuBytes).toBe(1400)
    removePort(lab.world, two!.port)
    expect(lab.bridge.mtuBytes).toBe(1500)
    changeMtu(lab.world, lab.bridge, 1300)
    addPort(lab.world, lab.bridge, two!.port)
    expect(lab.bridge.mtuBytes).toBe(1300)
  })
})
