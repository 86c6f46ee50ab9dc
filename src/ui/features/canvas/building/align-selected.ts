// Lining up what is selected: machines on the canvas, or containers in their machine. One step for undo.
import { t } from '../../../../i18n/i18n.ts'
import type { LabSession } from '../../../lab/session.ts'
import type { Selected } from '../../../stores/selection-store.ts'
import { aligned, isSpacing } from '../align.ts'
import type { Aligning, Alignment } from '../align.ts'
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
  const boxes = alignable(surface, selectedOf(session))
  if (boxes.length < (isSpacing(alignment) ? 3 : 2)) {
    const title = t(isSpacing(alignment) ? 'building.alignThree' : 'building.alignTwo')
    session.messages.getState().show({ severity: 'info', title })
    return
  }
  keepPositions(session, aligned(boxes, alignment))
}

/** Machines that are selected together; else the containers of one machine, where they stand in it. */
export function alignable({ layout, topology }: Surface, selected: readonly Selected[]): readonly Aligning[] {
  const names = machinesOfSelected(selected, topology)
  const machines = layout.machines.flatMap(({ machine: { name }, box }) => (names.has(name) ? [{ name, box }] : []))
  return machines.length > 0 ? machines : containersOf(layout, selected)
}

function containersOf({ machines }: CanvasLayout, selected: readonly Selected[]): readonly Aligning[] {
  const wanted = new Set(selected.flatMap((each) => (each.kind === 'namespace' ? [each.netns] : [])))
  const homes = machines.map(({ machine, namespaces }) => {
    const names = new Set(machine.nested.filter(({ netns }) => wanted.has(netns)).map(({ name }) => name))
    return namespaces.flatMap(({ placed: { name }, box, isRoot }) =>
      !isRoot && names.has(name) ? [{ name, box }] : [],
    )
  })
  const [home = [], other] = homes.filter((boxes) => boxes.length > 0)
  return other === undefined ? home : []
}
