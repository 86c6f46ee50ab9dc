/** `sleep` */
import { SECOND_NS } from '../formats/units.ts'
import { command } from './command-error.ts'

const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }

/** Seconds of a duration such as `1.5`, `2m`; undefined for another text. */
export function durationSeconds(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text)
  if (match === null) return /^inf(inity)?$/i.test(text) ? Infinity : undefined
  return Number(match[1]) * UNIT_SECONDS[match[2]!]!
}

export const sleep = command('sleep', 'wait', async (ctx) => {
  const help = "Try 'sleep --help' for more information."
  if (ctx.args.length === 0) return ctx.fail(`sleep: missing operand\n${help}`)
  let seconds = 0
  for (const arg of ctx.args) {
    const part = durationSeconds(arg)
    if (part === undefined) return ctx.fail(`sleep: invalid time interval ‘${arg}’\n${help}`)
    seconds += part
  }
  if (seconds * SECOND_NS < Number.MAX_SAFE_INTEGER - ctx.now) await ctx.sleep(seconds * SECOND_NS)
  else await ctx.pause()
  return 0
})
