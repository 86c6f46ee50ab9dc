// Who gets a frame among macvlan children: macvlan_queue_xmit, macvlan_handle_frame, macvlan_process_broadcast.
import { describe, expect, test } from 'vitest'
import type { MacvlanMode } from '../../../contract/read-models.ts'
import { BROADCAST_MAC, ipv4, mac, ZERO_MAC } from '../../../wire/address.ts'
import { ARP_REQUEST, emitArpFrame } from '../../../wire/arp.ts'
import { ETHERTYPE_ARP } from '../../../wire/ethernet.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { step } from '../../run.ts'
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

const OUTSIDER = mac('02:00:00:00:00:66')

/** A host with eth0 on a switch port that may send frames back, and another machine on the switch. */
function createLab(hairpin = false): StackLab {
  const lab = createStackLab()
  cable(lab, 'host/eth0', 'sw/p1', ['02:00:00:00:01:00', '02:00:00:00:02:01'])
  cable(lab, 'r/eth0', 'sw/p2', ['02:00:00:00:00:66', '02:00:00:00:02:02'])
  add(lab, 'sw/br0', undefined, { kind: 'bridge' })
  for (const port of ['sw/p1', 'sw/p2']) set(lab, port, { master: dev(lab, 'sw/br0').ifindex })
  set(lab, 'sw/p1', { port: { hairpin } })
  run(lab)
  return lab
}

/** Child N of a mode: `cN/m0` with 02:…:0N. The greater N, the sooner it stands in the table of addresses. */
function child(lab: StackLab, number: number, mode: MacvlanMode): NetDevice {
  return add(
    lab,
    `c${number}/m0`,
    dev(lab, 'host/eth0'),
    { kind: 'macvlan', mode },
    { mac: mac(`02:00:00:00:00:0${number}`) },
  )
}

/** The outsider asks for an address. */
function arpRequest(senderIp: string, targetIp: string): Uint8Array {
  return emitArpFrame({
    destination: BROADCAST_MAC,
    source: OUTSIDER,
    operation: ARP_REQUEST,
    senderMac: OUTSIDER,
    senderIp: ipv4(senderIp),
    targetMac: ZERO_MAC,
    targetIp: ipv4(targetIp),
  })
}

/** What is seen on the host and its children. */
function onHost(lab: StackLab): string[] {
  return sightings(lab).filter((line) => !line.startsWith('sw/') && !line.startsWith('r/'))
}

