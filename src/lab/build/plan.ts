/** From a gesture to the commands that carry it out, or to why Linux would not have it. Pure: nothing runs here. */
import type { NetworkView } from '../../contract/protocol.ts'
import type { Directive } from '../directives.ts'
import type { Machine } from '../machines.ts'
import type { Gesture, Thing } from './gesture.ts'

/** What a gesture is planned against: the network at the live edge, and how namespaces make up machines. */
export interface BuildState {
  readonly network: NetworkView
  readonly machines: readonly Machine[]
}

/** What carries a gesture out. */
export interface Plan {
  /** In the bench's form (`ip -n NS …`, `ip netns exec NS …`), in order, one a line. */
  readonly commands: readonly string[]
  /** Lines about the picture: machine, role, at. */
  readonly directives: readonly Directive[]
  /** Directives that no longer hold: of a namespace that is gone. */
  readonly dropped: readonly Directive[]
  /** What the gesture made, the thing to select first. */
  readonly made: readonly Thing[]
}

/** Why a gesture can't be: in Linux's words where it has any, and ours as a key with values for the page's languages. */
export interface Refusal {
  /** Such as `RTNETLINK answers: Device or resource busy`; empty when Linux would never be asked. */
  readonly linux: string
  readonly code: string
  readonly params: Readonly<Record<string, string>>
}

export type Planned = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly refusal: Refusal }

/** Plans a gesture. Never throws: what can't be done is refused. */
export function planGesture(gesture: Gesture, state: BuildState): Planned {
  const params = { gesture: gesture.kind, namespaces: String(state.network.namespaces.length) }
  return { ok: false, refusal: { linux: '', code: 'not-planned', params } }
}
