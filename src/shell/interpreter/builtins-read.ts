/** Builtins that read input: read, mapfile, getopts. */
import type { ProcessContext } from '../process/context.ts'
import { decodeUtf8 } from '../process/utf8.ts'
import { complain, type Shell } from './state.ts'

interface ReadOptions {
  readonly raw: boolean
  readonly prompt: string
  /** Ends the line; the empty text is the byte 0. */
  readonly delimiter: string
  /** Most characters, or undefined. */
  readonly count: number | undefined
  readonly timeoutS: number | undefined
  /** Name of the array that gets the words. */
  readonly array: string | undefined
  readonly names: readonly string[]
  readonly descriptor: number
}

function readOptions(args: readonly string[]): ReadOptions {
  const values: Record<string, string> = {}
  const names: string[] = []
  for (let k = 0; k < args.length; k++) {
    const arg = args[k]!
    if (!arg.startsWith('-') || arg === '-') names.push(arg)
    else if (arg === '--') {
      names.push(...args.slice(k + 1))
      break
    } else {
      for (let at = 1; at < arg.length; at++) {
        const letter = arg[at]!
        if (!'pdntaNiu'.includes(letter)) values[letter] = ''
        else {
          values[letter] = at + 1 < arg.length ? arg.slice(at + 1) : (args[++k] ?? '')
          break
        }
      }
    }
  }
  const count = values['n'] ?? values['N']
  return {
    raw: values['r'] !== undefined,
    prompt: values['p'] ?? '',
    delimiter: values['d'] === undefined ? '\n' : values['d'].slice(0, 1),
    count: count === undefined ? undefined : Number(count),
    timeoutS: values['t'] === undefined ? undefined : Number(values['t']),
    array: values['a'],
    names,
    descriptor: Number(values['u'] ?? 0),
  }
}

export async function readVariables(shell: Shell, args: readonly string[]): Promise<number> {
  const { ctx, state } = shell
  const options = readOptions(args)
  const isTerminal = ctx.stream(options.descriptor).terminal !== undefined
  if (options.prompt !== '' && isTerminal) await ctx.err(options.prompt)
  const line = await readInput(ctx, options)
  const characters = unbackslashed(line.text, options.raw)
  const separators = state.variables.get('IFS') ?? ' \t\n'
  if (options.array !== undefined) {
    const { items } = state.variables.makeArray(options.array)
    items.clear()
    for (const [k, word] of splitWords(characters, separators, Infinity).entries()) items.set(String(k), word)
  } else if (options.names.length === 0) state.variables.set('REPLY', characters.map(({ text }) => text).join(''))
  else {
    const words = splitWords(characters, separators, options.names.length)
    for (const [k, name] of options.names.entries()) state.variables.set(name, words[k] ?? '')
  }
  return line.ended ? 1 : 0
}

interface Character {
  readonly text: string
  /** A backslash stood before it, so that it separates nothing. */
  readonly quoted: boolean
}

function unbackslashed(text: string, raw: boolean): readonly Character[] {
  const characters: Character[] = []
  const all = Array.from(text)
  for (let at = 0; at < all.length; at++) {
    if (raw || all[at] !== '\\') characters.push({ text: all[at]!, quoted: false })
    else if (at + 1 < all.length) characters.push({ text: all[++at]!, quoted: true })
  }
  return characters
}

/** Splits at the characters of IFS; the last of `most` words keeps the rest of the line. */
function splitWords(characters: readonly Character[], separators: string, most: number): readonly string[] {
  const isSeparator = ({ text, quoted }: Character): boolean => !quoted && separators.includes(text)
  const isBlank = (character: Character): boolean => isSeparator(character) && character.text.trim() === ''
  const words: string[] = []
  let at = 0
  let end = characters.length
  while (at < end && isBlank(characters[at]!)) at += 1
  while (end > at && isBlank(characters[end - 1]!)) end -= 1
  while (at < end) {
    let to = at
    if (words.length === most - 1) {
      to = end
      // One separator at the very end belongs to the last word only when others stand before it.
      const rest = characters.slice(at, end)
      if (rest.length > 0 && isSeparator(rest.at(-1)!) && !rest.slice(0, -1).some(isSeparator)) to -= 1
      words.push(textOf(characters.slice(at, to)))
      return words
    }
    while (to < end && !isSeparator(characters[to]!)) to += 1
    words.push(textOf(characters.slice(at, to)))
    at = to
    while (at < end && isBlank(characters[at]!)) at += 1
    if (at < end && isSeparator(characters[at]!) && at >= to) {
      at += 1
      while (at < end && isBlank(characters[at]!)) at += 1
    }
  }
  return words
}

