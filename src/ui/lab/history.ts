// Undo and redo of everything: the states of the lab before each input, as text and inputs, from which the engine makes the rest.
import type { ActionView } from '../../contract/protocol.ts'
import type { LabInput, LabPoint } from '../stores/editing-store.ts'
import { selectedNames } from './selected-names.ts'
import type { LabSession } from './session.ts'

/** A replay ends what runs for longer, or into a limit of the lab, unless it is told of a later end. */
const MINUTE_NS = 60e9
/** So many steps back are kept. */
const STEPS_KEPT = 300

/** The lab as it stands; what still runs is cut off at the live edge. */
export function pointOf(session: LabSession): LabPoint {
  const { lab, actions, clock } = session
  const { now } = clock.getState()
  const inputs = actions.getState().actions.map((action) => inputOf(action, now))
  const point = { text: lab.getState().document?.text ?? '', inputs }
  const selected = selectedNames(session)
  return selected.length === 0 ? point : { ...point, selected }
}

function inputOf(action: ActionView, now: number): LabInput {
  const { line, command, beganAt, endedAt, interruptedAt, outlastedLimit = false } = action
  const stillRuns = endedAt === undefined && interruptedAt === undefined
  const times = {
    atNs: beganAt,
    ...(interruptedAt === undefined ? {} : { interruptAtNs: interruptedAt }),
    ...(stillRuns ? { interruptAtNs: now, stillRuns } : {}),
  }
  if (line !== 0) return { kind: 'play', ...times }
  const endedItself = endedAt !== undefined && interruptedAt === undefined
  const isLong = endedItself && (outlastedLimit || endedAt - beganAt > MINUTE_NS)
  return { kind: 'command', command, ...times, ...(isLong ? { untilNs: endedAt } : {}) }
}

/** The input, ended at a moment. */
export function cutOff({ stillRuns: _, ...input }: LabInput, interruptAtNs: number): LabInput {
  return { ...input, interruptAtNs }
}

/** A state of before in which something still ran, with what is known of its end now. */
export function withLaterEnds(point: LabPoint, { inputs }: LabPoint): LabPoint {
  const known = (input: LabInput, index: number): LabInput => {
    const later = inputs[index]
    const isSame = later?.kind === input.kind && later.atNs === input.atNs
    return input.stillRuns === true && isSame ? later : input
  }
  return { ...point, inputs: point.inputs.map(known) }
}

/** Whether two states are one. */
export function isSamePoint(a: LabPoint, b: LabPoint): boolean {
  return a.text === b.text && hasSameInputs(a, b)
}

/** Whether the same was put into two states. */
export function hasSameInputs(a: LabPoint, b: LabPoint): boolean {
  return JSON.stringify(a.inputs) === JSON.stringify(b.inputs)
}

/** Keeps the state before a change, so that undo can go back to it. What had been undone is gone for good. */
export function remember(session: LabSession, state: LabPoint): void {
  const { editing } = session
  const present = pointOf(session)
  const before = withLaterEnds(state, present)
  const past = editing.getState().past.map((point) => withLaterEnds(point, present))
  const last = past.at(-1)
  if (last !== undefined && isSamePoint(last, before)) {
    editing.setState({ past })
    return
  }
  editing.setState({
    past: [...past, before].slice(-STEPS_KEPT),
    future: [],
    canUndo: true,
    canRedo: false,
  })
}

/** Takes the newest state of the past (or of what was undone), and puts the present one on the other side. */
export function takeStep(
  { editing }: LabSession,
  direction: 'back' | 'forward',
  present: LabPoint,
): LabPoint | undefined {
  const { future } = editing.getState()
  const past = editing.getState().past.map((point) => withLaterEnds(point, present))
  const target = (direction === 'back' ? past : future).at(-1)
  if (target === undefined) return undefined
  const [nextPast, nextFuture] =
    direction === 'back' ? [past.slice(0, -1), [...future, present]] : [[...past, present], future.slice(0, -1)]
  editing.setState({
    past: nextPast,
    future: nextFuture,
    canUndo: nextPast.length > 0,
    canRedo: nextFuture.length > 0,
    lastCommands: [],
  })
  return target
}
