/** Builtins for variables, options and the working directory. */
import { resolvePath } from '../process/files.ts'
import { isFolder } from '../process/folders.ts'
import { evaluateNumber } from './expand.ts'
import { complain, environment, type Shell, type ShellOptions } from './state.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

export async function changeDirectory(shell: Shell, args: readonly string[]): Promise<number> {
  const { state, ctx } = shell
  const target = args[0] ?? state.variables.get('HOME') ?? '/root'
  const path = resolvePath(target === '-' ? (state.variables.get('OLDPWD') ?? state.cwd) : target, state.cwd)
  if (!isFolder(ctx, path)) {
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

interface Attributes {
  readonly letters: ReadonlySet<string>
  readonly removed: ReadonlySet<string>
  readonly names: readonly string[]
}

function attributesOf(args: readonly string[]): Attributes {
  const options = args.filter((arg) => /^[-+][a-zA-Z]/.test(arg))
  const letters = (sign: string): ReadonlySet<string> =>
    new Set(options.filter((arg) => arg.startsWith(sign)).flatMap((arg) => arg.slice(1).split('')))
  return { letters: letters('-'), removed: letters('+'), names: args.filter((arg) => !/^[-+]/.test(arg)) }
}

export async function declare(shell: Shell, args: readonly string[]): Promise<number> {
  const { state } = shell
  const { letters, removed, names } = attributesOf(args)
  if (letters.has('p') || names.length === 0) return printDeclarations(shell, names)
  if (letters.has('f') || letters.has('F')) return names.every((name) => state.functions.has(name)) ? 0 : 1
  if (state.locals.length > 0 && !letters.has('g')) makeLocal(shell, names)
  return assignEach(shell, 'declare', names, (name) => {
    if (letters.has('x')) state.exported.add(name)
    if (letters.has('A') || letters.has('a')) state.variables.makeArray(name, letters.has('A'))
    if (letters.has('i')) state.variables.markInteger(name)
    if (removed.has('i')) state.variables.markInteger(name, false)
    if (letters.has('r')) state.variables.markReadonly(name)
  })
}

async function printDeclarations(shell: Shell, names: readonly string[]): Promise<number> {
  const { variables, exported } = shell.state
  const known = new Set(variables.names())
  let status = 0
  for (const name of names.length === 0 ? variables.names() : names) {
    if (!known.has(name)) {
      await complain(shell, `declare: ${name}: not found`)
      status = 1
      continue
    }
    const array = variables.array(name)
    const letters = `${array === undefined ? '' : array.isAssociative ? 'A' : 'a'}${exported.has(name) ? 'x' : ''}`
    const value =
      array === undefined
        ? `"${variables.get(name) ?? ''}"`
        : `(${variables
            .elements(name)
            .map(([key, item]) => `[${key}]="${item}"`)
            .join(' ')})`
    await shell.ctx.out(`declare -${letters === '' ? '-' : letters} ${name}=${value}\n`)
  }
  return status
}

export async function readonly(shell: Shell, args: readonly string[]): Promise<number> {
  const { letters, names } = attributesOf(args)
  return assignEach(shell, 'readonly', names, (name) => {
    if (letters.has('A') || letters.has('a')) shell.state.variables.makeArray(name, letters.has('A'))
    shell.state.variables.markReadonly(name)
  })
}

/** Notes what names were before the function made them its own. */
function makeLocal({ state }: Shell, args: readonly string[]): void {
  const saved = state.locals.at(-1)
  for (const arg of args) {
    const name = /^[^=+[]*/.exec(arg)![0]
    if (!NAME.test(name) || saved === undefined || saved.has(name)) continue
    saved.set(name, state.variables.save(name))
    state.variables.delete(name)
  }
}

export async function local(shell: Shell, args: readonly string[]): Promise<number> {
  const { state } = shell
  if (state.locals.length === 0) {
    await complain(shell, 'local: can only be used in a function')
    return 1
  }
  const { letters, names } = attributesOf(args)
  makeLocal(shell, names)
  return assignEach(shell, 'local', names, (name) => {
    if (letters.has('A') || letters.has('a')) state.variables.makeArray(name, letters.has('A'))
    if (letters.has('i')) state.variables.markInteger(name)
    if (letters.has('x')) state.exported.add(name)
  })
}

/** Sets what has a value, and marks each name: attributes that change how a value is read come first. */
async function assignEach(
  shell: Shell,
  builtin: string,
  args: readonly string[],
  mark: (name: string) => void,
): Promise<number> {
  const { variables } = shell.state
  let status = 0
  for (const arg of args) {
    if (arg.startsWith('-')) continue
    const [, name = '', append, value] = /^([^=+]*)(\+)?(?:=(.*))?$/s.exec(arg) ?? []
    if (!NAME.test(name)) {
      await complain(shell, `${builtin}: \`${arg}': not a valid identifier`)
      status = 1
      continue
    }
    if (value !== undefined && builtin !== 'readonly') {
      const text = (append === undefined ? '' : (variables.get(name) ?? '')) + value
      variables.set(name, text)
      mark(name)
      if (variables.isInteger(name)) variables.set(name, String(evaluateNumber(shell, text)))
    } else {
      if (value !== undefined) variables.set(name, value)
      mark(name)
    }
  }
  return status
}

export async function unset({ state }: Shell, args: readonly string[]): Promise<number> {
  for (const arg of args) {
    if (arg.startsWith('-')) continue
    const [, name = arg, key] = /^([A-Za-z_][A-Za-z0-9_]*)\[(.*)\]$/s.exec(arg) ?? []
    if (key !== undefined && key !== '@' && key !== '*') {
      const { items } = state.variables.makeArray(name)
      const last = Number(state.variables.elements(name).at(-1)?.[0] ?? -1)
      items.delete(/^-\d+$/.test(key) ? String(last + 1 + Number(key)) : key)
      continue
    }
    state.variables.delete(name)
    state.exported.delete(name)
    state.functions.delete(name)
  }
  return 0
}

/** `shopt -s name`. What nothing here reads is accepted. */
export async function shopt({ state }: Shell, args: readonly string[]): Promise<number> {
  const isOn = args.some((arg) => /^-[a-z]*s/.test(arg))
  const isQuery = !isOn && !args.some((arg) => /^-[a-z]*u/.test(arg))
  const names = args.filter((arg) => !arg.startsWith('-'))
  if (isQuery) return names.every((name) => state.shopt.has(name)) ? 0 : 1
  for (const name of names) {
    if (isOn) state.shopt.add(name)
    else state.shopt.delete(name)
  }
  return 0
}

const OPTION_LETTERS: Readonly<Record<string, keyof ShellOptions>> = {
  e: 'errexit',
  u: 'nounset',
  x: 'xtrace',
  f: 'noglob',
}
const OPTION_NAMES: readonly string[] = [
  'errexit',
  'nounset',
  'xtrace',
  'pipefail',
  'noglob',
] satisfies (keyof ShellOptions)[]

export async function setOptions(shell: Shell, args: readonly string[]): Promise<number> {
  const { state, ctx } = shell
  if (args.length === 0) {
    const lines = [...state.variables.sources()].map(([name, source]) => `${name}=${source}\n`)
    await ctx.out(lines.join(''))
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
  let value = 0n
  for (const arg of args) value = evaluateNumber(shell, arg)
  return value === 0n ? 1 : 0
}
