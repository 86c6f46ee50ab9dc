// Running things: the lab's own actions, a typed command, a ping by hand. Afterwards the page plays what happened.
import { ConnectionLostError, RefusedError } from '../../client/lab-client.ts'
import type { ActionView, ReplayInput } from '../../contract/protocol.ts'
import { causeSentence, loadKernelTexts, t } from '../../i18n/i18n.ts'
import { isSamePoint, pointOf, remember } from './history.ts'
import { loadTrace } from './load-trace.ts'
import { showNetworkAtCursor } from './network-at-cursor.ts'
import { seek } from './playback.ts'
import { keepSame } from '../stores/same-data.ts'
import type { LabSession } from './session.ts'
import { showVerdict } from './show-verdict.ts'

/** Runs the lab's next actions; `Infinity` for all that are left. */
export async function playActions(session: LabSession, count: number): Promise<void> {
  const { nextAction, actionCount } = session.actions.getState()
  const left = Math.min(count, actionCount - nextAction)
  if (left <= 0) return
  const { actions } = session.lab.getState()
  const commands = actions.slice(nextAction, nextAction + left).map(({ command }) => command)
  await request(session, commands, () => session.client.ask('play', { count: left }))
}

/** Runs one command at the live edge. */
export async function runCommand(session: LabSession, command: string): Promise<void> {
  await request(session, [command], async () => [await session.client.ask('run', { command })])
}

/** Puts into a lab that has just been opened what a link says of it. Each input is a step that can be undone. */
export async function replayJournal(session: LabSession, inputs: readonly ReplayInput[]): Promise<void> {
  if (inputs.length === 0) return
  await perform(session, () => session.client.ask('replay', { inputs }))
  const end = pointOf(session)
  for (let count = 1; count < end.inputs.length; count++)
    remember(session, { text: end.text, inputs: end.inputs.slice(0, count) })
}

/** Every input lands at the live edge. Whoever looks at the past is asked first, never taken there unasked. */
async function request(
  session: LabSession,
  commands: readonly string[],
  ask: () => Promise<readonly ActionView[]>,
): Promise<void> {
  if (tellBusy(session)) return
  if (!isInPast(session)) return perform(session, ask)
  askAboutPast(session, commands, () => perform(session, ask))
}

/**
 * Whether nothing can be put in just now, because the lab is being changed or another one is on its way: what was meant for this lab would
 * reach the next. Says so.
 */
export function tellBusy(session: LabSession): boolean {
  const isBusy = session.editing.getState().isBusy || isOpening(session)
  if (isBusy) session.messages.getState().show({ severity: 'info', title: t('editing.busy') })
  return isBusy
}

/** Whether a lab is on its way: the first one, or another than the one that is shown. */
export function isOpening({ lab }: LabSession): boolean {
  const { phase, opensName } = lab.getState()
  return phase !== 'ready' || opensName !== undefined
}

/** Whether the page shows a moment before the live edge, at which nothing can be put in. */
export function isInPast({ clock }: LabSession): boolean {
  const { cursor, now, isFollowing } = clock.getState()
  return !isFollowing && cursor < now
}

/** Asks whether to leave the past; `run` is called at the live edge. */
export function askAboutPast(session: LabSession, commands: readonly string[], run: () => Promise<unknown>): void {
  const runAtEdge = (): void => {
    seek(session, session.clock.getState().now)
    void run()
  }
  session.view.setState({ dialog: 'live-edge', pendingRun: { commands, run: runAtEdge } })
}

/** Runs a command that is part of a gesture: at the live edge, whatever else the page is busy with. */
export async function runAtLiveEdge(session: LabSession, command: string): Promise<void> {
  await perform(session, async () => [await session.client.ask('run', { command })])
}

/** Ctrl-C to what is running. */
export async function interruptAction({ client }: LabSession): Promise<void> {
  await client.ask('interrupt', {}).catch((error: unknown) => {
    if (!(error instanceof ConnectionLostError)) throw error
  })
}

