import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ipv4, mac } from './address.ts'
import { fromHex, toHex } from './bytes.ts'
import { type DissectedLayer, dissect } from './dissect.ts'
import { writeEthernetHeader } from './ethernet.ts'
import { emitIcmp } from './icmp.ts'
import { emitIgmpV3Report } from './igmp.ts'
import { type Ipv4Header, writeIpv4Header } from './ipv4.ts'
import { emitTcp } from './tcp.ts'
import { emitUdp } from './udp.ts'

const ENDPOINTS = { source: ipv4('10.0.1.1'), destination: ipv4('10.0.3.1') }

function ipv4Frame(protocol: number, payload: Uint8Array, changes: Partial<Ipv4Header> = {}): Uint8Array {
  const frame = new Uint8Array(34 + payload.length)
  writeEthernetHeader(frame, mac('02:00:00:00:00:01'), mac('02:00:00:00:00:02'), 0x0800)
  const header = {
    tos: 0,
    totalLength: 20 + payload.length,
    id: 7,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    protocol,
    ...ENDPOINTS,
  }
  writeIpv4Header(frame, 14, { ...header, ...changes })
  frame.set(payload, 34)
  return frame
}

const ARP = fromHex('ffffffffffffead3e32581b708060001080006040001ead3e32581b70a0000010000000000000a00000c')!
const TAGGED_ARP = fromHex(
  'ea0bfd5ecd21ba973685f04d88a800648100b00a08060001080006040002ba973685f04d0a000a02ea0bfd5ecd210a000a01',
)!
const BPDU = fromHex(
  '0180c20000005a37d73843f100264242030000000001800002000000000a00000002800002000000000b8003010606000100023f',
)!
const UDP = emitUdp({ sourcePort: 42920, destinationPort: 33434 }, Uint8Array.of(1, 2, 3), ENDPOINTS)
const UDP_FRAME = ipv4Frame(17, UDP)
const TTL_EXCEEDED = ipv4Frame(1, emitIcmp({ type: 11, code: 0, rest: 0 }, UDP_FRAME.slice(14)))
const TCP_FRAME = ipv4Frame(
  6,
  emitTcp(
    {
      sourcePort: 80,
      destinationPort: 40000,
      sequence: 1,
      acknowledgement: 2,
      flags: 0x12,
      window: 100,
      urgent: 0,
      options: [{ kind: 'mss', mss: 1460 }, { kind: 'nop' }, { kind: 'window-scale', shift: 7 }],
    },
    Uint8Array.of(9),
    ENDPOINTS,
  ),
)
const REPORT_FRAME = ipv4Frame(
  2,
  emitIgmpV3Report([{ type: 4, group: ipv4('239.1.1.1'), sources: [ENDPOINTS.source] }]),
)
const SOUND = [ARP, TAGGED_ARP, BPDU, UDP_FRAME, TTL_EXCEEDED, TCP_FRAME, REPORT_FRAME]

function flatten(layers: readonly DissectedLayer[]): DissectedLayer[] {
  return layers.flatMap((layer) => [layer, ...flatten(layer.children ?? [])])
}

function field(layers: readonly DissectedLayer[], id: string): DissectedLayer {
  const found = flatten(layers).find((layer) => layer.id === id)
  if (found === undefined)
    throw new Error(
      `no ${id} in ${flatten(layers)
        .map((layer) => layer.id)
        .join(' ')}`,
    )
  return found
}

function problems(frame: Uint8Array): string[] {
  return flatten(dissect(frame)).flatMap(({ id, problem }) => (problem === undefined ? [] : [`${id}: ${problem}`]))
}

test('an ARP request', () => {
  const layers = dissect(ARP)
  expect(layers.map(({ id, value }) => [id, value])).toEqual([
    ['eth', 'ea:d3:e3:25:81:b7 > ff:ff:ff:ff:ff:ff'],
    ['arp', 'Who has 10.0.0.12? Tell 10.0.0.1'],
  ])
  expect(field(layers, 'arp.opcode')).toEqual({
    id: 'arp.opcode',
    label: 'Opcode',
    value: 'request (1)',
    from: 20,
    to: 22,
  })
  expect(field(layers, 'arp.dst.proto_ipv4')).toMatchObject({ value: '10.0.0.12', from: 38, to: 42 })
  expect(field(layers, 'eth.dst').value).toBe('Broadcast (ff:ff:ff:ff:ff:ff)')
})

