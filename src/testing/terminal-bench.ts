// A lab session with people at its terminals, as tests of the engine want it.
import type { ActionView, LabStatus, TerminalPlace } from '../contract/protocol.ts'
import { sessionProbe, type SessionProbe } from './session-probe.ts'

/** Steps of a wait, so that what terminals do is answered in between. */
const PACE_NS = 1e8

/** A person at a terminal: sees what is shown, and the prompt behind it. */
export interface Seat {
  readonly id: number
  screen(): string
  prompt(): string | undefined
  isEnded(): boolean
  type(text: string): Promise<LabStatus>
  interrupt(): Promise<LabStatus>
}

export class TerminalBench {
  readonly #probe = sessionProbe()
  readonly ask: SessionProbe['ask'] = (request) => this.#probe.ask(request)

  static async open(text: string): Promise<TerminalBench> {
    const bench = new TerminalBench()
    await bench.ask<'open'>({ kind: 'open', text })
    return bench
  }

  async sit(place: TerminalPlace): Promise<Seat> {
    const { terminal } = await this.ask<'terminalOpen'>({ kind: 'terminalOpen', place, columns: 80, rows: 24 })
    const own = () =>
      this.#probe.pushes.filter((push) => push.kind === 'terminal').filter((push) => push.terminal === terminal)
    return {
      id: terminal,
      screen: () =>
        own()
          .map(({ output }) => output)
          .join(''),
      prompt: () => own().at(-1)?.prompt,
      isEnded: () => own().at(-1)?.isEnded === true,
      type: (text) => this.ask<'terminalType'>({ kind: 'terminalType', terminal, text }),
      interrupt: () => this.ask<'terminalInterrupt'>({ kind: 'terminalInterrupt', terminal }),
    }
  }

  /** The engine's time, in nanoseconds. */
  async now(): Promise<number> {
    return (await this.ask<'status'>({ kind: 'status' })).now
  }

  pace(untilNs: number) {
    return this.ask<'pace'>({ kind: 'pace', untilNs })
  }

  /** Lets so much time pass for what goes on in terminals. */
  async wait(lengthNs: number): Promise<void> {
    const until = (await this.now()) + lengthNs
    for (let at = await this.now(); at < until; at += PACE_NS) await this.pace(Math.min(until, at + PACE_NS))
  }

  actions(): Promise<readonly ActionView[]> {
    return this.ask<'actions'>({ kind: 'actions' })
  }

  async commands(): Promise<readonly string[]> {
    return (await this.actions()).map(({ command }) => command)
  }
}
