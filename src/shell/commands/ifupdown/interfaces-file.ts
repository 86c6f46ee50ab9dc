/** interfaces(5) of Debian's ifupdown: which interfaces there are, how each is configured, and which come up by themselves. */
import { err, ok, type Result } from '../../../base/result.ts'
import { matchesPattern } from '../../interpreter/pattern.ts'
import { parentOf, resolvePath } from '../../process/files.ts'

/** One `iface` paragraph. */
export interface Stanza {
  readonly name: string
  readonly family: 'inet' | 'inet6'
  readonly method: string
  /** In the order of the file; `up` and its relatives may come several times. */
  readonly options: readonly (readonly [name: string, value: string])[]
}

export interface InterfacesFile {
  readonly stanzas: readonly Stanza[]
  /** `auto` and `allow-CLASS`: the interfaces of each class, in order. */
  readonly classes: ReadonlyMap<string, readonly string[]>
  readonly noAutoDown: ReadonlySet<string>
  readonly noScripts: ReadonlySet<string>
}

/** What the parser may ask of the machine's files. */
export interface FileReader {
  readonly read: (path: string) => Result<string, string>
  readonly list: (folder: string) => readonly string[]
}

const METHODS: Readonly<Record<Stanza['family'], readonly string[]>> = {
  inet: ['loopback', 'static', 'manual', 'dhcp', 'bootp', 'tunnel', 'ppp', 'wvdial', 'ipv4ll'],
  inet6: ['loopback', 'static', 'manual', 'auto', 'dhcp', 'v4tunnel', '6to4', 'tunnel'],
}

/** Options that may be given again and again; their later names stand for the earlier ones. */
const SCRIPT_OPTIONS: Readonly<Record<string, string>> = {
  'pre-up': 'pre-up',
  up: 'up',
  'post-up': 'up',
  down: 'down',
  'pre-down': 'down',
  'post-down': 'post-down',
}
const HOOK_LINES = new Set(Object.values(SCRIPT_OPTIONS))

interface Parsed {
  readonly stanzas: Stanza[]
  readonly classes: Map<string, string[]>
  readonly noAutoDown: Set<string>
  readonly noScripts: Set<string>
}

class FileProblem extends Error {}

/** Reads a file with all that it sources; the error is what ifup prints, without its name. */
export function parseInterfaces(path: string, files: FileReader): Result<InterfacesFile, string> {
  const parsed: Parsed = { stanzas: [], classes: new Map(), noAutoDown: new Set(), noScripts: new Set() }
  const text = files.read(path)
  if (!text.ok) return err(`couldn't open interfaces file "${path}": ${text.error}`)
  try {
    parseText(text.value, path, files, parsed, 0)
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error
    return err(`${error.message}\nifup: couldn't read interfaces file "${path}"`)
  }
  return ok(parsed)
}

/** Lines with what follows a backslash joined, and the number of each one's end. */
function logicalLines(text: string): { text: string; line: number }[] {
  const lines: { text: string; line: number }[] = []
  let open = ''
  for (const [k, line] of text.split('\n').entries()) {
    if (open === '' && line.trimStart().startsWith('#')) continue
    if (line.endsWith('\\')) {
      open += line.slice(0, -1)
      continue
    }
    const whole = (open + line).trim()
    open = ''
    if (whole !== '') lines.push({ text: whole, line: k + 1 })
  }
  return lines
}

const DEEPEST_SOURCE = 8

