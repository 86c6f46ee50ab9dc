import { describe, expect, test } from 'vitest'
import { playLab } from '../../src/engine/play.ts'
import { formatDifferences } from '../compare/difference.ts'
import type { Difference } from '../compare/difference.ts'
import { compareWithLinux } from '../labs.ts'
import { buildLab, labsOf, REPORTS } from './reports.ts'

describe.each(REPORTS)('the report on %s, pasted', (report) => {
  test.each(labsOf(report))('%s plays as Linux played it', async (lab) => {
    const { text, steps } = buildLab(report, lab)
    expect(steps.filter(({ place }) => !place.isSure)).toEqual([])
    const { equal, frames, differences } = compareWithLinux(await playLab(lab, text))
    const left = differences.filter((difference) => !isOrderOfInterfaces(difference))
    if (left.length > 0) expect.fail(`${equal} of ${frames} frames equal Linux\n${formatDifferences(left)}\n${text}`)
  })
})

/** A report makes its interfaces in an order of its own, in which `ip addr` then lists them. */
function isOrderOfInterfaces({ kind, lines }: Difference): boolean {
  const side = (sign: string): readonly string[] =>
    lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(2))
  return kind === 'addr' && side('-').toSorted().join() === side('+').toSorted().join()
}
