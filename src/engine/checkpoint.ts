// A lab between two inputs, kept so that one can go on from there once more: undo need not play again all that came before.
import type { ActionView, LabProblem } from '../contract/protocol.ts'
import type { KernelJournal, KernelSnapshot } from '../kernel/kernel.ts'
import type { LimitExceeded } from '../kernel/limits.ts'
import type { LabDocument } from '../lab/document.ts'
import type { ShellRemains } from '../shell/api.ts'
import type { SimTime } from '../sim/time.ts'
import type { TracePart } from './trace-store.ts'

/**
 * All that a lab is while none of its processes lives. It shares the trace and the journal with the lab that it was taken from: they only grow,
 * and their beginnings stay as they are.
 */
export interface Checkpoint {
  readonly document: LabDocument
  readonly seed: string
  /** The state of the kernel, the last of the snapshots. */
  readonly kernel: KernelSnapshot
  readonly snapshots: readonly KernelSnapshot[]
  readonly journal: KernelJournal
  readonly trace: TracePart
  readonly shell: ShellRemains
  readonly setup: SetupResult
  readonly actions: readonly ActionView[]
  readonly problems: readonly LabProblem[]
  readonly nextAction: number
  readonly firstActionAt: SimTime | undefined
  readonly limit: LimitExceeded | undefined
}

/** How the setup of a lab went. */
export interface SetupResult {
  readonly exit: number
  readonly output: string
  readonly problems: readonly LabProblem[]
}
