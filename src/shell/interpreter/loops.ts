/** `for`, `while`, `until`. Each turn is a step of the budget. */
import type { CompoundCommand } from '../syntax/ast.ts'
import { quoteWord } from '../syntax/quote.ts'
import { asCondition, LoopJump, runBody, type Shell } from './state.ts'
import { traceLine } from './trace.ts'

type Loop<K extends CompoundCommand['kind']> = Extract<CompoundCommand, { kind: K }>

export async function runFor(shell: Shell, loop: Loop<'for'>): Promise<number> {
  const { state } = shell
  const items = loop.words === undefined ? state.positional : await shell.interpreter.expander(shell).fields(loop.words)
  let at = 0
  return runTurns(shell, loop, async () => {
    const item = items[at]
    if (item === undefined) return false
    at += 1
    await traceLine(shell, `for ${loop.name} in ${items.map(quoteWord).join(' ')}`)
    state.variables.set(loop.name, item)
    return true
  })
}

export async function runArithmeticFor(shell: Shell, loop: Loop<'arithmetic-for'>): Promise<number> {
  const expander = shell.interpreter.expander(shell)
  let isFirst = true
  return runTurns(shell, loop, async () => {
    const before = isFirst ? loop.start : loop.step
    isFirst = false
    if (before !== undefined) await expander.number(before)
    return loop.test === undefined || (await expander.number(loop.test)) !== 0n
  })
}

export async function runLoop(shell: Shell, loop: Loop<'while' | 'until'>): Promise<number> {
  const { state, interpreter } = shell
  return runTurns(shell, loop, async () => {
    const status = await asCondition(state, true, () => interpreter.statements(shell, loop.condition))
    return (status === 0) === (loop.kind === 'while')
  })
}

/** Runs the body as long as there is a next turn. */
async function runTurns(
  shell: Shell,
  loop: Loop<'for' | 'arithmetic-for' | 'while' | 'until'>,
  next: () => Promise<boolean>,
): Promise<number> {
  const { state, ctx } = shell
  const outer = state.loopLine
  let status = 0
  state.loopDepth += 1
  state.loopLine = loop.line
  try {
    while (await next()) {
      ctx.budget.step(loop.line, loop.line)
      try {
        status = await runBody(shell, loop.body)
      } catch (error) {
        if (!(error instanceof LoopJump)) throw error
        status = 0
        if (error.levels > 1) throw new LoopJump(error.jump, error.levels - 1)
        if (error.jump === 'break') break
      }
    }
  } finally {
    state.loopDepth -= 1
    state.loopLine = outer
  }
  return status
}
