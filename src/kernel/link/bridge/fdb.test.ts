// The forwarding table: br_fdb_update, br_fdb_cleanup, local entries, entries by hand.
import { describe, expect, test } from 'vitest'
import { mac } from '../../../wire/address.ts'
import { changeMac, setPromiscuity } from '../../netdev/lifecycle.ts'
import type { FdbSpec } from '../../system-call.ts'
import { bridgeState } from './bridge-id.ts'
import { fdbFind } from './fdb.ts'
import { fdbAdd, fdbDelete, fdbFlush } from './fdb-user.ts'
import { setPort } from './port.ts'
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
  portMac,
  run,
  send,
  sightings,
  table,
} from './test-lab.ts'
import { fdbViews } from './views.ts'
import { addPort, devClose, removePort } from '../../netdev/settled-test-lab.ts'

function labOfTwo(): { lab: BridgeLab; one: Machine; two: Machine } {
  const lab = createLab()
  const [one, two] = plugMachines(lab, 2)
  if (one === undefined || two === undefined) throw new Error('two machines were asked for')
  return { lab, one, two }
}

/** What `bridge fdb add MAC dev DEV master STATE` asks for. */
function spec(machine: Machine, text: string, more: Partial<FdbSpec> = {}): FdbSpec {
  return { ifindex: machine.port.ifindex, mac: mac(text), target: 'master', ...more }
}

describe('br_fdb_update', () => {
  test('learns the source of a frame and tells the trace', () => {
    const { lab, one } = labOfTwo()
    send(lab, { from: one.eth0, to: BROADCAST })
    expect(learned(lab)).toEqual(['001 on p1'])
    expect(lab.events.find(({ kind }) => kind === 'bridge.fdb_update')).toMatchObject({
      a: machineMac(1),
      b: one.port.id,
      c: 0,
    })
  })

  test('moves a station at its first frame on another port', () => {
    const { lab, one, two } = labOfTwo()
    send(lab, { from: one.eth0, to: BROADCAST })
    send(lab, { from: two.eth0, to: BROADCAST, source: machineMac(1) })
    expect(learned(lab)).toEqual(['001 on p2'])
    expect(lab.events.find(({ kind }) => kind === 'bridge.fdb_update')).toMatchObject({ b: two.port.id })
  })

  test('says nothing when an entry is merely refreshed', () => {
    const { lab, one } = labOfTwo()
    send(lab, { from: one.eth0, to: BROADCAST })
    const before = fdbFind(bridgeState(lab.bridge), machineMac(1), 0)?.updatedAt ?? 0
    send(lab, { from: one.eth0, to: BROADCAST })
    expect(lab.events.filter(({ kind }) => kind === 'bridge.fdb_update')).toEqual([])
    expect(fdbFind(bridgeState(lab.bridge), machineMac(1), 0)?.updatedAt).toBeGreaterThan(before)
  })

  test('keeps a sticky entry on its port', () => {
    const { lab, one, two } = labOfTwo()
    expect(
      fdbAdd(lab.world, one.port, spec(one, '02:00:00:00:00:77', { state: 'static', sticky: true }), 'add'),
    ).toBeUndefined()
    send(lab, { from: two.eth0, to: BROADCAST, source: mac('02:00:00:00:00:77') })
    expect(learned(lab)).toContain('077 on p1 static')
  })

  test('moves a static entry, which stays static', () => {
    const { lab, one, two } = labOfTwo()
    fdbAdd(lab.world, one.port, spec(one, '02:00:00:00:00:77', { state: 'static' }), 'add')
    send(lab, { from: two.eth0, to: BROADCAST, source: mac('02:00:00:00:00:77') })
    expect(learned(lab)).toContain('077 on p2 static')
  })

  test('does not learn an address of its own, but processes the frame', () => {
    const { lab, one } = labOfTwo()
    send(lab, { from: one.eth0, to: BROADCAST, source: portMac(2) })
    expect(learned(lab)).toEqual([])
    expect(sightings(lab)).toEqual(['p1 in', 'p2 out', 'br0 in'])
  })

  test('learns nothing with learning off or an ageing time of 0', () => {
    const { lab, one, two } = labOfTwo()
    setPort(lab.world, one.port, { learning: false })
    send(lab, { from: one.eth0, to: BROADCAST })
    changeBridge(lab.world, lab.bridge, { ageingTimeMs: 0 })
    send(lab, { from: two.eth0, to: BROADCAST })
    expect(learned(lab)).toEqual([])
  })

  test('keeps addresses apart that differ in one bit, in every VLAN', () => {
    const lab = createLab({ vlanFiltering: true, defaultPvid: 4001 })
    const [one] = plugMachines(lab, 1)
    for (const source of ['02:00:00:00:00:20', '02:00:00:00:00:21', '02:00:00:00:00:22', '02:00:00:00:00:23']) {
      send(lab, { from: one!.eth0, to: BROADCAST, source: mac(source) })
    }
    expect(learned(lab)).toEqual([
      '023 on p1 vlan 4001',
      '022 on p1 vlan 4001',
      '021 on p1 vlan 4001',
      '020 on p1 vlan 4001',
    ])
  })
})

