// UDP: who gets a datagram, what a closed port answers, and how a program hears of errors.
import { describe, expect, test } from 'vitest'
import { DECISION_CODES } from '../../contract/decisions.ts'
import { DROP_REASON_CODES } from '../../contract/drop-reasons.ts'
import type { Errno } from '../../contract/errno.ts'
import { MILLISECOND_NS } from '../../sim/time.ts'
import { formatIpv4, IPV4_ANY, ipv4, type Ipv4Address } from '../../wire/address.ts'
import { ETHERNET_HEADER_LENGTH } from '../../wire/ethernet.ts'
import { IPV4_HEADER_LENGTH, ipv4DontFragment, ipv4Protocol, ipv4Source, PROTOCOL_ICMP } from '../../wire/ipv4.ts'
import { icmpCode, icmpType } from '../../wire/icmp.ts'
import { bootWorld } from '../boot.ts'
import { addAddress } from '../ipv4/devinet.ts'
import { kernelReads } from '../kernel.ts'
import { isRefusal } from '../link/link-kind.ts'
import type { Netns } from '../netns.ts'
import { createNetns } from '../netns-calls.ts'
import { runUntil } from '../run.ts'
import type { SocketId, SocketOptions } from '../system-call.ts'
import { applySystemCall } from '../system-calls.ts'
import { deviceById, type World } from '../world.ts'
import { addLink, devOpen } from '../netdev/settled-test-lab.ts'

const A = ipv4('10.0.0.1')
const B = ipv4('10.0.0.2')

interface Lab {
  readonly world: World
  readonly a: Netns
  readonly b: Netns
  words: string[]
  frames: Uint8Array[]
}

/** Two machines on a cable. */
function createLab(): Lab {
  const world = bootWorld('udp')
  const [a, b] = [createNetns(world, 'a'), createNetns(world, 'b')]
  const one = addLink(world, a, { name: 'eth0', data: { kind: 'veth', peer: { name: 'eth0', netns: b.id } } })
  if (isRefusal(one)) throw new Error(one.errno)
  const two = deviceById(world, one.linkDevice)
  for (const device of [one, two, deviceById(world, a.loopback), deviceById(world, b.loopback)]) devOpen(world, device)
  addAddress(world, a, { ifindex: one.ifindex, address: A, prefixLength: 24 }, { replace: false })
  addAddress(world, b, { ifindex: two.ifindex, address: B, prefixLength: 24 }, { replace: false })
  const lab: Lab = { world, a, b, words: [], frames: [] }
  world.out.trace = {
    write(_seq, _at, kind, _cause, _device, _netns, _packet, code, _a, _b, _c, frame) {
      if (kind === 'lab.decision') lab.words.push(DECISION_CODES[code] ?? '')
      if (kind === 'skb.kfree_skb') lab.words.push(DROP_REASON_CODES[code] ?? '')
      if (kind === 'net.dev_xmit' && frame !== undefined) lab.frames.push(frame.slice())
    },
  }
  return lab
}

function open(lab: Lab, netns: Netns, port = 0, address: Ipv4Address = IPV4_ANY): SocketId {
  const result = applySystemCall(lab.world, { kind: 'socket.open', netns: netns.id, spec: { kind: 'udp' } })
  if (!result.ok) throw new Error(result.error.errno)
  if (port !== 0) applySystemCall(lab.world, { kind: 'socket.bind', socket: result.value, address, port })
  return result.value
}

function set(lab: Lab, socket: SocketId, options: SocketOptions): void {
  applySystemCall(lab.world, { kind: 'socket.set', socket, options })
}

function connect(lab: Lab, socket: SocketId, address: Ipv4Address, port: number): void {
  applySystemCall(lab.world, { kind: 'socket.connect', socket, address, port })
}

/** Sends text and lets it arrive; gives the error of the call. */
function send(lab: Lab, socket: SocketId, to: Ipv4Address, port: number, text = 'hello'): Errno | undefined {
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0))
  const result = applySystemCall(lab.world, { kind: 'socket.send', socket, to, port, bytes })
  runUntil(lab.world, lab.world.now + 5 * MILLISECOND_NS)
  return result.ok ? undefined : result.error.errno
}

