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
import { BROADCAST_MAC, ipv4, mac } from '../../wire/address.ts'
import { emitArpFrame } from '../../wire/arp.ts'
import { createShell } from '../api.ts'
import { COMMANDS } from './commands.ts'

const OWN_MAC = mac('02:00:00:00:00:0a')
const PEER_MAC = mac('ba:33:98:48:82:6f')

function lab(): FakeKernel {
  const kernel = new FakeKernel()
  kernel.sysctls.set('net.ipv4.conf.v0.rp_filter', '2')
  kernel.links.push(
    linkView({
      device: 2,
      netns: ROOT_NETNS,
      ifindex: 2,
      name: 'br0',
      mac: mac('d2:1a:4e:0c:81:36'),
      details: {
        kind: 'bridge',
        forwardDelayMs: 15_000,
        helloTimeMs: 2000,
        maxAgeMs: 20_000,
        ageingTimeMs: 300_000,
        stpState: false,
        priority: 32768,
        vlanFiltering: false,
        vlanProtocol: '802.1Q',
        defaultPvid: 1,
        bridgeId: '8000.d21a4e0c8136',
        designatedRoot: '8000.d21a4e0c8136',
        rootPort: 0,
        rootPathCost: 0,
        topologyChange: false,
        groupFwdMask: 0,
        mcastSnooping: true,
      },
    }),
    linkView({ device: 3, netns: ROOT_NETNS, ifindex: 3, name: 'p1', master: 2, port: portView() }),
    linkView({
      device: 4,
      netns: ROOT_NETNS,
      ifindex: 4,
      name: 'v0',
      mac: OWN_MAC,
      addresses: [addressView('10.0.0.1/24', { label: 'v0' })],
    }),
  )
  return kernel
}

async function run(kernel: FakeKernel, text: string): Promise<string> {
  const shell = createShell({ kernel })
  const { exit, output } = await kernel.drive(shell.runner, shell.runCommand(text))
  return exit === 0 ? output : `${output}rc=${exit}`
}

/** Texts and statuses of procps, net-tools, bridge-utils, iproute2's bridge and iputils. */
test.each([
  ['sysctl net.ipv4.ip_forward', 'net.ipv4.ip_forward = 0\n'],
  ['sysctl -n net/ipv4/ip_forward', '0\n'],
  ['sysctl -w net.ipv4.ip_forward=1', 'net.ipv4.ip_forward = 1\n'],
  ['sysctl -qw net.ipv4.ip_forward=1', ''],
  ['sysctl net/ipv4/conf/v0/rp_filter', 'net.ipv4.conf.v0.rp_filter = 2\n'],
  ['sysctl -w net.ipv4.ip_forward', 'sysctl: command line(0): invalid syntax, continuing...\nrc=1'],
  ['sysctl net.ipv4.foo', 'sysctl: cannot stat /proc/sys/net/ipv4/foo: No such file or directory\nrc=1'],
  ['sysctl -e net.ipv4.foo', ''],
  ['sysctl -a -r conf', 'net.ipv4.conf.v0.rp_filter = 2\n'],
  ['arp -n', ''],
  ['arp -n 10.0.0.2', '10.0.0.2 (10.0.0.2) -- no entry\n'],
  ['arp -d 10.0.0.77', 'No ARP entry for 10.0.0.77\nrc=255'],
  ['arp -s 10.0.0.99', 'arp: need hardware address\nrc=255'],
  ['arp -s 10.0.0.98 zz', 'arp: invalid hardware address\nrc=255'],
  ['arp -s 99.0.0.1 02:00:00:00:00:01', 'SIOCSARP: Network is unreachable\nrc=255'],
  ['route add -net 10.9.0.0/24 dev nosuch', 'SIOCADDRT: No such device\nrc=7'],
  ['route add -net foo dev v0', 'foo: Host name lookup failure\nrc=6'],
  ['ifconfig nosuch', 'nosuch: error fetching interface information: Device not found\nrc=1'],
  ['brctl show br7', 'bridge br7 does not exist!\nrc=1'],
  ['brctl show v0', 'device v0 is not a bridge!\nrc=1'],
  ['brctl addif br0 p1', "device p1 is already a member of a bridge; can't add it to bridge br0.\nrc=1"],
  ['brctl addif br7 v0', 'bridge br7 does not exist!\nrc=1'],
  ['brctl addif br0 br0', "device br0 is a bridge device itself; can't add a bridge device to a bridge device.\nrc=1"],
  ['brctl delif br0 v0', 'device v0 is not a port of br0\nrc=1'],
  ['brctl delbr br0', "bridge br0 is still up; can't delete it\nrc=1"],
  ['brctl delbr v0', "can't delete bridge v0: Operation not permitted\nrc=1"],
  ['brctl stp br0 maybe', 'expect on/off for argument\nrc=1'],
  ['brctl show', 'bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.d21a4e0c8136\tno\t\tp1\n'],
  ['bridge fdb show br nobr', 'Cannot find bridge device "nobr"\nrc=255'],
  ['bridge fdb add zz dev p1 master', 'Invalid mac address zz\nrc=255'],
  ['bridge fdb get 02:00:00:00:00:a1 br br0', 'Error: Fdb entry not found.\nrc=254'],
  ['bridge link set dev p1 hairpin foo', 'Error: argument of "hairpin" must be one of "off", "on", not "foo"\nrc=234'],
  ['bridge link set dev nosuch hairpin on', 'Cannot find bridge device "nosuch"\nrc=255'],
  ['bridge vlan add dev p1 vid 5000', 'Invalid VLAN ID "5000"\nrc=255'],
  ['bridge vlan add dev p1 vid 20-22 pvid', 'pvid cannot be configured for a vlan range\nrc=255'],
  ['bridge vlan', 'port              vlan-id  \n'],
  ['arping -c 1 -I nosuch 10.0.0.2', 'arping: Device nosuch not available.\nrc=2'],
  ['arping -c 1 -I lo 10.0.0.2', 'Interface "lo" is not ARPable\nrc=2'],
  ['sleep foo', "sleep: invalid time interval ‘foo’\nTry 'sleep --help' for more information.\nrc=1"],
])('%s', async (text, expected) => {
  expect(await run(lab(), text)).toBe(expected)
})

