// Data, acknowledgements, loss and windows of a connection, as exchanges of segments.
import { describe, expect, test } from 'vitest'
import type { TcpSocket } from './state.ts'
import {
  accepted,
  call,
  close,
  connected,
  createTcpLab,
  inject,
  injectIcmp,
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

function tcp(lab: TcpLab, id: number): TcpSocket {
  const socket = lab.world.sockets.get(id)
  if (socket?.kind !== 'tcp') throw new Error('no TCP socket')
  return socket
}

describe('receiving', () => {
  test('the first data is acknowledged at once (quick ACK)', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'P. 1:7 ack 1')
    expect([sent(lab), read(lab, socket), words(lab)]).toEqual([['. 1 ack 7'], 'abcdef', ['tcp.data_received']])
  })

  test('later a small piece is acknowledged after 40 ms, or with an answer', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    let at = 1
    for (let k = 0; k < 20; k++, at += 2) inject(lab, `P. ${at}:${at + 2} ack 1`)
    sent(lab)
    inject(lab, `P. ${at}:${at + 2} ack 1`)
    expect(sent(lab)).toEqual([])
    run(lab, 60)
    expect(sent(lab)).toEqual([`. 1 ack ${at + 2}`])
    inject(lab, `P. ${at + 2}:${at + 4} ack 1`)
    write(lab, socket, 'yes')
    expect(sent(lab)).toEqual([`P. 1:4 ack ${at + 4}`])
    run(lab, 60)
    expect(sent(lab)).toEqual([])
  })

  test('a program that reads everything has the acknowledgement sent that is owed', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    let at = 1
    for (let k = 0; k < 20; k++, at += 2) inject(lab, `P. ${at}:${at + 2} ack 1`)
    sent(lab)
    inject(lab, `P. ${at}:${at + 2} ack 1`)
    read(lab, socket)
    expect(sent(lab)).toEqual([`. 1 ack ${at + 2}`])
  })

  test('what comes ahead of a gap waits and is told by SACK; the missing piece brings it all', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'P. 4:7 ack 1')
    expect([sent(lab), read(lab, socket), words(lab)]).toEqual([['. 1 ack 1 sack 4:7'], 'EAGAIN', ['tcp.out_of_order']])
    inject(lab, 'P. 1:4 ack 1')
    expect([sent(lab), read(lab, socket)]).toEqual([['. 1 ack 7'], 'abcdef'])
  })

  test('old bytes are dropped and acknowledged again, and cut off new ones', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'P. 1:7 ack 1')
    sent(lab)
    words(lab)
    inject(lab, 'P. 1:7 ack 1')
    expect([sent(lab), words(lab)]).toEqual([['. 1 ack 7'], ['tcp.old_data']])
    inject(lab, 'P. 4:9 ack 1')
    expect(read(lab, socket)).toBe('abcdefgh')
  })

  test('a FIN ahead of a gap counts when the gap is filled', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    inject(lab, 'FP. 4:7 ack 1')
    expect(state(lab, socket)).toBe('ESTAB')
    inject(lab, 'P. 1:4 ack 1')
    expect([state(lab, socket), read(lab, socket), read(lab, socket)]).toEqual(['CLOSE-WAIT', 'abcdef', 'EOF'])
  })

  test('a full buffer closes the window; reading opens it again', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    for (let at = 1; at < 64_000; at += 1400) inject(lab, `. ${at}:${at + 1400} ack 1`)
    expect(tcp(lab, socket).receiveWindow).toBeLessThan(3_000)
    sent(lab)
    read(lab, socket)
    expect(sent(lab)).toHaveLength(1)
    expect(tcp(lab, socket).receiveWindow).toBeGreaterThan(60_000)
  })

  test('a segment from a clock that ran backwards is dropped and answered (PAWS)', () => {
    const lab = createTcpLab()
    connected(lab)
    run(lab, 500)
    inject(lab, 'P. 1:4 ack 1')
    sent(lab)
    words(lab)
    inject(lab, 'P. 4:7 ack 1', { timestamp: 1 })
    expect([sent(lab), words(lab)]).toEqual([['. 1 ack 4'], ['tcp.old_timestamp']])
  })

  test('without the options in the SYN-ACK there are none later', () => {
    const lab = createTcpLab()
    const socket = connected(lab, { options: [] })
    expect(tcp(lab, socket)).toMatchObject({ timestampsOk: false, sackOk: false, scaleOk: false, mssBytes: 536 })
    inject(lab, 'P. 4:7 ack 1', { options: [] })
    expect(sent(lab)).toEqual(['. 1 ack 1'])
  })

  test('an acknowledgement of what was never sent is refused', () => {
    const lab = createTcpLab()
    connected(lab)
    inject(lab, '. 1 ack 500')
    expect([words(lab), sent(lab)]).toEqual([['tcp.ack_of_unsent_data'], []])
  })
})

