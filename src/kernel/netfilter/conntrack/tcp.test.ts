import { describe, expect, test } from 'vitest'
import { SECOND_NS } from '../../../sim/time.ts'
import { ipv4 } from '../../../wire/address.ts'
import { emitTcp, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../../wire/tcp.ts'
import { bootWorld } from '../../boot.ts'
import { netnsById } from '../../world.ts'
import { netfilterOf } from '../state.ts'
import { newConnection, type Connection } from './connection.ts'
import { tcpMayBegin, tcpPacket, tcpReopens, tcpSetClosing, type TcpState } from './tcp.ts'
import { answerTo } from './tuple.ts'

const SEGMENTS = {
  syn: TCP_SYN,
  synack: TCP_SYN + TCP_ACK,
  ack: TCP_ACK,
  fin: TCP_FIN + TCP_ACK,
  rst: TCP_RST,
  none: 0,
} as const

function segment(flags: number): Uint8Array {
  const header = { sourcePort: 1, destinationPort: 2, sequence: 0, acknowledgement: 0, window: 0, urgent: 0 }
  const endpoints = { source: ipv4('10.0.0.1'), destination: ipv4('10.0.0.2') }
  return emitTcp({ ...header, flags, options: [] }, new Uint8Array(0), endpoints)
}

interface TestFlow {
  readonly flow: Connection
  readonly send: (words: string) => boolean
  readonly reject: () => void
  readonly seconds: () => number
}

function flowIn(state: TcpState): TestFlow {
  const world = bootWorld('tcp')
  const netns = netnsById(world, 1)
  const netfilter = netfilterOf(netns)
  const original = {
    protocol: 6,
    source: ipv4('10.0.0.1'),
    destination: ipv4('10.0.0.2'),
    sourcePort: 1,
    destinationPort: 2,
  }
  const flow = newConnection(netfilter.conntrack, original, answerTo(original))
  flow.tcp = state
  return {
    flow,
    send: (words) => {
      const [direction, name] = words.split(' ') as ['<' | '>', keyof typeof SEGMENTS]
      const isReply = direction === '<'
      const fits = tcpPacket(world, netns, flow, isReply, segment(SEGMENTS[name]), 0)
      if (fits && isReply) flow.seenReply = true
      return fits
    },
    reject: () => tcpSetClosing(world, netns, flow),
    seconds: () => flow.timeoutNs / SECOND_NS,
  }
}

describe('a flow begins with', () => {
  test.each([
    ['syn', true],
    ['ack', true],
    ['synack', false],
    ['fin', false],
    ['rst', false],
    ['none', false],
  ] as const)('%s: %s', (name, may) => {
    expect(tcpMayBegin(segment(SEGMENTS[name]), 0)).toBe(may)
  })
})

describe('each state of the table is reached by its segment, and lives so long', () => {
  test.each<[from: TcpState, segment: string, to: TcpState, seconds: number]>([
    ['NONE', '> syn', 'SYN_SENT', 120],
    ['NONE', '> ack', 'ESTABLISHED', 432_000],
    ['SYN_SENT', '< syn', 'SYN_SENT2', 120],
    ['SYN_SENT', '< synack', 'SYN_RECV', 60],
    ['SYN_RECV', '> ack', 'ESTABLISHED', 432_000],
    ['ESTABLISHED', '> fin', 'FIN_WAIT', 120],
    ['FIN_WAIT', '< ack', 'CLOSE_WAIT', 60],
    ['CLOSE_WAIT', '< fin', 'LAST_ACK', 30],
    ['LAST_ACK', '> ack', 'TIME_WAIT', 120],
    ['ESTABLISHED', '> rst', 'CLOSE', 10],
    ['TIME_WAIT', '> syn', 'SYN_SENT', 120],
  ])('%s, %s: %s', (from, words, to, seconds) => {
    const { flow, send, seconds: lives } = flowIn(from)
    expect(send(words)).toBe(true)
    expect(flow.tcp).toBe(to)
    expect(lives()).toBe(seconds)
  })
})

describe('a segment that is out of place is invalid and changes nothing', () => {
  test.each<[TcpState, string]>([
    ['SYN_SENT', '> ack'],
    ['SYN_SENT', '< fin'],
    ['ESTABLISHED', '< syn'],
    ['ESTABLISHED', '> synack'],
    ['ESTABLISHED', '> none'],
  ])('%s, %s', (from, words) => {
    const { flow, send } = flowIn(from)
    expect(send(words)).toBe(false)
    expect(flow.tcp).toBe(from)
  })
})

test('a handshake makes the flow assured, by its third segment', () => {
  const { flow, send } = flowIn('NONE')
  for (const words of ['> syn', '< synack']) expect(send(words)).toBe(true)
  expect(flow.assured).toBe(false)
  send('> ack')
  expect(flow.assured).toBe(true)
})

test('a RST as the only answer ends the flow at once', () => {
  const { flow, send } = flowIn('SYN_SENT')
  expect(send('< rst')).toBe(true)
  expect(flow.dead).toBe(true)
})

test('a segment that a rule answers with a RST ends its flow within seconds (nf_conntrack_tcp_set_closing)', () => {
  const { flow, reject, seconds } = flowIn('ESTABLISHED')
  reject()
  expect(flow.tcp).toBe('ESTABLISHED')
  flow.confirmed = true
  reject()
  expect([flow.tcp, seconds()]).toEqual(['CLOSE', 10])
})

test('a SYN reopens a flow that is over, not one that lives', () => {
  const syn = segment(TCP_SYN)
  expect(tcpReopens(flowIn('TIME_WAIT').flow, false, syn, 0)).toBe(true)
  expect(tcpReopens(flowIn('ESTABLISHED').flow, false, syn, 0)).toBe(false)
  expect(tcpReopens(flowIn('CLOSE').flow, true, syn, 0)).toBe(false)
})
