// Which of many targets would take a drop: asked of the rules alone, without a plan for each of them.
import { legalTargets, thingKey } from '../../../../lab/build/targets.ts'
import type { TargetSource } from '../../../../lab/build/targets.ts'
import type { DeviceRef, Gesture } from '../../../../lab/build/gesture.ts'
import type { BuildState } from '../../../../lab/build/plan.ts'
import type { DragSource, DropTarget } from '../../../stores/building-store.ts'
import type { Topology } from '../topology.ts'
import { CHILD_SAMPLES, dropOf } from './drop.ts'
import type { Drop } from './drop.ts'

/** The targets on which a drop would be carried out, or a question asked that has an answer. */
export function legalDrops(
  source: DragSource,
  targets: readonly DropTarget[],
  state: BuildState,
  topology: Topology,
): readonly DropTarget[] {
  const sets = new Map<string, ReadonlySet<string>>()
  const isLegal = (asked: TargetSource, key: string): boolean => {
    const name = JSON.stringify(asked)
    const found = sets.get(name) ?? legalTargets(asked, state)
    sets.set(name, found)
    return found.has(key)
  }
  return targets.filter((target) => isTaken(dropOf(source, target, { x: 0, y: 0 }, topology), isLegal))
}

type IsLegal = (asked: TargetSource, key: string) => boolean

function isTaken(drop: Drop, isLegal: IsLegal): boolean {
  if (drop.kind === 'gesture') return isGestureLegal(drop.gesture, isLegal)
  if (drop.kind !== 'ask') return false
  const { asking } = drop
  if (asking.kind !== 'child') return true
  const { parent, namespace } = asking
  return CHILD_SAMPLES.some((child) => isLegal({ kind: 'child', parent, child }, namespace))
}

function isGestureLegal(gesture: Gesture, isLegal: IsLegal): boolean {
  const link = (device: DeviceRef): string => thingKey({ kind: 'link', device })
  switch (gesture.kind) {
    case 'cable': {
      const { namespace, bridge } = gesture.to
      const key = bridge === undefined ? namespace : link({ namespace, name: bridge })
      return isLegal({ kind: 'cable', from: gesture.from }, key)
    }
    case 'set-master': {
      const { device, bridge } = gesture
      return (
        bridge === undefined || isLegal({ kind: 'link', device }, link({ namespace: device.namespace, name: bridge }))
      )
    }
    case 'move-link':
      return isLegal({ kind: 'link', device: gesture.device }, gesture.namespace)
    case 'add-link':
      return isLegal({ kind: 'add-link' }, gesture.namespace)
    case 'add-vm':
      return isLegal({ kind: 'add-vm' }, link(gesture.bridge))
    default:
      return true
  }
}
