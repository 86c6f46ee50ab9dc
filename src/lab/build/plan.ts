/** From a gesture to the commands that carry it out, or to why Linux would not have it. Pure: nothing runs here. */
import type { NetworkView } from '../../contract/protocol.ts'
import type { Directive } from '../directives.ts'
import type { Machine } from '../machines.ts'
import { addChild, addContainer, addLink, addMachine, addOutside, addVm } from './add.ts'
import { cable } from './cable.ts'
import {
  changeAddress,
  changeFdb,
  changeNeighbour,
  changePortVlan,
  changeRoute,
  changeRule,
  setSysctl,
} from './change-ip.ts'
import { moveLink, setBridge, setChild, setLink, setMaster, setPortFlag } from './change-link.ts'
import { duplicate } from './copy.ts'
import { Draft } from './draft.ts'
import type { AddGesture, ChangeGesture, Gesture, PictureGesture, Thing } from './gesture.ts'
import { describe, regroup } from './picture.ts'
import type { Refusal } from './refuse.ts'
import type { SysctlsSaid } from './sysctls-said.ts'
import { deleteThings, rename } from './remove.ts'
import { replaceAddress } from './replace-address.ts'
import type { Rewrite } from './rewrite.ts'

/** What a gesture is planned against: the network at the live edge, and how namespaces make up machines. */
export interface BuildState {
  readonly network: NetworkView
  readonly machines: readonly Machine[]
  /** What was set of each namespace: copies get the same. */
  readonly sysctls?: SysctlsSaid
}

/** A namespace that is to be called differently wherever the lab's text and its journal name it. */
export interface NamespaceRename {
  readonly from: string
  readonly to: string
}

/** What carries a gesture out. */
export interface Plan {
  /** In the bench's form (`ip -n NS …`, `ip netns exec NS …`), in order, one a line. */
  readonly commands: readonly string[]
  /** Lines about the picture: machine, role, at. */
  readonly directives: readonly Directive[]
  /** Directives that no longer hold: of a namespace that is gone. Their subject counts, not what they say of it. */
  readonly dropped: readonly Directive[]
  /** Everything that the gesture made. */
  readonly made: readonly Thing[]
  /** What of it one goes on with: the first, or all copies of what was copied together. */
  readonly selected: readonly Thing[]
  /** Linux has no command to rename a namespace: `renameNamespace` of `rename.ts` changes the text, and the lab is built anew. */
  readonly renames: readonly NamespaceRename[]
  /** What the setup's own lines can say instead of the commands, where all of them are plain enough. */
  readonly rewrites: readonly Rewrite[]
}

export type { Refusal } from './refuse.ts'
export type Planned = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly refusal: Refusal }

/** Plans a gesture. Never throws: what can't be done is refused. */
export function planGesture(gesture: Gesture, state: BuildState): Planned {
  const draft = new Draft(state)
  const refusal = addTo(draft, gesture)
  return refusal === undefined ? { ok: true, plan: draft.plan } : { ok: false, refusal }
}

function addTo(draft: Draft, gesture: Gesture): Refusal | undefined {
  switch (gesture.kind) {
    case 'add-machine':
    case 'add-container':
    case 'add-outside':
    case 'add-vm':
    case 'add-link':
    case 'cable':
    case 'add-child':
    case 'duplicate':
      return add(draft, gesture)
    case 'regroup':
      return regroup(draft, gesture)
    case 'set-role':
    case 'set-title':
    case 'add-note':
    case 'remove-note':
      return describe(draft, gesture)
    default:
      return change(draft, gesture)
  }
}

function add(draft: Draft, gesture: AddGesture): Refusal | undefined {
  switch (gesture.kind) {
    case 'add-machine':
      return addMachine(draft, gesture)
    case 'add-container':
      return addContainer(draft, gesture)
    case 'add-outside':
      return addOutside(draft, gesture)
    case 'add-vm':
      return addVm(draft, gesture)
    case 'add-link':
      return addLink(draft, gesture)
    case 'cable':
      return cable(draft, gesture)
    case 'add-child':
      return addChild(draft, gesture)
    case 'duplicate':
      return duplicate(draft, gesture)
  }
}

function change(draft: Draft, gesture: Exclude<ChangeGesture, PictureGesture>): Refusal | undefined {
  switch (gesture.kind) {
    case 'set-master':
      return setMaster(draft, gesture)
    case 'move-link':
      return moveLink(draft, gesture)
    case 'rename':
      return rename(draft, gesture)
    case 'delete':
      return deleteThings(draft, gesture)
    case 'set-link':
      return setLink(draft, gesture)
    case 'set-port-flag':
      return setPortFlag(draft, gesture)
    case 'set-bridge':
      return setBridge(draft, gesture)
    case 'set-child':
      return setChild(draft, gesture)
    case 'add-address':
    case 'remove-address':
      return changeAddress(draft, gesture)
    case 'change-address':
      return replaceAddress(draft, gesture)
    case 'add-route':
    case 'remove-route':
      return changeRoute(draft, gesture)
    case 'add-rule':
    case 'remove-rule':
      return changeRule(draft, gesture)
    case 'add-neighbour':
    case 'remove-neighbour':
      return changeNeighbour(draft, gesture)
    case 'add-fdb':
    case 'remove-fdb':
      return changeFdb(draft, gesture)
    case 'add-port-vlan':
    case 'remove-port-vlan':
      return changePortVlan(draft, gesture)
    case 'set-sysctl':
      return setSysctl(draft, gesture)
  }
}
