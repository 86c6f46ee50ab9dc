/** `[[ … ]]`, and the operators that it shares with `test`. */
import type { ProcessContext } from '../process/context.ts'
import { resolvePath } from '../process/files.ts'
import { openForReading } from '../process/open.ts'
import type { TestExpression } from '../syntax/ast.ts'
import type { Expander } from './expand.ts'
import { matchesPattern } from './pattern.ts'
import { ExpansionError } from './state.ts'

export async function evaluateTest(
  expander: Expander,
  expression: TestExpression,
  ctx: ProcessContext,
): Promise<boolean> {
  switch (expression.kind) {
    case 'not':
      return !(await evaluateTest(expander, expression.operand, ctx))
    case 'logical':
      for (const operand of expression.operands) {
        if ((await evaluateTest(expander, operand, ctx)) !== (expression.operator === '&&'))
          return expression.operator === '||'
      }
      return expression.operator === '&&'
    case 'unary':
      return testUnary(expression.operator, await expander.text(expression.operand), ctx) ?? false
    case 'binary': {
      const { operator } = expression
      const left = await expander.text(expression.left)
      if (operator === '=~') return matchesRegExp(left, await expander.text(expression.right))
      if (operator === '==' || operator === '=') return matchesPattern(left, await expander.pattern(expression.right))
      if (operator === '!=') return !matchesPattern(left, await expander.pattern(expression.right))
      return testBinary(left, operator, await expander.text(expression.right)) ?? false
    }
  }
}

function matchesRegExp(text: string, source: string): boolean {
  try {
    return new RegExp(source).test(text)
  } catch {
    throw new ExpansionError(`${source}: invalid regular expression`)
  }
}

/** `-z`, `-n`, `-f` and the like; undefined for an unknown operator. */
export function testUnary(operator: string, text: string, ctx: ProcessContext): boolean | undefined {
  const isDirectory = (): boolean => {
    const path = resolvePath(text, ctx.cwd)
    return ctx.machine.files.isDirectory(path) || /^\/sys\/class\/net\/[^/]+$/.test(path)
  }
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
    case '-r':
    case '-w':
      return openForReading(ctx, text).ok || isDirectory()
    case '-s': {
      const bytes = ctx.machine.files.read(resolvePath(text, ctx.cwd))
      return bytes !== undefined && bytes.length > 0
    }
    case '-x':
      return isDirectory() || ctx.commands(text) !== undefined
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
      return integer(left) === integer(right)
    case '-ne':
      return integer(left) !== integer(right)
    case '-lt':
      return integer(left) < integer(right)
    case '-le':
      return integer(left) <= integer(right)
    case '-gt':
      return integer(left) > integer(right)
    case '-ge':
      return integer(left) >= integer(right)
    default:
      return undefined
  }
}

function integer(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new ExpansionError(`${text}: integer expression expected`)
  return Number(text)
}
