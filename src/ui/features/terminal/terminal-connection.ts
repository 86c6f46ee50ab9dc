// One terminal of the engine and the line that is typed into it, drawn through whatever can write: it knows no xterm.js and no DOM.
import { ConnectionLostError, RefusedError } from '../../../client/lab-client.ts'
import type { LabStatus, TerminalPush } from '../../../contract/protocol.ts'
import { putIntoTerminal } from '../../lab/terminal-input.ts'
import type { LabSession } from '../../lab/session.ts'
import type { TerminalTab } from '../../stores/terminals-store.ts'
import { completeLine, newLine, shownLine, typeKeys } from './line-editor.ts'
import type { LineEffect, LineState } from './line-editor.ts'
import type { Drawn } from './line-paint.ts'
import { erase, inColumns, NOTHING_DRAWN, paintLine } from './line-paint.ts'

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
/** What an entered line leaves on the screen waits so long for what the line writes: one picture shows both, and the answer sooner. */
const ECHO_MS = 30

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
  #drawn: Drawn = NOTHING_DRAWN
  /** What the screen has not been given yet. All that belongs to one picture is written at once: xterm.js parses only the first piece at once. */
  #unwritten = ''
  #echo: ReturnType<typeof setTimeout> | undefined
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
    this.#write(`${erase(this.#drawn)}\u001b[2m${note}\u001b[0m\r\n`)
    this.#tail = ''
    this.#drawn = NOTHING_DRAWN
    this.#line = newLine(this.#line.history)
    this.#show()
    await this.open()
  }

  /** Ends the shell and stops to listen. */
  dispose(): void {
    this.#stop()
    clearTimeout(this.#echo)
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
    if (effects.at(-1)?.kind === 'submit' && this.#terminal !== undefined)
      this.#echo ??= setTimeout(() => this.#show(), ECHO_MS)
    else this.#show()
  }

  resize(columns: number, rows: number): void {
    // What stood in one row may now stand in two.
    this.#drawn = { ...this.#drawn, endRow: this.#drawn.endRow + 1 }
    const terminal = this.#terminal
    if (terminal === undefined) return
    this.#options.session.client.ask('terminalResize', { terminal, columns, rows }).catch(ignoreLoss)
  }

  #receive({ output, prompt, isEnded }: TerminalPush): void {
    if (output !== '') {
      this.#write(erase(this.#drawn) + (this.#tail + output).replaceAll('\n', '\r\n'))
      this.#tail = (this.#tail + output).split('\n').at(-1) ?? ''
      // The tail stands on the screen already; the next painting begins at its first column.
      this.#drawn = paintLine(this.#tail, this.#tail.length, this.#options.screen().columns, NOTHING_DRAWN).drawn
    }
    this.#prompt = prompt
    this.#paint()
    this.#show()
    if (isEnded) this.#options.onEnd()
  }

  #perform(effect: LineEffect): void {
    const { session, onLeave } = this.#options
    const terminal = this.#terminal
    if (effect.kind === 'leave') onLeave()
    else if (effect.kind === 'clear') {
      this.#write('\u001b[2J\u001b[H')
      this.#drawn = NOTHING_DRAWN
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
    this.#write(`${paintLine(line, line.length, this.#options.screen().columns, this.#drawn).output}\r\n`)
    this.#write(more.replaceAll('\n', '\r\n'))
    this.#tail = ''
    this.#drawn = NOTHING_DRAWN
    this.#prompt = undefined
    void this.#input(() => this.#options.session.client.ask('terminalType', { terminal, text }))
  }

  async #input(ask: () => Promise<LabStatus>): Promise<void> {
    try {
      await putIntoTerminal(this.#options.session, ask)
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      this.#write(`${error.message}\r\n`)
      this.#show()
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
      this.#write(`${paintLine(whole, whole.length, columns, this.#drawn).output}\r\n${inColumns(words, columns)}\r\n`)
      this.#drawn = NOTHING_DRAWN
    }
    this.#paint()
    this.#show()
  }

  #paint(): void {
    const [text, cursor] = shownLine(this.#line, this.#tail + (this.#prompt ?? ''))
    const { output, drawn } = paintLine(text, cursor, this.#options.screen().columns, this.#drawn)
    this.#drawn = drawn
    this.#write(output)
  }

  #write(text: string): void {
    this.#unwritten += text
  }

  #show(): void {
    clearTimeout(this.#echo)
    this.#echo = undefined
    if (this.#unwritten !== '') this.#options.screen().write(this.#unwritten)
    this.#unwritten = ''
  }
}

function ignoreLoss(error: unknown): undefined {
  if (!(error instanceof ConnectionLostError) && !(error instanceof RefusedError)) throw error
  return undefined
}
