// Making, changing and removing ipvlan children, their addresses, and what they follow: ipvlan_link_new, ipvlan_set_port_mode,
// ipvlan_addr4_validator_event, ipvlan_device_event.
import { describe, expect, test } from 'vitest'
import type { IpvlanFlag, IpvlanMode } from '../../../contract/read-models.ts'
import { ipv4, mac } from '../../../wire/address.ts'
import { createEntry } from '../../neigh/neigh-entry.ts'
import type { LinkData } from '../../system-call.ts'
import { linkView } from '../link-views.ts'
import { add, addr, cable, createStackLab, dev, exists, remove, set, tryAdd, type StackLab } from '../stack-test-lab.ts'

const ipvlan = (mode?: IpvlanMode, flag?: IpvlanFlag): LinkData => ({
  kind: 'ipvlan',
  ...(mode === undefined ? {} : { mode }),
  ...(flag === undefined ? {} : { flag }),
})

function createLab(): StackLab {
  const lab = createStackLab()
  cable(lab, 'a/eth0', 'b/eth0', ['02:00:00:00:00:0a', '02:00:00:00:00:0b'])
  return lab
}

const details = (lab: StackLab, path: string): unknown => linkView(lab.world, dev(lab, path)).details

describe('ipvlan_link_new', () => {
  test('shares its parent’s address and MTU, whatever address was asked for; UNKNOWN while the parent has carrier', () => {
    const lab = createLab()
    const device = add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan('l2'), { mac: mac('02:00:00:00:00:77') })
    expect(device).toMatchObject({ mac: dev(lab, 'a/eth0').mac, mtuBytes: 1500, operState: 'UNKNOWN', noArp: false })
  })

  test('may have a larger MTU than its parent', () => {
    const lab = createLab()
    const device = add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan(), { mtuBytes: 1600 })
    expect(device.mtuBytes).toBe(1600)
    expect(set(lab, 'a/i0', { mtuBytes: 1700 })).toBeUndefined()
  })

  test.each([
    ['no device below', undefined, 'EINVAL'],
    ['loopback below', 'a/lo', 'EINVAL'],
    ['a bridge port below', 'a/p0', 'EBUSY'],
    ['a macvlan parent below', 'a/d0', 'EBUSY'],
  ] as const)('refuses %s', (_what, below, errno) => {
    const lab = createLab()
    add(lab, 'a/d0', undefined, { kind: 'dummy' })
    add(lab, 'a/m0', dev(lab, 'a/d0'), { kind: 'macvlan' })
    add(lab, 'a/p0', undefined, { kind: 'dummy' })
    add(lab, 'a/br0', undefined, { kind: 'bridge' })
    set(lab, 'a/p0', { master: dev(lab, 'a/br0').ifindex })
    expect(tryAdd(lab, 'a/i0', below === undefined ? undefined : dev(lab, below), ipvlan())).toEqual({ errno })
  })

  test('a parent cannot be a bridge port, nor can a child', () => {
    const lab = createLab()
    const bridge = add(lab, 'a/br0', undefined, { kind: 'bridge' })
    add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan())
    expect(set(lab, 'a/eth0', { master: bridge.ifindex })).toEqual({ errno: 'EBUSY' })
    expect(set(lab, 'a/i0', { master: bridge.ifindex })).toEqual({ errno: 'EINVAL' })
  })

  test('on top of another child it stands on that one’s parent; its name is ipvlan0 when it gets none', () => {
    const lab = createLab()
    const first = add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan())
    expect(tryAdd(lab, 'a/', first, ipvlan())).toBeUndefined()
    expect(dev(lab, 'a/ipvlan0').linkDevice).toBe(dev(lab, 'a/eth0').id)
  })

  test('its address is not its own to change', () => {
    const lab = createLab()
    add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan())
    expect(set(lab, 'a/i0', { mac: mac('02:00:00:00:00:77') })).toEqual({ errno: 'EOPNOTSUPP' })
  })
})

