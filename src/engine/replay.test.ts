import { describe, expect, test } from 'vitest'
import type { ActionView, ReplayInput, TerminalPlace } from '../contract/protocol.ts'
import { PAIR_LAB } from '../testing/pair-lab.ts'
import { TerminalBench } from '../testing/terminal-bench.ts'
import { RequestRefused } from './request-refused.ts'

const LAB = `${PAIR_LAB}#%% run
ip netns exec a ping -c 1 10.0.0.2
ip netns exec b ping -c 1 10.0.0.1
`

/** Where a person sits: in the machine of that name. */
const on = (namespace: string): TerminalPlace => ({ machine: namespace, namespace })

function replay(bench: TerminalBench, inputs: readonly ReplayInput[]): Promise<readonly ActionView[]> {
  return bench.ask<'replay'>({ kind: 'replay', inputs })
}

/** What was seen on every interface: when, where, which bytes. */
async function sightings(bench: TerminalBench): Promise<readonly string[]> {
  const { columns } = await bench.ask<'sightings'>({ kind: 'sightings', fromNs: 0, toNs: 1e15 })
  const seen: string[] = []
  for (let k = 0; k < columns.count; k++) {
    const { bytes } = await bench.ask<'frame'>({ kind: 'frame', seq: columns.seq[k] ?? 0 })
    seen.push(`${columns.at[k]} ${columns.device[k]} ${columns.direction[k]} ${bytes.join(' ')}`)
  }
  return seen
}

/** What was put in, as the actions tell it. */
function inputsOf(actions: readonly ActionView[]): readonly ReplayInput[] {
  return actions.map(({ line, command, beganAt, interruptedAt }) => ({
    ...(line === 0 ? { kind: 'command', command } : { kind: 'play' }),
    atNs: beganAt,
    ...(interruptedAt === undefined ? {} : { interruptAtNs: interruptedAt }),
  }))
}

/** A second lab that is given the same inputs does the same, frame by frame. */
async function expectSameAgain(live: TerminalBench, text = LAB): Promise<void> {
  const actions = await live.actions()
  const again = await TerminalBench.open(text)
  const ran = await replay(again, inputsOf(actions))
  const seen = await sightings(live)
  expect(seen.length).toBeGreaterThan(0)
  expect(await sightings(again)).toEqual(seen)
  const told = ({ command, line, beganAt, endedAt, exit, output }: ActionView) => [
    command,
    line,
    beganAt,
    endedAt,
    exit,
    output,
  ]
  expect(ran.map(told)).toEqual(actions.map(told))
  expect(await again.now()).toBe(await live.now())
}

