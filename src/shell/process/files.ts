/** The small file system of one machine. It lives in memory; /proc, /sys and /dev are served elsewhere. */
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

/** Bytes that all files of a machine may hold together. */
const FILES_LIMIT_BYTES = 4 * 1024 * 1024

const DIRECTORIES = [
  '/',
  '/dev',
  '/etc',
  '/etc/network',
  '/etc/network/if-down.d',
  '/etc/network/if-post-down.d',
  '/etc/network/if-pre-up.d',
  '/etc/network/if-up.d',
  '/etc/network/interfaces.d',
  '/home',
  '/proc',
  '/root',
  '/run',
  '/run/netns',
  '/run/network',
  '/sys',
  '/tmp',
  '/var',
  '/var/log',
  '/var/tmp',
]

/** What a machine's ifup knows before anybody writes more. */
const INTERFACES = 'source /etc/network/interfaces.d/*\n\nauto lo\niface lo inet loopback\n'

export class MachineFiles {
  readonly #files = new Map<string, Uint8Array>()
  readonly #directories = new Set<string>(DIRECTORIES)

  constructor(hostname: string) {
    this.writeText('/etc/hostname', `${hostname}\n`)
    this.writeText('/etc/network/interfaces', INTERFACES)
    this.writeText('/etc/hosts', `127.0.0.1\tlocalhost\n127.0.1.1\t${hostname}\n`)
  }

  /** The same files once more. What is in a file is never changed in its place, so that only the lists are copied. */
  copy(): MachineFiles {
    const files = new MachineFiles('')
    files.#files.clear()
    for (const [path, bytes] of this.#files) files.#files.set(path, bytes)
    files.#directories.clear()
    for (const path of this.#directories) files.#directories.add(path)
    return files
  }

  /** The bytes of a file, or undefined. */
  read(path: string): Uint8Array | undefined {
    return this.#files.get(path)
  }

  readText(path: string): string | undefined {
    const bytes = this.#files.get(path)
    return bytes === undefined ? undefined : decodeUtf8(bytes)
  }

  /** Replaces a file; false when the folder is missing, the path is a folder, or the machine is full. */
  write(path: string, bytes: Uint8Array): boolean {
    if (this.#directories.has(path) || !this.#directories.has(parentOf(path))) return false
    let total = bytes.length
    for (const [other, content] of this.#files) if (other !== path) total += content.length
    if (total > FILES_LIMIT_BYTES) return false
    this.#files.set(path, bytes)
    return true
  }

  writeText(path: string, text: string): boolean {
    return this.write(path, encodeUtf8(text))
  }

  append(path: string, bytes: Uint8Array): boolean {
    const old = this.#files.get(path)
    if (old === undefined) return this.write(path, bytes)
    const joined = new Uint8Array(old.length + bytes.length)
    joined.set(old)
    joined.set(bytes, old.length)
    return this.write(path, joined)
  }

  isDirectory(path: string): boolean {
    return this.#directories.has(path)
  }

  exists(path: string): boolean {
    return this.#files.has(path) || this.#directories.has(path)
  }

  makeDirectory(path: string): boolean {
    if (this.exists(path) || !this.#directories.has(parentOf(path))) return false
    this.#directories.add(path)
    return true
  }

  remove(path: string): boolean {
    return this.#files.delete(path)
  }

  /** Removes a folder with all that is in it. */
  removeTree(path: string): void {
    for (const file of [...this.#files.keys()]) if (file.startsWith(`${path}/`)) this.#files.delete(file)
    for (const folder of [...this.#directories])
      if (folder === path || folder.startsWith(`${path}/`)) this.#directories.delete(folder)
  }

  /** Names in a folder, sorted. */
  list(directory: string): readonly string[] {
    const prefix = directory === '/' ? '/' : `${directory}/`
    return [...this.#files.keys(), ...this.#directories]
      .filter((path) => path.startsWith(prefix) && path !== prefix && !path.slice(prefix.length).includes('/'))
      .map((path) => path.slice(prefix.length))
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  }
}

/** A path from the root without `.`, `..` and double slashes. /var/run is a link to /run. */
export function resolvePath(path: string, cwd: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') parts.pop()
    else parts.push(part)
  }
  return `/${parts.join('/')}`.replace(/^\/var\/run(?=\/|$)/, '/run')
}

/** The folder that a path stands in. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}
