import { describe, expect, test } from 'vitest'
import { Workshop } from '../../../../testing/workshop.ts'
import { CALICO_DEVICE, CALICO_NETWORK } from '../../../../testing/fixtures/calico-network.ts'
import type { DragSource, DropTarget } from '../../../stores/building-store.ts'
import { topologyOf } from '../topology.ts'
import { dropOf, refusalOf } from './drop.ts'
import { legalDrops } from './legal-drops.ts'

const TOPOLOGY = topologyOf(CALICO_NETWORK, [
  { name: 'hostA', namespaces: ['hostA', 'ctrA'] },
  { name: 'hostB', namespaces: ['hostB', 'ctrB'] },
])
const AT = { x: 40, y: 80 }
const inNamespace = (namespace: string, machine = namespace): DropTarget => ({ kind: 'namespace', namespace, machine })
const BRIDGE = { namespace: 'switch', name: 'sw' }
const ON_BRIDGE: DropTarget = { kind: 'bridge', device: BRIDGE, id: CALICO_DEVICE.sw, machine: 'switch' }

const ETH0 = { kind: 'device', device: { namespace: 'hostA', name: 'eth0' }, id: CALICO_DEVICE.hostAEth0 } as const
const EXTENDING: DragSource = { ...ETH0, isMove: false }

describe('a thing of the palette', () => {
  test('lands on the canvas where it is dropped', () => {
    expect(dropOf({ kind: 'item', item: 'router' }, { kind: 'canvas' }, AT, TOPOLOGY)).toEqual({
      kind: 'gesture',
      gesture: { kind: 'add-machine', role: 'router', at: AT },
    })
  })

  test('goes into the machine of what it is dropped on', () => {
    expect(dropOf({ kind: 'item', item: 'container' }, inNamespace('ctrA', 'hostA'), AT, TOPOLOGY)).toEqual({
      kind: 'gesture',
      gesture: { kind: 'add-container', machine: 'hostA' },
    })
  })

  test('says where it belongs when it is dropped beside it', () => {
    const drop = (item: 'container' | 'bridge' | 'vm') =>
      dropOf({ kind: 'item', item }, { kind: 'canvas' }, AT, TOPOLOGY)
    expect(drop('container')).toEqual({ kind: 'flaw', flaw: 'container-on-canvas' })
    expect(drop('bridge')).toEqual({ kind: 'flaw', flaw: 'link-on-canvas' })
    expect(drop('vm')).toEqual({ kind: 'flaw', flaw: 'vm-without-bridge' })
  })

  test('a VM takes the bridge of the machine that it is dropped on', () => {
    const drop = dropOf({ kind: 'item', item: 'vm' }, inNamespace('switch'), AT, TOPOLOGY)
    expect(drop).toEqual({ kind: 'gesture', gesture: { kind: 'add-vm', bridge: BRIDGE } })
    expect(dropOf({ kind: 'item', item: 'vm' }, inNamespace('gw'), AT, TOPOLOGY).kind).toBe('flaw')
  })
})

describe('a line', () => {
  const from: DragSource = { kind: 'end', end: { namespace: 'ctrA' } }

  test('from namespace to namespace is a cable, to a bridge a cable with a port', () => {
    expect(dropOf(from, inNamespace('ctrB', 'hostB'), AT, TOPOLOGY)).toMatchObject({
      gesture: { kind: 'cable', from: { namespace: 'ctrA' }, to: { namespace: 'ctrB' } },
    })
    expect(dropOf(from, ON_BRIDGE, AT, TOPOLOGY)).toMatchObject({
      gesture: { kind: 'cable', to: { namespace: 'switch', bridge: BRIDGE.name } },
    })
  })

  test('that comes back to where it began does nothing', () => {
    expect(dropOf(from, inNamespace('ctrA', 'hostA'), AT, TOPOLOGY)).toEqual({ kind: 'nothing' })
    expect(dropOf({ kind: 'end', end: { ...BRIDGE, bridge: BRIDGE.name } }, ON_BRIDGE, AT, TOPOLOGY)).toEqual({
      kind: 'nothing',
    })
  })
})

