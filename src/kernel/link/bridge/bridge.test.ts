// The bridge device: br_dev_newlink, br_stp_recalculate_bridge_id, br_set_mac_address, carrier, br_changelink, br_dev_delete.
import { describe, expect, test } from 'vitest'
import { formatMac, mac } from '../../../wire/address.ts'
import { changeMac } from '../../netdev/lifecycle.ts'
import { isRefusal } from '../link-kind.ts'
import { bridgeKind } from './bridge.ts'
import { addMachine, type BridgeLab, createLab, must, plugMachines, portMac, table } from './test-lab.ts'
import { addLink, addPort, devClose, removeLink, removePort } from '../../netdev/settled-test-lab.ts'

const CHOSEN = mac('02:42:00:00:00:01')

function details(lab: BridgeLab): ReturnType<typeof bridgeKind.describe> {
  return bridgeKind.describe(lab.world, lab.bridge)
}

describe('br_dev_newlink', () => {
  test('makes a bridge with Linux’s defaults, a random address and an id without one', () => {
    const lab = createLab()
    expect(details(lab)).toEqual({
      kind: 'bridge',
      forwardDelayMs: 15_000,
      helloTimeMs: 2_000,
      maxAgeMs: 20_000,
      ageingTimeMs: 300_000,
      stpState: false,
      priority: 32_768,
      vlanFiltering: false,
      vlanProtocol: '802.1Q',
      defaultPvid: 1,
      bridgeId: '8000.000000000000',
      designatedRoot: '8000.000000000000',
      rootPort: 0,
      rootPathCost: 0,
      topologyChange: false,
      groupFwdMask: 0,
      mcastSnooping: true,
      spanningTree: {
        ownForwardDelayMs: 15_000,
        ownHelloTimeMs: 2_000,
        ownMaxAgeMs: 20_000,
        topologyChangeDetected: false,
        helloTimerMs: 0,
        tcnTimerMs: 0,
        topologyChangeTimerMs: 0,
        gcTimerMs: 100,
      },
    })
    expect(formatMac(lab.bridge.mac)).toMatch(/^.[26ae]:/)
  })

  test('is up with carrier and in state UNKNOWN as long as it never had a port', () => {
    const { bridge } = createLab()
    expect([bridge.up, bridge.carrier, bridge.operState]).toEqual([true, true, 'UNKNOWN'])
  })

  test('has no carrier when its address was given', () => {
    const lab = createLab({}, { mac: CHOSEN })
    expect([lab.bridge.carrier, lab.bridge.operState]).toEqual([false, 'DOWN'])
    expect(details(lab)).toMatchObject({ bridgeId: '8000.024200000001', designatedRoot: '8000.024200000001' })
    expect(table(lab)).toEqual(['001 on br0 vlan 1 local', '001 on br0 local'])
  })

  test('leaves nothing behind when a setting is refused', () => {
    const lab = createLab()
    const result = addLink(lab.world, lab.host, { name: 'br1', data: { kind: 'bridge', helloTimeMs: 500 } })
    expect(isRefusal(result) && result.errno).toBe('ERANGE')
    expect(lab.host.deviceByName.has('br1')).toBe(false)
  })
})

describe('br_stp_recalculate_bridge_id', () => {
  test('takes the lowest address of the ports, and zero when the last one is gone', () => {
    const lab = createLab()
    const [one, two] = [addMachine(lab, 1), addMachine(lab, 2)]
    addPort(lab.world, lab.bridge, two.port)
    expect(lab.bridge.mac).toBe(portMac(2))
    addPort(lab.world, lab.bridge, one.port)
    expect(lab.bridge.mac).toBe(portMac(1))
    expect(details(lab)).toMatchObject({ bridgeId: '8000.020000000101' })
    removePort(lab.world, one.port)
    expect(lab.bridge.mac).toBe(portMac(2))
    removePort(lab.world, two.port)
    expect(lab.bridge.mac).toBe(0)
  })

  test('leaves an address alone that the user chose, at creation or later (br_set_mac_address)', () => {
    const given = createLab({}, { mac: CHOSEN })
    plugMachines(given, 1)
    expect(given.bridge.mac).toBe(CHOSEN)
    const later = createLab()
    expect(changeMac(later.world, later.bridge, CHOSEN)).toBeUndefined()
    plugMachines(later, 1)
    expect(later.bridge.mac).toBe(CHOSEN)
    expect(details(later)).toMatchObject({ bridgeId: '8000.024200000001' })
    expect(changeMac(later.world, later.bridge, mac('01:00:00:00:00:00'))).toEqual({ errno: 'EADDRNOTAVAIL' })
  })
})

describe('carrier of the bridge (br_port_state_selection)', () => {
  test('is there exactly while a port forwards, once there was a port', () => {
    const lab = createLab()
    const machine = addMachine(lab, 1)
    devClose(lab.world, machine.eth0)
    addPort(lab.world, lab.bridge, machine.port)
    expect([lab.bridge.carrier, lab.bridge.operState]).toEqual([false, 'DOWN'])
    const [, two] = [0, addMachine(lab, 2)]
    addPort(lab.world, lab.bridge, two.port)
    expect([lab.bridge.carrier, lab.bridge.operState]).toEqual([true, 'UP'])
    removePort(lab.world, two.port)
    expect([lab.bridge.carrier, lab.bridge.operState]).toEqual([false, 'DOWN'])
  })
})

describe('br_changelink', () => {
  test('keeps the times in bounds; the forward delay only with spanning tree on', () => {
    const lab = createLab()
    const change = (data: object): unknown => bridgeKind.change?.(lab.world, lab.bridge, { kind: 'bridge', ...data })
    expect(change({ forwardDelayMs: 1_000 })).toBeUndefined()
    expect(change({ stpState: true })).toBeUndefined()
    expect(details(lab)).toMatchObject({ stpState: true, forwardDelayMs: 2_000 })
    expect(change({ forwardDelayMs: 1_000 })).toEqual({ errno: 'ERANGE' })
    expect(change({ helloTimeMs: 500 })).toEqual({ errno: 'ERANGE' })
    expect(change({ maxAgeMs: 1_000 })).toEqual({ errno: 'ERANGE' })
    expect(change({ groupFwdMask: 7 })).toEqual({ errno: 'EINVAL' })
    expect(change({ groupFwdMask: 0x4000, priority: 0x1000 })).toBeUndefined()
    expect(details(lab)).toMatchObject({
      groupFwdMask: 0x4000,
      bridgeId: '1000.000000000000',
      designatedRoot: '1000.000000000000',
    })
  })
})

describe('br_dev_delete', () => {
  test('frees the ports and stops the ageing', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 2)
    const other = must(addLink(lab.world, lab.host, { name: 'br1', data: { kind: 'bridge' } }))
    expect(removeLink(lab.world, lab.bridge)).toBeUndefined()
    expect([one!.port.master, one!.port.port, one!.port.rxHandler, one!.port.promiscuityCount]).toEqual([
      0,
      undefined,
      undefined,
      0,
    ])
    expect(addPort(lab.world, other, one!.port)).toBeUndefined()
    expect([...lab.world.queue.live.values()].filter(({ event }) => event.kind === 'bridge.gc')).toEqual([])
  })
})