/** `ping` as the page proposes it between two namespaces. */
export function pingCommand(fromNamespace: string, address: string): string {
  const ping = `ping -c 1 ${address}`
  return fromNamespace === '' ? ping : `ip netns exec ${fromNamespace} ${ping}`
}

async function perform(session: LabSession, ask: () => Promise<readonly ActionView[]>): Promise<void> {
  const { actions, clock, client, lab, messages } = session
  if (actions.getState().isRunning) return
  const { generation } = lab.getState()
  const began = clock.getState().now
  const before = pointOf(session)
  actions.setState({ isRunning: true })
  try {
    const ran = await ask()
    const status = await client.ask('status', {})
    if (lab.getState().generation !== generation) return
    actions.setState((state) => ({
      actions: merged(state.actions, ran),
      shownAction: (ran.find(hasFailed) ?? ran.at(-1))?.index ?? -1,
      nextAction: status.nextAction,
      actionCount: status.actionCount,
    }))
    // A lab that was stopped takes nothing in, and there is nothing to undo.
    if (!isSamePoint(before, pointOf(session))) remember(session, before)
    await regroup(session)
    clock.setState({ now: status.now })
    const from = ran[0]?.beganAt ?? began
    await loadTrace(session, from)
    playFrom(session, from)
    await Promise.all([
      showNetworkAtCursor(session),
      ...(actions.getState().isStopped ? [] : ran.filter(hasFailed).map((action) => askWhy(session, action))),
    ])
  } catch (error) {
    if (error instanceof RefusedError) {
      messages.getState().show({ severity: 'error', title: t('actions.refused'), details: [error.message] })
    } else if (!(error instanceof ConnectionLostError)) throw error
  } finally {
    actions.setState({ isRunning: false })
  }
}

/** A typed command may have made a namespace or moved a link. */
export async function regroup({ lab, actions }: LabSession): Promise<void> {
  const { document } = lab.getState()
  const typed = actions.getState().actions.filter(({ line }) => line === 0)
  if (document === undefined || typed.length === 0) return
  const { machinesOf } = await import('../../lab/machines.ts')
  const { machines } = machinesOf(
    document,
    typed.map(({ command }) => command),
  )
  lab.setState((before) => ({ machines: keepSame(before.machines, machines) }))
}

/** Shows what just happened from its beginning; where nothing was seen on any interface there is nothing to play. */
export function playFrom({ clock, trace }: LabSession, beganAt: number): void {
  const { now } = clock.getState()
  const { columns } = trace.getState()
  const isSilent = (columns.at[columns.count - 1] ?? -1) < beganAt
  clock.setState(isSilent ? { cursor: now, isPlaying: false } : { cursor: beganAt, isPlaying: true, isFollowing: true })
}

function hasFailed({ exit }: ActionView): boolean {
  return exit !== undefined && exit !== 0
}

async function askWhy(session: LabSession, { index, line, command }: ActionView): Promise<void> {
  const { client, actions, messages } = session
  try {
    const [why] = await Promise.all([client.ask('why', { action: index }), loadKernelTexts()])
    actions.setState(({ whyOf }) => ({ whyOf: new Map(whyOf).set(index, why) }))
    // A lab's own failures are part of its story and stand in the panel; what the reader tried answers at once.
    if (why.ok || line !== 0) return
    const action = { label: t('actions.showFrame'), run: () => void showVerdict(session, why.verdict) }
    messages.getState().show({
      severity: 'warning',
      title: causeSentence(why),
      details: [command],
      action: why.verdict === 0 ? undefined : action,
    })
  } catch (error) {
    // A failure that the engine can't explain shows its exit status and its output, which is what Linux would show.
    if (!(error instanceof RefusedError) && !(error instanceof ConnectionLostError)) throw error
  }
}

function merged(before: readonly ActionView[], ran: readonly ActionView[]): readonly ActionView[] {
  const replaced = new Set(ran.map(({ index }) => index))
  return [...before.filter(({ index }) => !replaced.has(index)), ...ran].sort((a, b) => a.index - b.index)
}