test('arp -s, route add and ifconfig reach the kernel', async () => {
  const kernel = lab()
  kernel.routeAnswer = () => ({
    route: routeView('10.0.0.0/24'),
    nexthop: nexthopView({ device: 4 }),
    source: undefined,
    type: 'unicast',
    cachedRedirect: false,
    expiresAt: undefined,
    pathMtuBytes: undefined,
    pathMtuLocked: false,
  })
  await run(kernel, 'arp -s 10.0.0.2 b8:6b:8c:89:88:22')
  expect(kernel.callsOf('neigh.add')[0]).toMatchObject({ mode: 'replace', spec: { ifindex: 4, state: 'PERMANENT' } })
  await run(
    kernel,
    'route add default gw 10.0.0.9; route add -net 10.6.0.0 netmask 255.255.0.0 gw 10.0.0.9 dev v0; route add -host 10.7.0.1 dev v0',
  )
  expect(
    kernel.callsOf('route.add').map(({ spec }) => [spec.destination, spec.prefixLength, spec.scope, spec.nexthops]),
  ).toEqual([
    [0, 0, 'global', [{ gateway: ipv4('10.0.0.9') }]],
    [ipv4('10.6.0.0'), 16, 'global', [{ ifindex: 4, gateway: ipv4('10.0.0.9') }]],
    [ipv4('10.7.0.1'), 32, 'link', [{ ifindex: 4 }]],
  ])
  await run(kernel, 'ifconfig v0 10.1.1.2/16 up')
  expect(kernel.callsOf('address.delete')[0]?.spec.address).toBe(ipv4('10.0.0.1'))
  expect(kernel.callsOf('address.add')[0]?.spec).toMatchObject({
    address: ipv4('10.1.1.2'),
    prefixLength: 16,
    broadcast: ipv4('10.1.255.255'),
  })
})

test('route -n and arp -an', async () => {
  const kernel = lab()
  kernel.routes.push(
    routeView('0.0.0.0/0', { nexthops: [nexthopView({ device: 4, gateway: ipv4('169.254.1.1') })] }),
    routeView('169.254.1.1/32', { nexthops: [nexthopView({ device: 4 })] }),
    routeView('10.8.0.1/32', { type: 'unreachable' }),
  )
  expect((await run(kernel, 'route -n')).split('\n').slice(2)).toEqual([
    '0.0.0.0         169.254.1.1     0.0.0.0         UG    0      0        0 v0',
    '169.254.1.1     0.0.0.0         255.255.255.255 UH    0      0        0 v0',
    '10.8.0.1        -               255.255.255.255 !H    0      -        0 -',
    '',
  ])
  kernel.neighbours.push(
    neighView('10.0.0.2', { device: 4, mac: PEER_MAC }),
    neighView('10.0.0.9', { device: 4, state: 'INCOMPLETE' }),
  )
  expect(await run(kernel, 'arp -an')).toBe(
    '? (10.0.0.2) at ba:33:98:48:82:6f [ether] on v0\n? (10.0.0.9) at <incomplete> on v0\n',
  )
})