function parseText(text: string, path: string, files: FileReader, parsed: Parsed, depth: number): void {
  let options: [string, string][] | undefined
  for (const { text: whole, line } of logicalLines(text)) {
    const wrong = (what: string): FileProblem => new FileProblem(`${path}:${line}: ${what}`)
    const [keyword = '', ...words] = whole.split(/\s+/)
    const names = keyword === 'auto' ? 'auto' : /^allow-(.+)$/.exec(keyword)?.[1]
    if (names !== undefined) {
      const list = parsed.classes.get(names) ?? []
      for (const word of words) if (!list.includes(word)) list.push(word)
      parsed.classes.set(names, list)
      options = undefined
    } else if (keyword === 'no-auto-down' || keyword === 'no-scripts') {
      for (const word of words) (keyword === 'no-scripts' ? parsed.noScripts : parsed.noAutoDown).add(word)
      options = undefined
    } else if (keyword === 'iface') {
      options = []
      parsed.stanzas.push(readStanza(words, options, parsed, wrong))
    } else if (/^source(?:-dir(?:ectory)?)?$/.test(keyword)) {
      if (depth >= DEEPEST_SOURCE) throw wrong('files source each other without end')
      for (const file of sourced(words[0] ?? '', keyword !== 'source', path, files)) {
        const inner = files.read(file)
        if (inner.ok) parseText(inner.value, file, files, parsed, depth + 1)
      }
      options = undefined
    } else if (keyword === 'mapping' || keyword === 'rename') {
      throw wrong(`“${keyword}” is not modelled in vethlab: write an iface paragraph for each interface`)
    } else if (options === undefined) throw wrong('misplaced option')
    else if (words.length === 0) throw wrong('option with empty value')
    else addOption(options, keyword, whole.slice(keyword.length).trim())
  }
}

function readStanza(
  words: readonly string[],
  options: [string, string][],
  parsed: Parsed,
  wrong: (what: string) => FileProblem,
): Stanza {
  const [name, ...rest] = words
  if (name === undefined) throw wrong('too few parameters for iface line')
  const at = rest.indexOf('inherits')
  const parentName = at < 0 ? undefined : rest[at + 1]
  const [family, method] = at < 0 ? rest : rest.slice(0, at)
  const parent = parentName === undefined ? undefined : parsed.stanzas.find((stanza) => stanza.name === parentName)
  if (parentName !== undefined && parent === undefined)
    throw wrong(`unknown iface to inherit from: ${name} (${parentName})`)
  options.push(...(parent?.options ?? []).map(([key, value]): [string, string] => [key, value]))
  const realFamily = family ?? parent?.family
  if (realFamily !== 'inet' && realFamily !== 'inet6')
    throw wrong('unknown or no address type and no inherits keyword specified')
  const realMethod = method ?? parent?.method
  if (realMethod === undefined || !METHODS[realFamily].includes(realMethod))
    throw wrong('unknown or no method and no inherits keyword specified')
  return { name, family: realFamily, method: realMethod, options }
}

/** Keeps the first value of an option, and every line of `up` and the like. */
function addOption(options: [string, string][], keyword: string, value: string): void {
  const script = SCRIPT_OPTIONS[keyword]
  if (script !== undefined) options.push([script, value])
  else if (!options.some(([name]) => name === keyword)) options.push([keyword, value])
}

/** The files that a `source` line names: relative to its own file's folder, with wildcards in the last part. */
function sourced(pattern: string, isFolder: boolean, from: string, files: FileReader): readonly string[] {
  const full = resolvePath(pattern, parentOf(from))
  if (isFolder)
    return files
      .list(full)
      .filter((name) => /^[A-Za-z0-9_-]+$/.test(name))
      .map((name) => `${full}/${name}`)
  const folder = parentOf(full)
  const last = full.slice(full.lastIndexOf('/') + 1)
  if (!/[*?[]/.test(last)) return [full]
  return files
    .list(folder)
    .filter((name) => matchesPattern(name, last) && !name.startsWith('.'))
    .map((name) => `${folder}/${name}`)
}

/** The lines of `up` or its relatives. */
export function hookLines({ options }: Stanza, which: 'pre-up' | 'up' | 'down' | 'post-down'): readonly string[] {
  return options.flatMap(([name, value]) => (name === which ? [value] : []))
}

/** An option's value; `bridge_ports` and `bridge-ports` are the same. */
export function option({ options }: Stanza, name: string): string | undefined {
  return options.find(([other]) => other.replaceAll('_', '-') === name)?.[1]
}

/** What commands of the paragraph find in their environment: `IF_BRIDGE_PORTS` and the like. */
export function optionVariables({ options }: Stanza): readonly (readonly [string, string])[] {
  return options
    .filter(([name]) => !HOOK_LINES.has(name))
    .map(([name, value]) => [`IF_${name.toUpperCase().replaceAll('-', '_')}`, value] as const)
}
