/** A bounded queue of bytes: a pipe, or what a person types into a terminal. */
import { Killed, type Process } from './process.ts'
import type { ProcessRunner } from './runner.ts'
import type { Stream } from './stream.ts'

/** Bytes that a pipe of Linux holds. */
const PIPE_CAPACITY = 65_536

export class ByteQueue {
  readonly #runner: ProcessRunner
  readonly #capacity: number
  #chunks: Uint8Array[] = []
  #length = 0
  #writers = 0
  #readers = 0
  #ended = false
  readonly #waiting = new Set<() => void>()

  constructor(runner: ProcessRunner, capacity = PIPE_CAPACITY) {
    this.#runner = runner
    this.#capacity = capacity
  }

  get length(): number {
    return this.#length
  }

  /** Adds what fits without blocking and returns how many bytes that were. */
  offer(bytes: Uint8Array): number {
    const room = Math.min(bytes.length, this.#capacity - this.#length)
    if (room <= 0) return 0
    this.#chunks.push(bytes.slice(0, room))
    this.#length += room
    this.#changed()
    return room
  }

  /** No more bytes will come: readers see the end once the queue is empty. */
  end(): void {
    this.#ended = true
    this.#changed()
  }

  /** The writing end; the queue ends when every holder of it has let go. */
  writeEnd(): Stream {
    return this.#end({
      retain: () => (this.#writers += 1),
      release: () => {
        this.#writers -= 1
        if (this.#writers === 0) this.end()
      },
    })
  }

  /** The reading end; when every holder has let go, writers get SIGPIPE. */
  readEnd(): Stream {
    return this.#end({
      retain: () => (this.#readers += 1),
      release: () => {
        this.#readers -= 1
        this.#changed()
      },
      readiness: {
        isReadable: () => this.#length > 0 || this.#ended,
        onChange: (changed) => {
          this.#waiting.add(changed)
          return () => this.#waiting.delete(changed)
        },
      },
    })
  }

  #end(count: Pick<Stream, 'retain' | 'release' | 'readiness'>): Stream {
    return {
      read: (process, maxBytes) => this.#read(process, maxBytes),
      write: (process, bytes) => this.#write(process, bytes),
      ...count,
    }
  }

  async #read(process: Process, maxBytes: number): Promise<Uint8Array | undefined> {
    while (this.#length === 0) {
      if (this.#ended) return undefined
      if ((await this.#wait(process, true)) === 'interrupted') return undefined
    }
    const first = this.#chunks[0]!
    const part = first.slice(0, maxBytes)
    if (part.length === first.length) this.#chunks.shift()
    else this.#chunks[0] = first.slice(part.length)
    this.#length -= part.length
    this.#changed()
    return part
  }

  async #write(process: Process, bytes: Uint8Array): Promise<void> {
    let rest = bytes
    while (rest.length > 0) {
      if (this.#readers === 0) throw new Killed('PIPE')
      rest = rest.slice(this.offer(rest))
      // A reader gets its turn after each write, so that `head -1` stops an endless writer early.
      await (rest.length > 0 ? this.#wait(process, false) : this.#runner.yield())
    }
  }

  #wait(process: Process, interruptible: boolean): Promise<string> {
    return this.#runner.block(process, interruptible, (wake) => {
      const changed = (): void => wake('ready')
      this.#waiting.add(changed)
      return () => this.#waiting.delete(changed)
    })
  }

  #changed(): void {
    for (const changed of [...this.#waiting]) changed()
  }
}
