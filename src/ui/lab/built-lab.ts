// What the engine has built, on the page; and whose turn it is where several labs are asked for at once.
import type { LabProblem, OpenedLab } from '../../contract/protocol.ts'
import { directiveOf, directivesOf } from '../../lab/document.ts'
import type { LabDocument } from '../../lab/document.ts'
import { machinesOf } from '../../lab/machines.ts'
import { NO_ACTIONS } from '../stores/actions-store.ts'
import { NOT_OPENING } from '../stores/lab-store.ts'
import type { LabOrigin, LabState } from '../stores/lab-store.ts'
import { networkStateOf } from '../stores/network-store.ts'
import { EMPTY_TRACE } from '../stores/trace-store.ts'
import { labTitle } from './lab-title.ts'
import type { LabSession } from './session.ts'

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
function positionsOf(document: LabDocument): LabState['positions'] {
  return new Map(directivesOf(document, 'at').map(({ name, x, y }) => [name, { x, y }]))
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
