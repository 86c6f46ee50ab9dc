import { describe, expect, test } from 'vitest'
import { CALICO_DEVICE, CALICO_NETWORK, namespaceOf } from '../../../testing/fixtures/calico-network.ts'
import type { Box } from './geometry.ts'
import { pointOn } from './geometry.ts'
import { layoutCanvas } from './layout.ts'
import type { CanvasLayout } from './layout.ts'
import { rowsOf } from './rows.ts'
import { topologyOf } from './topology.ts'
import type { MachineGroup } from './topology.ts'

const GROUPS: readonly MachineGroup[] = [
  { name: 'hostA', namespaces: ['hostA', 'ctrA'] },
  { name: 'hostB', namespaces: ['hostB', 'ctrB'] },
]
const CALICO = topologyOf(CALICO_NETWORK, GROUPS)

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

describe('the topology of a network', () => {
  test('groups namespaces into machines; those that no group names stand alone', () => {
    expect(CALICO.machines.map(({ name }) => name)).toEqual(['hostA', 'hostB', 'gw', 'switch'])
    expect(CALICO.machines[0]?.nested.map(({ name }) => name)).toEqual(['ctrA'])
  })

  test('gives each machine a role from what it holds', () => {
    expect(CALICO.machines.map(({ role }) => role)).toEqual(['host', 'host', 'router', 'switch'])
  })

  test('tells cables, pairs inside a machine and port memberships apart', () => {
    const kinds = CALICO.wires.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'cable')).toHaveLength(3)
    expect(kinds.filter((kind) => kind === 'veth')).toHaveLength(2)
    expect(kinds.filter((kind) => kind === 'port')).toHaveLength(3)
  })
})

describe('the rows', () => {
  test('put machines with containers at the bottom and what they are plugged into above', () => {
    const [top, bottom] = rowsOf(CALICO)
    expect(top).toEqual(['switch'])
    expect([...(bottom ?? [])].sort()).toEqual(['gw', 'hostA', 'hostB'])
  })

  test('put two plain machines side by side', () => {
    const network = {
      at: 0,
      namespaces: [
        namespaceOf(1, 'a', [{ device: 2, name: 'eth0', peer: 3, peerNetns: 2 }]),
        namespaceOf(2, 'b', [{ device: 3, name: 'eth0', peer: 2, peerNetns: 1 }]),
      ],
    }
    expect(rowsOf(topologyOf(network, []))).toEqual([['a', 'b']])
  })
})

