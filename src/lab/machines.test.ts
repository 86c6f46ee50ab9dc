import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseLab } from './document.ts'
import { machinesOf } from './machines.ts'
import { BENCH } from './plain-commands.ts'

/** Each machine as `name:role(members)`. */
function machines(text: string, typed: readonly string[] = []): string {
  const { machines: found } = machinesOf(parseLab(text), typed)
  return found
    .map(({ name, role, namespaces }) => {
      const members = namespaces.filter((namespace) => namespace !== name)
      return `${name}:${role}${members.length === 0 ? '' : `(${members.map((member) => (member === BENCH ? '<bench>' : member)).join(' ')})`}`
    })
    .join(' ')
}

describe('labs with a recording', () => {
  test.each([
    ['calico-proxy-arp', 'hostA:host(ctrA) hostB:host(ctrB) gw:router switch:switch'],
    ['macvlan-vepa-vlan-hairpin', 'host:host(ns1 ns2 ns3 ns4)'],
    ['ipvlan-l3-vepa-nat-outside', 'switch:switch host:host(ns1 ns2) lan66:router gw:router internet:outside'],
    ['bridge-basic-two-containers', 'host:host(ns1 ns2)'],
    ['route-two-routers', 'a:host r1:router r2:router b:host'],
    ['l3bridge-00-network-is-down', 'host:host(node2n2)'],
    ['l3bridge-10-third-node-no-host-route', 'host:host(node1n1 node2n2 node1n3) gw:router'],
    ['arp-basics', 'a:host b:host'],
    ['arp-gratuitous', 'switch:switch a:host b:host c:host d:host'],
    ['arp-proxy-pvlan', 'r:router a:host b:host'],
    ['bridge-address-from-lowest-port', 'host:host(ns1) far:outside'],
    ['bridge-docker-nat', 'host:host(ctr1 ctr2) gw:router'],
    ['bridge-hairpin', 'host:switch uplink:host(ns1 ns2)'],
    ['bridge-same-netns-reflecting-uplink', 'host:host gw57:router nat:outside vboxnet:switch'],
    ['bridge-two-bridges', 'swA:switch swB:switch h1:host h2:host h3:host'],
    ['bridge-vlan-trunk-router', 'host:host(ns1 ns3) router:router'],
    ['bridge-vm-tap', 'host:host vm1:vm vm2:vm gw:router'],
    ['link-move-netns', 'a:host b:host c:host'],
    [
      'macvlan-bridge-lan-and-gateway',
      'switch:switch host:host(ns4 ns5) lan66:host gw:router far161:outside internet:outside',
    ],
    ['macvlan-private-external', 'host:host(ns1 ns2 ns3) lan66:host'],
    ['macvlan-source-mode', 'host:host(ns1) switch:switch lan66:host lan55:host'],
    ['nat-conntrack-icmp-id', 'switch:switch c1:host c2:host r:router out:outside'],
    ['route-local-weak-host', 'a:host h:host b:host'],
  ])('%s', (lab, expected) => {
    expect(machines(readFileSync(`conformance/labs/${lab}.sh`, 'utf8'))).toBe(expected)
  })
})

/** Two namespaces without a hint in their names, joined the way that `link` says. */
function joined(link: string, more = ''): string {
  return machines(`ip netns add alpha\nip netns add beta\n${link}\n${more}`)
}

