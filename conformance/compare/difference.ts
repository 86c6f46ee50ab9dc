/** The result of comparing a play of a lab with what Linux did. */

/** What can differ, in the order it is told. */
export const DIFFERENCE_KINDS = [
  'frames',
  'order',
  'timing',
  'actions',
  'neigh',
  'fdb',
  'route',
  'addr',
  'link',
] as const

/**
 * - `frames`: an interface saw other frames; `order`: the same ones in another order; `timing`: at other times.
 * - `actions`: exit status or output of the setup or of a command.
 * - the rest: a namespace's table at the end.
 */
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number]

export interface Difference {
  readonly kind: DifferenceKind
  /** The interface, the command or the namespace. */
  readonly where: string
  /** "- " before what only Linux had, "+ " before what only we had; for `timing` one sentence a frame. */
  readonly lines: readonly string[]
}

export interface Comparison {
  readonly lab: string
  /** How many frames there are to compare: on each interface the larger of the two counts. */
  readonly frames: number
  /** How many of Linux's frames we had too. */
  readonly equal: number
  readonly same: boolean
  /** The kinds that differ, each once, in the order of `DIFFERENCE_KINDS`. */
  readonly differs: readonly DifferenceKind[]
  readonly differences: readonly Difference[]
}

/** The differences as indented text, one block each, to be read by a person. */
export function formatDifferences(differences: readonly Difference[]): string {
  return differences
    .map(({ kind, where, lines }) => [`  ${kind} ${where}`, ...lines.map((line) => `    ${line}`)].join('\n'))
    .join('\n')
}
