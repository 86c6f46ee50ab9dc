/** `ip netns`. */
import { strerror } from '../../../contract/errno.ts'
import type { NetnsId } from '../../../kernel/api.ts'
import { abbreviates, type Arguments, EXIT_USAGE, invalid, unknownCommand } from '../arguments.ts'
import { jsonText } from '../../formats/json.ts'
import { CommandError } from '../command-error.ts'
import type { ProcessContext } from '../../process/context.ts'
import { nameNetns, netnsOfPid, runInNetns } from '../../process/namespaces.ts'
import type { IpOptions } from './ip.ts'

export async function netnsCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const word = args.take()
  if (word === undefined || abbreviates(word, 'list') || abbreviates(word, 'show') || abbreviates(word, 'lst'))
    return list(ctx, options)
  if (abbreviates(word, 'add')) return add(ctx, args)
  if (abbreviates(word, 'delete')) return remove(ctx, args)
  if (abbreviates(word, 'identify')) return identify(ctx, args)
  if (abbreviates(word, 'pids')) return pids(ctx, args)
  if (abbreviates(word, 'exec')) return execute(ctx, args, options.all)
  if (word === 'list-id') return listNumbers(ctx)
  if (word.length > 1 && abbreviates(word, 'attach')) return attach(ctx, args)
  if (abbreviates(word, 'set') || abbreviates(word, 'monitor')) {
    return ctx.fail(`ip netns ${word}: not modelled in vethlab. Namespaces have names here, and no other numbers.`)
  }
  throw unknownCommand(word, 'ip netns help')
}

/** Names as the folder of a tmpfs lists them: the newest first. */
function names(ctx: ProcessContext): string[] {
  return ctx.read
    .namespaces()
    .filter(({ name, isAnonymous }) => name !== '' && isAnonymous !== true)
    .map(({ name }) => name)
    .reverse()
}

async function list(ctx: ProcessContext, options: IpOptions): Promise<number> {
  const numbers = new Map(numbered(ctx).map((netns, k) => [nameOf(ctx, netns), k]))
  if (options.json) {
    await ctx.out(
      jsonText(
        names(ctx).map((name) => {
          const id = numbers.get(name)
          return id === undefined ? { name } : { name, id }
        }),
        options.pretty,
      ),
    )
    return 0
  }
  await ctx.out(
    names(ctx)
      .map((name) => {
        const id = numbers.get(name)
        return `${name}${id === undefined ? '' : ` (id: ${id})`}\n`
      })
      .join(''),
  )
  return 0
}

/** The namespaces that have numbers here: a link leads into them. They are counted by the first link. */
function numbered(ctx: ProcessContext): readonly NetnsId[] {
  const links = ctx.read.links(ctx.netns).filter(({ linkDevice }) => linkDevice !== 0)
  return [...new Set(links.map(({ linkNetns }) => linkNetns))].filter((netns) => netns !== ctx.netns)
}

async function listNumbers(ctx: ProcessContext): Promise<number> {
  const lines = numbered(ctx).map((netns, k) => {
    const name = nameOf(ctx, netns)
    return `nsid ${k} ${name === '' ? '' : `(iproute2 netns name: ${name})`}\n`
  })
  await ctx.out(lines.join(''))
  return 0
}

async function add(ctx: ProcessContext, args: Arguments): Promise<number> {
  const name = args.take()
  if (name === undefined) return ctx.fail('No netns name specified')
  if (name.includes('/') || name === '.' || name === '..') return ctx.fail(`Invalid netns name "${name}"`, EXIT_USAGE)
  if (ctx.machine.visible !== undefined) {
    return ctx.fail('ip netns add: a machine’s namespaces are fixed when it is made; add one on the bench.')
  }
  const result = ctx.call({ kind: 'netns.add', name })
  if (result.ok) return 0
  return ctx.fail(`Cannot create namespace file "/run/netns/${name}": ${strerror(result.error.errno)}`)
}

async function remove(ctx: ProcessContext, args: Arguments): Promise<number> {
  const name = args.take()
  if (name === undefined) return ctx.fail('No netns name specified')
  const real = ctx.machine.visible === undefined ? name : ctx.machine.visible.get(name)
  const result = real === undefined ? undefined : ctx.call({ kind: 'netns.delete', name: real })
  if (result?.ok === true) return 0
  const reason = strerror(result?.error.errno ?? 'ENOENT')
  return ctx.fail(`Cannot remove namespace file "/run/netns/${name}": ${reason}`)
}

/** The name of the namespace that a process is in: its own, or that of another by number. */
async function identify(ctx: ProcessContext, args: Arguments): Promise<number> {
  const pid = args.take()
  if (pid === undefined) return ctx.out(`${nameOf(ctx, ctx.netns)}\n`).then(() => 0)
  if (!/^\d+$/.test(pid)) return ctx.fail(`Specified string '${pid}' is not a pid`)
  const netns = netnsOfPid(ctx, Number(pid))
  if (netns === undefined) return ctx.fail('Cannot open network namespace: No such file or directory')
  await ctx.out(`${nameOf(ctx, netns)}\n`)
  return 0
}

/** The name in /run/netns, or nothing. */
function nameOf(ctx: ProcessContext, netns: NetnsId): string {
  return ctx.read.isAnonymousNetns(netns) ? '' : (ctx.read.netnsName(netns) ?? '')
}

/** `ip netns attach NAME PID`: a name for the namespace that a process is in. */
async function attach(ctx: ProcessContext, args: Arguments): Promise<number> {
  const name = args.take()
  if (name === undefined) return ctx.fail('No netns name and PID specified')
  const pid = args.take()
  if (pid === undefined) return ctx.fail('No PID specified')
  if (!/^-?\d+$/.test(pid)) throw invalid(pid, 'Invalid "pid" value\n')
  const netns = netnsOfPid(ctx, Number(pid))
  if (netns === undefined)
    return ctx.fail(`Bind /proc/${pid}/ns/net -> /run/netns/${name} failed: No such file or directory`)
  const refusal = nameNetns(ctx, netns, name)
  return refusal === undefined ? 0 : ctx.fail(refusal)
}

async function pids(ctx: ProcessContext, args: Arguments): Promise<number> {
  const name = args.take()
  if (name === undefined) return ctx.fail('No netns name specified')
  const netns = ctx.read.netnsByName(name)
  if (netns === undefined) return ctx.fail('Cannot open network namespace: No such file or directory')
  const found = ctx.runner.processes.filter((process) => process.netns === netns)
  await ctx.out(found.map(({ pid }) => `${pid}\n`).join(''))
  return 0
}

async function execute(ctx: ProcessContext, args: Arguments, all: boolean): Promise<number> {
  const chosen = all ? names(ctx) : [args.take()]
  if (chosen[0] === undefined && !all) return ctx.fail('No netns name specified')
  const [program, ...rest] = args.rest
  if (program === undefined) return ctx.fail('No command specified')
  let status = 0
  for (const name of chosen) {
    const netns = name === undefined ? undefined : ctx.read.netnsByName(name)
    if (netns === undefined) {
      throw new CommandError(`Cannot open network namespace "${name ?? ''}": No such file or directory`, EXIT_USAGE)
    }
    if (all) await ctx.out(`\nnetns: ${name ?? ''}\n`)
    const found = ctx.commands(program)
    if (found === undefined) {
      status = await ctx.fail(`exec of "${program}" failed: No such file or directory`)
      continue
    }
    ctx.process.name = found.name
    status = await runInNetns(ctx, netns, found.run, rest)
  }
  // With -all every namespace has its turn, and what came of them is nobody's affair.
  return all ? 0 : status
}