describe('each rule', () => {
  const veth = 'ip -n alpha link add v type veth peer name eth0 netns beta'

  test('a child of a device elsewhere is in its parent`s machine, whatever the names', () => {
    expect(joined('ip -n alpha link add link eth0 name m type macvlan\nip -n alpha link set m netns beta')).toBe(
      'alpha:host(beta)',
    )
    expect(machines('ip netns add a\nip netns add b\nip -n a link add link eth0 name m netns b type ipvlan')).toBe(
      'a:host(b)',
    )
  })

  test('plain names are machines', () => {
    expect(machines(`ip netns add a\nip netns add b\n${veth.replace('alpha', 'a').replace('beta', 'b')}`)).toBe(
      'a:host b:host',
    )
  })

  test('an equal at the other end of a cable is a machine', () => {
    expect(joined(veth)).toBe('alpha:host beta:host')
  })

  test.each([
    [
      'a bridge port',
      'ip -n alpha link add br0 type bridge\nip -n alpha addr add 10.0.0.1/24 dev br0\nip -n alpha link set v master br0',
    ],
    [
      'brctl',
      'ip netns exec alpha brctl addbr br0\nip -n alpha addr add 10.0.0.1/24 dev br0\nip netns exec alpha brctl addif br0 v',
    ],
    ['proxy ARP', 'ip netns exec alpha sysctl -w net.ipv4.conf.v.proxy_arp=1'],
    ['proxy ARP by file', "ip netns exec alpha sh -c 'echo 1 > /proc/sys/net/ipv4/conf/v/proxy_arp'"],
    ['forwarding', 'ip netns exec alpha sysctl -w net/ipv4/ip_forward=1'],
  ])('what hangs on a host belongs to it: %s', (_, more) => {
    expect(joined(veth, more)).toBe('alpha:host(beta)')
  })

  test('an end that was moved over belongs to the mover', () => {
    expect(joined('ip -n alpha link add v type veth peer name w\nip -n alpha link set w netns beta')).toBe(
      'alpha:host(beta)',
    )
    expect(
      joined('ip -n alpha link add v type veth peer name w\nip -n alpha link set dev w netns beta name eth0'),
    ).toBe('alpha:host(beta)')
  })

  test('hardware leads to another machine', () => {
    const moreHost = 'ip netns exec alpha sysctl -w net.ipv4.ip_forward=1'
    expect(joined(veth.replace('add v ', 'add eno2 '), moreHost)).toBe('alpha:router beta:host')
  })

  test('a mere switch contains nothing but containers', () => {
    const bridge = 'ip -n alpha link add br0 type bridge\nip -n alpha link set v master br0'
    expect(joined(veth, bridge)).toBe('alpha:switch beta:host')
    expect(machines(`ip netns add alpha\nip netns add ns1\n${veth.replace('beta', 'ns1')}\n${bridge}`)).toBe(
      'alpha:host(ns1)',
    )
    const sw = `${veth}\n${bridge}`.replaceAll('alpha', 'sw1').replaceAll('beta', 'ns1')
    expect(machines(`ip netns add sw1\nip netns add ns1\n${sw}`)).toBe('sw1:switch ns1:host')
  })

  test('cables to two others make a machine, unless its name is a container`s', () => {
    const text = (middle: string): string =>
      `ip netns add alpha
       ip netns add ${middle}
       ip netns add gamma
       ip netns exec alpha sysctl -w net.ipv4.ip_forward=1
       ip -n alpha link add v type veth peer name x netns ${middle}
       ip -n gamma link add v type veth peer name y netns ${middle}`
    expect(machines(text('beta'))).toBe('alpha:router beta:host gamma:host')
    expect(machines(text('ns1'))).toBe('alpha:host(ns1) gamma:host')
  })

  test('containers hang on the bench when its links do', () => {
    const text = 'ip netns add ns1\nip link add v type veth peer name w\nip link set w netns ns1'
    expect(machines(text)).toBe('host:host(<bench> ns1)')
    expect(machines(`ip netns add host\n${text}`)).toBe('bench:host(<bench> ns1) host:host')
    expect(machines('ip netns add red\nip link add link eth0 name m type macvlan\nip link set m netns red')).toBe(
      'host:host(<bench> red)',
    )
  })

  test('a bench that only hands out cables is no machine', () => {
    const text = (one: string, two: string): string =>
      `ip netns add ${one}\nip netns add ${two}\nip link add v type veth peer name w\nip link set v netns ${one}\nip link set w netns ${two}`
    expect(machines(text('client', 'server'))).toBe('client:host server:host')
    expect(machines(`${text('ns1', 'ns2')}\nip link add br0 type bridge`)).toBe('host:host(<bench> ns1 ns2)')
  })

  test('two that gave each other ends do not contain each other', () => {
    const give = (from: string, to: string): string =>
      `ip -n ${from} link add ${to} type veth peer name ${from}\nip -n ${from} link set ${from} netns ${to}`
    expect(machines(`ip netns add alpha\nip netns add beta\n${give('alpha', 'beta')}\n${give('beta', 'alpha')}`)).toBe(
      'beta:host(alpha)',
    )
  })

  test('a public address on a dummy stands for the world outside', () => {
    expect(machines('ip netns add x1\nip -n x1 link add d type dummy\nip -n x1 addr add 9.9.9.9/32 dev d')).toBe(
      'x1:outside',
    )
    expect(machines('ip netns add x1\nip -n x1 link add d type dummy\nip -n x1 addr add 10.9.9.9/32 dev d')).toBe(
      'x1:host',
    )
  })
})