test('ifconfig and brctl tables', async () => {
  const kernel = lab()
  expect(await run(kernel, 'ifconfig v0')).toBe(
    'v0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n' +
      '        inet 10.0.0.1  netmask 255.255.255.0  broadcast 0.0.0.0\n' +
      '        ether 02:00:00:00:00:0a  txqueuelen 1000  (Ethernet)\n' +
      '        RX packets 0  bytes 0 (0.0 B)\n        RX errors 0  dropped 0  overruns 0  frame 0\n' +
      '        TX packets 0  bytes 0 (0.0 B)\n        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0\n\n',
  )
  kernel.fdb.push(fdbView('0a:00:00:00:00:01'), fdbView('02:00:00:00:08:01', { local: true }))
  expect(await run(kernel, 'brctl showmacs br0')).toBe(
    'port no\tmac addr\t\tis local?\tageing timer\n  1\t02:00:00:00:08:01\tyes\t\t   0.00\n  1\t0a:00:00:00:00:01\tno\t\t   0.00\n',
  )
  expect(await run(kernel, 'brctl showstp br0')).toContain(
    ' forward delay\t\t  15.00\t\t\tbridge forward delay\t  15.00\n',
  )
})

const reply = (after: number, kernel: FakeKernel, socket: number): void => {
  const arp = {
    operation: 2,
    senderMac: PEER_MAC,
    senderIp: ipv4('10.0.0.2'),
    targetMac: OWN_MAC,
    targetIp: ipv4('10.0.0.1'),
  }
  kernel.deliver(socket, after, { bytes: emitArpFrame({ ...arp, destination: OWN_MAC, source: PEER_MAC }) })
}

test('arping asks by broadcast first, then the machine that answered', async () => {
  const kernel = lab()
  kernel.answer((call) => {
    if (call.kind === 'socket.send') reply(36_000, kernel, call.socket)
    return undefined
  })
  expect(await run(kernel, 'arping -c 2 -I v0 10.0.0.2')).toBe(
    'ARPING 10.0.0.2 from 10.0.0.1 v0\n' +
      'Unicast reply from 10.0.0.2 [BA:33:98:48:82:6F]  0.536ms\n' +
      'Unicast reply from 10.0.0.2 [BA:33:98:48:82:6F]  0.536ms\n' +
      'Sent 2 probes (1 broadcast(s))\nReceived 2 response(s)\n',
  )
  const frame = {
    operation: 1,
    senderMac: OWN_MAC,
    senderIp: ipv4('10.0.0.1'),
    targetIp: ipv4('10.0.0.2'),
    source: OWN_MAC,
  }
  expect(kernel.callsOf('socket.send').map(({ bytes }) => bytes)).toEqual([
    emitArpFrame({ ...frame, targetMac: BROADCAST_MAC, destination: BROADCAST_MAC }),
    emitArpFrame({ ...frame, targetMac: PEER_MAC, destination: PEER_MAC }),
  ])
})

test('arping without an answer, and as an announcement', async () => {
  const kernel = lab()
  expect(await run(kernel, 'arping -c 1 -w 1 -I v0 10.0.0.3')).toBe(
    'ARPING 10.0.0.3 from 10.0.0.1 v0\nSent 1 probes (1 broadcast(s))\nReceived 0 response(s)\nrc=1',
  )
  expect(await run(kernel, 'arping -c 1 -U -I v0 10.0.0.1')).toBe(
    'ARPING 10.0.0.1 from 10.0.0.1 v0\nSent 1 probes (1 broadcast(s))\nReceived 0 response(s)\n',
  )
  expect(kernel.nowNs).toBe(2e9)
})

test('every command has a name of its own and says what it is for', () => {
  const names = COMMANDS.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(COMMANDS.every(({ summary }) => summary.length > 3)).toBe(true)
})

test('timeout ends what its command has started, too', async () => {
  const kernel = lab()
  expect(await run(kernel, 'timeout 2 bash -c "sleep 9; echo late"')).toBe('rc=124')
  expect(await run(kernel, 'timeout 2 bash -c "sleep 9 | cat"; sleep 20')).toBe('')
  expect(kernel.nowNs).toBe(24e9)
})

test('a refused write to a sysctl is a message, whoever writes', async () => {
  const kernel = lab()
  kernel.refuseAll('sysctl.write', 'EINVAL')
  expect(await run(kernel, 'echo x > /proc/sys/net/ipv4/ip_forward')).toBe(
    'bash: echo: write error: Invalid argument\nrc=1',
  )
  expect(await run(kernel, 'echo x | timeout 9 tee /proc/sys/net/ipv4/ip_forward')).toBe(
    'x\ntee: write error: Invalid argument\nrc=1',
  )
})
