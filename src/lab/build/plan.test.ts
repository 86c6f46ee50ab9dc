import { describe, expect, it } from 'vitest'
import { Workshop } from '../../testing/workshop.ts'

describe('new machines', () => {
  it('get a name of their row, a loopback that is up, and a place', async () => {
    const lab = await Workshop.open()
    const plan = await lab.perform({ kind: 'add-machine', role: 'host', at: { x: 10.4, y: 20 } })
    expect(plan.commands).toEqual(['ip netns add hostA', 'ip -n hostA link set lo up'])
    expect(plan.directives).toEqual([{ kind: 'at', name: 'hostA', x: 10, y: 20 }])
    expect(plan.made).toEqual([{ kind: 'namespace', namespace: 'hostA' }])
    await lab.perform({ kind: 'add-machine', role: 'host' })
    expect(lab.link('hostB/lo').up).toBe(true)
  })

  it('forward when they are routers, and have a bridge when they are switches', async () => {
    const lab = await Workshop.open()
    await lab.perform({ kind: 'add-machine', role: 'router' })
    await lab.perform({ kind: 'add-machine', role: 'switch' })
    expect((await lab.run('ip netns exec r1 sysctl -n net.ipv4.ip_forward')).output.trim()).toBe('1')
    expect(lab.link('sw1/br0')).toMatchObject({ up: true, details: { kind: 'bridge' } })
    expect(lab.state.machines).toMatchObject([
      { name: 'r1', role: 'router' },
      { name: 'sw1', role: 'switch' },
    ])
  })

  it('keep their part in the picture under any name', async () => {
    const lab = await Workshop.open()
    await lab.perform({ kind: 'add-machine', role: 'router', name: 'web' })
    await lab.perform({ kind: 'add-machine', role: 'host', name: 'ns1' })
    await lab.perform({ kind: 'cable', from: { namespace: 'web' }, to: { namespace: 'ns1' } })
    expect(lab.state.machines).toMatchObject([
      { name: 'web', role: 'router', namespaces: ['web'] },
      { name: 'ns1', role: 'host', namespaces: ['ns1'] },
    ])
  })

  it('are refused under a name that is taken or that Linux does not take', async () => {
    const lab = await Workshop.open('ip netns add web\n')
    expect(lab.refusal({ kind: 'add-machine', role: 'host', name: 'web' })).toEqual({
      code: 'namespace-taken',
      params: { name: 'web' },
      linux: 'Cannot create namespace file "/run/netns/web": File exists',
    })
    expect(lab.refusal({ kind: 'add-machine', role: 'host', name: 'a/b' })?.code).toBe('name-invalid')
    expect(lab.refusal({ kind: 'add-machine', role: 'host', name: '$(x)' })?.code).toBe('name-invalid')
  })
})

describe('containers', () => {
  it('belong to their machine, also the second one', async () => {
    const lab = await Workshop.open()
    await lab.perform({ kind: 'add-machine', role: 'host' })
    await lab.perform({ kind: 'add-container', machine: 'hostA' })
    await lab.perform({ kind: 'add-container', machine: 'hostA' })
    expect(lab.state.machines).toMatchObject([{ name: 'hostA', namespaces: ['hostA', 'ctrA', 'ctrB'] }])
  })

  it('reach their host over a cable whose end on the host is named after them', async () => {
    const lab = await Workshop.open()
    await lab.perform({ kind: 'add-machine', role: 'host' })
    await lab.perform({ kind: 'add-container', machine: 'hostA' })
    const plan = await lab.perform({ kind: 'cable', from: { namespace: 'ctrA' }, to: { namespace: 'hostA' } })
    expect(plan.commands).toContain('ip -n ctrA route add default via 10.0.0.1')
    expect(lab.addresses('hostA/veth-ctrA')).toEqual(['10.0.0.1/24'])
    expect(await lab.pings('ctrA', '10.0.0.1')).toBe(true)
  })

  it('join the subnet of the bridge that they are cabled to and leave through its address', async () => {
    const lab = await Workshop.open()
    await lab.perform({ kind: 'add-machine', role: 'host' })
    await lab.perform({ kind: 'add-link', namespace: 'hostA', type: 'bridge' })
    const bridge = { namespace: 'hostA', name: 'br0' }
    await lab.perform({ kind: 'add-address', device: bridge, address: '172.17.0.1/16' })
    for (const name of ['ctrA', 'ctrB']) {
      await lab.perform({ kind: 'add-container', machine: 'hostA', name })
      await lab.perform({ kind: 'cable', from: { namespace: name }, to: { namespace: 'hostA', bridge: 'br0' } })
    }
    expect(lab.addresses('ctrA/eth0')).toEqual(['172.17.0.2/16'])
    expect(lab.addresses('ctrB/eth0')).toEqual(['172.17.0.3/16'])
    expect((await lab.run('ip -n ctrB route')).output).toContain('default via 172.17.0.1 dev eth0')
    expect(lab.link('hostA/veth-ctrB').master).toBe(lab.link('hostA/br0').device)
    expect(await lab.pings('ctrA', '172.17.0.3')).toBe(true)
  })
})

