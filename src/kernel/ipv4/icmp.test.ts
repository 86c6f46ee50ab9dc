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
    { mode: 0, df: 'DF' },
    { mode: 1, df: 'none' },
  ])('$mode: a new socket sends with the flag $df (inet_create)', ({ mode, df }) => {
    const net = twoHosts()
    sysctl(net, net.a, 'net.ipv4.ip_no_pmtu_disc', mode)
    const { netns } = net.a
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
