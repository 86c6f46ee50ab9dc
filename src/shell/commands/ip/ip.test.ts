import { expect, test } from 'vitest'
import { addressView, FakeKernel, linkView, neighView, ROOT_NETNS, routeView } from '../../../testing/fake-kernel.ts'
import { ipv4, mac } from '../../../wire/address.ts'
import { createShell } from '../../api.ts'

function lab(): FakeKernel {
  const kernel = new FakeKernel()
  kernel.namespaces.push({ netns: 2, name: 'a' }, { netns: 3, name: 'b' })
  kernel.links.push(
    linkView({
      device: 5,
      netns: ROOT_NETNS,
      ifindex: 2,
      name: 'v0',
      addresses: [addressView('10.0.0.1/24', { label: 'v0' })],
    }),
    linkView({ device: 6, netns: 2, ifindex: 4, name: 'eth0' }),
  )
  return kernel
}

/** What a command prints, with `rc` on a last line if it failed. */
async function run(kernel: FakeKernel, text: string): Promise<string> {
  const shell = createShell({ kernel })
  const { exit, output } = await kernel.drive(shell.runner, shell.runCommand(text))
  return exit === 0 ? output : `${output}rc=${exit}`
}

/** Texts and statuses as iproute2 6.1.0 has them. */
test.each([
  ['ip netns add a', 'Cannot create namespace file "/run/netns/a": File exists\nrc=1'],
  ['ip netns del zz', 'Cannot remove namespace file "/run/netns/zz": No such file or directory\nrc=1'],
  ['ip netns exec zz true', 'Cannot open network namespace "zz": No such file or directory\nrc=255'],
  ['ip netns exec a nosuch', 'exec of "nosuch" failed: No such file or directory\nrc=1'],
  ['ip netns', 'b\na\n'],
  ['ip -n zz link', 'Cannot open network namespace "zz": No such file or directory\nrc=255'],
  ['ip foo', 'Object "foo" is unknown, try "ip help".\nrc=1'],
  ['ip link foo', 'Command "foo" is unknown, try "ip link help".\nrc=255'],
  ['ip link add x', 'Not enough information: "type" argument is required\nrc=1'],
  ['ip link add x type foo', 'Error: Unknown device type.\nrc=2'],
  ['ip link set', 'Not enough information: "dev" argument is required.\nrc=255'],
  ['ip link set nosuch up', 'Cannot find device "nosuch"\nrc=1'],
  ['ip link set v0 foo', 'Error: either "dev" is duplicate, or "foo" is a garbage.\nrc=255'],
  ['ip link set v0 master nosuch', 'Error: argument "nosuch" is wrong: Device does not exist\n\nrc=255'],
  ['ip link set v0 netns nosuch', 'Error: argument "nosuch" is wrong: Invalid "netns" value\n\nrc=255'],
  ['ip link set v0 mtu abc', 'Error: argument "abc" is wrong: Invalid "mtu" value\n\nrc=255'],
  ['ip link set v0 address zz', '"zz" is invalid lladdr.\nrc=1'],
  ['ip link set v0 address 02:00:00:00:00:01:02', 'Invalid address length 7 - must be 6 bytes\nrc=1'],
  ['ip link set v0 promisc foo', 'Error: argument of "promisc" must be "on" or "off", not "foo"\nrc=1'],
  [
    'ip link set v0 name averyveryverylongname',
    'Error: argument "averyveryverylongname" is wrong: "name" not a valid ifname\nrc=255',
  ],
  ['ip link show nosuch', 'Device "nosuch" does not exist.\nrc=1'],
  ['ip link add link v0 name x type vlan id abc', 'Error: argument "abc" is wrong: id is invalid\nrc=255'],
  [
    'ip link add link v0 name m type macvlan mode foo',
    'Error: argument of "mode" must be "private", "vepa", "bridge", "passthru" or "source", not "foo"\nrc=1',
  ],
  [
    'ip link add link v0 name m type ipvlan mode foo',
    'Error: argument of "mode" must be either "l2", "l3" or "l3s"\nrc=1',
  ],
  ['ip link add br0 type bridge forward_delay abc', 'Error: argument "abc" is wrong: invalid forward_delay\nrc=255'],
  [
    'ip link set v0 type bridge_slave hairpin maybe',
    'Error: argument of "hairpin" must be one of "off", "on", not "maybe"\nrc=1',
  ],
  ['ip addr add 10.0.0.1/24', 'Not enough information: "dev" argument is required.\nrc=1'],
  ['ip addr add 10.0.0.300/24 dev v0', 'Error: any valid prefix is expected rather than "10.0.0.300/24".\nrc=1'],
  ['ip addr add 10.0.9.1/24 dev v0 scope foo', 'Error: argument "foo" is wrong: invalid scope value.\nrc=255'],
  ['ip addr add 10.0.4.1/24 dev v0 foo', 'Error: either "local" is duplicate, or "foo" is a garbage.\nrc=255'],
  ['ip addr flush', 'Flush requires arguments.\nrc=1'],
  ['ip route add 10.5.0.0/16 via', 'Command line is not complete. Try option "help"\nrc=255'],
  ['ip route add 10.5.0.0/16 via foo', 'Error: inet address is expected rather than "foo".\nrc=1'],
  ['ip route add 10.5.0.0/16 via 10.0.0.9 foo', 'Error: either "to" is duplicate, or "foo" is a garbage.\nrc=255'],
  ['ip route add 10.6.0.0/16 dev v0 metric foo', 'Error: argument "foo" is wrong: "metric" value is invalid\n\nrc=255'],
  ['ip route show table 77', 'Error: ipv4: FIB table does not exist.\nDump terminated\nrc=2'],
  ['ip route get', 'need at least a destination address\nrc=1'],
  ['ip route get 8.8.8.8', 'RTNETLINK answers: Network is unreachable\nrc=2'],
  ['ip route flush', '"ip route flush" requires arguments.\nrc=1'],
  ['ip neigh add 10.0.0.9', 'Device and destination are required arguments.\nrc=255'],
  ['ip neigh add 10.0.0.9 lladdr 02:00:00 dev v0', 'Error: Invalid link address.\nrc=2'],
  ['ip neigh add 10.0.0.9 lladdr zz dev v0', '"zz" is invalid lladdr.\nrc=1'],
  ['ip neigh get 10.0.0.99 dev v0', 'Error: Neighbour entry not found.\nrc=2'],
  ['ip neigh show nud foo', 'Error: argument "foo" is wrong: nud state is bad\nrc=255'],
  ['ip rule add', '"ip rule add" requires arguments.\nrc=1'],
  ['ip rule add from 1.2.3.4 table foo', 'Error: argument "foo" is wrong: invalid table ID\n\nrc=255'],
])('%s', async (text, expected) => {
  expect(await run(lab(), text)).toBe(expected)
})

