import { describe, expect, it } from 'vitest'
import { Workshop } from '../../testing/workshop.ts'
import type { Gesture } from './gesture.ts'
import { PORT_FLAGS } from './gesture.ts'
import { legalTargets } from './targets.ts'

const LAB = `#%% machine a: c
ip netns add a
ip netns add b
ip netns add c
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a link add br0 type bridge
ip -n a link add br1 type bridge
ip -n a link add p0 type veth peer name p1
ip -n a link add q0 type veth peer name q1
ip -n a link set p0 master br0
ip -n a link add link eth0 name m0 type macvlan mode bridge
ip -n a link add link q0 name q0.10 type vlan id 10
ip -n a link add link q1 name i0 type ipvlan
ip -n a link add d0 type dummy
ip -n a link set eth0 up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n a route add default via 10.0.0.9
`
const a = (name: string): { readonly namespace: string; readonly name: string } => ({ namespace: 'a', name })
const macvlan = { kind: 'macvlan', mode: 'bridge' } as const
const ipvlan = { kind: 'ipvlan', mode: 'l2', flag: 'bridge' } as const

/** Each refusal with the command that Linux would have been given. */
const REFUSED: readonly (readonly [string, Gesture, string])[] = [
  ['bridge-in-bridge', { kind: 'set-master', device: a('br1'), bridge: 'br0' }, 'ip -n a link set br1 master br0'],
  ['loopback-as-port', { kind: 'set-master', device: a('lo'), bridge: 'br0' }, 'ip -n a link set lo master br0'],
  ['parent-as-port', { kind: 'set-master', device: a('eth0'), bridge: 'br0' }, 'ip -n a link set eth0 master br0'],
  ['ipvlan-as-port', { kind: 'set-master', device: a('i0'), bridge: 'br0' }, 'ip -n a link set i0 master br0'],
  ['not-a-bridge', { kind: 'set-master', device: a('p1'), bridge: 'd0' }, 'ip -n a link set p1 master d0'],
  ['bridge-stays', { kind: 'move-link', device: a('br0'), namespace: 'c' }, 'ip -n a link set br0 netns c'],
  ['loopback-stays', { kind: 'move-link', device: a('lo'), namespace: 'c' }, 'ip -n a link set lo netns c'],
  ['loopback-stays', { kind: 'delete', things: [{ kind: 'link', device: a('lo') }] }, 'ip -n a link del lo'],
  [
    'loopback-as-parent',
    { kind: 'add-child', parent: a('lo'), namespace: 'a', child: macvlan },
    'ip -n a link add link lo name m9 type macvlan',
  ],
  [
    'port-as-parent',
    { kind: 'add-child', parent: a('p0'), namespace: 'a', child: ipvlan },
    'ip -n a link add link p0 name i9 type ipvlan',
  ],
  [
    'other-kind-of-children',
    { kind: 'add-child', parent: a('eth0'), namespace: 'a', child: ipvlan },
    'ip -n a link add link eth0 name i9 type ipvlan',
  ],
  [
    'ipvlan-as-parent',
    { kind: 'add-child', parent: a('i0'), namespace: 'a', child: macvlan },
    'ip -n a link add link i0 name m9 type macvlan',
  ],
  [
    'passthru-alone',
    { kind: 'add-child', parent: a('eth0'), namespace: 'a', child: { kind: 'macvlan', mode: 'passthru' } },
    'ip -n a link add link eth0 name m9 type macvlan mode passthru',
  ],
  [
    'vlan-id-range',
    { kind: 'add-child', parent: a('d0'), namespace: 'a', child: { kind: 'vlan', id: 4095 } },
    'ip -n a link add link d0 name v9 type vlan id 4095',
  ],
  [
    'vlan-taken',
    { kind: 'add-child', parent: a('q0'), namespace: 'a', child: { kind: 'vlan', id: 10 } },
    'ip -n a link add link q0 name v9 type vlan id 10',
  ],
  [
    'vlan-unsupported',
    { kind: 'add-child', parent: a('lo'), namespace: 'a', child: { kind: 'vlan', id: 10 } },
    'ip -n a link add link lo name v9 type vlan id 10',
  ],
  [
    'passthru-fixed',
    { kind: 'set-child', device: a('m0'), child: { kind: 'macvlan', mode: 'passthru' } },
    'ip -n a link set m0 type macvlan mode passthru',
  ],
  [
    'mac-of-parent',
    { kind: 'set-link', device: a('i0'), change: { property: 'address', value: '02:00:00:00:00:09' } },
    'ip -n a link set i0 address 02:00:00:00:00:09',
  ],
  [
    'mac-group',
    { kind: 'set-link', device: a('eth0'), change: { property: 'address', value: '01:00:00:00:00:09' } },
    'ip -n a link set eth0 address 01:00:00:00:00:09',
  ],
  [
    'mac-invalid',
    { kind: 'set-link', device: a('eth0'), change: { property: 'address', value: 'zz' } },
    'ip -n a link set eth0 address zz',
  ],
  [
    'mtu-range',
    { kind: 'set-link', device: a('eth0'), change: { property: 'mtu', value: 20 } },
    'ip -n a link set eth0 mtu 20',
  ],
  [
    'mtu-range',
    { kind: 'set-link', device: a('eth0'), change: { property: 'mtu', value: 70000 } },
    'ip -n a link set eth0 mtu 70000',
  ],
  [
    'mtu-over-parent',
    { kind: 'set-link', device: a('q0.10'), change: { property: 'mtu', value: 2000 } },
    'ip -n a link set q0.10 mtu 2000',
  ],
  [
    'mtu-over-parent',
    { kind: 'set-link', device: a('m0'), change: { property: 'mtu', value: 2000 } },
    'ip -n a link set m0 mtu 2000',
  ],
  [
    'parent-down',
    { kind: 'set-link', device: a('q0.10'), change: { property: 'up', on: true } },
    'ip -n a link set q0.10 up',
  ],
  ['device-taken', { kind: 'add-link', namespace: 'a', type: 'dummy', name: 'br0' }, 'ip -n a link add br0 type dummy'],
  [
    'name-too-long',
    { kind: 'add-link', namespace: 'a', type: 'dummy', name: 'abcdefghijklmnop' },
    'ip -n a link add abcdefghijklmnop type dummy',
  ],
  [
    'device-taken',
    { kind: 'rename', thing: { kind: 'link', device: a('q1') }, name: 'br0' },
    'ip -n a link set q1 name br0',
  ],
  [
    'address-taken',
    { kind: 'add-address', device: a('eth0'), address: '10.0.0.1/24' },
    'ip -n a addr add 10.0.0.1/24 dev eth0',
  ],
  [
    'address-missing',
    { kind: 'remove-address', device: a('eth0'), address: '10.0.0.2/24' },
    'ip -n a addr del 10.0.0.2/24 dev eth0',
  ],
  [
    'address-invalid',
    { kind: 'add-address', device: a('eth0'), address: '10.0.0.300/24' },
    'ip -n a addr add 10.0.0.300/24 dev eth0',
  ],
  [
    'route-exists',
    { kind: 'add-route', namespace: 'a', words: 'default via 10.0.0.8' },
    'ip -n a route add default via 10.0.0.8',
  ],
  [
    'gateway-unreachable',
    { kind: 'add-route', namespace: 'a', words: '10.8.0.0/16 via 10.7.0.9' },
    'ip -n a route add 10.8.0.0/16 via 10.7.0.9',
  ],
  [
    'not-a-port',
    { kind: 'set-port-flag', device: a('d0'), flag: 'hairpin', on: true },
    'bridge -n a link set dev d0 hairpin on',
  ],
  [
    'vlan-id-range',
    { kind: 'add-port-vlan', device: a('p0'), words: 'vid 4095' },
    'bridge -n a vlan add dev p0 vid 4095',
  ],
]

