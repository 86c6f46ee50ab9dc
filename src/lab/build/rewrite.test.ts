import { describe, expect, it } from 'vitest'
import { parseLab } from '../document.ts'
import { mac } from '../../wire/address.ts'
import { foldCommand } from './fold.ts'
import { rewriteSetup } from './rewrite.ts'
import type { Rewrite } from './rewrite.ts'

const LAB = `# One cable.
ip netns add a
ip netns add b
ip -n a link add eth0 mtu 1400 type veth peer name eth0 netns b # the cable
ip -n a link add link eth0 name eth0.7 type vlan id 7
ip -n a addr add 10.0.0.1/24 dev eth0 # the gateway
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n b route add default via 10.0.0.1
ip -n b rule add iif eth0 lookup 100
ip netns exec a sysctl -w net.ipv4.conf.eth0.proxy_arp=1   # for others
#%% run
ip netns exec a ping -I eth0 -c 1 10.0.0.2
ip netns exec b tcpdump -i eth0 -c 1
`

/** The lines that go and come; undefined where the text is left alone. */
function changed(rewrite: Rewrite, text = LAB): readonly string[] | undefined {
  const written = rewriteSetup(parseLab(text), rewrite)
  if (written === undefined) return undefined
  const [before, after] = [text.split('\n'), written.split('\n')]
  expect(after).toHaveLength(before.length)
  return after.filter((line, index) => line !== before[index])
}

const named = (namespace: string, name: string): Rewrite => {
  return { kind: 'link-name', device: { namespace, name: 'eth0' }, name, mac: mac('0a:00:00:00:00:01') }
}
const address = (from: string, to: string, followers: readonly string[] = []): Rewrite => {
  return { kind: 'address', device: { namespace: 'a', name: 'eth0' }, from, to, followers }
}

describe('a setup in which a link', () => {
  it('always had its new name says so in every line about it, and in the actions', () => {
    expect(changed(named('a', 'wan'))).toEqual([
      'ip -n a link add wan mtu 1400 type veth peer name eth0 netns b # the cable',
      'ip -n a link add link wan name eth0.7 type vlan id 7',
      'ip -n a addr add 10.0.0.1/24 dev wan # the gateway',
      'ip -n a link set wan up',
      'ip netns exec a sysctl -w net.ipv4.conf.wan.proxy_arp=1   # for others',
      'ip netns exec a ping -I wan -c 1 10.0.0.2',
    ])
  })

  it('is the far end of a cable keeps the near one, and its rules follow', () => {
    expect(changed(named('b', 'lan'))).toEqual([
      'ip -n a link add eth0 mtu 1400 type veth peer name lan netns b # the cable',
      'ip -n b addr add 10.0.0.2/24 dev lan',
      'ip -n b link set lan up',
      'ip -n b rule add iif lan lookup 100',
      'ip netns exec b tcpdump -i lan -c 1',
    ])
  })

  it('was renamed before gets its name in that line', () => {
    const text = LAB.replace('#%% run', 'ip -n b link set eth0 name lan0\n#%% run')
    const rewrite = { ...named('b', 'lan1'), device: { namespace: 'b', name: 'lan0' } } as const
    expect(changed(rewrite, text)).toEqual(['ip -n b link set eth0 name lan1'])
  })

  it('has a namesake, made later, is left alone: that one would get another MAC address', () => {
    const moved = 'ip netns add c\nip -n b link set eth0 netns c\nip -n b link add eth0 type dummy\n#%% run'
    const rewrite = { ...named('c', 'wan'), device: { namespace: 'c', name: 'eth0' } } as const
    expect(changed(rewrite, LAB.replace('#%% run', moved))).toBeUndefined()
  })

  it('is spoken of by a loop, or by its address, is left alone', () => {
    const loop = LAB.replace('ip -n a link set eth0 up', 'for n in a b; do ip -n $n link set eth0 up; done')
    expect(changed(named('a', 'wan'), loop)).toBeUndefined()
    const neighbour = `ip -n b neigh add 10.0.0.1 lladdr 0A:00:00:00:00:01 dev eth0\n`
    expect(changed(named('a', 'wan'), LAB.replace('#%% run\n', `${neighbour}#%% run\n`))).toBeUndefined()
  })
})

