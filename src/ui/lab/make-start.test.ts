import { expect, test } from 'vitest'
import { kernelText, sessionWith } from '../../testing/page-session.ts'
import { PAIR_LAB } from '../../testing/pair-lab.ts'
import { performGesture, redo, undo } from './editing.ts'
import { makeStart, startChoices } from './make-start.ts'
import { playActions, runCommand } from './run-actions.ts'
import type { LabSession } from './session.ts'

const textOf = ({ lab }: LabSession): string => lab.getState().document?.text ?? ''
const choicesOf = ({ actions }: LabSession) => startChoices(actions.getState().actions)
const meantOf = (session: LabSession): ReadonlySet<number> =>
  new Set(choicesOf(session).flatMap(({ index, isMeant }) => (isMeant ? [index] : [])))

const atEdge = ({ clock }: LabSession): void => clock.setState({ cursor: clock.getState().now, isPlaying: false })

/** Runs by hand: a ping, a command that fails, a change, and a gesture of several commands. */
async function used(text = PAIR_LAB): Promise<LabSession> {
  const session = await sessionWith(text)
  for (const command of [
    'ip netns exec a ping -c 1 10.0.0.2',
    'ip -n a link set nowhere up',
    'ip -n a addr del 10.0.0.1/24 dev eth0',
  ]) {
    await runCommand(session, command)
    atEdge(session)
  }
  await performGesture(session, { kind: 'add-container', machine: 'b', name: 'web' })
  return session
}

test('what changed the network is meant; pings and what failed are not', async () => {
  const session = await used()
  expect(choicesOf(session).map(({ hasFailed, isMeant }) => [hasFailed, isMeant])).toEqual([
    [false, false],
    [true, false],
    [false, true],
    [false, true],
  ])
})

test('the commands become lines of the setup with the fewest changes; undo and redo lead back and forth', async () => {
  const session = await used()
  const [before, kernel] = [textOf(session), kernelText(session)]
  expect(await makeStart(session, meantOf(session))).toBe(true)
  expect(textOf(session)).not.toContain('10.0.0.1/24')
  expect(textOf(session)).toContain('ip netns add web\n')
  expect(session.actions.getState().actions).toEqual([])
  expect(session.trace.getState().columns.count).toBe(0)
  const [after, started] = [textOf(session), kernelText(session)]

  expect(await undo(session)).toBe(true)
  expect([textOf(session), kernelText(session)]).toEqual([before, kernel])
  expect(await redo(session)).toBe(true)
  expect([textOf(session), kernelText(session)]).toEqual([after, started])
})

test('the lab’s own actions stay, to be run again', async () => {
  const session = await sessionWith(`${PAIR_LAB}#%% run\nip netns exec a ping -c 1 10.0.0.2\n`)
  await playActions(session, 1)
  atEdge(session)
  await runCommand(session, 'ip -n b link set eth0 mtu 1400')
  expect(choicesOf(session)).toHaveLength(1)
  expect(await makeStart(session, meantOf(session))).toBe(true)
  expect(textOf(session)).toMatch(/eth0 mtu 1400\n#%% run\nip netns exec a ping/)
  expect(session.actions.getState()).toMatchObject({ nextAction: 0, actionCount: 1, actions: [] })
})

test('commands that the setup can not begin with are told of, and everything stays', async () => {
  const session = await sessionWith(`${PAIR_LAB}#%% run\nip -n a link add br0 type bridge\n`)
  await playActions(session, 1)
  atEdge(session)
  // It needs the bridge of an action, which the setup does not have.
  await runCommand(session, 'ip -n a link set br0 up')
  atEdge(session)
  const [before, kernel] = [textOf(session), kernelText(session)]
  expect(await makeStart(session, meantOf(session))).toBe(false)
  expect([textOf(session), kernelText(session)]).toEqual([before, kernel])
  expect(JSON.stringify(session.messages.getState().messages)).toContain('Cannot find device')
})