describe('what Linux refuses', () => {
  it.each(REFUSED)('%s, in the words of %j', async (code, gesture, command) => {
    const lab = await Workshop.open(LAB)
    const refusal = lab.refusal(gesture)
    const { exit, output } = await lab.run(command)
    expect(exit).not.toBe(0)
    expect(refusal).toMatchObject({ code, linux: output.trim() })
  })

  it('is refused by the picture too: a child in another machine', async () => {
    const lab = await Workshop.open(LAB)
    const gesture = { kind: 'add-child', parent: a('eth0'), namespace: 'b', child: macvlan } as const
    expect(lab.refusal(gesture)).toMatchObject({ code: 'child-stays', linux: '' })
    expect(lab.refusal({ ...gesture, namespace: 'c' })).toBeUndefined()
  })
})

describe('targets', () => {
  it('are those that would not be refused', async () => {
    const { state } = await Workshop.open(LAB)
    expect([...legalTargets({ kind: 'link', device: a('p0') }, state)]).toEqual(['', 'b', 'c', 'a/br1'])
    expect([...legalTargets({ kind: 'link', device: a('br0') }, state)]).toEqual([])
    expect([...legalTargets({ kind: 'link', device: a('m0') }, state)]).toEqual(['c', 'a/br0', 'a/br1'])
    expect([...legalTargets({ kind: 'cable', from: { namespace: 'b' } }, state)]).toEqual([
      '',
      'a',
      'b',
      'c',
      'a/br0',
      'a/br1',
    ])
    expect([...legalTargets({ kind: 'child', parent: a('eth0'), child: macvlan }, state)]).toEqual(['a', 'c'])
    expect([...legalTargets({ kind: 'child', parent: a('p0'), child: macvlan }, state)]).toEqual([])
    expect([...legalTargets({ kind: 'namespace', namespace: 'b' }, state)]).toEqual(
      ['', 'a', 'c'].filter((name) => name !== ''),
    )
    expect([...legalTargets({ kind: 'add-vm' }, state)]).toEqual(['a/br0', 'a/br1'])
    expect(legalTargets({ kind: 'add-child', child: ipvlan }, state)).not.toContain('a/eth0')
  })
})

