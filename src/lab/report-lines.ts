/** What each line of a report is: a command behind its prompt, a command by itself, output, text around it. */
import { isDirectiveLine } from './directives.ts'
import { looksLikeCommand, looksLikeProse } from './command-line.ts'
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
/** A blank that a person is to fill: a word in another script, or `<name>`. A redirection from a file has no closing sign. */
const PLACEHOLDER = /[\u2e80-\u9fff\uff00-\uffef]|<[A-Za-z][\w -]*>/

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
    const { kind, typed, prompt } = readLine(text, read)
    let command = typed
    while (kind === 'command' && at + 1 < lines.length) {
      const next = lines[at + 1] ?? ''
      if (command.endsWith('\\')) command = `${command}\n${next.replace(/^> ?/, '')}`
      else if (prompt !== undefined && next.startsWith('> ')) command = `${command}\n${next.slice(2)}`
      else break
      at++
    }
    read.push({ line, endLine: at + 1, kind, text: command, prompt: prompt ?? '' })
  }
  return read
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
    const typed = withoutComment(command)
    return { kind: typed === '' ? 'idle' : 'command', typed, prompt }
  }
  if (text.trimStart().startsWith('#')) return plain('comment')
  const typed = withoutComment(text.trim())
  if (looksLikeCommand(typed)) return { kind: PLACEHOLDER.test(typed) ? 'template' : 'command', typed, prompt: '' }
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

/** What was typed, without a comment behind it. */
function withoutComment(command: string): string {
  return command.replace(/\s+#(?:\s.*)?$/, '').trim()
}
