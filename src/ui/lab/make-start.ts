// "Make this the start": what was typed or drawn since the lab began becomes lines of its setup, and the lab begins there.
import type { ActionView } from '../../contract/protocol.ts'
import { t } from '../../i18n/i18n.ts'
import { configures } from '../../lab/build/configures.ts'
import { foldCommand } from '../../lab/build/fold.ts'
import { parseLab } from '../../lab/document.ts'
import { appendSetup } from '../../lab/edit.ts'
import { failureSince, inTurn, tellRefusal } from './editing.ts'
import { pointOf, remember } from './history.ts'
import { rebuild } from './rebuild.ts'
import type { LabSession } from './session.ts'

/** Something that was put in, of which one is asked. */
export interface StartChoice {
  /** Its number among all that was put in. */
  readonly index: number
  readonly command: string
  readonly hasFailed: boolean
  /** Whether it belongs to the setup: it changes the network, and it worked. */
  readonly isMeant: boolean
}

/** What was put in besides the lab's own actions, in its order. */
export function startChoices(actions: readonly ActionView[]): readonly StartChoice[] {
  return actions
    .filter(({ line }) => line === 0)
    .map(({ index, command, exit }) => {
      const hasFailed = exit !== undefined && exit !== 0
      return { index, command, hasFailed, isMeant: !hasFailed && configures(command) }
    })
}

/**
 * Writes what was chosen into the setup, with the fewest changed lines, and has the lab begin there: pings are forgotten, the lab's own actions
 * are to be run again. One step for undo. Where the setup would fail so, it is told why and everything stays.
 */
export function makeStart(session: LabSession, chosen: ReadonlySet<number>): Promise<boolean> {
  return inTurn(session, async () => {
    const { actions, messages, editing } = session
    if (actions.getState().actions.some(({ endedAt }) => endedAt === undefined)) {
      messages.getState().show({ severity: 'info', title: t('editing.busy') })
      return false
    }
    const before = pointOf(session)
    const commands = startChoices(actions.getState().actions)
      .filter(({ index }) => chosen.has(index))
      .flatMap(({ command }) => statementsOf(command))
    const failure = failureSince(session)
    for (const write of [foldCommand, appendSetup]) {
      const text = commands.reduce((written, command) => write(parseLab(written), command), before.text)
      await rebuild(session, { text, inputs: [] })
      if (failure() !== undefined) continue
      remember(session, before)
      editing.setState({ lastCommands: [] })
      return true
    }
    const linux = failure() ?? ''
    await rebuild(session, before)
    tellRefusal(session, { linux, code: 'start-fails', params: {} })
    return false
  })
}

/** A gesture is one input of several commands. */
function statementsOf(command: string): readonly string[] {
  return parseLab(command).setup.map(({ source }) => source)
}
