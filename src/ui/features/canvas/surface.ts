// Where the canvas of a session is and what it shows right now: what a drag from elsewhere, a menu or a dialog needs of it.
import type { ReactFlowInstance } from '@xyflow/react'
import type { LabSession } from '../../lab/session.ts'
import type { CanvasNode } from './flow-nodes.ts'
import type { CanvasLayout } from './layout.ts'
import type { Topology } from './topology.ts'

export interface Surface {
  readonly element: HTMLElement
  readonly flow: ReactFlowInstance<CanvasNode>
  readonly layout: CanvasLayout
  readonly topology: Topology
}

const SURFACES = new WeakMap<LabSession, Surface>()

/** Tells what the canvas shows; undefined when it goes. */
export function setSurface(session: LabSession, surface: Surface | undefined): void {
  if (surface === undefined) SURFACES.delete(session)
  else SURFACES.set(session, surface)
}

export function surfaceOf(session: LabSession): Surface | undefined {
  return SURFACES.get(session)
}
