import { expect, test } from 'vitest'
import { CALICO_DEVICE, CALICO_NETWORK } from '../../../testing/fixtures/calico-network.ts'
import { flowNodes } from './flow-nodes.ts'
import type { CanvasNode } from './flow-nodes.ts'
import { createNodeKeeper, createTopologyKeeper } from './keep-same.ts'
import { layoutCanvas } from './layout.ts'
import type { Topology } from './topology.ts'

const WORDS = { machine: () => '', namespace: () => '', device: () => '', note: () => '', plug: () => undefined }

function nodesOf(topology: Topology, positions = new Map<string, { x: number; y: number }>()): readonly CanvasNode[] {
  return flowNodes({ topology, layout: layoutCanvas(topology, positions), notes: [], selected: [], words: WORDS })
}

/** The network with one interface different. */
function networkWith(device: number, change: object): typeof CALICO_NETWORK {
  const namespaces = CALICO_NETWORK.namespaces.map((namespace) => ({
    ...namespace,
    links: namespace.links.map((link) => (link.device === device ? { ...link, ...change } : link)),
  }))
  return { at: 1, namespaces }
}

test('counters and timers change nothing in the picture', () => {
  const keep = createTopologyKeeper()
  const before = keep(CALICO_NETWORK, [])
  const stats = { rxPackets: 9, rxBytes: 9, rxDropped: 0, txPackets: 0, txBytes: 0, txDropped: 0 }
  expect(keep(networkWith(CALICO_DEVICE.pA, { stats }), [])).toBe(before)
  expect(keep(networkWith(CALICO_DEVICE.pA, { up: false }), [])).not.toBe(before)
})

test('only what looks different is drawn again', () => {
  const keepTopology = createTopologyKeeper()
  const keepNodes = createNodeKeeper()
  const before = keepNodes(nodesOf(keepTopology(CALICO_NETWORK, [])))
  const after = keepNodes(nodesOf(keepTopology(networkWith(CALICO_DEVICE.pA, { up: false, carrier: false }), [])))
  const changed = after.filter((node) => !before.includes(node)).map(({ id }) => id)
  expect(changed).toContain(`device:${CALICO_DEVICE.pA}`)
  expect(changed.length).toBeLessThan(4)
})

test('moving one machine draws one node again', () => {
  const topology = createTopologyKeeper()(CALICO_NETWORK, [])
  const keepNodes = createNodeKeeper()
  const before = keepNodes(nodesOf(topology))
  const after = keepNodes(nodesOf(topology, new Map([['gw', { x: 900, y: 40 }]])))
  expect(after.filter((node) => !before.includes(node)).map(({ id }) => id)).toEqual(['machine:gw'])
})
