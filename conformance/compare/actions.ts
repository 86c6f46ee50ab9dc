/** Compares what the commands printed and how they ended. */
import type { RecordedAction } from '../../src/contract/recording.ts'
import type { Difference } from './difference.ts'
import type { Play } from './frames.ts'
import { diffLines } from './list-diff.ts'
import type { Normaliser } from './normaliser.ts'

/** A neighbour stays REACHABLE for a random 15 to 45 s: from here on, in seconds, it cannot be told from STALE. */
export const REACHABLE_AT_LEAST_S = 14

/** What differs from run to run in what commands print: round-trip times, the identifiers of pings, interface indexes, remaining times. */
const VARIABLE_PARTS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/time=?\s?[\d.]+ ?ms/g, 'time=T ms'],
  [/\bident=\d+/g, 'ident=I'],
  [/rtt min.*$/gm, 'rtt'],
  [/, pipe \d+/g, ''],
  [/\s[\d.]+ ms(?=\s|$)/g, ' T ms'],
  [/^\d+: ([^\s:@]+)(@\S+)?: </gm, '$1: <'],
  [/^(\S+)@if\d+ /gm, '$1 '],
  [/\bexpires \d+sec\b/g, 'expires T'],
  [/\b(\w+_timer) +[\d.]+/g, '$1 T'],
]

/** The setup's exit status, and every action's exit status and output. */
export function compareActions(real: Play, ours: Play): Difference[] {
  const differences: Difference[] = []
  const [realExit, oursExit] = [real.recording.setup.exit, ours.recording.setup.exit]
  if (realExit !== oursExit) {
    differences.push({ kind: 'actions', where: '(setup)', lines: [`- exit ${realExit}`, `+ exit ${oursExit}`] })
  }
  real.recording.actions.forEach((action, k) => {
    const other = ours.recording.actions[k]
    // Both are read alike, even where the one began just before the limit and the other just after it.
    const isLong = Math.max(action.at, other?.at ?? 0) > REACHABLE_AT_LEAST_S
    const lines =
      other === undefined ? ['- (action missing)'] : diffLines(told(action, real, isLong), told(other, ours, isLong))
    if (lines.length > 0) differences.push({ kind: 'actions', where: action.command, lines })
  })
  return differences
}

const told = (action: RecordedAction, play: Play, isLong: boolean): string[] => [
  `exit ${action.exit}`,
  ...printedLines(action, play.normaliser, isLong),
]

/** What a command printed, without what chance decides; lines that come in the order of a hash table are sorted. */
function printedLines(action: RecordedAction, normaliser: Normaliser, isLong: boolean): string[] {
  const { command } = action
  const isFdb = /\bfdb\b.*\bshow\b/.test(command)
  const ns = /(?:-n|netns exec) (\S+)/.exec(command)?.[1]
  let output = isFdb ? normaliser.fdb(action.output, ns) : normaliser.text(action.output)
  output = withArpingMacs(output, normaliser)
  for (const [pattern, replacement] of VARIABLE_PARTS) output = output.replace(pattern, replacement)
  if (/\bconntrack\b/.test(command)) output = withConntrackNames(output, normaliser)
  if (/\b(?:ss|nc)\b/.test(command)) output = withSocketNames(output, normaliser)
  if (isLong) output = output.replace(/ (REACHABLE|STALE)\b/g, ' REACHABLE|STALE')
  const lines = output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  const rows = isFdb ? lines.filter((line) => / master | vlan /.test(line)) : lines
  return /\b(neigh|fdb|arp -a?n|conntrack|ss)\b/.test(command) ? rows.sort() : rows
}

/** arping prints addresses in capitals, then the round-trip time without a blank. One without letters has its name by now. */
function withArpingMacs(output: string, normaliser: Normaliser): string {
  return output.replace(
    /\[([0-9A-F:]{17}|<[^>]*>)\]\s+[\d.]+ms/g,
    (_, mac: string) => `[${normaliser.text(mac.startsWith('<') ? mac : mac.toLowerCase())}] T ms`,
  )
}

/** conntrack prints the seconds that an entry has left, ICMP ids and ports. */
function withConntrackNames(output: string, normaliser: Normaliser): string {
  return output
    .replace(/^(\w+ +\d+) \d+ /gm, '$1 T ')
    .replace(/\b(id|sport|dport)=(\d+)/g, (_, field: string, value: string) => {
      return `${field}=${field === 'id' ? normaliser.icmpId(value) : normaliser.port(value)}`
    })
}

/** ss prints ports, processes, and numbers that the kernel gave a socket; nc prints the port of who connected. */
function withSocketNames(output: string, normaliser: Normaliser): string {
  return output
    .replace(/(\d+\.\d+\.\d+\.\d+)([: ])(\d{5})\b/g, (_, address: string, between: string, port: string) => {
      return `${address}${between}${normaliser.port(port)}`
    })
    .replace(/\bpid=\d+/g, 'pid=P')
    .replace(/\bino:\d+ sk:\w+/g, 'ino:I sk:S')
    .replace(/\btimer:\((\w+),[^,]*,/g, 'timer:($1,T,')
}
