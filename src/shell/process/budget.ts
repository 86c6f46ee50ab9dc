/** The limit on how much one run of a script may do, so that a loop without end becomes a message. */

export const DEFAULT_MAX_STEPS = 10_000

/** Ends a whole run. */
export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded'
  /** Line of the loop or command that went over, from 1. */
  readonly line: number
  readonly maxSteps: number
  constructor(line: number, maxSteps: number, isLoop: boolean) {
    const count = String(maxSteps).replace(/\B(?=(\d{3})+$)/g, ',')
    const what = isLoop ? 'this loop has run' : 'the script has run'
    super(`line ${line}: ${what} ${count} commands without end`)
    this.line = line
    this.maxSteps = maxSteps
  }
}

/** Counts commands started and turns of loops; shared by everything that one run started. */
export class Budget {
  readonly maxSteps: number
  #used = 0
  #reported = false

  constructor(maxSteps: number) {
    this.maxSteps = maxSteps
  }

  /** A person who types the next command has seen what the last one did: the count begins anew. */
  reset(): void {
    this.#used = 0
    this.#reported = false
  }

  /** True the first time: the message of an exceeded budget is printed once, however many subshells it ends. */
  takeReport(): boolean {
    const isFirst = !this.#reported
    this.#reported = true
    return isFirst
  }

  /** One more step. `loopLine` is the line of the innermost loop, if there is one. */
  step(line: number, loopLine: number | undefined): void {
    this.#used += 1
    if (this.#used > this.maxSteps) throw new BudgetExceeded(loopLine ?? line, this.maxSteps, loopLine !== undefined)
  }
}
