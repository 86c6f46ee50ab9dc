import { expect, test } from 'vitest'
import { CALICO_DEVICE, CALICO_NETWORK } from '../../../testing/fixtures/calico-network.ts'
import { flowNodes } from './flow-nodes.ts'
import type { CanvasNode } from './flow-nodes.ts'
import { createNodeKeeper, createTopologyKeeper } from './keep-same.ts'
import type { Positions } from './layout-frames.ts'
import { layoutCanvas } from './layout.ts'
import type { Topology } from './topology.ts'

const WORDS = { machine: () => '', namespace: () => '', device: () => '', note: () => '', plug: () => undefined }

function nodesOf(topology: Topology, moving?: Positions): readonly CanvasNode[] {
  const layout = layoutCanvas(topology, undefined, undefined, moving)
  return flowNodes({ topology, layout, notes: [], selected: [], words: WORDS })
}

/** The network with one interface different. */
function networkWith(device: number, change: object): typeof CALICO_NETWORK.namespaces {
  return CALICO_NETWORK.namespaces.map((namespace) => ({
    ...namespace,
    links: namespace.links.map((link) => (link.device === device ? { ...link, ...change } : link)),
  }))
}

test('counters and timers change nothing in the picture', () => {
  const keep = createTopologyKeeper()
  const before = keep(CALICO_NETWORK.namespaces, [])
  const stats = { rxPackets: 9, rxBytes: 9, rxDropped: 0, rxMulticast: 0, txPackets: 0, txBytes: 0, txDropped: 0 }
  expect(keep(networkWith(CALICO_DEVICE.pA, { stats }), [])).toBe(before)
  expect(keep(networkWith(CALICO_DEVICE.pA, { up: false }), [])).not.toBe(before)
})

test('a rule more in a firewall shows beside the name', () => {
  const keep = createTopologyKeeper()
  const before = keep(CALICO_NETWORK.namespaces, [])
  const [first, ...others] = CALICO_NETWORK.namespaces
  const ruled = [{ ...first!, firewallRules: 3 }, ...others]
  const after = nodesOf(keep(ruled, []))
  const changed = after.flatMap((node) =>
    'firewallRules' in node.data && node.data.firewallRules === 3 ? [node.id] : [],
  )
  expect(changed).toHaveLength(1)
  expect(nodesOf(before).some(({ data }) => 'firewallRules' in data && data.firewallRules !== 0)).toBe(false)
})

test('only what looks different is drawn again', () => {
  const keepTopology = createTopologyKeeper()
  const keepNodes = createNodeKeeper()
  const before = keepNodes(nodesOf(keepTopology(CALICO_NETWORK.namespaces, [])))
  const after = keepNodes(nodesOf(keepTopology(networkWith(CALICO_DEVICE.pA, { up: false, carrier: false }), [])))
  const changed = after.filter((node) => !before.includes(node)).map(({ id }) => id)
  expect(changed).toContain(`device:${CALICO_DEVICE.pA}`)
  expect(changed.length).toBeLessThan(4)
})

test('dragging one machine draws one node again', () => {
  const topology = createTopologyKeeper()(CALICO_NETWORK.namespaces, [])
  const keepNodes = createNodeKeeper()
  const before = keepNodes(nodesOf(topology))
  const after = keepNodes(nodesOf(topology, new Map([['gw', { x: 900, y: 40 }]])))
  expect(after.filter((node) => !before.includes(node)).map(({ id }) => id)).toEqual(['machine:gw'])
})

test('dragging one machine draws again the lines that end there, and no other', () => {
  const topology = createTopologyKeeper()(CALICO_NETWORK.namespaces, [])
  const before = layoutCanvas(topology)
  const after = layoutCanvas(topology, undefined, undefined, new Map([['gw', { x: 900, y: 40 }]]))
  const changed = after.wires.filter((wire) => !before.wires.includes(wire))
  expect(changed.map(({ from, to }) => [topology.homeOf.get(from)?.machine, topology.homeOf.get(to)?.machine])).toEqual(
    [expect.arrayContaining(['gw'])],
  )
})

test('selecting draws what is selected, and what was', () => {
  const topology = createTopologyKeeper()(CALICO_NETWORK.namespaces, [])
  const keepNodes = createNodeKeeper()
  const layout = layoutCanvas(topology)
  const select = (device: number): readonly CanvasNode[] =>
    keepNodes(flowNodes({ topology, layout, notes: [], selected: [{ kind: 'device', device }], words: WORDS }))
  const before = select(CALICO_DEVICE.pA)
  const after = select(CALICO_DEVICE.hostAEth0)
  const changed = after.filter((node) => !before.includes(node))
  expect(changed.map(({ id, selected }) => [id, selected])).toEqual(
    expect.arrayContaining([
      [`device:${CALICO_DEVICE.pA}`, false],
      [`device:${CALICO_DEVICE.hostAEth0}`, true],
    ]),
  )
  expect(changed).toHaveLength(2)
})