describe('br_fdb_cleanup', () => {
  test('forgets an entry when the ageing time after its last frame is over, not before', () => {
    const { lab, one, two } = labOfTwo()
    send(lab, { from: one.eth0, to: BROADCAST })
    run(lab, 200_000)
    send(lab, { from: two.eth0, to: BROADCAST })
    run(lab, 99_000)
    expect(learned(lab)).toEqual(['002 on p2', '001 on p1'])
    run(lab, 2_000)
    expect(learned(lab)).toEqual(['002 on p2'])
    expect(lab.events.find(({ kind }) => kind === 'bridge.fdb_update')).toMatchObject({ a: machineMac(2) })
    run(lab, 200_000)
    expect(learned(lab)).toEqual([])
    expect(lab.events.filter(({ kind }) => kind === 'bridge.fdb_update').at(-1)).toMatchObject({
      a: machineMac(2),
      b: 0,
    })
  })

  test('follows a new ageing time at once', () => {
    const { lab, one } = labOfTwo()
    send(lab, { from: one.eth0, to: BROADCAST })
    run(lab, 5_000)
    changeBridge(lab.world, lab.bridge, { ageingTimeMs: 2_000 })
    run(lab, 1)
    expect(learned(lab)).toEqual([])
  })

  test('never keeps a run going', () => {
    const { lab } = labOfTwo()
    run(lab, 60_000)
    expect(lab.world.queue.keepingCount).toBe(0)
    expect(lab.world.queue.timers.some(({ event }) => event.kind === 'bridge.gc')).toBe(true)
  })
})

describe('local entries', () => {
  test('of a new bridge are its address without a VLAN and in VLAN 1', () => {
    const lab = createLab()
    const address = lab.bridge.mac.toString(16).padStart(12, '0').slice(-3)
    expect(table(lab)).toEqual([`${address} on br0 vlan 1 local`, `${address} on br0 local`])
  })

  test('of a port take the place of the bridge’s own when it takes that address (br_fdb_change_mac_address)', () => {
    const lab = createLab()
    plugMachines(lab, 2)
    expect(table(lab)).toEqual([
      '102 on p2 vlan 1 local',
      '102 on p2 local',
      '101 on p1 vlan 1 local',
      '101 on p1 local',
    ])
  })

  test('of the last port go with it, and the bridge has none (fdb_delete_local)', () => {
    const lab = createLab()
    const [one] = plugMachines(lab, 1)
    removePort(lab.world, one!.port)
    expect(table(lab)).toEqual([])
    expect(lab.bridge.mac).toBe(0)
  })

  test('pass to another port with the same address when their port leaves', () => {
    const { lab, one, two } = labOfTwo()
    changeMac(lab.world, two.port, portMac(1))
    expect(table(lab)).toEqual(['101 on p1 vlan 1 local', '101 on p1 local'])
    removePort(lab.world, one.port)
    expect(table(lab)).toEqual(['101 on p2 vlan 1 local', '101 on p2 local'])
  })

  test('push out a learned entry of the same address (fdb_add_local)', () => {
    const { lab, one } = labOfTwo()
    const late = addMachine(lab, 3)
    send(lab, { from: one.eth0, to: BROADCAST, source: portMac(3) })
    expect(learned(lab)).toEqual(['103 on p1'])
    addPort(lab.world, lab.bridge, late.port)
    expect(learned(lab)).toEqual([])
    expect(table(lab)).toContain('103 on p3 local')
  })

  test('follow the address of their port (br_fdb_changeaddr)', () => {
    const { lab, two } = labOfTwo()
    changeMac(lab.world, two.port, mac('02:00:00:00:01:99'))
    expect(table(lab)).toEqual([
      '199 on p2 vlan 1 local',
      '199 on p2 local',
      '101 on p1 vlan 1 local',
      '101 on p1 local',
    ])
  })
})

