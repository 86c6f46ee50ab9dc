// Plays commands on a lab that a test writes down, for tests of programs that talk to each other over the network.
import { playLab } from '../engine/play.ts'

/** What became of a command. */
export interface PlayedCommand {
  readonly exit: number
  readonly output: string
  /** Whole seconds until the next command began; 0 for the last. */
  readonly seconds: number
}

/** Builds a lab by the statements of `setup`, then runs each command when the one before has ended. Throws when the lab cannot be built. */
export async function playCommands(setup: string, commands: readonly string[]): Promise<readonly PlayedCommand[]> {
  const { setup: built, actions } = await playLab('commands', `${setup}\n#%% run\n${commands.join('\n')}\n`)
  if (built.exit !== 0) throw new Error(built.output)
  return actions.map(({ exit, output, at }, k) => ({
    exit,
    output,
    seconds: Math.floor((actions[k + 1]?.at ?? at) - at),
  }))
}
