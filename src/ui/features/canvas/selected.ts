// Everything that is selected, in a session.
import type { LabSession } from '../../lab/session.ts'
import { allSelected } from '../../stores/building-store.ts'
import type { Selected } from '../../stores/selection-store.ts'

export function selectedOf({ building, selection }: LabSession): readonly Selected[] {
  return allSelected(building.getState(), selection.getState())
}
