// Ctrl-C as an input: each lands at a moment of virtual time, after all that happens at that moment.
import type { CommandRun } from '../shell/api.ts'
import type { SimTime } from '../sim/time.ts'

/** One Ctrl-C on its way. */
interface Interrupt {
  readonly at: SimTime
  /** Missing for a terminal. */
  readonly run: CommandRun | undefined
  readonly deliver: () => void
}

export class Interrupts {
  #waiting: readonly Interrupt[] = []
  /** How Ctrl-C reaches what runs outside the terminals. */
  readonly #deliveries = new Map<CommandRun, () => void>()

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Ctrl-C to a terminal. */
  toTerminal(at: SimTime, deliver: () => void): void {
    this.#waiting = [...this.#waiting, { at, run: undefined, deliver }]
  }

  /** Ctrl-C to all that runs outside the terminals. */
  toRuns(at: SimTime): void {
    const all = [...this.#deliveries].map(([run, deliver]) => ({ at, run, deliver }))
    this.#waiting = [...this.#waiting, ...all]
  }

  /** A run begins, which Ctrl-C reaches so, and at a moment that is known already; `Infinity` for none. */
  await(run: CommandRun, deliver: () => void, at: SimTime): void {
    this.#deliveries.set(run, deliver)
    if (at !== Infinity) this.#waiting = [...this.#waiting, { at, run, deliver }]
  }

  /** A run has ended. */
  forget(run: CommandRun): void {
    this.#deliveries.delete(run)
    this.#waiting = this.#waiting.filter((interrupt) => interrupt.run !== run)
  }

  /** Takes the first Ctrl-C that is due before a moment. */
  takeDue(before: SimTime): Interrupt | undefined {
    const due = this.#waiting.find(({ at }) => at < before)
    if (due !== undefined) this.#waiting = this.#waiting.filter((interrupt) => interrupt !== due)
    return due
  }
}
