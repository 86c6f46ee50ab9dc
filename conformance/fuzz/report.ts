/** What the fuzzer says: one line a lab, differences below it, coverage and failure rate at the end. */
import { formatDifferences } from '../compare/difference.ts'
import type { Suite } from './feature.ts'
import { APPEARANCES_AT_LEAST, FEATURES } from './features.ts'
import type { RandomLab } from './generate.ts'
import type { Verdict } from './judge.ts'

/** One line, and what differs below it when `withDifferences`. */
export function labLine({ seed, features }: RandomLab, verdict: Verdict, withDifferences: boolean): string {
  const head = `${verdict.kind.padEnd(10)} ${String(seed).padStart(6)}  ${features.join(', ')}`
  if (verdict.kind === 'failed') return `${head}\n    ${verdict.error.split('\n').slice(0, 4).join('\n    ')}`
  if (verdict.kind !== 'differs' || !withDifferences) return head
  return `${head}\n${formatDifferences(verdict.differences)}`
}

/** The counts of verdicts, the features that differ most, and how often each feature appeared. */
export function summary(labs: readonly RandomLab[], verdicts: ReadonlyMap<string, Verdict>, suite: Suite): string {
  const kinds = labs.map(({ name }) => verdicts.get(name)?.kind ?? 'unrecorded')
  const count = (kind: Verdict['kind']): number => kinds.filter((one) => one === kind).length
  const judged = count('same') + count('differs') + count('failed')
  const wrong = count('differs') + count('failed')
  const rate = judged === 0 ? 'none judged' : `${((100 * wrong) / judged).toFixed(1)} % of ${judged} labs differ`
  const others = (['failed', 'chance', 'unrecorded'] as const).filter((kind) => count(kind) > 0)
  const listed = [
    `same ${count('same')}`,
    `differs ${count('differs')}`,
    ...others.map((kind) => `${kind} ${count(kind)}`),
  ]
  const suspects = suspectLine(labs, verdicts)
  return [coverageLine(labs, suite), ...(suspects === '' ? [] : [suspects]), `${listed.join(', ')}: ${rate}`].join('\n')
}

/** How often each feature appears, one a line. */
export function coverageTable(labs: readonly RandomLab[], suite: Suite): string {
  const width = Math.max(...FEATURES[suite].map((name) => name.length))
  const counts = appearances(labs)
  return FEATURES[suite].map((name) => `${name.padEnd(width)} ${String(counts.get(name) ?? 0).padStart(4)}`).join('\n')
}

function appearances(labs: readonly RandomLab[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of labs.flatMap(({ features }) => features)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

export function coverageLine(labs: readonly RandomLab[], suite: Suite): string {
  const counts = FEATURES[suite].map((name) => appearances(labs).get(name) ?? 0)
  const seen = counts.filter((count) => count > 0).length
  const often = counts.filter((count) => count >= APPEARANCES_AT_LEAST).length
  return `${labs.length} labs: ${seen} of ${FEATURES[suite].length} features, ${often} at least ${APPEARANCES_AT_LEAST} times`
}

/** Features of labs that differ, those that differ in most of their labs first. */
function suspectLine(labs: readonly RandomLab[], verdicts: ReadonlyMap<string, Verdict>): string {
  const isWrong = ({ name }: RandomLab): boolean => ['differs', 'failed'].includes(verdicts.get(name)?.kind ?? '')
  const all = appearances(labs)
  const suspects = [...appearances(labs.filter(isWrong))]
    .map(([name, wrong]) => ({ name, wrong, of: all.get(name) ?? wrong }))
    .sort((a, b) => b.wrong / b.of - a.wrong / a.of)
  if (suspects.length === 0) return ''
  return `most often in labs that differ: ${suspects
    .slice(0, 12)
    .map(({ name, wrong, of }) => `${name} ${wrong}/${of}`)
    .join(', ')}`
}
