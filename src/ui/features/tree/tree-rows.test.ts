import { expect, test } from 'vitest'
import { CALICO_NETWORK } from '../../../testing/fixtures/calico-network.ts'
import { topologyOf } from '../canvas/topology.ts'
import { treeRows, visibleRows } from './tree-rows.ts'

const ROWS = treeRows(topologyOf(CALICO_NETWORK, [{ name: 'hostA', namespaces: ['hostA', 'ctrA'] }]))

test('a machine has one row with its own namespace; its interfaces come before its containers', () => {
  const outline = ROWS.slice(0, 7).map(({ level, name }) => `${level} ${name}`)
  expect(outline).toEqual(['1 hostA', '2 lo', '2 eth0', '2 veth0', '2 ctrA', '3 lo', '3 eth0'])
  expect(ROWS[4]).toMatchObject({ position: 4, setSize: 4, target: { kind: 'namespace', netns: 3 } })
})

test('a machine of equal namespaces has a row of its own above theirs', () => {
  const rows = treeRows(topologyOf(CALICO_NETWORK, [{ name: 'pc', namespaces: ['ctrA', 'ctrB'] }]))
  expect(rows[0]).toMatchObject({ name: 'pc', target: { kind: 'machine', name: 'pc' } })
  expect(rows[1]).toMatchObject({ name: 'ctrA', level: 2 })
})

test('notes come last, as rows of their own', () => {
  const note = { id: 'note:0', text: 'see here', x: 4, y: 8, isPlaced: true }
  const rows = treeRows(topologyOf(CALICO_NETWORK, []), [note])
  expect(rows.at(-1)).toMatchObject({ name: 'see here', level: 1, note, target: undefined })
  expect(rows.at(-1)?.position).toBe(rows.at(-1)?.setSize)
  expect(rows[0]?.setSize).toBe(rows.at(-1)?.setSize)
})

test('a folded row hides everything below it', () => {
  const names = visibleRows(ROWS, new Set(['namespace:1'])).map(({ name }) => name)
  expect(names.slice(0, 2)).toEqual(['hostA', 'hostB'])
  expect(names).not.toContain('ctrA')
})
