/** `sysctl` of procps. */
import { SYSCTL_USAGE } from './usage/probes.ts'
import { strerror } from '../../contract/errno.ts'
import type { ProcessContext } from '../process/context.ts'
import { command } from './command-error.ts'
import { getopt } from './getopt.ts'

interface SysctlOptions {
  write: boolean
  quiet: boolean
  /** -n, -N, or both parts. */
  print: 'both' | 'value' | 'name'
  ignoreUnknown: boolean
  noNewline: boolean
}

const LONG = {
  all: 'a',
  names: 'N',
  values: 'n',
  ignore: 'e',
  quiet: 'q',
  write: 'w',
  pattern: 'r',
  load: 'p',
  help: 'h',
  binary: 'b',
}
export const sysctl = command('sysctl', 'read and write the kernel’s settings', async (ctx) => {
  if (ctx.args.length === 0) return ctx.fail(SYSCTL_USAGE)
  const { options, operands, problem } = getopt(ctx.args, 'aAXbeNnpqr:wodfxhV', LONG)
  if (problem !== undefined) return ctx.fail(`sysctl: ${problem}\n${SYSCTL_USAGE}`)
  const chosen: SysctlOptions = { write: false, quiet: false, print: 'both', ignoreUnknown: false, noNewline: false }
  let all = false
  let load = false
  let pattern: RegExp | undefined
  for (const [letter, value] of options) {
    if (letter === 'a' || letter === 'A' || letter === 'X') all = true
    else if (letter === 'p' || letter === 'f') load = true
    else if (letter === 'r') pattern = new RegExp(value)
    else if (letter === 'w') chosen.write = true
    else if (letter === 'q') chosen.quiet = true
    else if (letter === 'e') chosen.ignoreUnknown = true
    else if (letter === 'n' || letter === 'b') chosen.print = 'value'
    else if (letter === 'N') chosen.print = 'name'
    else if (letter === 'h') return ctx.out(`${SYSCTL_USAGE}\n`).then(() => 0)
    else if (letter === 'V') return ctx.out('sysctl from procps-ng 4.0.2\n').then(() => 0)
    if (letter === 'b') chosen.noNewline = true
  }
  if (all) return showAll(ctx, chosen, pattern)
  if (load) return loadFile(ctx, chosen, operands[0] ?? '/etc/sysctl.conf')
  if (operands.length === 0)
    return ctx.fail("sysctl: no variables specified\nTry `sysctl --help' for more information.")
  let status = 0
  for (const operand of operands) {
    // A word that cannot be read ends the line: `-w key = value` fails at its first word.
    if (chosen.write && !operand.includes('='))
      return ctx.fail('sysctl: command line(0): invalid syntax, continuing...')
    status = Math.max(status, await one(ctx, chosen, operand))
  }
  return status
})

/**
 * A key as the kernel names it, from a name with dots or with slashes: the first separator decides which it is, and the
 * other sign then stands for a dot inside an interface's name (`net/ipv4/conf/eth0.10/rp_filter`).
 */
function sysctlKey(name: string): string {
  const first = /[./]/.exec(name)?.[0]
  if (first !== '/') return name
  return name.replace(/^\/+/, '').replace(/[./]/g, (sign) => (sign === '/' ? '.' : '/'))
}

/** The file below /proc/sys that a key names. */
function pathOf(key: string): string {
  return key.replace(/[./]/g, (sign) => (sign === '.' ? '/' : '.'))
}

async function one(ctx: ProcessContext, options: SysctlOptions, operand: string): Promise<number> {
  const equals = operand.indexOf('=')
  if (equals >= 0) return write(ctx, options, operand.slice(0, equals).trim(), operand.slice(equals + 1).trim())
  return read(ctx, options, operand)
}

async function unknown(ctx: ProcessContext, options: SysctlOptions, key: string): Promise<number> {
  if (options.ignoreUnknown) return 0
  const hint = key.startsWith('net.ipv6.') ? '\nvethlab: IPv6 is not modelled, so it is off everywhere.' : ''
  return ctx.fail(`sysctl: cannot stat /proc/sys/${pathOf(key)}: No such file or directory${hint}`)
}

function line({ print, noNewline }: SysctlOptions, key: string, value: string): string {
  const text = print === 'value' ? value : print === 'name' ? key : `${key} = ${value}`
  return noNewline ? text : `${text}\n`
}

async function read(ctx: ProcessContext, options: SysctlOptions, name: string): Promise<number> {
  const key = sysctlKey(name)
  const value = ctx.read.sysctl(ctx.netns, key)
  if (value !== undefined) {
    await ctx.out(line(options, key, value))
    return 0
  }
  // A folder lists what is below it.
  const below = ctx.read.sysctls(ctx.netns).filter((view) => view.key.startsWith(`${key.replace(/\.$/, '')}.`))
  if (below.length === 0) return unknown(ctx, options, key)
  await ctx.out(below.map((view) => line(options, view.key, view.value)).join(''))
  return 0
}

async function write(ctx: ProcessContext, options: SysctlOptions, name: string, value: string): Promise<number> {
  const key = sysctlKey(name)
  if (ctx.read.sysctl(ctx.netns, key) === undefined) return unknown(ctx, options, key)
  const result = ctx.call({ kind: 'sysctl.write', netns: ctx.netns, key, value })
  if (!result.ok) return ctx.fail(`sysctl: setting key "${key}": ${strerror(result.error.errno)}`)
  if (!options.quiet) await ctx.out(line(options, key, value))
  return 0
}

/** Listed only when asked for by `--deprecated`, whose word the parser of this command does not know. */
const DEPRECATED = /^net\.ipv4\.neigh\.[^.]+\.(?:base_reachable_time|retrans_time)$/

async function showAll(ctx: ProcessContext, options: SysctlOptions, pattern: RegExp | undefined): Promise<number> {
  const views = ctx.read.sysctls(ctx.netns).filter(({ key }) => !DEPRECATED.test(key) && (pattern?.test(key) ?? true))
  await ctx.out(views.map(({ key, value }) => line(options, key, value)).join(''))
  return 0
}

async function loadFile(ctx: ProcessContext, options: SysctlOptions, path: string): Promise<number> {
  const text = ctx.machine.files.readText(path)
  if (text === undefined) return ctx.fail(`sysctl: cannot open "${path}": No such file or directory`)
  let status = 0
  for (const entry of text.split('\n')) {
    const [, key, value] = /^\s*-?([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(entry) ?? []
    if (key !== undefined && value !== undefined) status = Math.max(status, await write(ctx, options, key, value))
  }
  return status
}
