import { expect, test } from 'vitest'
import { lineMeanings } from './line-meaning.ts'

test.each([
  ['ip netns add a', 'netnsAdd', { name: 'a' }],
  [
    'ip -n a link add eth0 type veth peer name eth1 netns b',
    'veth',
    { where: 'a', name: 'eth0', peer: 'eth1', peerWhere: 'b' },
  ],
  ['ip -n a link add link eth0 name eth0.7 type vlan id 7', 'vlan', { name: 'eth0.7', lower: 'eth0', id: '7' }],
  [
    'ip link add link eth0 mv0 netns c type macvlan mode bridge',
    'macvlan',
    { where: 'c', name: 'mv0', mode: 'bridge' },
  ],
  ['ip -n a l s eth0 up', 'linkUp', { where: 'a', name: 'eth0' }],
  ['ip -n a link set dev eth0 master br0', 'master', { name: 'eth0', master: 'br0' }],
  [
    'sudo ip netns exec a ip a add 10.0.0.1/24 dev eth0',
    'addressAdd',
    { where: 'a', address: '10.0.0.1/24', device: 'eth0' },
  ],
  ['ip r add default via 10.0.0.1', 'routeAdd', { where: 'bench', route: 'default via 10.0.0.1' }],
  ['ip -n a neigh add proxy 10.0.0.9 dev eth0', 'neighbourProxy', { ip: '10.0.0.9', device: 'eth0' }],
  ['ip netns exec a sysctl -qw net.ipv4.conf.eth0.proxy_arp=1', 'proxyArp', { where: 'a', device: 'eth0' }],
  ['bridge link set dev p1 hairpin on', 'portFlags', { device: 'p1', flags: 'hairpin on' }],
  ['ip netns exec a ping -c 1 10.0.0.2', 'ping', { where: 'a', target: '10.0.0.2' }],
] as const)('%s', (line, key, params) => {
  expect(lineMeanings(line)).toMatchObject([{ key, params }])
})

test('a loop says what each round does, up to a limit; what only a run can tell is left out', () => {
  expect(lineMeanings('for n in a b c; do ip netns add $n; done', 2)).toEqual([
    { key: 'netnsAdd', params: { name: 'a' } },
    { key: 'netnsAdd', params: { name: 'b' } },
  ])
  expect(lineMeanings('ip netns add $(cat name)')).toEqual([])
  expect(lineMeanings('echo hello')).toEqual([])
})
