/**
 * The `#%%` lines of a lab file: what each says and how it is written. A real shell reads them as comments, so a lab
 * with directives still runs on a real machine.
 */

/** One directive. Names are those of namespaces or machines; coordinates are canvas pixels; times are seconds. */
export type Directive =
  | { readonly kind: 'vethlab'; readonly version: number }
  | { readonly kind: 'engine'; readonly version: string }
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'machine'; readonly name: string; readonly namespaces: readonly string[] }
  | { readonly kind: 'role'; readonly name: string; readonly role: string }
  | { readonly kind: 'alias'; readonly machine: string; readonly pairs: readonly AliasPair[] }
  /** `isAuto`: found by a layout, not chosen by a person; the next layout may find another place. */
  | { readonly kind: 'at'; readonly name: string; readonly x: number; readonly y: number; readonly isAuto?: true }
  | { readonly kind: 'note'; readonly text: string; readonly x?: number; readonly y?: number }
  | { readonly kind: 'run' }
  | { readonly kind: 'settle'; readonly seconds: number }
  | { readonly kind: 'gap'; readonly seconds: number }
  | { readonly kind: 'unknown'; readonly text: string }

/** On its machine, `alias` is how a terminal names `namespace`: `ns0=ctrA`. */
export interface AliasPair {
  readonly alias: string
  readonly namespace: string
}

/** How each directive is written, for messages. */
export const DIRECTIVE_USAGE = {
  vethlab: '#%% vethlab 1',
  engine: '#%% engine 0.1.0',
  title: '#%% title "A title"',
  machine: '#%% machine hostA: ctrA ctrB',
  role: '#%% role gw router',
  alias: '#%% alias hostA ns0=ctrA',
  at: '#%% at hostA 80 120',
  note: '#%% note 80 120 "A note"',
  run: '#%% run',
  settle: '#%% settle 7',
  gap: '#%% gap 4',
} as const

/** The newest form of the lab file that this code knows. */
export const LAB_VERSION = 1

/** What one line turned out to be: a directive; `flaw` names the known one that the line fails to be. */
export interface DirectiveReading {
  readonly directive: Directive
  readonly flaw: keyof typeof DIRECTIVE_USAGE | undefined
  /** Length of the line's part that says something: what follows is a trailing comment of the author's. */
  readonly bodyLength: number
}