test('refusals of the kernel are printed with its own sentence, or with that of the error number', async () => {
  const kernel = lab()
  kernel.refuseAll('route.add', 'EINVAL', 'Nexthop has invalid gateway')
  kernel.refuseAll('neigh.add', 'EEXIST')
  expect(await run(kernel, 'ip route add default via 10.9.9.9')).toBe('Error: Nexthop has invalid gateway.\nrc=2')
  expect(await run(kernel, 'ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:01 dev v0')).toBe(
    'RTNETLINK answers: File exists\nrc=2',
  )
})

test('ip link add and set say to the kernel what was typed', async () => {
  const kernel = lab()
  await run(kernel, 'ip -n a link add p0 address 02:00:00:00:00:01 mtu 1400 type veth peer name eth1 netns b')
  await run(
    kernel,
    'ip link add link v0 name m1 type macvlan mode source macaddr set 02:00:00:00:00:02 02:00:00:00:00:03',
  )
  await run(kernel, 'ip link add br0 type bridge stp_state 1 forward_delay 400 vlan_filtering 1')
  await run(kernel, 'ip link add link v0 name v0.10 up type vlan protocol 802.1ad id 10 reorder_hdr off')
  await run(kernel, 'ip link add link v0 ipvl type ipvlan mode l3s vepa')
  expect(kernel.callsOf('link.add').map(({ netns, spec }) => ({ netns, ...spec }))).toEqual([
    {
      netns: 2,
      name: 'p0',
      mac: mac('02:00:00:00:00:01'),
      mtuBytes: 1400,
      data: { kind: 'veth', peer: { name: 'eth1', netns: 3 } },
    },
    {
      netns: 1,
      name: 'm1',
      link: 2,
      data: {
        kind: 'macvlan',
        mode: 'source',
        sources: { edit: 'set', macs: [mac('02:00:00:00:00:02'), mac('02:00:00:00:00:03')] },
      },
    },
    { netns: 1, name: 'br0', data: { kind: 'bridge', stpState: true, forwardDelayMs: 4000, vlanFiltering: true } },
    {
      netns: 1,
      name: 'v0.10',
      link: 2,
      up: true,
      data: { kind: 'vlan', protocol: '802.1ad', id: 10, reorderHeader: false },
    },
    { netns: 1, name: 'ipvl', link: 2, data: { kind: 'ipvlan', mode: 'l3s', flag: 'vepa' } },
  ])
  await run(kernel, 'ip link set dev v0 master v0 up promisc on alias uplink type bridge_slave hairpin on fdb_flush')
  await run(kernel, 'ip link set v0 nomaster')
  expect(kernel.callsOf('link.set').map(({ changes }) => changes)).toEqual([
    { master: 2, up: true, promisc: true, alias: 'uplink', port: { hairpin: true, flushFdb: true } },
    { master: 0 },
  ])
})

