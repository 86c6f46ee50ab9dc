import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const PAIR = 'ip netns add a; ip netns add b; ip link add v0 netns a type veth peer name v1 netns b'

test('a proxy entry without a device is answered by every device', async () => {
  const lab = await shellLab()
  const script = `${PAIR}
ip -n a addr add 10.0.0.1/24 dev v0; ip -n a link set v0 up; ip -n b link set v1 up
ip -n b addr add 10.9.0.1/24 dev v1
ip -n b link add d0 type dummy; ip -n b addr add 10.8.0.1/24 dev d0; ip -n b link set d0 up
ip -n b route add 10.0.0.99 dev d0
ip netns exec b sysctl -q -w net.ipv4.ip_forward=1 net.ipv4.neigh.v1.proxy_delay=0
ip -n b neigh add proxy 10.0.0.99; ip -n b neigh show proxy
ip netns exec a arping -c 1 -I v0 10.0.0.99 | grep -c 'reply from'
ip -n b neigh del proxy 10.0.0.99; ip -n b neigh show proxy; ip -n b neigh del proxy 10.0.0.99`
  expect(await lab.run(script)).toBe('10.0.0.99 proxy \n1\nRTNETLINK answers: No such file or directory\n')
})

test('ip maddr, netconf, ntable and netns list-id', async () => {
  const lab = await shellLab()
  await lab.run(`${PAIR}; ip -n a link set lo up; ip -n a link set v0 up`)
  expect(await lab.run('ip -n a maddr show dev lo; ip -n a -4 maddr show v0; ip -n a maddr bogus')).toBe(
    '1:\tlo\n\tinet  224.0.0.1\n2:\tv0\n\tinet  224.0.0.1\nCommand "bogus" is unknown, try "ip maddr help".\n',
  )
  expect(
    await lab.run(
      'ip -n a netconf show dev v0; ip netns exec a sysctl -q -w net.ipv4.conf.v0.rp_filter=2; ip -n a netconf show dev v0',
    ),
  ).toMatch(
    /^inet v0 forwarding off rp_filter \w+ mc_forwarding off proxy_neigh off ignore_routes_with_linkdown off \n.* rp_filter loose /,
  )
  expect(await lab.run('ip -n a ntable show dev v0')).toBe(
    'inet arp_cache \n    dev v0 \n    refcnt 1 reachable 30000 base_reachable 30000 retrans 1000 \n' +
      '    gc_stale 60000 delay_probe 5000 queue 101 \n    app_probes 0 ucast_probes 3 mcast_probes 3 \n' +
      '    anycast_delay 1000 proxy_delay 800 proxy_queue 64 locktime 1000 \n\n',
  )
  expect(await lab.run('ip netns exec a ip netns list-id')).toBe('nsid 0 (iproute2 netns name: b)\n')
})

// As iproute2 6.1 prints them.
test('ip -s -s link names the kinds of errors', async () => {
  const lab = await shellLab()
  expect(await lab.run('ip -s -s link show lo | tail -n 8')).toBe(
    '    RX:  bytes packets errors dropped  missed   mcast           \n' +
      '             0       0      0       0       0       0 \n' +
      '    RX errors:  length    crc   frame    fifo overrun\n' +
      '                     0      0       0       0       0 \n' +
      '    TX:  bytes packets errors dropped carrier collsns           \n' +
      '             0       0      0       0       0       0 \n' +
      '    TX errors: aborted   fifo  window heartbt transns\n' +
      '                     0      0       0       0       0 \n',
  )
})

test('ip -batch runs lines and stops at the first that fails', async () => {
  const lab = await shellLab()
  const lines = 'link add d0 type dummy\\n# a comment\\nlink set nope up\\nlink add d1 type dummy\\n'
  expect(await lab.run(`printf '${lines}' > /tmp/b; ip -batch /tmp/b; echo $?; ip -br link | cut -d' ' -f1`)).toBe(
    'Cannot find device "nope"\nCommand failed /tmp/b:3\n1\nlo\nd0\n',
  )
  expect(await lab.run(`ip link del d0; ip -force -b /tmp/b; echo $?; ip -br link | cut -d' ' -f1`)).toBe(
    'Cannot find device "nope"\nCommand failed /tmp/b:3\n1\nlo\nd0\nd1\n',
  )
})

test('what is left out says what to do instead', async () => {
  const lab = await shellLab()
  expect(await lab.run('ip addr save; ip route restore; ip route flush table 99')).toBe(
    'ip address save: not modelled in vethlab. Write the commands into the script, or save the lab as a file.\n' +
      'ip route restore: not modelled in vethlab. Write the commands into the script, or save the lab as a file.\n' +
      'Error: ipv4: FIB table does not exist.\nFlush terminated\n',
  )
})

