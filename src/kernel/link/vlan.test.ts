// VLAN interfaces: vlan_newlink, vlan_dev.c, vlan_device_event, and the step of the receive ladder that is theirs.
import { describe, expect, test } from 'vitest'
import { playFrames } from '../../testing/play-frames.ts'
import { mac } from '../../wire/address.ts'
import { toHex } from '../../wire/bytes.ts'
import type { LinkData } from '../system-call.ts'
import {
  add,
  addr,
  cable,
  causeOf,
  createStackLab,
  dev,
  exists,
  explain,
  remove,
  send,
  set,
  sightings,
  tryAdd,
  verdicts,
  type StackLab,
} from './stack-test-lab.ts'

const vlan = (id: number, more: Partial<Extract<LinkData, { kind: 'vlan' }>> = {}): LinkData => ({
  kind: 'vlan',
  id,
  ...more,
})

/** Two machines on a cable: a/eth0 with 02:…:0a and b/eth0 with 02:…:0b. */
function labOfTwo(): StackLab {
  const lab = createStackLab()
  cable(lab, 'a/eth0', 'b/eth0', ['02:00:00:00:00:0a', '02:00:00:00:00:0b'])
  return lab
}

const DUMMY: LinkData = { kind: 'dummy' }

describe('vlan_newlink', () => {
  test.each([
    ['no option at all', { kind: 'vlan' }, {}, 'EINVAL', '8021q: VLAN properties not specified'],
    [
      'an id that cannot be, before the name is looked at (__rtnl_newlink)',
      { kind: 'vlan', id: 4095 },
      { name: 'eth0' },
      'ERANGE',
      '8021q: Invalid VLAN id',
    ],
    ['no id', { kind: 'vlan', protocol: '802.1ad' }, {}, 'EINVAL', '8021q: VLAN id not specified'],
    ['id 4095', vlan(4095), {}, 'ERANGE', '8021q: Invalid VLAN id'],
    ['an id that the device has', vlan(10), {}, 'EEXIST', '8021q: VLAN device already exists'],
    ['a group address', vlan(1), { mac: mac('01:00:00:00:00:01') }, 'EADDRNOTAVAIL', '8021q: Invalid link address'],
    ['a larger MTU', vlan(1), { mtuBytes: 1501 }, 'EINVAL', undefined],
  ] as const)('refuses %s', (_what, data, more, errno, message) => {
    const lab = labOfTwo()
    add(lab, 'a/eth0.10', dev(lab, 'a/eth0'), vlan(10))
    const refused = tryAdd(lab, 'a/x', dev(lab, 'a/eth0'), data, more)
    expect(refused?.errno).toBe(errno)
    expect(refused?.message).toBe(message)
    expect(exists(lab, 'a/x')).toBe(false)
  })

  test('needs a device below that can carry VLANs: not lo, no ipvlan child (vlan_check_real_dev)', () => {
    const lab = labOfTwo()
    const challenged = { errno: 'EOPNOTSUPP', message: '8021q: VLANs not supported on device' }
    const ipvlan = add(lab, 'a/ipvl', dev(lab, 'a/eth0'), { kind: 'ipvlan' })
    expect(tryAdd(lab, 'a/x', dev(lab, 'a/lo'), vlan(1))).toEqual(challenged)
    expect(tryAdd(lab, 'a/x', ipvlan, vlan(1))).toEqual(challenged)
    expect(tryAdd(lab, 'a/x', undefined, vlan(1))).toEqual({ errno: 'EINVAL', message: '8021q: link not specified' })
  })

  test('the same id with another protocol is another VLAN', () => {
    const lab = labOfTwo()
    add(lab, 'a/c', dev(lab, 'a/eth0'), vlan(10))
    expect(tryAdd(lab, 'a/s', dev(lab, 'a/eth0'), vlan(10, { protocol: '802.1ad' }))).toBeUndefined()
  })

  test('takes address, MTU, flags and carrier from the device below and is UP at once (vlan_dev_init)', () => {
    const lab = labOfTwo()
    const dummy = add(lab, 'a/d0', undefined, DUMMY)
    set(lab, 'a/d0', { mtuBytes: 1300 })
    const device = add(lab, 'a/d0.5', dummy, vlan(5), { up: false })
    expect(device).toMatchObject({ mac: dummy.mac, mtuBytes: 1300, noArp: true, multicast: false, operState: 'UP' })
  })
})

