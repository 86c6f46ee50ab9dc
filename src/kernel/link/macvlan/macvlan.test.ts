// Making, changing and removing macvlan children, and what they follow: macvlan_common_newlink, macvlan_changelink, macvlan_open,
// macvlan_set_mac_address, macvlan_device_event.
import { describe, expect, test } from 'vitest'
import type { MacvlanMode } from '../../../contract/read-models.ts'
import { mac } from '../../../wire/address.ts'
import type { LinkData } from '../../system-call.ts'
import { linkView } from '../link-views.ts'
import { add, cable, createStackLab, dev, exists, ns, remove, set, tryAdd, type StackLab } from '../stack-test-lab.ts'

const macvlan = (mode?: MacvlanMode, more: Partial<Extract<LinkData, { kind: 'macvlan' }>> = {}): LinkData =>
  mode === undefined ? { kind: 'macvlan', ...more } : { kind: 'macvlan', mode, ...more }

const PARENT = mac('02:00:00:00:00:0a')

function createLab(): StackLab {
  const lab = createStackLab()
  cable(lab, 'a/eth0', 'b/eth0', ['02:00:00:00:00:0a', '02:00:00:00:00:0b'])
  return lab
}

describe('macvlan_common_newlink', () => {
  test('is vepa unless asked otherwise, with MTU and carrier of the device below, and UP at once', () => {
    const lab = createLab()
    set(lab, 'a/eth0', { mtuBytes: 1400 })
    const device = add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan(), { up: false })
    expect(device).toMatchObject({
      mtuBytes: 1400,
      operState: 'UP',
      state: { mode: 'vepa', broadcastQueueLength: 1000 },
    })
    expect(device.mac).not.toBe(PARENT)
  })

  test.each([
    ['no device below', undefined, macvlan(), {}, 'EINVAL'],
    ['loopback below', 'a/lo', macvlan(), {}, 'EINVAL'],
    ['an ipvlan child below', 'a/i0', macvlan(), {}, 'EINVAL'],
    ['a bridge port below', 'a/p0', macvlan(), {}, 'EBUSY'],
    ['an ipvlan parent below', 'a/d0', macvlan(), {}, 'EBUSY'],
    ['a larger MTU', 'a/eth0', macvlan(), { mtuBytes: 1501 }, 'EINVAL'],
    ['a group address', 'a/eth0', macvlan(), { mac: mac('01:00:00:00:00:01') }, 'EADDRNOTAVAIL'],
    [
      'a list of senders in another mode than source',
      'a/eth0',
      macvlan('bridge', { sources: { edit: 'add', macs: [PARENT] } }),
      {},
      'EINVAL',
    ],
    [
      'a sender that no device may be',
      'a/eth0',
      macvlan('source', { sources: { edit: 'add', macs: [mac('01:00:00:00:00:01')] } }),
      {},
      'EADDRNOTAVAIL',
    ],
  ] as const)('refuses %s and leaves no port behind', (_what, below, data, more, errno) => {
    const lab = createLab()
    add(lab, 'a/d0', undefined, { kind: 'dummy' })
    add(lab, 'a/i0', dev(lab, 'a/d0'), { kind: 'ipvlan' })
    add(lab, 'a/p0', undefined, { kind: 'dummy' })
    add(lab, 'a/br0', undefined, { kind: 'bridge' })
    set(lab, 'a/p0', { master: dev(lab, 'a/br0').ifindex })
    const lower = below === undefined ? undefined : dev(lab, below)
    expect(tryAdd(lab, 'a/m0', lower, data, more)?.errno).toBe(errno)
    expect(exists(lab, 'a/m0')).toBe(false)
    expect(lower?.macvlanPort).toBeUndefined()
    expect(dev(lab, 'a/eth0').rxHandler).toBeUndefined()
  })

  test('on top of another child it stands on that one’s device', () => {
    const lab = createLab()
    const first = add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan())
    const second = add(lab, 'a/m1', first, macvlan())
    expect(second.linkDevice).toBe(dev(lab, 'a/eth0').id)
  })

  test('a device with children cannot become a bridge port; a child can, but not of the bridge it stands on', () => {
    const lab = createLab()
    const bridge = add(lab, 'a/br0', undefined, { kind: 'bridge' })
    const other = add(lab, 'a/br1', undefined, { kind: 'bridge' })
    add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan())
    add(lab, 'a/onbr', bridge, macvlan())
    expect(set(lab, 'a/eth0', { master: bridge.ifindex })?.errno).toBe('EBUSY')
    expect(set(lab, 'a/onbr', { master: bridge.ifindex })?.errno).toBe('EBUSY')
    expect(set(lab, 'a/onbr', { master: other.ifindex })).toBeUndefined()
  })

  test('names itself macvlan0 when it gets no name', () => {
    const lab = createLab()
    tryAdd(lab, 'a/', dev(lab, 'a/eth0'), macvlan())
    expect(exists(lab, 'a/macvlan0')).toBe(true)
  })
})

