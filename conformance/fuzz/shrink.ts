/** Makes a lab that differs smaller as long as it still differs in the same way, for people to read. */
import { compareRecordings } from '../compare/compare.ts'
import type { DifferenceKind } from '../compare/difference.ts'
import type { NamedLab } from '../machine/play.ts'
import type { Recording } from '../../src/contract/recording.ts'
import type { EnginePlayer, Players } from './judge.ts'

/** Each round is a boot of the machine. */
const ROUNDS_AT_MOST = 8
const CANDIDATES_A_ROUND = 14

/** A lab as statements; directives and comments follow it unchanged. */
interface Script {
  readonly setup: readonly string[]
  readonly actions: readonly string[]
  readonly directives: readonly string[]
}

/** What a smaller lab must keep. */
interface Symptom {
  readonly kinds: ReadonlySet<DifferenceKind>
  /** Messages of setup commands that failed on Linux: a smaller lab in which more fail has lost its meaning. */
  readonly setupErrors: number
}

export interface Shrunk {
  readonly lab: NamedLab
  readonly rounds: number
}

/**
 * The smallest lab that was found. `real` and `ours` are how the lab itself was played. It tries what could go, many
 * labs a boot, keeps all that can go together, and ends when nothing more can or after `ROUNDS_AT_MOST` boots.
 */
export async function shrink(
  lab: NamedLab,
  plays: { readonly real: Recording; readonly ours: Recording },
  players: Players,
): Promise<Shrunk> {
  const { differs } = compareRecordings(plays.real, plays.ours)
  const symptom: Symptom = { kinds: new Set(differs), setupErrors: setupErrors(plays.real) }
  let script = parse(lab.text)
  let rounds = 0
  let chunk = 8
  const tried = new Set<string>()
  while (rounds < ROUNDS_AT_MOST) {
    const candidates = reductions(script, chunk).filter((parts) => !tried.has(key(script, parts)))
    const batch = candidates.slice(0, CANDIDATES_A_ROUND)
    if (batch.length === 0) {
      if (chunk === 1) break
      chunk = Math.max(1, Math.floor(chunk / 3))
      continue
    }
    rounds++
    for (const parts of batch) tried.add(key(script, parts))
    const kept = await stillDiffer(script, batch, lab.name, symptom, players)
    script = await together(script, kept, lab.name, symptom, players)
  }
  return { lab: { name: `${lab.name}-small`, text: format(script) }, rounds }
}

function parse(text: string): Script {
  const lines = text.split('\n').filter((line) => line !== '')
  const marker = lines.findIndex((line) => line.startsWith('#%% run'))
  const isStatement = (line: string): boolean => !line.startsWith('#')
  return {
    setup: lines.slice(0, marker).filter(isStatement),
    actions: lines.slice(marker + 1).filter(isStatement),
    directives: lines.slice(marker + 1).filter((line) => line.startsWith('#%%')),
  }
}

const format = ({ setup, actions, directives }: Script): string =>
  `${[...setup, '#%% run', ...actions, ...directives].join('\n')}\n`

/** Statements that go together. */
type Part = readonly string[]

/**
 * What could go: whole namespaces, single actions, then runs of `chunk` setup statements. An action that goes leaves
 * the later ones on other slots, which is why each is a candidate of its own and not only a detail.
 */
function reductions({ setup, actions }: Script, chunk: number): Part[] {
  const parts: Part[] = []
  const all = [...setup, ...actions]
  for (const ns of setup.flatMap((line) => /^ip netns add (\S+)/.exec(line)?.[1] ?? [])) {
    const mention = new RegExp(`(?:^|\\s)${ns}(?:\\s|$)`)
    const gone = all.filter((line) => mention.test(line))
    // The bridge port at the other end of a cable to a namespace that goes, goes too.
    const ports = gone.flatMap((line) => /link add (\S+) type veth peer name \S+ netns/.exec(line)?.[1] ?? [])
    parts.push(all.filter((line) => gone.includes(line) || ports.some((port) => line.includes(` ${port} `))))
  }
  if (actions.length > 1) parts.push(...actions.map((action): Part => [action]))
  for (let k = 0; k < setup.length; k += chunk) parts.push(setup.slice(k, k + chunk))
  return parts.filter((part) => part.length > 0 && actions.some((action) => !part.includes(action)))
}

function without(script: Script, parts: readonly Part[]): Script {
  const gone = new Set(parts.flat())
  return {
    ...script,
    setup: script.setup.filter((line) => !gone.has(line)),
    actions: script.actions.filter((line) => !gone.has(line)),
  }
}

const key = (script: Script, part: Part): string => format(without(script, [part]))

/** The parts without which the lab, each time by itself, differs as before. */
async function stillDiffer(
  script: Script,
  parts: readonly Part[],
  name: string,
  symptom: Symptom,
  { linux, engine }: Players,
): Promise<Part[]> {
  const labs = parts.map((part, k): NamedLab => ({ name: `${name}-${k}`, text: key(script, part) }))
  const real = await linux.play(labs, 1)
  const kept: Part[] = []
  for (const [k, lab] of labs.entries()) {
    const part = parts[k]
    const played = real.get(lab.name)
    if (part !== undefined && played !== undefined && (await shows(symptom, lab, played, engine))) kept.push(part)
  }
  return kept
}

/** The script without all of the parts if that still differs, else without half of them, and so on. */
async function together(
  script: Script,
  parts: readonly Part[],
  name: string,
  symptom: Symptom,
  { linux, engine }: Players,
): Promise<Script> {
  if (parts.length <= 1) return without(script, parts)
  // One boot answers for all halves, quarters and so on from the front.
  const counts: number[] = []
  for (let count = parts.length; count > 1; count = Math.floor(count * 0.7)) counts.push(count)
  const labs = counts.map((count): NamedLab => {
    return { name: `${name}-first-${count}`, text: format(without(script, parts.slice(0, count))) }
  })
  const real = await linux.play(labs, 1)
  for (const [k, lab] of labs.entries()) {
    const played = real.get(lab.name)
    if (played === undefined || !(await shows(symptom, lab, played, engine))) continue
    return without(script, parts.slice(0, counts[k]))
  }
  return without(script, parts.slice(0, 1))
}

async function shows(symptom: Symptom, lab: NamedLab, real: Recording, engine: EnginePlayer): Promise<boolean> {
  if (setupErrors(real) > symptom.setupErrors) return false
  const answer = await engine.play(lab)
  if (answer.kind === 'failed') return false
  return compareRecordings(real, answer.recording).differs.some((kind) => symptom.kinds.has(kind))
}

/** Lines of a setup's output that are neither a traced command nor what sysctl says of a value that it set. */
function setupErrors({ setup }: Recording): number {
  const lines = setup.output.split('\n').filter((line) => line !== '')
  return lines.filter((line) => !line.startsWith('+ ') && !/^net\.\S+ = /.test(line)).length
}
