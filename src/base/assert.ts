/** Thrown when the program itself is wrong; never for bad input. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}

/** Stops on a broken invariant of our own. Bad input is a `Result`, an errno or a decision instead. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionError(message)
}

/** Closes a switch over a union: compiles only while every member is handled. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable: ${String(value)}`)
}
