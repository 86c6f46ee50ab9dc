import { describe, expect, it } from 'vitest'
import { Workshop } from '../../testing/workshop.ts'
import { proposeAddress } from './addresses.ts'
import type { Gesture } from './gesture.ts'
import { proposeName } from './names.ts'

const host = (namespace: string, name = 'eth0'): { readonly namespace: string; readonly name: string } => ({
  namespace,
  name,
})

/** Two machines with a container each, on one LAN with a way out. */
async function twoMachines(): Promise<{ readonly lab: Workshop; readonly count: number }> {
  const lab = await Workshop.open()
  const sw = { namespace: 'sw1', bridge: 'br0' }
  const gestures: readonly Gesture[] = [
    { kind: 'add-machine', role: 'switch' },
    { kind: 'add-machine', role: 'host' },
    { kind: 'add-machine', role: 'host' },
    { kind: 'add-outside' },
    { kind: 'cable', from: { namespace: 'gw' }, to: sw },
    { kind: 'cable', from: { namespace: 'hostA' }, to: sw },
    { kind: 'cable', from: { namespace: 'hostB' }, to: sw },
    { kind: 'add-container', machine: 'hostA' },
    { kind: 'add-container', machine: 'hostB' },
    { kind: 'cable', from: { namespace: 'hostA' }, to: { namespace: 'ctrA' } },
    { kind: 'cable', from: { namespace: 'hostB' }, to: { namespace: 'ctrB' } },
  ]
  for (const gesture of gestures) await lab.perform(gesture)
  return { lab, count: gestures.length }
}

