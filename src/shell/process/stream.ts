/** What a process reads from and writes to: pipes, terminals, files, /dev/null. */
import type { Process } from './process.ts'
import type { Terminal } from './terminal.ts'
import { completeLength, decodeUtf8 } from './utf8.ts'

/** Whether a read would return at once, and when that may have changed. */
export interface Readiness {
  isReadable(): boolean
  /** Calls back on every change; returns what ends that. */
  onChange(changed: () => void): () => void
}

/** An open file of a process. Several processes may hold the same one; `retain` and `release` count them. */
export interface Stream {
  /** A person is at the other end. */
  readonly isTerminal?: boolean
  /** The terminal that a person sits at, where there is one to talk to. */
  readonly terminal?: Terminal
  /** Lets a program wait for this and for other things at once. Missing: a read never waits. */
  readonly readiness?: Readiness
  /** Up to `maxBytes`, at least one; undefined at the end. Blocks while nothing is there. */
  read(process: Process, maxBytes: number): Promise<Uint8Array | undefined>
  /** Blocks while there is no room. Throws `Killed('PIPE')` when nobody can read any more. */
  write(process: Process, bytes: Uint8Array): Promise<void>
  retain(): void
  release(): void
}

/** Reads nothing, swallows everything. */
export const NULL_STREAM: Stream = {
  read: async () => undefined,
  write: async () => undefined,
  retain: () => undefined,
  release: () => undefined,
}

/** A stream that only gives the bytes that it was made with: a here-document, a file opened for reading. */
export function bytesStream(bytes: Uint8Array): Stream {
  let at = 0
  return {
    ...NULL_STREAM,
    read: async (_process, maxBytes) => {
      if (at >= bytes.length) return undefined
      const part = bytes.slice(at, at + maxBytes)
      at += part.length
      return part
    },
  }
}

/** A stream that hands every write to a function: a file opened for writing, or what a caller collects. */
export function sinkStream(write: (bytes: Uint8Array) => void): Stream {
  return { ...NULL_STREAM, write: async (_process, bytes) => write(bytes) }
}

/** A stream that hands over what is written as text; a character that is cut in two waits for its other half. */
export function textSink(write: (text: string) => void): Stream {
  let rest = new Uint8Array(0)
  return sinkStream((bytes) => {
    const all = new Uint8Array(rest.length + bytes.length)
    all.set(rest)
    all.set(bytes, rest.length)
    const end = completeLength(all)
    rest = all.slice(end)
    write(decodeUtf8(all.slice(0, end)))
  })
}