function read(lab: Lab, socket: SocketId): string {
  const result = applySystemCall(lab.world, { kind: 'socket.receive', socket })
  if (!result.ok) return result.error.errno
  const { message } = result
  return message?.errno ?? String.fromCharCode(...(message?.bytes ?? []))
}

describe('an open port', () => {
  test('gets the datagram with its sender', () => {
    const lab = createLab()
    const server = open(lab, lab.b, 9000)
    send(lab, open(lab, lab.a, 7000), B, 9000)
    expect(kernelReads(lab.world).socketPeek(server)).toMatchObject({ from: A, port: 7000 })
    expect([read(lab, server), read(lab, server)]).toEqual(['hello', 'EAGAIN'])
  })

  test('the socket that names most wins: its address, its peer, its device', () => {
    const lab = createLab()
    const all = open(lab, lab.b)
    const peer = open(lab, lab.b)
    for (const socket of [all, peer]) {
      const state = lab.world.sockets.get(socket)
      if (state?.kind === 'udp') state.localPort = 9000
    }
    connect(lab, peer, A, 7000)
    send(lab, open(lab, lab.a, 7000), B, 9000, 'one')
    send(lab, open(lab, lab.a, 7001), B, 9000, 'two')
    expect([read(lab, peer), read(lab, all)]).toEqual(['one', 'two'])
  })

  test('a broadcast reaches every socket of the port', () => {
    const lab = createLab()
    const sockets = [open(lab, lab.b), open(lab, lab.b)]
    for (const socket of sockets) {
      const state = lab.world.sockets.get(socket)
      if (state?.kind === 'udp') state.localPort = 9000
    }
    const sender = open(lab, lab.a)
    expect(send(lab, sender, ipv4('10.0.0.255'), 9000)).toBe('EACCES')
    set(lab, sender, { broadcast: true })
    send(lab, sender, ipv4('10.0.0.255'), 9000)
    expect(sockets.map((socket) => read(lab, socket))).toEqual(['hello', 'hello'])
  })

  test('a port is had by one socket', () => {
    const lab = createLab()
    open(lab, lab.b, 9000)
    const other = open(lab, lab.b)
    const result = applySystemCall(lab.world, { kind: 'socket.bind', socket: other, address: B, port: 9000 })
    expect(result.ok ? '' : result.error.errno).toBe('EADDRINUSE')
  })
})

describe('a closed port', () => {
  test('answers with port unreachable', () => {
    const lab = createLab()
    send(lab, open(lab, lab.a), B, 9000)
    expect(lab.words.filter((word) => /^(udp|icmp)/.test(word))).toEqual(['udp.no_socket', 'icmp.error'])
    const frame = lab.frames.at(-1) ?? new Uint8Array(0)
    const at = ETHERNET_HEADER_LENGTH + IPV4_HEADER_LENGTH
    expect([ipv4Protocol(frame, ETHERNET_HEADER_LENGTH), icmpType(frame, at), icmpCode(frame, at)]).toEqual([
      PROTOCOL_ICMP,
      3,
      3,
    ])
  })

  test('keeps silent about a broadcast', () => {
    const lab = createLab()
    const sender = open(lab, lab.a)
    set(lab, sender, { broadcast: true })
    send(lab, sender, ipv4('10.0.0.255'), 9000)
    expect(lab.words).toContain('udp.no_socket')
    expect(lab.words).not.toContain('icmp.error')
  })
})

