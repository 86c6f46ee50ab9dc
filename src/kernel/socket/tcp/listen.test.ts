// Who gets a segment: connections, listeners, and the reset for ports that nobody has.
import { describe, expect, test } from 'vitest'
import { ipv4 } from '../../../wire/address.ts'
import {
  bind,
  call,
  close,
  connecting,
  createTcpLab,
  inject,
  listening,
  LOCAL,
  open,
  outcome,
  run,
  sent,
  state,
  words,
} from './test-lab.ts'

describe('a port that nobody has', () => {
  test('answers a SYN with RST, ACK of its number', () => {
    const lab = createTcpLab()
    inject(lab, 'S 0')
    expect([sent(lab), words(lab)]).toEqual([['R. 0 ack 1'], ['tcp.no_socket', 'tcp.reset_sent']])
    expect(lab.checks.findLast(({ id }) => id === 'tcp.port_is_open')).toMatchObject({ ok: false, value: '80' })
  })

  test('answers an ACK with RST at the number that it names', () => {
    const lab = createTcpLab()
    inject(lab, '. 5 ack 9')
    expect(sent(lab)).toEqual(['R 9'])
  })

  test('never answers a RST', () => {
    const lab = createTcpLab()
    inject(lab, 'R 5')
    expect([sent(lab), words(lab)]).toEqual([[], ['tcp.no_socket']])
  })

  test('does not answer what came in a broadcast frame', () => {
    const lab = createTcpLab()
    inject(lab, 'S 0', { toMac: 'broadcast' })
    expect([sent(lab), words(lab)]).toEqual([[], ['tcp.not_unicast']])
  })

  test('does not answer a damaged segment', () => {
    const lab = createTcpLab()
    inject(lab, 'S 0', { badChecksum: true })
    expect([sent(lab), words(lab)]).toEqual([[], ['tcp.bad_checksum']])
  })
})

describe('a listener', () => {
  test('has no use for a reset, an answer, or a segment without SYN', () => {
    const lab = createTcpLab()
    listening(lab)
    inject(lab, 'R 5')
    inject(lab, '. 5 ack 9')
    inject(lab, 'F 5')
    expect([sent(lab), words(lab)]).toEqual([
      ['R 9'],
      ['tcp.reset_for_listener', 'tcp.answer_for_listener', 'tcp.reset_sent', 'tcp.flags'],
    ])
  })

  test('offers what the SYN offered, and its own MSS', () => {
    const lab = createTcpLab()
    listening(lab)
    inject(lab, 'S 0', { options: [{ kind: 'mss', mss: 1200 }] })
    const child = [...lab.world.sockets.values()].at(-1)
    expect(child).toMatchObject({ timestampsOk: false, sackOk: false, scaleOk: false, mssBytes: 1200 })
  })

  test('answers the same SYN again with the same SYN-ACK', () => {
    const lab = createTcpLab()
    listening(lab)
    inject(lab, 'S 0')
    inject(lab, 'S 0')
    expect([sent(lab), words(lab)]).toEqual([
      ['S. 0 ack 1', 'S. 0 ack 1'],
      ['tcp.syn_accepted', 'tcp.syn_repeated'],
    ])
  })

  test('takes no SYN while its queue is full', () => {
    const lab = createTcpLab()
    const listener = listening(lab, 0)
    inject(lab, 'S 0')
    inject(lab, '. 1 ack 1')
    const other = open(lab)
    call(lab, { kind: 'socket.close', socket: other })
    words(lab)
    sent(lab)
    const queue = lab.world.sockets.get(listener)
    expect(queue?.kind === 'tcp' && queue.acceptQueue.length).toBe(1)
    const waiting = [...lab.world.sockets.values()].at(-1)
    if (waiting?.kind === 'tcp') waiting.remotePort = 6000
    inject(lab, 'S 0')
    expect([sent(lab), words(lab)]).toEqual([[], ['tcp.accept_queue_full']])
  })

  test('that closes resets who waits', () => {
    const lab = createTcpLab()
    const listener = listening(lab)
    inject(lab, 'S 0')
    inject(lab, '. 1 ack 1')
    sent(lab)
    close(lab, listener)
    expect([sent(lab), lab.world.sockets.size]).toEqual([['R. 1 ack 1'], 0])
  })

  test('of an address comes before one of all', () => {
    const lab = createTcpLab()
    listening(lab)
    const particular = open(lab)
    expect(bind(lab, particular, 80, LOCAL)).toBe('EADDRINUSE')
    expect(bind(lab, particular, 81, LOCAL)).toBe(0)
    call(lab, { kind: 'socket.listen', socket: particular, backlog: 1 })
    lab.port = 81
    inject(lab, 'S 0')
    expect(state(lab, particular)).toBe('LISTEN')
    expect(sent(lab)).toEqual(['S. 0 ack 1'])
  })
})

describe('ports', () => {
  test('a foreign address cannot be bound', () => {
    const lab = createTcpLab()
    expect(bind(lab, open(lab), 80, ipv4('10.0.0.9'))).toBe('EADDRNOTAVAIL')
  })

  test('a port is shared only by those who say so, and never with a listener', () => {
    const lab = createTcpLab()
    const [one, two] = [open(lab), open(lab)]
    bind(lab, one, 90)
    expect(bind(lab, two, 90)).toBe('EADDRINUSE')
    for (const socket of [one, two]) call(lab, { kind: 'socket.set', socket, options: { reuseAddress: true } })
    expect(bind(lab, two, 90)).toBe(0)
    call(lab, { kind: 'socket.listen', socket: one, backlog: 1 })
    expect(outcome(call(lab, { kind: 'socket.listen', socket: two, backlog: 1 }))).toBe('EADDRINUSE')
  })

  test('each connection has one of its own, and no route is an error at once', () => {
    const lab = createTcpLab()
    const ports = [connecting(lab), connecting(lab)].map((id) => {
      const socket = lab.world.sockets.get(id)
      return socket?.kind === 'tcp' ? socket.localPort : 0
    })
    expect(new Set(ports).size).toBe(2)
    const socket = open(lab)
    expect(outcome(call(lab, { kind: 'socket.connect', socket, address: ipv4('8.8.8.8'), port: 1 }))).toBe(
      'ENETUNREACH',
    )
  })

  test('a neighbour that does not answer ends the connect with EHOSTUNREACH after three seconds', () => {
    const lab = createTcpLab()
    const socket = open(lab)
    call(lab, { kind: 'socket.connect', socket, address: ipv4('10.0.0.99'), port: 1 })
    run(lab, 3_200)
    expect(outcome(call(lab, { kind: 'socket.error', socket }))).toBe('EHOSTUNREACH')
  })
})