describe('ipvlan_set_port_mode', () => {
  test('one mode and one flag for all children: the latest command decides; without a mode that is l3', () => {
    const lab = createLab()
    add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan('l2', 'vepa'))
    add(lab, 'a/i1', dev(lab, 'a/eth0'), ipvlan('l2'))
    expect(details(lab, 'a/i0')).toEqual({ kind: 'ipvlan', mode: 'l2', flag: 'vepa' })
    add(lab, 'a/i2', dev(lab, 'a/eth0'), ipvlan())
    expect(details(lab, 'a/i0')).toEqual({ kind: 'ipvlan', mode: 'l3', flag: 'vepa' })
    set(lab, 'a/i1', { data: ipvlan('l3s', 'private') })
    expect(details(lab, 'a/i0')).toEqual({ kind: 'ipvlan', mode: 'l3s', flag: 'private' })
  })

  test('above layer 2 children have no ARP: at once, or when they go up', () => {
    const lab = createLab()
    const first = add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan('l2'))
    const second = add(lab, 'a/i1', dev(lab, 'a/eth0'), ipvlan('l3'), { up: false })
    expect([first.noArp, second.noArp]).toEqual([true, false])
    set(lab, 'a/i1', { up: true })
    expect(second.noArp).toBe(true)
    set(lab, 'a/i0', { data: ipvlan('l2') })
    expect([first.noArp, second.noArp]).toEqual([false, false])
  })

  test('neighbours are forgotten with the ARP (arp_netdev_event)', () => {
    const lab = createLab()
    const device = add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan('l2'))
    createEntry(lab.world, device, ipv4('10.0.0.9'))
    set(lab, 'a/i0', { data: ipvlan('l3') })
    expect(device.neigh.entries.size).toBe(0)
  })
})

describe('ipvlan_addr4_validator_event', () => {
  const TAKEN = { errno: 'EADDRINUSE', message: 'Address already assigned to an ipvlan device' }

  test('an address is given out once per parent: to children up or down, in whatever namespace', () => {
    const lab = createLab()
    add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan('l2'), { up: false })
    add(lab, 'c/i1', dev(lab, 'a/eth0'), ipvlan('l2'))
    expect(addr(lab, 'a/i0', '10.0.0.1/24')).toBeUndefined()
    expect(addr(lab, 'c/i1', '10.0.0.1/16')).toEqual(TAKEN)
    expect(addr(lab, 'a/i0', '10.0.0.1/16')).toEqual(TAKEN)
    expect(addr(lab, 'c/i1', '10.0.0.2/24')).toBeUndefined()
  })

  test('the parent and children of other parents are not asked', () => {
    const lab = createLab()
    add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan('l2'))
    add(lab, 'b/i0', dev(lab, 'b/eth0'), ipvlan('l2'))
    addr(lab, 'a/eth0', '10.0.0.1/24')
    expect(addr(lab, 'a/i0', '10.0.0.1/24')).toBeUndefined()
    expect(addr(lab, 'b/i0', '10.0.0.1/24')).toBeUndefined()
  })
})

describe('ipvlan_device_event', () => {
  test('a parent that goes down does not take the children’s carrier; lost carrier while it is up does', () => {
    const lab = createLab()
    const device = add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan('l2'))
    set(lab, 'a/eth0', { up: false })
    expect(device).toMatchObject({ carrier: true, operState: 'UNKNOWN' })
    set(lab, 'a/eth0', { up: true })
    expect(device.operState).toBe('UNKNOWN')
    set(lab, 'b/eth0', { up: false })
    expect(device).toMatchObject({ carrier: false, operState: 'LOWERLAYERDOWN' })
    set(lab, 'b/eth0', { up: true })
    expect(device).toMatchObject({ carrier: true, operState: 'UP' })
  })

  test('made without carrier below it has a state at once', () => {
    const lab = createLab()
    set(lab, 'b/eth0', { up: false })
    expect(add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan('l2')).operState).toBe('LOWERLAYERDOWN')
  })

  test('address and MTU follow, the MTU in both directions; the old address stays the permanent one', () => {
    const lab = createLab()
    const device = add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan('l2'))
    set(lab, 'a/eth0', { mac: mac('02:00:00:00:00:11'), mtuBytes: 1400 })
    expect(device).toMatchObject({
      mac: mac('02:00:00:00:00:11'),
      permanentMac: mac('02:00:00:00:00:0a'),
      mtuBytes: 1400,
    })
    set(lab, 'a/eth0', { mtuBytes: 1500 })
    expect(device.mtuBytes).toBe(1500)
  })

  test('the parent does not turn promiscuous for its children; only their wish for all groups goes down', () => {
    const lab = createLab()
    const lower = dev(lab, 'a/eth0')
    add(lab, 'a/i0', lower, ipvlan('l2'))
    set(lab, 'a/i0', { promisc: true, allMulticast: true })
    expect([lower.promiscuityCount, lower.allMulticastCount]).toEqual([0, 1])
  })

  test('goes with the parent from every namespace; the last child lets go of the parent', () => {
    const lab = createLab()
    add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan())
    remove(lab, 'a/i0')
    expect(dev(lab, 'a/eth0')).toMatchObject({ rxHandler: undefined, ipvlanPort: undefined })
    add(lab, 'a/i0', dev(lab, 'a/eth0'), ipvlan())
    add(lab, 'c/i1', dev(lab, 'a/eth0'), ipvlan())
    remove(lab, 'a/eth0')
    expect(['a/i0', 'c/i1'].map((path) => exists(lab, path))).toEqual([false, false])
  })
})