describe('directives decide', () => {
  const two = 'ip netns add alpha\nip netns add beta\nip netns add ns1\n'

  test('a machine gathers namespaces, before anything that the rules say', () => {
    expect(machines(`#%% machine alpha: beta\n${two}`)).toBe('alpha:host(beta) ns1:host')
    expect(machines(`#%% machine rack: beta alpha\n${two}`)).toBe('rack:host(alpha beta) ns1:host')
    const calico = readFileSync('conformance/labs/calico-proxy-arp.sh', 'utf8')
    expect(machines(`#%% machine ctrA:\n#%% machine gw: switch\n${calico}`)).toBe(
      'hostA:host hostB:host(ctrB) ctrA:host gw:host(switch)',
    )
  })

  test('what belongs to a namespace by rule follows it into its declared machine', () => {
    const text = `${two}ip -n beta link add link eth0 name m type macvlan\nip -n beta link set m netns ns1\n`
    expect(machines(`#%% machine alpha: beta\n${text}`)).toBe('alpha:host(beta ns1)')
  })

  test('a namespace that no command makes is there when a directive names it', () => {
    expect(machines('#%% machine hostA: later\nip netns add hostA')).toBe('hostA:host(later)')
  })

  test('a role replaces the guess, for machines and for namespaces; an unknown word does not', () => {
    const document = parseLab(
      `#%% role alpha router\n#%% role beta vm\n#%% role ns1 wizard\n#%% machine alpha: beta ns1\n${two}`,
    )
    const { roles, machineOf } = machinesOf(document)
    expect([...roles]).toEqual([
      ['alpha', 'router'],
      ['beta', 'vm'],
      ['ns1', 'container'],
    ])
    expect(machineOf.get('beta')).toBe('alpha')
  })
})

describe('scripts that compute', () => {
  test.each([
    [
      'a loop over words',
      'for n in 1 2; do ip netns add ns$n; ip link add v$n type veth peer name w$n; ip link set w$n netns ns$n; done',
    ],
    [
      'a loop over a range',
      'for n in {1..2}; do\nip netns add "ns${n}"\nip link add v$n type veth peer name e netns ns$n\ndone',
    ],
    ['seq', 'for n in $(seq 2); do ip netns add ns$n; ip link add v$n type veth peer name e netns ns$n; done'],
    ['a function', 'mk() { ip netns add $1; ip link add v-$1 type veth peer name e netns "$1"; }\nmk ns1\nmk ns2'],
    [
      'variables',
      'A=ns1 B=ns2\nfor n in $A $B; do sudo ip netns add $n; sudo ip link add v type veth peer name e netns $n; done',
    ],
    [
      'counting',
      'i=0\nfor x in a b; do i=$((i+1)); ip netns add ns$i; ip link add v$i type veth peer name e netns ns$i; done',
    ],
  ])('%s', (_, text) => {
    expect(machines(text)).toBe('host:host(<bench> ns1 ns2)')
  })

  test('what only a run can tell makes no namespace', () => {
    expect(machines('ip netns add $(hostname)\nip netns add ns$UNSET\nip netns add ok1')).toBe('ok1:host')
  })

  test('an endless or nested script ends', () => {
    expect(machines('f() { f; f; }\nf\nwhile true; do ip netns add a; done')).toBe('a:host')
    expect(machines('for a in {1..900}; do for b in {1..900}; do for c in {1..900}; do ip a; done; done; done')).toBe(
      '',
    )
  })

  test('nsenter, sudo, sh -c and short words are understood', () => {
    const text = `sudo ip netn add alpha
      ip netns a ns1
      sudo -E nsenter --net=/var/run/netns/alpha ip l a v type veth peer name e
      ip netns exec alpha bash -c 'ip l s e netns ns1'`
    expect(machines(text)).toBe('alpha:host(ns1)')
  })
})

describe('time', () => {
  test('what the setup deletes is gone; what an action deletes keeps its place', () => {
    expect(machines('ip netns del a\nip netns add a\nip netns add b\nip netns del b\n#%% run\nip netns del a')).toBe(
      'a:host',
    )
  })

  test('actions and typed commands add namespaces', () => {
    expect(machines('ip netns add a\n#%% run\nip netns add b', ['ip netns add c'])).toBe('a:host b:host c:host')
  })

  test('a deleted link joins nothing any more', () => {
    const text = 'ip netns add alpha\nip netns add ns1\nip -n alpha link add v type veth peer name e netns ns1\n'
    expect(machines(text)).toBe('alpha:host(ns1)')
    expect(machines(`${text}ip -n alpha link del v`)).toBe('alpha:host ns1:host')
  })
})
