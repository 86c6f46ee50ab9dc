import { expect, test, vi } from 'vitest'
import { sessionWith } from '../../testing/page-session.ts'
import { PAIR_LAB } from '../../testing/pair-lab.ts'
import { performGesture, redo, undo } from './editing.ts'
import { runCommand } from './run-actions.ts'
import { allSelected } from '../stores/building-store.ts'
import type { LabSession } from './session.ts'

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
  const session = await sessionWith(PAIR_LAB)
  const before = await tables(session)
  const gesture = { kind: 'add-address', device: { namespace: 'a', name: 'eth0' }, address: '10.9.0.1/16' } as const
  expect(await performGesture(session, gesture)).toBe(true)
  expect(textOf(session)).toContain('ip -n a addr add 10.9.0.1/16 dev eth0')
  expect(address(session, 'a')).toContain('/16')
  const after = await tables(session)

  expect(await undo(session)).toBe(true)
  expect(textOf(session)).toBe(PAIR_LAB)
  expect(await tables(session)).toEqual(before)
  expect(session.editing.getState()).toMatchObject({ canUndo: false, canRedo: true })

  expect(await redo(session)).toBe(true)
  expect(await tables(session)).toEqual(after)
  expect(session.editing.getState()).toMatchObject({ canUndo: true, canRedo: false })
})

test('afterwards a gesture is a command at the live edge, and undo plays everything before it again', async () => {
  const session = await sessionWith(PAIR_LAB)
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
  expect(textOf(session)).toBe(PAIR_LAB)
  expect(session.actions.getState().actions.at(-1)).toMatchObject({ exit: 0, line: 0 })

  expect(await undo(session)).toBe(true)
  expect(await tables(session)).toEqual(before)
  expect(session.trace.getState().columns.count).toBe(seen)
  expect(await undo(session)).toBe(true)
  expect(session.actions.getState().actions).toEqual([])
  expect(session.trace.getState().columns.count).toBe(0)
})

test('what can not be is refused in Linux words, and leaves everything as it was', async () => {
  const session = await sessionWith(PAIR_LAB)
  const before = await tables(session)
  const gesture = { kind: 'add-route', namespace: 'a', words: 'default via 192.0.2.1' } as const
  expect(await performGesture(session, gesture)).toBe(false)
  expect(messagesOf(session).join('\n')).toContain('Nexthop has invalid gateway')
  expect(textOf(session)).toBe(PAIR_LAB)
  expect(await tables(session)).toEqual(before)
  expect(session.editing.getState().canUndo).toBe(false)
})

test('a namespace is renamed in the text and in what was typed since', async () => {
  const session = await sessionWith(PAIR_LAB)
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  session.clock.setState({ cursor: session.clock.getState().now, isPlaying: false })
  const thing = { kind: 'namespace', namespace: 'a' } as const
  expect(await performGesture(session, { kind: 'rename', thing, name: 'left' })).toBe(true)
  expect(textOf(session)).toContain('ip netns add left\n')
  expect(session.actions.getState().actions).toMatchObject([
    { command: 'ip netns exec left ping -c 1 10.0.0.2', exit: 0 },
  ])
  expect(await undo(session)).toBe(true)
  expect(textOf(session)).toBe(PAIR_LAB)
})

test('a refusal names three commands of a gesture at most', async () => {
  const session = await sessionWith(PAIR_LAB)
  await runCommand(session, 'true')
  const ask = session.client.ask.bind(session.client)
  vi.spyOn(session.client, 'ask').mockImplementation((kind, payload) =>
    // Whatever the gesture runs is refused.
    ask(kind, kind === 'run' ? { command: 'ip link set nothing up' } : payload),
  )
  const gesture = {
    kind: 'duplicate',
    things: ['a', 'b'].map((namespace) => ({ kind: 'namespace', namespace }) as const),
  } as const
  expect(await performGesture(session, gesture)).toBe(false)
  const [title = '', linux] = messagesOf(session).slice(-2)
  expect(title).toMatch(/Linux refused this: [^;]+; [^;]+; [^;]+; … and \d+ more\. The lab/)
  expect(linux).toContain('Cannot find device')
})

test('copies are selected together, and what was selected stays so through undo', async () => {
  const session = await sessionWith(PAIR_LAB)
  const names = (): readonly string[] =>
    allSelected(session.building.getState(), session.selection.getState()).map((each) =>
      each.kind === 'namespace' ? (session.network.getState().namespaceById.get(each.netns)?.name ?? '') : each.kind,
    )
  const things = ['a', 'b'].map((namespace) => ({ kind: 'namespace', namespace }) as const)
  expect(await performGesture(session, { kind: 'duplicate', things })).toBe(true)
  expect(names()).toEqual(['a2', 'b2'])
  expect(await performGesture(session, { kind: 'add-container', machine: 'a', name: 'web' })).toBe(true)
  expect(names()).toEqual(['web'])
  session.selection.setState({ selected: { kind: 'namespace', netns: 2 } })
  session.building.setState({
    group: [
      { kind: 'namespace', netns: 2 },
      { kind: 'namespace', netns: 3 },
    ],
  })
  await undo(session)
  expect(names()).toEqual(['a', 'b'])
})
