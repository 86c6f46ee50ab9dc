import { describe, expect, test } from 'vitest'
import { dissect } from '../../../wire/dissect.ts'
import { boxesOf, fieldAt, pathOfByte, rowsOfTree } from './fields.ts'

/** An ARP request, as it is on the wire. */
const ARP = Uint8Array.from(
  'ffffffffffff0200000000010806000108000604000102000000000a0a0a0a0a000000000000a9fe0101'.match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
)
const LAYERS = dissect(ARP)

describe('the header tree', () => {
  test('shows the fields of open layers only', () => {
    expect(rowsOfTree(LAYERS, () => false).map(({ field }) => field.id)).toEqual(['eth', 'arp'])
    const rows = rowsOfTree(LAYERS, (path) => path === '0')
    expect(rows.map(({ path, field }) => [path, field.id])).toEqual([
      ['0', 'eth'],
      ['0.0', 'eth.dst'],
      ['0.1', 'eth.src'],
      ['0.2', 'eth.type'],
      ['1', 'arp'],
    ])
  })

  test('finds the smallest field of each byte, and its way back', () => {
    for (let offset = 0; offset < ARP.length; offset++) {
      const field = fieldAt(LAYERS, pathOfByte(LAYERS, offset) ?? '')
      expect(field?.children ?? []).toEqual([])
      expect(field!.from <= offset && offset < field!.to).toBe(true)
    }
    expect(pathOfByte(LAYERS, ARP.length)).toBeUndefined()
  })
})

describe('the box diagram', () => {
  test('fills each row of an ARP packet with its 32 bits', () => {
    const arp = LAYERS[1]!
    const boxes = boxesOf(arp, '1')
    const bitsOfRow = new Map<number, number>()
    for (const { row, bits } of boxes) bitsOfRow.set(row, (bitsOfRow.get(row) ?? 0) + bits)
    expect([...bitsOfRow.values()]).toEqual([32, 32, 32, 32, 32, 32, 32])
  })

  test('continues a field that does not end with its row', () => {
    const sender = boxesOf(LAYERS[1]!, '1').filter(({ field }) => field.id === 'arp.src.hw_mac')
    expect(sender.map(({ row, column, bits, isContinued }) => [row, column, bits, isContinued])).toEqual([
      [2, 0, 32, false],
      [3, 0, 16, true],
    ])
  })
})
