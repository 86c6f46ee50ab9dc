import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  BROADCAST_MAC,
  IPV4_ANY,
  IPV4_BROADCAST,
  type Ipv4Address,
  ZERO_MAC,
  broadcastOf,
  compareIpv4,
  compareMac,
  formatIpv4,
  formatMac,
  formatPrefix,
  inPrefix,
  ipv4,
  ipv4FromNumber,
  isBroadcastMac,
  isGroupMac,
  isLinkLocalIpv4,
  isLoopbackIpv4,
  isMulticastIpv4,
  isValidDeviceMac,
  isZeronetIpv4,
  mac,
  macBytes,
  macFromNumber,
  maskLength,
  multicastMac,
  networkOf,
  nextIpv4,
  parseIpv4,
  parseMac,
  parsePrefix,
  prefixMask,
  readIpv4,
  readMac,
  writeIpv4,
  writeMac,
} from './address.ts'

const anyIpv4 = fc.nat(0xffffffff).map(ipv4FromNumber)
const anyMac = fc.nat(2 ** 48 - 1).map(macFromNumber)
const anyLength = fc.integer({ min: 0, max: 32 })

test('IPv4 addresses read and print', () => {
  expect(ipv4('192.168.3.101')).toBe(0xc0a80365)
  expect(formatIpv4(IPV4_BROADCAST)).toBe('255.255.255.255')
  expect(formatIpv4(IPV4_ANY)).toBe('0.0.0.0')
  fc.assert(
    fc.property(anyIpv4, (address) => {
      expect(parseIpv4(formatIpv4(address))).toBe(address)
    }),
  )
})

test.each([
  '',
  '1.2.3',
  '1.2.3.4.5',
  '256.1.1.1',
  '01.2.3.4',
  '1.2.3.04',
  ' 1.2.3.4',
  '1.2.3.4 ',
  '1.2.3.-4',
  '1..3.4',
  '0x1.2.3.4',
])('%j is no IPv4 address', (text) => {
  expect(parseIpv4(text)).toBeUndefined()
  expect(() => ipv4(text)).toThrow('no IPv4 address')
})

test('MAC addresses read and print', () => {
  expect(mac('02:42:ac:11:00:02')).toBe(0x0242ac110002)
  expect(mac('FF:ff:FF:ff:FF:ff')).toBe(BROADCAST_MAC)
  expect(formatMac(mac('2:0:0:0:0:a'))).toBe('02:00:00:00:00:0a')
  fc.assert(
    fc.property(anyMac, (address) => {
      expect(parseMac(formatMac(address))).toBe(address)
    }),
  )
})

test.each(['', '02:42:ac:11:00', '02:42:ac:11:00:02:03', '02-42-ac-11-00-02', '0g:00:00:00:00:00', '002:0:0:0:0:0'])(
  '%j is no MAC address',
  (text) => {
    expect(parseMac(text)).toBeUndefined()
    expect(() => mac(text)).toThrow('no MAC address')
  },
)

test('a number outside 48 bits is no MAC address', () => {
  expect(() => macFromNumber(2 ** 48)).toThrow('no 48-bit number')
  expect(() => macFromNumber(-1)).toThrow('no 48-bit number')
})

test('prefixes keep the host bits and have a length', () => {
  expect(parsePrefix('10.1.2.3/24')).toEqual({ address: ipv4('10.1.2.3'), length: 24 })
  expect(parsePrefix('10.1.2.3')).toEqual({ address: ipv4('10.1.2.3'), length: 32 })
  expect(parsePrefix('0.0.0.0/0')).toEqual({ address: IPV4_ANY, length: 0 })
  expect(formatPrefix({ address: ipv4('10.1.2.3'), length: 24 })).toBe('10.1.2.3/24')
  for (const text of ['10.1.2.3/33', '10.1.2.3/', '10.1.2.3/-1', '10.1.2.3/2/4', 'default', '10/8', '/8']) {
    expect(parsePrefix(text)).toBeUndefined()
  }
})

