import { expect, test } from 'vitest'
import { inProcessTransport } from '../../client/in-process-transport.ts'
import { LabSession as EngineSession } from '../../engine/session.ts'
import { parseLab } from '../../lab/document.ts'
import { setLayout } from '../../lab/edit.ts'
import { pairLab } from '../../testing/pair-lab.ts'
import { editText, forkAt, performGesture, redo, undo } from './editing.ts'
import { pointOf } from './history.ts'
import { openLab, resetLab } from './open-lab.ts'
import { playActions, runCommand } from './run-actions.ts'
import { createSession } from './session.ts'
import type { LabSession } from './session.ts'

async function opened(text: string): Promise<LabSession> {
  const session = createSession({
    connect: inProcessTransport((push) => {
      const engine = new EngineSession({ clone: (value) => structuredClone(value) }, push)
      return (request) => engine.handle(request)
    }),
  })
  await openLab(session, { text, origin: { kind: 'new', name: '' } })
  return session
}

const textOf = ({ lab }: LabSession): string => lab.getState().document?.text ?? ''
const messagesOf = ({ messages }: LabSession): readonly string[] =>
  messages.getState().messages.flatMap(({ title, details }) => [title, ...details])

async function tables(session: LabSession): Promise<unknown> {
  const { namespaces } = await session.client.ask('network', {})
  return namespaces
}

const address = (session: LabSession, namespace: string): readonly string[] =>
  session.network
    .getState()
    .view?.namespaces.find(({ name }) => name === namespace)
    ?.links.flatMap(({ addresses }) => addresses.map(({ prefixLength }) => `/${prefixLength}`)) ?? []

test('before anything was put in, a gesture changes the text, and undo gives text and network back', async () => {
  const session = await opened(pairLab)
  const before = await tables(session)
  const gesture = { kind: 'add-address', device: { namespace: 'a', name: 'eth0' }, address: '10.9.0.1/16' } as const
  expect(await performGesture(session, gesture)).toBe(true)
  expect(textOf(session)).toContain('ip -n a addr add 10.9.0.1/16 dev eth0')
  expect(address(session, 'a')).toContain('/16')
  const after = await tables(session)

  expect(await undo(session)).toBe(true)
  expect(textOf(session)).toBe(pairLab)
  expect(await tables(session)).toEqual(before)
  expect(session.editing.getState()).toMatchObject({ canUndo: false, canRedo: true })

  expect(await redo(session)).toBe(true)
  expect(await tables(session)).toEqual(after)
  expect(session.editing.getState()).toMatchObject({ canUndo: true, canRedo: false })
})

test('afterwards a gesture is a command at the live edge, and undo plays everything before it again', async () => {
  const session = await opened(pairLab)
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  session.clock.setState({ cursor: session.clock.getState().now, isPlaying: false })
  const before = await tables(session)
  const seen = session.trace.getState().columns.count
  expect(seen).toBeGreaterThan(0)
  const gesture = {
    kind: 'set-link',
    device: { namespace: 'b', name: 'eth0' },
    change: { property: 'up', on: false },
  } as const
  expect(await performGesture(session, gesture)).toBe(true)
  expect(textOf(session)).toBe(pairLab)
  expect(session.actions.getState().actions.at(-1)).toMatchObject({ exit: 0, line: 0 })

  expect(await undo(session)).toBe(true)
  expect(await tables(session)).toEqual(before)
  expect(session.trace.getState().columns.count).toBe(seen)
  expect(await undo(session)).toBe(true)
  expect(session.actions.getState().actions).toEqual([])
  expect(session.trace.getState().columns.count).toBe(0)
})

test('an action of the lab is undone and redone as any other input', async () => {
  const session = await opened(
    `${pairLab}#%% run\nip netns exec a ping -c 1 10.0.0.2\nip netns exec a ping -c 1 10.0.0.9\n`,
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

test('what can not be is refused in Linux words, and leaves everything as it was', async () => {
  const session = await opened(pairLab)
  const before = await tables(session)
  const gesture = { kind: 'add-route', namespace: 'a', words: 'default via 192.0.2.1' } as const
  expect(await performGesture(session, gesture)).toBe(false)
  expect(messagesOf(session).join('\n')).toContain('Nexthop has invalid gateway')
  expect(textOf(session)).toBe(pairLab)
  expect(await tables(session)).toEqual(before)
  expect(session.editing.getState().canUndo).toBe(false)
})

test('a layout shares the stack and needs no new engine', async () => {
  const session = await opened(pairLab)
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  const { generation } = session.lab.getState()
  await editText(session, setLayout(parseLab(pairLab), new Map([['a', { x: 40, y: 80 }]])))
  expect(session.lab.getState().positions.get('a')).toEqual({ x: 40, y: 80 })
  await undo(session)
  expect(session.lab.getState().positions.size).toBe(0)
  expect(session.lab.getState().generation).toBe(generation)
  expect(session.actions.getState().actions).toHaveLength(1)
})

test('a fork cuts off what happened later, and ends there what still ran', async () => {
  const session = await opened(pairLab)
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

test('a reset can be undone; opening another lab forgets', async () => {
  const session = await opened(pairLab)
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  const played = pointOf(session)
  await resetLab(session)
  expect(session.actions.getState().actions).toEqual([])
  await undo(session)
  expect(pointOf(session)).toEqual(played)
  await openLab(session, { text: pairLab, origin: { kind: 'new', name: '' } })
  expect(session.editing.getState().canUndo).toBe(false)
})
