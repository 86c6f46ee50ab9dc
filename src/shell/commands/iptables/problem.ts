/** How iptables complains. The same parser serves iptables and iptables-restore, which put different words around a complaint. */

/** Something is wrong with the words of the command (PARAMETER_PROBLEM, status 2). */
export class ParameterProblem extends Error {
  override readonly name = 'ParameterProblem'
  /** False for the few complaints that come without the program's name and version. */
  readonly isNamed: boolean
  constructor(message: string, isNamed = true) {
    super(message)
    this.isNamed = isNamed
  }
}

/** The kernel, or a look at its tables, said no; `status` is the exit status. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  /** True when program and version come before the message. */
  readonly isNamed: boolean
  constructor(message: string, status: number, isNamed = false) {
    super(message)
    this.status = status
    this.isNamed = isNamed
  }
}

export const VERSION = 'v1.8.9 (nf_tables)'
