/**
 * A terminal: what a person types goes through it to whichever program reads, line by line, and what programs write goes to
 * whoever shows it. Editing a line is the affair of the one who shows it; a shell only says that it waits, and with which prompt.
 */
import type { Kernel } from '../../kernel/api.ts'
import type { ProcessContext } from './context.ts'
import type { Process, WakeReason } from './process.ts'
import type { ProcessRunner } from './runner.ts'
import { type Stream, textSink } from './stream.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

/** Bytes that may wait to be read: more than anybody pastes. */
const INPUT_LIMIT_BYTES = 1_000_000
const NEWLINE = 10

/** What could stand in a line instead of the word before the cursor. */
export interface Completion {
  /** Where the word begins, as an offset into the line. */
  readonly from: number
  /** Whole words in the order to show; each with the blank or slash that follows it where it is complete. */
  readonly words: readonly string[]
}

/** A shell that waits for a command. */
export interface TerminalReader {
  readonly process: Process
  readonly prompt: string
  complete(line: string, cursor: number): Completion
}

/** What one typed command needs of the engine. */
export interface TypedCommand {
  /** The kernel for its programs, so that what they do is known to be its effect. */
  readonly kernel: Kernel
  /** It was no command after all: it started a shell that reads what comes next, or it ended the one that read it. */
  forget(): void
  end(status: number): void
}

/** A command line that is about to run. */
export interface TypedLine {
  readonly text: string
  /** Where it runs. */
  readonly ctx: ProcessContext
  /** Of the shell that read it, each as a shell would read its value. */
  readonly variables: ReadonlyMap<string, string>
}

/** Who shows the terminal and keeps a record of what is typed. */
export interface TerminalHost {
  output(text: string): void
  /** A shell waits for a line; undefined: none does any more. */
  waiting(reader: TerminalReader | undefined): void
  begin(line: TypedLine): TypedCommand
}

export class Terminal {
  /** For the descriptors 0, 1 and 2 of the terminal's shell. */
  readonly stream: Stream
  columns = 80
  rows = 24
  readonly #runner: ProcessRunner
  readonly #host: TerminalHost
  /** Lines, each with its end; an empty one is Ctrl-D. */
  #chunks: Uint8Array[] = []
  #length = 0
  #hasHungUp = false
  readonly #waiting = new Set<() => void>()
  /** The commands that run: shells may be nested. */
  readonly #commands: TypedCommand[] = []

  constructor(runner: ProcessRunner, host: TerminalHost) {
    this.#runner = runner
    this.#host = host
    this.stream = {
      ...textSink((text) => host.output(text)),
      terminal: this,
      read: (process, maxBytes) => this.#read(process, maxBytes),
      readiness: {
        isReadable: () => this.#hasInput(),
        onChange: (changed) => {
          this.#waiting.add(changed)
          return () => this.#waiting.delete(changed)
        },
      },
    }
  }

  /** Types text; false, with nothing typed, when so much waits to be read already. */
  type(text: string): boolean {
    const bytes = encodeUtf8(text)
    if (this.#length + bytes.length > INPUT_LIMIT_BYTES) return false
    for (let from = 0; from < bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, from)
      const to = newline < 0 ? bytes.length : newline + 1
      this.#chunks.push(bytes.slice(from, to))
      from = to
    }
    this.#length += bytes.length
    this.#changed()
    return true
  }

  /** Ctrl-D on an empty line: one read finds the end. */
  endInput(): void {
    this.#chunks.push(new Uint8Array(0))
    this.#changed()
  }

  /** Ctrl-C forgets what waits to be read; the signal itself is its caller's to send. */
  flushInput(): void {
    this.#chunks = []
    this.#length = 0
  }

  /** The terminal was closed: every read finds the end. */
  hangUp(): void {
    this.#hasHungUp = true
    this.#changed()
  }

  /**
   * A line for a shell, with its end; undefined at the end of input, or when Ctrl-C came first. What was typed while nobody waited for it
   * is shown behind the prompt, as it has not been shown yet.
   */
  async readCommand(process: Process, reader: TerminalReader): Promise<string | undefined> {
    this.#commands.at(-1)?.forget()
    if (this.#hasInput()) {
      this.#host.output(reader.prompt)
      const line = this.#takeLine()
      this.#host.output(line ?? '')
      return line
    }
    this.#host.waiting(reader)
    try {
      while (!this.#hasInput()) if ((await this.#wait(process)) === 'interrupted') return undefined
    } finally {
      this.#host.waiting(undefined)
    }
    return this.#takeLine()
  }

  /** A typed command begins. */
  begin(line: TypedLine): TypedCommand {
    const command = this.#host.begin(line)
    this.#commands.push(command)
    return {
      kernel: command.kernel,
      forget: () => command.forget(),
      end: (status) => {
        this.#commands.splice(this.#commands.indexOf(command), 1)
        command.end(status)
      },
    }
  }

  #hasInput(): boolean {
    return this.#chunks.length > 0 || this.#hasHungUp
  }

  #takeLine(): string | undefined {
    let line = ''
    for (;;) {
      const chunk = this.#chunks.shift()
      if (chunk === undefined || chunk.length === 0) return line === '' ? undefined : line
      this.#length -= chunk.length
      line += decodeUtf8(chunk)
      if (chunk.at(-1) === NEWLINE) return line
    }
  }

  async #read(process: Process, maxBytes: number): Promise<Uint8Array | undefined> {
    while (this.#chunks.length === 0) {
      if (this.#hasHungUp) return undefined
      if ((await this.#wait(process)) === 'interrupted') return undefined
    }
    const first = this.#chunks[0]!
    if (first.length <= maxBytes) this.#chunks.shift()
    else this.#chunks[0] = first.slice(maxBytes)
    const part = first.slice(0, maxBytes)
    this.#length -= part.length
    return part.length === 0 ? undefined : part
  }

  #wait(process: Process): Promise<WakeReason> {
    return this.#runner.block(process, true, (wake) => {
      const changed = (): void => wake('ready')
      this.#waiting.add(changed)
      process.waitsOpenly = true
      return () => {
        process.waitsOpenly = false
        this.#waiting.delete(changed)
      }
    })
  }

  #changed(): void {
    for (const changed of [...this.#waiting]) changed()
  }
}
