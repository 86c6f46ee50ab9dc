import { describe, expect, test } from 'vitest'
import { IPV4_BROADCAST, ipv4 } from '../../wire/address.ts'
import { must, pass, ping, received, sent, sysctl, twoHosts, verdicts, type TwoHosts } from '../../testing/two-hosts.ts'

/** a sends datagrams to a port of b that nobody listens on. */
function knock(net: TwoHosts, times: number): void {
  const socket = must(net.kernel.call({ kind: 'socket.open', netns: net.a.netns, spec: { kind: 'udp' } }))
  for (let k = 0; k < times; k++) {
    must(net.kernel.call({ kind: 'socket.send', socket, to: net.b.ip, port: 5000, bytes: new Uint8Array(1) }))
    pass(net, 0.01)
  }
}

const unreachable = (net: TwoHosts): number => sent(net, net.b).filter((line) => line.includes('unreachable')).length

describe('ICMP errors (__icmp_send)', () => {
  test('a closed port is reported, quoting the datagram, with network-control precedence', () => {
    const net = twoHosts()
    knock(net, 1)
    expect(sent(net, net.b).at(-1)).toBe('IP 10.0.0.2 > 10.0.0.1: ICMP 10.0.0.2 udp port 5000 unreachable, length 37')
  })

  test('ten at once to one destination: six go out, then one a second (icmpv4_xrlim_allow)', () => {
    const net = twoHosts()
    knock(net, 10)
    expect(unreachable(net)).toBe(6)
    pass(net, 2)
    knock(net, 1)
    expect(unreachable(net)).toBe(7)
  })

  test('a type that icmp_ratemask leaves out is not limited', () => {
    const net = twoHosts()
    sysctl(net, net.b, 'net.ipv4.icmp_ratemask', 0)
    knock(net, 10)
    expect(unreachable(net)).toBe(10)
  })
})

describe('ICMP echo (icmp_echo)', () => {
  test('is answered from the address that was asked, with the same payload', () => {
    const net = twoHosts()
    ping(net, net.a, net.b.ip)
    pass(net, 0.1)
    expect(received(net, net.a)).toEqual(['reply'])
  })

  test('to an own address travels by loopback', () => {
    const net = twoHosts()
    ping(net, net.a, net.a.ip)
    pass(net, 0.1)
    expect(sent(net, net.a)).toEqual([])
    expect(received(net, net.a)).toEqual(['reply'])
  })

  test('to a broadcast address is not answered unless icmp_echo_ignore_broadcasts is 0', () => {
    const net = twoHosts()
    must(net.kernel.call({ kind: 'socket.set', socket: net.a.socket, options: { broadcast: true } }))
    ping(net, net.a, ipv4('10.0.0.255'))
    pass(net, 0.1)
    expect(verdicts(net, net.b)).toContain('drop icmp.echo_ignored')
    sysctl(net, net.b, 'net.ipv4.icmp_echo_ignore_broadcasts', 0)
    ping(net, net.a, ipv4('10.0.0.255'), 2)
    pass(net, 0.1)
    expect(received(net, net.a)).toEqual(['reply'])
  })

  test('a broadcast needs the socket’s consent (SO_BROADCAST)', () => {
    const net = twoHosts()
    expect(ping(net, net.a, ipv4('10.0.0.255'))).toMatchObject({ ok: false, error: { errno: 'EACCES' } })
  })

  test('with icmp_echo_ignore_all nothing is answered', () => {
    const net = twoHosts()
    sysctl(net, net.b, 'net.ipv4.icmp_echo_ignore_all', 1)
    ping(net, net.a, net.b.ip)
    pass(net, 0.1)
    expect(received(net, net.a)).toEqual([])
  })

  test('without a route the sender refuses before any frame is made', () => {
    const net = twoHosts()
    expect(ping(net, net.a, ipv4('8.8.8.8'))).toMatchObject({ ok: false, error: { errno: 'ENETUNREACH' } })
    expect(ping(net, net.a, IPV4_BROADCAST).ok).toBe(false)
    expect(sent(net, net.a)).toEqual([])
  })
})

describe('a packet longer than the MTU (ip_do_fragment, ip_defrag)', () => {
  test('is cut, put together again at the other end, and the answer too', () => {
    const net = twoHosts()
    must(net.kernel.call({ kind: 'socket.set', socket: net.a.socket, options: { mtuDiscover: 'dont' } }))
    ping(net, net.a, net.b.ip, 1, 3000)
    pass(net, 0.1)
    expect(sent(net, net.a).filter((line) => line.startsWith('IP'))).toHaveLength(3)
    expect(received(net, net.a)).toEqual(['reply'])
  })

  test('is refused with EMSGSIZE when the socket forbids cutting', () => {
    const net = twoHosts()
    must(net.kernel.call({ kind: 'socket.set', socket: net.a.socket, options: { mtuDiscover: 'do' } }))
    expect(ping(net, net.a, net.b.ip, 1, 3000)).toMatchObject({ ok: false, error: { errno: 'EMSGSIZE' } })
  })
})