describe('the layout', () => {
  const layout = layoutCanvas(CALICO)

  test('lets no two machines overlap, sockets included', () => {
    const frames = layout.machines.map(({ box }) => box)
    for (const [index, a] of frames.entries()) {
      for (const b of frames.slice(index + 1)) expect(overlaps(a, b)).toBe(false)
    }
    const boxes = [...layout.deviceBox.values()].map(({ box }) => box)
    for (const [index, a] of boxes.entries()) {
      for (const b of boxes.slice(index + 1)) expect(overlaps(a, b)).toBe(false)
    }
  })

  test('turns each socket towards the other end of its cable', () => {
    expect(layout.deviceBox.get(CALICO_DEVICE.hostAEth0)?.side).toBe('top')
    expect(layout.deviceBox.get(CALICO_DEVICE.pA)?.side).toBe('bottom')
    expect(layout.deviceBox.get(CALICO_DEVICE.hostAVeth0)?.side).toBe('bottom')
    expect(layout.deviceBox.get(CALICO_DEVICE.ctrAEth0)?.side).toBe('top')
  })

  test('ends each line on the sockets that it joins', () => {
    const wire = layout.wires.find(({ id }) => id === `veth:${CALICO_DEVICE.hostAVeth0}`)
    const end = layout.deviceBox.get(CALICO_DEVICE.ctrAEth0)?.box
    expect(wire && pointOn(wire.curve, 1)).toEqual(end && { x: end.x + end.width / 2, y: end.y })
  })

  test('is the same for the same network', () => {
    expect(layoutCanvas(topologyOf(CALICO_NETWORK, GROUPS))).toEqual(layout)
  })

  test('gives a cable between two sockets of one namespace room above what lies below them', () => {
    const tag = { kind: 'vlan', protocol: '802.1Q', id: 11, reorderHeader: true, otherFlags: [] } as const
    const vlan = { ...tag, ingressMap: [], egressMap: [] }
    const network = {
      at: 0,
      namespaces: [
        namespaceOf(1, 'host', [
          { device: 2, name: 'veth1', peer: 3 },
          { device: 3, name: 'veth1_br', peer: 2 },
          { device: 4, name: 'veth1.11', peer: 2, details: vlan },
        ]),
      ],
    }
    const { wires, deviceBox } = layoutCanvas(topologyOf(network, []))
    const cable = wires.find(({ kind }) => kind === 'veth')!.curve
    const below = deviceBox.get(4)!.box
    const hangs = Array.from({ length: 21 }, (_, step) => pointOn(cable, step / 20).y)
    expect(Math.max(...hangs)).toBeLessThan(below.y)
  })

  test('keeps a position that was chosen, and grows a machine around a namespace that was moved', () => {
    const moved = layoutCanvas(
      CALICO,
      new Map([
        ['gw', { x: 900, y: -40 }],
        ['ctrA', { x: 400, y: 300 }],
      ]),
    )
    expect(moved.machines.find(({ machine }) => machine.name === 'gw')?.box).toMatchObject({ x: 900, y: -40 })
    const hostA = moved.machines.find(({ machine }) => machine.name === 'hostA')
    const ctrA = hostA?.namespaces.find(({ isRoot }) => !isRoot)
    expect(ctrA?.box).toMatchObject({ x: 400, y: 300 })
    expect(hostA?.box.width).toBeGreaterThan(400 + (ctrA?.box.width ?? 0))
  })

  test('leads the cable of two that were placed side by side over their heads where their sockets would meet', () => {
    const network = {
      at: 0,
      namespaces: [
        namespaceOf(1, 'a', [{ device: 2, name: 'eth0', peer: 3, peerNetns: 2 }]),
        namespaceOf(2, 'b', [{ device: 3, name: 'eth0', peer: 2, peerNetns: 1 }]),
      ],
    }
    const sidesAt = (gap: number): readonly (string | undefined)[] => {
      const placed = new Map([
        ['a', { x: 0, y: 0 }],
        ['b', { x: 104 + gap, y: 8 }],
      ])
      const { deviceBox } = layoutCanvas(topologyOf(network, []), placed)
      return [deviceBox.get(2)?.side, deviceBox.get(3)?.side]
    }
    expect(sidesAt(60)).toEqual(['top', 'top'])
    expect(sidesAt(400)).toEqual(['right', 'left'])
  })

  test('keeps a bridge whose ports sit on the sides inside its frame, between them', () => {
    const [, , , , , plain] = CALICO_NETWORK.namespaces
    const links = plain!.links.filter(({ name }) => name === 'sw' || name === 'pA' || name === 'pB')
    const ends = [
      namespaceOf(1, 'left', [{ device: CALICO_DEVICE.hostAEth0, name: 'eth0', peer: CALICO_DEVICE.pA, peerNetns: 6 }]),
      namespaceOf(2, 'right', [
        { device: CALICO_DEVICE.hostBEth0, name: 'eth0', peer: CALICO_DEVICE.pB, peerNetns: 6 },
      ]),
    ]
    const topology = topologyOf({ at: 0, namespaces: [...ends, { ...plain!, links }] }, [])
    const { machines, deviceBox } = layoutCanvas(topology)
    const frame = machines.find(({ machine }) => machine.name === 'switch')!.box
    const [bus, left, right] = [CALICO_DEVICE.sw, CALICO_DEVICE.pA, CALICO_DEVICE.pB].map((id) => deviceBox.get(id)!)
    expect([left!.side, right!.side]).toEqual(['left', 'right'])
    expect(bus!.box.x).toBeGreaterThan(left!.box.x + left!.box.width)
    expect(bus!.box.x + bus!.box.width).toBeLessThan(right!.box.x)
    expect(bus!.box.x).toBeGreaterThan(frame.x)
    expect(bus!.box.x + bus!.box.width).toBeLessThan(frame.x + frame.width)
  })

  test('turns sockets towards a machine that was placed elsewhere, but not while it is being dragged', () => {
    const above = new Map([['gw', { x: 0, y: -400 }]])
    const sideOf = (moved: CanvasLayout): string | undefined => moved.deviceBox.get(CALICO_DEVICE.gwEth0)?.side
    expect(sideOf(layout)).toBe('top')
    expect(sideOf(layoutCanvas(CALICO, undefined, undefined, above))).toBe('top')
    expect(sideOf(layoutCanvas(CALICO, above))).toBe('bottom')
  })

  test('leaves what nobody moved where it is', () => {
    const moved = layoutCanvas(CALICO, new Map([['gw', { x: 900, y: 400 }]]))
    for (const { machine, box } of layout.machines) {
      if (machine.name === 'gw') continue
      const now = moved.machines.find((placed) => placed.machine === machine)?.box
      expect(now).toMatchObject({ x: box.x, y: box.y })
    }
  })
})