describe('br_fdb_delete_by_port', () => {
  test('forgets what was learned on a port that goes down, and keeps what is static', () => {
    const { lab, one, two } = labOfTwo()
    send(lab, { from: one.eth0, to: BROADCAST })
    send(lab, { from: two.eth0, to: BROADCAST })
    fdbAdd(lab.world, one.port, spec(one, '02:00:00:00:00:77', { state: 'static' }), 'add')
    devClose(lab.world, one.eth0)
    expect(learned(lab)).toEqual(['077 on p1 vlan 1 static', '077 on p1 static', '002 on p2'])
  })

  test('is what fdb_flush of a port asks for', () => {
    const { lab, one, two } = labOfTwo()
    send(lab, { from: one.eth0, to: BROADCAST })
    send(lab, { from: two.eth0, to: BROADCAST })
    setPort(lab.world, one.port, { flushFdb: true })
    expect(learned(lab)).toEqual(['002 on p2'])
  })
})

describe('br_fdb_flush, as a setting of the bridge (br_changelink)', () => {
  test('forgets what was learned on every port, and keeps what is static and what is its own', () => {
    const { lab, one, two } = labOfTwo()
    const own = table(lab)
    send(lab, { from: one.eth0, to: BROADCAST })
    send(lab, { from: two.eth0, to: BROADCAST })
    fdbAdd(lab.world, one.port, spec(one, '02:00:00:00:00:77', { state: 'static' }), 'add')
    expect(changeBridge(lab.world, lab.bridge, { flushFdb: true })).toBeUndefined()
    expect(learned(lab)).toEqual(['077 on p1 vlan 1 static', '077 on p1 static'])
    expect(table(lab)).toEqual(expect.arrayContaining(own))
  })
})

describe('br_fdb_add', () => {
  test('without a VLAN makes the entry for none and for every VLAN of the port', () => {
    const { lab, one } = labOfTwo()
    expect(fdbAdd(lab.world, one.port, spec(one, '02:00:00:00:00:09', { state: 'static' }), 'add')).toBeUndefined()
    expect(learned(lab)).toEqual(['009 on p1 vlan 1 static', '009 on p1 static'])
  })

  test('makes a permanent entry local: frames to it go up', () => {
    const { lab, one, two } = labOfTwo()
    fdbAdd(lab.world, one.port, spec(one, '02:00:00:00:00:09'), 'add')
    send(lab, { from: two.eth0, to: mac('02:00:00:00:00:09') })
    expect(sightings(lab)).toEqual(['p2 in', 'br0 in'])
  })

  test('adds an address of the bridge itself with self', () => {
    const { lab } = labOfTwo()
    const request: FdbSpec = { ifindex: lab.bridge.ifindex, mac: mac('02:00:00:00:00:7d'), target: 'self' }
    expect(fdbAdd(lab.world, lab.bridge, request, 'add')).toBeUndefined()
    expect(table(lab).slice(0, 2)).toEqual(['07d on br0 vlan 1 local', '07d on br0 local'])
    expect(
      fdbAdd(lab.world, lab.bridge, { ...request, mac: mac('02:00:00:00:00:7e'), state: 'dynamic' }, 'add'),
    ).toEqual({ errno: 'EINVAL' })
  })

  test('replaces in place, so the entry keeps its age in the list', () => {
    const { lab, one, two } = labOfTwo()
    fdbAdd(lab.world, one.port, spec(one, '02:00:00:00:00:78', { state: 'static' }), 'add')
    fdbAdd(lab.world, one.port, spec(one, '02:00:00:00:00:79', { state: 'static' }), 'add')
    expect(fdbAdd(lab.world, two.port, spec(two, '02:00:00:00:00:78', { state: 'dynamic' }), 'replace')).toBeUndefined()
    expect(learned(lab)).toEqual(['079 on p1 vlan 1 static', '079 on p1 static', '078 on p2 vlan 1', '078 on p2'])
  })

  test('refuses as Linux does', () => {
    const { lab, one } = labOfTwo()
    const outside = addMachine(lab, 3)
    const add = (machine: Machine, text: string, more: Partial<FdbSpec>): unknown =>
      fdbAdd(lab.world, machine.port, spec(machine, text, more), 'add')
    expect(add(one, '02:00:00:00:00:78', { state: 'static' })).toBeUndefined()
    expect(add(one, '02:00:00:00:00:78', { state: 'static' })).toEqual({ errno: 'EEXIST' })
    expect(add(one, '02:00:00:00:00:7b', { sticky: true })).toEqual({ errno: 'EINVAL' })
    expect(add(one, '02:00:00:00:00:7c', { vlan: 7 })).toEqual({ errno: 'EINVAL' })
    expect(add(one, '00:00:00:00:00:00', {})).toEqual({ errno: 'EINVAL' })
    expect(add(outside, '02:00:00:00:00:7f', {})).toEqual({ errno: 'EOPNOTSUPP' })
    devClose(lab.world, one.port)
    expect(add(one, '02:00:00:00:00:7a', { state: 'dynamic' })).toEqual({ errno: 'EPERM' })
  })
})

