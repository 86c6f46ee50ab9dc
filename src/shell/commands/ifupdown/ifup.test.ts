import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

/** Writes /etc/network/interfaces and runs commands after it. */
async function run(file: string, commands: string): Promise<string> {
  const lab = await shellLab()
  return lab.run(`cat > /etc/network/interfaces <<'END'\n${file}\nEND\n${commands}`)
}

const STATIC = `auto lo eth0
iface lo inet loopback
allow-hotplug eth1
iface eth0 inet static
    address 10.5.0.1
    netmask 255.255.255.0
    gateway 10.5.0.254
    metric 5
    mtu 1400
    hwaddress ether 02:00:00:00:00:aa
    pre-up echo pre-up
    up ip route add 10.6.0.0/16 via 10.5.0.254
    down echo down
iface eth1 inet static
    address 10.5.1.1/24
    broadcast 10.5.1.9
    pointopoint 10.5.1.2
    scope link
iface eth1:2 inet static
    address 10.5.1.3
iface man0 inet manual
    up ip link set man0 up
    mtu 1300`

// What the ifup of Debian 12 prints for the same file.
test('ifup -n shows the commands of each method', async () => {
  expect(await run(STATIC, 'ifup -n -v eth0')).toBe(`
ifup: configuring interface eth0=eth0 (inet)
echo pre-up
run-parts --exit-on-error --verbose /etc/network/if-pre-up.d
ip addr add 10.5.0.1/255.255.255.0 broadcast 10.5.0.255 \t  dev eth0 label eth0
ip link set dev eth0 mtu 1400 address 02:00:00:00:00:aa up
 ip route add default via 10.5.0.254 metric 5 dev eth0 onlink 
ip route add 10.6.0.0/16 via 10.5.0.254
run-parts --exit-on-error --verbose /etc/network/if-up.d
`)
  expect(await run(STATIC, 'ifup -n eth1 eth1:2 man0')).toBe(`
run-parts --exit-on-error /etc/network/if-pre-up.d
ip addr add 10.5.1.1/255.255.255.0 broadcast 10.5.1.9 \tpeer 10.5.1.2 scope link dev eth1 label eth1
ip link set dev eth1   up

run-parts --exit-on-error /etc/network/if-up.d

run-parts --exit-on-error /etc/network/if-pre-up.d
ip addr add 10.5.1.3/255.0.0.0 broadcast 10.255.255.255 \t  dev eth1:2 label eth1:2
ip link set dev eth1:2   up

run-parts --exit-on-error /etc/network/if-up.d

run-parts --exit-on-error /etc/network/if-pre-up.d
ip link set dev man0 mtu 1300

ip link set dev man0 up 2>/dev/null || true
ip link set man0 up
run-parts --exit-on-error /etc/network/if-up.d
`)
  expect(await run(STATIC, 'ifup -n -a -X "eth*"')).toBe(`run-parts --exit-on-error /etc/network/if-pre-up.d

run-parts --exit-on-error /etc/network/if-pre-up.d
ip link set dev lo up
run-parts --exit-on-error /etc/network/if-up.d
run-parts --exit-on-error /etc/network/if-up.d
`)
  expect(await run(STATIC, 'ifdown -n -f eth0 eth1:2')).toBe(`run-parts /etc/network/if-down.d
echo down
 ip route del default via 10.5.0.254 metric 5 dev eth0 2>&1 1>/dev/null || true 
ip addr del 10.5.0.1/255.255.255.0 broadcast 10.5.0.255 \t  dev eth0 label eth0
ip -4 addr flush dev eth0
ip link set dev eth0 down
run-parts /etc/network/if-post-down.d

run-parts /etc/network/if-down.d

ip addr del 10.5.1.3/255.0.0.0 broadcast 10.255.255.255 \t  dev eth1:2 label eth1:2
run-parts /etc/network/if-post-down.d

`)
})

test('ifquery shows what the file says and what follows from it', async () => {
  expect(await run(STATIC, 'ifquery eth0 eth1; ifquery --list; ifquery -l --allow hotplug')).toBe(`address: 10.5.0.1
netmask: 255.255.255.0
gateway: 10.5.0.254
metric: 5
mtu: 1400
hwaddress: 02:00:00:00:00:aa
pre-up: echo pre-up
up: ip route add 10.6.0.0/16 via 10.5.0.254
down: echo down
broadcast: 10.5.0.255
address: 10.5.1.1
pointopoint: 10.5.1.2
scope: link
broadcast: 10.5.1.9
netmask: 255.255.255.0
lo
eth0
eth1
`)
})

const PAIR =
  'ip netns add a; ip netns add b; ip link add v0 netns a type veth peer name v1 netns b; ip -n b link set v1 up'

