// Makes a state of the lab from its text and inputs: the engine builds the text and is given the same inputs at the same moments,
// and equal inputs give an equal trace.
import { parseLab } from '../../lab/document.ts'
import type { LabDocument } from '../../lab/document.ts'
import type { LabPoint } from '../stores/editing-store.ts'
import { networkStateOf } from '../stores/network-store.ts'
import type { Selected, SelectionName } from '../stores/selection-store.ts'
import { isLatestTurn, pictureOf, showBuilt, takeOpeningTurn } from './built-lab.ts'
import { loadTrace } from './load-trace.ts'
import { namedSelection, selectedNames } from './selected-names.ts'
import type { LabSession } from './session.ts'

/** Has the engine build a point, and shows it at its live edge with the selection as it was, by name. */
export async function rebuild(session: LabSession, point: LabPoint): Promise<void> {
  const { client, clock, actions, lab, network } = session
  const document = parseLab(point.text)
  const kept = selectedNames(session)
  const turn = takeOpeningTurn(session)
  const opened = await client.ask('open', { text: point.text })
  // Another lab was asked for meanwhile, and the engine has it or is about to.
  if (!isLatestTurn(session, turn)) return
  showBuilt(session, { document, opened, origin: lab.getState().origin })
  if (point.inputs.length > 0) {
    const ran = await client.ask('replay', { inputs: point.inputs })
    const status = await client.ask('status', {})
    if (!isLatestTurn(session, turn)) return
    const [view] = await Promise.all([client.ask('network', {})])
    actions.setState({ actions: ran, nextAction: status.nextAction, actionCount: status.actionCount })
    clock.setState({ now: status.now, cursor: status.now })
    network.setState(networkStateOf(view))
    lab.setState(pictureOf(document, lab.getState().origin, typedCommands(session)))
    await loadTrace(session, status.now)
  }
  selectNamed(session, kept)
}

/** Selects what has these names, all of it at once; returns the first. */
export function selectNamed(
  { selection, building, network }: LabSession,
  names: readonly SelectionName[],
): Selected | undefined {
  const group = names.flatMap((name) => namedSelection(network.getState(), name) ?? [])
  selection.setState({ selected: group[0] })
  building.setState({ group })
  return group[0]
}

/** Shows another text of the same network: a layout, a title, which namespaces make up a machine. */
export function showText(session: LabSession, document: LabDocument): void {
  const { document: before, origin, machines } = session.lab.getState()
  // To read the commands of a large lab once more takes as long as the rest of a drop.
  const known = before !== undefined && groupsAlike(before, document) ? machines : undefined
  session.lab.setState(pictureOf(document, origin, typedCommands(session), known))
}

/** Whether two texts say the same of what machines there are. */
function groupsAlike(a: LabDocument, b: LabDocument): boolean {
  const [left, right] = [groupsSaid(a), groupsSaid(b)]
  return left.length === right.length && left.every((said, index) => said === right[index])
}

function groupsSaid({ setup, actions, directives }: LabDocument): readonly string[] {
  const said = (phase: LabDocument['setup']): string[] =>
    phase.map(({ source, isSound }) => `${isSound ? '' : '!'}${source}`)
  const groups = directives.filter(({ directive: { kind } }) => kind === 'machine' || kind === 'role')
  return [...said(setup), '#%% run', ...said(actions), ...groups.map(({ directive }) => JSON.stringify(directive))]
}

function typedCommands({ actions }: LabSession): readonly string[] {
  const typed = actions.getState().actions.filter(({ line }) => line === 0)
  return typed.map(({ command }) => command)
}