describe('cables', () => {
  it('start a new subnet between two bare hosts', async () => {
    const lab = await Workshop.open('ip netns add hostA\nip netns add hostB\n')
    const plan = await lab.perform({ kind: 'cable', from: { namespace: 'hostA' }, to: { namespace: 'hostB' } })
    expect(plan.commands).toEqual([
      'ip -n hostA link add eth0 type veth peer name eth0 netns hostB',
      'ip -n hostA link set eth0 up',
      'ip -n hostB link set eth0 up',
      'ip -n hostA addr add 10.0.0.1/24 dev eth0',
      'ip -n hostB addr add 10.0.0.2/24 dev eth0',
    ])
    await lab.perform({ kind: 'cable', from: { namespace: 'hostA' }, to: { namespace: 'hostB' } })
    expect(lab.addresses('hostB/eth1')).toEqual(['10.0.1.2/24'])
  })

  it('give a router the first address and its neighbours a way out through it', async () => {
    const lab = await Workshop.open()
    for (const role of ['host', 'router', 'host'] as const) await lab.perform({ kind: 'add-machine', role })
    await lab.perform({ kind: 'cable', from: { namespace: 'hostA' }, to: { namespace: 'r1' } })
    await lab.perform({ kind: 'cable', from: { namespace: 'r1' }, to: { namespace: 'hostB' } })
    expect(lab.addresses('r1/eth0')).toEqual(['10.0.0.1/24'])
    expect(lab.addresses('hostB/eth0')).toEqual(['10.0.1.2/24'])
    expect(await lab.pings('hostA', '10.0.1.2')).toBe(true)
  })

  it('tell the hosts of a switch about a router that comes later', async () => {
    const lab = await Workshop.open()
    for (const role of ['switch', 'host', 'host'] as const) await lab.perform({ kind: 'add-machine', role })
    await lab.perform({ kind: 'cable', from: { namespace: 'hostA' }, to: { namespace: 'sw1', bridge: 'br0' } })
    await lab.perform({ kind: 'cable', from: { namespace: 'sw1', bridge: 'br0' }, to: { namespace: 'hostB' } })
    await lab.perform({ kind: 'add-outside', at: { x: 0, y: 0 } })
    await lab.perform({ kind: 'cable', from: { namespace: 'gw' }, to: { namespace: 'sw1', bridge: 'br0' } })
    expect(lab.addresses('hostB/eth0')).toEqual(['10.0.0.3/24'])
    expect(lab.link('sw1/p-hostA').port).toBeDefined()
    expect(await lab.pings('hostB', '203.0.113.1')).toBe(true)
  })

  it('join the bench to a namespace', async () => {
    const lab = await Workshop.open('ip netns add web\nip link add br0 type bridge\n')
    const plan = await lab.perform({
      kind: 'cable',
      from: { namespace: 'web' },
      to: { namespace: '', bridge: 'br0' },
    })
    expect(plan.commands[0]).toMatch(/^ip link add \S+ type veth peer name eth0 netns web$/)
  })

  it('may have both ends in one namespace', async () => {
    const lab = await Workshop.open('ip netns add a\n')
    const plan = await lab.perform({ kind: 'cable', from: { namespace: 'a' }, to: { namespace: 'a' } })
    expect(plan.commands[0]).toBe('ip -n a link add veth0 type veth peer name veth1')
  })

  it('end only where something is', async () => {
    const lab = await Workshop.open('ip netns add a\nip -n a link add d0 type dummy\n')
    const from = { namespace: 'a' }
    expect(lab.refusal({ kind: 'cable', from, to: { namespace: 'x' } })?.code).toBe('no-namespace')
    expect(lab.refusal({ kind: 'cable', from, to: { namespace: 'a', bridge: 'br9' } })?.code).toBe('no-device')
    expect(lab.refusal({ kind: 'cable', from, to: { namespace: 'a', bridge: 'd0' } })?.code).toBe('not-a-bridge')
  })
})

describe('a virtual machine', () => {
  it('has its NIC in the bridge, and an address there', async () => {
    const lab = await Workshop.open()
    await lab.perform({ kind: 'add-machine', role: 'host' })
    await lab.perform({ kind: 'add-link', namespace: 'hostA', type: 'bridge' })
    const bridge = { namespace: 'hostA', name: 'br0' }
    await lab.perform({ kind: 'add-address', device: bridge, address: '192.168.3.65/24' })
    await lab.perform({ kind: 'add-vm', bridge })
    expect(lab.addresses('vm1/eth0')).toEqual(['192.168.3.66/24'])
    expect(lab.link('hostA/tap-vm1').master).toBe(lab.link('hostA/br0').device)
    expect(lab.state.machines.map(({ name, role }) => `${name} ${role}`)).toEqual(['hostA host', 'vm1 vm'])
    expect(await lab.pings('vm1', '192.168.3.65')).toBe(true)
  })
})