test('masks, networks and broadcast addresses', () => {
  expect(prefixMask(0)).toBe(0)
  expect(prefixMask(20)).toBe(0xfffff000)
  expect(prefixMask(32)).toBe(0xffffffff)
  expect(networkOf(ipv4('192.168.77.5'), 20)).toBe(ipv4('192.168.64.0'))
  expect(broadcastOf(ipv4('192.168.77.5'), 20)).toBe(ipv4('192.168.79.255'))
  expect(networkOf(ipv4('192.168.77.5'), 0)).toBe(IPV4_ANY)
  expect(broadcastOf(ipv4('192.168.77.5'), 0)).toBe(IPV4_BROADCAST)
  expect(maskLength(ipv4('255.255.240.0'))).toBe(20)
  expect(maskLength(ipv4('0.0.0.0'))).toBe(0)
  expect(maskLength(ipv4('255.255.255.255'))).toBe(32)
  expect(maskLength(ipv4('255.0.255.0'))).toBeUndefined()
})

test('an address lies in the network of its own prefix, and membership agrees with the mask', () => {
  fc.assert(
    fc.property(anyIpv4, anyIpv4, anyLength, (a, b, length) => {
      expect(inPrefix(a, networkOf(a, length), length)).toBe(true)
      expect(inPrefix(a, broadcastOf(a, length), length)).toBe(true)
      expect(inPrefix(a, b, length)).toBe(networkOf(a, length) === networkOf(b, length))
      expect(maskLength(prefixMask(length) as Ipv4Address)).toBe(length)
    }),
  )
})

test('the next address wraps at the top', () => {
  expect(nextIpv4(ipv4('10.0.0.255'))).toBe(ipv4('10.0.1.0'))
  expect(nextIpv4(IPV4_BROADCAST)).toBe(IPV4_ANY)
})

test('kinds of IPv4 address, at their edges', () => {
  expect(
    [ipv4('223.255.255.255'), ipv4('224.0.0.0'), ipv4('239.255.255.255'), ipv4('240.0.0.0')].map(isMulticastIpv4),
  ).toEqual([false, true, true, false])
  expect(
    [ipv4('126.255.255.255'), ipv4('127.0.0.0'), ipv4('127.255.255.255'), ipv4('128.0.0.0')].map(isLoopbackIpv4),
  ).toEqual([false, true, true, false])
  expect(
    [ipv4('169.253.255.255'), ipv4('169.254.0.0'), ipv4('169.254.255.255'), ipv4('169.255.0.0')].map(isLinkLocalIpv4),
  ).toEqual([false, true, true, false])
  expect([ipv4('0.0.0.0'), ipv4('0.0.0.1')].map(isZeronetIpv4)).toEqual([true, false])
})

test('kinds of MAC address', () => {
  expect(isBroadcastMac(BROADCAST_MAC)).toBe(true)
  expect(isGroupMac(BROADCAST_MAC)).toBe(true)
  expect(isGroupMac(mac('01:80:c2:00:00:00'))).toBe(true)
  expect(isGroupMac(mac('fe:ff:ff:ff:ff:ff'))).toBe(false)
  expect([ZERO_MAC, mac('01:00:00:00:00:00'), mac('02:00:00:00:00:00')].map(isValidDeviceMac)).toEqual([
    false,
    false,
    true,
  ])
})

test('a group address maps to a MAC address by its low 23 bits', () => {
  expect(formatMac(multicastMac(ipv4('239.129.2.3')))).toBe('01:00:5e:01:02:03')
  expect(formatMac(multicastMac(ipv4('224.0.0.22')))).toBe('01:00:5e:00:00:16')
})

test('addresses compare as their bytes do', () => {
  fc.assert(
    fc.property(anyMac, anyMac, (a, b) => {
      const bytes = (address: typeof a): string => formatMac(address)
      expect(Math.sign(compareMac(a, b))).toBe(bytes(a) < bytes(b) ? -1 : bytes(a) > bytes(b) ? 1 : 0)
    }),
  )
  expect(compareIpv4(ipv4('10.0.0.9'), ipv4('192.0.0.1'))).toBeLessThan(0)
})

test('addresses go through bytes unchanged, wherever they lie', () => {
  fc.assert(
    fc.property(anyIpv4, anyMac, fc.nat(3), (ip, address, at) => {
      const bytes = new Uint8Array(16).fill(0xa5)
      writeIpv4(bytes, at, ip)
      writeMac(bytes, at + 4, address)
      expect(readIpv4(bytes, at)).toBe(ip)
      expect(readMac(bytes, at + 4)).toBe(address)
      expect(macBytes(address)).toEqual(bytes.slice(at + 4, at + 10))
      expect(bytes[at + 10]).toBe(0xa5)
    }),
  )
})
