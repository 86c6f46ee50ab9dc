// What programs may do to tracked flows, and what they hear of them (ctnetlink).
import type { ConntrackView, FlowTupleView, NatRange } from '../contract/firewall.ts'
import type { NetnsId } from './system-call.ts'

/** What ctnetlink tells of a flow. */
export interface FlowEvent {
  readonly kind: 'new' | 'update' | 'destroy'
  readonly flow: ConntrackView
  /** Whether the state of its protocol, and its mark, stand in the message. */
  readonly hasState: boolean
  readonly hasMark: boolean
  /** The program that asked for it; undefined for what packets and time do. */
  readonly portId: number | undefined
}

/** A flow as a program makes it (`conntrack -I`). */
export interface FlowSpec {
  readonly protocol: number
  readonly original: FlowTupleView
  /** Missing: the original the other way round. */
  readonly reply: FlowTupleView | undefined
  readonly timeoutSeconds: number
  /** Of TCP. */
  readonly state: string | undefined
  readonly mark: number
  readonly seenReply: boolean
  readonly assured: boolean
  readonly sourceNat: NatRange | undefined
  readonly destinationNat: NatRange | undefined
}

/** What a program may change of a flow (`conntrack -U`). */
export interface FlowChanges {
  readonly timeoutSeconds?: number
  readonly mark?: number
  readonly seenReply?: boolean
  readonly assured?: boolean
}

/** Calls that change the table of flows. */
export type FlowCall =
  /** `conntrack -D` and `-F`: flows by number, all without. Gives how many went. */
  | {
      readonly kind: 'conntrack.delete'
      readonly netns: NetnsId
      readonly ids?: readonly number[]
      /** Which program listeners are told did it. */
      readonly portId?: number
    }
  /** `conntrack -I`: EEXIST where there is one already. */
  | { readonly kind: 'conntrack.create'; readonly netns: NetnsId; readonly flow: FlowSpec; readonly portId?: number }
  /** `conntrack -U`: ENOENT where the flow is gone. */
  | {
      readonly kind: 'conntrack.update'
      readonly netns: NetnsId
      readonly id: number
      readonly changes: FlowChanges
      readonly portId?: number
    }
