// Who gets a frame among ipvlan children: ipvlan_queue_xmit, ipvlan_handle_frame, ipvlan_process_multicast, ipvlan_process_outbound and,
// for l3s, ipvlan_l3_rcv.
import { describe, expect, test } from 'vitest'
import type { IpvlanFlag, IpvlanMode } from '../../../contract/read-models.ts'
import { BROADCAST_MAC, ipv4, mac, ZERO_MAC } from '../../../wire/address.ts'
import { ARP_REQUEST, emitArpFrame } from '../../../wire/arp.ts'
import { ETHERTYPE_ARP } from '../../../wire/ethernet.ts'
import { ipv4Ttl } from '../../../wire/ipv4.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import {
  add,
  addr,
  cable,
  causeOf,
  createStackLab,
  dev,
  explain,
  give,
  nameOf,
  run,
  send,
  set,
  sightings,
  verdicts,
  type StackLab,
} from '../stack-test-lab.ts'

const SHARED = mac('02:00:00:00:01:00')
const OUTSIDER = mac('02:00:00:00:00:66')

/** A host with eth0 (10.0.0.100), children c1/i0 (10.0.0.1) and c2/i0 (10.0.0.2), and r/eth0 (10.0.0.66) at the other end of the cable. */
function createLab(mode: IpvlanMode, flag: IpvlanFlag = 'bridge'): StackLab {
  const lab = createStackLab()
  cable(lab, 'host/eth0', 'r/eth0', ['02:00:00:00:01:00', '02:00:00:00:00:66'])
  addr(lab, 'host/eth0', '10.0.0.100/24')
  addr(lab, 'r/eth0', '10.0.0.66/24')
  for (const number of [1, 2]) {
    add(lab, `c${number}/i0`, dev(lab, 'host/eth0'), { kind: 'ipvlan', mode, flag })
    addr(lab, `c${number}/i0`, `10.0.0.${number}/24`)
  }
  run(lab)
  return lab
}

const c1 = (lab: StackLab): NetDevice => dev(lab, 'c1/i0')
const outside = (lab: StackLab): NetDevice => dev(lab, 'r/eth0')

function arp(source: NetDevice, senderIp: string, targetIp: string): { bytes: Uint8Array; type: number } {
  const bytes = emitArpFrame({
    destination: BROADCAST_MAC,
    source: source.mac,
    operation: ARP_REQUEST,
    senderMac: source.mac,
    senderIp: ipv4(senderIp),
    targetMac: ZERO_MAC,
    targetIp: ipv4(targetIp),
  })
  return { bytes, type: ETHERTYPE_ARP }
}

