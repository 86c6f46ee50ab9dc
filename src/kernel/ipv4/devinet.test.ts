import { describe, expect, test } from 'vitest'
import { IPV4_ANY, ipv4 } from '../../wire/address.ts'
import { isRefusal } from '../link/link-kind.ts'
import { changeNetns } from '../netdev/change-netns.ts'
import { changeMtu, changeName } from '../netdev/lifecycle.ts'
import { createEntry } from '../neigh/neigh-entry.ts'
import { inetAddrType, inetIif } from './fib-addr-type.ts'
import { inetConfirmAddr, inetSelectAddr, ipAddressOwner, isBroadcastAddress, isOwnAddress } from './devinet.ts'
import { addresses, createRouteLab, dev, ip, localRoutes, routes, setup, sysctl } from './route-test-lab.ts'
import { SCOPE_HOST, SCOPE_LINK, SCOPE_UNIVERSE } from './scope.ts'
import { addLink, devClose, devOpen } from '../netdev/settled-test-lab.ts'

describe('adding addresses (__inet_insert_ifa)', () => {
  test('the second address of a subnet is secondary and goes to the end', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.0.0.5/24 dev eth0', 'addr add 10.1.0.1/24 dev eth0')
    expect(addresses(lab, 'eth0')).toEqual(['10.0.0.1/24', '10.1.0.1/24', '10.0.0.5/24 secondary'])
  })

  test('the same address with another length is another primary', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.0.0.1/16 dev eth0')
    expect(addresses(lab, 'eth0')).toEqual(['10.0.0.1/24', '10.0.0.1/16'])
  })

  test('an address of scope link stands before global ones', () => {
    const lab = createRouteLab('eth0')
    setup(
      lab,
      'addr add 10.0.0.1/24 dev eth0',
      'addr add 169.254.0.1/16 dev eth0 scope link',
      'addr add 10.1.0.1/24 dev eth0',
    )
    expect(addresses(lab, 'eth0')).toEqual(['169.254.0.1/16 scope link', '10.0.0.1/24', '10.1.0.1/24'])
  })

  test('refusals: again, another scope in the subnet, no device, bad length', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0')
    // addr-secondary-and-remove: RTNETLINK answers: File exists
    expect(ip(lab, 'addr add 10.0.0.1/24 dev eth0')).toBe('EEXIST')
    expect(ip(lab, 'addr add 10.0.0.2/24 dev eth0 scope link')).toBe('EINVAL')
    expect(ip(lab, 'addr add 10.0.0.1/24')).toBe('ENODEV')
    expect(ip(lab, 'addr del 10.0.0.9/24 dev eth0')).toBe('EADDRNOTAVAIL')
    expect(ip(lab, 'addr del 10.0.0.1/16 dev eth0')).toBe('EADDRNOTAVAIL')
  })

  test('replace accepts an address that is there and moves its route to the new metric', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr replace 10.0.0.1/24 dev eth0 metric 50')
    expect(routes(lab)).toEqual(['10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1 metric 50'])
    setup(lab, 'addr replace 10.0.0.1/24 dev eth0')
    expect(routes(lab)).toEqual(['10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1'])
  })

  test('a device with an MTU below 68 has no IPv4 (inetdev_valid_mtu)', () => {
    const lab = createRouteLab()
    const device = addLink(lab.world, lab.netns, { name: 'd0', data: { kind: 'dummy' } })
    if (isRefusal(device)) throw new Error(device.errno)
    setup(lab, 'link set d0 up', 'addr add 10.0.0.1/24 dev d0')
    expect(changeMtu(lab.world, device, 67)).toBeUndefined()
    expect(addresses(lab, 'd0')).toEqual([])
    expect(routes(lab)).toEqual([])
    expect(ip(lab, 'addr add 10.0.0.1/24 dev d0')).toBe('ENOBUFS')
  })
})

