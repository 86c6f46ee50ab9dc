// Opening a lab: reads the text, has the engine build it, and keeps what was there when that fails.
import { ConnectionLostError, RefusedError } from '../../client/lab-client.ts'
import type { ConnectionFailure } from '../../client/lab-client.ts'
import type { LabProblem, OpenedLab } from '../../contract/protocol.ts'
import { t } from '../../i18n/i18n.ts'
import { parseLab } from '../../lab/document.ts'
import type { LabDocument } from '../../lab/document.ts'
import { NO_EDITS } from '../stores/editing-store.ts'
import { NOT_OPENING } from '../stores/lab-store.ts'
import type { LabOrigin, LabState } from '../stores/lab-store.ts'
import { errorsOf, isLatestTurn, pictureOf, showBuilt, takeOpeningTurn } from './built-lab.ts'
import { pointOf, remember } from './history.ts'
import { rebuild } from './rebuild.ts'
import type { LabSession } from './session.ts'

export interface LabSource {
  readonly text: string
  readonly origin: LabOrigin
  /** The lab that is open, from its text: what was done to it can still be undone. */
  readonly isSameLab?: boolean
  /** Taken when the lab was asked for, where its text came later; missing: it is asked for now. */
  readonly turn?: number
}

/**
 * Opens a lab; resolves to whether it is open. What was open before stays when the new one can't be opened at all, and when another lab is asked
 * for meanwhile, which then takes care of the page.
 */
export async function openLab(session: LabSession, source: LabSource): Promise<boolean> {
  const { turn = takeOpeningTurn(session) } = source
  if (!isLatestTurn(session, turn)) return false
  const before = session.lab.getState()
  const phase = before.document === undefined ? 'empty' : 'ready'
  session.lab.setState({ opensName: nameOf(source), ...(phase === 'empty' ? { phase: 'opening' } : {}) })
  try {
    const building = session.client.ask('open', { text: source.text })
    // Read while the engine builds.
    const document = parseLab(source.text)
    const picture = pictureOf(document, source.origin)
    const opened = await building
    if (!isLatestTurn(session, turn)) return false
    if (isHollow(opened) && errorsOf(document, opened).length > 0) {
      await takeBack(session)
      session.messages.getState().show(nothingSoundMessage(source, errorsOf(document, opened)))
      return false
    }
    show(session, { source, document, opened, picture })
    tellOfProblems(session, before)
    return true
  } catch (error) {
    if (!(error instanceof RefusedError || error instanceof ConnectionLostError)) throw error
    if (!isLatestTurn(session, turn)) return false
    if (error instanceof RefusedError) {
      await takeBack(session)
      const title = t('open.refused', { name: nameOf(source) })
      session.messages.getState().show({ severity: 'error', title, details: [error.message, t('open.kept')] })
    } else session.lab.setState({ phase, ...NOT_OPENING })
    return false
  }
}

/** Whether a lab holds nothing but the machine's own loopback. */
function isHollow({ network }: OpenedLab): boolean {
  return network.namespaces.every(
    ({ name, links }) => name === '' && links.every(({ details }) => details.kind === 'lo'),
  )
}

/** The engine holds one lab: after a refusal it must be given the old one again, with what was put into it. */
async function takeBack(session: LabSession): Promise<void> {
  session.lab.setState(NOT_OPENING)
  if (session.lab.getState().document === undefined) session.lab.setState({ phase: 'empty' })
  else await rebuild(session, pointOf(session))
}

/** Stops what is being opened: its engine is thrown away, and the lab that was open comes back as it was. */
export async function stopOpening(session: LabSession): Promise<void> {
  if (session.lab.getState().opensName === undefined) return
  takeOpeningTurn(session)
  session.client.restart()
  await takeBack(session)
}

/** Opens the same lab from its text as it stands: what was put in since is gone, until that is undone. */
export async function resetLab(session: LabSession): Promise<void> {
  const { document, origin } = session.lab.getState()
  if (document === undefined) return
  const before = pointOf(session)
  if (before.inputs.length > 0) remember(session, before)
  await openLab(session, { text: document.text, origin, isSameLab: true })
}

/** A new engine for the lab that was open when the old one died. */
export async function reopenAfterFailure(session: LabSession, failure: ConnectionFailure): Promise<void> {
  session.client.restart()
  session.clock.setState({ isPlaying: false })
  const { document, origin } = session.lab.getState()
  const before = pointOf(session)
  const title = t(failure.kind === 'overrun' ? 'engine.overrun' : 'engine.crashed')
  if (document === undefined) {
    session.messages.getState().show({ severity: 'error', title, details: [failure.detail] })
    return
  }
  const isOpen = await openLab(session, { text: document.text, origin, isSameLab: true })
  const details = [failure.detail, t(isOpen ? 'engine.reopened' : 'engine.lost')]
  // What was put in may be what the engine died of.
  if (isOpen && before.inputs.length > 0) {
    remember(session, before)
    details.push(t('engine.undoBrings'))
  }
  session.messages.getState().show({ severity: 'error', title, details })
}

interface Opening {
  readonly source: LabSource
  readonly document: LabDocument
  readonly opened: OpenedLab
  readonly picture: ReturnType<typeof pictureOf>
}

function show(session: LabSession, { source, document, opened, picture }: Opening): void {
  session.messages.getState().clear()
  if (source.isSameLab !== true) session.editing.setState(NO_EDITS)
  showBuilt(session, { document, opened, origin: source.origin, picture })
  session.lab.setState(({ opening }) => ({ openedText: source.text, opening: opening + 1 }))
}

function tellOfProblems(session: LabSession, before: LabState): void {
  const { problems, title } = session.lab.getState()
  const errors = problems.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (first === undefined) return
  const details = errors.slice(0, 3).map((problem) => describeProblem(problem))
  if (errors.length > 3) details.push(t('open.moreProblems', { count: errors.length - 3 }))
  const previous = before.document
  session.messages.getState().show({
    severity: 'warning',
    title: t('open.withProblems', { name: title, count: errors.length }),
    details: [...details, t('open.soundPartLoaded')],
    ...(previous === undefined
      ? {}
      : {
          action: {
            label: t('open.backTo', { name: before.title }),
            run: () => void openLab(session, { text: previous.text, origin: before.origin }),
          },
        }),
  })
}

function nothingSoundMessage(source: LabSource, errors: readonly LabProblem[]) {
  const details = [...errors.slice(0, 3).map(describeProblem), t('open.kept')]
  return { severity: 'error', title: t('open.nothingSound', { name: nameOf(source) }), details } as const
}

function describeProblem({ line, message, command }: LabProblem): string {
  return t('open.problemLine', { line, message, command: command.trim().split('\n')[0] ?? '' })
}

function nameOf({ origin }: LabSource): string {
  return origin.name === '' ? t(`origin.${origin.kind}`) : origin.name
}
