/** Builtins that print, read and compare: echo, printf, read, test. */
import { decodeUtf8 } from '../process/utf8.ts'
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

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

function unescape(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|([abefnrtv\\"']))/g, (whole, hex, octal, letter) => {
    if (typeof hex === 'string') return String.fromCharCode(Number.parseInt(hex, 16))
    if (typeof octal === 'string') return String.fromCharCode(Number.parseInt(octal, 8))
    return typeof letter === 'string' ? (ESCAPES[letter] ?? whole) : whole
  })
}

const CONVERSION = /%(?:%|([-0 +#]*)(\*|\d+)?(?:\.(\d+))?([sdiuxXcbq]))/g

export async function printf(shell: Shell, args: readonly string[]): Promise<number> {
  const { ctx, state } = shell
  const [target, ...afterTarget] = args[0] === '-v' ? args.slice(1) : [undefined, ...args]
  const [format, ...values] = afterTarget
  if (format === undefined) {
    await complain(shell, 'printf: usage: printf [-v var] format [arguments]')
    return 2
  }
  const template = unescape(format)
  let output = ''
  let at = 0
  do {
    const before = at
    output += template.replace(
      CONVERSION,
      (whole, flags?: string, width?: string, precision?: string, type?: string) => {
        if (whole === '%%') return '%'
        const realWidth = width === '*' ? Number(values[at++] ?? 0) : Number(width ?? 0)
        return pad(convert(values[at++] ?? '', type ?? 's', precision), realWidth, flags ?? '')
      },
    )
    if (at === before) break
  } while (at < values.length)
  if (target !== undefined) state.variables.set(target, output)
  else await ctx.out(output)
  return 0
}

function convert(value: string, type: string, precision: string | undefined): string {
  const given = Math.trunc(Number(value))
  const number = Number.isNaN(given) ? 0 : given
  switch (type) {
    case 'd':
    case 'i':
    case 'u':
      return String(number)
    case 'x':
      return number.toString(16)
    case 'X':
      return number.toString(16).toUpperCase()
    case 'c':
      return value.slice(0, 1)
    case 'b':
      return unescape(value)
    default:
      return precision === undefined ? value : value.slice(0, Number(precision))
  }
}

function pad(text: string, width: number, flags: string): string {
  if (flags.includes('-')) return text.padEnd(width)
  return flags.includes('0') ? text.padStart(width, '0') : text.padStart(width)
}

export async function readVariables(shell: Shell, args: readonly string[]): Promise<number> {
  const { ctx, state } = shell
  const names: string[] = []
  let keepsBackslashes = false
  for (let k = 0; k < args.length; k++) {
    const arg = args[k]!
    if (arg === '-p') await ctx.err(args[++k] ?? '')
    else if (/^-[tnda]$/.test(arg)) k += 1
    else if (/^-[rs]+$/.test(arg)) keepsBackslashes ||= arg.includes('r')
    else names.push(arg)
  }
  const line = await readLine(shell)
  const text = keepsBackslashes ? line.text : line.text.replace(/\\(.)/g, '$1')
  if (names.length === 0) state.variables.set('REPLY', text)
  let rest = text.trim()
  for (const [k, name] of names.entries()) {
    const isLast = k === names.length - 1
    const word = isLast ? rest : (/^\S*/.exec(rest)?.[0] ?? '')
    state.variables.set(name, word)
    rest = rest.slice(word.length).trimStart()
  }
  return line.ended ? 1 : 0
}

/** Reads byte by byte, so that what follows the line stays for the next reader. */
async function readLine({ ctx }: Shell): Promise<{ text: string; ended: boolean }> {
  const bytes: number[] = []
  for (;;) {
    const chunk = await ctx.stream(0).read(ctx.process, 1)
    const byte = chunk?.[0]
    if (byte === undefined) return { text: decodeUtf8(Uint8Array.from(bytes)), ended: true }
    if (byte === 10) return { text: decodeUtf8(Uint8Array.from(bytes)), ended: false }
    bytes.push(byte)
  }
}

export async function bracket(shell: Shell, args: readonly string[]): Promise<number> {
  if (args.at(-1) !== ']') {
    await complain(shell, "[: missing `]'")
    return 2
  }
  return test(shell, args.slice(0, -1))
}

export async function test(shell: Shell, args: readonly string[]): Promise<number> {
  try {
    return evaluate(shell, args) ? 0 : 1
  } catch (error) {
    if (!(error instanceof ExpansionError)) throw error
    await complain(shell, `test: ${error.message}`)
    return 2
  }
}

function evaluate(shell: Shell, args: readonly string[]): boolean {
  const ctx = shell.ctx.with({ cwd: shell.state.cwd })
  const or = args.lastIndexOf('-o')
  if (or > 0 && args.length > 3) return evaluate(shell, args.slice(0, or)) || evaluate(shell, args.slice(or + 1))
  const and = args.lastIndexOf('-a')
  if (and > 0 && args.length > 3) return evaluate(shell, args.slice(0, and)) && evaluate(shell, args.slice(and + 1))
  if (args[0] === '!' && args.length > 1) return !evaluate(shell, args.slice(1))
  const [first = '', second = '', third] = args
  if (args.length === 0) return false
  if (args.length === 1) return first !== ''
  if (args.length === 2) {
    const result = testUnary(first, second, ctx)
    if (result === undefined) throw new ExpansionError(`${first}: unary operator expected`)
    return result
  }
  if (args.length > 3 || third === undefined) throw new ExpansionError('too many arguments')
  const result = testBinary(first, second, third)
  if (result === undefined) throw new ExpansionError(`${second}: binary operator expected`)
  return result
}
