/** A regular expression as a program for the matcher: steps with the numbers of those that follow. */
import { RegExpFault } from './regexp-parse.ts'
import type { Assertion, RegExpNode } from './regexp-parse.ts'
import type { CharacterTest } from './regexp-set.ts'

export type Step =
  | { readonly kind: 'character'; readonly test: CharacterTest; readonly next: number }
  | { readonly kind: 'assertion'; readonly what: Assertion; readonly next: number }
  /** Two ways, the one to be preferred first. */
  | { readonly kind: 'either'; first: number; readonly second: number; readonly isLoop?: boolean }
  | { readonly kind: 'save'; readonly slot: number; readonly next: number }
  | { readonly kind: 'reference'; readonly number: number; readonly next: number }
  | { readonly kind: 'match' }

/** Counts multiply: `(a{1000}){1000}` is refused, as a library refuses what would fill its memory. */
const STEP_LIMIT = 20_000

/** The steps of an expression, which begins at the last one's number. */
export function compileRegExp(node: RegExpNode): { readonly steps: readonly Step[]; readonly start: number } {
  const steps: Step[] = [{ kind: 'match' }]
  return { steps, start: build(steps, node, 0) }
}

/** Adds the steps of a node in front of `next`; gives the number of the first. */
function build(steps: Step[], node: RegExpNode, next: number): number {
  if (steps.length > STEP_LIMIT) throw new RegExpFault('Regular expression too big')
  const add = (step: Step): number => steps.push(step) - 1
  switch (node.kind) {
    case 'character':
      return add({ kind: 'character', test: node.test, next })
    case 'assertion':
      return add({ kind: 'assertion', what: node.what, next })
    case 'reference':
      return add({ kind: 'reference', number: node.number, next })
    case 'group': {
      const end = add({ kind: 'save', slot: node.number * 2 + 1, next })
      return add({ kind: 'save', slot: node.number * 2, next: build(steps, node.body, end) })
    }
    case 'sequence':
      return node.parts.reduceRight((after, part) => build(steps, part, after), next)
    case 'choice':
      return node.choices
        .map((choice) => build(steps, choice, next))
        .reduceRight((second, first) => add({ kind: 'either', first, second }))
    case 'repeat':
      return buildRepeat(steps, node, next)
  }
}

function buildRepeat(steps: Step[], node: Extract<RegExpNode, { kind: 'repeat' }>, next: number): number {
  const { body, least, most } = node
  let first = next
  if (Number.isFinite(most)) {
    for (let time = least; time < most; time++)
      first = steps.push({ kind: 'either', first: build(steps, body, first), second: next }) - 1
  } else {
    const loop: Step = { kind: 'either', first: 0, second: next, isLoop: true }
    first = steps.push(loop) - 1
    loop.first = build(steps, body, first)
  }
  for (let time = 0; time < least; time++) first = build(steps, body, first)
  return first
}
