import { expect, test } from 'vitest'
import { CALICO_DEVICE, CALICO_NETWORK } from '../../../testing/fixtures/calico-network.ts'
import { centreOf } from './geometry.ts'
import { allTargets, boxOf, targetAt } from './hit.ts'
import { layoutCanvas } from './layout.ts'
import { topologyOf } from './topology.ts'

const TOPOLOGY = topologyOf(CALICO_NETWORK, [{ name: 'hostA', namespaces: ['hostA', 'ctrA'] }])
const LAYOUT = layoutCanvas(TOPOLOGY)
const CTR_A = { kind: 'namespace', namespace: 'ctrA', machine: 'hostA' } as const

test('the smallest thing under the pointer is what is meant', () => {
  const box = LAYOUT.deviceBox.get(CALICO_DEVICE.ctrAEth0)?.box
  const frame = boxOf(LAYOUT, CTR_A)
  if (box === undefined || frame === undefined) throw new Error('ctrA is not drawn')
  expect(targetAt(LAYOUT, TOPOLOGY, centreOf(box))).toMatchObject({
    kind: 'device',
    device: { namespace: 'ctrA', name: 'eth0' },
    machine: 'hostA',
  })
  expect(targetAt(LAYOUT, TOPOLOGY, { x: frame.x + 4, y: frame.y + frame.height - 4 })).toEqual(CTR_A)
})

test('a bus is caught from a little way off, and a frame that is being moved is looked through', () => {
  const bus = LAYOUT.deviceBox.get(CALICO_DEVICE.sw)?.box
  const gw = boxOf(LAYOUT, { kind: 'namespace', namespace: 'gw', machine: 'gw' })
  if (bus === undefined || gw === undefined) throw new Error('switch and gw are not drawn')
  expect(targetAt(LAYOUT, TOPOLOGY, { x: bus.x + 4, y: bus.y - 6 })).toMatchObject({
    kind: 'bridge',
    id: CALICO_DEVICE.sw,
  })
  const inGw = { x: gw.x + 4, y: gw.y + gw.height - 4 }
  expect(targetAt(LAYOUT, TOPOLOGY, inGw)).toMatchObject({ namespace: 'gw' })
  expect(targetAt(LAYOUT, TOPOLOGY, inGw, 'gw')).toEqual({ kind: 'canvas' })
})

test('everything that is drawn and takes a line has a box', () => {
  const targets = allTargets(LAYOUT, TOPOLOGY)
  expect(targets.map((target) => ('namespace' in target ? target.namespace : 'bus')).sort()).toEqual(
    ['bus', 'ctrA', 'ctrB', 'gw', 'hostA', 'hostB', 'switch'].sort(),
  )
  expect(targets.every((target) => boxOf(LAYOUT, target) !== undefined)).toBe(true)
})

test('a folded machine is no more than its title; its cables end at its edge and its inner lines are gone', () => {
  const folded = layoutCanvas(TOPOLOGY, new Map(), new Set(['hostA']))
  const hostA = folded.machines.find(({ machine }) => machine.name === 'hostA')
  expect(hostA?.namespaces).toEqual([])
  const box = hostA?.box
  const end = folded.deviceBox.get(CALICO_DEVICE.hostAEth0)?.box
  if (box === undefined || end === undefined) throw new Error('hostA is not drawn')
  expect(end.x).toBeGreaterThanOrEqual(box.x)
  expect(end.x).toBeLessThanOrEqual(box.x + box.width)
  const isInner = ({ from, to }: { from: number; to: number }): boolean =>
    TOPOLOGY.homeOf.get(from)?.machine === 'hostA' && TOPOLOGY.homeOf.get(to)?.machine === 'hostA'
  expect(LAYOUT.wires.some(isInner)).toBe(true)
  expect(folded.wires.some(isInner)).toBe(false)
})
