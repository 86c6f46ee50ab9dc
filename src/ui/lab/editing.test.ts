import { expect, test, vi } from 'vitest'
import { kernelText, sessionWith } from '../../testing/page-session.ts'
import { PAIR_LAB } from '../../testing/pair-lab.ts'
import { parseLab } from '../../lab/document.ts'
import { setLayout } from '../../lab/edit.ts'

import { openFragment } from '../features/opening/sources.ts'
import { linkOf } from '../features/share/share-lab.ts'
import { editText, forkAt, performGesture, redo, undo } from './editing.ts'
import { pointOf } from './history.ts'
import { openLab, resetLab } from './open-lab.ts'
import { playActions, runCommand } from './run-actions.ts'
import type { LabSession } from './session.ts'
import { putIntoTerminal } from './terminal-input.ts'

// Time passes in terminals only where a test says so, not with a cursor that plays.
vi.stubGlobal('document', { hidden: true })

test('an action of the lab is undone and redone like every other input', async () => {
  const session = await sessionWith(
    `${PAIR_LAB}#%% run\nip netns exec a ping -c 1 10.0.0.2\nip netns exec a ping -c 1 10.0.0.9\n`,
  )
  await playActions(session, 1)
  await playActions(session, 1)
  const end = session.clock.getState().now
  await undo(session)
  expect(session.actions.getState()).toMatchObject({ nextAction: 1 })
  await redo(session)
  expect(session.actions.getState()).toMatchObject({ nextAction: 2 })
  expect(session.clock.getState().now).toBe(end)
})

test('a layout shares the stack and needs no new engine', async () => {
  const session = await sessionWith(PAIR_LAB)
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  const { generation } = session.lab.getState()
  await editText(session, setLayout(parseLab(PAIR_LAB), new Map([['a', { x: 40, y: 80 }]])))
  expect(session.lab.getState().positions.get('a')).toEqual({ x: 40, y: 80 })
  await undo(session)
  expect(session.lab.getState().positions.size).toBe(0)
  expect(session.lab.getState().generation).toBe(generation)
  expect(session.actions.getState().actions).toHaveLength(1)
})

test('a fork cuts off what happened later, and ends there what still ran', async () => {
  const session = await sessionWith(PAIR_LAB)
  await runCommand(session, 'ip netns exec a ping -c 5 10.0.0.2')
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  const [first] = session.actions.getState().actions
  const moment = (first?.beganAt ?? 0) + 2.5e9
  expect(await forkAt(session, moment)).toBe(true)
  const { actions } = session.actions.getState()
  expect(actions).toHaveLength(1)
  expect(actions[0]?.output).toContain('3 packets transmitted, 3 received')
  await undo(session)
  expect(session.actions.getState().actions).toHaveLength(2)
})

const seatAt = async (session: LabSession, namespace: string) => {
  const place = { machine: namespace, namespace }
  const { terminal } = await session.client.ask('terminalOpen', { place, columns: 80, rows: 24 })
  return {
    type: (text: string) => putIntoTerminal(session, () => session.client.ask('terminalType', { terminal, text })),
    interrupt: () => putIntoTerminal(session, () => session.client.ask('terminalInterrupt', { terminal })),
  }
}

/** Lets so much time pass for what goes on in terminals. */
const wait = async (session: LabSession, lengthNs: number): Promise<void> => {
  const { now } = session.clock.getState()
  for (let at = now; at <= now + lengthNs; at += 1e8) {
    const status = await session.client.ask('pace', { untilNs: at })
    session.clock.setState({ now: status.now })
  }
}

const shown = (session: LabSession) => [
  session.actions.getState().actions.map((action) => ({ ...action, index: 0, firstSeq: 0 })),
  [...session.trace.getState().columns.at],
  session.clock.getState().now,
]

/** tcpdump on b, beside it a ping from a, then Ctrl-C to tcpdump. */
async function dumpBesidePing(session: LabSession): Promise<void> {
  const watcher = await seatAt(session, 'b')
  const sender = await seatAt(session, 'a')
  await watcher.type('tcpdump -n -i eth0\n')
  await wait(session, 1e9)
  await sender.type('ping -c 2 10.0.0.2\n')
  expect(await undo(session)).toBe(false)
  await wait(session, 2e9)
  await watcher.interrupt()
}

