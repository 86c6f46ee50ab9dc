import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex } from './bytes.ts'
import { newTcpdumpState, tcpdumpLine } from './tcpdump.ts'
import printedMore from './tcpdump/printed-more.json' with { type: 'json' }
import printed from './tcpdump/printed.json' with { type: 'json' }

/** Frames with what tcpdump 4.99.3 -nn printed for them, and with -e where the link level is the point. */
const PRINTED: Readonly<Record<string, readonly (readonly string[])[]>> = printed

describe.each(Object.entries(PRINTED))('%s', (_, cases) => {
  test('prints as tcpdump -nn prints', () => {
    const state = newTcpdumpState()
    const lines = cases.map(([hex]) => tcpdumpLine(fromHex(hex!)!, { linkLevel: false, state }))
    expect(lines).toEqual(cases.map(([, plain]) => plain))
  })

  test('and as tcpdump -e -nn prints', () => {
    const withLinkLevel = cases.filter((line) => line[2] !== undefined)
    const lines = withLinkLevel.map(([hex]) => tcpdumpLine(fromHex(hex!)!, { linkLevel: true }))
    expect(lines).toEqual(withLinkLevel.map((line) => line[2]))
  })
})

test.each(printedMore.map((line) => [line.verbose.split('\n')[0], line] as const))('%s', (_, line) => {
  const frame = fromHex(line.hex)!
  const names = { host: () => undefined, port: (port: number) => (port === 80 ? 'http' : undefined) }
  expect({
    hex: line.hex,
    verbose: tcpdumpLine(frame, { linkLevel: false, verbosity: 1 }),
    named: tcpdumpLine(frame, { linkLevel: true, verbosity: 2, names }),
    quiet: tcpdumpLine(frame, { linkLevel: true, isQuiet: true }),
  }).toEqual(line)
})

test('without a state each segment is the first of its connection', () => {
  const [hex, plain] = PRINTED['TCP']![2]!
  expect(plain).toContain('ack 1,')
  expect(tcpdumpLine(fromHex(hex!)!, { linkLevel: false })).toContain('ack 70001,')
})

test('a state is plain data, so a clone goes on alike', () => {
  const state = newTcpdumpState()
  const cases = PRINTED['TCP']!
  for (const [hex] of cases.slice(0, 2)) tcpdumpLine(fromHex(hex!)!, { linkLevel: false, state })
  expect(tcpdumpLine(fromHex(cases[2]![0]!)!, { linkLevel: false, state: structuredClone(state) })).toBe(cases[2]![1])
})

test('no bytes are no packet', () => {
  expect(tcpdumpLine(new Uint8Array(0), { linkLevel: true })).toBe('[Invalid header: caplen==0, len==0]')
})

test('any bytes give a line', () => {
  const known = Object.values(PRINTED)
    .flat()
    .map(([hex]) => fromHex(hex!)!)
  const damaged = fc
    .tuple(fc.constantFrom(...known), fc.array(fc.tuple(fc.nat(80), fc.nat(255))), fc.nat(120))
    .map(([frame, changes, length]) => {
      const copy = frame.slice(0, length)
      for (const [at, value] of changes) if (at < copy.length) copy[at] = value
      return copy
    })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), fc.boolean(), (frame, linkLevel) => {
      expect(tcpdumpLine(frame, { linkLevel })).not.toBe('')
    }),
    { numRuns: 2000 },
  )
})
