import { expect, test } from 'vitest'
import { CALICO_NETWORK } from '../../../testing/fixtures/calico-network.ts'
import { networkStateOf } from '../../stores/network-store.ts'
import { ownersOfField } from './owners.ts'

const network = networkStateOf(CALICO_NETWORK)
const field = (id: string, value: string) => ownersOfField(network, { id, label: '', value, from: 0, to: 4 })

test('an address that a machine has is named by its interface', () => {
  expect(field('ip.dst', '10.10.10.10')).toEqual(['ctrA/eth0'])
})

test('an address that nobody has is known to be nobody’s', () => {
  expect(field('arp.dst.proto_ipv4', '169.254.1.1')).toEqual([])
})

test('groups and fields that hold no address have no owner', () => {
  expect(field('eth.dst', 'Broadcast (ff:ff:ff:ff:ff:ff)')).toBeUndefined()
  expect(field('arp.dst.hw_mac', '00:00:00:00:00:00')).toBeUndefined()
  expect(field('ip.dst', '255.255.255.255')).toBeUndefined()
  expect(field('ip.ttl', '64')).toBeUndefined()
})
