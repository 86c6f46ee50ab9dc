import { describe, expect, test } from 'vitest'
import { must, pass, received, sent, sysctl, twoHosts, type TwoHosts } from '../../testing/two-hosts.ts'
import { ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, emitIcmp } from '../../wire/icmp.ts'
import { IPV4_HEADER_LENGTH, PROTOCOL_ICMP, PROTOCOL_TCP, writeIpv4Header } from '../../wire/ipv4.ts'

const PATH_MTU = 1300

/** b tells a that what a sent to b was too long for some link. */
function fragNeeded(net: TwoHosts, protocol: number): void {
  const quoted = new Uint8Array(IPV4_HEADER_LENGTH + 8)
  writeIpv4Header(quoted, 0, {
    tos: 0,
    totalLength: 1400,
    id: 1,
    dontFragment: true,
    moreFragments: false,
    fragmentOffset: 0,
    ttl: 64,
    protocol,
    source: net.a.ip,
    destination: net.b.ip,
  })
  const bytes = emitIcmp({ type: ICMP_DEST_UNREACH, code: ICMP_FRAG_NEEDED, rest: PATH_MTU }, quoted)
  must(net.kernel.call({ kind: 'socket.send', socket: net.b.socket, to: net.a.ip, port: 0, bytes }))
  pass(net, 0.1)
}

const pathMtu = (net: TwoHosts): number | undefined =>
  net.world.namespaces[net.a.netns]?.routeExceptions.get(net.b.ip)?.mtuBytes

/** The route to b is told never to believe a path MTU. */
function lockMtu(net: TwoHosts): void {
  const { netns, eth0 } = net.a
  const spec = { table: 254, prefixLength: 32, type: 'unicast', mtuBytes: 1400, mtuLocked: true } as const
  const route = { ...spec, destination: net.b.ip, nexthops: [{ ifindex: eth0 }] }
  must(net.kernel.call({ kind: 'route.add', netns, mode: 'add', spec: route }))
}

describe('mtu lock (ip_mtu_locked)', () => {
  test('what a router tells of the path changes nothing (__ip_rt_update_pmtu)', () => {
    const net = twoHosts()
    lockMtu(net)
    fragNeeded(net, PROTOCOL_ICMP)
    expect(pathMtu(net)).toBeUndefined()
    expect(received(net, net.a)).toContain('error 3/4')
  })
})

describe('ip_no_pmtu_disc', () => {
  test.each([
    { mode: 0, protocol: PROTOCOL_ICMP, heard: true, mtu: PATH_MTU },
    { mode: 1, protocol: PROTOCOL_ICMP, heard: true, mtu: 552 },
    { mode: 2, protocol: PROTOCOL_ICMP, heard: false, mtu: undefined },
    { mode: 3, protocol: PROTOCOL_ICMP, heard: false, mtu: undefined },
    { mode: 3, protocol: PROTOCOL_TCP, heard: false, mtu: PATH_MTU },
  ])('$mode, protocol $protocol: a path MTU of $mtu is believed (icmp_unreach)', ({ mode, protocol, heard, mtu }) => {
    const net = twoHosts()
    sysctl(net, net.a, 'net.ipv4.ip_no_pmtu_disc', mode)
    fragNeeded(net, protocol)
    expect(received(net, net.a).includes('error 3/4')).toBe(heard)
    expect(pathMtu(net)).toBe(mtu)
  })

  test.each([
    { mode: 0, locked: false, df: 'DF' },
    { mode: 1, locked: false, df: 'none' },
    { mode: 0, locked: true, df: 'none' },
  ])('$mode, mtu lock $locked: a new socket sends with $df (inet_create, ip_dont_fragment)', ({ mode, locked, df }) => {
    const net = twoHosts()
    sysctl(net, net.a, 'net.ipv4.ip_no_pmtu_disc', mode)
    const { netns } = net.a
    if (locked) lockMtu(net)
    const socket = must(net.kernel.call({ kind: 'socket.open', netns, spec: { kind: 'raw', protocol: PROTOCOL_ICMP } }))
    const mac = net.kernel.read.link(net.b.netns, net.b.eth0)?.mac
    const spec = { ifindex: net.a.eth0, ip: net.b.ip, ...(mac === undefined ? {} : { mac }) }
    must(net.kernel.call({ kind: 'neigh.add', netns, mode: 'add', spec }))
    must(net.kernel.call({ kind: 'socket.send', socket, to: net.b.ip, port: 0, bytes: new Uint8Array(8) }))
    expect(sent(net, net.a)).toHaveLength(1)
    const flags = net.trace.frame(net.trace.count - 1)[20] ?? 0
    expect((flags & 0x40) !== 0 ? 'DF' : 'none').toBe(df)
  })
})
