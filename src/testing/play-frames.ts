// Plays a lab and gives what its interfaces saw, for tests of what is on the wire.
import { playLab } from '../engine/play.ts'

/** tcpdump's line of every frame that `ns/dev` saw while the commands ran. Throws when the lab cannot be built. */
export async function playFrames(
  setup: string,
  commands: readonly string[],
  device: string,
): Promise<readonly string[]> {
  const { setup: built, captures } = await playLab('frames', `${setup}\n#%% run\n${commands.join('\n')}\n`)
  if (built.exit !== 0) throw new Error(built.output)
  return (captures[device] ?? []).map(([, line]) => line)
}
