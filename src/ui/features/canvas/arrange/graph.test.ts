import { describe, expect, test } from 'vitest'
import { CALICO_NETWORK } from '../../../../testing/fixtures/calico-network.ts'
import type { Box, Point } from '../geometry.ts'
import { topologyOf } from '../topology.ts'
import { aroundPinned, cornersOf, elkGraph } from './graph.ts'
import type { Standing } from './graph.ts'

function standing(name: string, x: number, y: number): Standing {
  // Sockets reach 10 pixels beyond the upper edge.
  return { name, box: { x, y, width: 100, height: 60 }, outer: { x, y: y - 10, width: 100, height: 70 } }
}

const A = standing('a', 0, 0)
const B = standing('b', 500, 0)
const C = standing('c', 0, 400)

describe('the graph of a lab', () => {
  const graph = elkGraph(
    topologyOf(CALICO_NETWORK, []),
    ['hostA', 'hostB', 'ctrA', 'ctrB', 'gw', 'switch'].map((name, index) => standing(name, index * 200, 0)),
  )

  test('has a box for each machine, sockets included', () => {
    expect(graph.children?.map(({ id }) => id).sort()).toEqual(['ctrA', 'ctrB', 'gw', 'hostA', 'hostB', 'switch'])
    expect(graph.children?.every(({ width, height }) => width === 100 && height === 70)).toBe(true)
  })

  test('has one line for each pair of machines that are plugged together', () => {
    const pairs = graph.edges?.map(({ sources, targets }) => [...sources, ...targets].sort().join(' ')).sort()
    expect(pairs).toEqual(['ctrA hostA', 'ctrB hostB', 'gw switch', 'hostA switch', 'hostB switch'])
  })
})

test('an answer places frames, so that their sockets lie where elkjs put the boxes; blocks have places of their own', () => {
  const answer = { id: 'lab', children: [{ id: 'block 0', x: 1000, y: 100, children: [{ id: 'a', x: 20, y: 30 }] }] }
  expect(cornersOf(answer, [A])).toEqual(new Map([['a', { x: 1020, y: 140 }]]))
})

describe('machines that were placed by hand', () => {
  const found = new Map<string, Point>([
    ['a', { x: 0, y: 0 }],
    ['b', { x: 0, y: 200 }],
    ['c', { x: 200, y: 200 }],
  ])

  test('are not among those that are moved', () => {
    expect([...aroundPinned([A, B, C], found, new Set(['a', 'c'])).keys()]).toEqual(['b'])
  })

  test('take the others along', () => {
    const moved = { ...A, box: { ...A.box, x: 3000, y: 1000 }, outer: { ...A.outer, x: 3000, y: 990 } }
    expect(aroundPinned([moved, B, C], found, new Set(['a']))).toEqual(
      new Map([
        ['b', { x: 3000, y: 1200 }],
        ['c', { x: 3200, y: 1200 }],
      ]),
    )
  })

  test('are covered by none of the others', () => {
    const pinned = [standing('a', 0, 0), standing('b', 0, 150), standing('c', 110, 150)]
    const free = standing('d', 900, 900)
    const corners = new Map([
      ...pinned.map(({ name, box }): [string, Point] => [name, box]),
      ['d', { x: 30, y: 120 }] as const,
    ])
    const place = aroundPinned([...pinned, free], corners, new Set(['a', 'b', 'c'])).get('d')
    const box: Box = { x: place?.x ?? 0, y: (place?.y ?? 0) - 10, width: 100, height: 70 }
    for (const { outer } of pinned) {
      const isApart =
        box.x >= outer.x + outer.width ||
        outer.x >= box.x + 100 ||
        box.y >= outer.y + outer.height ||
        outer.y >= box.y + 70
      expect(isApart).toBe(true)
    }
  })
})
