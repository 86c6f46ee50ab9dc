// Going back: the lab that a checkpoint gives is the one that the same inputs give when it is built anew, frame for frame.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ActionView, LabRequest, ReplayInput, RequestKind, RequestOf, Requests } from '../contract/protocol.ts'
import { worldText } from '../testing/world-text.ts'
import { LabSession } from './session.ts'

const LAB = `ip netns add a
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
echo here > /tmp/said
#%% gap 2
#%% run
ip netns exec a ping -c 1 10.0.0.2
ip netns exec b ping -c 1 -W 1 10.0.0.9
`

const COMMANDS = [
  'ip netns exec a ping -c 2 10.0.0.2',
  'ip netns exec b ping -c 1 -W 1 10.0.0.8',
  'ip -n a link set eth0 mtu 1400',
  'ip -n a link add d0 type dummy\nip -n a link del d0',
  'ip -n b neigh flush all',
  'echo $$ >> /tmp/said; cat /tmp/said; ls /tmp',
  'mkdir -p /tmp/folder; touch /tmp/folder/file',
  'ip netns exec b nc -l -p 80 & sleep 1; echo hello | ip netns exec a nc -w 1 10.0.0.2 80',
  'ip netns exec b tcpdump -c 1 -i eth0 &',
  'false',
]

class Bench {
  /** How often the engine looked at the clock: a measure of its work. */
  looks = 0
  readonly session: LabSession

  constructor() {
    const isSliceOver = (): boolean => {
      this.looks++
      return false
    }
    this.session = new LabSession({ clone: structuredClone, isSliceOver }, () => undefined)
  }

  ask<K extends RequestKind>(request: RequestOf<K>): Promise<Requests[K]['answer']> {
    return this.session.handle(request as LabRequest) as Promise<Requests[K]['answer']>
  }

  async goTo(inputs: readonly ReplayInput[], text = LAB): Promise<readonly ActionView[]> {
    await this.ask<'open'>({ kind: 'open', text })
    return inputs.length === 0 ? [] : this.ask<'replay'>({ kind: 'replay', inputs })
  }

  /** All that can be seen of a lab. */
  async view(): Promise<unknown> {
    return {
      world: worldText(this.session.world),
      status: await this.ask<'status'>({ kind: 'status' }),
      actions: await this.ask<'actions'>({ kind: 'actions' }),
      trace: await this.ask<'trace'>({ kind: 'trace', fromSeq: 0, toSeq: 20_000, withFrames: true }),
      past: await this.ask<'network'>({ kind: 'network', at: this.session.world.now / 2 }),
    }
  }
}

function inputsOf(actions: readonly ActionView[]): readonly ReplayInput[] {
  return actions.map(({ line, command, beganAt: atNs, interruptedAt }) => ({
    ...(line === 0 ? { kind: 'command', command, atNs } : { kind: 'play', atNs }),
    ...(interruptedAt === undefined ? {} : { interruptAtNs: interruptedAt }),
  }))
}

/** Something put in, or back to a share of all that was. */
const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...COMMANDS).map((command) => ({ kind: 'run', command }) as const) },
    { weight: 2, arbitrary: fc.constant({ kind: 'play' } as const) },
    {
      weight: 4,
      arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((share) => ({ kind: 'go', share }) as const),
    },
  ),
  { minLength: 3, maxLength: 14 },
)

test('wherever one goes, the lab is as if built anew', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const live = new Bench()
      await live.goTo([])
      let all: readonly ReplayInput[] = []
      for (const step of taken) {
        if (step.kind === 'go') await live.goTo(all.slice(0, Math.round(step.share * all.length)))
        else if (step.kind === 'run') await live.ask<'run'>(step)
        else await live.ask<'play'>({ kind: 'play', count: 1 })
        const inputs = inputsOf(await live.ask<'actions'>({ kind: 'actions' }))
        // What was undone can be gone to again.
        if (step.kind !== 'go') all = inputs
        const anew = new Bench()
        await anew.goTo(inputs)
        expect(await live.view()).toEqual(await anew.view())
      }
    }),
    { numRuns: 25, seed: 7 },
  )
})

test('a step back and forward costs no more than the step, however long the way was', async () => {
  const live = new Bench()
  await live.goTo([])
  for (let k = 0; k < 12; k++) await live.ask<'run'>({ kind: 'run', command: 'ip netns exec a ping -c 20 10.0.0.2' })
  const inputs = inputsOf(await live.ask<'actions'>({ kind: 'actions' }))
  const allTheWay = live.looks
  const ran = await live.goTo(inputs.slice(0, 11))
  expect(ran).toHaveLength(11)
  await live.goTo(inputs)
  await live.goTo(inputs.slice(0, 5))
  expect(live.looks - allTheWay).toBeLessThan(allTheWay / 12)
})

test('what somebody does at a terminal is replayed: its shells and files are not those of a replay', async () => {
  const live = new Bench()
  await live.goTo([])
  const place = { machine: 'a', namespace: 'a' }
  const { terminal } = await live.ask<'terminalOpen'>({ kind: 'terminalOpen', place, columns: 80, rows: 24 })
  await live.ask<'terminalType'>({ kind: 'terminalType', terminal, text: 'echo $$ > /tmp/mine; ping -c 1 10.0.0.2\n' })
  const command = 'cat /tmp/mine; echo $$; ip netns exec a ping -c 1 10.0.0.2'
  await live.ask<'run'>({ kind: 'run', command })
  const inputs = inputsOf(await live.ask<'actions'>({ kind: 'actions' }))
  const anew = new Bench()
  expect(await live.goTo(inputs)).toEqual(await anew.goTo(inputs))
  expect(await live.view()).toEqual(await anew.view())
})