describe('removing addresses (__inet_del_ifa)', () => {
  test('addr-secondary-and-remove: a primary takes its secondaries along, and with the last address all routes go', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.0.0.5/24 dev eth0', 'route add default via 10.0.0.2')
    setup(lab, 'addr del 10.0.0.1/24 dev eth0')
    expect(addresses(lab, 'eth0')).toEqual([])
    expect(routes(lab)).toEqual([])
    expect(localRoutes(lab)).toEqual([])
  })

  test('with the last address the neighbours of the device are forgotten (arp_ifdown)', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth0')
    createEntry(lab.world, dev(lab, 'eth0'), ipv4('10.0.0.2'))
    setup(lab, 'addr del 10.0.0.1/24 dev eth0')
    expect(dev(lab, 'eth0').neigh.entries.size).toBe(1)
    setup(lab, 'addr del 10.1.0.1/24 dev eth0')
    expect(dev(lab, 'eth0').neigh.entries.size).toBe(0)
  })

  test('promote_secondaries hands the subnet over to the first secondary', () => {
    const lab = createRouteLab('eth0')
    sysctl(lab, 'net.ipv4.conf.all.promote_secondaries=1')
    setup(
      lab,
      'addr add 10.0.0.1/24 dev eth0',
      'addr add 10.1.0.1/24 dev eth0',
      'addr add 10.0.0.5/24 dev eth0',
      'addr add 10.0.0.6/24 dev eth0',
    )
    setup(lab, 'addr del 10.0.0.1/24 dev eth0')
    expect(addresses(lab, 'eth0')).toEqual(['10.1.0.1/24', '10.0.0.5/24', '10.0.0.6/24 secondary'])
    expect(routes(lab)).toEqual([
      '10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5',
      '10.1.0.0/24 dev eth0 proto kernel scope link src 10.1.0.1',
    ])
    expect(localRoutes(lab).filter((line) => line.includes(' 10.0.0.'))).toEqual([
      'local 10.0.0.5 dev eth0 proto kernel scope host src 10.0.0.5',
      'local 10.0.0.6 dev eth0 proto kernel scope host src 10.0.0.5',
      'broadcast 10.0.0.255 dev eth0 proto kernel scope link src 10.0.0.5',
    ])
  })

  test('promotion also works when the primary stands alone before its secondaries', () => {
    const lab = createRouteLab('eth0')
    sysctl(lab, 'net.ipv4.conf.eth0.promote_secondaries=1')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.0.0.5/24 dev eth0', 'addr del 10.0.0.1/24 dev eth0')
    expect(addresses(lab, 'eth0')).toEqual(['10.0.0.5/24'])
    expect(isOwnAddress(lab.world, lab.netns, ipv4('10.0.0.1'))).toBe(false)
    expect(routes(lab)).toEqual(['10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5'])
  })

  test('removing a secondary leaves the primary alone', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.0.0.5/24 dev eth0', 'addr del 10.0.0.5/24 dev eth0')
    expect(addresses(lab, 'eth0')).toEqual(['10.0.0.1/24'])
    expect(routes(lab)).toEqual(['10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1'])
  })
})

describe('addresses follow their device (inetdev_event)', () => {
  test('loopback gets 127.0.0.1/8 when it comes up, once', () => {
    const lab = createRouteLab()
    expect(addresses(lab, 'lo')).toEqual(['127.0.0.1/8 scope host'])
    devClose(lab.world, dev(lab, 'lo'))
    devOpen(lab.world, dev(lab, 'lo'))
    expect(addresses(lab, 'lo')).toEqual(['127.0.0.1/8 scope host'])
  })

  test('a device that moves to another namespace loses addresses, routes and settings (link-move-netns)', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0')
    sysctl(lab, 'net.ipv4.conf.eth0.rp_filter=1')
    const device = dev(lab, 'eth0')
    expect(changeNetns(lab.world, device, lab.far)).toBeUndefined()
    expect(device.ipv4.addresses).toEqual([])
    expect(device.ipv4.conf.rp_filter).toBe(0)
    expect(device.ipv4.hadAddress).toBe(false)
    expect(routes(lab)).toEqual([])
    expect(localRoutes(lab)).toEqual([])
  })

  test('labels follow a new name (inetdev_changename), which a device gets only while it is down (dev_change_name)', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth0')
    expect(changeName(lab.world, dev(lab, 'eth0'), 'wan')).toEqual({ errno: 'EBUSY' })
    devClose(lab.world, dev(lab, 'eth0'))
    changeName(lab.world, dev(lab, 'eth0'), 'wan')
    expect(dev(lab, 'wan').ipv4.addresses.map((ifa) => ifa.label)).toEqual(['wan', 'wan:2'])
  })
})