describe('a replay', () => {
  test('of tcpdump beside ping in two terminals shows what the live session showed', async () => {
    const live = await TerminalBench.open(LAB)
    const watcher = await live.sit(on('b'))
    const sender = await live.sit(on('a'))
    await watcher.type('tcpdump -n -i eth0\n')
    await live.wait(1.5e9)
    await sender.type('ping -c 3 10.0.0.2\n')
    await live.wait(2e9)
    await sender.type('ping 10.0.0.9\n')
    await live.wait(2.5e9)
    await sender.interrupt()
    await live.wait(1e9)
    await watcher.interrupt()
    const [dump] = await live.actions()
    expect(dump?.output.match(/ICMP echo request/g)).toHaveLength(3)
    expect(dump?.output).toContain('who-has 10.0.0.9')
    await expectSameAgain(live)
  })

  test('of the lab’s own actions between typed commands keeps their moments, and settles as it did', async () => {
    const live = await TerminalBench.open(LAB)
    await live.ask<'play'>({ kind: 'play', count: 1 })
    await live.ask<'run'>({ kind: 'run', command: 'ip -n b neigh flush dev eth0' })
    await live.ask<'run'>({ kind: 'run', command: 'ip netns exec a ping -c 2 10.0.0.2' })
    await live.ask<'play'>({ kind: 'play', count: 1 })
    await expectSameAgain(live)
  })

  test('of actions that keep to slots, with a terminal’s command all along', async () => {
    const text = LAB.replace('#%% run', '#%% gap 3\n#%% run')
    const live = await TerminalBench.open(text)
    const watcher = await live.sit(on('b'))
    await watcher.type('tcpdump -n -i eth0\n')
    await live.ask<'play'>({ kind: 'play', count: 2 })
    await live.wait(5e8)
    await watcher.interrupt()
    await expectSameAgain(live, text)
  })

  test('of a server and its client, begun at one moment', async () => {
    const live = await TerminalBench.open(LAB)
    const server = await live.sit(on('b'))
    const client = await live.sit(on('a'))
    await server.type('nc -l 8080\n')
    await client.type('echo hi | nc -N 10.0.0.2 8080\n')
    await live.wait(1e9)
    expect((await live.actions()).map(({ exit }) => exit)).toEqual([0, 0])
    await expectSameAgain(live)
  })

  test('Ctrl-C comes before a command of the same moment', async () => {
    const live = await TerminalBench.open(LAB)
    const seat = await live.sit(on('a'))
    await seat.type('ping 10.0.0.2\n')
    await live.wait(2.2e9)
    await seat.interrupt()
    await seat.type('ping -c 1 10.0.0.2\n')
    await expectSameAgain(live)
  })

  test('a command without an end is ended after a minute, and those beside it are not', async () => {
    const bench = await TerminalBench.open(LAB)
    const now = await bench.now()
    const ran = await replay(bench, [
      { kind: 'command', command: 'ip netns exec b tcpdump -n -i eth0', atNs: now, interruptAtNs: now + 90e9 },
      { kind: 'command', command: 'ip netns exec a ping 10.0.0.2', atNs: now + 1e9 },
    ])
    expect(ran.map(({ endedAt, exit }) => [endedAt, exit])).toEqual([
      [now + 90e9, 0],
      [now + 61e9, 124],
    ])
    expect(ran[0]?.output.match(/echo request/g)).toHaveLength(60)
  })

  test('a terminal’s command that ended by itself after more than a minute is given the time', async () => {
    const live = await TerminalBench.open(LAB)
    const seat = await live.sit(on('a'))
    await seat.type('ping -c 70 10.0.0.2\n')
    await live.wait(12e9)
    const [action] = await live.actions()
    expect(action?.output).toContain('70 packets transmitted, 70 received')
    const { command = '', beganAt: atNs = 0, endedAt: untilNs = 0 } = action ?? {}
    const again = await TerminalBench.open(LAB)
    const [ran] = await replay(again, [{ kind: 'command', command, atNs, untilNs }])
    expect([ran?.exit, ran?.output]).toEqual([0, action?.output])
    expect(await sightings(again)).toEqual(await sightings(live))
  })

  test(
    'a storm ends what runs in a terminal, and what came after it is replayed as it was',
    { timeout: 60_000 },
    async () => {
      const storming = `ip netns add s
ip -n s link add br0 type bridge
ip -n s link set br0 up
ip -n s addr add 10.0.0.1/24 dev br0
ip -n s link add p0 type veth peer name p1
ip -n s link set p0 master br0 up
ip -n s link set p1 master br0 up
`
      const live = await TerminalBench.open(storming)
      const [seat, watcher] = [await live.sit(on('s')), await live.sit(on('s'))]
      await watcher.type('tcpdump -n -i br0 icmp\n')
      await seat.type('ping -c 3 -W 1 10.0.0.9\n')
      expect(seat.screen()).toContain('^C')
      expect(seat.prompt()).toContain('s')
      await seat.type('ip link set p1 nomaster\n')
      await live.ask<'run'>({ kind: 'run', command: 'ip netns exec s ping -c 1 -W 1 10.0.0.9' })
      await watcher.interrupt()
      const actions = await live.actions()
      expect(actions.map(({ outlastedLimit = false }) => outlastedLimit)).toEqual([true, false, false, false])
      const again = await TerminalBench.open(storming)
      const told = ({ beganAt, endedAt, exit, output }: ActionView) => [beganAt, endedAt, exit, output]
      expect((await replay(again, inputsOf(actions))).map(told)).toEqual(actions.map(told))
      const status = await live.ask<'status'>({ kind: 'status' })
      expect(await again.ask<'status'>({ kind: 'status' })).toEqual(status)
    },
  )

  test('inputs without a moment come one after the other', async () => {
    const bench = await TerminalBench.open(LAB)
    const ran = await replay(bench, [
      { kind: 'command', command: 'ip netns exec a ping -c 2 10.0.0.2', atNs: 0 },
      { kind: 'play' },
      { kind: 'command', command: 'ip netns exec a ping -c 1 10.0.0.2', atNs: 0 },
    ])
    expect(ran.map(({ exit }) => exit)).toEqual([0, 0, 0])
    for (const [k, { beganAt }] of ran.entries()) expect(beganAt).toBeGreaterThanOrEqual(ran[k - 1]?.endedAt ?? 0)
  })

  test('a command that begins late gets its Ctrl-C as late', async () => {
    const bench = await TerminalBench.open(LAB)
    await bench.ask<'run'>({ kind: 'run', command: 'sleep 2', settleNs: 0 })
    const now = await bench.now()
    const command = 'ip netns exec a ping 10.0.0.2'
    const [ran] = await replay(bench, [{ kind: 'command', command, atNs: 1e9, interruptAtNs: 2.5e9 }])
    expect([ran?.beganAt, ran?.interruptedAt]).toEqual([now, now + 1.5e9])
  })

  test.each<[string, ReplayInput]>([
    ['begins in a year', { kind: 'command', command: 'true', atNs: 3e16 }],
    ['runs for a year', { kind: 'command', command: 'true', atNs: 1, interruptAtNs: 3e16 }],
  ])('is refused as a whole where something %s', async (_, input) => {
    const bench = await TerminalBench.open(LAB)
    await expect(replay(bench, [{ kind: 'play' }, input])).rejects.toThrow(RequestRefused)
    expect(await bench.actions()).toEqual([])
  })
})
