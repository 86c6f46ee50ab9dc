/** `trap`: what a shell runs when it ends, when a command fails, and when a signal comes. */
import { parseScript } from '../syntax/parse.ts'
import type { Shell } from './state.ts'

/** Runs what is trapped under a name; false where nothing is. `$?` stays what it was. */
export async function runTrap(shell: Shell, name: string): Promise<boolean> {
  const { state, interpreter } = shell
  const text = state.traps.get(name)
  if (text === undefined) return false
  // A trap does not catch itself.
  state.traps.delete(name)
  const { status } = state
  try {
    await interpreter.statements(shell, parseScript(text, { firstLine: state.line }).statements)
  } finally {
    if (name !== 'EXIT' && !state.traps.has(name)) state.traps.set(name, text)
  }
  state.status = status
  return true
}

const SIGNALS: Readonly<Record<string, string>> = { 0: 'EXIT', 1: 'HUP', 2: 'INT', 3: 'QUIT', 15: 'TERM' }
const NAMES = new Set(['EXIT', 'ERR', 'DEBUG', 'RETURN', 'HUP', 'INT', 'QUIT', 'TERM', 'USR1', 'USR2', 'PIPE', 'CHLD'])

/** The name of a signal as `trap` writes it, or undefined. */
export function trapName(word: string): string | undefined {
  const name = SIGNALS[word] ?? word.toUpperCase().replace(/^SIG/, '')
  return NAMES.has(name) ? name : undefined
}