describe('labs out of gestures', { timeout: 60_000 }, () => {
  it('Calico: containers reach each other through a gateway that does not exist', async () => {
    const { lab, count } = await twoMachines()
    const side = (machine: string, ctr: string, own: string, other: string, via: string): readonly Gesture[] => [
      {
        kind: 'remove-address',
        device: host(machine, `veth-${ctr}`),
        address: lab.addresses(`${machine}/veth-${ctr}`)[0] ?? '',
      },
      { kind: 'remove-address', device: host(ctr), address: lab.addresses(`${ctr}/eth0`)[0] ?? '' },
      { kind: 'add-address', device: host(ctr), address: `${own}/24` },
      { kind: 'add-route', namespace: ctr, words: '169.254.1.1 dev eth0' },
      { kind: 'add-route', namespace: ctr, words: 'default via 169.254.1.1 dev eth0' },
      { kind: 'add-route', namespace: machine, words: `${own} dev veth-${ctr}` },
      { kind: 'add-route', namespace: machine, words: `${other} via ${via}` },
      { kind: 'set-sysctl', namespace: machine, key: 'net.ipv4.ip_forward', value: '1' },
      { kind: 'set-sysctl', namespace: machine, key: `net.ipv4.conf.veth-${ctr}.proxy_arp`, value: '1' },
      { kind: 'add-route', namespace: 'gw', words: `${own} via ${machine === 'hostA' ? '10.0.0.2' : '10.0.0.3'}` },
    ]
    const gestures = [
      ...side('hostA', 'ctrA', '10.10.10.10', '10.10.10.20', '10.0.0.3'),
      ...side('hostB', 'ctrB', '10.10.10.20', '10.10.10.10', '10.0.0.2'),
    ]
    for (const gesture of gestures) await lab.perform(gesture)
    expect(count + gestures.length).toBeLessThanOrEqual(40)
    expect(await lab.pings('ctrA', '10.10.10.20')).toBe(true)
    expect(await lab.pings('ctrB', '203.0.113.1')).toBe(true)
    expect((await lab.run('ip -n ctrA neigh')).output).toMatch(/^10\.10\.10\.20 dev eth0 lladdr/m)
    // What was drawn is a script that builds the same.
    expect(await (await Workshop.open(lab.text)).pings('ctrA', '10.10.10.20')).toBe(true)
  })

  it('macvlan: children join the LAN of their parent', async () => {
    const { lab } = await twoMachines()
    const child = { kind: 'macvlan', mode: 'bridge' } as const
    await lab.perform({ kind: 'add-container', machine: 'hostA' })
    await lab.perform({ kind: 'add-child', parent: host('hostA'), namespace: 'ctrC', child })
    expect(lab.addresses('ctrC/macv0')).toEqual(['10.0.0.4/24'])
    expect(await lab.pings('ctrC', '10.0.0.3')).toBe(true)
    expect(await lab.pings('ctrC', '203.0.113.1')).toBe(true)
  })

  it('ipvlan at layer 3: siblings share a subnet of their own', async () => {
    const { lab } = await twoMachines()
    const child = { kind: 'ipvlan', mode: 'l3', flag: 'bridge' } as const
    for (const name of ['ctrC', 'ctrD']) {
      await lab.perform({ kind: 'add-container', machine: 'hostA', name })
      await lab.perform({ kind: 'add-child', parent: host('hostA'), namespace: name, child })
    }
    const [address = ''] = lab.addresses('ctrD/ipvl0')
    expect(address).not.toMatch(/^10\.0\.0\./)
    expect(await lab.pings('ctrC', address.replace('/24', ''))).toBe(true)
  })

  it('VLANs: the same id on both sides meets in one subnet', async () => {
    const { lab } = await twoMachines()
    const child = { kind: 'vlan' } as const
    await lab.perform({ kind: 'add-child', parent: host('hostA'), namespace: 'hostA', child })
    await lab.perform({ kind: 'add-child', parent: host('hostB'), namespace: 'hostB', child })
    expect(lab.addresses('hostA/eth0.10')).toEqual(['10.0.10.2/24'])
    expect(lab.addresses('hostB/eth0.10')).toEqual(['10.0.10.3/24'])
    expect(await lab.pings('hostA', '10.0.10.3')).toBe(true)
  })

  it('copies have names and addresses of their own, and cables to the same bridge', async () => {
    const { lab } = await twoMachines()
    const { made } = await lab.perform({ kind: 'duplicate', things: [{ kind: 'namespace', namespace: 'hostB' }] })
    expect(made.slice(0, 2)).toEqual([
      { kind: 'namespace', namespace: 'hostC' },
      { kind: 'namespace', namespace: 'ctrC' },
    ])
    expect(lab.addresses('hostC/eth0')).toEqual(['10.0.0.4/24'])
    expect(lab.link('sw1/p-hostC').master).toBe(lab.link('sw1/br0').device)
    expect(lab.link('hostC/eth0').mac).not.toBe(lab.link('hostB/eth0').mac)
    expect(lab.state.machines.at(-1)).toMatchObject({ name: 'hostC', namespaces: ['hostC', 'ctrC'] })
    expect(await lab.pings('hostC', '203.0.113.1')).toBe(true)
    const [gateway = ''] = lab.addresses('hostC/veth-ctrB')
    expect(await lab.pings('ctrC', gateway.replace('/24', ''))).toBe(true)
  })
})

describe('proposals', () => {
  it('offer the next address of the network that an interface is in', async () => {
    const { lab } = await twoMachines()
    expect(proposeAddress(lab.state, host('hostA'))).toBe('10.0.0.4/24')
    expect(proposeAddress(lab.state, host('sw1', 'br0'))).toBe('10.0.0.4/24')
    expect(proposeAddress(lab.state, host('hostA', 'lo'))).toBeUndefined()
  })

  it('offer names that are free', async () => {
    const { lab } = await twoMachines()
    expect(proposeName(lab.state, { kind: 'host' })).toBe('hostC')
    expect(proposeName(lab.state, { kind: 'bridge', namespace: 'sw1' })).toBe('br1')
    expect(proposeName(lab.state, { kind: 'bridge', namespace: 'hostA' })).toBe('br0')
  })
})
