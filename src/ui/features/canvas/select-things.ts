// Selecting several things, and from what is selected to what gestures speak about.
import type { CanvasPoint, Thing } from '../../../lab/build/gesture.ts'
import type { LabSession } from '../../lab/session.ts'
import { isSameSelected } from '../../stores/selection-store.ts'
import type { Selected } from '../../stores/selection-store.ts'
import { overlap } from './geometry.ts'
import type { Box, Point } from './geometry.ts'
import { selectedOf } from './selected.ts'
import type { Surface } from './surface.ts'

/** Selects things together; the first of them is what the inspector shows. */
export function selectThings({ selection, building }: LabSession, things: readonly Selected[]): void {
  building.setState({ group: things })
  selection.setState({ selected: things[0], pingFrom: undefined, pingTo: undefined })
}

/** Adds a thing to what is selected, or takes it out. */
export function toggleThing(session: LabSession, target: Selected): void {
  const now = selectedOf(session)
  const others = now.filter((each) => !isSameSelected(each, target))
  selectThings(session, others.length < now.length ? others : [...now, target])
}

/** Selects the machines that a rectangle touches, or within one machine what lies inside of it. */
export function selectBand(session: LabSession, { layout }: Surface, from: Point, to: CanvasPoint): void {
  const band: Box = {
    x: Math.min(from.x, to.x),
    y: Math.min(from.y, to.y),
    width: Math.abs(to.x - from.x),
    height: Math.abs(to.y - from.y),
  }
  const around = layout.machines.find(({ box }) => isInside(band, box))
  if (around === undefined) {
    const touched = layout.machines.filter(({ box }) => overlap(box, band))
    selectThings(
      session,
      touched.map(({ machine: { name, root } }): Selected => {
        return root === undefined ? { kind: 'machine', name } : { kind: 'namespace', netns: root.netns }
      }),
    )
    return
  }
  const devices = [...layout.deviceBox].filter(([, { box }]) => overlap(box, band))
  selectThings(
    session,
    devices.map(([device]): Selected => ({ kind: 'device', device })),
  )
}

/** What gestures call the selected things; the bench's own namespace is none that could be deleted or copied. */
export function thingsOf({ network, lab }: LabSession, selected: readonly Selected[]): readonly Thing[] {
  const { linkById, namespaceById } = network.getState()
  const { machines } = lab.getState()
  const namespaces = new Set<string>()
  const links: Thing[] = []
  for (const each of selected) {
    if (each.kind === 'device') {
      const link = linkById.get(each.device)
      const namespace = namespaceById.get(link?.netns ?? -1)?.name
      if (link !== undefined && namespace !== undefined) {
        links.push({ kind: 'link', device: { namespace, name: link.name } })
      }
      continue
    }
    const name = each.kind === 'machine' ? each.name : namespaceById.get(each.netns)?.name
    if (name === undefined) continue
    // A machine goes with everything in it.
    const members = machines.find((machine) => machine.name === name)?.namespaces ?? [name]
    for (const member of members) if (member !== '') namespaces.add(member)
  }
  const isGoneAnyway = (thing: Thing): boolean => thing.kind === 'link' && namespaces.has(thing.device.namespace)
  return [
    ...[...namespaces].map((namespace): Thing => ({ kind: 'namespace', namespace })),
    ...links.filter((thing) => !isGoneAnyway(thing)),
  ]
}

function isInside(inner: Box, outer: Box): boolean {
  const isWide = inner.x >= outer.x && inner.x + inner.width <= outer.x + outer.width
  return isWide && inner.y >= outer.y && inner.y + inner.height <= outer.y + outer.height
}
