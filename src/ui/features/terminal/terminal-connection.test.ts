import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { sessionWith } from '../../../testing/page-session.ts'
import { PAIR_LAB } from '../../../testing/pair-lab.ts'
import { undo } from '../../lab/editing.ts'
import { closeTerminal, openTerminal } from '../../lab/terminals.ts'
import type { LabSession } from '../../lab/session.ts'
import { TerminalConnection } from './terminal-connection.ts'

/** The page is in sight: without that no time passes for endless commands. */
beforeEach(() => void vi.stubGlobal('document', { hidden: false }))
afterEach(() => void vi.unstubAllGlobals())

interface Seat {
  readonly session: LabSession
  readonly connection: TerminalConnection
  /** All that was ever written, without what only moves the cursor. */
  readonly written: () => string
}

async function sitAt(machine: string): Promise<Seat> {
  const session = await sessionWith(PAIR_LAB)
  openTerminal(session, { kind: 'machine', name: machine })
  const [tab] = session.terminals.getState().tabs
  if (tab === undefined) throw new Error('no terminal was opened')
  let written = ''
  const connection = new TerminalConnection({
    session,
    tab,
    screen: () => ({ columns: 80, rows: 24, write: (text) => (written += text) }),
    onEnd: () => closeTerminal(session, tab.key),
    onLeave: () => undefined,
  })
  await connection.open()
  const moves = new RegExp(`${String.fromCharCode(27)}\\[\\d*[A-Za-z]|\\r`, 'g')
  return { session, connection, written: () => written.replaceAll(moves, '') }
}

const commandsOf = ({ session }: Seat): readonly string[] =>
  session.actions.getState().actions.map(({ command }) => command)

describe('a terminal of the page', () => {
  test('runs what is typed, and the page plays it', async () => {
    const seat = await sitAt('a')
    expect(seat.written()).toBe('root@a:~# ')
    for (const key of 'ping -c 1 10.0.0.2\r') seat.connection.type(key)
    await vi.waitFor(() => expect(seat.session.clock.getState().isPlaying).toBe(true))
    expect(seat.written()).toContain('1 packets transmitted, 1 received')
    expect(commandsOf(seat)).toEqual(['ip netns exec a ping -c 1 10.0.0.2'])
    expect(seat.session.trace.getState().columns.count).toBeGreaterThan(4)
  })

  test('Tab asks the engine', async () => {
    const seat = await sitAt('a')
    seat.connection.type('ip ro\t')
    await vi.waitFor(() => expect(seat.written()).toMatch(/root@a:~# ip route $/))
  })

  test('what is typed behind a Tab waits for its answer', async () => {
    const seat = await sitAt('a')
    for (const key of ['ip ro', '\t', 'sh', '\t', 'eth0', '\r']) seat.connection.type(key)
    await vi.waitFor(() => expect(commandsOf(seat)).toEqual(['ip netns exec a ip route show eth0']))
  })

  test('Ctrl-C does not wait behind a Tab', async () => {
    const seat = await sitAt('a')
    for (const key of ['ip ro', '\t', '\u0003', 'x']) seat.connection.type(key)
    await vi.waitFor(() => expect(seat.written()).toMatch(/ip ro\^C\nroot@a:~# x$/))
  })

  test('an input can be undone, and the terminal gets a new shell', async () => {
    const seat = await sitAt('a')
    seat.connection.type('ip link add d0 type dummy\r')
    await vi.waitFor(() => expect(seat.session.editing.getState().canUndo).toBe(true))
    const names = (): readonly string[] =>
      [...seat.session.network.getState().linkById.values()].map(({ name }) => name)
    await vi.waitFor(() => expect(names()).toContain('d0'))
    expect(await undo(seat.session)).toBe(true)
    expect(names()).not.toContain('d0')
    await seat.connection.reopen('new')
    seat.connection.type('echo again\r')
    await vi.waitFor(() => expect(seat.written()).toMatch(/echo again\nagain\nroot@a:~# $/))
  })

  test('an endless ping streams while the page follows it, and Ctrl-C ends it', async () => {
    const seat = await sitAt('a')
    seat.connection.type('ping 10.0.0.2\r')
    const { clock } = seat.session
    // No picture is drawn here: what plays has been played at once.
    const stop = clock.subscribe(({ isPlaying, now }) => {
      if (isPlaying) clock.setState({ isPlaying: false, cursor: now })
    })
    await vi.waitFor(() => expect(seat.written()).toContain('icmp_seq=2'), { timeout: 20_000 })
    seat.connection.type('\u0003')
    await vi.waitFor(() => expect(seat.written()).toMatch(/\^C\n--- 10\.0\.0\.2 ping statistics/))
    stop()
    const [action] = seat.session.actions.getState().actions
    expect(action?.interruptedAt).toBeGreaterThan(1e9)
  })

  test('exit closes it', async () => {
    const seat = await sitAt('b')
    seat.connection.type('exit\r')
    await vi.waitFor(() => expect(seat.session.terminals.getState().tabs).toEqual([]))
  })
})