describe('macvlan_open', () => {
  test('compares addresses only now: the parent’s and those of children that are up', () => {
    const lab = createLab()
    const lower = dev(lab, 'a/eth0')
    add(lab, 'a/same', lower, macvlan(), { mac: PARENT, up: false })
    add(lab, 'a/one', lower, macvlan(), { mac: mac('02:00:00:00:00:01') })
    add(lab, 'a/two', lower, macvlan(), { mac: mac('02:00:00:00:00:01'), up: false })
    expect(set(lab, 'a/same', { up: true })).toEqual({ errno: 'EADDRINUSE' })
    expect(set(lab, 'a/two', { up: true })).toEqual({ errno: 'EADDRINUSE' })
    set(lab, 'a/one', { up: false })
    expect(set(lab, 'a/two', { up: true })).toBeUndefined()
  })

  test('makes a parent without a filter promiscuous, once for all children', () => {
    const lab = createLab()
    const lower = dev(lab, 'a/eth0')
    add(lab, 'a/one', lower, macvlan(), { mac: mac('02:00:00:00:00:01') })
    add(lab, 'a/two', lower, macvlan(), { mac: mac('02:00:00:00:00:02') })
    expect(lower.promiscuityCount).toBe(1)
    expect(linkView(lab.world, lower).filter.slice(0, 2)).toEqual([mac('02:00:00:00:00:01'), mac('02:00:00:00:00:02')])
    set(lab, 'a/one', { up: false })
    expect(lower.promiscuityCount).toBe(1)
    remove(lab, 'a/two')
    expect([lower.promiscuityCount, lower.unicastFilter.size]).toEqual([0, 0])
  })

  test('on a VLAN interface the address goes through to the device under that, which turns promiscuous', () => {
    const lab = createLab()
    const vlan = add(lab, 'a/eth0.5', dev(lab, 'a/eth0'), { kind: 'vlan', id: 5 })
    add(lab, 'a/m0', vlan, macvlan(), { mac: mac('02:00:00:00:00:01') })
    expect([vlan.promiscuityCount, dev(lab, 'a/eth0').promiscuityCount]).toEqual([0, 1])
    set(lab, 'a/eth0.5', { up: false })
    expect([vlan.unicastFilter.size, dev(lab, 'a/eth0').promiscuityCount]).toEqual([1, 0])
    set(lab, 'a/eth0.5', { up: true })
    expect(dev(lab, 'a/eth0').promiscuityCount).toBe(1)
  })

  test('a parent that is down turns promiscuous when it goes up (__dev_set_rx_mode)', () => {
    const lab = createLab()
    set(lab, 'a/eth0', { up: false })
    add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan())
    expect(dev(lab, 'a/eth0').promiscuityCount).toBe(0)
    set(lab, 'a/eth0', { up: true })
    expect(dev(lab, 'a/eth0').promiscuityCount).toBe(1)
  })

  test('asks the parent to listen to everything while it is up and wants to itself', () => {
    const lab = createLab()
    const lower = dev(lab, 'a/eth0')
    add(lab, 'a/m0', lower, macvlan(), { up: false })
    set(lab, 'a/m0', { promisc: true, allMulticast: true })
    expect([lower.promiscuityCount, lower.allMulticastCount]).toEqual([0, 0])
    set(lab, 'a/m0', { up: true })
    expect([lower.promiscuityCount, lower.allMulticastCount]).toEqual([2, 1])
    set(lab, 'a/m0', { promisc: false })
    expect(lower.promiscuityCount).toBe(1)
    set(lab, 'a/m0', { up: false })
    expect([lower.promiscuityCount, lower.allMulticastCount]).toEqual([0, 0])
  })
})

