/** `sort`, `uniq` and `wc`. */
import { command } from '../command-error.ts'
import { getopt } from '../getopt.ts'
import { readTextFile } from '../../process/open.ts'
import { encodeUtf8 } from '../../process/utf8.ts'
import { LineReader } from './lines.ts'

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
/** `1K`, `2M` of sort -h: the suffix counts first. */
function humanNumber(text: string): number {
  const [, number = '0', suffix = ''] = /^\s*(-?\d*\.?\d*)([KMGTPE]?)/i.exec(text) ?? []
  return Number(number) * 1024 ** ' KMGTPE'.indexOf(suffix.toUpperCase() === '' ? ' ' : suffix.toUpperCase())
}

const leadingNumber = (text: string): number => Number(/^\s*-?\d+(?:\.\d+)?/.exec(text)?.[0] ?? 0)

/** Compares version by version: 10.0.0.2 before 10.0.0.10. */
function byVersion(a: string, b: string): number {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)]
  for (let k = 0; k < Math.min(left.length, right.length); k++) {
    const [x, y] = [left[k]!, right[k]!]
    const order = k % 2 === 1 ? Number(x) - Number(y) : byText(x, y)
    if (order !== 0) return order
  }
  return left.length - right.length
}

export const sort = command('sort', 'sort lines', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'nrufVbhk:t:s')
  if (problem !== undefined) return ctx.fail(`sort: ${problem}`, 2)
  const has = (letter: string): boolean => options.some(([other]) => other === letter)
  const value = (letter: string): string | undefined => options.find(([other]) => other === letter)?.[1]
  const reader = new LineReader(ctx, 'sort', operands)
  const separator = value('t')
  const column = Number(/^\d+/.exec(value('k') ?? '')?.[0] ?? 0)
  const key = (line: string): string => {
    if (column === 0) return line
    const fields = separator === undefined ? line.trim().split(/\s+/) : line.split(separator)
    return fields[column - 1] ?? ''
  }
  const compare = (a: string, b: string): number => {
    if (has('n') || (value('k') ?? '').endsWith('n')) return leadingNumber(a) - leadingNumber(b)
    if (has('h')) return humanNumber(a) - humanNumber(b)
    if (has('V')) return byVersion(a, b)
    return has('f') ? byText(a.toLowerCase(), b.toLowerCase()) : byText(a, b)
  }
  const lines = await reader.rest()
  const sign = has('r') ? -1 : 1
  lines.sort((a, b) => {
    const order = compare(key(a), key(b))
    return sign * (order === 0 ? byText(a, b) : order)
  })
  const shown = has('u') ? lines.filter((line, k) => k === 0 || compare(key(line), key(lines[k - 1]!)) !== 0) : lines
  await ctx.out(shown.map((line) => `${line}\n`).join(''))
  return reader.status
})

export const uniq = command('uniq', 'leave out repeated lines', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'cdui')
  if (problem !== undefined) return ctx.fail(`uniq: ${problem}`)
  const has = (letter: string): boolean => options.some(([other]) => other === letter)
  const reader = new LineReader(ctx, 'uniq', operands)
  const groups: { line: string; count: number }[] = []
  for (const line of await reader.rest()) {
    const last = groups.at(-1)
    const isSame = has('i') ? last?.line.toLowerCase() === line.toLowerCase() : last?.line === line
    if (last !== undefined && isSame) last.count += 1
    else groups.push({ line, count: 1 })
  }
  const shown = groups.filter(({ count }) => (!has('d') || count > 1) && (!has('u') || count === 1))
  await ctx.out(shown.map(({ line, count }) => `${has('c') ? `${String(count).padStart(7)} ` : ''}${line}\n`).join(''))
  return reader.status
})

export const wc = command('wc', 'count lines, words and bytes', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'lwcm', { lines: 'l', words: 'w', bytes: 'c', chars: 'm' })
  if (problem !== undefined) return ctx.fail(`wc: ${problem}`)
  const letters = options.length === 0 ? ['l', 'w', 'c'] : options.map(([letter]) => letter)
  const kinds = ['l', 'w', 'm', 'c'].filter((letter) => letters.includes(letter))
  let status = 0
  const rows: { readonly counts: readonly number[]; readonly size: number; readonly name: string }[] = []
  for (const file of operands.length === 0 ? ['-'] : operands) {
    const stored = file === '-' ? undefined : readTextFile(ctx, file)
    if (stored?.ok === false) status = await ctx.fail(`wc: ${file}: ${stored.error}`)
    const text = stored === undefined ? await ctx.readAll() : stored.ok ? stored.value : undefined
    if (text === undefined) continue
    const size = encodeUtf8(text).length
    rows.push({ counts: kinds.map((kind) => countOf(kind, text, size)), size, name: operands.length === 0 ? '' : file })
  }
  if (operands.length > 1) {
    const counts = kinds.map((_, k) => rows.reduce((sum, row) => sum + (row.counts[k] ?? 0), 0))
    rows.push({ counts, size: rows.reduce((sum, { size }) => sum + size, 0), name: 'total' })
  }
  // Columns are as wide as the largest file's size; what is read from a pipe has none that could be known before.
  const isPiped = operands.length === 0 || operands.includes('-')
  const isPlain = kinds.length === 1 && operands.length <= 1
  const width = isPlain ? 1 : isPiped ? 7 : String(rows.at(-1)?.size ?? 0).length
  const line = (row: (typeof rows)[number]): string =>
    `${row.counts.map((count) => String(count).padStart(width)).join(' ')}${row.name === '' ? '' : ` ${row.name}`}\n`
  await ctx.out(rows.map(line).join(''))
  return status
})

function countOf(kind: string, text: string, size: number): number {
  switch (kind) {
    case 'l':
      return text.split('\n').length - 1
    case 'w':
      return text.split(/\s+/).filter((word) => word !== '').length
    case 'm':
      return Array.from(text).length
    default:
      return size
  }
}
