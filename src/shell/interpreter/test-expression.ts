/** `[[ … ]]`, and the operators that it shares with `test`. */
import { resolvePath } from '../process/files.ts'
import { isFolder } from '../process/folders.ts'
import { openForReading } from '../process/open.ts'
import type { TestExpression } from '../syntax/ast.ts'
import { evaluateNumber, type Expander } from './expand.ts'
import { matchesPattern } from './pattern.ts'
import { ExpansionError, type Shell } from './state.ts'
import { quoteTraced, traceLine } from './trace.ts'
import { RegExpFault } from '../regexp/regexp-parse.ts'
import { posixRegExpOf, RegExpBudgetExceeded } from '../regexp/regexp.ts'
import type { PosixMatch } from '../regexp/regexp.ts'

export async function evaluateTest(expander: Expander, expression: TestExpression, shell: Shell): Promise<boolean> {
  switch (expression.kind) {
    case 'not':
      return !(await evaluateTest(expander, expression.operand, shell))
    case 'logical':
      for (const operand of expression.operands) {
        if ((await evaluateTest(expander, operand, shell)) !== (expression.operator === '&&'))
          return expression.operator === '||'
      }
      return expression.operator === '&&'
    case 'unary': {
      const text = await expander.text(expression.operand)
      await traceLine(shell, `[[ ${expression.operator} ${quoteTraced(text)} ]]`)
      return testUnary(expression.operator, text, shell) ?? false
    }
    case 'binary':
      return evaluateBinary(expander, expression, shell)
  }
}

async function evaluateBinary(
  expander: Expander,
  { operator, left: leftWord, right: rightWord }: Extract<TestExpression, { kind: 'binary' }>,
  shell: Shell,
): Promise<boolean> {
  const left = await expander.text(leftWord)
  const isPattern = operator === '==' || operator === '=' || operator === '!='
  const right = isPattern
    ? await expander.pattern(rightWord)
    : operator === '=~'
      ? await expander.regularExpression(rightWord)
      : await expander.text(rightWord)
  await traceLine(shell, `[[ ${quoteTraced(left)} ${operator} ${right === '' ? "''" : right} ]]`)
  if (operator === '=~') return matchesRegExp(shell, left, right)
  if (isPattern) return matchesPattern(left, right) === (operator !== '!=')
  if (operator.startsWith('-') && operator.length === 3 && !FILE_COMPARISONS.has(operator))
    return compareNumbers(operator, evaluateNumber(shell, left), evaluateNumber(shell, right))
  return testBinary(left, operator, right) ?? false
}

const FILE_COMPARISONS = new Set(['-nt', '-ot', '-ef'])

/** `[[ text =~ regex ]]` leaves the match and its groups in BASH_REMATCH. */
function matchesRegExp(shell: Shell, text: string, source: string): boolean {
  const { items } = shell.state.variables.makeArray('BASH_REMATCH')
  items.clear()
  let match: PosixMatch | null
  try {
    match = posixRegExpOf(source, { extended: true }).exec(text)
  } catch (error) {
    if (error instanceof RegExpBudgetExceeded) throw new ExpansionError(`${source}: takes too many steps on this text`)
    if (!(error instanceof RegExpFault)) throw error
    throw new ExpansionError(`${source}: invalid regular expression`)
  }
  for (const [k, group] of (match ?? []).entries()) items.set(String(k), group ?? '')
  return match !== null
}

/** `-z`, `-n`, `-f` and the like; undefined for an unknown operator. */
export function testUnary(operator: string, text: string, shell: Shell): boolean | undefined {
  const { variables, options, cwd } = shell.state
  const ctx = shell.ctx.with({ cwd })
  const isDirectory = (): boolean => isFolder(ctx, resolvePath(text, cwd))
  switch (operator) {
    case '-z':
      return text === ''
    case '-n':
      return text !== ''
    case '-d':
      return isDirectory()
    case '-f':
      return openForReading(ctx, text).ok && !isDirectory()
    case '-e':
    case '-a':
    case '-r':
    case '-w':
      return openForReading(ctx, text).ok || isDirectory()
    case '-s': {
      const bytes = ctx.machine.files.read(resolvePath(text, ctx.cwd))
      return bytes !== undefined && bytes.length > 0
    }
    case '-x':
      return isDirectory() || ctx.commands(text) !== undefined
    case '-t':
      return ctx.streams.get(Number(text))?.terminal !== undefined
    case '-L':
    case '-h':
    case '-p':
    case '-S':
    case '-b':
      return false
    case '-c':
      return /^\/dev\/(?:null|tty|zero|std\w+)$/.test(resolvePath(text, cwd))
    case '-v': {
      const [, name = text, key] = /^(\w+)\[(.*)\]$/s.exec(text) ?? []
      return key === undefined
        ? variables.get(name) !== undefined
        : variables.elements(name).some(([other]) => other === key)
    }
    case '-o':
      return (options as unknown as Record<string, boolean | undefined>)[text] === true
    default:
      return undefined
  }
}

/** Comparisons of numbers and texts; undefined for an unknown operator. Throws on what is no number. */
export function testBinary(left: string, operator: string, right: string): boolean | undefined {
  switch (operator) {
    case '=':
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '<':
      return left < right
    case '>':
      return left > right
    case '-eq':
    case '-ne':
    case '-lt':
    case '-le':
    case '-gt':
    case '-ge':
      return compareNumbers(operator, integer(left), integer(right))
    default:
      return undefined
  }
}

function compareNumbers(operator: string, left: bigint, right: bigint): boolean {
  switch (operator) {
    case '-eq':
      return left === right
    case '-ne':
      return left !== right
    case '-lt':
      return left < right
    case '-le':
      return left <= right
    case '-gt':
      return left > right
    default:
      return left >= right
  }
}

function integer(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new ExpansionError(`${text}: integer expression expected`)
  return BigInt(text.trim().replace(/^\+/, ''))
}
