/** `diff` of diffutils: which lines two files have apart. */
import { resolvePath } from '../../process/files.ts'
import { openForReading } from '../../process/open.ts'
import type { ProcessContext } from '../../process/context.ts'
import { joinBytes } from '../../process/context.ts'
import { decodeUtf8 } from '../../process/utf8.ts'
import { command, CommandError } from '../command-error.ts'
import { getopt } from '../getopt.ts'

const LONG = {
  unified: 'u',
  brief: 'q',
  'ignore-all-space': 'w',
  'ignore-space-change': 'b',
  'ignore-case': 'i',
  'report-identical-files': 's',
}
/** Lines of the two files that may be compared with each other; more would take too long. */
const MOST_PAIRS = 4_000_000
const CONTEXT_LINES = 3
/** The moment that files of a lab were written, as far as anybody can tell. */
const FILE_TIME = '1970-01-01 00:00:00.000000000 +0000'

/** A stretch of lines that are not the same: from the first up to the second, not counting it. */
interface Change {
  readonly a: readonly [from: number, to: number]
  readonly b: readonly [from: number, to: number]
}

export const diff = command('diff', 'show where two files differ', async (ctx) => {
  const { options, operands, problem } = getopt(
    ctx.args.map((word) => word.replace(/^-u(\d+)$/, '-U$1')),
    'uqwbisBaNrU:',
    LONG,
  )
  const hint = "\ndiff: Try 'diff --help' for more information."
  if (problem !== undefined) return ctx.fail(`diff: ${problem}${hint}`, 2)
  const [first, second] = operands
  if (first === undefined || second === undefined)
    return ctx.fail(`diff: missing operand after '${operands[0] ?? 'diff'}'${hint}`, 2)
  const has = (letter: string): boolean => options.some(([each]) => each === letter)
  const [a, b] = [await linesOf(ctx, first), await linesOf(ctx, second)]
  const key = (line: string): string => {
    const spaced = has('w') ? line.replace(/\s+/g, '') : has('b') ? line.replace(/\s+/g, ' ').trimEnd() : line
    return has('i') ? spaced.toLowerCase() : spaced
  }
  const changes = changesOf(a.map(key), b.map(key))
  if (changes.length === 0) {
    if (has('s')) await ctx.out(`Files ${first} and ${second} are identical\n`)
    return 0
  }
  const context = options.find(([letter]) => letter === 'U')?.[1]
  if (has('q')) await ctx.out(`Files ${first} and ${second} differ\n`)
  else if (has('u') || context !== undefined)
    await ctx.out(unified(first, second, a, b, changes, context === undefined ? CONTEXT_LINES : Number(context)))
  else await ctx.out(changes.map((change) => normal(change, a, b)).join(''))
  return 1
})

async function linesOf(ctx: ProcessContext, name: string): Promise<readonly string[]> {
  const opened = openForReading(ctx, name === '-' ? '/dev/stdin' : name)
  const isFolder = !opened.ok && opened.error === 'Is a directory'
  if (!opened.ok)
    throw new CommandError(`diff: ${name}: ${isFolder ? 'Is a directory' : 'No such file or directory'}`, 2)
  if (ctx.machine.files.isDirectory(resolvePath(name, ctx.cwd)))
    throw new CommandError(`diff: ${name}: Is a directory`, 2)
  const chunks: Uint8Array[] = []
  for (;;) {
    const chunk = await opened.value.read(ctx.process, 65_536)
    if (chunk === undefined) break
    chunks.push(chunk)
  }
  const text = decodeUtf8(joinBytes(chunks))
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

/** What must be taken from one and put from the other, by a longest common run of lines. */
function changesOf(a: readonly string[], b: readonly string[]): readonly Change[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const [height, width] = [a.length - start - end, b.length - start - end]
  if (height * width > MOST_PAIRS) return [{ a: [start, start + height], b: [start, start + width] }]
  // lengths[i][j]: how many lines a from i on and b from j on have in common.
  const lengths = Array.from({ length: height + 1 }, () => new Uint32Array(width + 1))
  for (let i = height - 1; i >= 0; i--)
    for (let j = width - 1; j >= 0; j--)
      lengths[i]![j] =
        a[start + i] === b[start + j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!)
  const changes: Change[] = []
  let [i, j] = [0, 0]
  while (i < height || j < width) {
    const [fromA, fromB] = [i, j]
    while (i < height || j < width) {
      if (i < height && j < width && a[start + i] === b[start + j]) break
      if (j >= width || (i < height && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) i++
      else j++
    }
    if (i > fromA || j > fromB) changes.push({ a: [start + fromA, start + i], b: [start + fromB, start + j] })
    while (i < height && j < width && a[start + i] === b[start + j]) [i, j] = [i + 1, j + 1]
  }
  return changes
}

/** `2,3`, or one number; of nothing the line before it. */
const range = ([from, to]: readonly [number, number]): string =>
  to - from > 1 ? `${from + 1},${to}` : String(to === from ? from : to)

function normal({ a, b }: Change, aLines: readonly string[], bLines: readonly string[]): string {
  const letter = a[0] === a[1] ? 'a' : b[0] === b[1] ? 'd' : 'c'
  const taken = aLines.slice(...a).map((line) => `< ${line}\n`)
  const put = bLines.slice(...b).map((line) => `> ${line}\n`)
  return `${range(a)}${letter}${range(b)}\n${taken.join('')}${letter === 'c' ? '---\n' : ''}${put.join('')}`
}

function unified(
  first: string,
  second: string,
  a: readonly string[],
  b: readonly string[],
  changes: readonly Change[],
  context: number,
): string {
  const hunks: Change[][] = []
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1)
    if (last !== undefined && change.a[0] - last.a[1] <= 2 * context) hunks.at(-1)?.push(change)
    else hunks.push([change])
  }
  const span = (from: number, to: number): string =>
    to - from === 1 ? `${to}` : `${to === from ? from : from + 1},${to - from}`
  const texts = hunks.map((hunk) => {
    const [head, tail] = [hunk[0]!, hunk.at(-1)!]
    const before = Math.min(context, head.a[0])
    const after = Math.min(context, a.length - tail.a[1])
    const lines: string[] = []
    let at = head.a[0] - before
    for (const change of hunk) {
      lines.push(...a.slice(at, change.a[0]).map((line) => ` ${line}`))
      lines.push(...a.slice(...change.a).map((line) => `-${line}`), ...b.slice(...change.b).map((line) => `+${line}`))
      at = change.a[1]
    }
    lines.push(...a.slice(at, at + after).map((line) => ` ${line}`))
    const where = `@@ -${span(head.a[0] - before, tail.a[1] + after)} +${span(head.b[0] - before, tail.b[1] + after)} @@`
    return `${where}\n${lines.join('\n')}\n`
  })
  return `--- ${first}\t${FILE_TIME}\n+++ ${second}\t${FILE_TIME}\n${texts.join('')}`
}