/** Switches in a ring, each with hosts of its own. */
function ring(switches: number, hostsEach: number) {
  let device = 1
  const namespaces = Array.from({ length: switches }, (_, at) => {
    const id = at * (hostsEach + 1) + 1
    const up = { device: device++, name: 'up', peer: 0, peerNetns: 0 }
    const down = { device: device++, name: 'down', peer: 0, peerNetns: 0 }
    const ports = Array.from({ length: hostsEach }, (_each, host) => {
      const [port, end] = [device++, device++]
      return {
        port: { device: port, name: `p${host}`, peer: end, peerNetns: id + 1 + host },
        host: namespaceOf(id + 1 + host, `h${at}-${host}`, [{ device: end, name: 'eth0', peer: port, peerNetns: id }]),
      }
    })
    return { id, up, down, ports }
  })
  return {
    at: 0,
    namespaces: namespaces.flatMap(({ id, up, down, ports }, at) => {
      const [next, last] = [namespaces.at((at + 1) % switches), namespaces.at(at - 1)]
      const uplink = { ...up, peer: next?.down.device ?? 0, peerNetns: next?.id ?? 0 }
      const downlink = { ...down, peer: last?.up.device ?? 0, peerNetns: last?.id ?? 0 }
      const own = namespaceOf(id, `sw${at}`, [uplink, downlink, ...ports.map(({ port }) => port)])
      return [own, ...ports.map(({ host }) => host)]
    }),
  }
}

describe('a large lab', () => {
  const layout = layoutCanvas(topologyOf(ring(24, 4), []))
  const boxes = layout.machines.map(({ box }) => box)

  test('fills a page instead of a few endless rows', () => {
    const width = Math.max(...boxes.map(({ x, width: wide }) => x + wide)) - Math.min(...boxes.map(({ x }) => x))
    const height = Math.max(...boxes.map(({ y, height: high }) => y + high)) - Math.min(...boxes.map(({ y }) => y))
    expect(width / height).toBeGreaterThan(0.8)
    expect(width / height).toBeLessThan(3)
  })

  test('lets nothing overlap, sockets included', () => {
    const all = [...layout.deviceBox.values()].map(({ box }) => box)
    for (const list of [boxes, all]) {
      const overlapping = list.flatMap((a, index) => list.slice(index + 1).filter((b) => overlaps(a, b)))
      expect(overlapping).toEqual([])
    }
  })

  test('stays as it is around one that is moved a little', () => {
    const topology = topologyOf(ring(24, 4), [])
    const before = layoutCanvas(topology)
    const from = before.machines.find(({ machine }) => machine.name === 'h7-1')?.box ?? { x: 0, y: 0 }
    const after = layoutCanvas(topology, new Map([['h7-1', { x: from.x + 12, y: from.y + 8 }]]))
    const others = after.machines.filter(({ machine }, index) => machine !== before.machines[index]?.machine)
    expect(others).toEqual([])
    const changed = after.machines.filter((placed, index) => placed !== before.machines[index])
    expect(changed.map(({ machine }) => machine.name)).toEqual(['h7-1'])
  })

  test('keeps each machine beside those that hang on it', () => {
    const boxOf = new Map(layout.machines.map(({ machine, box }) => [machine.name, box]))
    for (const [at, host] of [0, 7, 23].map((each) => [boxOf.get(`sw${each}`), boxOf.get(`h${each}-3`)])) {
      expect(Math.hypot((at?.x ?? 0) - (host?.x ?? 0), (at?.y ?? 0) - (host?.y ?? 0))).toBeLessThan(600)
    }
  })
})