describe('vlan_dev_hard_start_xmit and vlan_do_receive', () => {
  test('tagged on the device below, without tag on the interface', () => {
    const lab = labOfTwo()
    const from = add(lab, 'a/eth0.10', dev(lab, 'a/eth0'), vlan(10))
    add(lab, 'b/eth0.10', dev(lab, 'b/eth0'), vlan(10))
    send(lab, from)
    expect(sightings(lab)).toEqual(['a/eth0.10 out', 'a/eth0 out vlan 10', 'b/eth0 in vlan 10', 'b/eth0.10 in'])
    expect(verdicts(lab, 'vlan')).toEqual(['vlan.tag_added a/eth0.10', 'vlan.to_device b/eth0'])
  })

  test('each step is the effect of the one before', () => {
    const lab = labOfTwo()
    const from = add(lab, 'a/eth0.10', dev(lab, 'a/eth0'), vlan(10))
    send(lab, from)
    expect(lab.events.map((event) => causeOf(lab, event))).toEqual([
      'nothing',
      'a/eth0.10 out',
      'vlan.tag_added',
      'a/eth0 out',
      'b/eth0 in',
    ])
  })

  test('a stacked one puts its tag inside and the outer one in front (QinQ)', () => {
    const lab = labOfTwo()
    for (const host of ['a', 'b']) {
      const outer = add(lab, `${host}/s100`, dev(lab, `${host}/eth0`), vlan(100, { protocol: '802.1ad' }))
      add(lab, `${host}/c10`, outer, vlan(10))
    }
    send(lab, dev(lab, 'a/c10'))
    expect(sightings(lab)).toEqual([
      'a/c10 out',
      'a/s100 out vlan 10',
      'a/eth0 out vlan 100',
      'b/eth0 in vlan 100',
      'b/s100 in vlan 10',
      'b/c10 in',
    ])
    const onTheWire = lab.events.find((event) => event.vlan === 100)?.frame
    // The outer tag travels apart from the bytes; the inner one is in them.
    expect(onTheWire === undefined ? '' : toHex(onTheWire, 12, 18)).toBe('8100000a88b5')
  })

  test('an id that nobody there has is for somebody else; the interface of another id sees nothing', () => {
    const lab = labOfTwo()
    const from = add(lab, 'a/eth0.10', dev(lab, 'a/eth0'), vlan(10))
    add(lab, 'b/eth0.20', dev(lab, 'b/eth0'), vlan(20))
    const rungs = explain(lab, from)
    expect(sightings(lab).at(-1)).toBe('b/eth0 in vlan 10')
    expect(rungs.get('rx.unhandled_protocol b/eth0')?.[0]).toBe('!vlan.device_exists vid 10 (eth0)')
  })

  test('an interface that is down drops its frames', () => {
    const lab = labOfTwo()
    const from = add(lab, 'a/eth0.10', dev(lab, 'a/eth0'), vlan(10))
    add(lab, 'b/eth0.10', dev(lab, 'b/eth0'), vlan(10), { up: false })
    send(lab, from)
    expect(verdicts(lab).at(-1)).toBe('vlan.device_down b/eth0.10')
  })

  test('comes before a bridge or macvlan on the same device', () => {
    const lab = labOfTwo()
    const from = add(lab, 'a/eth0.10', dev(lab, 'a/eth0'), vlan(10))
    add(lab, 'b/br0', undefined, { kind: 'bridge' })
    set(lab, 'b/eth0', { master: dev(lab, 'b/br0').ifindex })
    add(lab, 'b/eth0.10', dev(lab, 'b/eth0'), vlan(10))
    send(lab, from)
    expect(sightings(lab).slice(-2)).toEqual(['b/eth0 in vlan 10', 'b/eth0.10 in'])
  })
})