describe('a setup in which an address was always the other one', () => {
  it('says so in its line, and in the routes of those who follow', () => {
    expect(changed(address('10.0.0.1/24', '10.0.0.254/24', ['b']))).toEqual([
      'ip -n a addr add 10.0.0.254/24 dev eth0 # the gateway',
      'ip -n b route add default via 10.0.0.254',
    ])
  })

  it('is left alone where a follower’s route is not a line of its own, or own routes would lead astray', () => {
    expect(changed(address('10.0.0.1/24', '10.0.0.254/24', ['c']))).toBeUndefined()
    const routed = LAB.replace('#%% run\n', 'ip -n a route add 10.9.0.0/16 via 10.0.0.2\n#%% run\n')
    expect(changed(address('10.0.0.1/24', '10.1.0.1/24'), routed)).toBeUndefined()
    expect(changed(address('10.0.0.1/24', '10.1.0.1/24'))).toEqual([
      'ip -n a addr add 10.1.0.1/24 dev eth0 # the gateway',
    ])
  })
})

describe('what is said of ports and tables', () => {
  const text = `ip netns add a
ip -n a link add br0 type bridge
ip -n a link add p0 type veth peer name p1
ip -n a link add m0 link p1 type macvlan mode bridge
ip -n a link set p0 master br0
bridge -n a link set dev p0 hairpin on
bridge -n a link set dev p0 learning off
bridge -n a vlan add dev p0 vid 10
bridge -n a fdb add 02:00:00:00:00:09 dev p0 master static
ip -n a link set br0 type bridge priority 4096
ip -n a neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev p1
ip -n a rule add from 10.0.0.0/24 lookup 100
ip -n a rule add from 10.1.0.0/24 lookup 100
`
  const difference = (command: string): readonly string[] => {
    const [before, after] = [text.split('\n'), foldCommand(parseLab(text), command).split('\n')]
    return [
      ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
      ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
    ]
  }

  it.each([
    ['bridge -n a link set dev p0 hairpin off', ['- bridge -n a link set dev p0 hairpin on']],
    ['bridge -n a link set dev p0 isolated on', ['+ bridge -n a link set dev p0 isolated on']],
    ['bridge -n a vlan del dev p0 vid 10', ['- bridge -n a vlan add dev p0 vid 10']],
    [
      'bridge -n a fdb del 02:00:00:00:00:09 dev p0 master',
      ['- bridge -n a fdb add 02:00:00:00:00:09 dev p0 master static'],
    ],
    [
      'ip -n a link set br0 type bridge priority 8192',
      ['- ip -n a link set br0 type bridge priority 4096', '+ ip -n a link set br0 type bridge priority 8192'],
    ],
    [
      'ip -n a link set m0 type macvlan mode vepa',
      [
        '- ip -n a link add m0 link p1 type macvlan mode bridge',
        '+ ip -n a link add m0 link p1 type macvlan mode vepa',
      ],
    ],
    ['ip -n a neigh del 10.0.0.9 dev p1', ['- ip -n a neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev p1']],
    [
      'ip -n a neigh replace 10.0.0.9 lladdr 02:00:00:00:00:0a dev p1',
      [
        '- ip -n a neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev p1',
        '+ ip -n a neigh add 10.0.0.9 lladdr 02:00:00:00:00:0a dev p1',
      ],
    ],
    ['ip -n a rule del from 10.1.0.0/24 lookup 100', ['- ip -n a rule add from 10.1.0.0/24 lookup 100']],
    // The rules that come later have taken their priorities from it.
    ['ip -n a rule del from 10.0.0.0/24 lookup 100', ['+ ip -n a rule del from 10.0.0.0/24 lookup 100']],
  ])('folds: %s', (command, lines) => {
    expect(difference(command)).toEqual(lines)
  })
})