describe('what makes no sense', () => {
  test('is answered twice a second at most, unless it carries data', () => {
    const lab = createTcpLab()
    connected(lab)
    for (let k = 0; k < 10; k++) inject(lab, '. 90000 ack 1')
    expect(sent(lab)).toEqual(['. 1 ack 1'])
    run(lab, 600)
    inject(lab, '. 90000 ack 1')
    expect(sent(lab)).toEqual(['. 1 ack 1'])
    for (let k = 0; k < 3; k++) inject(lab, 'P. 90000:90003 ack 1')
    expect(sent(lab)).toHaveLength(3)
  })
})

describe('sending', () => {
  test('hands on bundles of half the congestion window, and the second only when the first has been received', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    expect(write(lab, socket, 20_000)).toBe(20_000)
    expect(sent(lab)).toEqual(['P. 1:7241 ack 1'])
    run(lab)
    expect(sent(lab)).toEqual(['P. 7241:14481 ack 1'])
    inject(lab, '. 1 ack 14481')
    expect(sent(lab)).toEqual(['P. 14481:20001 ack 1'])
  })

  test('what an acknowledgement makes room for during a write goes behind the write', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    write(lab, socket, 16_384)
    inject(lab, '. 1 ack 7241')
    run(lab)
    expect(sent(lab)).toEqual(['P. 1:7241 ack 1', 'P. 7241:14481 ack 1', 'P. 14481:16385 ack 1'])
  })

  test('a bundle that is lost is sent again segment by segment', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    write(lab, socket, 4_000)
    expect(sent(lab)).toEqual(['P. 1:4001 ack 1'])
    run(lab, 1_000)
    expect(sent(lab)[0]).toBe('. 1:1449 ack 1')
  })

  test('the MTU of the way bounds the segments of a bundle', () => {
    const lab = createTcpLab()
    lab.eth0.mtuBytes = 600
    const socket = connected(lab)
    write(lab, socket, 1000)
    expect(sent(lab)).toEqual(['P. 1:1001 ack 1'])
    expect(tcp(lab, socket).mssBytes).toBe(548)
  })

  test('a second small piece waits for the first (Nagle)', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    write(lab, socket, 'one')
    write(lab, socket, 'two')
    expect(sent(lab)).toEqual(['P. 1:4 ack 1'])
    inject(lab, '. 1 ack 4')
    expect(sent(lab)).toEqual(['P. 4:7 ack 1'])
  })

  test('no more than the window allows; a closed one is probed until it opens', () => {
    const lab = createTcpLab()
    const socket = connected(lab, { window: 4 })
    write(lab, socket, 'abcdefgh')
    expect(sent(lab)).toEqual(['. 1:5 ack 1'])
    inject(lab, '. 1 ack 5', { window: 0 })
    run(lab, 300)
    expect(sent(lab)).toEqual(['. 4 ack 1'])
    inject(lab, '. 1 ack 5', { window: 100 })
    expect(sent(lab)).toEqual(['P. 5:9 ack 1'])
  })

  test('a lost tail is probed after 0.2 s, then sent again after 0.2, 0.4, 0.8 s (tcp_send_loss_probe, tcp_retransmit_timer)', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    write(lab, socket, 'hello')
    sent(lab)
    const times: number[] = []
    const start = lab.world.now
    for (let k = 0; k < 4; k++) {
      while (lab.segments.length === 0) run(lab, 1)
      sent(lab)
      times.push((lab.world.now - start) / 1e9)
    }
    expect(times.map((at) => Number(at.toFixed(1)))).toEqual([0.2, 0.4, 0.8, 1.7])
    expect(words(lab)).toEqual(['tcp.loss_probe', 'tcp.retransmit', 'tcp.retransmit', 'tcp.retransmit'])
    inject(lab, '. 1 ack 6')
    run(lab, 5_000)
    expect(sent(lab)).toEqual([])
  })

  test('a lost FIN rides on the data that is sent again (tcp_retrans_try_collapse)', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    write(lab, socket, 'hello')
    shutdown(lab, socket)
    expect(sent(lab)).toEqual(['P. 1:6 ack 1', 'F. 6 ack 1'])
    run(lab, 500)
    const again = sent(lab)
    expect([again[0], again.at(-1)]).toEqual(['F. 6 ack 1', 'FP. 1:6 ack 1'])
    inject(lab, '. 1 ack 7')
    expect(state(lab, socket)).toBe('FIN-WAIT-2')
  })

  test('the third acknowledgement of the same byte sends the missing segment at once', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    write(lab, socket, 6000)
    sent(lab)
    for (let k = 0; k < 2; k++) inject(lab, '. 1 ack 1')
    expect(sent(lab)).toEqual([])
    inject(lab, '. 1 ack 1')
    expect(sent(lab)).toEqual(['. 1:1449 ack 1'])
    expect(words(lab).at(-1)).toBe('tcp.retransmit')
  })

  test('frag needed makes smaller segments of what is under way', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    write(lab, socket, 1448)
    sent(lab)
    injectIcmp(lab, 3, 4, 1, 1000)
    expect(sent(lab)).toEqual(['P. 1:1449 ack 1'])
    expect(tcp(lab, socket).mssBytes).toBe(948)
    inject(lab, '. 1 ack 949')
    run(lab, 500)
    expect(sent(lab)[0]).toBe('P. 949:1449 ack 1')
  })

  test('an unreachable error later is only told when the connection is given up', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    write(lab, socket, 'hello')
    injectIcmp(lab, 3, 1, 1)
    expect([state(lab, socket), tcp(lab, socket).softError]).toEqual(['ESTAB', 'EHOSTUNREACH'])
    run(lab, 1_000_000)
    expect([state(lab, socket), read(lab, socket)]).toEqual(['CLOSE', 'EHOSTUNREACH'])
  })

  test('an error about a byte that is not under way is not believed', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    injectIcmp(lab, 3, 1, 70_000)
    expect(tcp(lab, socket).softError).toBeUndefined()
  })

  test('what does not fit the buffer waits for the program to try again', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    expect(write(lab, socket, 100_000)).toBe(87_040)
    run(lab)
    expect(write(lab, socket, 1)).toBe('EAGAIN')
    inject(lab, '. 1 ack 14481')
    expect(write(lab, socket, 1)).toBe(1)
  })

  test('the FIN rides on the last data that still waits', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    write(lab, socket, 'one')
    write(lab, socket, 'two')
    shutdown(lab, socket)
    expect(sent(lab)).toEqual(['P. 1:4 ack 1', 'FP. 4:7 ack 1'])
    expect(write(lab, socket, 'more')).toBe('EPIPE')
  })

  test('close with unread data is a reset', () => {
    const lab = createTcpLab()
    const socket = accepted(lab)
    inject(lab, 'P. 1:4 ack 1')
    sent(lab)
    close(lab, socket)
    expect([state(lab, socket), sent(lab)]).toEqual(['gone', ['R. 1 ack 4']])
  })
})