test('ip addr, route, rule and neigh say to the kernel what was typed', async () => {
  const kernel = lab()
  await run(kernel, 'ip a add 10.0.2.1/24 brd + dev v0 label v0:1 scope link')
  expect(kernel.callsOf('address.add')[0]?.spec).toEqual({
    ifindex: 2,
    address: ipv4('10.0.2.1'),
    prefixLength: 24,
    broadcast: ipv4('10.0.2.255'),
    scope: 'link',
    label: 'v0:1',
  })
  await run(kernel, 'ip r add 10.5.0.0/16 via 10.0.0.9 metric 5 src 10.0.0.1 table 100')
  await run(kernel, 'ip route replace default dev v0')
  await run(kernel, 'ip route add blackhole 10.10.0.0/16')
  await run(kernel, 'ip route append 10.6.0.0/16 nexthop via 10.0.0.8 weight 1 nexthop dev v0 onlink')
  const base = { protocol: 'boot' }
  expect(kernel.callsOf('route.add').map(({ mode, spec }) => ({ mode, ...spec }))).toEqual([
    {
      ...base,
      mode: 'add',
      table: 100,
      destination: ipv4('10.5.0.0'),
      prefixLength: 16,
      type: 'unicast',
      scope: 'global',
      metric: 5,
      source: ipv4('10.0.0.1'),
      nexthops: [{ gateway: ipv4('10.0.0.9') }],
    },
    {
      ...base,
      mode: 'replace',
      table: 254,
      destination: 0,
      prefixLength: 0,
      type: 'unicast',
      scope: 'link',
      nexthops: [{ ifindex: 2 }],
    },
    {
      ...base,
      mode: 'add',
      table: 254,
      destination: ipv4('10.10.0.0'),
      prefixLength: 16,
      type: 'blackhole',
      scope: 'global',
      nexthops: [],
    },
    {
      ...base,
      mode: 'append',
      table: 254,
      destination: ipv4('10.6.0.0'),
      prefixLength: 16,
      type: 'unicast',
      scope: 'global',
      nexthops: [
        { gateway: ipv4('10.0.0.8'), weight: 1 },
        { ifindex: 2, onlink: true },
      ],
    },
  ])
  await run(kernel, 'ip rule add from 10.0.1.2 fwmark 0x10/0xff table 100 pref 50')
  expect(kernel.callsOf('rule.add')[0]?.spec).toEqual({
    priority: 50,
    from: { address: ipv4('10.0.1.2'), length: 32 },
    fwmark: 16,
    fwmask: 255,
    action: { kind: 'lookup', table: 100 },
  })
  await run(kernel, 'ip n change 10.0.0.1 lladdr 02:00:00:00:00:99 dev v0 nud stale')
  expect(kernel.callsOf('neigh.add')[0]).toMatchObject({
    mode: 'change',
    spec: { ifindex: 2, ip: ipv4('10.0.0.1'), state: 'STALE' },
  })
})

test('deletes name what must match; flush spares permanent neighbours', async () => {
  const kernel = lab()
  kernel.routes.push(routeView('10.10.0.0/16', { type: 'blackhole' }))
  await run(kernel, 'ip route del 10.10.0.0/16')
  expect(kernel.callsOf('route.delete')[0]?.spec).toEqual({
    table: 254,
    destination: ipv4('10.10.0.0'),
    prefixLength: 16,
    type: 'blackhole',
    nexthops: [],
  })
  const wildcard = await run(kernel, 'ip addr del 10.0.0.1 dev v0')
  expect(wildcard).toContain('Explicitly specify the prefix length (10.0.0.1/32) to avoid this warning.')
  expect(kernel.callsOf('address.delete')[0]?.spec).toMatchObject({ address: ipv4('10.0.0.1'), prefixLength: 24 })
  kernel.neighbours.push(
    neighView('10.0.0.2', { device: 5 }),
    neighView('10.0.0.3', { device: 5, state: 'PERMANENT' }),
    neighView('10.0.0.4', { device: 5, state: 'FAILED' }),
  )
  expect(await run(kernel, 'ip -s neigh flush dev v0')).toBe(
    '\n*** Round 1, deleting 2 entries ***\n*** Flush is complete after 1 round ***\n',
  )
  expect(kernel.callsOf('neigh.delete').map(({ spec }) => spec.ip)).toEqual([ipv4('10.0.0.2'), ipv4('10.0.0.4')])
})

test('a machine sees its own namespaces under its own names', async () => {
  const kernel = lab()
  const shell = createShell({ kernel })
  const machine = { ...shell.bench, name: 'host', netns: 2, visible: new Map([['box', 'b']]) }
  const result = await kernel.drive(shell.runner, shell.runCommand('ip netns; ip -br link; ip -n a link', { machine }))
  expect(result.output).toBe(
    'box\neth0             UP             00:00:00:00:00:00 <BROADCAST,MULTICAST,UP,LOWER_UP> \n' +
      'Cannot open network namespace "a": No such file or directory\n',
  )
})
