// The checkpoints of what was open lately, found again by what was put in: equal inputs give equal labs, so whoever asks for some of them
// once more gets the lab that they gave.
import type { ActionView, ReplayInput } from '../contract/protocol.ts'
import type { LabDocument } from '../lab/document.ts'
import type { Checkpoint } from './checkpoint.ts'
import { BYTES_AN_EVENT } from './trace-store.ts'

/** So many are kept, */
const COUNT = 48
/** as long as their traces take no more memory than that together: a storm fills some 100 MB. */
const TRACE_BYTES = 384 * 1024 * 1024

interface Kept {
  /** What the lab's text has the engine do. */
  readonly commands: string
  readonly checkpoint: Checkpoint
}

export class Checkpoints {
  #kept: readonly Kept[] = []

  /** Keeps a checkpoint; undefined is none. */
  add(checkpoint: Checkpoint | undefined): void {
    if (checkpoint === undefined) return
    const commands = commandsOf(checkpoint.document)
    const isThere = (other: Kept): boolean => other.commands === commands && isSame(other.checkpoint, checkpoint)
    // One that is there shares its trace with its neighbours; a new one would have a trace of its own.
    const known = this.#kept.find(isThere) ?? { commands, checkpoint }
    let kept = [...this.#kept.filter((other) => other !== known), known]
    // Of the older half every second one goes: from the one before it the way is not much longer.
    if (kept.length > COUNT) kept = kept.filter((_, index) => index >= COUNT / 2 || index % 2 === 0)
    while (kept.length > 1 && bytesOf(kept) > TRACE_BYTES) kept.shift()
    this.#kept = kept
  }

  /** A lab after its setup. */
  opened(document: LabDocument, seed: string): Checkpoint | undefined {
    const found = this.#of(document, seed).find(({ actions }) => actions.length === 0)
    return found && inDocument(found, document)
  }

  /** Of the same lab, the checkpoint from which the fewest of these inputs are left to be carried out. */
  nearest({ document, seed }: Checkpoint, inputs: readonly ReplayInput[]): Checkpoint | undefined {
    const before = this.#of(document, seed).filter((checkpoint) => isOnTheWay(checkpoint, inputs))
    const [found] = before.sort((a, b) => b.actions.length - a.actions.length)
    return found && inDocument(found, document)
  }

  #of(document: LabDocument, seed: string): Checkpoint[] {
    const commands = commandsOf(document)
    const found = this.#kept.filter(
      ({ commands: other, checkpoint }) =>
        other === commands &&
        checkpoint.seed === seed &&
        (checkpoint.document.text === document.text || !namesLines(checkpoint)),
    )
    // What is used stays.
    this.#kept = [...this.#kept.filter((each) => !found.includes(each)), ...found]
    return found.map(({ checkpoint }) => checkpoint)
  }
}

/** What of a text the engine runs, and when: comments, and directives about the picture, change nothing for it. */
function commandsOf({ setup, actions, directives }: LabDocument): string {
  const times = directives.map(({ directive }) => directive).filter(({ kind }) => kind === 'gap' || kind === 'settle')
  const said = [setup, actions].map((phase) => phase.map(({ source, isSound }) => [source, isSound]))
  return JSON.stringify([...said, times])
}

/** Whether something would read differently where the commands stand in other lines. */
function namesLines({ setup, problems, document }: Checkpoint): boolean {
  const isNamed = /\bline \d/.test(setup.output) || document.text.includes('LINENO')
  return isNamed || setup.problems.length > 0 || problems.length > 0
}

/** The same with the lines of another text of the same commands. */
function inDocument(checkpoint: Checkpoint, document: LabDocument): Checkpoint {
  const played = document.actions.values()
  const lineOf = (line: number): number => (line === 0 ? 0 : (played.next().value?.line ?? line))
  return {
    ...checkpoint,
    document,
    actions: checkpoint.actions.map((action) => ({ ...action, line: lineOf(action.line) })),
  }
}

/** Whether carrying out the inputs would pass through a checkpoint: it ends before the first input that it has not. */
function isOnTheWay({ actions, kernel }: Checkpoint, inputs: readonly ReplayInput[]): boolean {
  if (actions.length === 0 || actions.length > inputs.length) return false
  const next = inputs[actions.length]?.atNs ?? 0
  return (next === 0 || next >= kernel.at) && actions.every((action, index) => isResultOf(action, inputs[index]))
}

function isResultOf(action: ActionView, input: ReplayInput | undefined): boolean {
  if (input === undefined || input.atNs !== action.beganAt || input.interruptAtNs !== action.interruptedAt) return false
  if (input.kind === 'play') return action.line !== 0
  const isAsLong = input.untilNs === undefined || input.untilNs === action.endedAt
  return isAsLong && action.line === 0 && action.command === input.command
}

function isSame(a: Checkpoint, b: Checkpoint): boolean {
  if (a.seed !== b.seed || a.actions.length !== b.actions.length || a.kernel.at !== b.kernel.at) return false
  const told = ({ actions }: Checkpoint): string =>
    JSON.stringify(
      actions.map(({ command, line, beganAt, endedAt, interruptedAt }) => [
        command,
        line === 0,
        beganAt,
        endedAt,
        interruptedAt,
      ]),
    )
  return told(a) === told(b)
}

/** Checkpoints share what was written of a trace before it had to grow. */
function bytesOf(kept: readonly Kept[]): number {
  const stores = new Map(kept.map(({ checkpoint: { trace } }) => [trace.at.buffer, trace.at.length * BYTES_AN_EVENT]))
  for (const { trace } of kept.map(({ checkpoint }) => checkpoint))
    stores.set(trace.frames.buffer, trace.frames.byteLength)
  return [...stores.values()].reduce((sum, bytes) => sum + bytes, 0)
}
