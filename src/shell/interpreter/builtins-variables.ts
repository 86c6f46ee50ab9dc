/** Builtins for variables, options and the working directory. */
import { resolvePath } from '../process/files.ts'
import { quoteWord } from '../syntax/quote.ts'
import { ArithmeticError, evaluateArithmetic } from './arithmetic.ts'
import { complain, environment, type Shell, type ShellOptions } from './state.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

export async function changeDirectory(shell: Shell, args: readonly string[]): Promise<number> {
  const { state, ctx } = shell
  const target = args[0] ?? state.variables.get('HOME') ?? '/root'
  const path = resolvePath(target === '-' ? (state.variables.get('OLDPWD') ?? state.cwd) : target, state.cwd)
  if (!ctx.machine.files.isDirectory(path)) {
    const reason = ctx.machine.files.exists(path) ? 'Not a directory' : 'No such file or directory'
    await complain(shell, `cd: ${target}: ${reason}`)
    return 1
  }
  state.variables.set('OLDPWD', state.cwd)
  state.cwd = path
  if (target === '-') await ctx.out(`${path}\n`)
  return 0
}

export async function exportVariables(shell: Shell, args: readonly string[]): Promise<number> {
  const { state, ctx } = shell
  if (args.length === 0 || args[0] === '-p') {
    for (const [name, value] of [...environment(state)].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await ctx.out(`declare -x ${name}="${value}"\n`)
    }
    return 0
  }
  return assignEach(shell, 'export', args, (name) => state.exported.add(name))
}

export async function declare(shell: Shell, args: readonly string[]): Promise<number> {
  const exports = args.some((arg) => /^-[a-z]*x/.test(arg))
  return assignEach(shell, 'declare', args, (name) => {
    if (exports) shell.state.exported.add(name)
  })
}

export async function local(shell: Shell, args: readonly string[]): Promise<number> {
  const { state } = shell
  const saved = state.locals.at(-1)
  if (saved === undefined) {
    await complain(shell, 'local: can only be used in a function')
    return 1
  }
  for (const arg of args) {
    const name = /^[^=]*/.exec(arg)![0]
    if (NAME.test(name) && !saved.has(name)) saved.set(name, state.variables.get(name))
    if (NAME.test(name) && !arg.includes('=')) state.variables.set(name, '')
  }
  return assignEach(shell, 'local', args, () => undefined)
}

async function assignEach(
  shell: Shell,
  builtin: string,
  args: readonly string[],
  mark: (name: string) => void,
): Promise<number> {
  let status = 0
  for (const arg of args) {
    if (arg.startsWith('-')) continue
    const equals = arg.indexOf('=')
    const name = equals < 0 ? arg : arg.slice(0, equals)
    if (!NAME.test(name)) {
      await complain(shell, `${builtin}: \`${arg}': not a valid identifier`)
      status = 1
      continue
    }
    if (equals >= 0) shell.state.variables.set(name, arg.slice(equals + 1))
    mark(name)
  }
  return status
}

export async function unset({ state }: Shell, args: readonly string[]): Promise<number> {
  for (const name of args) {
    if (name.startsWith('-')) continue
    state.variables.delete(name)
    state.exported.delete(name)
    state.functions.delete(name)
  }
  return 0
}

const OPTION_LETTERS: Readonly<Record<string, keyof ShellOptions>> = { e: 'errexit', u: 'nounset', x: 'xtrace' }
const OPTION_NAMES: readonly string[] = ['errexit', 'nounset', 'xtrace', 'pipefail'] satisfies (keyof ShellOptions)[]

export async function setOptions(shell: Shell, args: readonly string[]): Promise<number> {
  const { state, ctx } = shell
  if (args.length === 0) {
    const lines = [...state.variables].map(([name, value]) => `${name}=${quoteWord(value)}\n`)
    await ctx.out(lines.sort((a, b) => (a < b ? -1 : 1)).join(''))
    return 0
  }
  for (let k = 0; k < args.length; k++) {
    const arg = args[k]!
    if (arg === '--') {
      state.positional = args.slice(k + 1)
      return 0
    }
    if (!/^[-+]./.test(arg)) {
      state.positional = args.slice(k)
      return 0
    }
    const isOn = arg.startsWith('-')
    for (const letter of arg.slice(1)) {
      const name = letter === 'o' ? args[++k] : OPTION_LETTERS[letter]
      if (name !== undefined && isOption(name)) state.options[name] = isOn
      else if (letter === 'o' && name !== undefined) {
        await complain(shell, `set: ${name}: invalid option name`)
        return 2
      }
    }
  }
  return 0
}

function isOption(name: string): name is keyof ShellOptions {
  return OPTION_NAMES.includes(name)
}

export async function shift({ state }: Shell, args: readonly string[]): Promise<number> {
  const count = Number(args[0] ?? 1)
  if (count > state.positional.length) return 1
  state.positional = state.positional.slice(count)
  return 0
}

export async function letNumbers(shell: Shell, args: readonly string[]): Promise<number> {
  const { variables } = shell.state
  let value = 0
  for (const arg of args) {
    try {
      value = evaluateArithmetic(arg, {
        get: (name) => variables.get(name),
        set: (name, text) => variables.set(name, text),
      })
    } catch (error) {
      if (!(error instanceof ArithmeticError)) throw error
      await complain(shell, `let: ${error.message}`)
      return 1
    }
  }
  return value === 0 ? 1 : 0
}
