/** Plays a lab and keeps the engine, with its trace and its past, for tests that look into them. */
import type { EngineHost } from '../src/engine/engine-host.ts'
import { LabEngine } from '../src/engine/lab-engine.ts'
import type { TraceStore } from '../src/engine/trace-store.ts'
import { SECOND_NS } from '../src/sim/time.ts'
import { labText } from './labs.ts'

export interface PlayedEngine {
  readonly engine: LabEngine
  readonly trace: TraceStore
}

/** Plays a lab of this folder to its end; `host` may look on. */
export async function playEngine(lab: string, host: Partial<EngineHost> = {}): Promise<PlayedEngine> {
  return playText(labText(lab), () => host)
}

/** Plays a lab's text to its end; `hostOf` makes the onlooker, who gets to see the engine. */
export async function playText(
  text: string,
  hostOf: (engine: () => LabEngine) => Partial<EngineHost>,
): Promise<PlayedEngine> {
  const engine: LabEngine = new LabEngine(text, { clone: structuredClone, ...hostOf(() => engine) })
  await engine.setUp()
  while ((await engine.playNext()) !== undefined);
  await engine.advance(engine.world.now + Math.round(engine.settleSeconds * SECOND_NS))
  const { trace } = engine
  if (trace === undefined) throw new Error('a lab that was set up has a trace')
  return { engine, trace }
}
