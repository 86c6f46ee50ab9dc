/** Whether we play a lab as Linux does; where we do not, whether Linux agrees with itself. */
import type { Recording } from '../../src/contract/recording.ts'
import { compareRecordings } from '../compare/compare.ts'
import type { Difference } from '../compare/difference.ts'
import type { NamedLab } from '../machine/play.ts'
import { secondsToWait } from './clock-phase.ts'
import type { PlayAnswer } from './ours.ts'

/** A lab played for the first time on Linux, or once more to see whether Linux agrees with itself. */
export type Run = 1 | 2

/** Plays labs on Linux; those that could not be played are missing in the answer. */
export interface LinuxPlayer {
  play: (labs: readonly NamedLab[], run: Run) => Promise<ReadonlyMap<string, Recording>>
}

/** Plays a lab on the engine, where it stands so many seconds (none when left out) before its first action. */
export interface EnginePlayer {
  play: (lab: NamedLab, standSeconds?: number) => Promise<PlayAnswer>
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

/** A lab that we do not play as Linux's first recording has it. */
interface Doubt {
  readonly lab: NamedLab
  readonly real: Recording
  /** Our play, and the same in step with Linux's. */
  readonly played: Recording
  readonly ours: Recording
}

/** Judges labs, by name. Those that differ are played on Linux a second time. */
export async function judge(labs: readonly NamedLab[], { linux, engine }: Players): Promise<Map<string, Verdict>> {
  const first = await linux.play(labs, 1)
  const verdicts = new Map<string, Verdict>()
  const doubts: Doubt[] = []
  for (const lab of labs) {
    const real = first.get(lab.name)
    const answer = await engine.play(lab)
    if (answer.kind === 'failed') verdicts.set(lab.name, answer)
    else if (real === undefined) verdicts.set(lab.name, { kind: 'unrecorded' })
    else {
      const ours = await inStep(lab, real, answer.recording, engine)
      const comparison = compareRecordings(real, ours)
      if (comparison.same) verdicts.set(lab.name, { kind: 'same', frames: comparison.frames })
      else doubts.push({ lab, real, played: answer.recording, ours })
    }
  }
  const again = await linux.play(
    doubts.map(({ lab }) => lab),
    2,
  )
  for (const doubt of doubts) {
    verdicts.set(doubt.lab.name, await secondJudgement(doubt, again.get(doubt.lab.name), engine))
  }
  return verdicts
}

/** Our play of the lab or, where spanning tree's hellos tell where Linux's whole seconds fell, one whose seconds fall there too. */
async function inStep(lab: NamedLab, real: Recording, ours: Recording, engine: EnginePlayer): Promise<Recording> {
  const wait = compareRecordings(real, ours).same ? undefined : secondsToWait(real, ours)
  if (wait === undefined) return ours
  const answer = await engine.play(lab, wait)
  return answer.kind === 'played' ? answer.recording : ours
}

/** What differs from Linux's first play is judged by a second one, where the machine gave one. */
async function secondJudgement(
  { lab, real: first, played, ours }: Doubt,
  second: Recording | undefined,
  engine: EnginePlayer,
): Promise<Verdict> {
  const { frames, equal, differences } = compareRecordings(first, ours)
  if (second !== undefined) {
    if (compareRecordings(second, await inStep(lab, second, played, engine)).same) return { kind: 'same', frames }
    const itself = compareRecordings(first, second)
    if (!itself.same) return { kind: 'chance', differences: itself.differences }
  }
  return { kind: 'differs', frames, equal, differences, real: second === undefined ? [first] : [first, second], ours }
}