test('undo takes a ping from beside a tcpdump, which listens until its Ctrl-C all the same; redo puts it back', async () => {
  const session = await sessionWith(PAIR_LAB)
  await dumpBesidePing(session)
  const before = shown(session)
  const [dump] = session.actions.getState().actions
  expect(dump?.output).toContain('ICMP echo request')

  expect(await undo(session)).toBe(true)
  const [alone, ...others] = session.actions.getState().actions
  expect(others).toEqual([])
  expect([alone?.beganAt, alone?.endedAt]).toEqual([dump?.beganAt, dump?.endedAt])
  expect(alone?.output).not.toContain('ICMP')
  expect(alone?.output).toContain('listening on eth0')

  expect(await redo(session)).toBe(true)
  expect(shown(session)).toEqual(before)
  await undo(session)
  await undo(session)
  expect(session.actions.getState().actions).toEqual([])
  expect(session.editing.getState().canUndo).toBe(false)
})

test('a link brings back what overlapped and the lab’s own actions between, each a step to undo', async () => {
  const text = `${PAIR_LAB}#%% run\nip netns exec b ping -c 1 10.0.0.1\nip netns exec b ping -c 1 10.0.0.9\n`
  const session = await sessionWith(text)
  const location = { origin: 'https://vethlab.example', pathname: '/' }
  await playActions(session, 1)
  expect(linkOf(session, { location, isRunWished: false }).url).toMatch(/\/#1\./)
  await dumpBesidePing(session)
  const { url } = linkOf(session, { location, isRunWished: false })
  const other = await sessionWith('')
  expect(await openFragment(other, url)).toBe(true)
  expect(shown(other)).toEqual(shown(session))
  expect(other.actions.getState()).toMatchObject({ nextAction: 1, actionCount: 2 })
  expect(other.messages.getState().messages).toEqual([])
  for (const count of [2, 1, 0]) {
    await undo(other)
    expect(other.actions.getState().actions).toHaveLength(count)
  }
})

test('a reset can be undone; opening another lab forgets', async () => {
  const session = await sessionWith(PAIR_LAB)
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  const played = pointOf(session)
  await resetLab(session)
  expect(session.actions.getState().actions).toEqual([])
  await undo(session)
  expect(pointOf(session)).toEqual(played)
  await openLab(session, { text: PAIR_LAB, origin: { kind: 'new', name: '' } })
  expect(session.editing.getState().canUndo).toBe(false)
})

test(
  'a storm stops the lab; the next step goes on, may storm again, and can be undone alone',
  { timeout: 90_000 },
  async () => {
    // The bridge with a cable to itself: the first ping starts a storm, and the limit ends it.
    const session = await sessionWith(`ip netns add a
ip -n a link add br0 type bridge
ip -n a link set br0 up
ip -n a addr add 10.0.0.1/24 dev br0
ip -n a link add p0 type veth peer name p1
ip -n a link set p0 master br0 up
ip -n a link set p1 master br0 up
#%% run
ip netns exec a ping -c 1 10.0.0.2
ip netns exec a ping -c 1 10.0.0.3
`)
    await playActions(session, 1)
    session.clock.setState({ cursor: session.clock.getState().now, isPlaying: false })
    expect(session.actions.getState().isStopped).toBe(true)
    await playActions(session, 1)
    expect(session.editing.getState().past).toHaveLength(2)
    expect(session.actions.getState().isStopped).toBe(true)
    await runCommand(session, 'ip -n a link set p1 nomaster')
    const healed = pointOf(session)
    const kernel = kernelText(session)
    await runCommand(session, 'ip netns exec a ping -c 1 -W 1 10.0.0.4')
    expect(session.actions.getState().isStopped).toBe(false)
    expect(await undo(session)).toBe(true)
    expect(pointOf(session)).toEqual(healed)
    expect(kernelText(session)).toBe(kernel)
  },
)

test('undo of a delete selects again what comes back', async () => {
  const session = await sessionWith(PAIR_LAB)
  const nameOf = (): string | undefined => {
    const { selected } = session.selection.getState()
    return selected?.kind === 'namespace'
      ? session.network.getState().namespaceById.get(selected.netns)?.name
      : undefined
  }
  const netns = session.network.getState().view?.namespaces.find(({ name }) => name === 'b')?.netns ?? 0
  session.selection.setState({ selected: { kind: 'namespace', netns } })
  await performGesture(session, { kind: 'delete', things: [{ kind: 'namespace', namespace: 'b' }] })
  expect(nameOf()).toBeUndefined()
  await undo(session)
  expect(nameOf()).toBe('b')
  // What was selected at another time stays out of it.
  await performGesture(session, { kind: 'add-link', namespace: 'b', type: 'dummy' })
  session.selection.setState({ selected: undefined })
  await undo(session)
  expect(session.selection.getState().selected).toBeUndefined()
})
