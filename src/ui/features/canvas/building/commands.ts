// What keys and menus do to what is selected.
import { performGesture } from '../../../lab/editing.ts'
import type { LabSession } from '../../../lab/session.ts'
import type { DragSource, LinkProperty } from '../../../stores/building-store.ts'
import type { Selected } from '../../../stores/selection-store.ts'
import { selectThings, thingsOf } from '../select-things.ts'
import { selectedOf } from '../selected.ts'
import { surfaceOf } from '../surface.ts'
import type { Topology } from '../topology.ts'
import { namespacesOf } from '../topology.ts'
import { revealSelected, targetOfSelected } from './add-item.ts'

export async function deleteSelected(session: LabSession): Promise<void> {
  const things = thingsOf(session, selectedOf(session))
  if (things.length > 0) await performGesture(session, { kind: 'delete', things })
}

export async function duplicateSelected(session: LabSession): Promise<void> {
  const things = thingsOf(session, selectedOf(session))
  if (things.length > 0) await performGesture(session, { kind: 'duplicate', things })
}

/** Remembers what is selected; cutting takes nothing away until it is pasted elsewhere. */
export function copySelected(session: LabSession, isCut: boolean): void {
  const things = thingsOf(session, selectedOf(session))
  if (things.length > 0) session.building.setState({ clipboard: { things, isCut } })
}

/** Copies what was copied once more, or moves what was cut into what is selected. */
export async function pasteClipboard(session: LabSession): Promise<void> {
  const { clipboard } = session.building.getState()
  if (clipboard === undefined) return
  if (!clipboard.isCut) {
    await performGesture(session, { kind: 'duplicate', things: clipboard.things })
    return
  }
  const surface = surfaceOf(session)
  const { selected } = session.selection.getState()
  const target =
    selected === undefined || surface === undefined ? undefined : targetOfSelected(selected, surface.topology)
  session.building.setState({ clipboard: undefined })
  for (const thing of clipboard.things) {
    if (thing.kind === 'link' && target !== undefined && target.kind !== 'canvas') {
      const namespace = target.kind === 'namespace' ? target.namespace : target.device.namespace
      await performGesture(session, { kind: 'move-link', device: thing.device, namespace })
    } else if (thing.kind === 'namespace') {
      const machine = target === undefined || target.kind === 'canvas' ? undefined : target.machine
      await performGesture(session, { kind: 'regroup', namespace: thing.namespace, machine })
    }
  }
}

export function selectEverything(session: LabSession): void {
  const surface = surfaceOf(session)
  if (surface === undefined) return
  selectThings(
    session,
    surface.topology.machines.map(({ name, root }): Selected => {
      return root === undefined ? { kind: 'machine', name } : { kind: 'namespace', netns: root.netns }
    }),
  )
}

export function renameSelected(session: LabSession): void {
  const [first] = selectedOf(session)
  // A machine of equal namespaces has only the name that a directive gives it.
  if (first === undefined || first.kind === 'machine') return
  unfoldAround(session, first)
  revealSelected(session, () => session.building.setState({ renaming: first }))
}

/** What is edited in its place has to be drawn. */
function unfoldAround(session: LabSession, selected: Selected): void {
  const { building } = session
  const topology = surfaceOf(session)?.topology
  const home = selected.kind === 'device' ? topology?.homeOf.get(selected.device)?.machine : undefined
  const machine =
    home ?? topology?.machines.find(({ nested }) => nested.some(({ netns }) => isNetns(selected, netns)))?.name
  const { folded } = building.getState()
  if (machine === undefined || !folded.has(machine)) return
  building.setState({ folded: new Set([...folded].filter((name) => name !== machine)) })
}

function isNetns(selected: Selected, netns: number): boolean {
  return selected.kind === 'namespace' && selected.netns === netns
}

/** Has an address of the selected interface edited in its place; past the last one, a new one. */
export function editAddressOf(session: LabSession, index = 0): void {
  const { building, network } = session
  const { selected } = session.selection.getState()
  const link = selected?.kind === 'device' ? network.getState().linkById.get(selected.device) : undefined
  if (link === undefined || link.details.kind === 'lo' || index > link.addresses.length) return
  unfoldAround(session, { kind: 'device', device: link.device })
  revealSelected(session, () => building.setState({ addressing: { device: link.device, index } }))
}

/** Has the MAC address or the MTU of the selected interface edited beside it. */
export function editLinkOf(session: LabSession, property: LinkProperty): void {
  const { selected } = session.selection.getState()
  if (selected?.kind !== 'device') return
  unfoldAround(session, selected)
  revealSelected(session, () => session.building.setState({ setting: { device: selected.device, property } }))
}

/** Asks what to connect the selected thing with. */
export function connectSelected(session: LabSession): void {
  const surface = surfaceOf(session)
  const [first] = selectedOf(session)
  const from = first === undefined || surface === undefined ? undefined : sourceOfSelected(first, surface.topology)
  if (from !== undefined) session.building.setState({ asking: { kind: 'connect', from } })
}

/** What a line from a selected thing would be drawn from. */
export function sourceOfSelected(selected: Selected, topology: Topology, isMove = false): DragSource | undefined {
  const target = targetOfSelected(selected, topology)
  if (target === undefined || target.kind === 'canvas') return undefined
  if (target.kind === 'namespace') return { kind: 'end', end: { namespace: target.namespace } }
  const { device, id, kind } = target
  if (kind === 'bridge') return { kind: 'end', end: { namespace: device.namespace, bridge: device.name } }
  return { kind: 'device', device, id, isMove }
}

/** Folds a machine to its title, or unfolds it. */
export function toggleFold({ building }: LabSession, machine: string): void {
  const folded = new Set(building.getState().folded)
  if (!folded.delete(machine)) folded.add(machine)
  building.setState({ folded })
}

/** The machines that are selected as such, by name. */
export function machinesOfSelected(selected: readonly Selected[], { machines }: Topology): ReadonlySet<string> {
  const isMeant = (machine: Topology['machines'][number]): boolean =>
    selected.some((each) =>
      each.kind === 'machine'
        ? each.name === machine.name
        : each.kind === 'namespace' && machine.root?.netns === each.netns && namespacesOf(machine).length > 0,
    )
  return new Set(machines.filter(isMeant).map(({ name }) => name))
}
