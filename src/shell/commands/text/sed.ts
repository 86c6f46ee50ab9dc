/** `sed`: the language of GNU sed 4.9, but for the e command, which would run programs. */
import type { ProcessContext } from '../../process/context.ts'
import { openForReading, openForWriting, readTextFile } from '../../process/open.ts'
import type { Stream } from '../../process/stream.ts'
import { encodeUtf8 } from '../../process/utf8.ts'
import { command, CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { LineReader } from './lines.ts'
import { parseSed, type SedPiece } from './sed-parse.ts'
import { SedMachine, type SedWorld } from './sed-run.ts'

const LONG = {
  quiet: 'n',
  silent: 'n',
  expression: 'e',
  file: 'f',
  'regexp-extended': 'E',
  separate: 's',
  unbuffered: 'u',
  posix: 'P',
  version: 'V',
}
const USAGE = 'Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...'

export const sed = command('sed', 'edit lines', async (ctx) => {
  const inPlace = takeInPlace(ctx.args)
  const { options, operands, problem } = getopt(inPlace.args, 'nEre:f:suPV', LONG)
  if (problem !== undefined) return ctx.fail(`sed: ${problem}\n${USAGE}`)
  const has = (letter: string): boolean => options.some(([other]) => other === letter)
  if (has('V')) return ctx.out('sed (GNU sed) 4.9\n').then(() => 0)
  const files = [...operands]
  const pieces = scriptPieces(ctx, options)
  if (pieces.length === 0) {
    const script = files.shift()
    if (script === undefined) return ctx.fail(USAGE)
    pieces.push({ name: '-e expression #1', text: script })
  }
  const script = parseSed(pieces, has('E') || has('r'))
  const groups = inPlace.suffix !== undefined || has('s') ? files.map((file) => [file]) : [files]
  const reading = new SedInput(ctx)
  const output = new SedOutput(ctx, has('u'))
  const machine = new SedMachine(script, sedWorld(ctx, reading, output), has('n'))
  for (const group of groups.length === 0 ? [[]] : groups) {
    await reading.open(group)
    const file = group[0]
    if (inPlace.suffix !== undefined && file !== undefined && reading.hasInput) output.into(file, inPlace.suffix)
    const hasQuit = await machine.run()
    await output.endOfFile()
    if (hasQuit) break
  }
  return machine.exit === 0 ? reading.status : machine.exit
})

/** `-i`, `-i.bak`, `-ni`, `--in-place=.bak`: an option whose value can only stand in the same word. */
function takeInPlace(words: readonly string[]): { readonly args: string[]; readonly suffix: string | undefined } {
  const args: string[] = []
  let suffix: string | undefined
  for (const [at, word] of words.entries()) {
    const [, before, behind] = /^-([nErsu]*)i(.*)$/.exec(word) ?? []
    const long = /^--in-place(?:=(.*))?$/.exec(word)
    const isValue = words[at - 1] === '-e' || words[at - 1] === '-f'
    if (long !== null && !isValue) suffix = long[1] ?? ''
    else if (before !== undefined && !isValue) {
      suffix = behind ?? ''
      if (before !== '') args.push(`-${before}`)
    } else args.push(word)
  }
  return { args, suffix }
}

function scriptPieces(ctx: ProcessContext, options: readonly (readonly [letter: string, value: string])[]): SedPiece[] {
  let count = 0
  return options.flatMap(([letter, value]): SedPiece[] => {
    if (letter === 'e') return [{ name: `-e expression #${++count}`, text: value }]
    if (letter !== 'f') return []
    const stored = readTextFile(ctx, value)
    if (!stored.ok) throw new CommandError(`sed: couldn't open file ${value}: ${stored.error}`, 1)
    return [{ name: `file ${value} line 1`, text: stored.value.replace(/\n$/, '') }]
  })
}

/** Lines of one group of files, with a look ahead only where somebody asks whether the line is the last. */
class SedInput {
  status = 0
  hasInput = false
  number = 0
  readonly #ctx: ProcessContext
  #reader: LineReader | undefined
  #ahead: { readonly line: string | undefined; readonly lacksEnd: boolean } | undefined
  /** The present line had no newline at its end. */
  lacksEnd = false

  constructor(ctx: ProcessContext) {
    this.#ctx = ctx
  }

  get fileName(): string {
    const name = this.#reader?.name ?? '-'
    return name === '(standard input)' ? '-' : name
  }

  /** Goes to the next files; those that cannot be read are told of. */
  async open(files: readonly string[]): Promise<void> {
    const readable: string[] = []
    for (const file of files) {
      const opened = file === '-' ? undefined : openForReading(this.#ctx, file)
      if (opened?.ok === false) {
        this.status = 2
        const isFolder = opened.error === 'Is a directory'
        await this.#ctx.err(
          isFolder ? `sed: couldn't edit ${file}: not a regular file\n` : `sed: can't read ${file}: ${opened.error}\n`,
        )
      } else readable.push(file)
    }
    this.hasInput = files.length === 0 || readable.length > 0
    this.#reader = this.hasInput ? new LineReader(this.#ctx, 'sed', readable) : undefined
    this.#ahead = undefined
  }

  async next(): Promise<string | undefined> {
    const { line, lacksEnd } = this.#ahead ?? (await this.#read())
    this.#ahead = undefined
    if (line !== undefined) {
      this.number++
      this.lacksEnd = lacksEnd
    }
    return line
  }

  async isLast(): Promise<boolean> {
    this.#ahead ??= await this.#read()
    return this.#ahead.line === undefined
  }

  async #read(): Promise<{ line: string | undefined; lacksEnd: boolean }> {
    const line = await this.#reader?.next()
    return { line, lacksEnd: this.#reader?.lacksEnd ?? false }
  }
}

/** How many writes fill a block, near enough. */
const WRITES_AT_ONCE = 100

/** What the script prints and writes, in order; a line of the input without an end keeps lacking it unless more follows. */
class SedOutput {
  readonly #ctx: ProcessContext
  readonly #files = new Map<string, Stream>()
  readonly #pending: (readonly [text: string, stream: Stream])[] = []
  readonly #target: Stream
  readonly #isPrompt: boolean
  /** -i: the file that is edited, and what it will hold. */
  #edited: { readonly file: string; text: string } | undefined
  #owesEnd = false

  constructor(ctx: ProcessContext, isUnbuffered: boolean) {
    this.#ctx = ctx
    this.#target = ctx.stream(1)
    this.#isPrompt = isUnbuffered || this.#target.isTerminal === true
  }

  /** -i: what is printed from now on replaces the file, of which a copy stays under another name if one is given. */
  into(file: string, suffix: string): void {
    const old = readTextFile(this.#ctx, file)
    const copy = suffix.includes('*') ? suffix.replaceAll('*', file) : `${file}${suffix}`
    if (suffix !== '' && old.ok) this.#pending.push([old.value, this.#open(copy)])
    this.#edited = { file, text: '' }
    this.#owesEnd = false
  }

  print(text: string): void {
    const whole = this.#owesEnd ? `\n${text}` : text
    this.#owesEnd = false
    if (this.#edited === undefined) this.#pending.push([whole, this.#target])
    else this.#edited.text += whole
  }

  printLine(line: string, lacksEnd: boolean): void {
    this.print(lacksEnd ? line : `${line}\n`)
    this.#owesEnd = lacksEnd
  }

  write(file: string, text: string): void {
    if (file === '/dev/stdout') this.print(text)
    else this.#pending.push([text, this.#open(file)])
  }

  /** What goes to a person goes at once; into files and pipes it goes when there is a block of it, as the C library does. */
  async endOfCycle(): Promise<void> {
    if (this.#isPrompt || this.#pending.length >= WRITES_AT_ONCE) await this.#flush()
  }

  async #flush(): Promise<void> {
    for (const [text, stream] of this.#pending.splice(0)) await stream.write(this.#ctx.process, encodeUtf8(text))
  }

  /** The end of a file, which -i now replaces. */
  async endOfFile(): Promise<void> {
    if (this.#edited !== undefined) this.#pending.push([this.#edited.text, this.#open(this.#edited.file)])
    this.#edited = undefined
    await this.#flush()
  }

  #open(path: string): Stream {
    const known = this.#files.get(path)
    if (known !== undefined) return known
    const opened = openForWriting(this.#ctx, path, false)
    if (!opened.ok) throw new CommandError(`sed: couldn't open file ${path}: ${opened.error}`, 4)
    this.#files.set(path, opened.value)
    return opened.value
  }
}

function sedWorld(ctx: ProcessContext, input: SedInput, output: SedOutput): SedWorld {
  /** Lines that R has not taken yet, by file. */
  const waiting = new Map<string, string[]>()
  const textOf = (file: string): string => {
    const stored = readTextFile(ctx, file)
    return stored.ok ? stored.value : ''
  }
  return {
    next: async () => {
      await output.endOfCycle()
      return input.next()
    },
    isLast: () => input.isLast(),
    number: () => input.number,
    fileName: () => input.fileName,
    print: (text) => output.print(text),
    printLine: async (line) => output.printLine(line, input.lacksEnd && (await input.isLast())),
    write: (file, text) => output.write(file, text),
    readFile: textOf,
    lineOf: (file) => {
      const lines = waiting.get(file) ?? textOf(file).replace(/\n$/, '').split('\n')
      waiting.set(file, lines)
      return lines.shift()
    },
    step: () => ctx.budget.step(1, undefined),
  }
}