describe('macvlan_queue_xmit', () => {
  test('bridge: a group frame to bridge-mode siblings at once, and out', () => {
    const lab = createLab()
    const [c1] = [child(lab, 1, 'bridge'), child(lab, 2, 'bridge'), child(lab, 3, 'vepa'), child(lab, 4, 'private')]
    send(lab, c1)
    expect(onHost(lab)).toEqual(['c1/m0 out', 'host/eth0 out', 'c2/m0 in'])
    expect(verdicts(lab, 'macvlan')).toEqual(['macvlan.broadcast c1/m0', 'macvlan.out_of_parent c1/m0'])
    expect(sightings(lab)).toContain('r/eth0 in')
  })

  test('bridge: the copies and the frame that leaves are not each other’s effects', () => {
    const lab = createLab()
    const [c1] = [child(lab, 1, 'bridge'), child(lab, 2, 'bridge'), child(lab, 3, 'bridge')]
    send(lab, c1)
    const causes = lab.events.map((event) => [event.name, causeOf(lab, event)])
    expect(causes).toContainEqual(['macvlan.broadcast', 'c1/m0 out'])
    expect(causes).toContainEqual(['macvlan.out_of_parent', 'c1/m0 out'])
    expect(causes.filter(([, cause]) => cause === 'macvlan.broadcast')).toHaveLength(2)
  })

  test('bridge: to a sibling by way of the parent’s receive path, never on the wire', () => {
    const lab = createLab()
    const [c1, c2] = [child(lab, 1, 'bridge'), child(lab, 2, 'bridge')]
    send(lab, c1, { to: c2.mac })
    expect(sightings(lab)).toEqual(['c1/m0 out', 'host/eth0 in', 'c2/m0 in'])
    expect(verdicts(lab, 'macvlan')).toEqual(['macvlan.to_sibling c1/m0', 'macvlan.to_child host/eth0'])
  })

  test.each(['vepa', 'private', 'source'] as const)('bridge: what is for a %s sibling leaves', (mode) => {
    const lab = createLab()
    const [c1, c2] = [child(lab, 1, 'bridge'), child(lab, 2, mode)]
    send(lab, c1, { to: c2.mac })
    expect(onHost(lab)).toEqual(['c1/m0 out', 'host/eth0 out'])
  })

  test('bridge: what is for a sibling that is down leaves', () => {
    const lab = createLab()
    const [c1, c2] = [child(lab, 1, 'bridge'), child(lab, 2, 'bridge')]
    set(lab, 'c2/m0', { up: false })
    send(lab, c1, { to: c2.mac })
    expect(onHost(lab)).toEqual(['c1/m0 out', 'host/eth0 out'])
  })

  test('bridge: what is for the parent leaves too: the parent never hears its children', () => {
    const lab = createLab()
    const c1 = child(lab, 1, 'bridge')
    send(lab, c1, { to: dev(lab, 'host/eth0').mac })
    expect(onHost(lab)).toEqual(['c1/m0 out', 'host/eth0 out'])
  })

  test.each(['vepa', 'private', 'source', 'passthru'] as const)('%s: everything leaves', (mode) => {
    const lab = createLab()
    const c1 = child(lab, 1, mode)
    send(lab, c1)
    expect(onHost(lab)).toEqual(['c1/m0 out', 'host/eth0 out'])
    send(lab, c1, { to: OUTSIDER })
    expect(verdicts(lab, 'macvlan')).toEqual(['macvlan.out_of_parent c1/m0'])
  })

  test('the explanation tells the mode', () => {
    const lab = createLab()
    const [c1, c2] = [child(lab, 1, 'vepa'), child(lab, 2, 'vepa')]
    expect(explain(lab, c1, { to: c2.mac }).get('macvlan.out_of_parent c1/m0')).toEqual([
      '!macvlan.bridges mode vepa (m0)',
    ])
    set(lab, 'c1/m0', { data: { kind: 'macvlan', mode: 'bridge' } })
    expect(explain(lab, c1, { to: c2.mac }).get('macvlan.out_of_parent c1/m0')).toEqual([
      'macvlan.bridges mode bridge (m0)',
      'macvlan.destination_is_sibling 02:00:00:00:00:02 (children of eth0)',
      '!macvlan.sibling_bridges mode vepa (m0)',
    ])
  })
})

describe('macvlan_handle_frame, one address', () => {
  test.each(['private', 'vepa', 'bridge'] as const)(
    '%s: the child that has the address, whoever sent it, its own sibling included',
    (mode) => {
      const lab = createLab(true)
      const [c1, c2] = [child(lab, 1, 'private'), child(lab, 2, mode)]
      send(lab, c1, { to: c2.mac })
      expect(onHost(lab)).toEqual(['c1/m0 out', 'host/eth0 out', 'host/eth0 in', 'c2/m0 in'])
    },
  )

  test('nobody’s address, or a source child’s, is left to the parent', () => {
    const lab = createLab()
    const [c1] = [child(lab, 1, 'source'), child(lab, 2, 'bridge')]
    for (const to of [c1.mac, mac('02:00:00:00:00:99'), dev(lab, 'host/eth0').mac]) {
      send(lab, dev(lab, 'r/eth0'), { to })
      expect(onHost(lab)).toEqual(['host/eth0 in'])
      expect(verdicts(lab, 'macvlan')).toEqual(['macvlan.to_parent_stack host/eth0'])
    }
  })

  test('a child that is down is not in the table', () => {
    const lab = createLab()
    const c1 = child(lab, 1, 'bridge')
    set(lab, 'c1/m0', { up: false })
    send(lab, dev(lab, 'r/eth0'), { to: c1.mac })
    expect(verdicts(lab, 'macvlan')).toEqual(['macvlan.to_parent_stack host/eth0'])
  })

  test('passthru: the only child gets every frame; down, it keeps them from the parent', () => {
    const lab = createLab()
    child(lab, 1, 'passthru')
    send(lab, dev(lab, 'r/eth0'), { to: mac('02:00:00:00:00:99') })
    expect(onHost(lab)).toEqual(['host/eth0 in', 'c1/m0 in'])
    set(lab, 'c1/m0', { up: false })
    send(lab, dev(lab, 'r/eth0'), { to: mac('02:00:00:00:00:99') })
    expect(verdicts(lab, 'macvlan')).toEqual(['macvlan.child_down host/eth0'])
  })
})

