/** `awk` as far as scripts use it to pick columns: `[/pattern/ | NR==N | $N=="text"] {print …}`. */
import { command, CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { LineReader } from './lines.ts'
import { posixRegExp } from './regexp.ts'

interface Record {
  readonly line: string
  readonly fields: readonly string[]
  readonly number: number
}

interface Rule {
  readonly accepts: (record: Record) => boolean
  /** Undefined prints the whole line. */
  readonly print: ((record: Record) => string) | undefined
}

export const awk = command('awk', 'print columns of lines', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'F:v:')
  if (problem !== undefined) return ctx.fail(`awk: ${problem}`)
  const [program, ...files] = operands
  if (program === undefined) return ctx.fail("usage: awk [-F fs] 'program' [file ...]", 2)
  const variables = new Map(
    options.flatMap(([letter, value]) => (letter === 'v' ? [value.split(/=(.*)/s) as [string, string]] : [])),
  )
  const separator = options.findLast(([letter]) => letter === 'F')?.[1]
  const rules = parseProgram(program, variables)
  const reader = new LineReader(ctx, 'awk', files)
  let number = 0
  for (let line = await reader.next(); line !== undefined; line = await reader.next()) {
    number += 1
    const fields = splitFields(line, separator)
    for (const rule of rules) {
      const record = { line, fields, number }
      if (rule.accepts(record)) await ctx.out(`${rule.print === undefined ? line : rule.print(record)}\n`)
    }
  }
  return reader.status
})

function splitFields(line: string, separator: string | undefined): readonly string[] {
  if (separator === undefined || separator === ' ') return line.trim() === '' ? [] : line.trim().split(/\s+/)
  if (separator.length === 1 && separator !== '|') return line.split(separator === 't' ? '\t' : separator)
  return line.split(posixRegExp(separator, { extended: true, who: 'awk' }))
}

function parseProgram(program: string, variables: ReadonlyMap<string, string>): Rule[] {
  const rules: Rule[] = []
  const pattern = /\s*((?:\/(?:[^/\\]|\\.)*\/|"[^"]*"|[^{"/])*)(?:\{\s*([^}]*?)\s*;?\s*\})?\s*;?/y
  for (let at = 0; at < program.trim().length;) {
    pattern.lastIndex = at
    const match = pattern.exec(program)
    if (match === null || match[0] === '') throw notModelled(program.slice(at))
    at = pattern.lastIndex
    const condition = match[1]!.trim()
    const action = match[2]
    rules.push({
      accepts: condition === '' ? () => true : parseCondition(condition, variables),
      print: action === undefined || action === 'print' ? undefined : parsePrint(action, variables),
    })
  }
  return rules
}

function parseCondition(text: string, variables: ReadonlyMap<string, string>): (record: Record) => boolean {
  const regular = /^(!?)\/((?:[^/\\]|\\.)*)\/$/.exec(text)
  if (regular !== null) {
    const matcher = posixRegExp(regular[2]!, { extended: true, who: 'awk' })
    return ({ line }) => matcher.test(line) !== (regular[1] === '!')
  }
  const comparison = /^(\S+?)\s*(==|!=|<=|>=|<|>|!~|~)\s*(.+)$/.exec(text)
  if (comparison === null) throw notModelled(text)
  const [, left, operator, right] = comparison as unknown as [string, string, string, string]
  const value = term(left, variables)
  if (operator === '~' || operator === '!~') {
    const matcher = posixRegExp(right.replace(/^\/|\/$|^"|"$/g, ''), { extended: true, who: 'awk' })
    return (record) => matcher.test(value(record)) === (operator === '~')
  }
  const other = term(right.trim(), variables)
  return (record) => compare(value(record), operator, other(record))
}

function compare(left: string, operator: string, right: string): boolean {
  const areNumbers =
    left.trim() !== '' && right.trim() !== '' && !Number.isNaN(Number(left)) && !Number.isNaN(Number(right))
  const order = areNumbers ? Number(left) - Number(right) : left < right ? -1 : left > right ? 1 : 0
  switch (operator) {
    case '==':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    default:
      return order >= 0
  }
}

/** `print a, b c`: a comma is a blank, words next to each other are joined. */
function parsePrint(action: string, variables: ReadonlyMap<string, string>): (record: Record) => string {
  const list = /^print\s*(.*)$/s.exec(action)?.[1]
  if (list === undefined || /[;]|printf/.test(list.replace(/"[^"]*"/g, ''))) throw notModelled(action)
  const items = list.match(/"(?:[^"\\]|\\.)*"|,|[^\s,"]+/g) ?? []
  const parts = items.map((item) => (item === ',' ? (): string => ' ' : term(item, variables)))
  return (record) => parts.map((part) => part(record)).join('')
}

function term(text: string, variables: ReadonlyMap<string, string>): (record: Record) => string {
  if (text.startsWith('"')) {
    const literal = text.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => ({ n: '\n', t: '\t' })[letter] ?? letter)
    return () => literal
  }
  if (text === '$0') return ({ line }) => line
  if (text === '$NF') return ({ fields }) => fields.at(-1) ?? ''
  if (text === 'NF') return ({ fields }) => String(fields.length)
  if (text === 'NR') return ({ number }) => String(number)
  const before = /^\$\(NF-(\d+)\)$/.exec(text)
  if (before !== null) return ({ fields }) => fields[fields.length - 1 - Number(before[1])] ?? ''
  const column = /^\$(\d+)$/.exec(text)
  if (column !== null) return ({ fields }) => fields[Number(column[1]) - 1] ?? ''
  if (/^-?\d+(\.\d+)?$/.test(text)) return () => text
  const value = variables.get(text)
  if (value === undefined) throw notModelled(text)
  return () => value
}

function notModelled(text: string): CommandError {
  return new CommandError(
    `awk: “${text.trim()}” is not modelled in vethlab. Patterns and {print …} with $N, NF and NR are.`,
    2,
  )
}
