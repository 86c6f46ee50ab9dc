// From the lab's machines and the network at the cursor to the timeline's rows. An interface that is gone keeps its lane.
import type { TraceFilter } from '../../../contract/protocol.ts'
import type { LabSession } from '../../lab/session.ts'
import type { LabState } from '../../stores/lab-store.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import type { Selected } from '../../stores/selection-store.ts'
import { laneRows } from './lanes.ts'
import type { LaneDevice, LaneRow } from './lanes.ts'
import { PROTOCOLS } from './timeline-store.ts'
import type { TimelineState } from './timeline-store.ts'

/** The interfaces of a network in the order of their lanes, with those known from earlier that it lacks. */
export function laneDevices(
  { machines }: Pick<LabState, 'machines'>,
  { view }: NetworkState,
  known: readonly LaneDevice[],
): readonly LaneDevice[] {
  if (view === undefined) return known
  const machineOf = new Map(machines.flatMap(({ name, namespaces }) => namespaces.map((each) => [each, name] as const)))
  const rank = new Map(machines.flatMap(({ namespaces }) => namespaces).map((name, index) => [name, index]))
  const rankOf = (namespace: string): number => rank.get(namespace) ?? Infinity
  const present = view.namespaces.flatMap(({ name, links }) =>
    links
      .toSorted((a, b) => a.ifindex - b.ifindex)
      .map((link): LaneDevice => {
        const isLoopback = link.details.kind === 'lo'
        return {
          device: link.device,
          name: link.name,
          namespace: name,
          machine: machineOf.get(name) ?? name,
          isLoopback,
        }
      }),
  )
  const ids = new Set(present.map(({ device }) => device))
  const gone = known.filter(({ device }) => !ids.has(device))
  const all = [...present, ...gone].map((each, index) => ({ each, index }))
  const order = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)
  all.sort((a, b) => {
    const byNamespace = order(rankOf(a.each.namespace), rankOf(b.each.namespace))
    return byNamespace === 0 ? a.index - b.index : byNamespace
  })
  return all.map(({ each }) => each)
}

/** Whether two lists of interfaces make the same lanes. */
export function isSameDevices(a: readonly LaneDevice[], b: readonly LaneDevice[]): boolean {
  if (a.length !== b.length) return false
  return a.every((left, index) => {
    const right = b[index]
    return (
      left.device === right?.device &&
      left.name === right.name &&
      left.namespace === right.namespace &&
      left.machine === right.machine
    )
  })
}

/** The devices that a selection on the canvas stands for; undefined when nothing is selected. */
function devicesOfSelection(
  selected: Selected | undefined,
  devices: readonly LaneDevice[],
  { namespaceById }: NetworkState,
): ReadonlySet<number> | undefined {
  if (selected === undefined) return undefined
  const isMeant = ({ device, machine, namespace }: LaneDevice): boolean => {
    if (selected.kind === 'device') return selected.device === device
    if (selected.kind === 'machine') return selected.name === machine
    return namespaceById.get(selected.netns)?.name === namespace
  }
  return new Set(devices.filter(isMeant).map(({ device }) => device))
}

type RowInputs = Pick<TimelineState, 'devices' | 'pinned' | 'collapsed' | 'text' | 'isOnlySelected' | 'busy'>

/** The rows as they stand. A lane whose interface was never in a shown network is named by its number. */
export function rowsOf(
  state: RowInputs,
  { selection, network }: Pick<LabSession, 'selection' | 'network'>,
): readonly LaneRow[] {
  const { devices, pinned, collapsed, text, busy } = state
  const known = new Set(devices.map(({ device }) => device))
  const strangers = [...busy]
    .filter((device) => !known.has(device))
    .map((device): LaneDevice => ({ device, name: `#${device}`, namespace: '?', machine: '?', isLoopback: false }))
  const all = [...devices, ...strangers]
  const only = state.isOnlySelected
    ? devicesOfSelection(selection.getState().selected, all, network.getState())
    : undefined
  return laneRows(all, { pinned, collapsed, text, only, busy })
}

/** What the engine is asked for: only what has a lane and a protocol that is shown. */
export function filterOf(
  {
    protocols,
    text,
    expression,
    isOnlySelected,
  }: Pick<TimelineState, 'protocols' | 'text' | 'expression' | 'isOnlySelected'>,
  rows: readonly LaneRow[],
): TraceFilter {
  const isNarrowed = text.trim() !== '' || isOnlySelected
  return {
    ...(protocols.size < PROTOCOLS.length ? { protocols: PROTOCOLS.filter((name) => protocols.has(name)) } : {}),
    ...(expression === '' ? {} : { expression }),
    ...(isNarrowed ? { devices: rows.flatMap(({ devices }) => devices) } : {}),
  }
}
