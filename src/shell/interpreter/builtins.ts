/** The builtins by name. */
import * as flow from './builtins-flow.ts'
import * as reading from './builtins-read.ts'
import * as text from './builtins-text.ts'
import * as variables from './builtins-variables.ts'
import type { Shell } from './state.ts'

export type Builtin = (shell: Shell, args: readonly string[]) => Promise<number>

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', async () => 0],
  ['true', async () => 0],
  ['false', async () => 1],
  ['cd', variables.changeDirectory],
  ['pwd', async ({ ctx, state }) => ctx.out(`${state.cwd}\n`).then(() => 0)],
  ['echo', text.echo],
  ['printf', text.printf],
  ['read', reading.readVariables],
  ['mapfile', reading.mapfile],
  ['readarray', reading.mapfile],
  ['getopts', reading.getopts],
  ['test', (shell, args) => text.test(shell, args)],
  ['[', text.bracket],
  ['export', variables.exportVariables],
  ['declare', variables.declare],
  ['typeset', variables.declare],
  ['readonly', variables.readonly],
  ['local', variables.local],
  ['unset', variables.unset],
  ['set', variables.setOptions],
  ['shopt', variables.shopt],
  ['shift', variables.shift],
  ['let', variables.letNumbers],
  ['type', flow.type],
  ['command', flow.command],
  ['builtin', flow.command],
  ['hash', flow.hash],
  ['exec', async () => 0],
  ['eval', flow.evaluate],
  ['source', flow.source],
  ['.', flow.source],
  ['exit', flow.exit],
  ['logout', flow.exit],
  ['return', flow.returnFrom],
  ['break', (shell, args) => flow.jump(shell, 'break', args)],
  ['continue', (shell, args) => flow.jump(shell, 'continue', args)],
  ['wait', flow.wait],
  ['jobs', flow.jobs],
  ['fg', flow.foreground],
  ['bg', async () => 0],
  ['disown', async () => 0],
  ['kill', flow.kill],
  ['trap', flow.trap],
  ['ulimit', async () => 0],
  ['umask', async ({ ctx }, args) => (args.length > 0 ? 0 : ctx.out('0022\n').then(() => 0))],
  ['alias', async () => 0],
])