describe('macvlan_handle_frame, group frames', () => {
  const all = (lab: StackLab): NetDevice[] =>
    (['bridge', 'bridge', 'vepa', 'vepa', 'private', 'private', 'source'] as const).map((mode, at) =>
      child(lab, at + 1, mode),
    )
  const hearers = (lab: StackLab): string[] =>
    onHost(lab)
      .filter((line) => line.startsWith('c') && line.endsWith('in'))
      .map((line) => line.slice(0, 2))
  const parentHears = (lab: StackLab): boolean => verdicts(lab).includes('macvlan.to_parent_stack host/eth0')

  test('from outside: all but source children, and the parent', () => {
    const lab = createLab()
    all(lab)
    send(lab, dev(lab, 'r/eth0'))
    expect(hearers(lab)).toEqual(['c6', 'c5', 'c4', 'c3', 'c2', 'c1'])
    expect(parentHears(lab)).toBe(true)
  })

  test('the parent’s own frame sent back counts as from outside', () => {
    const lab = createLab(true)
    all(lab)
    send(lab, dev(lab, 'host/eth0'))
    expect(hearers(lab)).toEqual(['c6', 'c5', 'c4', 'c3', 'c2', 'c1'])
  })

  test('a vepa child’s frame sent back: vepa and bridge children, not itself', () => {
    const lab = createLab(true)
    const [, , c3] = all(lab)
    send(lab, c3!)
    expect(hearers(lab)).toEqual(['c4', 'c2', 'c1'])
    expect(parentHears(lab)).toBe(true)
  })

  test('a bridge child’s frame sent back: vepa children; its bridge siblings had it before', () => {
    const lab = createLab(true)
    const [c1] = all(lab)
    send(lab, c1!)
    expect(hearers(lab)).toEqual(['c2', 'c4', 'c3'])
    expect(onHost(lab).indexOf('c2/m0 in')).toBeLessThan(onHost(lab).indexOf('host/eth0 in'))
  })

  test.each([
    ['private', 4],
    ['source', 6],
  ] as const)('a %s child’s frame sent back: only that child, not even the parent', (mode, at) => {
    const lab = createLab(true)
    const sender = all(lab)[at]!
    const rungs = explain(lab, sender)
    expect(hearers(lab)).toEqual([`c${at + 1}`])
    expect(parentHears(lab)).toBe(false)
    expect(rungs.get('macvlan.consumed_own_copy host/eth0')?.at(-1)).toBe(
      `!macvlan.sender_may_be_heard mode ${mode} (m0)`,
    )
  })

  test('a group that a child has not joined is not for it, unless it listens to all (macvlan_compute_filter)', () => {
    const lab = createLab()
    child(lab, 1, 'bridge')
    const group = mac('01:00:5e:01:02:03')
    send(lab, dev(lab, 'r/eth0'), { to: group })
    expect(hearers(lab)).toEqual([])
    set(lab, 'c1/m0', { allMulticast: true })
    send(lab, dev(lab, 'r/eth0'), { to: group })
    expect(hearers(lab)).toEqual(['c1'])
    set(lab, 'c1/m0', { allMulticast: false })
    send(lab, dev(lab, 'r/eth0'), { to: mac('01:00:5e:00:00:01') })
    expect(hearers(lab)).toEqual(['c1'])
  })
})

