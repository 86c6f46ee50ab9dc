// What goes on while a lab is built by hand: a drag, an open menu, a question, a name being edited. Forgotten with the page.
import { createStore } from 'zustand/vanilla'
import type { CableEnd, CanvasPoint, DeviceRef, Thing } from '../../lab/build/gesture.ts'
import { isSameSelected } from './selection-store.ts'
import type { Selected, SelectionState } from './selection-store.ts'

/** What the palette offers. */
export const PALETTE_ITEMS = [
  'machine',
  'container',
  'bridge',
  'router',
  'switch',
  'outside',
  'vm',
  'dummy',
  'note',
] as const
export type PaletteItem = (typeof PALETTE_ITEMS)[number]

/** What a drag began on. Pictures of the machine, the frames themselves, are moved by React Flow. */
export type DragSource =
  | { readonly kind: 'item'; readonly item: PaletteItem }
  /** The plus of a namespace, or a bridge's bus. */
  | { readonly kind: 'end'; readonly end: CableEnd }
  /** An interface; `isMove` when it shall live elsewhere. */
  | { readonly kind: 'device'; readonly device: DeviceRef; readonly id: number; readonly isMove: boolean }
  /** A rectangle around things. */
  | { readonly kind: 'band'; readonly from: CanvasPoint }

/** What lies below the pointer. */
export type DropTarget =
  | { readonly kind: 'canvas' }
  | { readonly kind: 'namespace'; readonly namespace: string; readonly machine: string }
  | { readonly kind: 'bridge'; readonly device: DeviceRef; readonly id: number; readonly machine: string }
  | { readonly kind: 'device'; readonly device: DeviceRef; readonly id: number; readonly machine: string }

/** Whether a drop would do anything: `idle` where nothing is meant, and why not where Linux would refuse. */
export type DropVerdict =
  | { readonly kind: 'idle' }
  | { readonly kind: 'legal' }
  | { readonly kind: 'illegal'; readonly linux: string; readonly reason: string }

export interface Drag {
  readonly source: DragSource
  /** The pointer, on the canvas and in the window. */
  readonly at: CanvasPoint
  readonly client: CanvasPoint
  readonly target: DropTarget | undefined
  readonly verdict: DropVerdict
}

/** A question that a dialog asks before a gesture is complete. */
export type Asking =
  | { readonly kind: 'connect'; readonly from: DragSource }
  | { readonly kind: 'child'; readonly parent: DeviceRef; readonly namespace: string }
  | {
      readonly kind: 'note'
      readonly text: string
      readonly at: CanvasPoint
      readonly isNew: boolean
      /** Of an old note, whether the lab's text says where it stands. */
      readonly wasPlaced?: boolean
    }

/** What of an interface is edited in a field beside it, besides name and addresses. */
export type LinkProperty = 'address' | 'mtu'

/** A note of the lab's text, where it is drawn. */
export interface NotePlace extends CanvasPoint {
  readonly text: string
  /** Whether the text says where it stands. */
  readonly isPlaced: boolean
}

export interface MenuRequest {
  readonly client: CanvasPoint
  /** What the menu is about; undefined for the canvas itself. */
  readonly target: Selected | undefined
  /** Where on the canvas it was asked for. */
  readonly at: CanvasPoint | undefined
  readonly note?: NotePlace
  /** What has the focus again when the menu is closed. */
  readonly opener?: HTMLElement
}

export interface Regroup {
  readonly namespace: string
  readonly machine: string | undefined
  readonly at: CanvasPoint
}

/** At an x from one y to another, or at a y from one x to another; on the canvas. */
export interface Guide {
  readonly axis: 'x' | 'y'
  readonly at: number
  readonly from: number
  readonly to: number
  /** From one frame to the next, as wide as another gap that is shown. */
  readonly isGap?: boolean
}

export interface BuildingState {
  /** Several things at once; they hold for as long as the first of them is what is selected. */
  readonly group: readonly Selected[]
  /** Machines that are folded to their titles. */
  readonly folded: ReadonlySet<string>
  readonly drag: Drag | undefined
  readonly menu: MenuRequest | undefined
  readonly asking: Asking | undefined
  readonly renaming: Selected | undefined
  /** An address that is being edited: its interface, and which one of its addresses. */
  readonly addressing: { readonly device: number; readonly index: number } | undefined
  /** A MAC address or an MTU that is being edited beside its interface. */
  readonly setting: { readonly device: number; readonly property: LinkProperty } | undefined
  /** A namespace that is being held over another machine's frame, or outside of its own where it becomes a machine. */
  readonly regroup: Regroup | undefined
  /** Lines and gaps that what is being moved shares with what stands beside it. */
  readonly guides: readonly Guide[]
  /** What was copied, or cut to be moved. */
  readonly clipboard: { readonly things: readonly Thing[]; readonly isCut: boolean } | undefined
  readonly hasMinimap: boolean
  /** While new places for so many machines are looked for. */
  readonly arranging: { readonly count: number; readonly cancel: () => void } | undefined
  /** Machines on their way to new places. */
  readonly gliding: ReadonlyMap<string, CanvasPoint> | undefined
  /** In another page: a lab to be played, not built. */
  readonly isFixed: boolean
}

export const createBuildingStore = () =>
  createStore<BuildingState>(() => ({
    group: [],
    folded: new Set(),
    drag: undefined,
    menu: undefined,
    asking: undefined,
    renaming: undefined,
    addressing: undefined,
    setting: undefined,
    regroup: undefined,
    guides: [],
    clipboard: undefined,
    hasMinimap: false,
    arranging: undefined,
    gliding: undefined,
    isFixed: false,
  }))
export type BuildingStore = ReturnType<typeof createBuildingStore>

const NOTHING: readonly Selected[] = []

/** Everything that is selected, what the inspector shows first. */
export function allSelected(
  { group }: Pick<BuildingState, 'group'>,
  { selected }: Pick<SelectionState, 'selected'>,
): readonly Selected[] {
  if (selected === undefined) return NOTHING
  return isSameSelected(group[0], selected) ? group : [selected]
}
