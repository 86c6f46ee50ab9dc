/** Redirections of one command: a set of streams that lives as long as the command runs. */
import { encodeUtf8 } from '../process/utf8.ts'
import { openForReading, openForWriting } from '../process/open.ts'
import { bytesStream, NULL_STREAM, type Stream } from '../process/stream.ts'
import type { Redirection } from '../syntax/ast.ts'
import type { Expander } from './expand.ts'
import { complain, type Shell, withContext } from './state.ts'

/** The shell with redirections in force, or undefined when one failed (the message is out). */
export async function redirected(shell: Shell, redirections: readonly Redirection[]): Promise<Shell | undefined> {
  if (redirections.length === 0) return shell
  const expander = shell.interpreter.expander(shell)
  const streams = new Map(shell.ctx.streams)
  for (const redirection of redirections) {
    const refusal = await apply(withContext(shell, shell.ctx.with({ streams })), redirection, streams, expander)
    if (refusal !== undefined) {
      await complain(shell, refusal)
      return undefined
    }
  }
  return withContext(shell, shell.ctx.with({ streams }))
}

async function apply(
  shell: Shell,
  redirection: Redirection,
  streams: Map<number, Stream>,
  expander: Expander,
): Promise<string | undefined> {
  const { operator } = redirection
  const text = await expander.text(redirection.target)
  const ctx = shell.ctx.with({ cwd: shell.state.cwd })
  const open = (descriptors: readonly number[], opened: ReturnType<typeof openForReading>): string | undefined => {
    if (!opened.ok) return `${text}: ${opened.error}`
    for (const descriptor of descriptors) streams.set(descriptor, opened.value)
    return undefined
  }
  switch (operator) {
    case '<<':
    case '<<<':
      streams.set(redirection.descriptor ?? 0, bytesStream(encodeUtf8(operator === '<<<' ? `${text}\n` : text)))
      return undefined
    case '<':
    case '<>':
      return open([redirection.descriptor ?? 0], openForReading(ctx, text))
    case '>':
    case '>|':
      return open([redirection.descriptor ?? 1], openForWriting(ctx, text, false))
    case '>>':
      return open([redirection.descriptor ?? 1], openForWriting(ctx, text, true))
    case '&>':
      return open([1, 2], openForWriting(ctx, text, false))
    case '&>>':
      return open([1, 2], openForWriting(ctx, text, true))
    case '<&':
    case '>&': {
      const own = redirection.descriptor ?? (operator === '<&' ? 0 : 1)
      if (text === '-') {
        streams.set(own, NULL_STREAM)
        return undefined
      }
      if (!/^\d+$/.test(text)) return open([1, 2], openForWriting(ctx, text, false))
      const stream = streams.get(Number(text))
      if (stream === undefined) return `${text}: Bad file descriptor`
      streams.set(own, stream)
      return undefined
    }
  }
}
