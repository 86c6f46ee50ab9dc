import { expect, test } from 'vitest'
import { t } from '../../i18n/i18n.ts'
import { kernelText, sessionWith } from '../../testing/page-session.ts'
import { PAIR_LAB } from '../../testing/pair-lab.ts'
import { isLatestTurn, takeOpeningTurn } from './built-lab.ts'
import { undo } from './editing.ts'
import { pointOf } from './history.ts'
import { openLab, stopOpening } from './open-lab.ts'
import type { LabSource } from './open-lab.ts'
import { runCommand } from './run-actions.ts'

const NEW: LabSource = { text: '#%% vethlab 1\n', origin: { kind: 'new', name: '' } }
const PAIR: LabSource = { text: PAIR_LAB, origin: { kind: 'file', name: 'pair.sh' } }
const HOLLOW: LabSource = { text: 'ip netns add ((((', origin: { kind: 'file', name: 'hollow.sh' } }

test('of two labs that are asked for at once the later one is open, and the earlier one says so', async () => {
  const session = await sessionWith('')
  const opened = await Promise.all([openLab(session, PAIR), openLab(session, NEW)])
  expect(opened).toEqual([false, true])
  expect(session.lab.getState()).toMatchObject({ phase: 'ready', origin: NEW.origin })
  expect((await session.client.ask('network', {})).namespaces.map(({ name }) => name)).toEqual([''])
})

test('a lab whose text comes late does not take the place of one that was asked for later', async () => {
  const session = await sessionWith('')
  const turn = takeOpeningTurn(session)
  expect(await openLab(session, NEW)).toBe(true)
  expect(isLatestTurn(session, turn)).toBe(false)
  expect(await openLab(session, { ...PAIR, turn })).toBe(false)
  expect(session.lab.getState().origin).toEqual(NEW.origin)
})

test('an unusable lab that was overtaken says nothing', async () => {
  const session = await sessionWith(PAIR_LAB)
  expect(await Promise.all([openLab(session, HOLLOW), openLab(session, NEW)])).toEqual([false, true])
  expect(session.messages.getState().messages).toEqual([])
  expect(session.lab.getState().origin).toEqual(NEW.origin)
})

test('a lab with nothing sound in it leaves the one that was open as it was, with what was put into it', async () => {
  const session = await sessionWith(PAIR_LAB)
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  const before = [session.clock.getState().now, kernelText(session), session.trace.getState().columns, pointOf(session)]
  expect(await openLab(session, HOLLOW)).toBe(false)
  const after = [session.clock.getState().now, kernelText(session), session.trace.getState().columns, pointOf(session)]
  expect(after).toEqual(before)
  expect(session.lab.getState()).toMatchObject({ phase: 'ready', origin: { kind: 'new' }, opensName: undefined })
  expect(session.messages.getState().messages.map(({ severity }) => severity)).toEqual(['error'])
  expect(await undo(session)).toBe(true)
})

test('an opening that is stopped leaves the lab that was open as it was, with what was put into it', async () => {
  const session = await sessionWith(PAIR_LAB)
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  const end = session.clock.getState().now
  const opening = openLab(session, PAIR)
  expect(session.lab.getState().opensName).toBe('pair.sh')
  await stopOpening(session)
  expect(await opening).toBe(false)
  expect(session.lab.getState()).toMatchObject({ phase: 'ready', origin: { kind: 'new' }, opensName: undefined })
  expect(session.clock.getState().now).toBe(end)
  expect((await session.client.ask('network', {})).namespaces.map(({ name }) => name)).toEqual(['', 'a', 'b'])
})

test('a command given while another lab is on its way is put into neither, and the reader is told', async () => {
  const session = await sessionWith(NEW.text)
  const opening = openLab(session, PAIR)
  await runCommand(session, 'ip link add dummy0 type dummy')
  expect(session.messages.getState().messages.map(({ title }) => title)).toEqual([t('editing.busy')])
  expect(await opening).toBe(true)
  expect(await session.client.ask('actions', {})).toEqual([])
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  expect(session.trace.getState().columns.count).toBeGreaterThan(0)
})