describe('vlan_dev_open', () => {
  test('ENETDOWN while the device below is down, unless it is bound loosely', () => {
    const lab = labOfTwo()
    set(lab, 'a/eth0', { up: false })
    add(lab, 'a/tight', dev(lab, 'a/eth0'), vlan(1), { up: false })
    add(lab, 'a/loose', dev(lab, 'a/eth0'), vlan(2, { looseBinding: true }), { up: false })
    expect(set(lab, 'a/tight', { up: true })).toEqual({ errno: 'ENETDOWN' })
    expect(set(lab, 'a/loose', { up: true })).toBeUndefined()
  })
})

describe('vlan_device_event', () => {
  test('down takes all interfaces down; up brings all up, even one that the user had put down', () => {
    const lab = labOfTwo()
    add(lab, 'a/one', dev(lab, 'a/eth0'), vlan(1))
    add(lab, 'a/two', dev(lab, 'a/eth0'), vlan(2))
    set(lab, 'a/two', { up: false })
    set(lab, 'a/eth0', { up: false })
    expect([dev(lab, 'a/one').up, dev(lab, 'a/two').up]).toEqual([false, false])
    set(lab, 'a/eth0', { up: true })
    expect([dev(lab, 'a/one').up, dev(lab, 'a/two').up]).toEqual([true, true])
  })

  test('a loosely bound one goes its own way', () => {
    const lab = labOfTwo()
    add(lab, 'a/one', dev(lab, 'a/eth0'), vlan(1, { looseBinding: true }))
    set(lab, 'a/eth0', { up: false })
    expect(dev(lab, 'a/one').up).toBe(true)
    set(lab, 'a/one', { up: false })
    set(lab, 'a/eth0', { up: true })
    expect(dev(lab, 'a/one').up).toBe(false)
  })

  test('carrier follows: lost below, NO-CARRIER and LOWERLAYERDOWN above', () => {
    const lab = labOfTwo()
    const device = add(lab, 'a/one', dev(lab, 'a/eth0'), vlan(1))
    set(lab, 'b/eth0', { up: false })
    expect(device).toMatchObject({ up: true, carrier: false, operState: 'LOWERLAYERDOWN' })
    set(lab, 'b/eth0', { up: true })
    expect(device).toMatchObject({ carrier: true, operState: 'UP' })
  })

  test('the MTU shrinks with the device below and does not grow again; more than it has is ERANGE', () => {
    const lab = labOfTwo()
    const device = add(lab, 'a/one', dev(lab, 'a/eth0'), vlan(1))
    set(lab, 'a/eth0', { mtuBytes: 1400 })
    expect(device.mtuBytes).toBe(1400)
    set(lab, 'a/eth0', { mtuBytes: 1500 })
    expect(device.mtuBytes).toBe(1400)
    expect(set(lab, 'a/one', { mtuBytes: 1501 })).toEqual({ errno: 'ERANGE' })
  })

  test('the address follows while nobody chose one (vlan_dev_inherit_address)', () => {
    const lab = labOfTwo()
    const device = add(lab, 'a/one', dev(lab, 'a/eth0'), vlan(1))
    set(lab, 'a/eth0', { mac: mac('02:00:00:00:00:10') })
    expect(device.mac).toBe(mac('02:00:00:00:00:10'))
    set(lab, 'a/one', { up: false })
    set(lab, 'a/eth0', { mac: mac('02:00:00:00:00:11') })
    expect(device.mac).toBe(mac('02:00:00:00:00:10'))
    set(lab, 'a/one', { up: true })
    expect(device.mac).toBe(mac('02:00:00:00:00:11'))
  })

  test('an own address passes the filter below while it differs from the address there (vlan_sync_address)', () => {
    const lab = labOfTwo()
    const lower = dev(lab, 'a/eth0')
    const own = mac('02:00:00:00:00:20')
    add(lab, 'a/one', lower, vlan(1))
    set(lab, 'a/one', { mac: own })
    expect([[...lower.unicastFilter.keys()], lower.promiscuityCount]).toEqual([[own], 1])
    set(lab, 'a/eth0', { mac: own })
    expect([[...lower.unicastFilter.keys()], lower.promiscuityCount]).toEqual([[], 0])
    set(lab, 'a/eth0', { mac: mac('02:00:00:00:00:30') })
    expect([dev(lab, 'a/one').mac, lower.promiscuityCount]).toEqual([own, 1])
    set(lab, 'a/one', { up: false })
    expect(lower.promiscuityCount).toBe(0)
  })

  test('listening to everything is asked of the device below, even while the interface is down', () => {
    const lab = labOfTwo()
    const lower = dev(lab, 'a/eth0')
    add(lab, 'a/one', lower, vlan(1))
    set(lab, 'a/one', { promisc: true, allMulticast: true })
    expect([lower.promiscuityCount, lower.allMulticastCount]).toEqual([1, 1])
    set(lab, 'a/one', { up: false })
    expect([lower.promiscuityCount, lower.allMulticastCount]).toEqual([1, 1])
    set(lab, 'a/one', { promisc: false, allMulticast: false })
    expect([lower.promiscuityCount, lower.allMulticastCount]).toEqual([0, 0])
  })

  test('goes with the device below, from whatever namespace; a move of that device keeps it', () => {
    const lab = labOfTwo()
    const lower = dev(lab, 'a/eth0')
    add(lab, 'c/one', lower, vlan(1))
    add(lab, 'a/two', lower, vlan(2))
    add(lab, 'a/nested', dev(lab, 'a/two'), vlan(3))
    set(lab, 'a/eth0', { netns: dev(lab, 'b/lo').netns, name: 'moved' })
    expect(exists(lab, 'c/one')).toBe(true)
    remove(lab, 'b/moved')
    expect(['c/one', 'a/two', 'a/nested'].map((path) => exists(lab, path))).toEqual([false, false, false])
  })
})

