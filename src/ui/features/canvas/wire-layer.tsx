// The lines between devices: a cable with two plugs, a port's short bar into its bus, a dashed line from a child to its parent.
import { memo } from 'react'
import { lightOf } from '../../components/state-light.tsx'
import { pathOf, pointOn } from './geometry.ts'
import type { DrawnWire } from './layout-wires.ts'
import type { Topology } from './topology.ts'

interface WireLayerProps {
  readonly wires: readonly DrawnWire[]
  readonly topology: Topology
}

/** An SVG in canvas coordinates, between the frames and the sockets. The tree says the same in words. */
export const WireLayer = memo(function WireLayer({ wires, topology }: WireLayerProps) {
  return (
    <svg className="wire-layer" width="1" height="1" aria-hidden="true">
      {wires.map((wire) => (
        <WireLine key={wire.id} wire={wire} isLive={isLive(wire, topology)} />
      ))}
    </svg>
  )
})

/** Memoised: while a machine is dragged, the lines that do not end there stay. */
const WireLine = memo(function WireLine({ wire, isLive }: { readonly wire: DrawnWire; readonly isLive: boolean }) {
  const { kind, curve } = wire
  const hasPlugs = kind === 'cable' || kind === 'veth'
  return (
    <g className={`wire wire--${kind}${isLive ? '' : ' wire--off'}`}>
      <path d={pathOf(curve)} />
      {hasPlugs &&
        [pointOn(curve, 0), pointOn(curve, 1)].map(({ x, y }, end) => <circle key={end} cx={x} cy={y} r="3" />)}
      {kind === 'parent' && <ParentMark wire={wire} />}
    </g>
  )
})

/** A small tab where the child hangs on its parent. */
function ParentMark({ wire: { curve } }: { readonly wire: DrawnWire }) {
  const { x, y } = pointOn(curve, 1)
  return <rect x={x - 6} y={y - 3} width="12" height="6" rx="1.5" />
}

/** A line carries frames only when both its ends are up. */
function isLive({ kind, from, to }: DrawnWire, { deviceById }: Topology): boolean {
  const [a, b] = [deviceById.get(from), deviceById.get(to)]
  if (a === undefined || b === undefined) return false
  if (kind === 'port') return a.up && b.up && (a.port === undefined || a.port.state === 'forwarding')
  return lightOf(a) === 'up' && lightOf(b) === 'up'
}
