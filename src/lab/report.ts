/**
 * A report: the transcript of one or more terminals, or an article with commands in it. Its commands stand in blocks,
 * each typed at one prompt and in one place; `report-lab.ts` makes a lab of them.
 */
import { takeCommandsFromProse } from './paste-transcript.ts'
import { findPrompt } from './prompt-line.ts'
import { changesPlace, neverEnds, opensShell } from './report-command.ts'
import { readReportLines } from './report-lines.ts'
import { withMachinesOfText } from './report-machines.ts'
import type { ReportLine, ReportLineKind } from './report-lines.ts'

/** A command of a report. */
export interface ReportCommand {
  /** From 1, in the pasted text. */
  readonly line: number
  /** As typed. */
  readonly source: string
  /** What it printed, line by line. */
  readonly output: readonly string[]
}

/** Commands typed one after the other at the same prompt, without text between them. */
export interface ReportBlock {
  /** The first command's line: the block's name. */
  readonly line: number
  readonly endLine: number
  /** `user@machine`, or the empty text where the prompt names nobody. */
  readonly prompt: string
  readonly commands: readonly ReportCommand[]
  /** The text between the block before and this one, the nearest line first. */
  readonly textAbove: readonly string[]
  /** Blocks that no text separates have the same number: they stand in one listing. */
  readonly listing: number
}

/** A `#%%` line, and the block before which it stands. */
export interface ReportDirective {
  readonly line: number
  readonly text: string
}

/** A line that is not part of the lab, with the reason. */
export interface ReportRest {
  readonly line: number
  readonly kind: Exclude<ReportLineKind, 'command' | 'directive' | 'blank' | 'idle'>
  readonly text: string
}

export interface Report {
  /** Every prompt that something was typed at, in the order of appearance. */
  readonly prompts: readonly string[]
  readonly blocks: readonly ReportBlock[]
  readonly directives: readonly ReportDirective[]
  /** Every line that is neither a command nor blank. */
  readonly rest: readonly ReportRest[]
}

/** Reads a report. Never throws; what is no command is in `rest`, so that no line goes unseen. */
export function readReport(pasted: string): Report {
  const lines = withMachinesOfText(readReportLines(pasted))
  const reader: Reader = { blocks: [], textAbove: [], listing: 0, open: undefined }
  for (const line of lines) readOne(reader, line)
  closeBlock(reader)
  const prompts = [...new Set(reader.blocks.map(({ prompt }) => prompt))]
  const directives = lines
    .filter(({ kind }) => kind === 'directive')
    .map(({ line, text }) => ({ line, text: text.trim() }))
  const rest = lines.flatMap(({ line, kind, text }): ReportRest[] =>
    kind === 'command' || kind === 'directive' || kind === 'blank' || kind === 'idle' ? [] : [{ line, kind, text }],
  )
  return { prompts, blocks: reader.blocks, directives, rest }
}

/**
 * Whether a text is more than a script for one machine: it has prompts that name machines, shells in other places, or text around its
 * commands; or what was typed at its prompts would never end in a script.
 */
export function isReport(pasted: string): boolean {
  if (/^\s*#%% vethlab\b/.test(pasted)) return false
  const { prompts, rest, blocks } = readReport(pasted)
  const lines = pasted.split('\n')
  const sources = blocks.flatMap(({ commands }) => commands.map(({ source }) => source))
  return (
    prompts.some((prompt) => prompt !== '') ||
    rest.some(({ kind }) => kind === 'fence' || kind === 'number') ||
    rest.some(({ kind, text }) => (kind === 'text' || kind === 'output') && NO_SCRIPT.test(text)) ||
    sources.some(opensShell) ||
    takeCommandsFromProse(lines).notes.length > 0 ||
    (lines.some((line) => findPrompt(line) !== undefined) && sources.some(neverEnds))
  )
}

/** Lines that no script has: what tools print, and sentences in a script without blanks. */
const NO_SCRIPT = /^(?:PING \S+ \(|\d+ bytes from |\d+: \S+: <|\s+inet \d|[\s*\d.-]*[\u2e80-\u9fff])/

interface Reader {
  readonly blocks: ReportBlock[]
  textAbove: string[]
  listing: number
  open: (Omit<ReportBlock, 'commands'> & { endLine: number; readonly commands: ReportCommand[] }) | undefined
}

function readOne(reader: Reader, { line, endLine, kind, text, prompt }: ReportLine): void {
  if (kind === 'command' || kind === 'setting') {
    if (reader.open !== undefined && reader.open.prompt !== prompt) closeBlock(reader)
    reader.open ??= {
      line,
      endLine,
      prompt,
      commands: [],
      textAbove: reader.textAbove,
      listing: reader.listing,
    }
    reader.textAbove = []
    reader.open.endLine = endLine
    reader.open.commands.push({ line, source: kind === 'setting' ? settingCommand(text) : text, output: [] })
    if (changesPlace(text)) closeBlock(reader)
  } else if (kind === 'output') {
    const last = reader.open?.commands.at(-1)
    if (last !== undefined) reader.open!.commands.splice(-1, 1, { ...last, output: [...last.output, text] })
  } else if (kind === 'directive' || kind === 'text' || kind === 'fence') {
    closeBlock(reader)
    reader.listing++
    if (kind === 'text') reader.textAbove = [text, ...reader.textAbove]
  } else if (kind === 'comment' && reader.open?.prompt !== '') {
    closeBlock(reader)
    reader.textAbove = [text, ...reader.textAbove]
  }
}

function closeBlock(reader: Reader): void {
  if (reader.open !== undefined) reader.blocks.push(reader.open)
  reader.open = undefined
}

function settingCommand(text: string): string {
  return `sysctl -w ${text.trim().replaceAll(/\s*=\s*/g, '=')}`
}
