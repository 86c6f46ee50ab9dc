/** Whether we play a lab as Linux does; where we do not, whether Linux agrees with itself. */
import type { Recording } from '../../src/contract/recording.ts'
import { compareRecordings } from '../compare/compare.ts'
import type { Difference } from '../compare/difference.ts'
import type { NamedLab } from '../machine/play.ts'
import type { PlayAnswer } from './ours.ts'

/** A lab played for the first time on Linux, or once more to see whether Linux agrees with itself. */
export type Run = 1 | 2

/** Plays labs on Linux; those that could not be played are missing in the answer. */
export interface LinuxPlayer {
  play: (labs: readonly NamedLab[], run: Run) => Promise<ReadonlyMap<string, Recording>>
}

/** Plays a lab on the engine. */
export interface EnginePlayer {
  play: (lab: NamedLab) => Promise<PlayAnswer>
}

export interface Players {
  readonly linux: LinuxPlayer
  readonly engine: EnginePlayer
}

export type Verdict =
  | { readonly kind: 'same'; readonly frames: number }
  | {
      readonly kind: 'differs'
      readonly frames: number
      readonly equal: number
      readonly differences: readonly Difference[]
      readonly real: readonly Recording[]
      readonly ours: Recording
    }
  /** Two plays on Linux differ in more than what is taken out of every recording: nothing can be said. */
  | { readonly kind: 'chance'; readonly differences: readonly Difference[] }
  /** Linux gave no recording. */
  | { readonly kind: 'unrecorded' }
  /** The engine threw or hung. */
  | { readonly kind: 'failed'; readonly error: string }

/** Judges labs, by name. Those that differ are played on Linux a second time. */
export async function judge(labs: readonly NamedLab[], { linux, engine }: Players): Promise<Map<string, Verdict>> {
  const first = await linux.play(labs, 1)
  const verdicts = new Map<string, Verdict>()
  const doubtful = new Map<string, Recording>()
  for (const lab of labs) {
    const real = first.get(lab.name)
    const answer = await engine.play(lab)
    if (answer.kind === 'failed') verdicts.set(lab.name, answer)
    else if (real === undefined) verdicts.set(lab.name, { kind: 'unrecorded' })
    else {
      const comparison = compareRecordings(real, answer.recording)
      if (comparison.same) verdicts.set(lab.name, { kind: 'same', frames: comparison.frames })
      else doubtful.set(lab.name, answer.recording)
    }
  }
  const again = await linux.play(
    labs.filter(({ name }) => doubtful.has(name)),
    2,
  )
  for (const [name, recording] of doubtful) {
    const real = first.get(name)
    if (real !== undefined) verdicts.set(name, secondJudgement(real, again.get(name), recording))
  }
  return verdicts
}

/** What differs from Linux's first play is judged by a second one, where the machine gave one. */
function secondJudgement(first: Recording, second: Recording | undefined, ours: Recording): Verdict {
  const { frames, equal, differences } = compareRecordings(first, ours)
  if (second !== undefined) {
    if (compareRecordings(second, ours).same) return { kind: 'same', frames }
    const itself = compareRecordings(first, second)
    if (!itself.same) return { kind: 'chance', differences: itself.differences }
  }
  return { kind: 'differs', frames, equal, differences, real: second === undefined ? [first] : [first, second], ours }
}
