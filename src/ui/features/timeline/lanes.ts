// Which rows the timeline has: a lane for each interface, grouped by machine and namespace, pinned ones on top. Pure.
import { namespaceTitle } from '../../stores/network-store.ts'

/** An interface that has, or once had, a lane. */
export interface LaneDevice {
  readonly device: number
  readonly name: string
  /** Empty for the bench's own namespace. */
  readonly namespace: string
  readonly machine: string
  readonly isLoopback: boolean
}

export interface LaneRow {
  readonly id: string
  /** One for a lane, all of the group for a group that is folded up. */
  readonly devices: readonly number[]
  readonly label: string
  /** Written at the first row of a group; undefined elsewhere. */
  readonly group: LaneGroup | undefined
  readonly isPinned: boolean
  readonly isCollapsed: boolean
  /** The first row of another machine than the one above. */
  readonly opensMachine: boolean
  readonly y: number
}

export interface LaneGroup {
  readonly id: string
  readonly machine: string
  readonly namespace: string
  readonly rowCount: number
}

export interface LaneOptions {
  readonly pinned: ReadonlySet<number>
  readonly collapsed: ReadonlySet<string>
  /** Words that must all occur in `machine namespace/device`; empty for no filter. */
  readonly text: string
  /** Only these interfaces; undefined for all. */
  readonly only: ReadonlySet<number> | undefined
  /** Interfaces with frames: a loopback without any has no lane. */
  readonly busy: ReadonlySet<number>
}

export const ROW_HEIGHT = 18

/** `ns/dev` as interfaces are written everywhere. */
export function fullName({ namespace, name }: LaneDevice): string {
  return `${namespaceTitle(namespace)}/${name}`
}

/** The rows, top to bottom. Devices come in their order, which is that of machines and namespaces. */
export function laneRows(devices: readonly LaneDevice[], options: LaneOptions): readonly LaneRow[] {
  const shown = devices.filter((device) => isShown(device, options))
  const rows: Omit<LaneRow, 'y'>[] = shown
    .filter(({ device }) => options.pinned.has(device))
    .map((device) => ({ ...laneOf(device, fullName(device)), isPinned: true }))
  let machine: string | undefined
  for (const group of groupsOf(shown.filter(({ device }) => !options.pinned.has(device)))) {
    const [first] = group
    if (first === undefined) continue
    const groupRows = rowsOfGroup(group, first, options.collapsed)
    for (const [index, row] of groupRows.entries()) {
      rows.push({ ...row, opensMachine: index === 0 && machine !== first.machine && rows.length > 0 })
    }
    machine = first.machine
  }
  return rows.map((row, index) => ({ ...row, y: index * ROW_HEIGHT }))
}

/** The row that shows an interface, by its index. */
export function rowIndexByDevice(rows: readonly LaneRow[]): ReadonlyMap<number, number> {
  return new Map(rows.flatMap(({ devices }, index) => devices.map((device) => [device, index])))
}

/** The row at a height, or undefined below the last. */
export function rowAt(rows: readonly LaneRow[], y: number): LaneRow | undefined {
  return y < 0 ? undefined : rows[Math.floor(y / ROW_HEIGHT)]
}

function isShown(device: LaneDevice, { text, only, busy }: LaneOptions): boolean {
  if (device.isLoopback && !busy.has(device.device)) return false
  if (only !== undefined && !only.has(device.device)) return false
  const name = `${device.machine} ${fullName(device)}`.toLowerCase()
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => name.includes(word))
}

function groupsOf(devices: readonly LaneDevice[]): readonly LaneDevice[][] {
  const groups = new Map<string, LaneDevice[]>()
  for (const device of devices) {
    const id = groupId(device)
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [device])
    else group.push(device)
  }
  return [...groups.values()]
}

function groupId({ machine, namespace }: LaneDevice): string {
  return `${machine}:${namespace}`
}

function laneOf(device: LaneDevice, label: string): Omit<LaneRow, 'y'> {
  return {
    id: `lane:${device.device}`,
    devices: [device.device],
    label,
    group: undefined,
    isPinned: false,
    isCollapsed: false,
    opensMachine: false,
  }
}

function rowsOfGroup(
  group: readonly LaneDevice[],
  first: LaneDevice,
  collapsed: ReadonlySet<string>,
): readonly Omit<LaneRow, 'y'>[] {
  const id = groupId(first)
  const isCollapsed = collapsed.has(id)
  const about = { id, machine: first.machine, namespace: first.namespace, rowCount: isCollapsed ? 1 : group.length }
  if (!isCollapsed) {
    return group.map((device, index) => ({ ...laneOf(device, device.name), group: index === 0 ? about : undefined }))
  }
  const devices = group.map(({ device }) => device)
  const label = group.map(({ name }) => name).join(' ')
  return [{ ...laneOf(first, label), id: `group:${id}`, devices, group: about, isCollapsed }]
}
