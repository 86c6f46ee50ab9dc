/** Lines from files or standard input, one at a time, so that a reader may stop before its input ends. */
import { openForReading } from '../../process/open.ts'
import type { ProcessContext } from '../../process/context.ts'
import type { Stream } from '../../process/stream.ts'
import { decodeUtf8 } from '../../process/utf8.ts'

export class LineReader {
  /** 0, or 1 after a file that could not be read. */
  status = 0
  /** Name of the file that the last line came from; `(standard input)` without files. */
  name = '(standard input)'
  /** The last line that was read had no newline at its end. */
  lacksEnd = false
  readonly #ctx: ProcessContext
  readonly #who: string
  readonly #files: string[]
  #stream: Stream | undefined
  #bytes = new Uint8Array(0)

  /** `who` is the command, for messages. */
  constructor(ctx: ProcessContext, who: string, files: readonly string[]) {
    this.#ctx = ctx
    this.#who = who
    this.#files = [...files]
    if (files.length === 0) this.#stream = ctx.stream(0)
  }

  /** The next line without its end; undefined after the last. */
  async next(): Promise<string | undefined> {
    for (;;) {
      if (this.#stream === undefined && !(await this.#openNext())) return undefined
      const end = this.#bytes.indexOf(10)
      if (end >= 0) return this.#take(end, end + 1)
      const more = await this.#stream?.read(this.#ctx.process, 65_536)
      if (more === undefined) {
        this.#stream = undefined
        if (this.#bytes.length > 0) return this.#take(this.#bytes.length, this.#bytes.length)
      } else {
        const joined = new Uint8Array(this.#bytes.length + more.length)
        joined.set(this.#bytes)
        joined.set(more, this.#bytes.length)
        this.#bytes = joined
      }
    }
  }

  /** All lines that are left. */
  async rest(): Promise<string[]> {
    const lines: string[] = []
    for (let line = await this.next(); line !== undefined; line = await this.next()) lines.push(line)
    return lines
  }

  #take(end: number, next: number): string {
    this.lacksEnd = end === next
    const line = decodeUtf8(this.#bytes.slice(0, end))
    this.#bytes = this.#bytes.slice(next)
    return line
  }

  async #openNext(): Promise<boolean> {
    for (let file = this.#files.shift(); file !== undefined; file = this.#files.shift()) {
      this.name = file
      if (file === '-') {
        this.#stream = this.#ctx.stream(0)
        return true
      }
      const opened = openForReading(this.#ctx, file)
      if (opened.ok) {
        this.#stream = opened.value
        return true
      }
      this.status = 1
      await this.#ctx.err(`${this.#who}: ${file}: ${opened.error}\n`)
    }
    return false
  }
}
