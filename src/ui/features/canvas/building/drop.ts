// What a drop means: pure, from where a drag began and what lies under the pointer to a gesture, a question, or why not.
import type { CanvasPoint, ChildSpec, Gesture } from '../../../../lab/build/gesture.ts'
import { planGesture } from '../../../../lab/build/plan.ts'
import type { BuildState, Refusal } from '../../../../lab/build/plan.ts'
import type { Asking, DragSource, DropTarget, PaletteItem } from '../../../stores/building-store.ts'
import type { Topology } from '../topology.ts'

/** Why a drop can't be, where Linux would never be asked. */
export type DropFlaw = 'container-on-canvas' | 'vm-without-bridge' | 'link-on-canvas'

export type Drop =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'gesture'; readonly gesture: Gesture }
  | { readonly kind: 'ask'; readonly asking: Asking }
  | { readonly kind: 'flaw'; readonly flaw: DropFlaw }

const NOTHING: Drop = { kind: 'nothing' }

/** What dropping here would do; without a place the picture's own order finds one. */
export function dropOf(source: DragSource, target: DropTarget, at: CanvasPoint | undefined, topology: Topology): Drop {
  switch (source.kind) {
    case 'item':
      return itemDrop(source.item, target, at, topology)
    case 'end':
      return endDrop(source, target)
    case 'device':
      return source.isMove ? moveDrop(source, target) : deviceDrop(source, target, topology)
    case 'band':
      return NOTHING
  }
}

/** What a drop makes: the key of its words in the section `building`; undefined where its picture says enough. */
export function effectOf(drop: Drop) {
  if (drop.kind === 'ask') return drop.asking.kind === 'child' ? 'effectChild' : undefined
  if (drop.kind !== 'gesture') return undefined
  switch (drop.gesture.kind) {
    case 'cable':
      return drop.gesture.to.bridge === undefined ? 'effectCable' : 'effectVethPort'
    case 'set-master':
      return drop.gesture.bridge === undefined ? 'effectRelease' : 'effectPort'
    case 'move-link':
      return 'effectMove'
    default:
      return undefined
  }
}

/** Why Linux or the lab would not have it; undefined when it can be done. */
export function refusalOf(drop: Drop, state: BuildState): Refusal | undefined {
  if (drop.kind === 'gesture') {
    const planned = planGesture(drop.gesture, state)
    return planned.ok ? undefined : planned.refusal
  }
  if (drop.kind !== 'ask' || drop.asking.kind !== 'child') return undefined
  const { parent, namespace } = drop.asking
  const tried = CHILD_SAMPLES.map((child) => planGesture({ kind: 'add-child', parent, namespace, child }, state))
  const [first] = tried
  return first === undefined || first.ok || tried.some(({ ok }) => ok) ? undefined : first.refusal
}

/** One of each kind: where none of them can be, no child can. */
export const CHILD_SAMPLES: readonly ChildSpec[] = [
  { kind: 'macvlan', mode: 'bridge' },
  { kind: 'ipvlan', mode: 'l2', flag: 'bridge' },
  { kind: 'vlan' },
]

function itemDrop(item: PaletteItem, target: DropTarget, at: CanvasPoint | undefined, topology: Topology): Drop {
  const namespace = namespaceOf(target)
  const place = at === undefined ? {} : { at }
  switch (item) {
    case 'machine':
      return gesture({ kind: 'add-machine', role: 'host', ...place })
    case 'router':
    case 'switch':
      return gesture({ kind: 'add-machine', role: item, ...place })
    case 'outside':
      return gesture({ kind: 'add-outside', ...place })
    case 'note':
      // Nothing but its place tells a note from another.
      return at === undefined ? NOTHING : { kind: 'ask', asking: { kind: 'note', text: '', at, isNew: true } }
    case 'container':
      if (target.kind === 'canvas') return { kind: 'flaw', flaw: 'container-on-canvas' }
      return gesture({ kind: 'add-container', machine: target.machine })
    case 'vm': {
      const bridge = bridgeNear(target, topology)
      return bridge === undefined ? { kind: 'flaw', flaw: 'vm-without-bridge' } : gesture({ kind: 'add-vm', bridge })
    }
    case 'bridge':
    case 'dummy':
      if (namespace === undefined) return { kind: 'flaw', flaw: 'link-on-canvas' }
      return gesture({ kind: 'add-link', namespace, type: item })
  }
}

function endDrop({ end }: Extract<DragSource, { kind: 'end' }>, target: DropTarget): Drop {
  if (target.kind === 'canvas') return NOTHING
  if (target.kind === 'bridge') {
    const { namespace, name } = target.device
    if (end.bridge === name && end.namespace === namespace) return NOTHING
    return gesture({ kind: 'cable', from: end, to: { namespace, bridge: name } })
  }
  const namespace = namespaceOf(target) ?? ''
  if (namespace === end.namespace) return NOTHING
  return gesture({ kind: 'cable', from: end, to: { namespace } })
}

function deviceDrop(
  { device, id }: Extract<DragSource, { kind: 'device' }>,
  target: DropTarget,
  { deviceById }: Topology,
): Drop {
  const link = deviceById.get(id)
  if (target.kind === 'bridge') {
    const isThere = link?.master === target.id
    return isThere ? NOTHING : gesture({ kind: 'set-master', device, bridge: target.device.name })
  }
  const isPort = link !== undefined && link.master !== 0
  if (target.kind === 'canvas') return isPort ? gesture({ kind: 'set-master', device, bridge: undefined }) : NOTHING
  if (target.kind === 'device') {
    // From socket to socket is a cable, as between two cards of hardware.
    const isOwn = target.device.namespace === device.namespace
    const [from, to] = [{ namespace: device.namespace }, { namespace: target.device.namespace }]
    return isOwn ? NOTHING : gesture({ kind: 'cable', from, to })
  }
  if (isPort && target.namespace === device.namespace) return gesture({ kind: 'set-master', device, bridge: undefined })
  return { kind: 'ask', asking: { kind: 'child', parent: device, namespace: target.namespace } }
}

function moveDrop({ device }: Extract<DragSource, { kind: 'device' }>, target: DropTarget): Drop {
  const namespace = namespaceOf(target)
  if (namespace === undefined || namespace === device.namespace) return NOTHING
  return gesture({ kind: 'move-link', device, namespace })
}

function gesture(made: Gesture): Drop {
  return { kind: 'gesture', gesture: made }
}

/** The namespace that a target is, or that it is in. */
function namespaceOf(target: DropTarget): string | undefined {
  if (target.kind === 'canvas') return undefined
  return target.kind === 'namespace' ? target.namespace : target.device.namespace
}

/** The bridge that a virtual machine dropped here would be plugged into. */
function bridgeNear(target: DropTarget, { machines }: Topology) {
  if (target.kind === 'canvas') return undefined
  if (target.kind === 'bridge') return target.device
  const machine = machines.find(({ name }) => name === target.machine)
  const root = machine?.root
  const bridge = root?.bridges[0]
  return root === undefined || bridge === undefined ? undefined : { namespace: root.name, name: bridge.name }
}
