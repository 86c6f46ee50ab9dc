import { expect, it } from 'vitest'
import { Workshop } from '../../testing/workshop.ts'

const LAB = `ip netns add sw1
ip -n sw1 link add br0 type bridge vlan_filtering 1 priority 4096 ageing_time 1000 vlan_default_pvid 7
ip -n sw1 link set br0 up
ip netns add hostA
ip netns exec hostA sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.default.rp_filter=2
ip -n sw1 link add p1 type veth peer name eth0 netns hostA
ip -n sw1 link set p1 master br0 up
bridge -n sw1 link set dev p1 hairpin on
bridge -n sw1 link set dev p1 learning off
bridge -n sw1 vlan del dev p1 vid 7
bridge -n sw1 vlan add dev p1 vid 10 pvid untagged
bridge -n sw1 vlan add dev p1 vid 20
bridge -n sw1 vlan add dev br0 vid 10 self
ip -n hostA link set eth0 up promisc on
ip -n hostA addr add 10.0.0.2/24 dev eth0
ip -n hostA rule add from 10.0.0.2 lookup 100
ip -n hostA route add default via 10.0.0.1 table 100
ip -n hostA neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev eth0
ip netns exec hostA bash -c 'echo 1 > /proc/sys/net/ipv4/conf/eth0/proxy_arp'
`

it('copies ports with their flags and VLANs, and namespaces with their rules, sysctls and neighbours', async () => {
  const lab = await Workshop.open(LAB)
  await lab.perform({ kind: 'duplicate', things: [{ kind: 'namespace', namespace: 'hostA' }] })
  const port = lab.link('sw1/p-hostB').port
  expect(port).toMatchObject({ hairpin: true, learning: false, flood: true })
  expect(port?.vlans).toEqual([
    { id: 10, pvid: true, untagged: true },
    { id: 20, pvid: false, untagged: false },
  ])
  expect(lab.link('hostB/eth0')).toMatchObject({ promisc: true, up: true })
  const { output } = await lab.run(
    'ip -n hostB rule; ip -n hostB route show table 100; ip -n hostB neigh; ip netns exec hostB sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.eth0.rp_filter net.ipv4.conf.eth0.proxy_arp',
  )
  expect(output).toContain('from 10.0.0.3 lookup 100')
  expect(output).toContain('default via 10.0.0.1 dev eth0')
  expect(output).toContain('10.0.0.1 dev eth0 lladdr 02:00:00:00:00:01 PERMANENT')
  expect(output).toMatch(/arp_ignore = 1\n.*rp_filter = 2\n.*proxy_arp = 1/)
})

it('copies a switch with what was chosen for its bridge', async () => {
  const lab = await Workshop.open(LAB)
  await lab.perform({ kind: 'duplicate', things: [{ kind: 'namespace', namespace: 'sw1' }] })
  const copy = lab.link('sw2/br0')
  expect(copy.details).toMatchObject({ vlanFiltering: true, priority: 4096, ageingTimeMs: 10_000, defaultPvid: 7 })
  expect(copy.vlans).toEqual(lab.link('sw1/br0').vlans)
})