describe('errors', () => {
  test('a connected socket hears of a closed port with its next call, once', () => {
    const lab = createLab()
    const socket = open(lab, lab.a)
    connect(lab, socket, B, 9000)
    expect(send(lab, socket, IPV4_ANY, 0)).toBeUndefined()
    expect(send(lab, socket, IPV4_ANY, 0)).toBe('ECONNREFUSED')
    expect(send(lab, socket, IPV4_ANY, 0)).toBeUndefined()
    expect(read(lab, socket)).toBe('ECONNREFUSED')
  })

  test('one that is not connected does not, unless it asks for errors (IP_RECVERR)', () => {
    const lab = createLab()
    const socket = open(lab, lab.a)
    send(lab, socket, B, 9000)
    expect(read(lab, socket)).toBe('EAGAIN')
    set(lab, socket, { receiveErrors: true })
    send(lab, socket, B, 9000)
    expect(read(lab, socket)).toBe('ECONNREFUSED')
  })

  test('an unreachable host is not told to one that does not ask: it may come back', () => {
    const lab = createLab()
    const socket = open(lab, lab.a)
    connect(lab, socket, ipv4('10.0.0.99'), 9000)
    send(lab, socket, IPV4_ANY, 0)
    runUntil(lab.world, lab.world.now + 4_000 * MILLISECOND_NS)
    expect(lab.words).toContain('neigh.failed')
    expect(read(lab, socket)).toBe('EAGAIN')
  })
})

describe('sending', () => {
  test('fills the path; what is longer goes in pieces, or not at all where that is forbidden', () => {
    const lab = createLab()
    open(lab, lab.b, 9000)
    const socket = open(lab, lab.a)
    send(lab, socket, B, 9000, 'x'.repeat(1472))
    expect(ipv4DontFragment(lab.frames.at(-1) ?? new Uint8Array(0), ETHERNET_HEADER_LENGTH)).toBe(true)
    send(lab, socket, B, 9000, 'x'.repeat(1473))
    expect(lab.words).toContain('ip.fragmented')
    set(lab, socket, { mtuDiscover: 'do' })
    expect(send(lab, socket, B, 9000, 'x'.repeat(1473))).toBe('EMSGSIZE')
  })

  test('with IP_PMTUDISC_PROBE asks not to be cut, and believes the device more than the path (ip_sk_use_pmtu)', () => {
    const lab = createLab()
    open(lab, lab.b, 9000)
    const added = applySystemCall(lab.world, {
      kind: 'route.add',
      netns: lab.a.id,
      mode: 'add',
      spec: {
        table: 254,
        destination: B,
        prefixLength: 32,
        type: 'unicast',
        scope: 'link',
        mtuBytes: 600,
        nexthops: [{ ifindex: 2 }],
      },
    })
    expect(added.ok).toBe(true)
    const socket = open(lab, lab.a)
    set(lab, socket, { mtuDiscover: 'probe' })
    expect(send(lab, socket, B, 9000, 'x'.repeat(1000))).toBeUndefined()
    expect(ipv4DontFragment(lab.frames.at(-1) ?? new Uint8Array(0), ETHERNET_HEADER_LENGTH)).toBe(true)
    expect(lab.words).not.toContain('ip.fragmented')
    expect(send(lab, socket, B, 9000, 'x'.repeat(1473))).toBe('EMSGSIZE')
  })

  test('without a route is an error at once', () => {
    const lab = createLab()
    expect(send(lab, open(lab, lab.a), ipv4('8.8.8.8'), 53)).toBe('ENETUNREACH')
  })
})

test('connect looks for the way a second time, as the address that the first look gave (ip_route_connect)', () => {
  const lab = createLab()
  applySystemCall(lab.world, {
    kind: 'rule.add',
    netns: lab.a.id,
    spec: { from: { address: A, length: 32 }, action: { kind: 'blackhole' } },
  })
  const socket = open(lab, lab.a)
  expect(applySystemCall(lab.world, { kind: 'socket.connect', socket, address: B, port: 7 })).toMatchObject({
    ok: false,
    error: { errno: 'EINVAL' },
  })
  expect(send(lab, socket, B, 7)).toBeUndefined()
})

test('bound to a broadcast address a socket listens there, and sends with the address of the device (__inet_bind)', () => {
  const lab = createLab()
  const socket = open(lab, lab.a, 7, ipv4('10.0.0.255'))
  open(lab, lab.b, 7)
  expect(send(lab, socket, B, 7)).toBeUndefined()
  expect(lab.frames.map((frame) => formatIpv4(ipv4Source(frame, ETHERNET_HEADER_LENGTH)))).toContain('10.0.0.1')
  expect(read(lab, socket)).toBe('EAGAIN')
})