describe('br_fdb_delete', () => {
  test('removes the entry from this port, or says that there is none', () => {
    const { lab, one, two } = labOfTwo()
    fdbAdd(lab.world, one.port, spec(one, '02:00:00:00:00:78', { state: 'static' }), 'add')
    expect(fdbDelete(lab.world, two.port, spec(two, '02:00:00:00:00:78'))).toEqual({ errno: 'ENOENT' })
    expect(fdbDelete(lab.world, one.port, spec(one, '02:00:00:00:00:78', { vlan: 9 }))).toEqual({ errno: 'EINVAL' })
    expect(fdbDelete(lab.world, one.port, spec(one, '02:00:00:00:00:78'))).toBeUndefined()
    expect(learned(lab)).toEqual([])
  })
})

describe('br_fdb_delete_bulk', () => {
  test('flushes a port, local entries too, and then the whole bridge', () => {
    const { lab, one } = labOfTwo()
    send(lab, { from: one.eth0, to: BROADCAST })
    expect(fdbFlush(lab.world, one.port, 'master')).toBeUndefined()
    expect(table(lab)).toEqual(['102 on p2 vlan 1 local', '102 on p2 local'])
    expect(fdbFlush(lab.world, lab.bridge, 'self')).toBeUndefined()
    expect(table(lab)).toEqual([])
    expect(fdbFlush(lab.world, one.eth0, 'self')).toEqual({ errno: 'EOPNOTSUPP' })
  })
})

describe('br_fdb_dump', () => {
  test('lists devices by number and, inside one device, the newest entry first', () => {
    const { lab, one, two } = labOfTwo()
    setPromiscuity(lab.world, lab.bridge, 1)
    changeMac(lab.world, lab.bridge, mac('02:00:00:00:0b:00'))
    send(lab, { from: two.eth0, to: BROADCAST })
    send(lab, { from: one.eth0, to: BROADCAST })
    const lines = fdbViews(lab.world, lab.host).map(
      ({ device, mac: address, vlan }) => `${device} ${address.toString(16)} ${vlan}`,
    )
    const own = lab.bridge.id
    expect(lines).toEqual([
      `${own} 20000000b00 1`,
      `${own} 20000000b00 0`,
      `${one.port.id} 20000000001 0`,
      `${one.port.id} 20000000101 1`,
      `${one.port.id} 20000000101 0`,
      `${two.port.id} 20000000002 0`,
      `${two.port.id} 20000000102 1`,
      `${two.port.id} 20000000102 0`,
    ])
  })
})
