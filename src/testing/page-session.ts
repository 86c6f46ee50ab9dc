// The page's stores around an engine in the same thread: what a gesture does from end to end, without a browser.
import { inProcessTransport } from '../client/in-process-transport.ts'
import { LabSession as EngineSession } from '../engine/session.ts'
import { DEFAULT_LIMITS } from '../kernel/world.ts'
import { openLab } from '../ui/lab/open-lab.ts'
import { createSession } from '../ui/lab/session.ts'
import type { LabPoint } from '../ui/stores/editing-store.ts'
import type { LabSession } from '../ui/lab/session.ts'
import { worldText } from './world-text.ts'

const clone = <T>(value: T): T => structuredClone(value)
const engines = new WeakMap<LabSession, EngineSession>()

/** Limits other than the page's, under which a storm ends sooner. */
type SessionLimits = ConstructorParameters<typeof EngineSession>[2]

/** A storm is a storm with a tenth of the events, and over ten times sooner. */
export const SHORT_STORMS: SessionLimits = { limits: { ...DEFAULT_LIMITS, eventsPerSecond: 20_000 } }

/** What the engine does between slices of its work; the default lets nobody in. */
type SessionHost = Pick<ConstructorParameters<typeof EngineSession>[0], 'breathe' | 'isSliceOver'>

/** A session with a lab open. */
export async function sessionWith(
  text: string,
  options: SessionLimits = {},
  host: SessionHost = {},
): Promise<LabSession> {
  let engine: EngineSession | undefined
  const session = createSession({
    connect: inProcessTransport((push) => {
      const started = new EngineSession({ ...host, clone }, push, options)
      engine = started
      return (request) => started.handle(request)
    }),
  })
  if (engine !== undefined) engines.set(session, engine)
  await openLab(session, { text, origin: { kind: 'new', name: '' } })
  return session
}

/** The kernel of a point of a lab that is built anew, as one text. */
export async function kernelTextAnew({ text, inputs }: LabPoint, options: SessionLimits = {}): Promise<string> {
  const engine = new EngineSession({ clone }, () => undefined, options)
  await engine.handle({ kind: 'open', text })
  if (inputs.length > 0) await engine.handle({ kind: 'replay', inputs })
  return worldText(engine.world)
}

/** Everything that the kernel of a session holds, as one text: equal states have equal texts. */
export function kernelText(session: LabSession): string {
  const world = engines.get(session)?.world
  if (world === undefined) throw new Error('the session has no engine')
  return worldText(world)
}
