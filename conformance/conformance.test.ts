import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { playLab } from '../src/engine/play.ts'
import { formatDifferences } from './compare/difference.ts'
import { MUST_BE_SAME } from './expected.ts'
import { compareWithLinux, labNames, labText } from './labs.ts'
import { summaryLine } from './results.ts'
import type { LabResult } from './results.ts'

/** All labs together; a machine that is ten times slower than ours still needs less. */
const ALL_LABS_LIMIT_MS = 180_000

describe('the same as Linux, frame by frame', () => {
  test.each(MUST_BE_SAME)('%s', async (name) => {
    const { same, equal, frames, differences } = compareWithLinux(await playLab(name, labText(name)))
    if (!same) expect.fail(`${equal} of ${frames} frames equal Linux\n${formatDifferences(differences)}`)
  })
})

// A process of its own, because only a process can be stopped when an endless loop keeps it from answering.
test('every lab plays to its end', { timeout: ALL_LABS_LIMIT_MS + 10_000 }, async () => {
  const results = await reportAll()
  const failed = results.flatMap((result) => (result.kind === 'failed' ? [`${result.lab}: ${result.error}`] : []))
  const next = labNames()[results.length]
  if (next !== undefined) failed.push(`${next}: did not end`)
  expect(failed).toEqual([])
  console.log(summaryLine(results))
})

/** The results of all labs that were played before the limit. */
async function reportAll(): Promise<LabResult[]> {
  const options = ['--import', 'tsx', join(import.meta.dirname, 'report.ts'), '--json']
  const limits = { timeout: ALL_LABS_LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: Infinity } as const
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, options, limits, (_, stdout, stderr) => {
      if (stderr !== '') console.error(stderr)
      resolve(stdout)
    })
  })
  const lines = output.split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as LabResult)
}