test('an ARP reply behind two VLAN tags', () => {
  const layers = dissect(TAGGED_ARP)
  expect(layers.map(({ id, value, from, to }) => [id, value, from, to])).toEqual([
    ['eth', 'ba:97:36:85:f0:4d > ea:0b:fd:5e:cd:21', 0, 14],
    ['vlan', 'ID 100', 14, 18],
    ['vlan', 'ID 10', 18, 22],
    ['arp', '10.0.10.2 is at ba:97:36:85:f0:4d', 22, 50],
  ])
  expect(field([layers[2]!], 'vlan.priority').value).toBe('5')
  expect(field([layers[2]!], 'vlan.dei').value).toBe('Yes')
})

test('a spanning tree configuration', () => {
  const layers = dissect(BPDU)
  expect(layers.map(({ id }) => id)).toEqual(['eth', 'llc', 'stp'])
  expect(layers[2]!.value).toBe('Configuration, root 32768 / 02:00:00:00:00:0a, cost 2')
  expect(field(layers, 'stp.flags.tc').value).toBe('Set')
  expect(field(layers, 'stp.max_age').value).toBe('6 s')
})

test('an ICMP error is dissected with the packet it quotes', () => {
  const layers = dissect(TTL_EXCEEDED)
  expect(layers.map(({ id }) => id)).toEqual(['eth', 'ip', 'icmp'])
  expect(layers[2]!.value).toBe('Time-to-live exceeded (Time to live exceeded in transit)')
  const quoted = field(layers, 'icmp.quoted')
  expect(quoted.children!.map(({ id }) => id)).toEqual(['ip', 'udp', 'udp.payload'])
  expect(field(quoted.children!, 'udp.dstport')).toMatchObject({ value: '33434', from: 64, to: 66 })
})

test('a TCP segment with options', () => {
  const layers = dissect(TCP_FRAME)
  expect(layers.map(({ id }) => id)).toEqual(['eth', 'ip', 'tcp', 'tcp.payload'])
  expect(layers[2]!.value).toBe('80 > 40000 [SYN, ACK]')
  expect(field(layers, 'tcp.options').children!.map(({ id, value }) => [id, value])).toEqual([
    ['tcp.options.mss', '1460 bytes'],
    ['tcp.options.nop', ''],
    ['tcp.options.wscale', '7 (multiply by 128)'],
  ])
})

test('an IGMP report', () => {
  expect(field(dissect(REPORT_FRAME), 'igmp.record')).toMatchObject({
    value: '239.1.1.1, type 4, 1 sources',
    from: 42,
    to: 54,
  })
})

test('padding behind a short packet is shown as such', () => {
  const padded = new Uint8Array(60)
  padded.set(ARP)
  expect(dissect(padded).at(-1)).toEqual({ id: 'eth.padding', label: 'Padding', value: '18 bytes', from: 42, to: 60 })
})

test('a later fragment has no transport header', () => {
  const frame = ipv4Frame(17, UDP, { fragmentOffset: 1480, dontFragment: false })
  expect(dissect(frame).map(({ label }) => label)).toEqual([
    'Ethernet II',
    'Internet Protocol Version 4',
    'Fragment data',
  ])
  expect(problems(frame)).toEqual([])
})

function changed(frame: Uint8Array, at: number, value: number): Uint8Array {
  const copy = frame.slice()
  copy[at] = value
  return copy
}

