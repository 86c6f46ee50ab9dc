// A command typed into a terminal, as an action of the journal. Several terminals may have one each at the same time.
import type { EventSeq } from '../contract/trace-events.ts'
import type { Kernel } from '../kernel/api.ts'
import type { TypedCommand } from '../shell/api.ts'
import type { Action, LabEngine } from './lab-engine.ts'

/** Characters of a command's output that the list of actions keeps: the terminal itself shows all. */
const OUTPUT_LIMIT = 100_000

/**
 * Begins with the first system call, for what starts a shell of its own is no action and makes none; at its end at the latest.
 */
export class TypedAction implements TypedCommand {
  readonly kernel: Kernel
  readonly beganAt: number
  readonly #lab: LabEngine
  readonly #command: string
  /** What it started is held until it ends: it ends as if it had been interrupted, although others were typed meanwhile. */
  readonly #isHeld: boolean
  readonly #onEnd: () => void
  #action: Action | undefined
  #output = ''
  #isForgotten = false

  constructor(lab: LabEngine, command: string, onEnd: () => void, isHeld = false) {
    this.#lab = lab
    this.#command = command
    this.#isHeld = isHeld
    this.#onEnd = onEnd
    this.beganAt = lab.world.now
    this.kernel = lab.kernel.actingFor(() => this.#begin().firstSeq)
  }

  get exit(): number | undefined {
    return this.#action?.exit
  }

  /** Adds what it wrote. */
  print(text: string): void {
    this.#output = (this.#output + text).slice(0, OUTPUT_LIMIT)
    if (this.#action !== undefined) this.#action.output = this.#output
  }

  /** Ctrl-C reached it. */
  interrupted(): void {
    if (this.#action !== undefined) this.#action.interruptedAt = this.#lab.world.now
  }

  forget(): void {
    if (this.#isForgotten) return
    this.#isForgotten = true
    if (this.#action !== undefined && !this.#isHeld) this.#finish(this.#action, 0)
    this.#onEnd()
  }

  end(status: number): void {
    if (this.#isHeld) this.interrupted()
    if (this.#isForgotten) {
      if (this.#isHeld && this.#action !== undefined) this.#finish(this.#action, status)
      return
    }
    this.#finish(this.#begin(), status)
    this.#onEnd()
  }

  #begin(): Action {
    if (this.#action !== undefined) return this.#action
    const { kernel, actions } = this.#lab
    const firstSeq: EventSeq = kernel.noteBegin(actions.length)
    this.#action = this.#lab.addAction(this.#command, 0, this.beganAt, firstSeq)
    this.#action.output = this.#output
    return this.#action
  }

  #finish(action: Action, status: number): void {
    if (action.endedAt !== undefined) return
    action.exit = status
    action.endedAt = this.#lab.world.now
    this.#lab.kernel.noteEnd(action.index, status, action.firstSeq)
  }
}
