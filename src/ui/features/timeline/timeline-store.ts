// What the timeline itself remembers while a lab is open: its axis and view, its filters, and the stretch of sightings it has loaded.
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { ProtocolName, SightingColumns } from '../../../contract/protocol.ts'
import { useSession } from '../../lab/context.tsx'
import type { LabSession } from '../../lab/session.ts'
import { NO_SIGHTINGS } from '../../stores/trace-store.ts'
import { foldAxis } from './fold-axis.ts'
import type { AxisScale, FoldAxis, Stretch } from './fold-axis.ts'
import type { DensityPart } from './density.ts'
import type { LaneDevice, LaneRow } from './lanes.ts'

export const PROTOCOLS = ['arp', 'icmp', 'udp', 'tcp', 'stp', 'other'] as const satisfies readonly ProtocolName[]

/** The frame under the pointer, and where on the stage. */
export interface Hover {
  readonly seq: number
  readonly x: number
  readonly y: number
}

export interface TimelineState {
  /** The stretch from the first to the last moment of the trace, and the silences in it. */
  readonly whole: Stretch
  readonly idle: readonly Stretch[]
  readonly axis: FoldAxis
  readonly scale: AxisScale
  /** Pixels of the axis left of the view. */
  readonly offsetPx: number
  readonly widthPx: number
  readonly isTrueTime: boolean
  readonly pinned: ReadonlySet<number>
  readonly collapsed: ReadonlySet<string>
  readonly text: string
  /** A capture filter that the engine can read; empty for none. */
  readonly expression: string
  /** Those shown; all of them at first. */
  readonly protocols: ReadonlySet<ProtocolName>
  /** Only the lanes of what is selected on the canvas. */
  readonly isOnlySelected: boolean
  readonly isTable: boolean
  readonly hover: Hover | undefined
  /** The lane that `,` and `.` step in; 0 for all. */
  readonly laneDevice: number
  /** Interfaces with frames. */
  readonly busy: ReadonlySet<number>
  /** Every interface that was there at some moment that was shown, in the order of the lanes. */
  readonly devices: readonly LaneDevice[]
  readonly rows: readonly LaneRow[]
  /** The index of the row that shows a device. */
  readonly rowOf: ReadonlyMap<number, number>
  /** Sightings of [loaded.fromNs, loaded.toNs], or none while the view is too wide for single frames. */
  readonly sightings: SightingColumns
  readonly loaded: Stretch
  /** Counts of the view when it is too wide for single frames; undefined while it shows frames. */
  readonly density: readonly DensityPart[] | undefined
  /** Counts of the whole trace, for the overview strip. */
  readonly overview: readonly DensityPart[]
}

export const NOWHERE: Stretch = { fromNs: 0, toNs: -1 }
const EMPTY_AXIS = foldAxis({ fromNs: 0, toNs: 1 }, [])

export const EMPTY_TIMELINE = {
  whole: NOWHERE,
  idle: [],
  axis: EMPTY_AXIS,
  scale: { pxPerNs: 1, foldPx: 0 },
  offsetPx: 0,
  hover: undefined,
  rows: [],
  rowOf: new Map<number, number>(),
  laneDevice: 0,
  busy: new Set<number>(),
  devices: [],
  sightings: NO_SIGHTINGS,
  loaded: NOWHERE,
  density: undefined,
  overview: [],
} satisfies Partial<TimelineState>

const createTimelineStore = () =>
  createStore<TimelineState>(() => ({
    ...EMPTY_TIMELINE,
    widthPx: 0,
    isTrueTime: false,
    pinned: new Set(),
    collapsed: new Set(),
    text: '',
    expression: '',
    protocols: new Set(PROTOCOLS),
    isOnlySelected: false,
    isTable: false,
  }))
export type TimelineStore = ReturnType<typeof createTimelineStore>

/** The timeline's state for components; the selector returns primitives or stable objects. */
export function useTimeline<T>(selector: (state: TimelineState) => T): T {
  return useStore(timelineOf(useSession()), selector)
}

const storeBySession = new WeakMap<LabSession, TimelineStore>()

/** The timeline of a session: it outlives the panel, so that another tab of the dock costs the reader nothing. */
export function timelineOf(session: LabSession): TimelineStore {
  let store = storeBySession.get(session)
  if (store === undefined) {
    store = createTimelineStore()
    storeBySession.set(session, store)
  }
  return store
}
