/** The limit on how much one run of a script may do, so that a loop without end becomes a message. */

export const DEFAULT_MAX_STEPS = 10_000

/** More than any lab's commands print; what has no end fills memory with it. */
const MAX_WRITTEN_BYTES = 16_000_000

/** Requests that leave as fast as answers come: more take longer than anybody waits, and tell nothing new. */
const MAX_FLOOD_REQUESTS = 50_000

/** Ends a whole run. */
export class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded'
  /** Line of the loop or command that went over, from 1. */
  readonly line: number
  constructor(line: number, what: string) {
    super(`line ${line}: ${what} without end`)
    this.line = line
  }
}

/** Counts commands started, turns of loops and what is written; shared by everything that one run started. */
export class Budget {
  readonly maxSteps: number
  #used = 0
  #written = 0
  #flooded = 0
  #reported = false

  constructor(maxSteps: number) {
    this.maxSteps = maxSteps
  }

  /** A person who types the next command has seen what the last one did: the count begins anew. */
  reset(): void {
    this.#used = 0
    this.#written = 0
    this.#flooded = 0
    this.#reported = false
  }

  /** True the first time: the message of an exceeded budget is printed once, however many subshells it ends. */
  takeReport(): boolean {
    const isFirst = !this.#reported
    this.#reported = true
    // The report itself has to be written.
    this.#written = 0
    return isFirst
  }

  /** One more step. `loopLine` is the line of the innermost loop, if there is one. */
  step(line: number, loopLine: number | undefined): void {
    this.#used += 1
    if (this.#used <= this.maxSteps) return
    const count = String(this.maxSteps).replace(/\B(?=(\d{3})+$)/g, ',')
    const what = loopLine === undefined ? 'the script has run' : 'this loop has run'
    throw new BudgetExceeded(loopLine ?? line, `${what} ${count} commands`)
  }

  /** One more request without a pause before it. */
  flood(): void {
    this.#flooded += 1
    if (this.#flooded > MAX_FLOOD_REQUESTS) throw new BudgetExceeded(1, 'ping -f has sent 50,000 requests')
  }

  /** So many bytes more are about to be written to a pipe, a file or a terminal. */
  write(bytes: number): void {
    this.#written += bytes
    if (this.#written > MAX_WRITTEN_BYTES) throw new BudgetExceeded(1, 'the script has written 16 MB')
  }
}
