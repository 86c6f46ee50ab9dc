import { describe, expect, test } from 'vitest'
import { fullName, laneRows, rowAt, rowIndexByDevice } from './lanes.ts'
import type { LaneDevice, LaneOptions } from './lanes.ts'

const device = (id: number, machine: string, namespace: string, name: string): LaneDevice => ({
  device: id,
  machine,
  namespace,
  name,
  isLoopback: name === 'lo',
})
const DEVICES = [
  device(1, 'hostA', 'hostA', 'lo'),
  device(2, 'hostA', 'hostA', 'eth0'),
  device(3, 'hostA', 'hostA', 'veth0'),
  device(4, 'hostA', 'ctrA', 'eth0'),
  device(5, 'lan', 'lan', 'br0'),
]
const ALL: LaneOptions = {
  pinned: new Set(),
  collapsed: new Set(),
  text: '',
  only: undefined,
  busy: new Set([2, 3, 4, 5]),
}
const labels = (options: Partial<LaneOptions>): readonly string[] =>
  laneRows(DEVICES, { ...ALL, ...options }).map(({ label }) => label)

describe('lanes', () => {
  test('stand in the order of machines and namespaces, each group named once', () => {
    const rows = laneRows(DEVICES, ALL)
    expect(rows.map(({ label, group }) => [group?.namespace, label])).toEqual([
      ['hostA', 'eth0'],
      [undefined, 'veth0'],
      ['ctrA', 'eth0'],
      ['lan', 'br0'],
    ])
    expect(rows.map(({ opensMachine }) => opensMachine)).toEqual([false, false, false, true])
  })

  test('show a loopback only when a frame was seen on it', () => {
    expect(labels({ busy: new Set([1]) })).toContain('lo')
    expect(labels({})).not.toContain('lo')
  })

  test('that are pinned stand on top with their full names, and once', () => {
    expect(labels({ pinned: new Set([4]) })).toEqual(['ctrA/eth0', 'eth0', 'veth0', 'br0'])
  })

  test('of a folded group share one row', () => {
    const rows = laneRows(DEVICES, { ...ALL, collapsed: new Set(['hostA:hostA']) })
    expect(rows[0]).toMatchObject({ label: 'eth0 veth0', devices: [2, 3], isCollapsed: true })
    const indexOf = rowIndexByDevice(rows)
    expect([indexOf.get(2), indexOf.get(3), indexOf.get(4)]).toEqual([0, 0, 1])
  })

  test('are filtered by words of their machine, namespace and name', () => {
    expect(labels({ text: 'hosta eth' })).toEqual(['eth0', 'veth0', 'eth0'])
    expect(labels({ text: 'ctra/' })).toEqual(['eth0'])
    expect(labels({ text: 'nothing' })).toEqual([])
  })

  test('are narrowed to a selection', () => {
    expect(labels({ only: new Set([3, 5]) })).toEqual(['veth0', 'br0'])
  })

  test('are found by height', () => {
    const rows = laneRows(DEVICES, ALL)
    expect(rowAt(rows, 45)?.label).toBe('eth0')
    expect(rowAt(rows, 72)).toBeUndefined()
    expect(rowAt(rows, -1)).toBeUndefined()
  })
})

test('an interface of the bench is named as everywhere else', () => {
  const device = { device: 1, name: 'eth0', namespace: '', machine: 'host', isLoopback: false }
  expect(fullName(device)).toBe('bench/eth0')
  expect(fullName({ ...device, namespace: 'a' })).toBe('a/eth0')
})
