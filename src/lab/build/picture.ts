/** Plans for what is the page's alone: the directives of the lab file. */
import type { Directive } from '../directives.ts'
import { writeDirective } from '../directives.ts'
import type { Machine } from '../machines.ts'
import type { Draft } from './draft.ts'
import type { PictureGesture } from './gesture.ts'
import { rootOf } from './network-index.ts'
import { refuse } from './refuse.ts'
import type { Refusal } from './refuse.ts'
import { refuseChildPlace } from './rules.ts'

export function regroup(
  draft: Draft,
  { namespace, machine, at }: Extract<PictureGesture, { kind: 'regroup' }>,
): Refusal | undefined {
  const { index } = draft
  if (!draft.hasNamespace(namespace)) return refuse('no-namespace', { namespace })
  const home = index.machineOf(namespace)
  const target = machine === undefined ? undefined : index.state.machines.find(({ name }) => name === machine)
  if (machine !== undefined && target === undefined) return refuse('no-machine', { machine })
  if (home.name === (machine ?? namespace)) return refuse('already-there', { device: namespace, namespace: home.name })
  const refusal = refuseSplit(draft, namespace, target)
  if (refusal !== undefined) return refusal
  const left = members(home).filter((member) => member !== namespace)
  // A machine that moves into another is itself a namespace there, and so are its containers.
  const moving = rootOf(home) === namespace && target !== undefined ? home.namespaces : [namespace]
  if (rootOf(home) === namespace) draft.drop({ kind: 'machine', name: home.name, namespaces: [] })
  else draft.direct({ kind: 'machine', name: home.name, namespaces: left })
  if (target === undefined) draft.direct({ kind: 'machine', name: namespace, namespaces: [] })
  else draft.direct({ kind: 'machine', name: target.name, namespaces: [...members(target), ...moving] })
  draft.drop({ kind: 'at', name: namespace, x: 0, y: 0 })
  if (target === undefined && at !== undefined) draft.direct({ kind: 'at', name: namespace, x: at.x, y: at.y })
  draft.made({ kind: 'namespace', namespace })
  return undefined
}

/** A child and its parent have one kernel, and so one machine. */
function refuseSplit(draft: Draft, namespace: string, target: Machine | undefined): Refusal | undefined {
  const { index } = draft
  for (const link of index.namespaces.get(namespace)?.links ?? []) {
    const related = [index.parentOf(link), ...index.childrenOf(link)]
    for (const other of related) {
      if (other === undefined || other.namespace.name === namespace) continue
      const home = index.machineOf(other.namespace.name)
      if (home.name === target?.name) continue
      if (target === undefined || index.machineOf(namespace).name === home.name) {
        const parent = index.parentOf(link) === other ? other.link.name : link.name
        return refuse('child-stays', { parent, machine: home.name, other: target?.name ?? namespace })
      }
      return refuseChildPlace(index, { namespace: other.namespace.name, name: other.link.name }, namespace)
    }
  }
  return undefined
}

function members(machine: Machine): readonly string[] {
  const root = rootOf(machine)
  return machine.namespaces.filter((namespace) => namespace !== root)
}

/** Writes or removes a line that says nothing to Linux. */
export function describe(draft: Draft, gesture: Exclude<PictureGesture, { kind: 'regroup' }>): Refusal | undefined {
  const directive = directiveOf(gesture)
  if (writeDirective(directive) === undefined) return refuse('text-invalid')
  if (gesture.kind === 'remove-note') draft.drop(directive)
  else draft.direct(directive)
  return undefined
}

function directiveOf(gesture: Exclude<PictureGesture, { kind: 'regroup' }>): Directive {
  switch (gesture.kind) {
    case 'set-role':
      return { kind: 'role', name: gesture.name, role: gesture.role }
    case 'set-title':
      return { kind: 'title', text: gesture.text }
    case 'add-note':
    case 'remove-note':
      return { kind: 'note', text: gesture.text, x: gesture.at.x, y: gesture.at.y }
  }
}
