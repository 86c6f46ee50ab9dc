import { describe, expect, test } from 'vitest'
import { fromHex } from '../../../../wire/bytes.ts'
import printedMore from '../../../../wire/tcpdump/printed-more.json' with { type: 'json' }
import printed from '../../../../wire/tcpdump/printed.json' with { type: 'json' }
import { portOfService } from '../../services.ts'
import { compileFilter, type FilterSettings } from './filter.ts'
import selected from './selected.json' with { type: 'json' }
import { FilterError } from './tokens.ts'

const FRAMES = [
  ...Object.values<string[][]>(printed).flatMap((cases) => cases.map(([hex]) => fromHex(hex!)!)),
  ...printedMore.map(({ hex }) => fromHex(hex)!),
]

const SETTINGS: FilterSettings = {
  host: () => undefined,
  port: portOfService,
  hasEthernet: true,
  netmask: undefined,
}

const packet = (bytes: Uint8Array, tagBeside?: number) => ({ bytes, tagBeside, isOutgoing: false })

/** How many of the frames a filter takes, or what is wrong with it. */
function outcome(text: string, settings = SETTINGS): number | string {
  try {
    const accepts = compileFilter(text, settings)
    return FRAMES.filter((bytes) => accepts(packet(bytes))).length
  } catch (error) {
    if (error instanceof FilterError) return error.message
    throw error
  }
}

test('takes as many frames as tcpdump 4.99 with libpcap 1.10, and refuses in its words', () => {
  expect(Object.keys(selected).length).toBeGreaterThan(150)
  expect(Object.fromEntries(Object.keys(selected).map((text) => [text, outcome(text)]))).toEqual(selected)
})

describe('a tag beside the frame', () => {
  const echo = FRAMES.find((bytes) => bytes[12] === 8 && bytes[13] === 0 && bytes[23] === 1)!
  const accepts = (text: string): boolean => compileFilter(text, SETTINGS)(packet(echo, 0x2000 + 10))

  test('is seen by vlan, and no other word minds it', () => {
    expect(['icmp', 'vlan', 'vlan 10', 'vlan and icmp', 'vlan 10 and ip'].map(accepts)).toEqual(Array(5).fill(true))
    expect(['vlan 11', 'not vlan', 'vlan and arp', 'vlan and vlan'].map(accepts)).toEqual(Array(4).fill(false))
  })
})

test('on the device any there is no Ethernet header to ask for', () => {
  const cooked = { ...SETTINGS, hasEthernet: false }
  expect(outcome('ether host 02:00:00:00:00:0a', cooked)).toMatch(/^ethernet addresses supported only on ethernet/)
  expect(outcome('broadcast', cooked)).toBe('not a broadcast link')
  expect(outcome('vlan 10', cooked)).toBe('no VLAN support for Linux cooked v2')
  expect(outcome('arp or icmp', cooked)).toBe(outcome('arp or icmp'))
})

test('tells what comes in from what goes out', () => {
  const out = { ...packet(FRAMES[0]!), isOutgoing: true }
  expect(compileFilter('outbound', SETTINGS)(out)).toBe(true)
  expect(compileFilter('inbound', SETTINGS)(out)).toBe(false)
})

test('host names come from the machine', () => {
  const settings = { ...SETTINGS, host: (name: string) => (name === 'web' ? 0x0a000002 : undefined) }
  expect(outcome('host web', settings)).toBe(outcome('host 10.0.0.2'))
})
