// Undo and redo of everything: the states of the lab before each input, as text and inputs, from which the engine makes the rest.
import type { ActionView } from '../../contract/protocol.ts'
import type { LabInput, LabPoint } from '../stores/editing-store.ts'
import type { LabSession } from './session.ts'

/** So many steps back are kept. */
const STEPS_KEPT = 300

/** The lab as it stands. */
export function pointOf({ lab, actions }: LabSession): LabPoint {
  return { text: lab.getState().document?.text ?? '', inputs: actions.getState().actions.map(inputOf) }
}

function inputOf({ line, command, beganAt, interruptedAt }: ActionView): LabInput {
  if (line !== 0) return { kind: 'play' }
  const interrupt = interruptedAt === undefined ? {} : { interruptAtNs: interruptedAt }
  return { kind: 'command', command, atNs: beganAt, ...interrupt }
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
export function remember({ editing }: LabSession, before: LabPoint): void {
  const { past } = editing.getState()
  const last = past.at(-1)
  if (last !== undefined && isSamePoint(last, before)) return
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
  const { past, future } = editing.getState()
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
