import { describe, expect, test } from 'vitest'
import { ARP_REPLY, ARP_REQUEST } from '../../wire/arp.ts'
import { BROADCAST_MAC, IPV4_ANY, ipv4, mac, ZERO_MAC, type Ipv4Address } from '../../wire/address.ts'
import { emitArpFrame } from '../../wire/arp.ts'
import { must, neighState, pass, sent, sysctl, twoHosts, verdicts, type TwoHosts } from '../../testing/two-hosts.ts'

const STRANGER = mac('02:00:00:00:00:99')
const ELSEWHERE = ipv4('192.168.7.7')

/** Puts an ARP frame on the cable at a's end, as a program there may, and lets b act. */
function say(
  net: TwoHosts,
  arp: { operation?: number; sender: Ipv4Address; target: Ipv4Address; to?: ReturnType<typeof mac> },
): void {
  const socket = must(
    net.kernel.call({
      kind: 'socket.open',
      netns: net.a.netns,
      spec: { kind: 'packet', ifindex: net.a.eth0, protocol: 3, promisc: false },
    }),
  )
  const bytes = emitArpFrame({
    destination: arp.to ?? BROADCAST_MAC,
    source: STRANGER,
    operation: arp.operation ?? ARP_REQUEST,
    senderMac: STRANGER,
    senderIp: arp.sender,
    targetMac: ZERO_MAC,
    targetIp: arp.target,
  })
  must(net.kernel.call({ kind: 'socket.send', socket, to: IPV4_ANY, port: 0, bytes }))
  pass(net, 1)
}

/** b forwards, and has a route to elsewhere through a second cable. */
function makeRouter(net: TwoHosts): void {
  const { netns } = net.b
  const wan = must(
    net.kernel.call({
      kind: 'link.add',
      netns,
      spec: { name: 'wan', data: { kind: 'veth', peer: { name: 'far' } } },
    }),
  )
  const far = net.kernel.read.linkByName(netns, 'far')?.ifindex ?? 0
  for (const ifindex of [wan, far]) must(net.kernel.call({ kind: 'link.set', netns, ifindex, changes: { up: true } }))
  must(
    net.kernel.call({
      kind: 'address.add',
      netns,
      spec: { ifindex: wan, address: ipv4('192.168.7.1'), prefixLength: 24 },
    }),
  )
  sysctl(net, net.b, 'net.ipv4.ip_forward', 1)
}

test('a router stays silent about what is reached by the interface on which it is asked (__mkroute_input)', () => {
  const net = twoHosts()
  makeRouter(net)
  sysctl(net, net.b, 'net.ipv4.conf.eth0.proxy_arp', 1)
  say(net, { sender: ipv4('10.0.0.50'), target: ipv4('10.0.0.9') })
  expect(verdicts(net, net.b)).toEqual(['arp.same_interface'])
  expect(sent(net, net.b)).toEqual([])
})

describe('a request for an own address (arp_process)', () => {
  test('is answered, and the asker remembered as STALE', () => {
    const net = twoHosts()
    say(net, { sender: ipv4('10.0.0.50'), target: net.b.ip })
    expect(sent(net, net.b)[0]).toMatch(/^ARP, Reply 10\.0\.0\.2 is-at /)
    expect(neighState(net, net.b, ipv4('10.0.0.50'))).toBe('STALE')
  })

  test('from 0.0.0.0 is answered, and nobody remembered (duplicate address detection)', () => {
    const net = twoHosts()
    say(net, { sender: IPV4_ANY, target: net.b.ip })
    expect(sent(net, net.b)).toHaveLength(1)
    expect(net.kernel.read.neighbours(net.b.netns)).toEqual([])
  })

  test('in a frame for another machine is not even looked at (arp_rcv)', () => {
    const net = twoHosts()
    say(net, { sender: ipv4('10.0.0.50'), target: net.b.ip, to: mac('02:00:00:00:00:77') })
    expect(verdicts(net, net.b)).toEqual(['arp.other_host'])
  })

  test.each([
    [0, '10.0.0.50', true],
    [1, '10.0.0.50', true],
    [2, '10.0.0.50', true],
    [2, '172.16.0.1', false],
    [8, '10.0.0.50', false],
  ])('with arp_ignore %i and sender %s: answered %s', (level, sender, answered) => {
    const net = twoHosts()
    sysctl(net, net.b, 'net.ipv4.conf.eth0.arp_ignore', level)
    say(net, { sender: ipv4(sender), target: net.b.ip })
    expect(sent(net, net.b).some((line) => line.includes('Reply'))).toBe(answered)
  })

  test('whose sender is an own address is not answered (fib_validate_source)', () => {
    const net = twoHosts()
    say(net, { sender: net.b.ip, target: net.b.ip })
    expect(sent(net, net.b)).toEqual([])
  })
})

describe('a request for another address (arp_fwd_proxy)', () => {
  test('is not answered without proxy_arp, even with a route', () => {
    const net = twoHosts()
    makeRouter(net)
    say(net, { sender: ipv4('10.0.0.50'), target: ELSEWHERE })
    expect(verdicts(net, net.b)).toContain('arp.not_for_us')
  })

  test('is answered by proxy after a random delay of up to 0.8 s, with the own MAC address', () => {
    const net = twoHosts()
    makeRouter(net)
    sysctl(net, net.b, 'net.ipv4.conf.eth0.proxy_arp', 1)
    say(net, { sender: ipv4('10.0.0.50'), target: ELSEWHERE })
    expect(verdicts(net, net.b)).toEqual(['arp.proxy_delayed', 'arp.proxy_reply'])
    expect(sent(net, net.b)).toHaveLength(1)
  })

  test('is answered at once with proxy_delay 0', () => {
    const net = twoHosts()
    makeRouter(net)
    sysctl(net, net.b, 'net.ipv4.conf.eth0.proxy_arp', 1)
    sysctl(net, net.b, 'net.ipv4.neigh.eth0.proxy_delay', 0)
    say(net, { sender: ipv4('10.0.0.50'), target: ELSEWHERE })
    expect(verdicts(net, net.b)).toEqual(['arp.proxy_reply'])
  })

  test('from 0.0.0.0 is never answered by proxy', () => {
    const net = twoHosts()
    makeRouter(net)
    sysctl(net, net.b, 'net.ipv4.conf.eth0.proxy_arp', 1)
    say(net, { sender: IPV4_ANY, target: ELSEWHERE })
    expect(sent(net, net.b)).toEqual([])
  })

  test('that is routed back out of the same interface is not answered', () => {
    const net = twoHosts()
    makeRouter(net)
    sysctl(net, net.b, 'net.ipv4.conf.eth0.proxy_arp', 1)
    say(net, { sender: ipv4('10.0.0.50'), target: ipv4('10.0.0.60') })
    expect(sent(net, net.b)).toEqual([])
  })
})

describe('an answer', () => {
  test('that nobody asked for creates no neighbour', () => {
    const net = twoHosts()
    say(net, { operation: ARP_REPLY, sender: ipv4('10.0.0.50'), target: net.b.ip })
    expect(verdicts(net, net.b)).toEqual(['arp.reply_unsolicited'])
    expect(net.kernel.read.neighbours(net.b.netns)).toEqual([])
  })

  test('creates one with arp_accept', () => {
    const net = twoHosts()
    sysctl(net, net.b, 'net.ipv4.conf.eth0.arp_accept', 1)
    say(net, { operation: ARP_REPLY, sender: ipv4('10.0.0.50'), target: net.b.ip })
    expect(neighState(net, net.b, ipv4('10.0.0.50'))).toBe('STALE')
  })
})
