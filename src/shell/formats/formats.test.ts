// The expected lines are those of a real kernel's recordings.
import { expect, test } from 'vitest'
import {
  addressView,
  FakeKernel,
  fdbView,
  linkView,
  neighView,
  nexthopView,
  portView,
  ROOT_NETNS,
  routeView,
} from '../../testing/fake-kernel.ts'
import { ipv4, mac } from '../../wire/address.ts'
import { bridgeLinkText, vlanLines } from './bridge-link.ts'
import { briefLink, statisticsLines } from './link.ts'
import { routeGetText } from './route.ts'
import { formatAddr, formatArp, formatFdb, formatLink, formatNeigh, formatRoute } from './tables.ts'

/** A namespace with lo, a bridge br0 and a port p1 whose peer is in the namespace `h1`. */
function host(): FakeKernel {
  const kernel = new FakeKernel()
  kernel.namespaces.push({ netns: 2, name: 'h1' })
  kernel.links[0] = linkView({
    device: 1,
    netns: ROOT_NETNS,
    ifindex: 1,
    name: 'lo',
    details: { kind: 'lo' },
    addresses: [addressView('127.0.0.1/8', { scope: 'host', label: 'lo' })],
  })
  kernel.links.push(
    linkView({
      device: 2,
      netns: ROOT_NETNS,
      ifindex: 2,
      name: 'br0',
      mac: mac('02:00:00:00:00:0a'),
      filter: [mac('01:00:5e:00:00:6a'), mac('01:00:5e:00:00:01')],
      details: {
        kind: 'bridge',
        forwardDelayMs: 2248,
        helloTimeMs: 1000,
        maxAgeMs: 6000,
        ageingTimeMs: 300_000,
        stpState: true,
        priority: 32768,
        vlanFiltering: false,
        vlanProtocol: '802.1Q',
        defaultPvid: 1,
        bridgeId: '8000.02000000000a',
        designatedRoot: '8000.02000000000a',
        rootPort: 0,
        rootPathCost: 0,
        topologyChange: false,
        groupFwdMask: 0,
        mcastSnooping: true,
      },
      vlans: [{ id: 1, pvid: true, untagged: true }],
    }),
    linkView({
      device: 3,
      netns: ROOT_NETNS,
      ifindex: 3,
      name: 'p1',
      mac: mac('4e:aa:c4:8e:fd:a4'),
      promiscuityCount: 1,
      allMulticastCount: 1,
      master: 2,
      linkDevice: 4,
      linkIfindex: 2,
      linkNetns: 2,
      filter: [mac('01:00:5e:00:00:01')],
      port: portView({
        hairpin: true,
        designatedBridge: '8000.02000000000a',
        designatedRoot: '8000.02000000000a',
        vlans: [
          { id: 10, pvid: true, untagged: true },
          { id: 20, pvid: false, untagged: false },
        ],
      }),
    }),
  )
  return kernel
}

test('ip -d link', () => {
  const { read } = host()
  const lines = formatLink(read, ROOT_NETNS, { details: true }).split('\n')
  expect(lines.slice(0, 2)).toEqual([
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000',
    '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00 promiscuity 0  allmulti 0 minmtu 0 maxmtu 0 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535 gro_max_size 65536 ',
  ])
  expect(lines[2]).toBe(
    '2: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000',
  )
  expect(lines[4]).toMatch(
    /^ {4}bridge forward_delay 224 hello_time 100 max_age 600 ageing_time 30000 stp_state 1 priority 32768 vlan_filtering 0 vlan_protocol 802\.1Q bridge_id 8000\.2:0:0:0:0:a designated_root 8000\.2:0:0:0:0:a root_port 0 root_path_cost 0 topology_change 0 /,
  )
  expect(lines[5]).toBe(
    '3: p1@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP mode DEFAULT group default qlen 1000',
  )
  expect(lines[6]).toBe(
    '    link/ether 4e:aa:c4:8e:fd:a4 brd ff:ff:ff:ff:ff:ff link-netns h1 promiscuity 1  allmulti 1 minmtu 68 maxmtu 65535 ',
  )
  expect(lines[7]).toBe('    veth ')
  expect(lines[8]).toBe(
    '    bridge_slave state forwarding priority 32 cost 2 hairpin on guard off root_block off fastleave off learning on flood on port_id 0x8001 port_no 0x1 designated_port 32769 designated_cost 0 designated_bridge 8000.2:0:0:0:0:a designated_root 8000.2:0:0:0:0:a hold_timer    0.00 message_age_timer    0.00 forward_delay_timer    0.00 topology_change_ack 0 config_pending 0 proxy_arp off proxy_arp_wifi off mcast_router 1 mcast_fast_leave off mcast_flood on bcast_flood on mcast_to_unicast off neigh_suppress off group_fwd_mask 0 group_fwd_mask_str 0x0 vlan_tunnel off isolated off locked off numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 tso_max_size 524280 tso_max_segs 65535 gro_max_size 65536 ',
  )
})