describe('the neighbour', () => {
  test('is confirmed by the next segment after an acknowledgement of new bytes, not by data alone', () => {
    const lab = createTcpLab()
    const neighbour = [...lab.eth0.neigh.entries.values()][0]
    const socket = connected(lab)
    const atHandshake = neighbour?.confirmedAt
    run(lab, 1000)
    inject(lab, 'P. 1:4 ack 1')
    expect([sent(lab).length, neighbour?.confirmedAt]).toEqual([1, atHandshake])
    write(lab, socket, 'x')
    inject(lab, 'P. 4:7 ack 2')
    run(lab, 60)
    expect(neighbour?.confirmedAt).toBeGreaterThan(atHandshake ?? Infinity)
  })

  test('is confirmed by the first segment of a connection that opened (tcp_init_metrics)', () => {
    const lab = createTcpLab()
    const neighbour = [...lab.eth0.neigh.entries.values()][0]
    const before = neighbour?.confirmedAt
    const socket = accepted(lab)
    run(lab, 1000)
    inject(lab, 'P. 1:4 ack 1')
    run(lab, 60)
    expect(state(lab, socket)).toBe('ESTAB')
    expect(neighbour?.confirmedAt).toBeGreaterThan(before ?? Infinity)
  })
})

describe('calls', () => {
  test('refuse what a closed, listening or unconnected socket cannot do', () => {
    const lab = createTcpLab()
    const socket = connected(lab)
    expect(outcome(call(lab, { kind: 'socket.connect', socket, address: 0x0a000002 as never, port: 1 }))).toBe(
      'EISCONN',
    )
    expect(outcome(call(lab, { kind: 'socket.accept', socket }))).toBe('EINVAL')
    close(lab, socket)
    expect(read(lab, socket)).toBe('EINVAL')
  })

  test('a namespace that goes takes its connections along in silence', () => {
    const lab = createTcpLab()
    connected(lab)
    expect(outcome(call(lab, { kind: 'netns.delete', name: 'a' }))).toBe(0)
    expect([lab.world.sockets.size, sent(lab)]).toEqual([0, []])
    run(lab, 10_000)
  })
})
