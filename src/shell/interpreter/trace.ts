/** `set -x`: what runs, as bash prints it. */
import { encodeUtf8 } from '../process/utf8.ts'
import { quoteWord } from '../syntax/quote.ts'
import type { Shell } from './state.ts'

/** Where traces go when a run keeps them apart from what commands write to standard error. Bash has BASH_XTRACEFD for it. */
export const TRACE_DESCRIPTOR = 255

/** `+ text`, with one more sign for each `$(…)` around it. */
export async function traceLine(shell: Shell, text: string): Promise<void> {
  const { state, ctx } = shell
  if (!state.options.xtrace) return
  const stream = ctx.streams.get(TRACE_DESCRIPTOR) ?? ctx.stream(2)
  await stream.write(ctx.process, encodeUtf8(`${'+'.repeat(state.xtraceDepth)} ${text}\n`))
}

/** A text as bash quotes it in a trace. */
export function quoteTraced(text: string): string {
  return text === '' ? "''" : quoteWord(text)
}

/** A command's words after expansion. */
export async function traceWords(shell: Shell, words: readonly string[]): Promise<void> {
  await traceLine(shell, words.map(quoteTraced).join(' '))
}