describe('what is wrong is said where it is wrong', () => {
  test.each(SOUND.map((frame, index) => [index, frame] as const))('sound frame %i has no problem', (_, frame) => {
    expect(problems(frame)).toEqual([])
  })

  test.each([
    ['a source that is a group', changed(ARP, 6, 0xeb), ['eth.src: a group address cannot send']],
    ['an unknown ARP operation', changed(ARP, 21, 9), ['arp.opcode: neither request nor reply']],
    ['another hardware', changed(ARP, 15, 6), ['arp.hw.type: not Ethernet']],
    [
      'another address length, longer than the frame',
      changed(ARP, 18, 8),
      ['arp.hw.size: a MAC address has 6 bytes', 'arp.addresses: cut short: 24 bytes needed, 20 present'],
    ],
    ['another address length, shorter than the frame', changed(ARP, 18, 2), ['arp.hw.size: a MAC address has 6 bytes']],
    ['the reserved VLAN', changed(changed(TAGGED_ARP, 14, 0x0f), 15, 0xff), ['vlan.id: VLAN 4095 is reserved']],
    [
      'a wrong header checksum',
      changed(UDP_FRAME, 24, 0),
      [`ip.checksum: wrong, should be 0x${toHex(UDP_FRAME, 24, 26)}`],
    ],
    [
      'a wrong UDP checksum',
      changed(UDP_FRAME, 40, 1),
      [`udp.checksum: wrong, should be 0x${toHex(UDP_FRAME, 40, 42)}`],
    ],
    [
      'a wrong ICMP checksum',
      changed(TTL_EXCEEDED, 36, 0),
      [`icmp.checksum: wrong, should be 0x${toHex(TTL_EXCEEDED, 36, 38)}`],
    ],
    ['a cut ARP packet', ARP.slice(0, 30), ['arp.src.proto_ipv4: cut short: 4 bytes needed, 2 present']],
    ['a cut Ethernet header', ARP.slice(0, 9), ['eth.src: cut short: 6 bytes needed, 3 present']],
    [
      'a cut IPv4 header',
      UDP_FRAME.slice(0, 24),
      ['ip.len: more than the 10 bytes that are there', 'ip.checksum: cut short: 2 bytes needed, 0 present'],
    ],
  ])('%s', (_, frame, expected) => {
    expect(problems(frame)).toEqual(expected)
  })

  test('TCP options that overrun the header', () => {
    expect(problems(changed(TCP_FRAME, 55, 40))).toContain('tcp.options: TCP option length is not valid: 40')
  })
})

/** Frames with bytes changed and cut off, which reach deeper than bytes at random. */
const damaged = fc
  .tuple(fc.constantFrom(...SOUND), fc.array(fc.tuple(fc.nat(90), fc.nat(255)), { maxLength: 6 }), fc.nat(100))
  .map(([frame, changes, length]) => {
    const copy = frame.slice(0, length)
    for (const [at, value] of changes) if (at < copy.length) copy[at] = value
    return copy
  })
const anyFrame = fc.oneof(fc.uint8Array({ maxLength: 120 }), damaged)

function expectInside(layers: readonly DissectedLayer[], from: number, to: number): void {
  for (const layer of layers) {
    expect(layer.from >= from && layer.from <= layer.to && layer.to <= to, JSON.stringify(layer)).toBe(true)
    expect(layer.id).toMatch(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/)
    expect(layer.label).not.toBe('')
    expectInside(layer.children ?? [], layer.from, layer.to)
  }
}

test('any bytes give a tree whose ranges lie within their parents', () => {
  fc.assert(
    fc.property(anyFrame, (frame) => {
      expectInside(dissect(frame), 0, frame.length)
    }),
    { numRuns: 3000 },
  )
})

test('the layers follow each other without a gap to the last byte', () => {
  fc.assert(
    fc.property(anyFrame, (frame) => {
      let at = 0
      for (const layer of dissect(frame)) {
        expect(layer.from).toBe(at)
        at = layer.to
      }
      expect(at).toBe(frame.length)
    }),
    { numRuns: 3000 },
  )
})

test('an ARP packet is as long as its own header says, and padding follows it', () => {
  const foreign = changed(changed(ARP, 18, 1), 19, 2)
  expect(dissect(foreign).map(({ id, from, to }) => [id, from, to])).toEqual([
    ['eth', 0, 14],
    ['arp', 14, 28],
    ['eth.padding', 28, foreign.length],
  ])
})
