/**
 * Where a block of a report's commands was typed. The prompt names the machine; inside a namespace it often stays the
 * same, so what was typed and what stands above tell the rest:
 *
 * 1. what the map says of the block;
 * 2. a shell that an earlier command opened in a namespace (`ip netns exec ns1 bash`), until its `exit`;
 * 3. what the map says of the prompt;
 * 4. for commands without a prompt, the machine whose prompt stands in the same listing;
 * 5. where the interfaces are that the commands name;
 * 6. the namespace or machine that the text above names;
 * 7. the machine itself. Rules 4 to 6 hold for root's prompts on a machine where somebody else has one too, and for
 *    commands without a prompt: a prompt that is a machine's only one is the machine's.
 */
import type { ReportBlock } from './report.ts'
import { BENCH } from './plain-commands.ts'
import type { Device } from './topology.ts'

/** How a place was found. */
export type PlaceReason = 'map' | 'shell' | 'prompt' | 'listing' | 'device' | 'text' | 'machine' | 'before'

export interface BlockPlace {
  /** Where the commands run, once in each; empty to leave them out. */
  readonly namespaces: readonly string[]
  readonly reason: PlaceReason
  /** False when nothing tells: a person should look. */
  readonly isSure: boolean
}

/** What is known when a block is reached. */
export interface PlaceClues {
  readonly prompts: readonly string[]
  /** By prompt: the machine's own namespace. */
  readonly machineOf: (prompt: string) => string
  /** The namespaces of a machine with the names they have there, its own one under the machine's name. */
  readonly localNames: (machine: string) => ReadonlyMap<string, string>
  readonly devices: readonly Device[]
  /** Blocks before this one, with their places. */
  readonly before: readonly { readonly block: ReportBlock; readonly place: BlockPlace }[]
  /** All blocks, for what stands below in the same listing. */
  readonly blocks: readonly ReportBlock[]
}

/** Finds the place of a block that neither the map nor an open shell decides. */
export function findPlace(block: ReportBlock, clues: PlaceClues): BlockPlace {
  const { prompt } = block
  const machine = clues.machineOf(prompt)
  if (prompt === '') return placeWithoutPrompt(block, clues)
  if (!mayBeNested(prompt, clues)) return { namespaces: [machine], reason: 'prompt', isSure: true }
  const names = clues.localNames(machine)
  if (names.size <= 1) return { namespaces: [machine], reason: 'machine', isSure: true }
  const holders = namespacesWith(block, clues.devices, [...names.values()])
  const named = namedInText(block, names)
  if (holders.length === 1) return { namespaces: holders, reason: 'device', isSure: true }
  if (named !== undefined && (holders.length === 0 || holders.includes(named)))
    return { namespaces: [named], reason: 'text', isSure: true }
  const last = clues.before.findLast((item) => item.block.prompt === prompt)
  if (last !== undefined) {
    const isNear = block.textAbove.length === 0 || last.block.listing === block.listing
    return { namespaces: last.place.namespaces, reason: 'before', isSure: isNear }
  }
  return { namespaces: holders.length > 0 ? holders.slice(0, 1) : [machine], reason: 'machine', isSure: false }
}

/**
 * Where a block was typed though a shell is open in a namespace: nobody shows its `exit`, but every interface that the commands name is
 * in one other place. Undefined where nothing speaks against the shell.
 */
export function placeOutsideShell(block: ReportBlock, shell: string, clues: PlaceClues): BlockPlace | undefined {
  const homes = [...clues.localNames(clues.machineOf(block.prompt)).values()]
  const places = [...new Set([...homes, clues.machineOf(block.prompt)])]
  // What the commands could not find tells nothing of where it is.
  const isMissing = block.commands.some(({ output }) =>
    output.some((text) => /does not exist|Cannot find|No such device/.test(text)),
  )
  // Nobody needs `ip netns exec` to reach the namespace whose shell it is, nor others from there.
  const entersOthers = block.commands.some(({ source }) => /^\s*(?:sudo\s+)?ip\s+(?:netns?\s+exec|-n)\s/.test(source))
  if (block.prompt === '' && entersOthers) return { namespaces: [clues.machineOf('')], reason: 'machine', isSure: true }
  const holders = namespacesWith(block, clues.devices, [...new Set([...places, shell])])
  const [only] = holders
  if (isMissing || holders.length !== 1 || only === undefined || only === shell) return undefined
  return { namespaces: [only], reason: 'device', isSure: true }
}

