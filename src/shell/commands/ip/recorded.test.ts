// What Linux 6.1 answered to commands that nothing else here asks: one rule a test, with the kernel function that has it.
import { describe, expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const MACHINE =
  'ip netns add a; ip -n a link add d0 address 02:00:00:00:00:01 type dummy; ip -n a link set d0 up; ip -n a link set lo up'

async function printed(script: string, setup = MACHINE): Promise<string> {
  const lab = await shellLab()
  await lab.run(setup)
  return (await lab.run(script)).replace(/ +\n/g, '\n')
}

describe('neighbours', () => {
  test('one that a program keeps passes every filter by state, and goes with a flush (NTF_EXT_LEARNED)', async () => {
    const add = 'ip -n a neigh add 10.0.0.3 lladdr 02:00:00:00:00:03 dev d0 extern_learn'
    expect(await printed(`${add}; ip -n a neigh show nud stale; ip -n a neigh flush dev d0; ip -n a neigh`)).toBe(
      '10.0.0.3 dev d0 lladdr 02:00:00:00:00:03 extern_learn PERMANENT\n',
    )
  })

  test('a router is told as one (NTF_ROUTER)', async () => {
    expect(await printed('ip -n a neigh add 10.0.0.4 lladdr 02:00:00:00:00:04 dev d0 router; ip -n a neigh')).toBe(
      '10.0.0.4 dev d0 lladdr 02:00:00:00:00:04 router PERMANENT\n',
    )
  })

  test('all on loopback are one (arp_constructor)', async () => {
    expect(await printed('ip -n a neigh add 10.9.9.8 lladdr 02:00:00:00:00:98 dev lo; ip -n a neigh')).toBe(
      '0.0.0.0 dev lo lladdr 02:00:00:00:00:98 PERMANENT\n',
    )
  })

  test('one on a device without ARP has the device’s own address from the beginning (arp_constructor)', async () => {
    expect(await printed('ip -n a neigh add 10.0.0.7 dev d0; ip -n a neigh')).toBe(
      '10.0.0.7 dev d0 lladdr 02:00:00:00:00:01 PERMANENT\n',
    )
  })

  test('an address to answer for on every device is the namespace’s (pneigh_lookup)', async () => {
    const script =
      'ip -n a neigh add proxy 10.0.0.9; ip -n a neigh show proxy; ip -n a link del d0; ip -n a neigh show proxy; ' +
      'ip -n a neigh del proxy 10.0.0.9; ip -n a neigh show proxy'
    expect(await printed(script)).toBe('10.0.0.9 proxy\n10.0.0.9 proxy\n')
  })

  test('one with a timer is in use (neigh_add_timer holds it)', async () => {
    const add = (state: string, last: number): string =>
      `ip -n a neigh add 10.0.0.${last} lladdr 02:00:00:00:00:0${last} dev d0 nud ${state}; `
    expect(await printed(`${add('reachable', 6)}${add('stale', 5)}ip -n a neigh show unused`)).toBe(
      '10.0.0.5 dev d0 lladdr 02:00:00:00:00:05 STALE\n',
    )
  })
})

describe('neighbours that the kernel keeps known by itself (NTF_MANAGED)', () => {
  const TWO =
    'ip netns add a; ip netns add b; ip -n a link add d0 type veth peer name d0 netns b; ip -n a link set d0 up; ' +
    'ip -n b link set d0 up; ip -n a addr add 10.0.0.1/24 dev d0; ip -n b addr add 10.0.0.2/24 dev d0'

  test('are asked for at once, whatever address was given, and never rest as STALE', async () => {
    const script =
      'ip -n a neigh add 10.0.0.2 lladdr 02:00:00:00:00:99 dev d0 managed; sleep 0.1; ip -n a neigh | cut -d" " -f6-; ' +
      'sleep 55; ip -n a neigh | cut -d" " -f6-'
    expect(await printed(script, TWO)).toBe('managed REACHABLE\nmanaged REACHABLE\n')
    const plain = 'ip netns exec a ping -qc 1 10.0.0.2 > /dev/null; sleep 55; ip -n a neigh | cut -d" " -f6-'
    expect(await printed(plain, TWO)).toBe('STALE\n')
  })

  test('are asked for again when they did not answer', async () => {
    const script =
      'ip -n a neigh add 10.0.0.9 dev d0 managed; for k in 1 2 3 4 5 6 7 8; do sleep 1; ip -n a neigh; done'
    expect(await printed(script, TWO)).toMatch(
      /^(10.0.0.9 dev d0 managed INCOMPLETE\n)+(10.0.0.9 dev d0 managed FAILED\n)+(10.0.0.9 dev d0 managed INCOMPLETE\n)+$/,
    )
  })

  test('are so no longer once somebody says otherwise, were it in vain', async () => {
    const script =
      'ip -n a neigh add 10.0.0.9 dev d0 managed; ip -n a neigh replace 10.0.0.9 dev d0 nud stale; ip -n a neigh'
    expect(await printed(script, TWO)).toBe('Error: No link layer address given.\n10.0.0.9 dev d0 INCOMPLETE\n')
  })
})

test('scopes have numbers, by which addresses are sorted (rt_scope_t, __inet_insert_ifa)', async () => {
  const script =
    'ip -n a addr add 10.1.0.1/24 scope 100 dev d0; ip -n a addr add 10.2.0.1/24 scope 201 dev d0; ' +
    'ip -n a addr add 10.3.0.1/24 scope site dev d0; ip -n a addr show dev d0 | grep inet; ' +
    'ip -n a route add 10.9.0.0/24 dev d0 scope 100; ip -n a route show 10.9.0.0/24; ip -n a route get 10.9.0.9 | head -1; ' +
    'ip -n a route show scope 100; ip -n a addr add 10.4.0.1/24 scope 256 dev d0'
  expect(await printed(script)).toBe(
    '    inet 10.2.0.1/24 scope 201 d0\n    inet 10.3.0.1/24 scope site d0\n    inet 10.1.0.1/24 scope 100 d0\n' +
      '10.9.0.0/24 dev d0 scope 100\n10.9.0.9 dev d0 src 10.1.0.1 uid 0\n10.9.0.0/24 dev d0\n' +
      'Error: argument "256" is wrong: invalid scope value.\n',
  )
})

describe('addresses that live for a time (check_lifetime)', () => {
  test('count down, are dynamic, and go with their routes', async () => {
    const script =
      'ip -n a addr add 10.7.0.1/24 dev d0 valid_lft 100 preferred_lft 50; sleep 10; ip -n a addr show dynamic; ' +
      'sleep 49; ip -n a -o addr show dynamic; sleep 42; ip -n a addr show dynamic; ip -n a route'
    expect(await printed(script)).toBe(
      '2: d0: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc noqueue state UNKNOWN group default qlen 1000\n' +
        '    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n    inet 10.7.0.1/24 scope global dynamic d0\n' +
        '       valid_lft 90sec preferred_lft 40sec\n' +
        '2: d0    inet 10.7.0.1/24 scope global deprecated dynamic d0\\       valid_lft 41sec preferred_lft 0sec\n',
    )
  })

  test('a new life replaces the old one (set_ifa_lifetime)', async () => {
    const script =
      'ip -n a addr add 10.7.0.1/24 dev d0 valid_lft 10 preferred_lft 10; ip -n a addr change 10.7.0.1/24 dev d0; sleep 20; ' +
      'ip -n a -br addr show d0'
    expect(await printed(script)).toBe('d0               UNKNOWN        10.7.0.1/24\n')
  })

  test.each([
    ['valid_lft 0', 'valid_lft is zero\n'],
    ['valid_lft 10', 'preferred_lft is greater than valid_lft\n'],
  ])('%s is refused', async (words, text) => {
    expect(await printed(`ip -n a addr add 10.7.0.1/24 dev d0 ${words}`)).toBe(text)
  })
})

describe('routes and rules', () => {
  test('what a route says to TCP and who made it are kept (fib_create_info)', async () => {
    const script =
      'ip -n a route add 20.0.0.0/8 dev d0 proto 77 mtu lock 1400 initcwnd 10 advmss 1300; ip -n a route; ' +
      'ip -n a route change 20.0.0.0/8 dev d0 proto 16; ip -n a route'
    expect(await printed(script)).toBe(
      '20.0.0.0/8 dev d0 proto 77 scope link mtu lock 1400 advmss 1300 initcwnd 10\n20.0.0.0/8 dev d0 proto dhcp scope link\n',
    )
  })

  test('a rule may pass over routes of short prefixes (fib4_rule_suppress)', async () => {
    const script =
      'ip -n a addr add 10.0.0.1/24 dev d0; ip -n a route add default via 10.0.0.2; ' +
      'ip -n a route add default via 10.0.0.3 table 100; ip -n a rule add table main suppress_prefixlength 0 pref 30; ' +
      'ip -n a rule add table 100 pref 40; ip -n a rule show pref 30; ip -n a route get 9.9.9.9; ip -n a route get 10.0.0.7'
    expect(await printed(script)).toBe(
      '30:\tfrom all lookup main suppress_prefixlength 0\n' +
        '9.9.9.9 via 10.0.0.3 dev d0 table 100 src 10.0.0.1 uid 0\n    cache\n' +
        '10.0.0.7 dev d0 src 10.0.0.1 uid 0\n    cache\n',
    )
  })

  test('a question may be somebody else’s (RTA_UID)', async () => {
    const rule = 'ip -n a addr add 10.0.0.1/24 dev d0; ip -n a rule add uidrange 0-0 to 10.0.0.9 prohibit; '
    expect(await printed(`${rule}ip -n a route get 10.0.0.9`)).toBe('RTNETLINK answers: Permission denied\n')
    expect(await printed(`${rule}ip -n a route get 10.0.0.9 uid 1000`)).toBe(
      '10.0.0.9 dev d0 src 10.0.0.1 uid 1000\n    cache\n',
    )
  })

  test('a type of service has a name or a number without a sign of its base (rtnl_dsfield_a2n)', async () => {
    const add = ['10', '0x8', 'CS1', 'AF21'].map((tos, k) => `ip -n a route add 9.9.${k}.0/24 dev d0 tos ${tos}`)
    expect(await printed(`${add.join('; ')}; ip -n a route`)).toBe(
      '9.9.0.0/24 tos 0x10 dev d0 scope link\n9.9.1.0/24 tos 0x08 dev d0 scope link\n' +
        '9.9.2.0/24 tos CS1 dev d0 scope link\n9.9.3.0/24 tos AF21 dev d0 scope link\n',
    )
    expect(await printed('ip -n a route add 9.0.0.0/8 dev d0 tos zz')).toBe(
      'Error: argument "zz" is wrong: "tos" value is invalid\n\n',
    )
  })

  test('table 0 is the first that is not there (fib_empty_table)', async () => {
    expect(await printed('ip -n a rule add table 0 pref 7; ip -n a rule show pref 7')).toBe('7:\tfrom all lookup 1\n')
  })

  test('flushing the cache forgets redirects and path MTUs (ipv4_sysctl_rtcache_flush)', async () => {
    const lab = await shellLab()
    await lab.run(`${MACHINE}; ip -n a addr add 10.0.0.1/24 dev d0`)
    const netns = lab.world.namespaces.find((each) => each?.name === 'a')
    netns?.routeExceptions.set(1 as never, {} as never)
    await lab.run('ip -n a route flush cache')
    expect(netns?.routeExceptions.size).toBe(0)
  })
})

describe('devices', () => {
  test('a VLAN’s maps of priorities: 0 takes one out (vlan_dev_set_ingress_priority, vlan_dev_set_egress_priority)', async () => {
    const script =
      'ip -n a link add link d0 name w type vlan id 10 ingress-qos-map 1:2 egress-qos-map 4:5 0:3; ' +
      'ip -n a link set w type vlan ingress-qos-map 1:0 2:7; ip -n a -d link show w'
    expect((await printed(script)).split('\n').slice(2, 5)).toEqual([
      '    vlan protocol 802.1Q id 10 <REORDER_HDR>',
      '      ingress-qos-map { 2:7 }',
      expect.stringMatching(/^ {6}egress-qos-map \{ 0:3 4:5 \} numtxqueues 1 /),
    ])
  })

  test('what really waits for macvlan children is the most that any asks for (update_port_bc_queue_len)', async () => {
    const script =
      'ip -n a link add m0 link d0 type macvlan; ip -n a link add m1 link d0 type macvlan nodst bcqueuelen 7; ip -n a -d link show m1'
    expect(await printed(script)).toContain('macvlan mode vepa nodst bcqueuelen 7 usedbcqueuelen 1000 ')
  })

  test('behind `type dummy` nothing is read: it has no options (iplink_modify)', async () => {
    const script = 'ip -n a link add d8 type dummy mtu 1300 arp off; ip -n a link show d8 | head -1'
    expect(await printed(script)).toContain('d8: <BROADCAST,NOARP> mtu 1500 ')
  })

  test('the kernel has no use for an anycast address (IFA_ANYCAST)', async () => {
    const script = 'ip -n a addr add 10.9.0.1/24 anycast 10.9.0.9 dev d0; ip -n a -br addr show d0'
    expect(await printed(script)).toMatch(/^d0 .* 10\.9\.0\.1\/24/)
  })

  test('nopromisc is for passthru only, and needs its mode by its side (macvlan_parse_opt)', async () => {
    const script =
      'ip -n a link add m0 link d0 type macvlan mode passthru; ip -n a link set m0 type macvlan flag nopromisc'
    expect(await printed(script)).toMatch(/^macvlan: nopromisc flag only valid in passthru mode\nUsage: ... macvlan /)
  })

  test('only a dummy’s carrier can be switched by hand (ndo_change_carrier)', async () => {
    const script = 'ip -n a link add br0 type bridge; ip -n a link set br0 carrier off; ip -n a link set d0 carrier off'
    expect(await printed(script)).toBe('RTNETLINK answers: Operation not supported\n')
  })

  test('a forwarding entry that a program keeps is neither permanent nor static (br_fdb_external_learn_add)', async () => {
    const script =
      'ip -n a link add br0 type bridge; ip -n a link set d0 master br0; ' +
      'bridge -n a fdb add 02:00:00:00:01:0b dev d0 master extern_learn; bridge -n a fdb show brport d0 dynamic'
    expect(await printed(script)).toBe(
      '02:00:00:00:01:0b vlan 1 extern_learn master br0\n02:00:00:00:01:0b extern_learn master br0\n',
    )
  })

  test('VLANs of a port that are alike come in ranges with details (br_vlan_can_enter_range)', async () => {
    const script =
      'ip -n a link add br0 type bridge vlan_filtering 1; ip -n a link set d0 master br0; bridge -n a vlan add dev d0 vid 20-22; ' +
      'bridge -n a vlan del dev d0 vid 1; bridge -n a -d vlan show dev d0'
    expect(await printed(script)).toBe(
      'port              vlan-id\nd0                20-22\n                    state forwarding mcast_router 1\n',
    )
  })
})

describe('ping', () => {
  const CABLE =
    'ip netns add a; ip netns add b; ip -n a link add eth0 type veth peer name eth0 netns b; ip -n a link set lo up; ' +
    'ip -n a addr add 10.0.0.1/24 dev eth0; ip -n b addr add 10.0.0.2/24 dev eth0; ip -n a link set eth0 up; ' +
    'ip -n b link set eth0 up; sleep 1'

  test('-f draws a dot for each request and takes it back for each answer; -A sends as fast as answers come', async () => {
    expect(await printed('ip netns exec a ping -f -c 3 10.0.0.2', CABLE)).toContain('.\b \b.\b \b.\b \b\n---')
    expect(await printed('ip netns exec a ping -A -c 3 10.0.0.2', CABLE)).toMatch(
      /3 received, 0% packet loss, time \dms/,
    )
  })

  test('-r reaches what is on the link only (SO_DONTROUTE)', async () => {
    const script =
      'ip -n a route add default via 10.0.0.2; ip netns exec a ping -r -c 1 -W 1 10.0.1.1; ip netns exec a ping -r -c 1 10.0.0.2'
    expect(await printed(script, CABLE)).toMatch(/ 0 received,[^]* 1 received,/)
  })

  test('the TTL of a packet to a group is 1 (IP_MULTICAST_TTL)', async () => {
    const script =
      'ip -n a route add 224.0.0.0/4 dev eth0; ip netns exec a tcpdump -v -n -i eth0 -c 1 icmp 2>/dev/null & sleep 0.1; ip netns exec a ping -c 1 -W 1 224.0.0.1 >/dev/null; wait'
    expect(await printed(script, CABLE)).toContain('ttl 1,')
  })
})

describe('what bridges were told on Linux 6.1', () => {
  const BRIDGE =
    'ip netns add s; ip netns add h1; ip netns add h2; ip -n s link add br0 type bridge vlan_filtering 1 vlan_protocol 802.1ad; ' +
    'for n in 1 2; do ip -n s link add p$n type veth peer name eth0 netns h$n; ip -n s link set p$n up master br0; ' +
    'ip -n h$n link add link eth0 name eth0.7 type vlan id 7; ip -n h$n link set eth0 up; ip -n h$n link set eth0.7 up; ' +
    'ip -n h$n addr add 10.7.0.$n/24 dev eth0.7; done; ip -n s link set br0 up'

  test('a provider’s bridge takes a customer’s tag for payload and puts its own outside it (br_vlan_set_proto)', async () => {
    const pings = 'ip netns exec h1 ping -c 1 -W 1 10.7.0.2 | grep -c bytes.from; '
    const tunnel =
      'bridge -n s vlan add dev p1 vid 100 pvid untagged; bridge -n s vlan add dev p2 vid 100 pvid untagged; '
    const outside = 'bridge -n s vlan add dev p2 vid 100 pvid; '
    expect(
      await printed(`${pings}${tunnel}${pings}${outside}${pings}bridge -n s fdb show dynamic | wc -l`, BRIDGE),
    ).toBe('1\n1\n0\n4\n')
    expect(
      await printed('ip -n s -d link show br0 | grep -o "vlan_protocol [^ ]*\\|group_address [^ ]*"', BRIDGE),
    ).toBe('vlan_protocol 802.1ad\ngroup_address 01:80:c2:00:00:08\n')
  })

  test('an entry in use is as if a frame had come from there (NTF_USE); a flush of a port names its master', async () => {
    const script =
      'bridge -n s fdb add 02:00:00:00:00:b5 dev p1 master use; bridge -n s fdb show dynamic; bridge -n s fdb flush dev p1; ' +
      'bridge -n s fdb flush dev p1 master; bridge -n s fdb show dynamic'
    expect(await printed(script, BRIDGE)).toBe(
      '02:00:00:00:00:b5 dev p1 vlan 1 master br0\n02:00:00:00:00:b5 dev p1 master br0\nRTNETLINK answers: Operation not supported\n',
    )
  })
})

test('what a device refuses of a packet in pieces takes the pieces behind it along (ip_do_fragment)', async () => {
  const setup =
    'ip netns add a; ip netns add b; ip -n a link add eth0 type veth peer name eth0 netns b; ' +
    'ip -n a link set eth0 up; ip -n b link set eth0 up; ip -n a addr add 10.0.0.1/24 dev eth0; ip -n b addr add 10.0.0.2/24 dev eth0; ' +
    'ip netns exec a ping -c 1 10.0.0.2; ip -n a link set eth0 mtu 1000'
  // An ARP reply and the answer to the short ping: of the long one's answer not even the short last piece comes.
  const script = 'ip netns exec a ping -c 1 -W 1 -M dont -s 1480 10.0.0.2 > /dev/null; ip -n a -s link show eth0'
  expect(await printed(script, setup)).toMatch(/RX: .*\n +140 +2 +0 +1 /)
})

describe('further names of a device (netdev_name_node)', () => {
  const NAMED = 'ip -n a link property add dev d0 altname uplink averylongnameforaninterfacethatfits; '

  test('find it everywhere, and are told at the end of its lines', async () => {
    const script =
      'ip -n a addr add 10.0.9.1/24 dev uplink; ip -n a route add 10.9.0.0/24 dev averylongnameforaninterfacethatfits; ' +
      'ip -n a link show uplink; ip -n a route; ip -n a -j link show uplink | grep -o altnames.*'
    expect(await printed(NAMED + script)).toBe(
      '2: d0: <BROADCAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n' +
        '    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n    altname uplink\n    altname averylongnameforaninterfacethatfits\n' +
        '10.0.9.0/24 dev d0 proto kernel scope link src 10.0.9.1\n10.9.0.0/24 dev d0 scope link\n' +
        'altnames":["uplink","averylongnameforaninterfacethatfits"]}]\n',
    )
  })

  test('are taken for all others, and given back', async () => {
    const script =
      'ip -n a link add uplink type dummy; ip -n a link property add dev lo altname d0; ip -n a link property del dev d0 altname nosuch; ' +
      'ip -n a link property del dev uplink altname uplink; ip -n a link add uplink type dummy; ip -n a -br link show uplink | cut -d" " -f1'
    expect(await printed(NAMED + script)).toBe(
      'RTNETLINK answers: File exists\nRTNETLINK answers: File exists\nRTNETLINK answers: No such file or directory\nuplink\n',
    )
  })

  test('go along to another namespace', async () => {
    const script =
      'ip netns add b; ip -n a link set uplink netns b; ip -n a link show uplink; ip -n b -br link show uplink | cut -d" " -f1'
    expect(await printed(NAMED + script)).toBe('Device "uplink" does not exist.\nd0\n')
  })
})

describe('addresses and neighbours in rare words', () => {
  test('brd - takes the host bits away; preferred for no time but valid for ever is deprecated and permanent (inet_fill_ifaddr)', async () => {
    const script =
      'ip -n a addr add 10.0.2.1/24 brd - dev d0; ip -n a addr add 10.0.4.1/24 dev d0 preferred_lft 0; ip -n a -o -4 addr show d0; ' +
      'ip -n a -br addr show deprecated'
    expect(await printed(script)).toBe(
      '2: d0    inet 10.0.2.1/24 brd 10.0.2.0 scope global d0\\       valid_lft forever preferred_lft forever\n' +
        '2: d0    inet 10.0.4.1/24 scope global deprecated d0\\       valid_lft forever preferred_lft forever\n' +
        'd0               UNKNOWN        10.0.4.1/24\n',
    )
  })

  test('a wildcard deletion names no peer (inet_rtm_deladdr)', async () => {
    const script =
      'ip -n a addr add 10.0.5.1 peer 10.0.6.2/24 dev d0; ip -n a addr del 10.0.5.1 dev d0 2>/dev/null; ip -n a -br addr show d0'
    expect(await printed(script)).toBe('d0               UNKNOWN\n')
  })

  test('a neighbour in use is asked for at once, and who made one is told last (NTF_USE, NDA_PROTOCOL)', async () => {
    const script =
      'ip netns add b; ip -n a link add e0 type veth peer name e0 netns b; ip -n a link set e0 up; ip -n b link set e0 up; ' +
      'ip -n a addr add 10.0.0.1/24 dev e0; ip -n a neigh add 10.0.0.60 dev e0 use; ' +
      'ip -n a neigh add 10.0.0.65 lladdr 02:00:00:00:00:65 dev e0 protocol zebra; ip -n a neigh; sleep 4; ip -n a neigh'
    expect(await printed(script)).toBe(
      '10.0.0.60 dev e0 INCOMPLETE\n10.0.0.65 dev e0 lladdr 02:00:00:00:00:65 PERMANENT proto zebra\n' +
        '10.0.0.60 dev e0 FAILED\n10.0.0.65 dev e0 lladdr 02:00:00:00:00:65 PERMANENT proto zebra\n',
    )
  })
})

test('errors come from the way in, those of a neighbour that is not found too (icmp_errors_use_inbound_ifaddr, inet_iif)', async () => {
  const setup =
    'ip netns add a; ip netns add r; ip netns add b; ip -n a link add eth0 type veth peer name eth0 netns r; ' +
    'ip -n r link add eth1 type veth peer name eth0 netns b; for e in a:eth0 r:eth0 r:eth1 b:eth0; do ip -n ${e%:*} link set ${e#*:} up; done; ' +
    'ip -n a addr add 10.0.0.1/24 dev eth0; ip -n r addr add 10.0.0.254/24 dev eth0; ip -n r addr add 10.0.1.254/24 dev eth1; ' +
    'ip netns exec r sysctl -q -w net.ipv4.ip_forward=1 net.ipv4.icmp_errors_use_inbound_ifaddr=1; ip -n a route add default via 10.0.0.254; ' +
    'ip -n r route add 10.0.0.1 via 10.0.0.1 dev eth0 onlink src 10.0.1.254'
  const script =
    'ip netns exec a ping -c 1 -W 4 10.0.1.99 | grep -o "From.*Host"; ip netns exec a ping -c 1 -t 1 10.0.1.1 | grep -o "From [^ ]*"'
  expect(await printed(script, setup)).toBe('From 10.0.0.254 icmp_seq=1 Destination Host\nFrom 10.0.0.254\n')
})
