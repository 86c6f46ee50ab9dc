// Which edge of its namespace each device sits on: the one that faces where its line leads.
import { centreOf } from './geometry.ts'
import type { Box, Side } from './geometry.ts'
import type { FramedNamespace } from './layout-frames.ts'
import type { Heading } from './namespace-layout.ts'
import type { Rows } from './rows.ts'
import { namespacesOf } from './topology.ts'
import type { MachineNode, Topology } from './topology.ts'

interface Place {
  readonly machine: string
  readonly namespace: string
  /** What of its machine hangs below the machine's own namespace. */
  readonly isNested: boolean
  /** Left to right. */
  readonly order: number
}

type SideTowards = (here: Place, there: Place) => Side

/** By the rows that the machines stand in. */
export function headingsOf(topology: Topology, rows: Rows): ReadonlyMap<number, Heading> {
  const orderOf = new Map(rows.flatMap((row) => row.map((name, index) => [name, (index + 0.5) / row.length] as const)))
  const places = placesOf(topology, (machine, _namespace, inner) => (orderOf.get(machine) ?? 0) + inner * 0.001)
  return headingsBy(topology, places, sideByRows(rows))
}

function sideByRows(rows: Rows): SideTowards {
  const placeOf = new Map(rows.flatMap((row, index) => row.map((name, place) => [name, { index, place }] as const)))
  return (here, there) => {
    const [a, b] = [placeOf.get(here.machine), placeOf.get(there.machine)]
    if (a === undefined || b === undefined) return 'inner'
    if (a.index !== b.index) return a.index > b.index ? 'top' : 'bottom'
    return a.place > b.place ? 'left' : 'right'
  }
}

/** Between two frames that stand less apart than this, one above the other, no line can be drawn. */
const LEAST_ROOM = 16

/** Two sockets that face each other from the side take so much, and a line between them. */
const SIDE_ROOM = 176

/** A machine with its place on the canvas. */
export interface StandingMachine {
  readonly machine: MachineNode
  readonly box: Box
  readonly namespaces: readonly FramedNamespace[]
}

/** What is known of how machines came to stand where they do. */
interface Standing {
  readonly rows: Rows
  /** Those that nobody has placed stand in their rows. */
  readonly isByRows: boolean
  /** By hand. */
  readonly isPlaced: (machine: string) => boolean
}

/**
 * By where the machines stand: one above the other if a line fits between them, else side by side, with the cable over
 * their heads where their sockets would meet between them. Two that stand in their rows, as nobody has placed them, keep
 * the edges of those.
 */
export function headingsBetween(
  topology: Topology,
  machines: readonly StandingMachine[],
  { rows, isByRows, isPlaced }: Standing,
): ReadonlyMap<number, Heading> {
  const boxOf = new Map(machines.map(({ machine, box }) => [machine.name, box]))
  const middleOf = new Map(
    machines.flatMap(({ box, namespaces }) =>
      namespaces.map((framed) => [framed.placed.name, box.x + framed.box.x + framed.box.width / 2] as const),
    ),
  )
  const places = placesOf(topology, (_machine, namespace) => middleOf.get(namespace) ?? 0)
  const byRows = sideByRows(rows)
  return headingsBy(topology, places, (here, there) => {
    const [a, b] = [boxOf.get(here.machine), boxOf.get(there.machine)]
    const isByHand = isPlaced(here.machine) || isPlaced(there.machine)
    if (a === undefined || b === undefined || (isByRows && !isByHand)) return byRows(here, there)
    // What nobody has placed is given the room that its sockets need.
    return sideByBoxes(a, b, isByHand ? SIDE_ROOM : 0)
  })
}

function sideByBoxes(a: Box, b: Box, sideRoom: number): Side {
  const across = Math.max(b.x - a.x - a.width, a.x - b.x - b.width)
  const down = Math.max(b.y - a.y - a.height, a.y - b.y - b.height)
  const [here, there] = [centreOf(a), centreOf(b)]
  const isStacked = across < 0 && Math.abs(here.y - there.y) >= Math.abs(here.x - there.x)
  if (down >= LEAST_ROOM || isStacked) return here.y > there.y ? 'top' : 'bottom'
  if (across < sideRoom) return 'top'
  return here.x > there.x ? 'left' : 'right'
}

/** The edge and the order on that edge of every device that a line leaves from. */
function headingsBy(
  topology: Topology,
  places: ReadonlyMap<string, Place>,
  between: SideTowards,
): ReadonlyMap<number, Heading> {
  const placeOf = (device: number): Place | undefined => places.get(topology.homeOf.get(device)?.namespace ?? '')
  const headings = new Map<number, Heading>()
  const head = (device: number, towards: number): void => {
    const [here, there] = [placeOf(device), placeOf(towards)]
    if (here === undefined || there === undefined || here.namespace === there.namespace) return
    const side = here.machine === there.machine ? sideInside(here, there) : between(here, there)
    headings.set(device, { side, order: there.order })
  }
  // A parent's own cable decides its edge; only one without a cable turns towards its children.
  for (const { kind, from, to } of topology.wires) if (kind === 'parent') head(to, from)
  for (const { kind, from, to } of topology.wires) {
    if (kind === 'port') continue
    head(from, to)
    if (kind !== 'parent') head(to, from)
  }
  return headings
}

function placesOf(
  { machines }: Topology,
  orderOf: (machine: string, namespace: string, inner: number) => number,
): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  for (const machine of machines) {
    for (const [inner, namespace] of namespacesOf(machine).entries()) {
      const isNested = namespace !== machine.root && machine.root !== undefined
      const order = orderOf(machine.name, namespace.name, inner)
      places.set(namespace.name, { machine: machine.name, namespace: namespace.name, isNested, order })
    }
  }
  return places
}

/** Inside one machine everything nested hangs below the root. */
function sideInside(here: Place, there: Place): Side {
  if (here.isNested !== there.isNested) return here.isNested ? 'top' : 'bottom'
  return here.order > there.order ? 'left' : 'right'
}
