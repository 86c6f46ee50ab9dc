import { expect, test } from 'vitest'
import { CALICO_NETWORK } from '../../../../testing/fixtures/calico-network.ts'
import type { Selected } from '../../../stores/selection-store.ts'
import { ALIGNMENTS } from '../align.ts'
import { overlap } from '../geometry.ts'
import { layoutCanvas, withSockets } from '../layout.ts'
import { topologyOf } from '../topology.ts'
import { alignable, standing } from './align-selected.ts'

const TOPOLOGY = topologyOf(CALICO_NETWORK, [
  { name: 'hostA', namespaces: ['hostA', 'ctrA'] },
  { name: 'hostB', namespaces: ['hostB', 'ctrB'] },
])
const LAYOUT = layoutCanvas(TOPOLOGY)
const everything = TOPOLOGY.machines.flatMap(({ root }): Selected[] =>
  root === undefined ? [] : [{ kind: 'namespace', netns: root.netns }],
)
const nested = TOPOLOGY.machines.flatMap(({ nested: inside }) => inside)
const none = { positions: new Map<string, never>(), folded: new Set<string>() }

test('frames that change with their sockets stand in line as they are then', () => {
  const places = standing({ layout: LAYOUT, topology: TOPOLOGY, selected: everything, alignment: 'bottom', ...none })
  const { machines } = layoutCanvas(TOPOLOGY, places)
  expect(machines.length).toBeGreaterThan(2)
  expect(new Set(machines.map(({ box }) => box.y + box.height)).size).toBe(1)
})

test.each(ALIGNMENTS)(
  'lined up by %s, no frame and no socket lies on another, and once more changes nothing',
  (alignment) => {
    const places = standing({ layout: LAYOUT, topology: TOPOLOGY, selected: everything, alignment, ...none })
    const layout = layoutCanvas(TOPOLOGY, places)
    const outer = layout.machines.map(({ box, namespaces }) => withSockets(layout, box, namespaces))
    expect(outer.flatMap((a, index) => outer.slice(index + 1).filter((b) => overlap(a, b)))).toEqual([])
    const again = standing({ layout, topology: TOPOLOGY, selected: everything, alignment, ...none, positions: places })
    expect(again).toEqual(places)
  },
)

test('containers of one machine are lined up in it, those of two machines are not', () => {
  const [first, second] = nested.map(({ netns }): Selected => ({ kind: 'namespace', netns }))
  if (first === undefined || second === undefined) throw new Error('the containers are not there')
  const names = (selected: readonly Selected[]) =>
    alignable({ layout: LAYOUT, topology: TOPOLOGY }, selected).map(({ name }) => name)
  expect(names([first])).toEqual(['ctrA'])
  expect(names([first, second])).toEqual([])
  expect(names([...everything, first])).not.toContain('ctrA')
})
