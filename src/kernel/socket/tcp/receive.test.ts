// One test for each row of the table of transitions in receive.ts, as an exchange of segments.
import { describe, expect, test } from 'vitest'
import { ipv4 } from '../../../wire/address.ts'
import {
  accepted,
  call,
  close,
  connected,
  connecting,
  createTcpLab,
  errorOf,
  inject,
  injectIcmp,
  listening,
  open,
  outcome,
  read,
  run,
  sent,
  shutdown,
  state,
  type TcpLab,
  words,
  write,
} from './test-lab.ts'

/** In the subnet of the machine, and nobody has it. */
const NOBODY = ipv4('10.0.0.9')

/** The only connection besides a listener and what has ended. */
function connectionStates(lab: TcpLab): string[] {
  return [...lab.world.sockets.values()].flatMap((socket) => (socket.kind === 'tcp' ? [socket.state] : []))
}

describe('opening', () => {
  test('CLOSE, listen: LISTEN', () => {
    const lab = createTcpLab()
    expect(state(lab, listening(lab))).toBe('LISTEN')
  })

  test('CLOSE, connect: SYN-SENT, a SYN goes out', () => {
    const lab = createTcpLab()
    const socket = connecting(lab)
    expect([state(lab, socket), sent(lab)]).toEqual(['SYN-SENT', ['S 0']])
  })

  test('LISTEN, SYN: SYN-RECV in a socket of its own, SYN-ACK', () => {
    const lab = createTcpLab()
    const listener = listening(lab)
    inject(lab, 'S 0')
    expect(sent(lab)).toEqual(['S. 0 ack 1'])
    expect(connectionStates(lab)).toEqual(['LISTEN', 'SYN-RECV'])
    expect(words(lab)).toEqual(['tcp.syn_accepted'])
    expect(outcome(call(lab, { kind: 'socket.accept', socket: listener }))).toBe('EAGAIN')
  })

  test('SYN-SENT, SYN-ACK of our SYN: ESTAB, ACK', () => {
    const lab = createTcpLab()
    const socket = connecting(lab)
    sent(lab)
    inject(lab, 'S. 0 ack 1')
    expect([state(lab, socket), sent(lab), words(lab)]).toEqual(['ESTAB', ['. 1 ack 1'], ['tcp.established']])
    expect(errorOf(lab, socket)).toBe(0)
  })

  test('SYN-SENT, SYN-ACK of something else: reset, still SYN-SENT', () => {
    const lab = createTcpLab()
    const socket = connecting(lab)
    sent(lab)
    inject(lab, 'S. 0 ack 77')
    expect([state(lab, socket), sent(lab)]).toEqual(['SYN-SENT', ['R 77']])
    expect(words(lab)).toEqual(['tcp.ack_of_unsent_data', 'tcp.reset_sent'])
  })

  test('SYN-SENT, SYN alone: SYN-RECV, SYN-ACK (both connect at once); the ACK opens it', () => {
    const lab = createTcpLab()
    const socket = connecting(lab)
    sent(lab)
    inject(lab, 'S 0')
    expect([state(lab, socket), sent(lab)]).toEqual(['SYN-RECV', ['S. 0 ack 1']])
    inject(lab, '. 1 ack 1')
    expect(state(lab, socket)).toBe('ESTAB')
  })

  test('SYN-SENT, RST of our SYN: CLOSE, ECONNREFUSED', () => {
    const lab = createTcpLab()
    const socket = connecting(lab)
    inject(lab, 'R. 0 ack 1')
    expect([state(lab, socket), words(lab), errorOf(lab, socket)]).toEqual([
      'CLOSE',
      ['tcp.connection_refused'],
      'ECONNREFUSED',
    ])
  })

  test('SYN-SENT, ICMP error: CLOSE, the error that goes with it', () => {
    const lab = createTcpLab()
    const socket = connecting(lab)
    injectIcmp(lab, 3, 1, 0)
    expect([state(lab, socket), errorOf(lab, socket), errorOf(lab, socket)]).toEqual(['CLOSE', 'EHOSTUNREACH', 0])
  })

  test('SYN-SENT, tcp_syn_retries SYNs unanswered: CLOSE, ETIMEDOUT', () => {
    const lab = createTcpLab()
    const socket = connecting(lab)
    run(lab, 120_000)
    expect([state(lab, socket), sent(lab)]).toEqual(['SYN-SENT', Array.from({ length: 7 }, () => 'S 0')])
    run(lab, 20_000)
    expect([state(lab, socket), errorOf(lab, socket), sent(lab)]).toEqual(['CLOSE', 'ETIMEDOUT', []])
    expect(words(lab).at(-1)).toBe('tcp.gave_up')
  })

  test('SYN-SENT, the SYN still waits for the neighbour: no second one is made (skb_still_in_host_queue)', () => {
    const lab = createTcpLab()
    const socket = open(lab)
    call(lab, { kind: 'socket.connect', socket, address: NOBODY, port: 80 })
    run(lab, 2_500)
    expect(lab.words.filter((word) => word === 'neigh.wait')).toHaveLength(1)
    expect(words(lab)).toEqual(['tcp.copy_waits'])
    run(lab, 1_000)
    expect([state(lab, socket), errorOf(lab, socket)]).toEqual(['CLOSE', 'EHOSTUNREACH'])
  })

  test('SYN-SENT, host unreachable after the wait was doubled: one more SYN goes before the end (tcp_ld_RTO_revert)', () => {
    const lab = createTcpLab()
    const socket = connecting(lab)
    run(lab, 1_500)
    expect(sent(lab)).toEqual(['S 0', 'S 0'])
    run(lab, 1_300)
    injectIcmp(lab, 3, 1, 0)
    expect([sent(lab), state(lab, socket), errorOf(lab, socket)]).toEqual([['S 0'], 'CLOSE', 'EHOSTUNREACH'])
  })

  test('SYN-RECV, ACK of our SYN: ESTAB, joins the queue of the listener', () => {
    const lab = createTcpLab()
    const listener = listening(lab)
    inject(lab, 'S 0')
    inject(lab, '. 1 ack 1')
    const result = call(lab, { kind: 'socket.accept', socket: listener })
    expect(result.ok && state(lab, result.value)).toBe('ESTAB')
    expect(words(lab)).toEqual(['tcp.syn_accepted', 'tcp.established'])
  })

  test('SYN-RECV, RST: forgotten', () => {
    const lab = createTcpLab()
    listening(lab)
    inject(lab, 'S 0')
    inject(lab, 'R 1')
    expect(connectionStates(lab)).toEqual(['LISTEN'])
  })

  test('SYN-RECV, 5 SYN-ACKs unanswered: forgotten', () => {
    const lab = createTcpLab()
    listening(lab)
    inject(lab, 'S 0')
    run(lab, 80_000)
    expect(connectionStates(lab)).toEqual(['LISTEN'])
    expect(sent(lab)).toEqual(Array.from({ length: 6 }, () => 'S. 0 ack 1'))
  })
})

