/** `cut` and `tr`. */
import { command, CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { LineReader } from './lines.ts'

/** `1,3-5,7-` as a test of positions. */
function positions(list: string): (position: number) => boolean {
  const ranges = list.split(',').map((part) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(part)
    if (match === null || part === '') throw new CommandError(`cut: invalid field value ‘${part}’`, 1)
    const from = match[1] === '' ? 1 : Number(match[1])
    return [from, match[2] === '' ? from : match[3] === '' ? Infinity : Number(match[3])] as const
  })
  return (position) => ranges.some(([from, to]) => position >= from && position <= to)
}

export const cut = command('cut', 'print columns of lines', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'd:f:c:b:snO:', {
    complement: 'n',
    'output-delimiter': 'O',
    delimiter: 'd',
    fields: 'f',
    characters: 'c',
  })
  if (problem !== undefined) return ctx.fail(`cut: ${problem}`)
  const value = (letter: string): string | undefined => options.find(([other]) => other === letter)?.[1]
  const fields = value('f')
  const characters = value('c') ?? value('b')
  const list = fields ?? characters
  if (list === undefined) return ctx.fail('cut: you must specify a list of bytes, characters, or fields')
  const isListed = positions(list)
  const isChosen = (position: number): boolean => isListed(position) !== (value('n') !== undefined)
  const separator = value('d') ?? '\t'
  const reader = new LineReader(ctx, 'cut', operands)
  for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
    if (fields === undefined)
      await ctx.out(
        `${Array.from(line)
          .filter((_, k) => isChosen(k + 1))
          .join('')}\n`,
      )
    else if (line.includes(separator)) {
      const kept = line.split(separator).filter((_, k) => isChosen(k + 1))
      await ctx.out(`${kept.join(value('O') ?? separator)}\n`)
    } else if (value('s') === undefined) await ctx.out(`${line}\n`)
  }
  return reader.status
})

const NAMED: Readonly<Record<string, string>> = {
  '[:lower:]': 'a-z',
  '[:upper:]': 'A-Z',
  '[:digit:]': '0-9',
  '[:alpha:]': 'A-Za-z',
  '[:alnum:]': 'A-Za-z0-9',
  '[:space:]': ' \t\n\r',
  '[:blank:]': ' \t',
}

/** The characters of a set such as `a-z\n`. */
function characterSet(text: string): string[] {
  const spelled = text
    .replace(/\[:\w+:\]/g, (name) => NAMED[name] ?? '')
    .replace(/\\([nrt\\])/g, (_, letter: string) => ({ n: '\n', r: '\r', t: '\t' })[letter] ?? letter)
  return spelled
    .replace(/(.)-(.)/gs, (_, from: string, to: string) => {
      const [first, last] = [from.charCodeAt(0), to.charCodeAt(0)]
      return Array.from({ length: Math.max(0, last - first + 1) }, (_unused, k) => String.fromCharCode(first + k)).join(
        '',
      )
    })
    .split('')
}

export const tr = command('tr', 'replace characters', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'dscC')
  if (problem !== undefined) return ctx.fail(`tr: ${problem}`)
  const has = (letter: string): boolean => options.some(([other]) => other === letter)
  const [first, second] = operands
  if (first === undefined) return ctx.fail('tr: missing operand')
  const from = characterSet(first)
  const to = characterSet(second ?? '')
  const isIn = (character: string): boolean => from.includes(character) !== (has('c') || has('C'))
  const squeezed = new Set(second === undefined || has('d') ? from : to)
  let last = ''
  let output = ''
  for (const character of await ctx.readAll()) {
    if (has('d') && isIn(character)) continue
    const at = from.indexOf(character)
    const mapped =
      has('d') || second === undefined || !isIn(character)
        ? character
        : (to[Math.min(Math.max(at, 0), to.length - 1)] ?? character)
    if (has('s') && mapped === last && squeezed.has(mapped)) continue
    last = mapped
    output += mapped
  }
  await ctx.out(output)
  return 0
})