const textOf = (characters: readonly Character[]): string => characters.map(({ text }) => text).join('')

/** Reads byte by byte, so that what follows stays for the next reader. A backslash joins lines unless the text is raw. */
async function readInput(ctx: ProcessContext, options: ReadOptions): Promise<{ text: string; ended: boolean }> {
  const bytes: number[] = []
  const delimiter = options.delimiter === '' ? 0 : options.delimiter.charCodeAt(0)
  const deadline = options.timeoutS === undefined ? undefined : ctx.now + Math.round(options.timeoutS * 1e9)
  const result = (ended: boolean): { text: string; ended: boolean } => ({
    text: decodeUtf8(Uint8Array.from(bytes)),
    ended,
  })
  for (;;) {
    if (
      deadline !== undefined &&
      (await ctx.poll({ streams: [ctx.stream(options.descriptor)] }, deadline)) === 'timeout'
    )
      return result(true)
    const byte = (await ctx.stream(options.descriptor).read(ctx.process, 1))?.[0]
    if (byte === undefined) return result(true)
    if (byte === delimiter) {
      if (options.raw || bytes.at(-1) !== 92) return result(false)
      bytes.pop()
    } else {
      bytes.push(byte)
      if (options.count !== undefined && decodeUtf8(Uint8Array.from(bytes)).length >= options.count)
        return result(false)
    }
  }
}

/** `mapfile -t name`: lines as elements of an array. */
export async function mapfile(shell: Shell, args: readonly string[]): Promise<number> {
  const trims = args.some((arg) => /^-[a-z]*t/.test(arg))
  const name = args.findLast((arg) => !arg.startsWith('-')) ?? 'MAPFILE'
  const lines = (await shell.ctx.readAll()).split(/(?<=\n)/)
  const { items } = shell.state.variables.makeArray(name)
  items.clear()
  for (const [k, line] of lines.entries()) if (line !== '') items.set(String(k), trims ? line.replace(/\n$/, '') : line)
  return 0
}

/** `getopts optstring name [args]`. OPTIND and a hidden place within one word tell how far it has come. */
export async function getopts(shell: Shell, args: readonly string[]): Promise<number> {
  const { variables, positional } = shell.state
  const [spec, name, ...given] = args
  if (spec === undefined || name === undefined) {
    await complain(shell, 'getopts: usage: getopts optstring name [arg ...]')
    return 2
  }
  const words = given.length > 0 ? given : positional
  let index = Number(variables.get('OPTIND') ?? 1)
  let place = Number(variables.get('__OPTPLACE') ?? 1)
  const word = words[index - 1]
  if (place <= 1 && (word === undefined || !/^-./.test(word) || word === '--')) {
    if (word === '--') index += 1
    variables.set('OPTIND', String(index)).set(name, '?').delete('__OPTPLACE')
    return 1
  }
  const letter = word?.[place] ?? ''
  const at = letter === ':' ? -1 : spec.indexOf(letter)
  const isSilent = spec.startsWith(':')
  const nextWord = (): void => {
    index += 1
    place = 1
  }
  variables.delete('OPTARG')
  let option = letter
  if (at < 0) {
    option = '?'
    if (isSilent) variables.set('OPTARG', letter)
    else await complain(shell, `illegal option -- ${letter}`)
  }
  if (at >= 0 && spec[at + 1] === ':') {
    const rest = word!.slice(place + 1)
    const value = rest === '' ? words[index] : rest
    nextWord()
    if (rest === '' && value !== undefined) index += 1
    if (value !== undefined) variables.set('OPTARG', value)
    else {
      option = isSilent ? ':' : '?'
      if (isSilent) variables.set('OPTARG', letter)
      else await complain(shell, `option requires an argument -- ${letter}`)
    }
  } else if (place + 1 < (word?.length ?? 0)) place += 1
  else nextWord()
  variables.set('OPTIND', String(index)).set('__OPTPLACE', String(place)).set(name, option)
  return 0
}
