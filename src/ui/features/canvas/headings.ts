// Which edge of its namespace each device sits on: the one that faces where its line leads.
import type { Side } from './geometry.ts'
import type { Heading } from './namespace-layout.ts'
import type { Rows } from './rows.ts'
import { namespacesOf } from './topology.ts'
import type { Topology } from './topology.ts'

interface Place {
  readonly machine: string
  readonly namespace: string
  /** Height on the page: rows count double, so that nested namespaces lie half a row lower. */
  readonly level: number
  /** Left to right. */
  readonly order: number
}

/** The edge and the order on that edge of every device that a line leaves from. */
export function headingsOf(topology: Topology, rows: Rows): ReadonlyMap<number, Heading> {
  const places = placesOf(topology, rows)
  const placeOf = (device: number): Place | undefined => places.get(topology.homeOf.get(device)?.namespace ?? '')
  const headings = new Map<number, Heading>()
  const head = (device: number, towards: number): void => {
    const [here, there] = [placeOf(device), placeOf(towards)]
    if (here === undefined || there === undefined || here.namespace === there.namespace) return
    headings.set(device, { side: sideTowards(here, there), order: there.order })
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

function placesOf({ machines }: Topology, rows: Rows): ReadonlyMap<string, Place> {
  const machineByName = new Map(machines.map((machine) => [machine.name, machine]))
  const places = new Map<string, Place>()
  for (const [rowIndex, row] of rows.entries()) {
    for (const [index, name] of row.entries()) {
      const machine = machineByName.get(name)
      if (machine === undefined) continue
      for (const [inner, namespace] of namespacesOf(machine).entries()) {
        const isNested = namespace !== machine.root
        const level = rowIndex * 2 + (isNested && machine.root !== undefined ? 1 : 0)
        const order = (index + 0.5) / row.length + inner * 0.001
        places.set(namespace.name, { machine: name, namespace: namespace.name, level, order })
      }
    }
  }
  return places
}

function sideTowards(here: Place, there: Place): Side {
  // Inside one machine everything nested hangs below the root; between machines only their rows matter.
  const isInside = here.machine === there.machine
  const [a, b] = isInside ? [here.level, there.level] : [Math.floor(here.level / 2), Math.floor(there.level / 2)]
  if (a !== b) return a > b ? 'top' : 'bottom'
  return here.order > there.order ? 'left' : 'right'
}
