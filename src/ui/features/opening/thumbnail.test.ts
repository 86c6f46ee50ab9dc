import { expect, test } from 'vitest'
import { thumbnailOf } from './thumbnail.ts'

const TEXT = `
ip netns add switch
ip netns add a
ip netns add ctr
ip -n switch link add sw type bridge
ip -n a link add eth0 type veth peer name p1 netns switch
ip -n a link add link eth0 name mv0 type macvlan mode bridge
ip -n a link set mv0 netns ctr
`

test('names each namespace once and joins those that links join', () => {
  const { nodes, lines } = thumbnailOf(TEXT)
  expect(nodes.map(({ name }) => name)).toEqual(['switch', 'a', 'ctr'])
  expect(lines).toEqual([
    { from: 1, to: 0, isChild: false },
    { from: 1, to: 2, isChild: true },
  ])
  expect(nodes.map(({ isSwitch }) => isSwitch)).toEqual([true, false, false])
})

test('keeps every place inside the picture', () => {
  for (const { x, y } of thumbnailOf(TEXT).nodes) {
    expect(Math.min(x, y)).toBeGreaterThan(0)
    expect(Math.max(x, y)).toBeLessThan(1)
  }
})

test('a text without namespaces gives an empty picture', () => {
  expect(thumbnailOf('echo hello')).toEqual({ nodes: [], lines: [] })
})