describe('macvlan_set_mac_address', () => {
  test.each([
    ['the parent’s', '02:00:00:00:00:0a', 'EADDRINUSE'],
    ['a sibling’s', '02:00:00:00:00:02', 'EADDRINUSE'],
    ['a group', '03:00:00:00:00:01', 'EADDRNOTAVAIL'],
  ])('refuses %s address, up or down', (_what, address, errno) => {
    const lab = createLab()
    add(lab, 'a/one', dev(lab, 'a/eth0'), macvlan(), { mac: mac('02:00:00:00:00:01') })
    add(lab, 'a/two', dev(lab, 'a/eth0'), macvlan(), { mac: mac('02:00:00:00:00:02') })
    expect(set(lab, 'a/one', { mac: mac(address) })).toEqual({ errno })
    set(lab, 'a/one', { up: false })
    expect(set(lab, 'a/one', { mac: mac(address) })).toEqual({ errno })
  })

  test('a new address takes the old one’s place in the parent’s filter', () => {
    const lab = createLab()
    add(lab, 'a/one', dev(lab, 'a/eth0'), macvlan(), { mac: mac('02:00:00:00:00:01') })
    set(lab, 'a/one', { mac: mac('02:00:00:00:00:33') })
    expect([...dev(lab, 'a/eth0').unicastFilter.keys()]).toEqual([mac('02:00:00:00:00:33')])
    expect(dev(lab, 'a/eth0').promiscuityCount).toBe(1)
  })
})

describe('passthru', () => {
  const passthru = (lab: StackLab, more: Partial<Extract<LinkData, { kind: 'macvlan' }>> = {}): void => {
    add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan('passthru', more), { mac: mac('02:00:00:00:00:99') })
  }

  test('has its parent’s address and makes it promiscuous, unless nopromisc', () => {
    const lab = createLab()
    passthru(lab)
    expect([dev(lab, 'a/m0').mac, dev(lab, 'a/eth0').promiscuityCount]).toEqual([PARENT, 1])
    set(lab, 'a/m0', { data: macvlan(undefined, { noPromisc: true }) })
    expect(dev(lab, 'a/eth0').promiscuityCount).toBe(0)
    remove(lab, 'a/m0')
    passthru(lab, { noPromisc: true })
    expect(dev(lab, 'a/eth0').promiscuityCount).toBe(0)
  })

  test('is alone: neither beside others nor joined by others', () => {
    const lab = createLab()
    passthru(lab)
    expect(tryAdd(lab, 'a/m1', dev(lab, 'a/eth0'), macvlan('bridge'))).toEqual({ errno: 'EINVAL' })
    remove(lab, 'a/m0')
    add(lab, 'a/m1', dev(lab, 'a/eth0'), macvlan('bridge'))
    expect(tryAdd(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan('passthru'))).toEqual({ errno: 'EINVAL' })
  })

  test('changes its parent’s address with its own; the parent has it back when the child goes (macvlan_port_destroy)', () => {
    const lab = createLab()
    passthru(lab)
    set(lab, 'a/m0', { mac: mac('02:00:00:00:00:02') })
    expect([dev(lab, 'a/m0').mac, dev(lab, 'a/eth0').mac]).toEqual([mac('02:00:00:00:00:02'), mac('02:00:00:00:00:02')])
    remove(lab, 'a/m0')
    expect(dev(lab, 'a/eth0').mac).toBe(PARENT)
  })

  test('follows its parent’s address, and that is what the parent keeps', () => {
    const lab = createLab()
    passthru(lab)
    set(lab, 'a/eth0', { mac: mac('02:00:00:00:00:05') })
    expect(dev(lab, 'a/m0').mac).toBe(mac('02:00:00:00:00:05'))
    set(lab, 'a/m0', { mac: mac('02:00:00:00:00:06') })
    remove(lab, 'a/m0')
    expect(dev(lab, 'a/eth0').mac).toBe(mac('02:00:00:00:00:05'))
  })

  test.each([
    ['bridge', 'passthru'],
    ['passthru', 'bridge'],
  ] as const)('no way from %s to %s (macvlan_changelink)', (from, to) => {
    const lab = createLab()
    add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan(from))
    expect(set(lab, 'a/m0', { data: macvlan(to) })).toEqual({ errno: 'EINVAL' })
  })
})