describe('closing first', () => {
  test('ESTAB, shutdown: FIN-WAIT-1, FIN behind the last byte', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    write(lab, socket, 'hello\n')
    shutdown(lab, socket)
    expect([state(lab, socket), sent(lab)]).toEqual(['FIN-WAIT-1', ['P. 1:7 ack 1', 'F. 7 ack 1']])
  })

  test('ESTAB, close: FIN-WAIT-1', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    close(lab, socket)
    expect([state(lab, socket), sent(lab)]).toEqual(['FIN-WAIT-1', ['F. 1 ack 1']])
  })

  test('FIN-WAIT-1, ACK of our FIN: FIN-WAIT-2, gone after a minute without a program', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    close(lab, socket)
    inject(lab, '. 1 ack 2')
    expect(state(lab, socket)).toBe('FIN-WAIT-2')
    run(lab, 65_000)
    expect(state(lab, socket)).toBe('gone')
  })

  test('FIN-WAIT-2 of a program that still reads lasts', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    shutdown(lab, socket)
    inject(lab, '. 1 ack 2')
    run(lab, 300_000)
    inject(lab, 'P. 1:4 ack 2')
    expect([state(lab, socket), read(lab, socket)]).toEqual(['FIN-WAIT-2', 'abc'])
  })

  test('FIN-WAIT-1, FIN, ours not acknowledged: CLOSING, ACK; then ACK of ours: TIME-WAIT', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    shutdown(lab, socket)
    sent(lab)
    inject(lab, 'F. 1 ack 1')
    expect([state(lab, socket), sent(lab)]).toEqual(['CLOSING', ['. 2 ack 2']])
    inject(lab, '. 2 ack 2')
    expect(state(lab, socket)).toBe('TIME-WAIT')
  })

  test('FIN-WAIT-1, FIN that acknowledges ours: TIME-WAIT, ACK', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    shutdown(lab, socket)
    sent(lab)
    inject(lab, 'F. 1 ack 2')
    expect([state(lab, socket), sent(lab), read(lab, socket)]).toEqual(['TIME-WAIT', ['. 2 ack 2'], 'EOF'])
  })

  test('FIN-WAIT-2, FIN: TIME-WAIT, ACK', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    close(lab, socket)
    inject(lab, '. 1 ack 2')
    sent(lab)
    inject(lab, 'F. 1 ack 2')
    expect([state(lab, socket), sent(lab)]).toEqual(['TIME-WAIT', ['. 2 ack 2']])
  })

  test.each(['FIN-WAIT-1', 'FIN-WAIT-2'])('%s, data for a program that has gone: RST', (wanted) => {
    const lab = createTcpLab()
    const socket = connected(lab)
    close(lab, socket)
    if (wanted === 'FIN-WAIT-2') inject(lab, '. 1 ack 2')
    expect(state(lab, socket)).toBe(wanted)
    sent(lab)
    words(lab)
    inject(lab, `P. 1:4 ack ${wanted === 'FIN-WAIT-2' ? 2 : 1}`)
    expect([state(lab, socket), sent(lab)]).toEqual(['gone', [`R ${wanted === 'FIN-WAIT-2' ? 2 : 1}`]])
    expect(words(lab)).toContain('tcp.data_after_close')
  })
})

