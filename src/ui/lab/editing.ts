// Building by hand: carries out gestures, edits of the text, undo and redo. Before anything was put in, a gesture changes the lab's
// setup; afterwards it is a command at the live edge. Either way it is what Linux would be told, and the page shows it.
import { ConnectionLostError, RefusedError } from '../../client/lab-client.ts'
import { loadLaterTexts, refusalSentence, t } from '../../i18n/i18n.ts'
import { parseLab } from '../../lab/document.ts'
import type { LabDocument } from '../../lab/document.ts'
import { appendSetup, removeDirective, setDirective } from '../../lab/edit.ts'
import { foldCommand } from '../../lab/build/fold.ts'
import type { Gesture, Thing } from '../../lab/build/gesture.ts'
import { planGesture } from '../../lab/build/plan.ts'
import type { Plan, Refusal } from '../../lab/build/plan.ts'
import { renameInCommand, renameNamespace } from '../../lab/build/rename.ts'
import { rewriteSetup } from '../../lab/build/rewrite.ts'
import { sysctlsSaid } from '../../lab/build/sysctls-said.ts'
import type { LabPoint } from '../stores/editing-store.ts'
import type { SelectionName } from '../stores/selection-store.ts'
import { cutOff, hasSameInputs, isSamePoint, pointOf, remember, takeStep } from './history.ts'
import { rebuild, selectNamed, showText } from './rebuild.ts'
import { askAboutPast, isInPast, isOpening, runAtLiveEdge } from './run-actions.ts'
import { namedSelection } from './selected-names.ts'
import type { LabSession } from './session.ts'

/**
 * Carries out a gesture; resolves to whether the lab is as the gesture would have it. A refusal is told in a message,
 * in Linux's words and ours, and leaves everything as it was.
 */
export function performGesture(session: LabSession, gesture: Gesture): Promise<boolean> {
  return inTurn(session, async () => {
    const [network] = await Promise.all([session.client.ask('network', {}), loadLaterTexts()])
    const { machines } = session.lab.getState()
    const said = gesture.kind === 'duplicate' ? { sysctls: sysctlsSaid(commandsSoFar(session)) } : {}
    const planned = planGesture(gesture, { network, machines, ...said })
    if (!planned.ok) {
      tellRefusal(session, planned.refusal)
      return false
    }
    const { plan } = planned
    if (plan.renames.length > 0) return renameNamespaces(session, plan)
    if (plan.commands.length === 0) return changePicture(session, plan)
    if (session.actions.getState().actions.length === 0) return changeSetup(session, plan)
    if (!isInPast(session)) return runPlan(session, plan)
    askAboutPast(session, plan.commands, () => performGesture(session, gesture))
    return false
  })
}

/** The setup and what has run since. */
function commandsSoFar({ lab, actions }: LabSession): readonly string[] {
  const setup = lab.getState().document?.setup ?? []
  return [...setup.map(({ source }) => source), ...actions.getState().actions.map(({ command }) => command)]
}

/** Replaces the lab's text; what was put in since is kept only when the network that the text builds is the same. */
export function editText(session: LabSession, text: string): Promise<boolean> {
  return inTurn(session, async () => {
    const before = pointOf(session)
    if (text === before.text) return true
    const document = parseLab(text)
    const isSameNetwork = commandsOf(document) === commandsOf(parseLab(before.text))
    remember(session, before)
    if (isSameNetwork) showText(session, document)
    else await rebuild(session, { text, inputs: [] })
    return true
  })
}

/** Back to the state before the last input, with the simulation as it was. */
export function undo(session: LabSession): Promise<boolean> {
  return inTurn(session, () => travel(session, 'back'))
}

/** Forward again to what was undone. */
export function redo(session: LabSession): Promise<boolean> {
  return inTurn(session, () => travel(session, 'forward'))
}

