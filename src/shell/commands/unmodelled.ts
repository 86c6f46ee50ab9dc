/** Commands that the lab leaves out on purpose: each says what to do instead. The table is `contract/unmodelled.ts`. */
import { UNMODELLED_COMMANDS } from '../../contract/unmodelled.ts'
import type { Command } from '../process/context.ts'

const INSTEAD: ReadonlyMap<string, string> = new Map(UNMODELLED_COMMANDS.map(({ name, instead }) => [name, instead]))

/** A command that explains itself and fails, or undefined for a name that nobody knows. */
export function unmodelledCommand(name: string): Command | undefined {
  const instead = INSTEAD.get(name)
  if (instead === undefined) return undefined
  return { name, summary: instead, run: async (ctx) => ctx.fail(`${name}: not part of vethlab. ${instead}`, 127) }
}