describe('choosing a source address (inet_select_addr)', () => {
  const cases = [
    { title: 'the primary whose subnet holds the target', target: '10.1.0.9', scope: SCOPE_LINK, wanted: '10.1.0.1' },
    { title: 'otherwise the first primary', target: '10.9.0.9', scope: SCOPE_LINK, wanted: '169.254.0.1' },
    {
      title: 'addresses of scope link do not reach beyond the link',
      target: '10.9.0.9',
      scope: SCOPE_UNIVERSE,
      wanted: '10.0.0.1',
    },
    { title: 'a secondary is never chosen', target: '10.0.0.5', scope: SCOPE_UNIVERSE, wanted: '10.0.0.1' },
  ]
  test.each(cases)('$title', ({ target, scope, wanted }) => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 169.254.0.1/16 dev eth0 scope link')
    setup(lab, 'addr add 10.1.0.1/24 dev eth0', 'addr add 10.0.0.5/24 dev eth0')
    expect(inetSelectAddr(lab.world, lab.netns, dev(lab, 'eth0'), ipv4(target), scope)).toBe(ipv4(wanted))
  })

  test('a device without addresses borrows from another, loopback first, but no address of scope link or host', () => {
    const lab = createRouteLab('eth0', 'eth1')
    const select = () => inetSelectAddr(lab.world, lab.netns, dev(lab, 'eth0'), IPV4_ANY, SCOPE_LINK)
    setup(lab, 'addr add 169.254.0.1/16 dev eth1 scope link')
    expect(select()).toBeUndefined()
    setup(lab, 'addr add 10.1.0.1/24 dev eth1')
    expect(select()).toBe(ipv4('10.1.0.1'))
    setup(lab, 'addr add 10.6.6.6/32 dev lo')
    expect(select()).toBe(ipv4('10.6.6.6'))
  })
})

describe('confirming an address (inet_confirm_addr)', () => {
  const cases = [
    { device: 'eth0', destination: '0.0.0.0', local: '10.0.0.1', scope: SCOPE_HOST, wanted: true },
    { device: 'eth0', destination: '10.0.0.7', local: '10.0.0.1', scope: SCOPE_HOST, wanted: true },
    { device: 'eth0', destination: '10.9.0.7', local: '10.0.0.1', scope: SCOPE_HOST, wanted: false },
    { device: 'eth0', destination: '0.0.0.0', local: '10.1.0.1', scope: SCOPE_HOST, wanted: false },
    { device: undefined, destination: '0.0.0.0', local: '10.1.0.1', scope: SCOPE_LINK, wanted: true },
    { device: undefined, destination: '0.0.0.0', local: '127.0.0.1', scope: SCOPE_LINK, wanted: false },
    { device: undefined, destination: '0.0.0.0', local: '127.0.0.1', scope: SCOPE_HOST, wanted: true },
  ]
  test.each(cases)('$local for $destination on $device within scope $scope: $wanted', (row) => {
    const lab = createRouteLab('eth0', 'eth1')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'addr add 10.1.0.1/24 dev eth1')
    const device = row.device === undefined ? undefined : dev(lab, row.device)
    expect(inetConfirmAddr(lab.world, lab.netns, device, ipv4(row.destination), ipv4(row.local), row.scope)).toBe(
      row.wanted,
    )
  })
})

describe('what an address is (inet_addr_type)', () => {
  test.each([
    ['10.0.0.1', 'local'],
    ['10.0.0.255', 'broadcast'],
    ['10.0.0.0', 'unicast'],
    ['10.0.0.2', 'unicast'],
    ['127.5.5.5', 'local'],
    ['0.0.0.0', 'broadcast'],
    ['255.255.255.255', 'broadcast'],
    ['224.0.0.5', 'multicast'],
    ['192.168.7.7', 'local'],
  ])('%s is %s', (address, wanted) => {
    const lab = createRouteLab('eth0', 'eth1')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0', 'route add local 192.168.0.0/16 dev lo')
    expect(inetAddrType(lab.world, lab.netns, ipv4(address))).toBe(wanted)
  })

  test('a broadcast address counts on every device (inet_addr_type_dev_table)', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0')
    expect(isBroadcastAddress(lab.world, lab.netns, ipv4('10.0.0.255'))).toBe(true)
    expect(isBroadcastAddress(lab.world, lab.netns, ipv4('10.0.0.254'))).toBe(false)
  })

  test('over loopback a packet counts as having come to the device that has its destination (inet_iif)', () => {
    const lab = createRouteLab('eth0', 'eth1')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0')
    const seen = (name: string, address: string) => inetIif(lab.world, dev(lab, name), ipv4(address)).name
    expect([seen('lo', '10.0.0.1'), seen('lo', '127.0.0.1'), seen('eth1', '10.0.0.1')]).toEqual(['eth0', 'lo', 'eth1'])
  })

  test('ip_dev_find names the device, through a local prefix too', () => {
    const lab = createRouteLab('eth0')
    setup(lab, 'addr add 10.0.0.1/24 dev eth0')
    expect(ipAddressOwner(lab.world, lab.netns, ipv4('10.0.0.1'))?.name).toBe('eth0')
    expect(ipAddressOwner(lab.world, lab.netns, ipv4('127.3.3.3'))?.name).toBe('lo')
    expect(ipAddressOwner(lab.world, lab.netns, ipv4('10.0.0.2'))).toBeUndefined()
  })
})