test('a frame for an own address of the interface is for us, though not for the device below', () => {
  const lab = labOfTwo()
  const from = add(lab, 'a/eth0.10', dev(lab, 'a/eth0'), vlan(10))
  add(lab, 'b/eth0.10', dev(lab, 'b/eth0'), vlan(10), { mac: mac('02:00:00:00:00:77') })
  addr(lab, 'b/eth0.10', '10.0.10.2/24')
  send(lab, from, { to: mac('02:00:00:00:00:77'), ip: ['10.0.10.1', '10.0.10.2'] })
  expect(verdicts(lab, 'ip.')[0]).toBe('ip.deliver_local b/eth0.10')
})

test('a tag names the priority of the socket; the kernel’s own answers have none, whatever their TOS (icmp_push_reply)', async () => {
  const ends = [
    ['a', 'egress-qos-map 0:3 6:7', '10.0.0.1'],
    ['b', 'egress-qos-map 0:2 6:1', '10.0.0.2'],
  ].map(
    ([ns, map, address]) => `ip -n ${ns} link set eth0 up
ip -n ${ns} link add link eth0 name v type vlan id 5 ${map}
ip -n ${ns} addr add ${address}/24 dev v
ip -n ${ns} link set v up`,
  )
  const cable = 'ip netns add a\nip netns add b\nip -n a link add eth0 type veth peer name eth0 netns b'
  const ping = 'ip netns exec a ping -c 1 -W 1 -Q 0x10 10.0.0.2'
  const lines = await playFrames([cable, ...ends].join('\n'), [ping], 'a/eth0')
  const echo = lines.flatMap((line) => / p (\d), .* (10\.0\.0\.\d) > .*ICMP/.exec(line)?.slice(1) ?? [])
  expect(echo).toEqual(['7', '10.0.0.1', '2', '10.0.0.2'])
})