/** A root prompt on a machine where another user has one too: a shell that `ip netns exec` or `sudo -i` opened. */
function mayBeNested(prompt: string, { prompts, machineOf }: Pick<PlaceClues, 'prompts' | 'machineOf'>): boolean {
  if (prompt === '') return prompts.length > 1
  const machine = machineOf(prompt)
  return (
    prompt.startsWith('root@') &&
    prompts.some((other) => other !== prompt && other !== '' && machineOf(other) === machine)
  )
}

function placeWithoutPrompt(block: ReportBlock, clues: PlaceClues): BlockPlace {
  const machines = [
    ...new Set(clues.prompts.filter((prompt) => prompt !== '').map((prompt) => clues.machineOf(prompt))),
  ]
  if (machines.length === 0) return { namespaces: [clues.machineOf('')], reason: 'prompt', isSure: true }
  const neighbour = clues.blocks.find(({ prompt, listing }) => prompt !== '' && listing === block.listing)
  if (neighbour !== undefined) {
    return { namespaces: [clues.machineOf(neighbour.prompt)], reason: 'listing', isSure: true }
  }
  const shown = machineThatShows(block, clues)
  if (shown !== undefined) return { namespaces: [shown], reason: 'listing', isSure: true }
  const holders = namespacesWith(block, clues.devices, machines)
  if (holders.length > 0) return { namespaces: holders, reason: 'device', isSure: true }
  const named = namedInText(block, new Map(machines.map((machine) => [machine, machine])))
  if (named !== undefined) return { namespaces: [named], reason: 'text', isSure: true }
  const main = mainMachine(clues, machines)
  if (main !== undefined) return { namespaces: [main], reason: 'machine', isSure: false }
  return { namespaces: machines, reason: 'machine', isSure: machines.length === 1 }
}

/** An article says what to type, and then shows how it was typed: the machine of the prompt at which a command of the block stands below. */
function machineThatShows(block: ReportBlock, { blocks, machineOf }: PlaceClues): string | undefined {
  const sources = new Set(block.commands.map(({ source }) => source))
  const below = blocks.find(
    ({ prompt, line, commands }) =>
      prompt !== '' && line > block.line && commands.some(({ source }) => sources.has(source)),
  )
  return below === undefined ? undefined : machineOf(below.prompt)
}

/** Beside a machine with so many of the prompts the others are only visited. */
const MAIN_SHARE = 0.75

function mainMachine({ blocks, machineOf }: PlaceClues, machines: readonly string[]): string | undefined {
  const prompted = blocks.filter(({ prompt }) => prompt !== '').map(({ prompt }) => machineOf(prompt))
  return machines.find(
    (machine) => prompted.filter((other) => other === machine).length >= Math.max(prompted.length * MAIN_SHARE, 3),
  )
}

/** Those of the namespaces that hold an interface which the commands name. */
function namespacesWith(
  block: ReportBlock,
  devices: readonly Device[],
  namespaces: readonly string[],
): readonly string[] {
  const words = new Set(block.commands.flatMap(({ source }) => source.split(/[\s/]+|\.conf\.|\.(?=\w+=)|=/)))
  const mentioned = devices.filter(({ name, namespace }) => namespaces.includes(namespace) && words.has(name))
  return [...new Set(mentioned.map(({ namespace }) => namespace))]
}

/** How far above a block its heading may stand. */
const TEXT_REACH = 4

function namedInText({ textAbove }: ReportBlock, names: ReadonlyMap<string, string>): string | undefined {
  for (const line of textAbove.slice(0, TEXT_REACH)) {
    const found = [...names]
      .map(([local, namespace]) => ({ namespace, at: placeOfName(line, local) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)
    if (found[0] !== undefined) return found[0].namespace
  }
  return undefined
}

/** A name stands by itself: `ns1` is not in `ns11` nor in `veth-ns1`. Other scripts write no blanks around it. */
function placeOfName(line: string, name: string): number {
  if (name === BENCH) return -1
  const escaped = name.replaceAll(/[^\w]/g, String.raw`\$&`)
  return line.search(new RegExp(String.raw`(?<![\w.@-])${escaped}(?![\w@-])`))
}
