/** The process that plays labs for `ours.ts`: only a process can be stopped when an endless loop keeps it from answering. */
import { playLab } from '../../src/engine/play.ts'
import type { Pace } from '../../src/engine/pace.ts'
import { MILLISECOND_NS } from '../../src/sim/time.ts'
import type { PlayAnswer, PlayQuestion } from './ours.ts'

/** The machine of these recordings counts instructions instead of time: there a program starts within so many milliseconds. */
const PACE: Pace = {
  programStartNs: 15 * MILLISECOND_NS,
  netnsExecStartNs: 36 * MILLISECOND_NS,
  closingNs: 40 * MILLISECOND_NS,
}

process.on('message', (question: PlayQuestion) => {
  void answer(question).then((given) => process.send?.(given))
})

async function answer({ name, text, standSeconds }: PlayQuestion): Promise<PlayAnswer> {
  try {
    return { kind: 'played', recording: await playLab(name, text, { standSeconds, pace: PACE }) }
  } catch (error) {
    return { kind: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