test('flags and states of a link that is down, without carrier, or over one that is down', () => {
  const kernel = host()
  const base = { device: 10, netns: ROOT_NETNS, ifindex: 4, name: 'eth0', mac: mac('02:7f:9c:a5:76:a8') }
  const noCarrier = linkView({
    ...base,
    operState: 'DOWN',
    carrier: false,
    linkDevice: 4,
    linkIfindex: 2,
    linkNetns: 2,
  })
  expect(briefLink(kernel.read, noCarrier)).toBe(
    'eth0@if2         DOWN           02:7f:9c:a5:76:a8 <NO-CARRIER,BROADCAST,MULTICAST,UP> \n',
  )
  const lower = linkView({ ...base, device: 11, ifindex: 5, name: 'eth1', up: false, operState: 'DOWN' })
  kernel.links.push(lower)
  const vlan = linkView({ ...base, name: 'eth1.10', up: false, linkDevice: 11, linkIfindex: 5, linkNetns: ROOT_NETNS })
  expect(briefLink(kernel.read, vlan)).toBe(
    'eth1.10@eth1     DOWN           02:7f:9c:a5:76:a8 <BROADCAST,MULTICAST,M-DOWN> \n',
  )
  expect(
    statisticsLines(
      linkView({
        ...base,
        stats: { rxPackets: 3, rxBytes: 126, rxDropped: 0, rxMulticast: 0, txPackets: 2, txBytes: 84, txDropped: 1 },
      }),
    ),
  ).toEqual([
    '    RX:  bytes packets errors dropped  missed   mcast           ',
    '           126       3      0       0       0       0 ',
    '    TX:  bytes packets errors dropped carrier collsns           ',
    '            84       2      0       1       0       0 ',
  ])
})

test('ip addr', () => {
  const kernel = host()
  kernel.links.push(
    linkView({
      device: 9,
      netns: ROOT_NETNS,
      ifindex: 4,
      name: 'v0',
      mac: mac('7a:ba:92:8d:31:f7'),
      addresses: [
        addressView('10.0.0.1/24', { broadcast: ipv4('10.0.0.255'), label: 'v0' }),
        addressView('10.0.2.1/32', { peer: ipv4('10.0.2.2'), label: 'v0' }),
        addressView('10.0.4.1/24', { metric: 50, noPrefixRoute: true, label: 'v0' }),
        addressView('10.0.0.5/24', { secondary: true, label: 'v0:1' }),
      ],
    }),
  )
  const text = formatAddr(kernel.read, ROOT_NETNS)
  expect(text).toContain(
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n' +
      '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n' +
      '    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n',
  )
  expect(text.split('\n').filter((line) => line.startsWith('    inet 10'))).toEqual([
    '    inet 10.0.0.1/24 brd 10.0.0.255 scope global v0',
    '    inet 10.0.2.1 peer 10.0.2.2/32 scope global v0',
    '    inet 10.0.4.1/24 metric 50 scope global noprefixroute v0',
    '    inet 10.0.0.5/24 scope global secondary v0:1',
  ])
})

test('ip route and ip route get', () => {
  const kernel = host()
  const [br0, p1] = [nexthopView({ device: 2 }), nexthopView({ device: 3 })]
  kernel.routes.push(
    routeView('0.0.0.0/0', { nexthops: [{ ...br0, gateway: ipv4('192.168.100.1') }] }),
    routeView('10.0.0.0/24', {
      protocol: 'kernel',
      scope: 'link',
      source: ipv4('10.0.0.1'),
      nexthops: [{ ...p1, linkDown: true }],
    }),
    routeView('10.5.0.0/16', { tos: 0x10, metric: 7, scope: 'link', mtuBytes: 1400, nexthops: [br0] }),
    routeView('10.6.0.0/16', {
      nexthops: [
        { ...br0, gateway: ipv4('10.0.0.8') },
        { ...p1, weight: 2, dead: true, linkDown: true },
      ],
    }),
    routeView('10.9.9.9/32', { nexthops: [{ ...br0, gateway: ipv4('10.1.1.1'), onlink: true }] }),
    routeView('10.10.0.0/16', { type: 'blackhole' }),
  )
  expect(formatRoute(kernel.read, ROOT_NETNS).split('\n')).toEqual([
    'default via 192.168.100.1 dev br0 ',
    '10.0.0.0/24 dev p1 proto kernel scope link src 10.0.0.1 linkdown ',
    '10.5.0.0/16 tos 0x10 dev br0 scope link metric 7 mtu 1400 ',
    '10.6.0.0/16 ',
    '\tnexthop via 10.0.0.8 dev br0 weight 1 ',
    '\tnexthop dev p1 weight 2 dead linkdown ',
    '10.9.9.9 via 10.1.1.1 dev br0 onlink ',
    'blackhole 10.10.0.0/16 ',
    '',
  ])
  const base = {
    route: kernel.routes[0]!,
    nexthop: kernel.routes[0]!.nexthops[0],
    source: ipv4('10.0.0.1'),
    cachedRedirect: false,
    expiresAt: undefined,
    pathMtuBytes: undefined,
    pathMtuLocked: false,
  }
  const ask = { destination: ipv4('10.0.3.1') }
  const get = (given: object): string =>
    routeGetText(kernel.read, ROOT_NETNS, ask, { ...base, type: 'unicast', ...given })
  expect(get({})).toBe('10.0.3.1 via 192.168.100.1 dev br0 src 10.0.0.1 uid 0 \n    cache \n')
  expect(get({ cachedRedirect: true, expiresAt: 299_500_000_000 })).toContain(
    '    cache <redirected> expires 299sec \n',
  )
  expect(get({ expiresAt: 598e9, pathMtuBytes: 1400 })).toContain('    cache expires 598sec mtu 1400 \n')
  expect(get({ type: 'local' })).toBe('local 10.0.3.1 dev lo src 10.0.0.1 uid 0 \n    cache <local> \n')
  expect(get({ type: 'broadcast' })).toContain('    cache <local,brd> \n')
  expect(get({ type: 'multicast' })).toContain(' src 10.0.0.1 rt_offload_failed uid 0 \n    cache <mc> \n')
})

