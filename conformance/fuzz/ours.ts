/** Plays labs on the engine, in a process of its own that is replaced when it does not come back. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import type { Recording } from '../../src/contract/recording.ts'
import type { NamedLab } from '../machine/play.ts'
import type { EnginePlayer } from './judge.ts'

export interface PlayQuestion extends NamedLab {
  readonly standSeconds: number
}

export type PlayAnswer =
  | { readonly kind: 'played'; readonly recording: Recording }
  /** It threw, ended or did not come back; `error` says which. */
  | { readonly kind: 'failed'; readonly error: string }

/** A random lab plays in well under a second; loading the engine takes a few more on a busy machine. */
const TIME_LIMIT_MS = 60_000

export class Ours implements EnginePlayer {
  #process: ChildProcess | undefined

  /** Plays one lab, which stands so long before its first action; must not be called again before it has answered. */
  async play({ name, text }: NamedLab, standSeconds = 0): Promise<PlayAnswer> {
    const player = (this.#process ??= fork(join(import.meta.dirname, 'player.ts'), { serialization: 'advanced' }))
    const answer = await new Promise<PlayAnswer>((resolve) => {
      const timer = setTimeout(() => {
        player.kill('SIGKILL')
        end({ kind: 'failed', error: `did not end within ${TIME_LIMIT_MS / 1000} s` })
      }, TIME_LIMIT_MS)
      const end = (given: PlayAnswer): void => {
        clearTimeout(timer)
        player.removeAllListeners()
        resolve(given)
      }
      player.once('message', (given) => end(given as PlayAnswer))
      player.once('exit', (code) => end({ kind: 'failed', error: `the process ended with status ${String(code)}` }))
      player.send({ name, text, standSeconds } satisfies PlayQuestion)
    })
    if (player.exitCode !== null || player.killed) this.#process = undefined
    return answer
  }

  /** Ends the process. */
  close(): void {
    this.#process?.kill()
    this.#process = undefined
  }
}
