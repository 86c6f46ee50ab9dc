/** What each line of a report is: a command behind its prompt, a command by itself, output, text around it. */
import { isDirectiveLine } from './directives.ts'
import { looksLikeCommand, looksLikeProse, looksLikeTyped, opensCompound } from './command-line.ts'
import { parseScript } from '../shell/syntax/parse.ts'
import { cleanEnvelope, plainCharacters } from './paste-text.ts'
import { withoutNumberColumns } from './paste-transcript.ts'
import { findPrompt } from './prompt-line.ts'

/**
 * - `command`: something was typed; `idle`: a prompt at which nobody typed anything.
 * - `setting`: `net.ipv4.ip_forward = 1`, as a configuration file has it.
 * - `template`: a command with a placeholder where a name belongs.
 * - `number`: a line number of a listing's column.
 */
export type ReportLineKind =
  | 'blank'
  | 'number'
  | 'fence'
  | 'directive'
  | 'comment'
  | 'command'
  | 'idle'
  | 'setting'
  | 'template'
  | 'output'
  | 'text'

/** A line of a report, as it was pasted. */
export interface ReportLine {
  /** From 1. */
  readonly line: number
  /** The last line of what the shell reads together with this one; else `line`. */
  readonly endLine: number
  readonly kind: ReportLineKind
  /** A command as typed, without its prompt; every other line as it stands. */
  readonly text: string
  /** `user@machine` where a prompt names them, and the empty text for commands whose prompt names nobody. */
  readonly prompt: string
}