test('%d in a name is the first free number, for new devices and new names (dev_alloc_name)', async () => {
  const lab = await shellLab()
  const make = (name: string): string => `ip -n a link add '${name}' type bridge`
  await lab.run('ip netns add a')
  expect(await lab.run([...['d%d', 'd%d', 'x%dy', 'a%%d', 'a%s'].map(make)].join('; '))).toBe(
    'RTNETLINK answers: Invalid argument\n'.repeat(2),
  )
  await lab.run(`ip -n a link set d0 name 'z%d'; ip -n a link set z0 name 'z%d'; ${make('d%d')}`)
  expect(await lab.run(`ip -n a -br link | awk '{print $1}'`)).toBe('lo\nz1\nd1\nx0y\nd0\n')
  await lab.run(`ip -n a link add 'v%d' type veth peer name 'v%d'`)
  expect(await lab.run(`ip -n a -br link show type veth | awk '{print $1}'`)).toBe('v0@v1\nv1@v0\n')
})

test('loopback counts what is sent and what is received alike', async () => {
  const lab = await shellLab()
  await lab.run('ip netns add a; ip -n a link set lo up; ip netns exec a ping -c 1 127.0.0.1')
  expect(await lab.run(`ip -n a -s link show lo | awk '/^ +[0-9]/ {print $1, $2}'`)).toBe('196 2\n196 2\n')
})

test('flags that nothing acts upon are kept and shown', async () => {
  const lab = await shellLab()
  await lab.run('ip netns add a; ip -n a link add d0 type dummy; ip -n a link set d0 trailers off dynamic on')
  expect(
    await lab.run(`ip -n a -br link show d0 | grep -o '<[^ ]*'; ip netns exec a cat /sys/class/net/d0/flags`),
  ).toBe('<BROADCAST,NOARP,DYNAMIC,NOTRAILERS>\n0x80a2\n')
  await lab.run('ip -n a link set d0 trailers on; ip netns exec a ifconfig d0 -dynamic')
  expect(await lab.run(`ip -n a -br link show d0 | grep -o '<[^ ]*'`)).toBe('<BROADCAST,NOARP>\n')
})

test('an address that is set again lets go of the neighbours (dev_set_mac_address)', async () => {
  const lab = await shellLab()
  await lab.run(`${PAIR}; ip -n a addr add 10.0.0.1/24 dev v0; ip -n a link set v0 up address 02:00:00:00:00:05`)
  await lab.run('ip -n b link set v1 up; ip -n a neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0 nud stale')
  expect(await lab.run('ip -n a neigh')).toBe('10.0.0.9 dev v0 lladdr 02:00:00:00:00:09 STALE \n')
  expect(await lab.run('ip -n a link set v0 address 02:00:00:00:00:05; ip -n a neigh')).toBe('')
})

test('flush takes routes with several next hops and their weights, dead ones too', async () => {
  const lab = await shellLab()
  await lab.run(`${PAIR}; ip -n a addr add 10.0.0.1/24 dev v0; ip -n a link set v0 up; ip -n b link set v1 up`)
  await lab.run('ip -n a link add d0 type dummy; ip -n a addr add 10.1.0.1/24 dev d0; ip -n a link set d0 up')
  await lab.run(
    'ip -n a route add 10.9.0.0/16 nexthop via 10.0.0.2 weight 3 nexthop via 10.1.0.2; ip -n a link set d0 down',
  )
  expect(await lab.run('ip -n a route show 10.9.0.0/16')).toContain('via 10.1.0.2 dev d0 weight 1 dead linkdown')
  expect(await lab.run('ip -n a route flush proto boot; ip -n a route show 10.9.0.0/16')).toBe('')
})

test('bridge link set needs a port, whatever is to be set', async () => {
  const lab = await shellLab()
  await lab.run('ip netns add a; ip -n a link add d0 type dummy')
  expect(await lab.run('bridge -n a link set dev d0 fastleave on')).toBe('RTNETLINK answers: Operation not supported\n')
})

test('children count the group frames that they get (macvlan_count_rx)', async () => {
  const lab = await shellLab()
  await lab.run(`${PAIR}; ip -n a addr add 10.0.0.1/24 dev v0; ip -n a link set v0 up; ip -n b link set v1 up`)
  await lab.run('ip -n b link add m0 link v1 up type macvlan mode bridge; ip -n b addr add 10.0.0.2/24 dev m0')
  await lab.run('ip netns exec a ping -c 1 10.0.0.2')
  expect(await lab.run(`ip -n b -s link show m0 | awk '/^ +[0-9]/ {print $2, $6; exit}'`)).toBe('2 1\n')
})

test('children say the speed of what they stand on; arp … pub finds its interface by the hardware address', async () => {
  const lab = await shellLab()
  await lab.run(`${PAIR}; ip -n a link set v0 up address 02:00:00:00:00:05; ip -n b link set v1 up`)
  await lab.run('ip -n a link add m0 link v0 up type macvlan; ip -n a link add v5 link m0 up type vlan id 5')
  expect(await lab.run('ip netns exec a cat /sys/class/net/v5/speed')).toBe('10000\n')
  expect(await lab.run('ip netns exec a arp -s 10.0.0.66 02:00:00:00:00:99 pub')).toBe('SIOCSARP: No such device\n')
  expect(await lab.run('ip netns exec a arp -s 10.0.0.66 02:00:00:00:00:05 pub; ip -n a neigh show proxy')).toBe(
    '10.0.0.66 dev v0 proxy \n',
  )
})