describe('closing second', () => {
  test('ESTAB, FIN: CLOSE-WAIT, a delayed ACK', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'F. 1 ack 1')
    expect([state(lab, socket), sent(lab), read(lab, socket)]).toEqual(['CLOSE-WAIT', [], 'EOF'])
    run(lab, 60)
    expect(sent(lab)).toEqual(['. 1 ack 2'])
  })

  test('CLOSE-WAIT, close: LAST-ACK, FIN that carries the ACK', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'F. 1 ack 1')
    close(lab, socket)
    expect([state(lab, socket), sent(lab)]).toEqual(['LAST-ACK', ['F. 1 ack 2']])
    run(lab, 100)
    expect(sent(lab)).toEqual([])
  })

  test('LAST-ACK, ACK of our FIN: forgotten', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'F. 1 ack 1')
    close(lab, socket)
    words(lab)
    inject(lab, '. 2 ack 2')
    expect([state(lab, socket), words(lab)]).toEqual(['gone', ['tcp.acknowledged', 'tcp.closed']])
  })

  test('CLOSE-WAIT still sends', () => {
    const lab = createTcpLab()
    const socket = accepted(lab)
    inject(lab, 'F. 1 ack 1')
    write(lab, socket, 'bye')
    expect(sent(lab)).toEqual(['P. 1:4 ack 2'])
  })
})

describe('TIME-WAIT', () => {
  /** A connection that both sides have closed, the machine first. */
  function over(lab: TcpLab): number {
    const socket = connected(lab)
    close(lab, socket)
    inject(lab, 'F. 1 ack 2')
    expect(state(lab, socket)).toBe('TIME-WAIT')
    sent(lab)
    words(lab)
    return socket
  }

  test('FIN again: ACK again, another minute', () => {
    const lab = createTcpLab()
    const socket = over(lab)
    run(lab, 50_000)
    inject(lab, 'F. 1 ack 2')
    expect([sent(lab), words(lab)]).toEqual([['. 2 ack 2'], ['tcp.time_wait_answer']])
    run(lab, 50_000)
    expect(state(lab, socket)).toBe('TIME-WAIT')
  })

  test('an empty segment in place is taken in silence', () => {
    const lab = createTcpLab()
    over(lab)
    inject(lab, '. 2 ack 2')
    expect([sent(lab), words(lab)]).toEqual([[], ['tcp.time_wait']])
  })

  test('a minute over: forgotten', () => {
    const lab = createTcpLab()
    const socket = over(lab)
    run(lab, 62_000)
    expect(state(lab, socket)).toBe('gone')
  })

  test('RST at the expected byte: forgotten; elsewhere nothing', () => {
    const lab = createTcpLab()
    const socket = over(lab)
    inject(lab, 'R 1')
    expect([state(lab, socket), words(lab)]).toEqual(['TIME-WAIT', ['tcp.out_of_window']])
    inject(lab, 'R 2')
    expect(state(lab, socket)).toBe('gone')
  })

  test('new SYN: SYN-RECV for the listener', () => {
    const lab = createTcpLab()
    const socket = accepted(lab)
    close(lab, socket)
    inject(lab, 'F. 1 ack 2')
    expect(state(lab, socket)).toBe('TIME-WAIT')
    sent(lab)
    inject(lab, 'S 100')
    expect([state(lab, socket), sent(lab)]).toEqual(['gone', ['S. 0 ack 101']])
  })
})

describe('synchronized', () => {
  test('RST at the expected byte: CLOSE, ECONNRESET', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'R 1')
    expect([state(lab, socket), words(lab), read(lab, socket)]).toEqual(['CLOSE', ['tcp.reset_received'], 'ECONNRESET'])
    expect(write(lab, socket, 'x')).toBe('EPIPE')
  })

  test('RST elsewhere in the window: challenge ACK', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'R 10')
    expect([state(lab, socket), sent(lab), words(lab)]).toEqual(['ESTAB', ['. 1 ack 1'], ['tcp.challenge_ack']])
  })

  test('RST outside the window: dropped in silence', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'R 100000')
    expect([state(lab, socket), sent(lab), words(lab)]).toEqual(['ESTAB', [], ['tcp.out_of_window']])
  })

  test('SYN: challenge ACK', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'S 5')
    expect([state(lab, socket), sent(lab), words(lab)]).toEqual(['ESTAB', ['. 1 ack 1'], ['tcp.challenge_ack']])
  })

  test('a segment outside the window: ACK of what is expected', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'P. 70000:70003 ack 1')
    expect([state(lab, socket), sent(lab), words(lab)]).toEqual(['ESTAB', ['. 1 ack 1'], ['tcp.out_of_window']])
    expect(lab.checks.findLast(({ id }) => id === 'tcp.in_window')).toMatchObject({
      ok: false,
      value: '70000:70003',
      source: '1:64257',
    })
  })
})
