import { expect, test } from 'vitest'
import { PAIR_LAB, sessionWith } from '../../testing/page-session.ts'
import { parseLab } from '../../lab/document.ts'
import { setLayout } from '../../lab/edit.ts'

import { editText, forkAt, redo, undo } from './editing.ts'
import { pointOf } from './history.ts'
import { openLab, resetLab } from './open-lab.ts'
import { playActions, runCommand } from './run-actions.ts'

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
