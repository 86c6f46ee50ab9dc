/** `ip netns`. */
import { strerror } from '../../../contract/errno.ts'
import { abbreviates, type Arguments, EXIT_USAGE, unknownCommand } from '../arguments.ts'
import { CommandError } from '../command-error.ts'
import type { ProcessContext } from '../../process/context.ts'
import type { IpOptions } from './ip.ts'

export async function netnsCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const word = args.take()
  if (word === undefined || abbreviates(word, 'list') || abbreviates(word, 'show') || word === 'lst') return list(ctx)
  if (abbreviates(word, 'help'))
    return ctx
      .out('Usage: ip netns { list | add NAME | delete NAME | identify | exec NAME cmd ... }\n')
      .then(() => EXIT_USAGE)
  if (abbreviates(word, 'add')) return add(ctx, args)
  if (abbreviates(word, 'delete')) return remove(ctx, args)
  if (abbreviates(word, 'identify')) return identify(ctx)
  if (abbreviates(word, 'exec')) return execute(ctx, args, options.all)
  if (
    abbreviates(word, 'set') ||
    abbreviates(word, 'attach') ||
    abbreviates(word, 'pids') ||
    abbreviates(word, 'monitor')
  ) {
    return ctx.fail(`ip netns ${word}: not modelled in vethlab.`)
  }
  throw unknownCommand(word, 'ip netns help')
}

/** Names as the folder of a tmpfs lists them: the newest first. */
function names(ctx: ProcessContext): string[] {
  return ctx.read
    .namespaces()
    .map(({ name }) => name)
    .filter((name) => name !== '')
    .reverse()
}

async function list(ctx: ProcessContext): Promise<number> {
  await ctx.out(
    names(ctx)
      .map((name) => `${name}\n`)
      .join(''),
  )
  return 0
}

async function add(ctx: ProcessContext, args: Arguments): Promise<number> {
  const name = args.take()
  if (name === undefined) return ctx.fail('No netns name specified')
  if (name.includes('/') || name === '.' || name === '..') return ctx.fail(`Invalid netns name "${name}"`)
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

async function identify(ctx: ProcessContext): Promise<number> {
  await ctx.out(`${ctx.read.netnsName(ctx.netns) ?? ''}\n`)
  return 0
}

async function execute(ctx: ProcessContext, args: Arguments, all: boolean): Promise<number> {
  const chosen = all ? [...names(ctx)].reverse() : [args.take()]
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
    if (found === undefined) return ctx.fail(`exec of "${program}" failed: No such file or directory`)
    status = await found.run(ctx.with({ netns, args: rest }))
  }
  return status
}
