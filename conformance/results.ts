/** Plays labs, compares each with Linux and sums up. */
import type { RecordedFrame, Recording } from '../src/contract/recording.ts'
import type { Comparison } from './compare/difference.ts'
import { MUST_BE_SAME } from './expected.ts'
import { compareWithLinux, labText, linuxRecordings } from './labs.ts'

/** Anything that plays a lab: the engine, or a reader of recordings made elsewhere. */
export type Player = (name: string, text: string) => Recording | Promise<Recording>

interface LabPlayed {
  readonly lab: string
  readonly mustBeSame: boolean
  /** How long playing took, comparing not counted, in milliseconds. */
  readonly elapsedMs: number
}

export type LabResult =
  | (LabPlayed & { readonly kind: 'compared'; readonly comparison: Comparison })
  /** The player threw; `error` is its stack or message, `frames` what Linux saw. */
  | (LabPlayed & { readonly kind: 'failed'; readonly error: string; readonly frames: number })

/** Plays one lab and compares it with Linux. A player that throws makes a result of its own kind. */
export async function playAndCompare(lab: string, player: Player): Promise<LabResult> {
  const mustBeSame = MUST_BE_SAME.includes(lab)
  const started = performance.now()
  try {
    const ours = await player(lab, labText(lab))
    const elapsedMs = performance.now() - started
    return { kind: 'compared', lab, mustBeSame, elapsedMs, comparison: compareWithLinux(ours) }
  } catch (error) {
    const elapsedMs = performance.now() - started
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { kind: 'failed', lab, mustBeSame, elapsedMs, error: told, frames: linuxFrames(lab) }
  }
}

export const isSame = (result: LabResult): boolean => result.kind === 'compared' && result.comparison.same

/** One line: how many labs and frames equal Linux's, whose kernel, and which labs are not yet the same. */
export function summaryLine(results: readonly LabResult[]): string {
  const same = results.filter(isSame).length
  const [equal, frames] = results.reduce<readonly [number, number]>(
    ([equalSoFar, framesSoFar], result) =>
      result.kind === 'failed'
        ? [equalSoFar, framesSoFar + result.frames]
        : [equalSoFar + result.comparison.equal, framesSoFar + result.comparison.frames],
    [0, 0],
  )
  const kernels = new Set(results.map(({ lab }) => linuxRecordings(lab)[0].kernel))
  const notYet = results.filter((result) => !isSame(result)).map(({ lab }) => lab)
  return (
    `${same} of ${results.length} labs equal Linux, ${equal} of ${frames} frames, kernel ${[...kernels].join(', ')}; ` +
    `not yet: ${notYet.length === 0 ? 'none' : notYet.join(', ')}`
  )
}

function linuxFrames(lab: string): number {
  const seen: readonly (readonly RecordedFrame[])[] = Object.values(linuxRecordings(lab)[0].captures)
  return seen.reduce((sum, frames) => sum + frames.length, 0)
}