describe('changes', { timeout: 60_000 }, () => {
  it('are carried out', async () => {
    const lab = await Workshop.open(LAB)
    const changes: readonly Gesture[] = [
      { kind: 'set-master', device: a('p1'), bridge: 'br1' },
      { kind: 'set-master', device: a('p1'), bridge: 'br0' },
      { kind: 'set-master', device: a('p1'), bridge: undefined },
      { kind: 'set-link', device: a('d0'), change: { property: 'up', on: true } },
      { kind: 'set-link', device: a('d0'), change: { property: 'promisc', on: true } },
      { kind: 'set-link', device: a('d0'), change: { property: 'alias', value: "it's a 'dummy'" } },
      { kind: 'set-link', device: a('d0'), change: { property: 'mtu', value: 9000 } },
      { kind: 'set-link', device: a('d0'), change: { property: 'address', value: '02:00:00:00:00:05' } },
      ...PORT_FLAGS.map((flag) => ({ kind: 'set-port-flag', device: a('p0'), flag, on: true }) as const),
      { kind: 'set-bridge', device: a('br0'), option: 'vlan_filtering', value: 1 },
      { kind: 'set-bridge', device: a('br0'), option: 'forward_delay', value: 400 },
      { kind: 'add-port-vlan', device: a('p0'), words: 'vid 7 pvid untagged' },
      { kind: 'add-port-vlan', device: a('br0'), words: 'vid 7' },
      { kind: 'remove-port-vlan', device: a('br0'), words: 'vid 7' },
      { kind: 'add-fdb', device: a('p0'), mac: '02:00:00:00:00:06', words: '' },
      { kind: 'remove-fdb', device: a('p0'), mac: '02:00:00:00:00:06', words: 'master' },
      { kind: 'set-child', device: a('m0'), child: { kind: 'macvlan', mode: 'vepa' } },
      { kind: 'set-child', device: a('i0'), child: { kind: 'ipvlan', mode: 'l3', flag: 'private' } },
      { kind: 'add-neighbour', device: a('eth0'), ip: '10.0.0.7', mac: '02:00:00:00:00:07' },
      { kind: 'remove-neighbour', device: a('eth0'), ip: '10.0.0.7', mac: '02:00:00:00:00:07' },
      { kind: 'add-neighbour', device: a('eth0'), ip: '10.0.0.8' },
      { kind: 'add-rule', namespace: 'a', words: 'from 10.0.0.1 lookup 100' },
      { kind: 'remove-rule', namespace: 'a', words: 'from 10.0.0.1 lookup 100' },
      { kind: 'add-route', namespace: 'a', words: '10.8.0.0/16 via 10.0.0.9' },
      { kind: 'remove-route', namespace: 'a', words: '10.8.0.0/16' },
      { kind: 'set-sysctl', namespace: 'a', key: 'net.ipv4.conf.q0.10.proxy_arp', value: '1' },
      { kind: 'move-link', device: { namespace: 'b', name: 'eth0' }, namespace: 'c' },
      { kind: 'rename', thing: { kind: 'link', device: a('eth0') }, name: 'wan' },
      { kind: 'rename', thing: { kind: 'namespace', namespace: 'b' }, name: 'node' },
    ]
    for (const change of changes) await lab.perform(change)
    expect(lab.link('a/d0')).toMatchObject({ up: true, promisc: true, alias: "it's a 'dummy'", mtuBytes: 9000 })
    expect(lab.link('a/p1').master).toBe(0)
    expect(lab.link('a/p0').port).toMatchObject({ hairpin: true, isolated: true, locked: true })
    expect(lab.link('a/i0').details).toMatchObject({ mode: 'l3', flag: 'private' })
    expect(lab.link('c/eth0').name).toBe('eth0')
    expect(lab.addresses('a/wan')).toEqual(['10.0.0.1/24'])
    expect((await lab.run('ip -n a route')).output).toContain('default via 10.0.0.9 dev wan')
    // The text that has grown meanwhile builds the same.
    expect((await Workshop.open(lab.text)).link('a/p0').port).toMatchObject({ hairpin: true, isolated: true })
  })

  it('delete a machine with its containers, and cables once', async () => {
    const lab = await Workshop.open(LAB)
    const { commands } = await lab.perform({
      kind: 'delete',
      things: [
        { kind: 'link', device: { namespace: 'b', name: 'eth0' } },
        { kind: 'namespace', namespace: 'a' },
      ],
    })
    expect(commands).toEqual(['ip netns del c', 'ip netns del a'])
    expect(lab.text).toBe('ip netns add b\n')
  })

  it('regroup a namespace into a machine and out of it', async () => {
    const lab = await Workshop.open(LAB)
    await lab.perform({ kind: 'regroup', namespace: 'b', machine: 'a' })
    expect(lab.state.machines).toMatchObject([{ name: 'a', namespaces: ['a', 'b', 'c'] }])
    await lab.perform({ kind: 'regroup', namespace: 'b', machine: undefined, at: { x: 40, y: 80 } })
    expect(lab.text).toContain('#%% at b 40 80\n')
    expect(lab.state.machines.map(({ name }) => name)).toEqual(['a', 'b'])
  })

  it('put another address in the place of one, with what an interface without any would lose', async () => {
    const lab = await Workshop.open(
      `${LAB}ip -n b link set eth0 up\nip -n b addr add 10.0.0.2/24 dev eth0\nip -n b route add default via 10.0.0.1\n`,
    )
    const { commands } = await lab.perform({
      kind: 'change-address',
      device: a('eth0'),
      address: '10.0.0.1/24',
      to: '10.0.0.5/24',
    })
    expect(commands).toEqual([
      'ip -n a addr del 10.0.0.1/24 dev eth0',
      'ip -n a addr add 10.0.0.5/24 dev eth0',
      'ip -n a route add default via 10.0.0.9 dev eth0',
      'ip -n b route replace default via 10.0.0.5 dev eth0',
    ])
    await lab.perform({ kind: 'change-address', device: a('eth0'), address: '10.0.0.5/24', to: '10.7.0.1/16' })
    expect(lab.addresses('a/eth0')).toEqual(['10.7.0.1/16'])
    // Who can't reach the new address keeps the way that is gone: nothing that was typed says another.
    expect((await lab.run('ip -n b route')).output).toContain('default via 10.0.0.5 dev eth0')
  })

  it('leave a route that leads to the address itself as it was written, but say where it comes from anew', async () => {
    const lab = await Workshop.open(`${LAB}ip -n a route add 10.5.0.0/16 via 10.0.0.1 src 10.0.0.1\n`)
    const change = { kind: 'change-address', device: a('eth0'), address: '10.0.0.1/24', to: '10.0.0.5/24' } as const
    expect((await lab.perform(change)).commands).toContain(
      'ip -n a route add 10.5.0.0/16 via 10.0.0.1 dev eth0 src 10.0.0.5',
    )
  })

  it('rename a link that is up with its routes, in their order, and its neighbours', async () => {
    const lab = await Workshop.open(`${LAB}ip -n a route add 169.254.1.1 dev eth0
ip -n a route add 10.8.0.0/16 via 169.254.1.1 src 10.0.0.1
ip -n a neigh add 10.0.0.7 lladdr 02:00:00:00:00:07 dev eth0
ip -n a neigh add proxy 10.0.0.8 dev eth0
`)
    await lab.perform({ kind: 'rename', thing: { kind: 'link', device: a('eth0') }, name: 'wan' })
    const { output } = await lab.run('ip -n a route; ip -n a neigh; ip -n a neigh show proxy')
    expect(output).toContain('10.8.0.0/16 via 169.254.1.1 dev wan src 10.0.0.1')
    expect(output).toContain('10.0.0.7 dev wan lladdr 02:00:00:00:00:07 PERMANENT')
    expect(output).toContain('10.0.0.8 dev wan')
  })
})
