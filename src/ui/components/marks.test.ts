import { expect, test } from 'vitest'
import type { LinkView, PortView } from '../../contract/read-models.ts'
import type { MacAddress } from '../../wire/address.ts'
import { flagMarks, modeMarks } from './marks.ts'

const VETH = {
  up: true,
  carrier: true,
  operState: 'UP',
  noArp: false,
  promisc: false,
  promiscuityCount: 0,
  allMulticast: false,
  mtuBytes: 1500,
  master: 0,
  details: { kind: 'veth' },
  port: undefined,
  vlans: [],
} as unknown as LinkView

const PORT = {
  state: 'forwarding',
  learning: true,
  flood: true,
  mcastFlood: true,
  bcastFlood: true,
  vlans: [{ id: 1, pvid: true, untagged: true }],
} as unknown as PortView

const port = (changes: Partial<PortView>): LinkView => ({ ...VETH, master: 7, port: { ...PORT, ...changes } })
const textsOf = (link: LinkView): readonly string[] => flagMarks(link).map(({ text }) => text)

test('an interface as it was made has no mark, nor has a port', () => {
  expect(textsOf(VETH)).toEqual([])
  expect(textsOf(port({}))).toEqual([])
})

test('a port that a bridge made promiscuous is no news, a parent that a child did is', () => {
  expect(textsOf({ ...port({}), promiscuityCount: 1 })).toEqual([])
  expect(textsOf({ ...VETH, promiscuityCount: 1 })).toEqual(['PROMISC'])
})

test('a port tells what it does unlike others, and its VLANs', () => {
  const vlans = [
    { id: 10, pvid: true, untagged: true },
    { id: 20, pvid: false, untagged: false },
    { id: 30, pvid: false, untagged: false },
  ]
  expect(textsOf(port({ hairpin: true, isolated: true, flood: false, vlans }))).toEqual([
    'hairpin',
    'isolated',
    'flood off',
    'pvid 10',
    'tagged 20,30',
  ])
  expect(textsOf(port({ state: 'blocking' }))).toEqual(['blocking'])
})

test('up without carrier is trouble, down is what its light says', () => {
  expect(flagMarks({ ...VETH, carrier: false })).toMatchObject([{ text: 'NO-CARRIER', isTrouble: true }])
  expect(flagMarks({ ...VETH, up: false, carrier: false })).toEqual([])
})

test('a child shows its mode, the source mode its list', () => {
  const source: LinkView = {
    ...VETH,
    details: {
      kind: 'macvlan',
      mode: 'source',
      noPromisc: false,
      noDst: false,
      usedQueueLength: 1000,
      broadcastQueueLength: 1000,
      sources: [0x020000000066 as MacAddress],
    },
  }
  expect(modeMarks(source)).toMatchObject([{ id: 'macvlan-source', params: { list: '02:00:00:00:00:66' } }])
  const vepa: LinkView = { ...VETH, details: { kind: 'ipvlan', mode: 'l3', flag: 'vepa' } }
  expect(modeMarks(vepa).map(({ text }) => text)).toEqual(['l3', 'vepa'])
})