const FENCE = /^\s*(?:>\s?)?(?:`{3,}|~{3,})/
const SETTING = /^(?:net|kernel)\.[\w./-]+\s*=\s*\S+$/
/**
 * A blank that a person is to fill: `<name>`, `[name]`, or the choices of a usage text (`add|del`). A redirection from a file has no
 * closing sign.
 */
const PLACEHOLDER =
  /<[A-Za-z][\w -]*>|\s\[ ?-*[A-Za-z][^\]]*\](?:\s|$)|\b(?:add|up|on|show|start)\s?\|\s?[a-z]+\b|\s\.\.\.(?:\s|$)/
/** Nor has a command words in another script, unless it says something. */
const OTHER_SCRIPT = /[\u2e80-\u9fff\uff00-\uffef]/
/** The longest loop or file that is read as one command. */
const COMPOUND_LIMIT = 100

/** Reads a report line by line; a command that goes on in the next line (`\`, `>`) is one. Never throws. */
export function readReportLines(pasted: string): readonly ReportLine[] {
  const raw = cleanEnvelope(pasted).text.split('\n')
  const lines = plainCharacters(withoutNumberColumns(raw).map((line) => line ?? '')).lines
  const isNumber = withoutNumberColumns(raw).map((line) => line === undefined)
  const read: ReportLine[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1
    const text = lines[at] ?? ''
    if (isNumber[at] === true) {
      read.push({ line, endLine: line, kind: 'number', text: raw[at] ?? '', prompt: '' })
      continue
    }
    const reading = readLine(text, read)
    const { typed, prompt } = reading
    const whole = wholeCommand(reading, lines, at)
    if (whole !== undefined) {
      read.push({ line, endLine: whole.end + 1, kind: 'command', text: whole.text, prompt: prompt ?? '' })
      at = whole.end
      continue
    }
    let command = typed
    while (reading.kind === 'command' && at + 1 < lines.length) {
      const next = lines[at + 1] ?? ''
      if (command.endsWith('\\')) command = `${command}\n${next.replace(/^> ?/, '')}`
      else if (prompt !== undefined && next.startsWith('> ')) command = `${command}\n${next.slice(2)}`
      else break
      at++
    }
    read.push({ line, endLine: at + 1, kind: reading.kind, text: command, prompt: prompt ?? '' })
  }
  return read
}

/** A loop, a function or a here-document with the lines that belong to it; undefined where none begins, or none ends. */
function wholeCommand(
  { kind, typed }: Reading,
  lines: readonly string[],
  at: number,
): { readonly text: string; readonly end: number } | undefined {
  const tag = kind === 'command' ? /<<-?\s*(["']?)(\w+)\1/.exec(typed)?.[2] : undefined
  const opens = kind !== 'comment' && opensCompound(typed)
  if (tag === undefined && !opens) return undefined
  const isSound = (text: string): boolean => parseScript(text).problems.length === 0
  let text = typed
  if (opens && isSound(text)) return undefined
  for (let end = at + 1; end < lines.length && end < at + COMPOUND_LIMIT; end++) {
    const next = (lines[end] ?? '').replace(/^> /, '')
    if (FENCE.test(next)) return undefined
    text = `${text}\n${next}`
    const isEnd = tag === undefined ? /^\s*(?:done|fi|esac|\})/.test(next) && isSound(text) : next.trim() === tag
    if (isEnd) return tag !== undefined || hasCommand(text) ? { text, end } : undefined
  }
  return undefined
}

/** Whether some line of a loop is a command that people type: other languages have loops too. */
function hasCommand(text: string): boolean {
  return text.split(/\n|;/).some((part) => looksLikeTyped(part.trim().replace(/^(?:do|then|else)\s+/, '')))
}

interface Reading {
  readonly kind: ReportLineKind
  readonly typed: string
  readonly prompt: string | undefined
}

function readLine(text: string, before: readonly ReportLine[]): Reading {
  const plain = (kind: ReportLineKind): Reading => ({ kind, typed: text, prompt: undefined })
  if (text.trim() === '') return plain('blank')
  if (isDirectiveLine(text)) return plain('directive')
  if (FENCE.test(text)) return plain('fence')
  const found = findPrompt(text) ?? rootPrompt(text)
  if (found !== undefined) {
    const { user, machine, command } = found
    const prompt = machine === undefined ? '' : `${user ?? ''}@${machine}`
    const typed = withoutMarks(withoutComment(command))
    return { kind: typed === '' ? 'idle' : PLACEHOLDER.test(typed) ? 'template' : 'command', typed, prompt }
  }
  if (text.trimStart().startsWith('#')) return plain('comment')
  const typed = withoutMarks(withoutComment(text.trim()))
  if (looksLikeTyped(typed) && !isAssignedOutput(typed, before)) {
    const isTemplate = PLACEHOLDER.test(typed) || OTHER_SCRIPT.test(typed)
    return { kind: isTemplate ? 'template' : 'command', typed, prompt: '' }
  }
  if (opensCompound(typed)) return { kind: isOutputHere(before) ? 'output' : 'text', typed, prompt: '' }
  if (SETTING.test(text.trim())) return { kind: isOutputHere(before) ? 'output' : 'setting', typed, prompt: '' }
  return plain(isOutputHere(before) && !readsLikeText(text, before.at(-1)) ? 'output' : 'text')
}

/** `# ip link …`: root's prompt where a command stands behind it. */
function rootPrompt(
  text: string,
): { readonly user: undefined; readonly machine: undefined; readonly command: string } | undefined {
  const command = /^\s*# ?(\S.*)$/.exec(text)?.[1]
  return command !== undefined && looksLikeCommand(command) && !PLACEHOLDER.test(command)
    ? { user: undefined, machine: undefined, command }
    : undefined
}

/** Whether a line can be what a command printed: a command stands above it with nothing but output and blanks between. */
function isOutputHere(before: readonly ReportLine[]): boolean {
  for (let at = before.length - 1; at >= 0; at--) {
    const kind = before[at]?.kind
    if (kind === 'command' || kind === 'idle') return true
    if (kind === 'text' || kind === 'setting' || kind === 'fence') return false
  }
  return false
}

/** Whether a line below a command is a sentence about it. What follows without a blank line is what the command said. */
function readsLikeText(text: string, above: ReportLine | undefined): boolean {
  if (/[\u2e80-\u9fff\uff00-\uffef]/.test(text)) return true
  return looksLikeProse(text) && above?.kind === 'blank' && !isOutputLike(text)
}

/** Lines of ping and other tools begin like sentences. */
function isOutputLike(text: string): boolean {
  return /^(?:\d+: \S+: <|(?:PING|From|Address|Chain|Destination|Kernel|Error:|RTNETLINK|Failed|\d+ (?:bytes|packets?)) )/.test(
    text.trim(),
  )
}

/** Some programs print `name=value`; an assignment is one where nothing was typed at a prompt just above. */
function isAssignedOutput(typed: string, before: readonly ReportLine[]): boolean {
  return /^\w+=/.test(typed) && isOutputHere(before) && before.findLast(({ kind }) => kind === 'command')?.prompt !== ''
}

/** What was typed, without a comment behind it: a `#` that begins a word outside quotes. */
function withoutComment(command: string): string {
  let quote = ''
  for (let at = 0; at < command.length; at++) {
    const sign = command[at] ?? ''
    if (quote !== '') quote = sign === quote ? '' : quote
    else if (sign === '"' || sign === "'") quote = sign
    else if (sign === '\\') at++
    else if (sign === '#' && /\s/.test(command[at - 1] ?? '')) return command.slice(0, at).trim()
  }
  return command.replace(/\s+#(?:\s.*)?$/, '').trim()
}

/** Programs whose output a command may well take in. */
const TAKEN_IN = /^(?:whoami|hostname|pwd|date|uname|nproc|tty|id)$/

/** Names that an article sets in backquotes inside a listing are meant as they stand. */
function withoutMarks(command: string): string {
  return command.replaceAll(/`([\w.:/-]+)`/g, (all, word: string) => (TAKEN_IN.test(word) ? all : word))
}
