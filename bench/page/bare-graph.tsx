// What the canvas is compared with: React Flow alone, with as many nodes, handles, edges and nested frames in the same places, and a name in each.
import '@xyflow/react/dist/style.css'
import './bare-graph.css'
import { Handle, Position, ReactFlow, useNodesState } from '@xyflow/react'
import type { Edge, Node, NodeProps } from '@xyflow/react'
import { memo } from 'react'
import { createRoot } from 'react-dom/client'
import { LabSession } from '../../src/engine/session.ts'
import { parseLab } from '../../src/lab/document.ts'
import { machinesOf } from '../../src/lab/machines.ts'
import type { OpenedLab } from '../../src/contract/protocol.ts'
import { layoutCanvas } from '../../src/ui/features/canvas/layout.ts'
import type { CanvasLayout } from '../../src/ui/features/canvas/layout.ts'
import { topologyOf } from '../../src/ui/features/canvas/topology.ts'
import { largeLab } from './large-lab.ts'

interface Plug {
  readonly id: string
  readonly type: 'source' | 'target'
}

type BareNode = Node<{ readonly name: string; readonly plugs: readonly Plug[] }, 'frame' | 'device'>

const Frame = memo(function Frame({ data }: NodeProps<BareNode>) {
  return <div>{data.name}</div>
})

const Device = memo(function Device({ data }: NodeProps<BareNode>) {
  return (
    <div>
      {data.name}
      {data.plugs.map(({ id, type }) => (
        <Handle key={id} id={id} type={type} position={type === 'source' ? Position.Bottom : Position.Top} />
      ))}
    </div>
  )
})

const NODE_TYPES = { frame: Frame, device: Device }

/** As many lines as the canvas draws, each with a handle at either end. */
function edgesOf({ wires }: CanvasLayout): Edge[] {
  return wires.map(({ id, from, to }) => {
    return { id, source: String(from), sourceHandle: `${id} a`, target: String(to), targetHandle: `${id} b` }
  })
}

function nodesOf(layout: CanvasLayout, nameOf: (device: number) => string): BareNode[] {
  const plugs = new Map<number, Plug[]>()
  const add = (device: number, plug: Plug): void => void plugs.set(device, [...(plugs.get(device) ?? []), plug])
  for (const { id, from, to } of layout.wires) {
    add(from, { id: `${id} a`, type: 'source' })
    add(to, { id: `${id} b`, type: 'target' })
  }
  return layout.machines.flatMap(({ machine, box, namespaces }): BareNode[] => {
    const { x, y, width, height } = box
    const frame = { id: machine.name, position: { x, y }, width, height }
    const devices = namespaces.flatMap(({ placed }) => [...placed.buses, ...placed.chips])
    return [
      { ...frame, type: 'frame', data: { name: machine.name, plugs: [] } },
      ...devices.map(({ device, box: inner }): BareNode => {
        const place = { position: { x: inner.x, y: inner.y }, width: inner.width, height: inner.height }
        const data = { name: nameOf(device), plugs: plugs.get(device) ?? [] }
        return { id: String(device), parentId: machine.name, type: 'device', draggable: false, ...place, data }
      }),
    ]
  })
}

function BareGraph({ initial, edges }: { readonly initial: BareNode[]; readonly edges: Edge[] }) {
  const [nodes, , onNodesChange] = useNodesState(initial)
  return (
    <ReactFlow<BareNode>
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      onNodesChange={onNodesChange}
      minZoom={0.05}
      fitView
    />
  )
}

const text = largeLab()
const session = new LabSession({ clone: (value) => structuredClone(value) }, () => undefined)
const { network } = (await session.handle({ kind: 'open', text })) as OpenedLab
const topology = topologyOf(network, machinesOf(parseLab(text)).machines)
const layout = layoutCanvas(topology)
const initial = nodesOf(layout, (device) => topology.deviceById.get(device)?.name ?? '')
const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<BareGraph initial={initial} edges={edgesOf(layout)} />)
