// Lining up what is selected: machines on the canvas, or containers in their machine. One step for undo.
import { t } from '../../../../i18n/i18n.ts'
import type { LabSession } from '../../../lab/session.ts'
import type { LabState } from '../../../stores/lab-store.ts'
import type { Selected } from '../../../stores/selection-store.ts'
import { aligned, isSpacing } from '../align.ts'
import type { Aligning, Alignment } from '../align.ts'
import { layoutCanvas, withSockets } from '../layout.ts'
import type { CanvasLayout } from '../layout.ts'
import { keepPositions } from '../move-nodes.ts'
import { selectedOf } from '../selected.ts'
import { surfaceOf } from '../surface.ts'
import type { Surface } from '../surface.ts'
import { machinesOfSelected } from './commands.ts'

/** Lines up what is selected; says what would have to be selected where that is too little. */
export function alignSelected(session: LabSession, alignment: Alignment): void {
  const surface = surfaceOf(session)
  if (surface === undefined) return
  const { positions } = session.lab.getState()
  const { folded } = session.building.getState()
  const selected = selectedOf(session)
  if (alignable(surface, selected).length < (isSpacing(alignment) ? 3 : 2)) {
    const title = t(isSpacing(alignment) ? 'building.alignThree' : 'building.alignTwo')
    session.messages.getState().show({ severity: 'info', title })
    return
  }
  keepPositions(session, standing({ ...surface, positions, folded, selected, alignment }))
}

interface Standing extends Pick<Surface, 'layout' | 'topology'> {
  readonly positions: LabState['positions']
  readonly folded: ReadonlySet<string>
  readonly selected: readonly Selected[]
  readonly alignment: Alignment
}

/** Sockets turn towards where things have gone, which may change frames, which then have to be lined up as they are. */
const ROUNDS = 6

/** Where what is selected stands in line once its sockets have turned. */
export function standing({
  layout,
  topology,
  positions,
  folded,
  selected,
  alignment,
}: Standing): LabState['positions'] {
  let found = aligned(alignable({ layout, topology }, selected), alignment)
  for (let round = 1; round < ROUNDS; round++) {
    const turned = layoutCanvas(topology, new Map([...positions, ...found]), folded)
    found = aligned(alignable({ layout: turned, topology }, selected), alignment)
  }
  return found
}

/** Machines that are selected together; else the containers of one machine, where they stand in it. */
export function alignable(
  { layout, topology }: Pick<Surface, 'layout' | 'topology'>,
  selected: readonly Selected[],
): readonly Aligning[] {
  const names = machinesOfSelected(selected, topology)
  const machines = layout.machines.flatMap(({ machine: { name }, box, namespaces }) =>
    names.has(name) ? [{ name, box, outer: withSockets(layout, box, namespaces) }] : [],
  )
  return machines.length > 0 ? machines : containersOf(layout, selected)
}

function containersOf(layout: CanvasLayout, selected: readonly Selected[]): readonly Aligning[] {
  const wanted = new Set(selected.flatMap((each) => (each.kind === 'namespace' ? [each.netns] : [])))
  const homes = layout.machines.map(({ machine, box: { x, y }, namespaces }) => {
    const names = new Set(machine.nested.filter(({ netns }) => wanted.has(netns)).map(({ name }) => name))
    return namespaces.flatMap((namespace) => {
      const { box, isRoot } = namespace
      const { name } = namespace.placed
      if (isRoot || !names.has(name)) return []
      const outer = withSockets(layout, { ...box, x: x + box.x, y: y + box.y }, [namespace])
      return [{ name, box, outer: { ...outer, x: outer.x - x, y: outer.y - y } }]
    })
  })
  const [home = [], other] = homes.filter((boxes) => boxes.length > 0)
  return other === undefined ? home : []
}