/** Goes back to a moment of virtual time: what was put in later, or still ran, is cut off there. Undo brings it back. */
export function forkAt(session: LabSession, moment: number): Promise<boolean> {
  return inTurn(session, async () => {
    const before = pointOf(session)
    const inputs = session.actions.getState().actions.flatMap(({ beganAt, endedAt }, index) => {
      const input = before.inputs[index]
      if (input === undefined || beganAt >= moment) return []
      const isCut = endedAt === undefined || endedAt > moment
      return [isCut ? cutOff(input, moment) : input]
    })
    remember(session, before)
    await rebuild(session, { text: before.text, inputs })
    return true
  })
}

/** What was asked for last, by session: the next one waits for it. */
const turns = new WeakMap<LabSession, Promise<boolean>>()

/** One after the other: each gesture is planned against what the one before it left. */
export function inTurn(session: LabSession, work: () => Promise<boolean>): Promise<boolean> {
  const before = turns.get(session) ?? Promise.resolve(true)
  const turn = before.then(
    () => takeTurn(session, work),
    () => takeTurn(session, work),
  )
  turns.set(session, turn)
  return turn
}

async function takeTurn(session: LabSession, work: () => Promise<boolean>): Promise<boolean> {
  const { editing, actions, messages } = session
  if (actions.getState().isRunning || isOpening(session)) {
    messages.getState().show({ severity: 'info', title: t('editing.busy') })
    return false
  }
  editing.setState({ isBusy: true })
  try {
    return await work()
  } catch (error) {
    if (error instanceof RefusedError) {
      messages.getState().show({ severity: 'error', title: t('actions.refused'), details: [error.message] })
    } else if (!(error instanceof ConnectionLostError)) throw error
    return false
  } finally {
    editing.setState({ isBusy: false })
  }
}

async function travel(session: LabSession, direction: 'back' | 'forward'): Promise<boolean> {
  const { actions, messages } = session
  if (actions.getState().actions.some(({ endedAt }) => endedAt === undefined)) {
    messages.getState().show({ severity: 'info', title: t('editing.busy') })
    return false
  }
  const present = pointOf(session)
  const target = takeStep(session, direction, present)
  if (target === undefined) return false
  const document = parseLab(target.text)
  const isPictureOnly = hasSameInputs(present, target) && commandsOf(document) === commandsOf(parseLab(present.text))
  if (isPictureOnly) {
    showText(session, document)
    return true
  }
  const { selected = [] } = target
  const isGone = (name: SelectionName): boolean => namedSelection(session.network.getState(), name) === undefined
  const comesBack = selected.some(isGone)
  await rebuild(session, target)
  // What was selected when it was deleted is what one means to go on with.
  if (comesBack && !selected.every(isGone)) selectNamed(session, selected)
  return true
}

/** What of a text the engine would run: everything but comments and the lines about the picture. */
function commandsOf({ setup, actions, directives }: LabDocument): string {
  const times = directives.map(({ directive }) => directive).filter(({ kind }) => kind === 'gap' || kind === 'settle')
  return JSON.stringify([setup.map(({ source }) => source), actions.map(({ source }) => source), times])
}

/**
 * Linux has no command for it: text and inputs say the new name, and the lab is built anew. Where a script makes other names out of it,
 * what speaks of those fails, and the lab stays as it was.
 */
async function renameNamespaces(session: LabSession, plan: Plan): Promise<boolean> {
  const before = pointOf(session)
  const failure = failureSince(session)
  // What fails already may name it, and says then another name.
  const outcome = (): string => {
    const errors = session.lab.getState().problems.filter(({ severity }) => severity === 'error')
    return JSON.stringify([errors.length, session.actions.getState().actions.map(({ exit }) => exit)])
  }
  const wanted = outcome()
  const renamed = plan.renames.reduce<LabPoint>(({ text, inputs }, rename) => {
    const say = (command: string): string => renameInCommand(command, rename)
    return {
      text: renameNamespace(parseLab(text), rename),
      inputs: inputs.map((input) => (input.kind === 'command' ? { ...input, command: say(input.command) } : input)),
    }
  }, before)
  await rebuild(session, renamed)
  if (outcome() === wanted) return finish(session, before, plan)
  const linux = failure() ?? ''
  await rebuild(session, before)
  const [{ from, to } = { from: '', to: '' }] = plan.renames
  tellRefusal(session, { linux, code: 'rename-breaks', params: { from, to } })
  return false
}

