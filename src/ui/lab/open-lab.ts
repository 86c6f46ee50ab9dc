// Opening a lab: reads the text, has the engine build it, and keeps what was there when that fails.
import { ConnectionLostError, RefusedError } from '../../client/lab-client.ts'
import type { ConnectionFailure } from '../../client/lab-client.ts'
import type { LabProblem, OpenedLab } from '../../contract/protocol.ts'
import { t } from '../../i18n/i18n.ts'
import { directiveOf, directivesOf, parseLab } from '../../lab/document.ts'
import type { LabDocument } from '../../lab/document.ts'
import { machinesOf } from '../../lab/machines.ts'
import { NO_ACTIONS } from '../stores/actions-store.ts'
import { NO_EDITS } from '../stores/editing-store.ts'
import { NOT_OPENING } from '../stores/lab-store.ts'
import type { LabOrigin, LabState } from '../stores/lab-store.ts'
import { networkStateOf } from '../stores/network-store.ts'
import { EMPTY_TRACE } from '../stores/trace-store.ts'
import { pointOf, remember } from './history.ts'
import { labTitle } from './lab-title.ts'
import type { LabSession } from './session.ts'

export interface LabSource {
  readonly text: string
  readonly origin: LabOrigin
  /** The lab that is open, from its text: what was done to it can still be undone. */
  readonly isSameLab?: boolean
  /** Taken when the lab was asked for, where its text came later; missing: it is asked for now. */
  readonly turn?: number
}

/** Of several labs that are asked for before the first is there, the last one is opened. */
const turns = new WeakMap<LabSession, number>()

/** Says that a lab is asked for; whoever takes a turn later comes first. */
export function takeOpeningTurn(session: LabSession): number {
  const turn = (turns.get(session) ?? 0) + 1
  turns.set(session, turn)
  return turn
}

/** Whether no other lab has been asked for since. */
export function isLatestTurn(session: LabSession, turn: number): boolean {
  return turns.get(session) === turn
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
    const isHollow = opened.network.namespaces.every(({ links }) => links.every(({ details }) => details.kind === 'lo'))
    if (isHollow && errorsOf(document, opened).length > 0) {
      await takeBack(session, before)
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
      await takeBack(session, before)
      const title = t('open.refused', { name: nameOf(source) })
      session.messages.getState().show({ severity: 'error', title, details: [error.message, t('open.kept')] })
    } else session.lab.setState({ phase, ...NOT_OPENING })
    return false
  }
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
  const title = t(failure.kind === 'overrun' ? 'engine.overrun' : 'engine.crashed')
  if (document === undefined) {
    session.messages.getState().show({ severity: 'error', title, details: [failure.detail] })
    return
  }
  const isOpen = await openLab(session, { text: document.text, origin, isSameLab: true })
  const details = [failure.detail, t(isOpen ? 'engine.reopened' : 'engine.lost')]
  session.messages.getState().show({ severity: 'error', title, details })
}

interface Opening {
  readonly source: LabSource
  readonly document: LabDocument
  readonly opened: OpenedLab
  readonly picture: Picture
}

function show(session: LabSession, { source, document, opened, picture }: Opening): void {
  session.messages.getState().clear()
  if (source.isSameLab !== true) session.editing.setState(NO_EDITS)
  showBuilt(session, { document, opened, origin: source.origin, picture })
  session.lab.setState(({ opening }) => ({ openedText: source.text, opening: opening + 1 }))
}

export interface BuiltLab {
  readonly document: LabDocument
  readonly opened: OpenedLab
  readonly origin: LabOrigin
  /** Where it is known already. */
  readonly picture?: Picture
}

type Picture = Pick<LabState, 'document' | 'machines' | 'positions' | 'title'>

/** Shows what the engine has just built, at its beginning: nothing has been put in yet. */
export function showBuilt(session: LabSession, { document, opened, origin, picture }: BuiltLab): void {
  const { status } = opened
  session.selection.setState({ selected: undefined, frameSeq: 0, pingFrom: undefined, pingTo: undefined })
  session.trace.setState({ ...EMPTY_TRACE, fromNs: status.now, toNs: status.now, lastSeq: status.lastSeq })
  session.clock.setState({ now: status.now, cursor: status.now, isPlaying: false, isFollowing: true })
  session.actions.setState({ ...NO_ACTIONS, nextAction: status.nextAction, actionCount: status.actionCount })
  session.network.setState(networkStateOf(opened.network))
  session.lab.setState(({ generation }) => ({
    phase: 'ready',
    ...NOT_OPENING,
    ...(picture ?? pictureOf(document, origin)),
    origin,
    setupExit: opened.setupExit,
    setupOutput: opened.setupOutput,
    problems: problemsOf(document, opened),
    actions: opened.actions,
    generation: generation + 1,
  }))
}

/** What follows from the text alone, with the commands that were typed since; its machines, where they are known already. */
export function pictureOf(
  document: LabDocument,
  origin: LabOrigin,
  typed: readonly string[] = [],
  machines: LabState['machines'] = machinesOf(document, typed).machines,
): Picture {
  return {
    document,
    machines,
    positions: positionsOf(document),
    title: directiveOf(document, 'title')?.text ?? labTitle(origin, document),
  }
}

/** Where the text's `at` lines put things. */
export function positionsOf(document: LabDocument): LabState['positions'] {
  return new Map(directivesOf(document, 'at').map(({ name, x, y }) => [name, { x, y }]))
}

/** The engine holds one lab: after a refusal it must be given the old one again. */
async function takeBack({ client, lab }: LabSession, before: LabState): Promise<void> {
  lab.setState({ phase: before.document === undefined ? 'empty' : 'ready', ...NOT_OPENING })
  if (before.document !== undefined) await client.ask('open', { text: before.document.text })
  // The engine has told how far it was with the old one too.
  lab.setState(NOT_OPENING)
}

/** The text's own problems and those of the setup's run; one line is blamed once for one thing. */
function problemsOf({ problems, items, text }: LabDocument, opened: OpenedLab): readonly LabProblem[] {
  const own = problems.flatMap(({ severity, line, message }): LabProblem[] => {
    if (severity === 'info') return []
    const item = items.find((each) => each.line <= line && line <= each.endLine)
    return [{ severity, line, message, command: item === undefined ? '' : text.slice(item.from, item.to) }]
  })
  const blamed = new Set(opened.problems.map(({ line }) => line))
  return [...own.filter(({ line }) => !blamed.has(line)), ...opened.problems].sort((a, b) => a.line - b.line)
}

/** What of a lab could not be used, warnings aside. */
export function errorsOf(document: LabDocument, opened: OpenedLab): readonly LabProblem[] {
  return problemsOf(document, opened).filter(({ severity }) => severity === 'error')
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
