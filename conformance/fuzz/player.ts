/** The process that plays labs for `ours.ts`: only a process can be stopped when an endless loop keeps it from answering. */
import { playLab } from '../../src/engine/play.ts'
import type { PlayAnswer, PlayQuestion } from './ours.ts'

process.on('message', (question: PlayQuestion) => {
  void answer(question).then((given) => process.send?.(given))
})

async function answer({ name, text }: PlayQuestion): Promise<PlayAnswer> {
  try {
    return { kind: 'played', recording: await playLab(name, text) }
  } catch (error) {
    return { kind: 'failed', error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
