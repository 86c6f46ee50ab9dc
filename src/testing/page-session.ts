// The page's stores around an engine in the same thread: what a gesture does from end to end, without a browser.
import { inProcessTransport } from '../client/in-process-transport.ts'
import { LabSession as EngineSession } from '../engine/session.ts'
import { openLab } from '../ui/lab/open-lab.ts'
import { createSession } from '../ui/lab/session.ts'
import type { LabSession } from '../ui/lab/session.ts'

/** A session with a lab open. */
export async function sessionWith(text: string): Promise<LabSession> {
  const session = createSession({
    connect: inProcessTransport((push) => {
      const engine = new EngineSession({ clone: (value) => structuredClone(value) }, push)
      return (request) => engine.handle(request)
    }),
  })
  await openLab(session, { text, origin: { kind: 'new', name: '' } })
  return session
}

/** Two hosts on one cable: a (10.0.0.1/24) and b (10.0.0.2/24). */
export const PAIR_LAB = `# Two hosts on one cable.
ip netns add a
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
`
