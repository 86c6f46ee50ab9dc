/** Listening to what changes in the kernel's tables, as `ip monitor` and `bridge monitor` do. Linux tools: rtnl_listen. */
import type { LinkView } from '../../contract/read-models.ts'
import type { KernelReads, TableChange } from '../../kernel/api.ts'
import { MICROSECOND_NS, SECOND_NS } from '../formats/units.ts'
import { ProcessContext } from '../process/context.ts'
import type { IpOptions } from './ip/ip.ts'

/** A change, and when it was. */
interface ToldChange {
  readonly change: TableChange
  readonly at: number
}

/**
 * Prints what is said of each change until it is stopped; what has no text is passed over. `heed` gives a context in which interfaces that have
 * gone still have the names of the last change that was heeded: who listens to routes alone hears of no interface.
 */
export async function watchTables(
  ctx: ProcessContext,
  textOf: (told: ToldChange, heed: () => ProcessContext) => string | undefined,
): Promise<number> {
  const opened = ctx.call({ kind: 'socket.open', netns: ctx.netns, spec: { kind: 'netlink' } })
  if (!opened.ok) return ctx.fail(`Cannot open netlink socket: ${opened.error.errno}`)
  const socket = opened.value
  ctx.runsUntilStopped()
  const remembering = remember(ctx)
  try {
    for (;;) {
      await ctx.waitReadable(socket)
      const received = ctx.call({ kind: 'socket.receive', socket })
      const message = received.ok ? received.message : undefined
      if (message?.change === undefined) continue
      const { change, at } = message
      const text = textOf({ change, at }, () => remembering(change))
      if (text !== undefined) await ctx.out(text)
    }
  } finally {
    ctx.call({ kind: 'socket.close', socket })
  }
}

/** Interfaces keep their names in what is told of them after they have gone. Linux tools: ll_map. */
function remember(ctx: ProcessContext): (change: TableChange) => ProcessContext {
  const known = new Map<number, LinkView>(ctx.read.links(ctx.netns).map((link) => [link.device, link]))
  const read = Object.assign(Object.create(ctx.read) as KernelReads, {
    device: (id: number) => ctx.read.device(id) ?? known.get(id),
  })
  const inner = new ProcessContext({
    runner: ctx.runner,
    process: ctx.process,
    commands: ctx.commands,
    budget: ctx.budget,
    settings: ctx.settings(),
    read,
  })
  return (change) => {
    if (change.object === 'link') known.set(change.link.device, change.link)
    return inner
  }
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

/** `-t` and `-ts`. The lab's clock starts at midnight of 1 January 1970, a Thursday. */
export function stamp({ timestamp }: Pick<IpOptions, 'timestamp'>, atNs: number): string {
  if (timestamp === 'none') return ''
  const us = pad(Math.floor((atNs % SECOND_NS) / MICROSECOND_NS), 6)
  const seconds = Math.floor(atNs / SECOND_NS)
  const clock = `${pad(Math.floor(seconds / 3600) % 24)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  const day = Math.floor(seconds / 86_400)
  if (timestamp === 'short') return `[1970-01-${pad(1 + day)}T${clock}.${us}] `
  const weekday = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'][day % 7]!
  return `Timestamp: ${weekday} Jan ${String(1 + day).padStart(2)} ${clock} 1970 ${us} usec\n`
}