test('ip neigh and arp -n', () => {
  const kernel = host()
  kernel.neighbours.push(
    neighView('10.0.0.2', { mac: mac('ce:12:a1:46:36:c7'), state: 'STALE' }),
    neighView('10.0.0.9', { state: 'FAILED' }),
    neighView('192.168.9.2', { mac: mac('b8:6b:8c:89:88:22'), state: 'PERMANENT' }),
    neighView('224.0.0.22', { mac: mac('01:00:5e:00:00:16'), state: 'NOARP' }),
    neighView('10.1.0.7', { proxy: true, state: 'NONE' }),
  )
  expect(formatNeigh(kernel.read, ROOT_NETNS)).toBe(
    '10.0.0.2 dev br0 lladdr ce:12:a1:46:36:c7 STALE \n10.0.0.9 dev br0 FAILED \n192.168.9.2 dev br0 lladdr b8:6b:8c:89:88:22 PERMANENT \n',
  )
  expect(formatArp(kernel.read, ROOT_NETNS)).toBe(
    'Address                  HWtype  HWaddress           Flags Mask            Iface\n' +
      '10.0.0.2                 ether   ce:12:a1:46:36:c7   C                     br0\n' +
      '10.0.0.9                         (incomplete)                              br0\n' +
      '192.168.9.2              ether   b8:6b:8c:89:88:22   CM                    br0\n' +
      '10.1.0.7                 *       <from_interface>    MP                    br0\n',
  )
  expect(formatArp(new FakeKernel().read, ROOT_NETNS)).toBe('')
})

test('bridge fdb show: a port’s entries before its own addresses, a bridge’s after', () => {
  const kernel = host()
  kernel.nowNs = 400e9
  kernel.fdb.push(
    fdbView('06:d7:08:a4:ed:92', { updatedAt: 390e9 }),
    fdbView('06:d7:08:a4:ed:93', { updatedAt: 0 }),
    fdbView('02:00:00:00:00:09', { vlan: 1, isStatic: true }),
    fdbView('06:45:6e:32:54:53', { vlan: 1, local: true, isStatic: true }),
    fdbView('02:00:00:00:57:03', { device: 2, local: true, isStatic: true }),
  )
  expect(formatFdb(kernel.read, ROOT_NETNS)).toBe(
    '01:00:5e:00:00:6a dev br0 self permanent\n' +
      '01:00:5e:00:00:01 dev br0 self permanent\n' +
      '02:00:00:00:57:03 dev br0 master br0 permanent\n' +
      '06:d7:08:a4:ed:92 dev p1 master br0 \n' +
      '06:d7:08:a4:ed:93 dev p1 master br0 stale\n' +
      '02:00:00:00:00:09 dev p1 vlan 1 master br0 static\n' +
      '06:45:6e:32:54:53 dev p1 vlan 1 master br0 permanent\n' +
      '01:00:5e:00:00:01 dev p1 self permanent\n',
  )
})

test('bridge link looks the other end up in its own namespace; bridge vlan lists memberships', () => {
  const kernel = host()
  const port = kernel.links[2]!
  expect(bridgeLinkText(kernel.read, port, true)).toBe(
    '3: p1@br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 32 cost 2 \n' +
      '    hairpin on guard off root_block off fastleave off learning on flood on mcast_flood on bcast_flood on mcast_router 1 mcast_to_unicast off neigh_suppress off vlan_tunnel off isolated off locked off \n',
  )
  expect(bridgeLinkText(kernel.read, { ...port, linkIfindex: 3 }, false)).toMatch(/^3: p1: </)
  kernel.links[1] = { ...kernel.links[1]!, up: false }
  expect(bridgeLinkText(kernel.read, port, false)).toMatch(/^3: p1@br0: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> /)
  expect(bridgeLinkText(kernel.read, { ...port, linkIfindex: 7 }, false)).toMatch(/^3: p1@if7: </)
  expect(vlanLines(port)).toBe('p1                10 PVID Egress Untagged\n                  20\n')
})
