/** Opens paths: the machine's files, /dev, and the parts of /proc and /sys that show the kernel's tables. */
import type { Errno } from '../../contract/errno.ts'
import { type Result, err, ok } from '../../base/result.ts'
import type { ProcessContext } from './context.ts'
import { resolvePath } from './files.ts'
import { isFolder } from './folders.ts'
import { bytesStream, NULL_STREAM, sinkStream, type Stream } from './stream.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'
import { isNetClassFile } from './sysfs.ts'
import { netClassFile, netClassLink, writeNetClassFile } from './virtual-files.ts'

/** Why a path could not be opened, as perror prints it. */
export type OpenError = 'No such file or directory' | 'Is a directory' | 'Permission denied' | 'No space left on device'

/** Thrown by a stream that refuses what was written to it: a sysctl, an attribute in /sys. */
export class WriteError extends Error {
  override readonly name = 'WriteError'
  readonly errno: Errno
  constructor(errno: Errno) {
    super(`write error: ${errno}`)
    this.errno = errno
  }
}

const SYSCTL_ROOT = '/proc/sys/'

/** The sysctl key of a path below /proc/sys, or undefined for another path. Dots inside an interface's name stay. */
function sysctlKeyOfPath(path: string): string | undefined {
  return path.startsWith(SYSCTL_ROOT) ? path.slice(SYSCTL_ROOT.length) : undefined
}

/** Reads a whole file. */
function readFile(ctx: ProcessContext, path: string): Result<Uint8Array, OpenError> {
  const full = resolvePath(path, ctx.cwd)
  if (full === '/dev/null') return ok(new Uint8Array(0))
  const key = sysctlKeyOfPath(full)
  const virtual =
    key !== undefined
      ? appendNewline(ctx.read.sysctl(ctx.netns, slashKeyToDots(key)))
      : netClassFile(ctx.read, ctx.netns, full)
  if (virtual !== undefined) return ok(encodeUtf8(virtual))
  if (ctx.machine.files.isDirectory(full)) return err('Is a directory')
  const bytes = ctx.machine.files.read(full)
  return bytes === undefined ? err('No such file or directory') : ok(bytes)
}

/** Whether a full path names a file, a folder or a link. */
export function pathExists(ctx: ProcessContext, path: string): boolean {
  if (ctx.machine.files.exists(path) || isFolder(ctx, path)) return true
  return openForReading(ctx, path).ok || netClassLink(ctx.read, ctx.netns, path) !== undefined
}

/** Reads a whole file as text. */
export function readTextFile(ctx: ProcessContext, path: string): Result<string, OpenError> {
  const result = readFile(ctx, path)
  return result.ok ? ok(decodeUtf8(result.value)) : result
}

/** /dev/fd/N: the end of a pipe of `<(…)`, or a descriptor of the process. */
function descriptorOf(ctx: ProcessContext, path: string): Stream | undefined {
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path)?.[1]
  if (number === undefined) return undefined
  return ctx.runner.pipe(path) ?? ctx.streams.get(Number(number))
}

/** Opens for reading. */
export function openForReading(ctx: ProcessContext, path: string): Result<Stream, OpenError> {
  const full = resolvePath(path, ctx.cwd)
  if (full === '/dev/stdin') return ok(ctx.stream(0))
  if (full === '/dev/zero') return ok({ ...NULL_STREAM, read: async (_process, maxBytes) => new Uint8Array(maxBytes) })
  const descriptor = descriptorOf(ctx, full)
  if (descriptor !== undefined) return ok(descriptor)
  const bytes = readFile(ctx, path)
  return bytes.ok ? ok(bytesStream(bytes.value)) : bytes
}

/** Opens for writing; an existing file is emptied unless `append`. */
export function openForWriting(ctx: ProcessContext, path: string, append: boolean): Result<Stream, OpenError> {
  const full = resolvePath(path, ctx.cwd)
  if (full === '/dev/null' || full === '/dev/zero') return ok(NULL_STREAM)
  if (full === '/dev/stdout') return ok(ctx.stream(1))
  if (full === '/dev/stderr') return ok(ctx.stream(2))
  const descriptor = descriptorOf(ctx, full)
  if (descriptor !== undefined) return ok(descriptor)
  const key = sysctlKeyOfPath(full)
  if (key !== undefined) return openSysctl(ctx, slashKeyToDots(key))
  if (full.startsWith('/sys/')) return openAttribute(ctx, full)
  const { files } = ctx.machine
  if (files.isDirectory(full)) return err('Is a directory')
  if (!append || files.read(full) === undefined) {
    if (!files.write(full, new Uint8Array(0))) return err('No such file or directory')
  }
  return ok(
    sinkStream((bytes) => {
      if (!files.append(full, bytes)) throw new WriteError('ENOSPC')
    }),
  )
}

/** `a/b.c/d` in a path is the key `a.b/c.d`, as sysctl(8) writes names that hold dots. */
function slashKeyToDots(key: string): string {
  return key.replace(/[./]/g, (separator) => (separator === '/' ? '.' : '/'))
}

function openSysctl(ctx: ProcessContext, key: string): Result<Stream, OpenError> {
  if (ctx.read.sysctl(ctx.netns, key) === undefined) return err('No such file or directory')
  return ok(
    sinkStream((bytes) => {
      const value = decodeUtf8(bytes).trim()
      const result = ctx.call({ kind: 'sysctl.write', netns: ctx.netns, key, value })
      if (!result.ok) throw new WriteError(result.error.errno)
    }),
  )
}

function openAttribute(ctx: ProcessContext, path: string): Result<Stream, OpenError> {
  if (!isNetClassFile(ctx.read, ctx.netns, path)) return err('No such file or directory')
  return ok(
    sinkStream((bytes) => {
      const refusal = writeNetClassFile(ctx, path, decodeUtf8(bytes).trim())
      if (refusal !== undefined) throw new WriteError(refusal)
    }),
  )
}

function appendNewline(value: string | undefined): string | undefined {
  return value === undefined ? undefined : `${value}\n`
}