describe('an interface', () => {
  test('on a namespace asks for the kind of child; moved, it lives there', () => {
    expect(dropOf(EXTENDING, inNamespace('ctrA', 'hostA'), AT, TOPOLOGY)).toEqual({
      kind: 'ask',
      asking: { kind: 'child', parent: { namespace: 'hostA', name: 'eth0' }, namespace: 'ctrA' },
    })
    expect(dropOf({ ...ETH0, isMove: true }, inNamespace('ctrA', 'hostA'), AT, TOPOLOGY)).toMatchObject({
      gesture: { kind: 'move-link', namespace: 'ctrA' },
    })
  })

  test('on a bridge becomes a port; a port that is dragged off is released', () => {
    expect(dropOf(EXTENDING, ON_BRIDGE, AT, TOPOLOGY)).toMatchObject({
      gesture: { kind: 'set-master', bridge: BRIDGE.name },
    })
    const port = { namespace: 'switch', name: 'pA' }
    const source: DragSource = { kind: 'device', device: port, id: CALICO_DEVICE.pA, isMove: false }
    expect(dropOf(source, ON_BRIDGE, AT, TOPOLOGY)).toEqual({ kind: 'nothing' })
    const released = {
      kind: 'gesture',
      gesture: { kind: 'set-master', device: { namespace: 'switch' }, bridge: undefined },
    }
    expect(dropOf(source, { kind: 'canvas' }, AT, TOPOLOGY)).toMatchObject(released)
    expect(dropOf(source, inNamespace('switch'), AT, TOPOLOGY)).toMatchObject(released)
  })

  test('on an interface elsewhere is a cable between the two namespaces', () => {
    const target: DropTarget = {
      kind: 'device',
      device: { namespace: 'gw', name: 'eth0' },
      id: CALICO_DEVICE.gwEth0,
      machine: 'gw',
    }
    expect(dropOf(EXTENDING, target, AT, TOPOLOGY)).toMatchObject({
      gesture: { kind: 'cable', from: { namespace: 'hostA' }, to: { namespace: 'gw' } },
    })
  })
})

const RULES_LAB = `#%% machine a: c
ip netns add a
ip netns add b
ip netns add c
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a link add br0 type bridge
ip -n a link add br1 type bridge
ip -n b link add br0 type bridge
ip -n a link add p0 type veth peer name p1
ip -n a link set p0 master br0
ip -n a link add q0 type dummy
ip -n a link add link eth0 name m0 type macvlan mode bridge
ip -n a link add link m0 name i0 type vlan id 4
`

test('what lights up is what a drop would be carried out on, for everything that can be dragged', async () => {
  const { state } = await Workshop.open(RULES_LAB)
  const topology = topologyOf(state.network, state.machines)
  const links = [...topology.deviceById.values()].filter(({ details }) => details.kind !== 'lo')
  const refOf = (id: number) => {
    const [link, home] = [topology.deviceById.get(id), topology.homeOf.get(id)]
    return { namespace: home?.namespace ?? '', name: link?.name ?? '' }
  }
  const targets = [
    ...['a', 'b', 'c'].map((namespace) => inNamespace(namespace, namespace === 'c' ? 'a' : namespace)),
    ...links.map(({ device, details }): DropTarget => {
      const kind = details.kind === 'bridge' ? 'bridge' : 'device'
      return { kind, device: refOf(device), id: device, machine: topology.homeOf.get(device)?.machine ?? '' }
    }),
  ]
  const sources: readonly DragSource[] = [
    ...(['container', 'bridge', 'dummy', 'vm'] as const).map((item) => ({ kind: 'item', item }) as const),
    { kind: 'end', end: { namespace: 'b' } },
    { kind: 'end', end: { namespace: 'a', bridge: 'br0' } },
    ...links.flatMap(({ device }) =>
      [true, false].map((isMove): DragSource => ({ kind: 'device', device: refOf(device), id: device, isMove })),
    ),
  ]
  for (const source of sources) {
    const planned = targets.filter((target) => {
      const drop = dropOf(source, target, AT, topology)
      return drop.kind !== 'nothing' && drop.kind !== 'flaw' && refusalOf(drop, state) === undefined
    })
    expect(legalDrops(source, targets, state, topology), JSON.stringify(source)).toEqual(planned)
  }
})
