/** How a command gives up: what it prints on standard error, and its exit status. */
import { strerror } from '../../contract/errno.ts'
import type { KernelError, SystemCall, SystemResult } from '../../kernel/api.ts'
import type { Command, ProcessContext } from '../process/context.ts'
import { WriteError } from '../process/open.ts'

export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly status: number
  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}

/** A command whose `CommandError`s, and refused writes, become messages. */
export function command(name: string, summary: string, run: (ctx: ProcessContext) => Promise<number>): Command {
  return {
    name,
    summary,
    run: async (ctx) => {
      try {
        return await run(ctx)
      } catch (error) {
        if (error instanceof WriteError) return ctx.fail(`${name}: write error: ${strerror(error.errno)}`)
        if (!(error instanceof CommandError)) throw error
        if (error.message !== '') await ctx.err(`${error.message}\n`)
        return error.status
      }
    },
  }
}

/** How iproute2 prints a refusal of the kernel: the kernel's own sentence if it gave one. */
export function netlinkMessage(error: KernelError): string {
  if (error.message === undefined) return `RTNETLINK answers: ${strerror(error.errno)}`
  return `Error: ${error.message}${/[.\n]$/.test(error.message) ? '' : '.'}`
}

/** Makes a call whose refusal ends the command as iproute2 ends; gives the call's number. */
export function netlink(ctx: ProcessContext, call: SystemCall, status = 2): number {
  const result: SystemResult = ctx.call(call)
  if (!result.ok) throw new CommandError(netlinkMessage(result.error), status)
  return result.value
}
