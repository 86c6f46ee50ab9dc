// One terminal of the engine and the line that is typed into it, drawn through whatever can write: it knows no xterm.js and no DOM.
import { ConnectionLostError, RefusedError } from '../../../client/lab-client.ts'
import type { TerminalPush } from '../../../contract/protocol.ts'
import { putIntoTerminal } from '../../lab/terminal-input.ts'
import type { LabSession } from '../../lab/session.ts'
import type { TerminalTab } from '../../stores/terminals-store.ts'
import { completeLine, newLine, shownLine, typeKeys } from './line-editor.ts'
import type { LineEffect, LineState } from './line-editor.ts'
import { erase, inColumns, paintLine } from './line-paint.ts'

/** Where a terminal is drawn. */
export interface TerminalScreen {
  readonly columns: number
  readonly rows: number
  /** Text with control sequences. */
  readonly write: (text: string) => void
}

export interface ConnectionOptions {
  readonly session: LabSession
  readonly tab: TerminalTab
  readonly screen: () => TerminalScreen
  /** The shell has ended, or can't be started. */
  readonly onEnd: () => void
  /** Escape. */
  readonly onLeave: () => void
}

const CTRL_C = '\u0003'

export class TerminalConnection {
  readonly #options: ConnectionOptions
  readonly #stop: () => void
  #terminal: number | undefined
  /** Pushes that came before the engine said which terminal is ours. */
  #early: TerminalPush[] = []
  #line: LineState = newLine()
  #prompt: string | undefined
  /** What programs have written since the last line end: the line is drawn behind it. */
  #tail = ''
  /** Rows between the beginning of what is drawn and the cursor. */
  #row = 0
  /** What was typed since a Tab that the engine has not answered yet: it comes behind what the Tab adds. */
  #typedAhead: string[] | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#stop = options.session.client.onPush((push) => {
      if (push.kind !== 'terminal') return
      if (this.#terminal === undefined) this.#early.push(push)
      else if (push.terminal === this.#terminal) this.#receive(push)
    })
  }

  /** Has the engine start the shell. */
  async open(): Promise<void> {
    const { session, tab, screen, onEnd } = this.#options
    const { columns, rows } = screen()
    this.#terminal = undefined
    this.#prompt = undefined
    this.#early = []
    try {
      const { terminal } = await session.client.ask('terminalOpen', { place: tab.place, columns, rows })
      this.#terminal = terminal
      for (const push of this.#early.splice(0)) if (push.terminal === terminal) this.#receive(push)
    } catch (error) {
      if (error instanceof RefusedError) onEnd()
      else if (!(error instanceof ConnectionLostError)) throw error
    }
  }

  /** The engine has a new lab, and with it none of the old shells: a note and a new one. */
  async reopen(note: string): Promise<void> {
    this.#write(`${erase(this.#row)}\u001b[2m${note}\u001b[0m\r\n`)
    this.#tail = ''
    this.#row = 0
    this.#line = newLine(this.#line.history)
    await this.open()
  }

  /** Ends the shell and stops to listen. */
  dispose(): void {
    this.#stop()
    const terminal = this.#terminal
    if (terminal !== undefined) void this.#input(() => this.#options.session.client.ask('terminalClose', { terminal }))
  }

  /** What a key or a paste sends. Behind a Tab that is not answered yet it waits, but for Ctrl-C, which gives the Tab up. */
  type(data: string): void {
    if (this.#typedAhead === undefined) this.#type(data)
    else {
      this.#typedAhead.push(data)
      if (data.includes(CTRL_C)) this.#typeWhatWaits()
    }
  }

  #typeWhatWaits(): void {
    const typed = this.#typedAhead ?? []
    this.#typedAhead = undefined
    for (const data of typed) this.type(data)
  }

  #type(data: string): void {
    const { state, effects } = typeKeys(this.#line, data)
    for (const effect of effects) this.#perform(effect)
    this.#line = state
    if (effects.at(-1)?.kind === 'complete') void this.#complete()
    this.#paint()
  }

  resize(columns: number, rows: number): void {
    const terminal = this.#terminal
    if (terminal === undefined) return
    this.#options.session.client.ask('terminalResize', { terminal, columns, rows }).catch(ignoreLoss)
  }

  #receive({ output, prompt, isEnded }: TerminalPush): void {
    if (output !== '') {
      this.#write(erase(this.#row) + (this.#tail + output).replaceAll('\n', '\r\n'))
      this.#tail = (this.#tail + output).split('\n').at(-1) ?? ''
      this.#row = 0
      // The tail stands on the screen already; the next painting begins at its first column.
      this.#row = paintLine(this.#tail, this.#tail.length, this.#options.screen().columns, 0).row
    }
    this.#prompt = prompt
    this.#paint()
    if (isEnded) this.#options.onEnd()
  }

  #perform(effect: LineEffect): void {
    const { session, onLeave } = this.#options
    const terminal = this.#terminal
    if (effect.kind === 'leave') onLeave()
    else if (effect.kind === 'clear') {
      this.#write('\u001b[2J\u001b[H')
      this.#row = 0
    } else if (terminal !== undefined && effect.kind !== 'complete') {
      if (effect.kind === 'submit') this.#submit(terminal, effect.text, effect.shown)
      else {
        this.#tail = shownLine(this.#line, this.#tail + (this.#prompt ?? ''))[0]
        this.#prompt = undefined
        const kind = effect.kind
        void this.#input(() =>
          kind === 'end'
            ? session.client.ask('terminalType', { terminal, text: '' })
            : session.client.ask('terminalInterrupt', { terminal }),
        )
      }
    }
  }

  /** The line stays on the screen as it is. What follows it in a paste is shown by the shell behind its prompts, or here if a program reads. */
  #submit(terminal: number, text: string, shown: string): void {
    const line = this.#tail + (this.#prompt ?? '') + shown
    const more = this.#prompt === undefined ? text.slice(shown.length + 1) : ''
    this.#write(`${paintLine(line, line.length, this.#options.screen().columns, this.#row).output}\r\n`)
    this.#write(more.replaceAll('\n', '\r\n'))
    this.#tail = ''
    this.#row = 0
    this.#prompt = undefined
    void this.#input(() => this.#options.session.client.ask('terminalType', { terminal, text }))
  }

  async #input(ask: () => Promise<unknown>): Promise<void> {
    try {
      await putIntoTerminal(this.#options.session, ask)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      this.#write(`${error.message}\r\n`)
    }
  }

  async #complete(): Promise<void> {
    const { session } = this.#options
    const [terminal, line] = [this.#terminal, this.#line]
    if (terminal === undefined || this.#prompt === undefined) return
    const ask = { terminal, line: line.text, cursor: line.cursor }
    const ahead: string[] = []
    this.#typedAhead = ahead
    const found = await session.client.ask('terminalComplete', ask).catch(ignoreLoss)
    if (found !== undefined && this.#line === line) this.#showCompleted(line, found)
    if (this.#typedAhead === ahead) this.#typeWhatWaits()
  }

  #showCompleted(line: LineState, found: Parameters<typeof completeLine>[1]): void {
    const { state, choices } = completeLine(line, found)
    this.#line = state
    if (choices.length > 0) {
      const { columns } = this.#options.screen()
      const words = choices.map((word) => word.trimEnd())
      const whole = this.#tail + (this.#prompt ?? '') + line.text
      this.#write(`${paintLine(whole, whole.length, columns, this.#row).output}\r\n${inColumns(words, columns)}\r\n`)
      this.#row = 0
    }
    this.#paint()
  }

  #paint(): void {
    const [text, cursor] = shownLine(this.#line, this.#tail + (this.#prompt ?? ''))
    const { output, row } = paintLine(text, cursor, this.#options.screen().columns, this.#row)
    this.#row = row
    this.#write(output)
  }

  #write(text: string): void {
    if (text !== '') this.#options.screen().write(text)
  }
}

function ignoreLoss(error: unknown): undefined {
  if (!(error instanceof ConnectionLostError) && !(error instanceof RefusedError)) throw error
  return undefined
}