describe('macvlan_forward_source', () => {
  function sourceLab(): StackLab {
    const lab = createLab()
    child(lab, 1, 'source')
    set(lab, 'c1/m0', { data: { kind: 'macvlan', sources: { edit: 'add', macs: [OUTSIDER] } } })
    return lab
  }

  test('a source child gets a copy of all that a sender on its list sends, the parent has it too', () => {
    const lab = sourceLab()
    for (const to of [BROADCAST_MAC, dev(lab, 'host/eth0').mac, dev(lab, 'c1/m0').mac]) {
      send(lab, dev(lab, 'r/eth0'), { to })
      expect(onHost(lab)).toEqual(['host/eth0 in', 'c1/m0 in'])
      expect(verdicts(lab, 'macvlan')[0]).toBe('macvlan.source_copy host/eth0')
    }
  })

  test('a copy of a frame to its own address is for it', () => {
    const lab = sourceLab()
    addr(lab, 'c1/m0', '10.0.0.1/24')
    addr(lab, 'host/eth0', '10.0.0.100/24')
    send(lab, dev(lab, 'r/eth0'), { to: dev(lab, 'c1/m0').mac, ip: ['10.0.0.66', '10.0.0.1'] })
    expect(verdicts(lab, 'ip.')).toContain('ip.deliver_local c1/m0')
    expect(verdicts(lab, 'ip.')).toContain('ip.other_host host/eth0')
  })

  test('a sender that is not on the list is not heard', () => {
    const lab = sourceLab()
    const rungs = explain(lab, dev(lab, 'r/eth0'), { source: mac('02:00:00:00:00:55') })
    expect(onHost(lab)).toEqual(['host/eth0 in'])
    expect(rungs.get('macvlan.queued host/eth0')?.[0]).toBe('!macvlan.source_listed 02:00:00:00:00:55 (list of m0)')
  })

  test('nodst keeps the frame from everybody else', () => {
    const lab = sourceLab()
    child(lab, 2, 'bridge')
    set(lab, 'c1/m0', { data: { kind: 'macvlan', noDst: true } })
    send(lab, dev(lab, 'r/eth0'))
    expect(onHost(lab)).toEqual(['host/eth0 in', 'c1/m0 in'])
    expect(verdicts(lab)).not.toContain('macvlan.to_parent_stack host/eth0')
  })

  test('a source child that is down gets nothing', () => {
    const lab = sourceLab()
    set(lab, 'c1/m0', { up: false })
    send(lab, dev(lab, 'r/eth0'))
    expect(onHost(lab)).toEqual(['host/eth0 in'])
  })
})

describe('macvlan_process_broadcast', () => {
  test('runs after all that waited before, the parent’s own part included; each child answers before the next hears', () => {
    const lab = createLab()
    addr(lab, 'host/eth0', '10.0.0.100/24')
    child(lab, 1, 'bridge')
    child(lab, 2, 'bridge')
    addr(lab, 'c1/m0', '10.0.0.1/24')
    addr(lab, 'c2/m0', '10.0.0.2/24')
    send(lab, dev(lab, 'r/eth0'), { bytes: arpRequest('10.0.0.66', '10.0.0.2'), type: ETHERTYPE_ARP })
    expect(onHost(lab).slice(0, 2)).toEqual(['host/eth0 in', 'c2/m0 in'])
    const answered = onHost(lab).indexOf('c2/m0 out')
    expect(answered).toBeGreaterThan(0)
    expect(answered).toBeLessThan(onHost(lab).indexOf('c1/m0 in'))
  })

  test('the longest queue that a child asked for is the limit; what does not fit is dropped', () => {
    const lab = createLab()
    child(lab, 1, 'bridge')
    set(lab, 'c1/m0', { data: { kind: 'macvlan', broadcastQueueLength: 2 } })
    const from = dev(lab, 'r/eth0')
    for (let n = 0; n < 3; n++) give(lab, from, {})
    lab.events = []
    run(lab)
    expect(verdicts(lab).filter((line) => line === 'macvlan.queue_full host/eth0')).toHaveLength(1)
    expect(onHost(lab).filter((line) => line === 'c1/m0 in')).toHaveLength(2)
    expect(dev(lab, 'host/eth0').macvlanPort?.queueLength).toBe(0)
  })

  test('copies keep the packet’s identity and are effects of the broadcast', () => {
    const lab = createLab()
    child(lab, 1, 'bridge')
    child(lab, 2, 'vepa')
    send(lab, dev(lab, 'r/eth0'))
    const packets = new Set(lab.events.flatMap(({ packet }) => (packet === 0 ? [] : [packet])))
    expect(packets.size).toBe(1)
    const copies = lab.events.filter((event) => ['c1/m0', 'c2/m0'].includes(nameOf(lab, event.device)))
    expect(
      copies.filter((event) => event.kind === 'net.netif_receive_skb').map((event) => causeOf(lab, event)),
    ).toEqual(['macvlan.broadcast', 'macvlan.broadcast'])
  })

  test('a child that goes before its turn is left out', () => {
    const lab = createLab()
    child(lab, 1, 'bridge')
    child(lab, 2, 'bridge')
    give(lab, dev(lab, 'r/eth0'), {})
    while (!onHost(lab).includes('c2/m0 in')) step(lab.world)
    set(lab, 'c1/m0', { up: false })
    run(lab)
    expect(onHost(lab)).not.toContain('c1/m0 in')
  })
})