const DIRECTIVE_LINE = /^[ \t]*#%%[ \t]*(.*)$/s
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i
const NAME = /^[^\s"':=#][^\s"':=]*$/

/** Tells whether a line (without its line end) is a directive. */
export function isDirectiveLine(line: string): boolean {
  return DIRECTIVE_LINE.test(line)
}

/** Reads a line. Undefined when it is no directive; a known directive that is written wrongly comes back as unknown. */
export function readDirective(line: string): DirectiveReading | undefined {
  const match = DIRECTIVE_LINE.exec(line)
  if (match === null) return undefined
  const written = match[1] ?? ''
  const body = withoutTrailingComment(written)
  const bodyLength = line.length - written.length + body.length
  const space = body.search(/\s/)
  const word = space < 0 ? body : body.slice(0, space)
  const rest = space < 0 ? '' : body.slice(space).trim()
  if (!isKnownWord(word)) return { directive: { kind: 'unknown', text: body }, flaw: undefined, bodyLength }
  const directive = READERS[word](rest)
  if (directive === undefined) return { directive: { kind: 'unknown', text: body }, flaw: word, bodyLength }
  return { directive, flaw: undefined, bodyLength }
}

/**
 * Writes a directive as one line without a line end. Undefined when it cannot be written so that it reads back the
 * same: a name with a blank in it, a number that is none, a text with a line break.
 */
export function writeDirective(directive: Directive): string | undefined {
  const line = `#%% ${directiveBody(directive)}`.trimEnd()
  if (/[\n\r]/.test(line)) return undefined
  const reading = readDirective(line)
  if (reading === undefined || reading.bodyLength !== line.length) return undefined
  return sameDirective(reading.directive, directive) ? line : undefined
}

/** Whether two directives say the same. */
function sameDirective(a: Directive, b: Directive): boolean {
  return a.kind === b.kind && directiveBody(a) === directiveBody(b) && listLength(a) === listLength(b)
}

/** Two names with a blank between them look like one name with a blank inside. */
function listLength(directive: Directive): number {
  if (directive.kind === 'machine') return directive.namespaces.length
  return directive.kind === 'alias' ? directive.pairs.length : 0
}

/**
 * What a directive is about: two with one subject cannot both hold. The last one in the file counts, as with
 * assignments in a shell. Notes and unknown directives are their own subjects.
 */
export function directiveSubject(directive: Directive): string {
  switch (directive.kind) {
    case 'machine':
    case 'role':
    case 'at':
      return `${directive.kind} ${directive.name}`
    case 'alias':
      return `alias ${directive.machine}`
    case 'note':
    case 'unknown':
      return `${directive.kind} ${directiveBody(directive)}`
    default:
      return directive.kind
  }
}

type KnownWord = keyof typeof DIRECTIVE_USAGE

function isKnownWord(word: string): word is KnownWord {
  return Object.hasOwn(DIRECTIVE_USAGE, word)
}

const READERS: { readonly [K in KnownWord]: (rest: string) => Directive | undefined } = {
  vethlab: (rest) => (/^\d{1,6}$/.test(rest) ? { kind: 'vethlab', version: Number(rest) } : undefined),
  engine: (rest) => (/^\S+$/.test(rest) ? { kind: 'engine', version: rest } : undefined),
  title: (rest) => {
    const text = readText(rest)
    return text === undefined || text === '' ? undefined : { kind: 'title', text }
  },
  machine: readMachine,
  role: (rest) => {
    const [name, role, ...more] = words(rest)
    if (name === undefined || role === undefined || more.length > 0) return undefined
    return NAME.test(name) && NAME.test(role) ? { kind: 'role', name, role } : undefined
  },
  alias: readAlias,
  at: (rest) => {
    const [name, x, y, mark, ...more] = words(rest)
    if (name === undefined || x === undefined || y === undefined || more.length > 0) return undefined
    if (!isNumber(x) || !isNumber(y) || !NAME.test(name) || (mark !== undefined && mark !== 'auto')) return undefined
    const place = { kind: 'at', name, x: Number(x), y: Number(y) } as const
    return mark === undefined ? place : { ...place, isAuto: true }
  },
  note: readNote,
  run: (rest) => (rest === '' ? { kind: 'run' } : undefined),
  settle: (rest) => (isSeconds(rest) ? { kind: 'settle', seconds: Number(rest) } : undefined),
  gap: (rest) => (isSeconds(rest) ? { kind: 'gap', seconds: Number(rest) } : undefined),
}

function readMachine(rest: string): Directive | undefined {
  const match = /^([^\s:]+)\s*(?::\s*(.*))?$/s.exec(rest)
  const name = match?.[1]
  if (name === undefined || !NAME.test(name)) return undefined
  const namespaces = words(match?.[2] ?? '')
  return namespaces.every((namespace) => NAME.test(namespace)) ? { kind: 'machine', name, namespaces } : undefined
}

function readAlias(rest: string): Directive | undefined {
  const [machine, ...written] = words(rest)
  if (machine === undefined || written.length === 0 || !NAME.test(machine)) return undefined
  const pairs: AliasPair[] = []
  for (const word of written) {
    const [alias, namespace, ...more] = word.split('=')
    if (alias === undefined || namespace === undefined || more.length > 0) return undefined
    if (!NAME.test(alias) || !NAME.test(namespace)) return undefined
    pairs.push({ alias, namespace })
  }
  return { kind: 'alias', machine, pairs }
}

function readNote(rest: string): Directive | undefined {
  const placed = /^(\S+)\s+(\S+)\s+(.*)$/s.exec(rest)
  const [x, y] = [placed?.[1] ?? '', placed?.[2] ?? '']
  const isPlaced = isNumber(x) && isNumber(y)
  const text = readText(isPlaced ? (placed?.[3] ?? '') : rest)
  if (text === undefined || text === '') return undefined
  return isPlaced ? { kind: 'note', text, x: Number(x), y: Number(y) } : { kind: 'note', text }
}

/** A text is the rest of the line, or stands in double quotes with `\"` and `\\` inside. Undefined: a quote is open. */
function readText(written: string): string | undefined {
  if (!written.startsWith('"')) return written
  const length = quotedLength(written)
  if (length !== written.length) return undefined
  return written.slice(1, -1).replaceAll(/\\(["\\])/g, '$1')
}

/** Length of the quoted text at the start, quotes included, or undefined when no quote closes it. */
function quotedLength(written: string): number | undefined {
  for (let at = 1; at < written.length; at++) {
    if (written[at] === '\\') at++
    else if (written[at] === '"') return at + 1
  }
  return undefined
}

/** A trailing comment begins at a `#` with blanks on both sides (or at the line's end) outside double quotes. */
function withoutTrailingComment(written: string): string {
  let at = 0
  while (at < written.length) {
    const char = written[at]
    if (char === '"') at += quotedLength(written.slice(at)) ?? 1
    else if (char === '#' && at > 0 && isBlank(written[at - 1]) && isBlank(written[at + 1])) break
    else at++
  }
  return written.slice(0, at).trimEnd()
}

function isBlank(char: string | undefined): boolean {
  return char === undefined || char === ' ' || char === '\t'
}

function directiveBody(directive: Directive): string {
  switch (directive.kind) {
    case 'vethlab':
    case 'engine':
      return `${directive.kind} ${directive.version}`
    case 'title':
      return `title ${quote(directive.text)}`
    case 'machine':
      return `machine ${directive.name}: ${directive.namespaces.join(' ')}`.trimEnd()
    case 'role':
      return `role ${directive.name} ${directive.role}`
    case 'alias':
      return `alias ${[directive.machine, ...directive.pairs.map((pair) => `${pair.alias}=${pair.namespace}`)].join(' ')}`
    case 'at':
      return `at ${directive.name} ${directive.x} ${directive.y}${directive.isAuto === true ? ' auto' : ''}`
    case 'note': {
      const { x, y, text } = directive
      return x === undefined || y === undefined ? `note ${quote(text)}` : `note ${x} ${y} ${quote(text)}`
    }
    case 'run':
      return 'run'
    case 'settle':
    case 'gap':
      return `${directive.kind} ${directive.seconds}`
    case 'unknown':
      return directive.text
  }
}

function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '')
}

function isNumber(word: string): boolean {
  return NUMBER.test(word) && Number.isFinite(Number(word))
}

function isSeconds(word: string): boolean {
  return isNumber(word) && Number(word) >= 0
}
