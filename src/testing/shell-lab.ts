// A shell on a kernel of its own, for tests that are best said in commands.
import { LabEngine } from '../engine/lab-engine.ts'
import type { World } from '../kernel/world.ts'

export interface ShellLab {
  readonly world: World
  readonly engine: LabEngine
  /** Runs a script and gives what it printed, on both outputs. */
  run(script: string): Promise<string>
}

/** A lab without namespaces but the first; its frames are traced from the start. */
export async function shellLab(): Promise<ShellLab> {
  const engine = new LabEngine('true\n', { clone: structuredClone })
  await engine.setUp()
  return {
    world: engine.world,
    engine,
    run: async (script) => (await engine.run(script)).output,
  }
}
