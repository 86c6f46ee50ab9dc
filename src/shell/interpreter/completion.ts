/** What Tab offers: commands, words of iproute2, interfaces, namespaces, sysctls and files, as the shell at the prompt sees them. */
import { COMMANDS } from '../commands/commands.ts'
import type { NetnsId } from '../../kernel/api.ts'
import type { ProcessContext } from '../process/context.ts'
import { resolvePath } from '../process/files.ts'
import type { Completion } from '../process/terminal.ts'
import { BUILTINS } from './builtins.ts'
import { BEFORE_DEVICE, BEFORE_NETNS, FULL_WORDS, OBJECT_COMMANDS, VALUES, VERB_COMMANDS } from './completion-words.ts'
import type { Shell } from './state.ts'

/** Commands that run the words after them, and how many words of their own those have. */
const WRAPPERS: ReadonlyMap<string, number> = new Map([
  ['sudo', 0],
  ['nohup', 0],
  ['time', 0],
  ['watch', 0],
  ['timeout', 1],
])
/** What ends a command, outside quotes. */
const SEPARATORS = /(?:\|\||&&|[;|&(){}`\n]|\$\()/
const MOST_WORDS = 500

/** The words that fit before the cursor. What stands behind it is left alone. */
export function completeLine(shell: Shell, line: string, cursor: number): Completion {
  const before = line.slice(0, cursor)
  const start = before.split(SEPARATORS).at(-1)?.length ?? 0
  const words = before.slice(before.length - start).split(/[ \t]+/)
  if (words[0] === '' && words.length > 1) words.shift()
  const typed = words.pop() ?? ''
  const candidates = candidatesFor(shell, words, typed)
  const { prefix, found } = candidates
  const sorted = [...new Set(found)].filter((word) => word.startsWith(typed.slice(prefix))).sort()
  return { from: cursor - typed.length + prefix, words: sorted.slice(0, MOST_WORDS) }
}

interface Candidates {
  /** Characters of the typed word that stay as they are, such as those up to a `=`. */
  readonly prefix: number
  readonly found: readonly string[]
}

function candidatesFor(shell: Shell, words: readonly string[], typed: string): Candidates {
  const { ctx, state } = shell
  if (typed.startsWith('$')) {
    const prefix = typed.startsWith('${') ? 2 : 1
    return { prefix, found: state.variables.names() }
  }
  const redirection = /^\d?(?:>>?|<)/.exec(typed)
  if (redirection !== null) return files(shell, typed, redirection[0].length)
  const { inner, netns } = unwrap(ctx, words)
  const [command] = inner
  if (command === undefined) {
    if (typed.includes('/')) return files(shell, typed, 0)
    return {
      prefix: 0,
      found: [...COMMANDS.map(({ name }) => name), 'bash', ...BUILTINS.keys()].filter(isName).map(full),
    }
  }
  const places = { netns, ctx }
  const found = argumentsOf(inner, places)
  if (found === undefined || (found.length === 0 && typed.includes('/'))) return files(shell, typed, 0)
  return { prefix: 0, found }
}

interface Place {
  readonly ctx: ProcessContext
  readonly netns: NetnsId
}

/** The command itself, without what only says where or how it runs. */
function unwrap(ctx: ProcessContext, words: readonly string[]): { inner: readonly string[]; netns: NetnsId } {
  let inner = words
  let netns = ctx.netns
  for (;;) {
    const [first = '', second = '', third = '', name] = inner
    const own = WRAPPERS.get(first)
    const isExec = first === 'ip' && second === 'netns' && third === 'exec' && name !== undefined
    const isOption =
      (first === 'ip' || first === 'bridge') && (second === '-n' || second === '-netns') && inner.length > 2
    if (/^[A-Za-z_]\w*=/.test(first)) inner = inner.slice(1)
    else if (own !== undefined) inner = inner.slice(1 + own)
    else if (isExec) {
      netns = ctx.read.netnsByName(name) ?? netns
      inner = inner.slice(4)
    } else if (isOption) {
      netns = ctx.read.netnsByName(third) ?? netns
      inner = [first, ...inner.slice(3)]
    } else if ((first === 'ip' || first === 'bridge') && /^-(?!n$|netns$)/.test(second))
      inner = [first, ...inner.slice(2)]
    else return { inner, netns }
  }
}

/** What may stand after these words; undefined: files. */
function argumentsOf(words: readonly string[], place: Place): readonly string[] | undefined {
  const [command = '', ...rest] = words
  const last = rest.at(-1) ?? ''
  const objects = OBJECT_COMMANDS[command]
  if (BEFORE_DEVICE.has(last)) return devices(place)
  if (objects !== undefined) {
    if (BEFORE_NETNS.has(last) && !(last === 'netns' && rest.length === 1)) return namespaces(place)
    return objectWords(objects, rest, place)
  }
  if (command === 'sysctl') return place.ctx.read.sysctls(place.netns).map(({ key }) => key)
  if (command === 'ifconfig') return rest.length === 0 ? devices(place) : []
  const verbs = VERB_COMMANDS[command]
  if (verbs === undefined) return undefined
  return rest.length === 0 ? verbs.map(full) : devices(place)
}

function objectWords(
  objects: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
  rest: readonly string[],
  place: Place,
): readonly string[] {
  const [object, verb, ...more] = rest
  if (object === undefined) return Object.keys(objects).map(full)
  const name = fullWord(object, Object.keys(objects))
  const verbs = name === undefined ? undefined : objects[name]
  if (verbs === undefined) return []
  if (verb === undefined) return Object.keys(verbs).map(full)
  const verbName = fullWord(verb, Object.keys(verbs)) ?? ''
  const words = (verbs[verbName] ?? []).map(full)
  if (name === 'netns') return verbName === 'delete' ? namespaces(place) : []
  const last = more.at(-1) ?? ''
  if (name === 'link' && last === 'link') return devices(place)
  const values = VALUES[last]
  if (values !== undefined) return values.map(full)
  // `ip link set eth0`, `ip addr show eth0`: the interface may stand without `dev`.
  const takesDevice = (name === 'link' && verbName !== 'add') || (name === 'address' && verbName === 'show')
  return takesDevice && more.length === 0 ? [...words, ...devices(place)] : words
}

/** The word that an abbreviation stands for: the first that begins with it, as iproute2 finds it. */
function fullWord(word: string, of: readonly string[]): string | undefined {
  const written = FULL_WORDS[word]
  return written !== undefined && of.includes(written) ? written : of.find((each) => each.startsWith(word))
}

function devices({ ctx, netns }: Place): readonly string[] {
  return ctx.read.links(netns).map(({ name }) => full(name))
}

function namespaces({ ctx }: Place): readonly string[] {
  return ctx.read.namespaces().flatMap(({ name }) => (name === '' ? [] : [full(name)]))
}

function files({ ctx, state }: Shell, typed: string, prefix: number): Candidates {
  const path = typed.slice(prefix)
  const slash = path.lastIndexOf('/') + 1
  const folder = resolvePath(path.slice(0, slash) === '' ? '.' : path.slice(0, slash), state.cwd)
  const found = ctx.machine.files.list(folder).map((name) => {
    const isFolder = ctx.machine.files.isDirectory(resolvePath(name, folder))
    return isFolder ? `${name}/` : full(name)
  })
  return { prefix: prefix + slash, found }
}

/** Punctuation such as `[` and `:` is no word to look for. */
function isName(word: string): boolean {
  return /^[a-z]/.test(word)
}

function full(word: string): string {
  return `${word} `
}
