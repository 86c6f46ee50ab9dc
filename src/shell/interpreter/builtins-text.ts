/** Builtins that print and compare: echo, printf, test. */
import { formatValues, unescape } from './printf.ts'
import { complain, ExpansionError, type Shell } from './state.ts'
import { testBinary, testUnary } from './test-expression.ts'

export async function echo({ ctx }: Shell, args: readonly string[]): Promise<number> {
  let newline = '\n'
  let escapes = false
  let at = 0
  for (; /^-[neE]+$/.test(args[at] ?? ''); at++) {
    if (args[at]!.includes('n')) newline = ''
    if (args[at]!.includes('e')) escapes = true
    if (args[at]!.includes('E')) escapes = false
  }
  const text = args.slice(at).join(' ')
  await ctx.out((escapes ? unescape(text) : text) + newline)
  return 0
}

export async function printf(shell: Shell, args: readonly string[]): Promise<number> {
  const { ctx, state } = shell
  const target = args[0] === '-v' ? args[1] : undefined
  const rest = target === undefined ? args : args.slice(2)
  const [format, ...values] = rest[0] === '--' ? rest.slice(1) : rest
  if (format === undefined) {
    await complain(shell, 'printf: usage: printf [-v var] format [arguments]')
    return 2
  }
  const { text, problems } = formatValues(format, values)
  for (const problem of problems) await complain(shell, `printf: ${problem}`)
  if (target !== undefined) state.variables.set(target, text)
  else await ctx.out(text)
  return problems.length > 0 ? 1 : 0
}

export async function bracket(shell: Shell, args: readonly string[]): Promise<number> {
  if (args.at(-1) !== ']') {
    await complain(shell, "[: missing `]'")
    return 2
  }
  return test(shell, args.slice(0, -1), '[')
}

export async function test(shell: Shell, args: readonly string[], name = 'test'): Promise<number> {
  try {
    return evaluate(shell, args) ? 0 : 1
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error
    await complain(shell, `${name}: ${error.message}`)
    return 2
  }
}

function evaluate(shell: Shell, args: readonly string[]): boolean {
  if (args.length > 3) {
    const or = args.lastIndexOf('-o')
    if (or > 0) return evaluate(shell, args.slice(0, or)) || evaluate(shell, args.slice(or + 1))
    const and = args.lastIndexOf('-a')
    if (and > 0) return evaluate(shell, args.slice(0, and)) && evaluate(shell, args.slice(and + 1))
  }
  if (args[0] === '(' && args.at(-1) === ')' && args.length > 2) return evaluate(shell, args.slice(1, -1))
  const [first = '', second = '', third] = args
  if (args.length === 3) {
    const result = testBinary(first, second, third!)
    if (result !== undefined) return result
    if (second === '-a') return first !== '' && third !== ''
    if (second === '-o') return first !== '' || third !== ''
  }
  if (first === '!' && args.length > 1) return !evaluate(shell, args.slice(1))
  if (args.length === 0) return false
  if (args.length === 1) return first !== ''
  if (args.length === 2) {
    const result = testUnary(first, second, shell)
    if (result === undefined) throw new ExpansionError(`${first}: unary operator expected`)
    return result
  }
  if (args.length > 3) throw new ExpansionError('too many arguments')
  throw new ExpansionError(`${second}: binary operator expected`)
}