describe('macvlan_changelink', () => {
  const sources = (lab: StackLab): unknown => linkView(lab.world, dev(lab, 'a/m0')).details
  const [one, two] = [mac('02:00:00:00:00:44'), mac('02:00:00:00:02:03')]

  test('edits the list of senders, which is read in the order of a hash table: add once, delete, set, flush', () => {
    const lab = createLab()
    add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan('source', { sources: { edit: 'set', macs: [one] } }))
    const edit = (kind: 'add' | 'del' | 'set' | 'flush', ...macs: (typeof one)[]): unknown => {
      set(lab, 'a/m0', { data: macvlan(undefined, { sources: { edit: kind, macs } }) })
      return sources(lab)
    }
    expect(edit('add', one)).toMatchObject({ sources: [one] })
    expect(edit('set', two)).toMatchObject({ sources: [two] })
    expect(edit('add', one)).toMatchObject({ sources: [one, two] })
    expect(edit('del', one)).toMatchObject({ sources: [two] })
    expect(edit('set', one, two, mac('01:00:00:00:00:01'))).toMatchObject({ sources: [one, two] })
    expect(edit('flush')).toMatchObject({ sources: [] })
  })

  test('the list goes when the mode does; in another mode it cannot be edited', () => {
    const lab = createLab()
    add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan('source', { sources: { edit: 'set', macs: [one] } }))
    set(lab, 'a/m0', { data: macvlan('bridge') })
    expect(sources(lab)).toMatchObject({ mode: 'bridge', sources: [] })
    expect(set(lab, 'a/m0', { data: macvlan(undefined, { sources: { edit: 'add', macs: [one] } }) })).toEqual({
      errno: 'EINVAL',
    })
  })
})

describe('macvlan_device_event', () => {
  test('carrier follows the parent, in whatever namespace; the child stays up', () => {
    const lab = createLab()
    // With the parent's own number the child would be taken to be linked to itself, and DOWN.
    add(lab, 'c/d0', undefined, { kind: 'dummy' })
    const device = add(lab, 'c/m0', dev(lab, 'a/eth0'), macvlan('bridge'))
    set(lab, 'a/eth0', { up: false })
    expect(device).toMatchObject({ up: true, carrier: false, operState: 'LOWERLAYERDOWN' })
    set(lab, 'a/eth0', { up: true })
    expect(device).toMatchObject({ up: true, carrier: true, operState: 'UP' })
  })

  test('the MTU shrinks with the parent’s; more than it has is EINVAL', () => {
    const lab = createLab()
    const device = add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan())
    set(lab, 'a/eth0', { mtuBytes: 1400 })
    expect(device.mtuBytes).toBe(1400)
    set(lab, 'a/eth0', { mtuBytes: 1500 })
    expect(device.mtuBytes).toBe(1400)
    expect(set(lab, 'a/m0', { mtuBytes: 1501 })).toEqual({ errno: 'EINVAL' })
  })

  test('goes with the parent from every namespace; the last child lets go of the parent', () => {
    const lab = createLab()
    add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan())
    add(lab, 'c/m1', dev(lab, 'a/eth0'), macvlan())
    remove(lab, 'a/m0')
    expect(dev(lab, 'a/eth0').rxHandler).toBe('macvlan')
    add(lab, 'a/m2', dev(lab, 'a/eth0'), macvlan())
    remove(lab, 'b/eth0')
    expect(['a/eth0', 'a/m2', 'c/m1'].map((path) => exists(lab, path))).toEqual([false, false, false])
  })

  test('a child that moves keeps working with its parent; a parent that moves keeps its children where they are', () => {
    const lab = createLab()
    add(lab, 'a/m0', dev(lab, 'a/eth0'), macvlan())
    set(lab, 'a/m0', { netns: ns(lab, 'c').id })
    set(lab, 'a/eth0', { netns: ns(lab, 'd').id })
    expect(dev(lab, 'c/m0').linkDevice).toBe(dev(lab, 'd/eth0').id)
    expect(dev(lab, 'd/eth0').macvlanPort?.children).toEqual([dev(lab, 'c/m0').id])
  })
})