describe('ipvlan_xmit_mode_l2', () => {
  test('bridge: to the shared address it goes straight to the sibling that has the IP address', () => {
    const lab = createLab('l2')
    send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.2'] })
    expect(sightings(lab).slice(0, 2)).toEqual(['c1/i0 out', 'c2/i0 in'])
    expect(verdicts(lab, 'ip.')[0]).toBe('ip.deliver_local c2/i0')
  })

  test('bridge: with no child’s IP address it is the parent’s own: into its receive path, not on the wire', () => {
    const lab = createLab('l2')
    send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.100'] })
    expect(sightings(lab).slice(0, 2)).toEqual(['c1/i0 out', 'host/eth0 in'])
    expect(verdicts(lab)).toContain('ip.deliver_local host/eth0')
  })

  test('a sibling takes no frame that is longer than its MTU, its header and a tag (is_skb_forwardable)', () => {
    const lab = createLab('l2')
    set(lab, 'c2/i0', { mtuBytes: 576 })
    const { bytes, type } = arp(c1(lab), '10.0.0.1', '10.0.0.2')
    for (const [lengthBytes, taken] of [
      [576 + 18, true],
      [576 + 19, false],
    ] as const) {
      const long = new Uint8Array(lengthBytes)
      long.set(bytes)
      send(lab, c1(lab), { bytes: long, type })
      expect(sightings(lab).includes('c2/i0 in')).toBe(taken)
      expect(verdicts(lab).includes('rx.too_long c2/i0')).toBe(!taken)
    }
  })

  test('private: what is for a sibling is dropped, and the sender told', () => {
    const lab = createLab('l2', 'private')
    expect(send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.2'] })).toBe('dropped')
    expect(sightings(lab)).toEqual(['c1/i0 out'])
    expect(
      explain(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.2'] }).get('ipvlan.private_sibling c1/i0'),
    ).toEqual([
      'ipvlan.destination_is_shared_mac 02:00:00:00:01:00 (eth0)',
      'ipvlan.not_vepa private (flag of eth0)',
      'ipvlan.address_of_child 10.0.0.2 (addresses of the children of eth0)',
      '!ipvlan.not_private private (flag of eth0)',
    ])
  })

  test('vepa: what is for a sibling leaves to the shared address, and nobody out there takes it', () => {
    const lab = createLab('l2', 'vepa')
    send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.2'] })
    expect(sightings(lab)).toEqual(['c1/i0 out', 'host/eth0 out', 'r/eth0 in'])
    expect(verdicts(lab).at(-1)).toBe('ip.other_host r/eth0')
  })

  test.each(['bridge', 'private', 'vepa'] as const)('%s: to another address it leaves', (flag) => {
    const lab = createLab('l2', flag)
    send(lab, c1(lab), { to: OUTSIDER })
    expect(sightings(lab)).toEqual(['c1/i0 out', 'host/eth0 out', 'r/eth0 in'])
  })

  test('a sibling that is down is not in the table', () => {
    const lab = createLab('l2')
    set(lab, 'c2/i0', { up: false })
    send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.2'] })
    expect(sightings(lab).slice(0, 2)).toEqual(['c1/i0 out', 'host/eth0 in'])
  })
})

describe('ipvlan_process_multicast', () => {
  test.each(['bridge', 'private', 'vepa'] as const)(
    '%s: what a child sends goes to its siblings and then out',
    (flag) => {
      const lab = createLab('l2', flag)
      send(lab, c1(lab))
      expect(sightings(lab)).toEqual(['c1/i0 out', 'c2/i0 in', 'host/eth0 out', 'r/eth0 in'])
      expect(verdicts(lab, 'ipvlan')).toEqual([
        'ipvlan.queued c1/i0',
        'ipvlan.broadcast host/eth0',
        'ipvlan.out_of_parent host/eth0',
      ])
    },
  )

  test('a sibling has answered before the frame leaves', () => {
    const lab = createLab('l2')
    send(lab, c1(lab), arp(c1(lab), '10.0.0.1', '10.0.0.2'))
    expect(sightings(lab)).toEqual(['c1/i0 out', 'c2/i0 in', 'c2/i0 out', 'c1/i0 in', 'host/eth0 out', 'r/eth0 in'])
  })

  test('from outside: the parent has its part first, then each child', () => {
    const lab = createLab('l2')
    send(lab, outside(lab), arp(outside(lab), '10.0.0.66', '10.0.0.100'))
    expect(sightings(lab)).toEqual(['r/eth0 out', 'host/eth0 in', 'host/eth0 out', 'r/eth0 in', 'c1/i0 in', 'c2/i0 in'])
  })

  test('a child’s own frame sent back by the switch is for the parent alone (ipvlan_external_frame)', () => {
    const lab = createLab('l2')
    const rungs = explain(lab, outside(lab), arp(dev(lab, 'host/eth0'), '10.0.0.1', '10.0.0.77'))
    expect(sightings(lab)).toEqual(['r/eth0 out', 'host/eth0 in'])
    expect(rungs.get('ipvlan.to_parent_stack host/eth0')?.at(-1)).toBe(
      '!ipvlan.from_outside 10.0.0.1 (children of eth0)',
    )
  })

  test('the shared address with an IP address that no child has counts as from outside', () => {
    const lab = createLab('l2')
    send(lab, outside(lab), arp(dev(lab, 'host/eth0'), '10.0.0.77', '10.0.0.78'))
    expect(sightings(lab).slice(-2)).toEqual(['c1/i0 in', 'c2/i0 in'])
  })

  test('a group that a child has not joined is not for it; a child that is down gets nothing', () => {
    const lab = createLab('l2')
    send(lab, outside(lab), { to: mac('01:00:5e:01:02:03') })
    expect(sightings(lab)).toEqual(['r/eth0 out', 'host/eth0 in'])
    set(lab, 'c1/i0', { up: false })
    send(lab, outside(lab))
    expect(sightings(lab)).toEqual(['r/eth0 out', 'host/eth0 in', 'c2/i0 in'])
  })

  test('a thousand frames may wait (IPVLAN_QBACKLOG_LIMIT)', () => {
    const lab = createLab('l2')
    const port = dev(lab, 'host/eth0').ipvlanPort!
    for (let n = 0; n < 1001; n++) give(lab, c1(lab), {})
    expect(verdicts(lab)).toEqual(['ipvlan.queue_full c1/i0'])
    expect(port.queueLength).toBe(1000)
    run(lab)
    expect(port.queueLength).toBe(0)
  })

  test('the copies are effects of the broadcast, not of each other', () => {
    const lab = createLab('l2')
    send(lab, outside(lab))
    const seen = lab.events.filter((event) => event.name === '' && nameOf(lab, event.device).startsWith('c'))
    expect(seen.map((event) => causeOf(lab, event))).toEqual(['ipvlan.broadcast', 'ipvlan.broadcast'])
  })
})

describe('ipvlan_handle_frame, one address', () => {
  test.each(['l2', 'l3'] as const)('%s: the child that has the IP address, whatever the MAC address', (mode) => {
    const lab = createLab(mode)
    for (const to of [SHARED, mac('02:00:00:00:00:99')]) {
      send(lab, outside(lab), { to, ip: ['10.0.0.66', '10.0.0.2'] })
      expect(sightings(lab).slice(0, 3)).toEqual(['r/eth0 out', 'host/eth0 in', 'c2/i0 in'])
    }
  })

  test.each(['l2', 'l3'] as const)('%s: what is for no child is the parent’s', (mode) => {
    const lab = createLab(mode)
    send(lab, outside(lab), { to: SHARED, ip: ['10.0.0.66', '10.0.0.100'] })
    expect(verdicts(lab, 'ip').slice(0, 2)).toEqual(['ipvlan.to_parent_stack host/eth0', 'ip.deliver_local host/eth0'])
    send(lab, outside(lab), { to: SHARED })
    expect(verdicts(lab, 'ipvlan')).toEqual(['ipvlan.to_parent_stack host/eth0'])
  })

  test('l3: an ARP question for a child goes to the child, which does not answer, and the parent never hears of it', () => {
    const lab = createLab('l3')
    send(lab, outside(lab), arp(outside(lab), '10.0.0.66', '10.0.0.1'))
    expect(sightings(lab)).toEqual(['r/eth0 out', 'host/eth0 in', 'c1/i0 in'])
    expect(verdicts(lab)).toEqual(['ipvlan.to_child host/eth0', 'arp.device_without_arp c1/i0'])
  })
})

describe('ipvlan_xmit_mode_l3', () => {
  test.each(['l3', 'l3s'] as const)('%s bridge: straight to the sibling that has the IP address', (mode) => {
    const lab = createLab(mode)
    send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.2'] })
    expect(sightings(lab).slice(0, 2)).toEqual(['c1/i0 out', 'c2/i0 in'])
  })

  test('private: dropped, and the sender told', () => {
    const lab = createLab('l3', 'private')
    expect(send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.2'] })).toBe('dropped')
    expect(verdicts(lab)).toEqual(['ipvlan.private_sibling c1/i0'])
  })

  test('vepa: routed by the parent like everything else, so the parent asks the wire for the sibling', () => {
    const lab = createLab('l3', 'vepa')
    send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.2'] })
    expect(verdicts(lab).slice(0, 3)).toEqual([
      'ipvlan.routed_by_parent c1/i0',
      'neigh.wait host/eth0',
      'arp.solicit host/eth0',
    ])
    expect(sightings(lab)).toEqual(['c1/i0 out', 'host/eth0 out', 'r/eth0 in'])
  })

  test('leaves by the parent’s routes, asked for with the parent’s address, and is not forwarded: its TTL stays', () => {
    const lab = createLab('l3')
    send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.66'], ttl: 9 })
    expect(sightings(lab).slice(0, 5)).toEqual([
      'c1/i0 out',
      'host/eth0 out',
      'r/eth0 in',
      'r/eth0 out',
      'host/eth0 in',
    ])
    const arrived = lab.events.filter((event) => event.name === '' && nameOf(lab, event.device) === 'r/eth0')
    const packet = arrived.find(({ frame }) => frame?.[12] === 0x08 && frame[13] === 0x00)?.frame
    expect(packet === undefined ? 0 : ipv4Ttl(packet, 14)).toBe(9)
  })

  test('a destination without a route is taken to be on the parent’s link', () => {
    const lab = createLab('l3')
    send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '8.8.8.8'] })
    expect(verdicts(lab).slice(0, 3)).toEqual([
      'ipvlan.routed_by_parent c1/i0',
      'neigh.wait host/eth0',
      'arp.solicit host/eth0',
    ])
  })

  test('the parent’s own address is reached over its loopback', () => {
    const lab = createLab('l3')
    set(lab, 'host/lo', { up: true })
    send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.100'] })
    expect(sightings(lab).slice(0, 2)).toEqual(['c1/i0 out', 'host/lo in'])
    expect(verdicts(lab)).toContain('ip.deliver_local host/lo')
  })

  test('a parent that is down has no route', () => {
    const lab = createLab('l3')
    set(lab, 'host/eth0', { up: false })
    expect(send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.66'] })).toBe('dropped')
    expect(verdicts(lab)).toEqual(['ipvlan.no_route_on_parent c1/i0'])
  })

  test('group frames, broadcast destinations and what is not IP are dropped (ipvlan_process_outbound)', () => {
    const lab = createLab('l3')
    expect(send(lab, c1(lab), { ip: ['10.0.0.1', '10.0.0.255'] })).toBe('dropped')
    expect(verdicts(lab)).toEqual(['ipvlan.l3_group_address c1/i0'])
    expect(send(lab, c1(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.255'] })).toBe('dropped')
    expect(verdicts(lab)).toEqual(['ipvlan.no_route_on_parent c1/i0'])
    expect(send(lab, c1(lab), { to: SHARED })).toBe('dropped')
    expect(verdicts(lab)).toEqual(['ipvlan.not_ip c1/i0'])
  })
})

describe('ipvlan_l3_rcv and ipvlan_nf_input', () => {
  test('l3s: the parent’s IP input takes the packet and hands it to the child, whose captures do not see it', () => {
    const lab = createLab('l3s')
    send(lab, outside(lab), { to: SHARED, ip: ['10.0.0.66', '10.0.0.1'] })
    expect(sightings(lab).slice(0, 2)).toEqual(['r/eth0 out', 'host/eth0 in'])
    expect(sightings(lab)).not.toContain('c1/i0 in')
    expect(verdicts(lab).slice(0, 3)).toEqual([
      'ipvlan.to_parent_stack host/eth0',
      'ipvlan.to_child host/eth0',
      'ip.deliver_local c1/i0',
    ])
  })

  test('l3s: an ARP question for a child is the parent’s, which has not the address', () => {
    const lab = createLab('l3s')
    send(lab, outside(lab), arp(outside(lab), '10.0.0.66', '10.0.0.1'))
    expect(sightings(lab)).toEqual(['r/eth0 out', 'host/eth0 in'])
    expect(verdicts(lab).at(-1)).toBe('arp.not_for_us host/eth0')
  })

  test('l3s: what the child’s routes refuse is left to the parent', () => {
    const lab = createLab('l3s')
    // The sender claims an address of the child itself: a martian there.
    send(lab, outside(lab), { to: SHARED, ip: ['10.0.0.1', '10.0.0.1'] })
    expect(verdicts(lab)).not.toContain('ip.deliver_local c1/i0')
    expect(verdicts(lab).at(-1)?.endsWith(' host/eth0')).toBe(true)
  })
})