/** What tells the first thing that fails from now on. */
export function failureSince({ lab }: LabSession): () => string | undefined {
  const known = new Set(lab.getState().problems.map(({ message }) => message))
  return () =>
    lab.getState().problems.find(({ severity, message }) => severity === 'error' && !known.has(message))?.message
}

function changePicture(session: LabSession, plan: Plan): boolean {
  const before = pointOf(session)
  const document = withDirectives(parseLab(before.text), plan)
  if (document.text !== before.text) remember(session, before)
  showText(session, document)
  session.editing.setState({ lastCommands: [] })
  return true
}

/** Setups that say what a plan does: the one that is changed least comes first. */
function* setupsFor(document: LabDocument, { commands, rewrites }: Plan): Generator<LabDocument> {
  const rewritten = rewrites.reduce<LabDocument | undefined>((left, rewrite) => {
    const text = left === undefined ? undefined : rewriteSetup(left, rewrite)
    return text === undefined ? undefined : parseLab(text)
  }, document)
  if (rewrites.length > 0 && rewritten !== undefined) yield rewritten
  for (const write of [foldCommand, appendSetup]) {
    yield commands.reduce((left, command) => parseLab(write(left, command)), document)
  }
}

/** Works the commands into the setup; where the smallest edit does not build, they are added at its end instead. */
async function changeSetup(session: LabSession, plan: Plan): Promise<boolean> {
  const before = pointOf(session)
  const failure = failureSince(session)
  for (const document of setupsFor(parseLab(before.text), plan)) {
    await rebuild(session, { text: withDirectives(document, plan).text, inputs: [] })
    if (failure() === undefined) return finish(session, before, plan)
  }
  const linux = failure() ?? ''
  await rebuild(session, before)
  tellRefusal(session, { linux, code: 'refused-by-linux', params: { command: someOf(plan.commands) } })
  return false
}

/** Runs the commands as one input. What failed half-way stays, as it would on Linux; undo takes it back. */
async function runPlan(session: LabSession, plan: Plan): Promise<boolean> {
  const before = pointOf(session)
  await runAtLiveEdge(session, plan.commands.join('\n'))
  const action = session.actions.getState().actions.at(-1)
  if (action?.exit !== 0) {
    const params = { command: someOf(plan.commands) }
    tellRefusal(session, { linux: action?.output.trim() ?? '', code: 'refused-by-linux', params })
    return false
  }
  showText(session, withDirectives(parseLab(before.text), plan))
  return finish(session, before, plan)
}

function finish(session: LabSession, before: LabPoint, plan: Plan): boolean {
  if (!isSamePoint(before, pointOf(session))) remember(session, before)
  session.editing.setState({ lastCommands: plan.commands })
  if (plan.selected.length > 0) {
    const selected = selectNamed(session, plan.selected.map(nameOf))
    session.selection.setState({ made: selected, pingFrom: undefined, pingTo: undefined })
  }
  return true
}

function nameOf(thing: Thing): SelectionName {
  return thing.kind === 'namespace' ? thing : { kind: 'device', ...thing.device }
}

function withDirectives(document: LabDocument, { directives, dropped }: Plan): LabDocument {
  const cleared = dropped.reduce((left, directive) => parseLab(removeDirective(left, directive)), document)
  return directives.reduce((left, directive) => parseLab(setDirective(left, directive)), cleared)
}

/** So many of a gesture's commands a message names. */
const COMMANDS_TOLD = 3

function someOf(commands: readonly string[]): string {
  const count = commands.length - COMMANDS_TOLD
  return [...commands.slice(0, COMMANDS_TOLD), ...(count > 0 ? [t('editing.andMore', { count })] : [])].join('; ')
}

/** Why something was not done, in Linux's words and ours. */
export function tellRefusal({ messages }: LabSession, refusal: Refusal): void {
  const details = refusal.linux === '' ? [] : [refusal.linux]
  messages.getState().show({ severity: 'warning', title: refusalSentence(refusal), details })
}
