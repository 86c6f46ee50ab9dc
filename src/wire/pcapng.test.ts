import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromHex, toHex } from './bytes.ts'
import { type PcapngCapture, emitPcapng } from './pcapng.ts'

interface Block {
  readonly type: number
  readonly body: DataView
}

/** Splits a file into its blocks, checking both lengths of each. */
function readBlocks(file: Uint8Array): Block[] {
  const blocks: Block[] = []
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  for (let at = 0; at < file.length;) {
    const length = view.getUint32(at + 4, true)
    expect(length % 4).toBe(0)
    expect(view.getUint32(at + length - 4, true)).toBe(length)
    blocks.push({
      type: view.getUint32(at, true),
      body: new DataView(file.buffer, file.byteOffset + at + 8, length - 12),
    })
    at += length
  }
  return blocks
}

function readOptions(body: DataView, from: number): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>()
  for (let at = from; at < body.byteLength;) {
    const length = body.getUint16(at + 2, true)
    options.set(body.getUint16(at, true), new Uint8Array(body.buffer, body.byteOffset + at + 4, length))
    at += 4 + ((length + 3) & ~3)
  }
  return options
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

function readPacket({ body }: Block): { interfaceIndex: number; atNs: number; bytes: Uint8Array; comment?: string } {
  const length = body.getUint32(12, true)
  expect(body.getUint32(16, true)).toBe(length)
  const comment = readOptions(body, 20 + ((length + 3) & ~3)).get(1)
  return {
    interfaceIndex: body.getUint32(0, true),
    atNs: body.getUint32(4, true) * 2 ** 32 + body.getUint32(8, true),
    bytes: new Uint8Array(body.buffer, body.byteOffset + 20, length),
    ...(comment !== undefined ? { comment: text(comment) } : {}),
  }
}

test('an empty capture is a section header', () => {
  expect(toHex(emitPcapng({ interfaces: [], packets: [] }))).toBe(
    '0a0d0d0a2c0000004d3c2b1a01000000ffffffffffffffff0400070076657468' + '6c616200000000002c000000',
  )
})

test('the bytes of a small capture', () => {
  const capture: PcapngCapture = {
    interfaces: [{ name: 'a/eth0' }],
    packets: [{ interfaceIndex: 0, atNs: 2 ** 32 + 1, bytes: fromHex('0102030405')!, comment: 'hi' }],
  }
  expect(toHex(emitPcapng(capture)).slice(88)).toBe(
    '01000000' +
      '2c000000' +
      '0100' +
      '0000' +
      '00000000' +
      '02000600' +
      '612f657468300000' +
      '09000100' +
      '09000000' +
      '00000000' +
      '2c000000' +
      '06000000' +
      '34000000' +
      '00000000' +
      '01000000' +
      '01000000' +
      '05000000' +
      '05000000' +
      '0102030405000000' +
      '01000200' +
      '68690000' +
      '00000000' +
      '34000000',
  )
})

test('what is written reads back', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 20 })
  const packet = fc.record(
    {
      interfaceIndex: fc.nat(2),
      atNs: fc.maxSafeNat(),
      bytes: fc.uint8Array({ maxLength: 100 }),
      comment: name,
    },
    { requiredKeys: ['interfaceIndex', 'atNs', 'bytes'] },
  )
  fc.assert(
    fc.property(fc.tuple(name, name, name), fc.array(packet), (names, packets) => {
      const blocks = readBlocks(emitPcapng({ interfaces: names.map((each) => ({ name: each })), packets }))
      expect(blocks.map(({ type }) => type)).toEqual([0x0a0d0d0a, 1, 1, 1, ...packets.map(() => 6)])
      expect(blocks.slice(1, 4).map(({ body }) => text(readOptions(body, 8).get(2)))).toEqual(names)
      expect(blocks.slice(4).map(readPacket)).toEqual(packets)
    }),
  )
})

test('a comment too long for its field is cut between characters', () => {
  const packet = { interfaceIndex: 0, atNs: 0, bytes: new Uint8Array(0), comment: '网'.repeat(30_000) }
  const blocks = readBlocks(emitPcapng({ interfaces: [{ name: 'x' }], packets: [packet] }))
  expect(readPacket(blocks[2]!).comment).toBe('网'.repeat(21_845))
})

test('what cannot be stored is refused', () => {
  const packet = { interfaceIndex: 0, atNs: 0, bytes: new Uint8Array(0) }
  expect(() => emitPcapng({ interfaces: [], packets: [packet] })).toThrow('no interface 0')
  expect(() => emitPcapng({ interfaces: [{ name: 'x' }], packets: [{ ...packet, atNs: -1 }] })).toThrow('no time: -1')
})
