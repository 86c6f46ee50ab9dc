import { describe, expect, test } from 'vitest'
import { ipv4, mac } from '../../wire/address.ts'
import {
  must,
  neighState,
  pass,
  ping,
  received,
  sent,
  sysctl,
  twoHosts,
  verdicts,
  type TwoHosts,
} from '../../testing/two-hosts.ts'

const NOBODY = ipv4('10.0.0.9')
const STRANGER = mac('02:00:00:00:00:99')

function setNeigh(net: TwoHosts, state: 'STALE' | 'PROBE' | 'PERMANENT' | 'REACHABLE', to = net.b.ip): void {
  must(
    net.kernel.call({
      kind: 'neigh.add',
      netns: net.a.netns,
      mode: 'replace',
      spec: { ifindex: net.a.eth0, ip: to, mac: STRANGER, state },
    }),
  )
}

describe('the neighbour state machine', () => {
  test('NONE, packet to send: INCOMPLETE, one broadcast request at once (__neigh_event_send)', () => {
    const net = twoHosts()
    ping(net, net.a, NOBODY)
    expect(neighState(net, net.a, NOBODY)).toBe('INCOMPLETE')
    expect(sent(net, net.a)).toEqual(['ARP, Request who-has 10.0.0.9 tell 10.0.0.1, length 28'])
  })

  test('INCOMPLETE, packet to send: it waits, and no request is added', () => {
    const net = twoHosts()
    ping(net, net.a, NOBODY)
    ping(net, net.a, NOBODY, 2)
    expect(sent(net, net.a)).toHaveLength(1)
    expect(verdicts(net, net.a).filter((verdict) => verdict === 'neigh.wait')).toHaveLength(2)
  })

  test('INCOMPLETE, queue full: the oldest packet makes room (unres_qlen_bytes)', () => {
    const net = twoHosts()
    sysctl(net, net.a, 'net.ipv4.neigh.eth0.unres_qlen_bytes', 2000)
    for (let sequence = 1; sequence <= 3; sequence++) ping(net, net.a, NOBODY, sequence)
    expect(verdicts(net, net.a).filter((verdict) => verdict === 'drop neigh.queue_full')).toHaveLength(1)
  })

  test('INCOMPLETE, timer: three requests about a second apart, then FAILED and an error for each packet (neigh_timer_handler)', () => {
    const net = twoHosts()
    ping(net, net.a, NOBODY)
    ping(net, net.a, NOBODY, 2)
    pass(net, 3.0)
    expect(sent(net, net.a)).toHaveLength(3)
    expect(neighState(net, net.a, NOBODY)).toBe('INCOMPLETE')
    pass(net, 0.2)
    expect(sent(net, net.a)).toHaveLength(3)
    expect(neighState(net, net.a, NOBODY)).toBe('FAILED')
    expect(received(net, net.a).filter((what) => what === 'error 3/1')).toHaveLength(2)
  })

  test('INCOMPLETE, deleted: what waits gets its error (neigh_delete)', () => {
    const net = twoHosts()
    ping(net, net.a, NOBODY)
    const { netns, eth0 } = net.a
    must(net.kernel.call({ kind: 'neigh.delete', netns, spec: { ifindex: eth0, ip: NOBODY } }))
    pass(net, 0.1)
    expect(neighState(net, net.a, NOBODY)).toBeUndefined()
    expect(received(net, net.a)).toContain('error 3/1')
  })

  test('FAILED, packet to send: INCOMPLETE again with a new request at once', () => {
    const net = twoHosts()
    ping(net, net.a, NOBODY)
    pass(net, 4)
    ping(net, net.a, NOBODY, 2)
    expect(neighState(net, net.a, NOBODY)).toBe('INCOMPLETE')
    expect(sent(net, net.a)).toHaveLength(4)
  })

  test('INCOMPLETE, answer to us: REACHABLE, and what waited is sent in order (__neigh_update)', () => {
    const net = twoHosts()
    ping(net, net.a, net.b.ip, 1)
    ping(net, net.a, net.b.ip, 2)
    pass(net, 0.1)
    expect(neighState(net, net.a, net.b.ip)).toBe('REACHABLE')
    expect(sent(net, net.a).map((line) => /seq (\d)/.exec(line)?.[1] ?? 'arp')).toEqual(['arp', '1', '2'])
    expect(received(net, net.a)).toEqual(['reply', 'reply'])
  })

  test('INCOMPLETE, asked by the neighbour: STALE, and what waited goes out at once, which makes it DELAY (__neigh_update, neigh_resolve_output)', () => {
    const net = twoHosts()
    const { netns } = net.a
    must(net.kernel.call({ kind: 'link.set', netns: net.b.netns, ifindex: net.b.eth0, changes: { up: false } }))
    ping(net, net.a, net.b.ip)
    expect(neighState(net, net.a, net.b.ip)).toBe('INCOMPLETE')
    must(net.kernel.call({ kind: 'link.set', netns: net.b.netns, ifindex: net.b.eth0, changes: { up: true } }))
    ping(net, net.b, net.a.ip)
    pass(net, 0.1)
    expect(net.kernel.read.neighbours(netns)).toMatchObject([{ state: 'DELAY' }])
    pass(net, 5.2)
    expect(sent(net, net.a).at(-1)).toBe('ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28')
  })

  test('who is asked remembers the asker as STALE; its own packet makes that DELAY (neigh_event_ns)', () => {
    const net = twoHosts()
    ping(net, net.a, net.b.ip)
    pass(net, 0.1)
    expect(neighState(net, net.b, net.a.ip)).toBe('DELAY')
  })

  test('DELAY, timer without confirmation: PROBE asks the neighbour alone, whose answer makes it REACHABLE', () => {
    const net = twoHosts()
    ping(net, net.a, net.b.ip)
    pass(net, 4.9)
    expect(neighState(net, net.b, net.a.ip)).toBe('DELAY')
    pass(net, 0.5)
    expect(neighState(net, net.b, net.a.ip)).toBe('REACHABLE')
    expect(sent(net, net.b).at(-1)).toBe('ARP, Request who-has 10.0.0.1 tell 10.0.0.2, length 28')
  })

  test('STALE, packet to send: sent at once with the old address, DELAY', () => {
    const net = twoHosts()
    setNeigh(net, 'STALE')
    ping(net, net.a, net.b.ip)
    expect(neighState(net, net.a, net.b.ip)).toBe('DELAY')
    expect(sent(net, net.a)[0]).toContain('ICMP echo request')
  })

  test('PROBE, three unicast requests without answer: FAILED, and no broadcast (mcast_resolicit 0)', () => {
    const net = twoHosts()
    setNeigh(net, 'PROBE', NOBODY)
    pass(net, 6)
    expect(neighState(net, net.a, NOBODY)).toBe('FAILED')
    expect(sent(net, net.a)).toHaveLength(3)
  })

  test('REACHABLE, time over and not used: STALE', () => {
    const net = twoHosts()
    ping(net, net.a, net.b.ip)
    pass(net, 60)
    expect(neighState(net, net.a, net.b.ip)).toBe('STALE')
  })

  test('REACHABLE again by an answer counts as used: a short reachable time makes it ask for ever (neigh_add_timer)', () => {
    const net = twoHosts()
    sysctl(net, net.a, 'net.ipv4.neigh.eth0.base_reachable_time_ms', 500)
    sysctl(net, net.a, 'net.ipv4.neigh.eth0.delay_first_probe_time', 1)
    ping(net, net.a, net.b.ip)
    pass(net, 10)
    expect(sent(net, net.a).filter((line) => line.includes('Request')).length).toBeGreaterThan(4)
    expect(['REACHABLE', 'DELAY']).toContain(neighState(net, net.a, net.b.ip))
  })

  test('PERMANENT: neither time nor ARP changes it', () => {
    const net = twoHosts()
    setNeigh(net, 'PERMANENT')
    ping(net, net.b, net.a.ip)
    pass(net, 100)
    expect(net.kernel.read.neighbours(net.a.netns)).toMatchObject([{ state: 'PERMANENT', mac: STRANGER }])
  })

  test('another address within locktime is not believed from a broadcast, later it is (arp_process)', () => {
    const net = twoHosts()
    setNeigh(net, 'REACHABLE')
    ping(net, net.b, NOBODY)
    pass(net, 0.5)
    expect(net.kernel.read.neighbours(net.a.netns)[0]).toMatchObject({ mac: STRANGER })
    pass(net, 1)
    expect(net.kernel.read.neighbours(net.a.netns)[0]).toMatchObject({ state: 'STALE' })
    expect(net.kernel.read.neighbours(net.a.netns)[0]?.mac).not.toBe(STRANGER)
  })
})
