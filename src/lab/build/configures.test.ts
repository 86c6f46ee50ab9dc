import { expect, it } from 'vitest'
import { configures } from './configures.ts'

it.each([
  'ip -n a addr add 10.0.0.1/24 dev eth0',
  'ip a a 10.0.0.1/24 dev eth0',
  'ip netns exec a ip link set eth0 down',
  'ip netns add c',
  'bridge -n a link set dev p0 hairpin on',
  'ip netns exec a sysctl -w net.ipv4.ip_forward=1',
  'echo 1 > /proc/sys/net/ipv4/ip_forward',
  'ifconfig eth0 10.0.0.1',
  'brctl addif br0 eth0',
  'route add default gw 10.0.0.1',
  'arp -s 10.0.0.9 02:00:00:00:00:09',
  'ip netns exec a iptables -A FORWARD -j DROP',
  'nft add table ip t',
  'for n in a b; do ip -n $n link set lo up; done',
  'ip netns exec a bash -c "ip link del eth0; ping -c 1 10.0.0.1"',
])('makes part of the setup of: %s', (command) => {
  expect(configures(command)).toBe(true)
})

it.each([
  'ip netns exec a ping -c 1 10.0.0.1',
  'ip -n a addr',
  'ip -n a addr show dev eth0',
  'ip -n a r',
  'ip route get 10.0.0.1',
  'ip netns',
  'bridge fdb show',
  'sysctl net.ipv4.ip_forward',
  'ifconfig eth0',
  'ifconfig -a',
  'brctl show',
  'arp -n',
  'iptables -nvL',
  'nft list ruleset',
  'tcpdump -i eth0 -c 1',
  'cat /proc/sys/net/ipv4/ip_forward',
  'ip netns exec a nc -l 80 &',
])('leaves out: %s', (command) => {
  expect(configures(command)).toBe(false)
})
