import { expect, test } from 'vitest'
import {
  checkAddress,
  checkFdbMac,
  checkMac,
  checkMtu,
  checkName,
  checkNeighbour,
  checkPortVlan,
  checkRoute,
  checkRule,
} from './checks.ts'
import type { Check } from './checks.ts'

const problem = (check: Check, text: string): string => {
  const checked = check(text)
  return checked.ok ? `fine: ${checked.value}` : checked.problem
}

test('an address has four numbers and a prefix length', () => {
  expect(problem(checkAddress, '10.0.0.1/24')).toBe('fine: 10.0.0.1/24')
  expect(problem(checkAddress, '10.0.0.1')).toBe('fine: 10.0.0.1/32')
  expect(problem(checkAddress, '10.0.0.256/24')).toBe('badAddress')
  expect(problem(checkAddress, '10.0.1/24')).toBe('badAddress')
  expect(problem(checkAddress, '010.0.0.1/24')).toBe('badAddress')
  expect(problem(checkAddress, '10.0.0.1/33')).toBe('badPrefixLength')
})

test('a MAC address of an interface is no group and not zero', () => {
  expect(problem(checkMac, '02-00-00-00-00-0A')).toBe('fine: 02:00:00:00:00:0a')
  expect(problem(checkMac, '03:00:00:00:00:01')).toBe('groupMac')
  expect(problem(checkMac, '00:00:00:00:00:00')).toBe('zeroMac')
  expect(problem(checkMac, '02:00:00:00:01')).toBe('badMac')
  expect(problem(checkFdbMac, '33:33:00:00:00:01')).toBe('fine: 33:33:00:00:00:01')
})

test('names and sizes keep to what Linux takes', () => {
  expect(problem(checkName, 'eth0.10')).toBe('fine: eth0.10')
  expect(problem(checkName, 'a-name-of-sixteen')).toBe('nameTooLong')
  expect(problem(checkName, 'a b')).toBe('badName')
  expect(problem(checkMtu, '67')).toBe('badMtu')
  expect(problem(checkMtu, '1500')).toBe('fine: 1500')
})

test('a route has a destination and a way', () => {
  expect(problem(checkRoute, 'default via 10.0.0.1 dev eth0')).toBe('fine: default via 10.0.0.1 dev eth0')
  expect(problem(checkRoute, 'blackhole 10.9.0.0/16')).toBe('fine: blackhole 10.9.0.0/16')
  expect(problem(checkRoute, '10.9.0.0/16')).toBe('routeNeedsHop')
  expect(problem(checkRoute, 'via 10.0.0.1')).toBe('badRouteDestination')
  expect(problem(checkRoute, 'default via 10.0.0')).toBe('badGateway')
  expect(problem(checkRoute, 'default via 10.0.0.1 quickly')).toBe('badRouteWord')
})

test('rules, neighbours and VLANs of a port', () => {
  expect(problem(checkRule, 'from 10.0.0.0/24 lookup 100')).toBe('fine: from 10.0.0.0/24 lookup 100')
  expect(problem(checkRule, 'from 10.0.0.0/24')).toBe('ruleNeedsTable')
  expect(problem(checkRule, 'lookup 100')).toBe('badRule')
  expect(problem(checkNeighbour, '10.0.0.9 lladdr 02:00:00:00:00:09')).toBe('fine: 10.0.0.9 02:00:00:00:00:09')
  expect(problem(checkNeighbour, '10.0.0.9')).toBe('fine: 10.0.0.9')
  expect(problem(checkNeighbour, 'x 02:00:00:00:00:09')).toBe('badNeighbour')
  expect(problem(checkPortVlan, '10 pvid untagged')).toBe('fine: 10 pvid untagged')
  expect(problem(checkPortVlan, '4095')).toBe('badPortVlan')
})
