/** Finds the commands in what was copied from a terminal or a page: fences, line numbers, prompts, output. */
import { looksLikeCommand, looksLikeProse } from './command-line.ts'
import { noteOf } from './paste-note.ts'
import type { PasteNote } from './paste-note.ts'
import { findPrompt } from './prompt-line.ts'
import type { PromptLine } from './prompt-line.ts'

/** Lines after one step of cleaning. */
export interface CleanedLines {
  readonly lines: readonly string[]
  readonly notes: readonly PasteNote[]
}

const FENCE = /^\s*(?:>\s?)?(`{3,}|~{3,})\s*([\w.+-]*)/
const SHELL_LANGUAGES = new Set([
  '',
  'sh',
  'bash',
  'shell',
  'console',
  'terminal',
  'shell-session',
  'shellsession',
  'zsh',
])

/** Keeps what stands in Markdown's fenced code blocks of a shell, when there are any. */
export function takeFencedBlocks(lines: readonly string[]): CleanedLines {
  const blocks: { readonly language: string; readonly lines: string[] }[] = []
  let fence: string | undefined
  for (const line of lines) {
    const match = FENCE.exec(line)
    const marker = match?.[1] ?? ''
    if (fence === undefined && match !== null) {
      fence = marker
      blocks.push({ language: (match[2] ?? '').toLowerCase(), lines: [] })
    } else if (fence !== undefined && marker.startsWith(fence) && match?.[2] === '') {
      fence = undefined
    } else if (fence !== undefined) {
      blocks.at(-1)?.lines.push(line)
    }
  }
  const shellBlocks = blocks.filter((block) => SHELL_LANGUAGES.has(block.language))
  const taken = shellBlocks.length > 0 ? shellBlocks : blocks
  if (taken.length === 0) return { lines, notes: [] }
  const kept = taken.flatMap((block) => block.lines)
  const fenceCount = lines.filter((line) => FENCE.test(line)).length
  const linesLeftOut = lines.filter((line) => line.trim() !== '').length - countText(kept) - fenceCount
  return { lines: kept, notes: [noteOf({ code: 'fences', params: { blocks: taken.length, linesLeftOut } })] }
}

const NUMBERED = /^\s*(\d{1,5})(?:[.:)|]?\s+\|?\s?|[.:)|]?$|(?=\[\S+@|\S+@\S+[:~]))/

/** Leaves out line numbers: a column of them above the code, or one before each line. */
export function stripLineNumbers(lines: readonly string[]): CleanedLines {
  const { lines: withoutColumns, count: columnCount } = dropNumberColumns(lines)
  const texts = withoutColumns.filter((line) => line.trim() !== '')
  const numbers = texts.map((line) => Number(NUMBERED.exec(line)?.[1] ?? Number.NaN))
  const isNumbered = texts.length > 1 && numbers.every((number, index) => number === (numbers[0] ?? 0) + index)
  const cleaned = isNumbered ? withoutColumns.map((line) => line.replace(NUMBERED, '')) : withoutColumns
  const count = columnCount + (isNumbered ? texts.length : 0)
  return { lines: cleaned, notes: count === 0 ? [] : [noteOf({ code: 'line-numbers', params: { lines: count } })] }
}

function dropNumberColumns(lines: readonly string[]): { readonly lines: readonly string[]; readonly count: number } {
  const texts = withoutNumberColumns(lines)
  const count = texts.filter((text, at) => text !== lines[at]).length
  return { lines: texts.filter((text) => text !== undefined), count }
}

/**
 * The lines with number columns taken out: undefined for a line that is only a number. Web pages put the numbers of a
 * listing in a table column of its own, which is copied as 1, 2, 3 and so on. The first may hang on the line above it
 * and the last on the listing's first line.
 */
export function withoutNumberColumns(lines: readonly string[]): readonly (string | undefined)[] {
  const kept: (string | undefined)[] = [...lines]
  // A here-document may well consist of numbers.
  if (lines.some((line) => line.includes('<<'))) return kept
  for (let at = 0; at < lines.length; at++) {
    const first = Number(/^\s*([12])\s*$/.exec(lines[at] ?? '')?.[1] ?? 0)
    let length = 0
    while (first > 0 && lines[at + length]?.trim() === String(first + length)) length++
    const isTooShort = length < (at === 0 ? 2 : 3)
    if (isTooShort || (first === 2 && kept[at - 1]?.endsWith('1') !== true)) continue
    kept.fill(undefined, at, at + length)
    const next = String(first + length)
    const follower = lines[at + length]
    if (follower?.startsWith(next) === true && /^[^\d\s.]/.test(follower.slice(next.length)))
      kept[at + length] = follower.slice(next.length)
    at += length - 1
  }
  return kept
}

/** Takes commands off their prompts and leaves the output out, when the text is a terminal's transcript. */
export function takePromptedCommands(lines: readonly string[]): CleanedLines {
  const prompts = lines.map((line) => findPrompt(line))
  const readPrompt = prompts.some((prompt) => prompt !== undefined) ? undefined : findRootPrompts(lines)
  if (readPrompt === undefined && prompts.every((prompt) => prompt === undefined)) return { lines, notes: [] }
  const kept: string[] = []
  const machines = new Set<string>()
  let commands = 0
  let linesLeftOut = 0
  let isContinued = false
  for (const [index, line] of lines.entries()) {
    const prompt = readPrompt === undefined ? prompts[index] : readPrompt(line)
    const continuation: string | undefined = isContinued ? line.replace(/^> ?/, '') : undefined
    let taken: string | undefined
    if (prompt !== undefined) {
      taken = prompt.command
      if (prompt.machine !== undefined) machines.add(prompt.machine)
      if (taken.trim() !== '') commands++
    } else if (continuation !== undefined) {
      taken = continuation
    } else if (line.startsWith('> ') && kept.length > 0) {
      // The shell asks with "> " for the rest of a loop or a quoted text.
      taken = line.slice(2)
    } else if (line.trim() === '' || line.trimStart().startsWith('#') || looksLikeCommand(line)) {
      taken = line
    } else {
      linesLeftOut++
    }
    isContinued = taken?.endsWith('\\') === true
    const isIdle = taken?.trim() === '' && (prompt !== undefined || kept.at(-1)?.trim() === '')
    if (taken !== undefined && !isIdle) kept.push(taken)
  }
  const notes = [noteOf({ code: 'prompts', params: { commands, linesLeftOut } })]
  if (machines.size > 1) {
    notes.push(noteOf({ code: 'several-machines', params: { machines: [...machines].join(', ') } }))
  }
  return { lines: kept, notes }
}

/** `# ` is root's prompt only where commands stand behind it and none stands without it; else it is a comment. */
function findRootPrompts(lines: readonly string[]): ((line: string) => PromptLine | undefined) | undefined {
  const read = (line: string): PromptLine | undefined => {
    const command = /^\s*# ?(\S.*)$/.exec(line)?.[1]
    return command !== undefined && looksLikeCommand(command)
      ? { user: undefined, machine: undefined, command }
      : undefined
  }
  const hasPrompt = lines.some((line) => read(line) !== undefined)
  return hasPrompt && !lines.some((line) => looksLikeCommand(line)) ? read : undefined
}

/** An article without fences or prompts: sentences, drawings and output around a few commands. */
export function takeCommandsFromProse(lines: readonly string[]): CleanedLines {
  const texts = lines.filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  const commands = texts.filter((line) => looksLikeCommand(line))
  const proseCount = texts.filter((line) => !looksLikeCommand(line) && looksLikeProse(line)).length
  // A script may hold a line or two that read like a sentence; an article is full of them.
  if (commands.length === 0 || proseCount < 3 || proseCount * 5 < texts.length) return { lines, notes: [] }
  const linesLeftOut = texts.length - commands.length
  return { lines: commands, notes: [noteOf({ code: 'prose', params: { commands: commands.length, linesLeftOut } })] }
}

function countText(lines: readonly string[]): number {
  return lines.filter((line) => line.trim() !== '').length
}