test('ifup configures, refuses twice, and ifdown takes it back', async () => {
  const file = `auto v0
iface v0 inet static
  address 10.0.0.1/24
  gateway 10.0.0.254
  post-up echo up $IFACE $METHOD $IF_ADDRESS
iface v0:1 inet static
  address 10.0.1.1/24`
  const shown = 'sleep 1; ip -n a -br addr show v0; ip -n a route'
  expect(
    await run(file, `${PAIR}; N='ip netns exec a'; $N ifup -a; $N ifup v0; $N ifup v0:1; ifquery --state; ${shown}`),
  ).toBe(`up v0 static 10.0.0.1
ifup: interface v0 already configured
lo=lo
v0=v0
v0:1=v0:1
v0@if2           UP             10.0.0.1/24 10.0.1.1/24 
default via 10.0.0.254 dev v0 onlink 
10.0.0.0/24 dev v0 proto kernel scope link src 10.0.0.1 
10.0.1.0/24 dev v0 proto kernel scope link src 10.0.1.1 
`)
  expect(
    await run(file, `${PAIR}; ip netns exec a ifup -a; ip netns exec a ifdown -a; ${shown}; ifquery --state`),
  ).toBe('up v0 static 10.0.0.1\nv0@if2           DOWN           \n')
  expect(await run(file, 'ifdown v0; echo $?; ifup nope; echo $?; ifup v0; echo $?')).toBe(
    'ifdown: interface v0 not configured\n0\nifup: unknown interface nope\n1\n' +
      'Cannot find device "v0"\nifup: failed to bring up v0\n1\n',
  )
})

test('VLAN interfaces and bridges are made and removed', async () => {
  const vlans = `iface v0 inet manual
iface v0.10 inet static
  address 10.7.0.1/24
iface vlan20 inet manual
  vlan_raw_device v0`
  const names = 'ip -n a -br link | cut -d" " -f1'
  expect(
    await run(vlans, `${PAIR}; N='ip netns exec a'; $N ifup v0.10 vlan20; ${names}; $N ifdown v0.10 vlan20; ${names}`),
  ).toBe('lo\nv0@if2\nv0.10@v0\nvlan20@v0\nlo\nv0@if2\n')
  const bridge = `auto br0
iface br0 inet static
  address 10.8.0.1/24
  bridge_ports v1
  bridge-stp on
  bridge_fd 2`
  const state = 'bridge -n b link; ip -n b -br addr show br0'
  expect(
    await run(
      bridge,
      `${PAIR}; ip -n a link set v0 up; N='ip netns exec b'; $N ifup br0; ${state}; $N ifdown br0; $N brctl show`,
    ),
  ).toBe(`
Waiting for br0 to get ready (MAXWAIT is 6 seconds).
2: v1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 32 cost 2 
br0              UP             10.8.0.1/24 
bridge name\tbridge id\t\tSTP enabled\tinterfaces
`)
})

test('scripts of the machine run between the commands', async () => {
  expect(
    await run(
      'iface lo inet loopback',
      "echo 'echo script $IFACE $PHASE' > /etc/network/if-up.d/tell; ifup lo; cat /run/network/ifstate",
    ),
  ).toBe('script lo post-up\nlo=lo\n')
})

test('a wrong file is named with its line', async () => {
  const cases: readonly (readonly [string, string])[] = [
    ['address 10.0.0.1', ':1: misplaced option'],
    ['iface e', ':1: unknown or no address type and no inherits keyword specified'],
    ['iface e inet foo', ':1: unknown or no method and no inherits keyword specified'],
    ['iface e inet static\n  address', ':2: option with empty value'],
    ['iface e inherits t', ':1: unknown iface to inherit from: e (t)'],
  ]
  for (const [file, message] of cases) {
    expect(await run(file, 'ifup e; echo $?')).toBe(
      `ifup: /etc/network/interfaces${message}\nifup: couldn't read interfaces file "/etc/network/interfaces"\n1\n`,
    )
  }
  expect(await run('iface e inet static\n netmask x', 'ifup e')).toBe(
    'ifup: missing required variable: address\n' +
      'ifup: missing required configuration variables for interface e/inet\nifup: failed to bring up e\n',
  )
  expect(await run('iface e inet dhcp', 'ifup e')).toContain('No DHCP client software found!')
  expect(await run('', 'ifup; ifup -a lo; ifup -Z; ifup -i /none lo')).toBe(
    'ifup: no interface(s) specified\nifup: Use --help for help\n' +
      'ifup: either use the --all option, or specify interface(s), but not both\nifup: Use --help for help\n' +
      "ifup: invalid option -- 'Z'\nifup: Use --help for help\n" +
      'ifup: couldn\'t open interfaces file "/none": No such file or directory\n',
  )
})

test('files source others, and paragraphs inherit', async () => {
  expect(
    await run(
      'source interfaces.d/*\niface base inet static\n  mtu 1300\niface w inherits base\n  address 10.0.0.1/24',
      "echo 'iface x inet manual' > /etc/network/interfaces.d/x; ifup -n x w",
    ),
  ).toContain('ip link set dev x up 2>/dev/null || true\n')
  expect(
    await run('iface base inet static\n  mtu 1300\niface w inherits base\n  address 10.0.0.1/24', 'ifquery w'),
  ).toBe('mtu: 1300\naddress: 10.0.0.1\nbroadcast: 10.0.0.255\nnetmask: 255.255.255.0\n')
})
