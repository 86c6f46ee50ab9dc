/** `conntrack -E`: what happens to flows, as it happens. */
import type { ProcessContext } from '../../process/context.ts'
import { CommandError } from '../command-error.ts'
import { flowFilter } from './filter.ts'
import { flowText, XML_END, XML_HEAD } from '../../formats/conntrack.ts'
import { PROGRAM, type Parsed } from './options.ts'

const MASKS = { new: 'NEW', update: 'UPDATES', destroy: 'DESTROY' } as const

/** Prints events until it is told to stop, and then how many there were. */
export async function showEvents(ctx: ProcessContext, parsed: Parsed): Promise<number> {
  const opened = ctx.call({ kind: 'socket.open', netns: ctx.netns, spec: { kind: 'netlink', protocol: 'conntrack' } })
  if (!opened.ok) throw new CommandError(`${PROGRAM}: Can't open handler`, 1)
  const socket = opened.value
  ctx.runsUntilStopped()
  ctx.catchInterrupts('TERM')
  if (parsed.bufferBytes !== undefined) await ctx.err(bufferNotice(parsed.bufferBytes))
  const isMeant = flowFilter(parsed)
  const { outputs, events } = parsed
  const isXml = outputs.has('xml')
  let count = 0
  try {
    // What had happened before it was told to stop is still shown.
    for (let goesOn = true; goesOn || ctx.read.socketReadable(socket);) {
      if (goesOn && (await ctx.waitReadable(socket)) === 'interrupted') goesOn = !ctx.takeInterrupt()
      const received = ctx.call({ kind: 'socket.receive', socket })
      const message = received.ok ? received.message : undefined
      const event = parsed.table === 'conntrack' ? message?.flow : undefined
      if (message === undefined || event === undefined || !isMeant(event.flow)) continue
      if (events.size > 0 && !events.has('ALL') && !events.has(MASKS[event.kind])) continue
      const head = isXml && count === 0 ? XML_HEAD : ''
      await ctx.out(head + flowText(event.flow, { outputs, now: message.at, event }))
      count++
    }
  } finally {
    ctx.call({ kind: 'socket.close', socket })
  }
  if (isXml && count > 0) await ctx.out(XML_END)
  const what = parsed.table === 'expect' ? 'expectation' : 'flow'
  await ctx.err(`${PROGRAM}: ${count} ${what} events have been shown.\n`)
  return 0
}

/** The kernel doubles what is asked for, and has a least. */
function bufferNotice(bytes: number): string {
  return `NOTICE: Netlink socket buffer size has been set to ${Math.max(2304, 2 * bytes)} bytes.\n`
}
