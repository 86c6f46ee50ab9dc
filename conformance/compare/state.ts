/** Compares the tables of each namespace as they were at the end. */
import type { RecordedNamespace } from '../../src/contract/recording.ts'
import { REACHABLE_AT_LEAST_S } from './actions.ts'
import type { Difference } from './difference.ts'
import type { Play } from './frames.ts'
import { diffLines } from './list-diff.ts'
import type { Normaliser } from './normaliser.ts'

type Table = 'neigh' | 'fdb' | 'route' | 'addr' | 'link'

interface Reading {
  readonly normaliser: Normaliser
  readonly ns: string
  /** True when the play was long enough for a neighbour to leave REACHABLE by chance. */
  readonly isLong: boolean
}

/** How each table's text becomes lines that two plays can agree on. */
const READERS: Readonly<Record<Table, (text: string, reading: Reading) => string[]>> = {
  neigh: neighbourLines,
  fdb: fdbLines,
  route: tableLines,
  addr: addressLines,
  link: linkLines,
}
const TABLES: readonly Table[] = ['neigh', 'fdb', 'route', 'addr', 'link']

/** The tables of every namespace that Linux had. */
export function compareState(real: Play, ours: Play): Difference[] {
  const isLong = real.recording.duration > REACHABLE_AT_LEAST_S
  const differences: Difference[] = []
  for (const [ns, realState] of Object.entries(real.recording.state)) {
    const oursState: Partial<RecordedNamespace> = ours.recording.state[ns] ?? {}
    for (const table of TABLES) {
      const read = READERS[table]
      const lines = diffLines(
        read(realState[table], { normaliser: real.normaliser, ns, isLong }),
        read(oursState[table] ?? '', { normaliser: ours.normaliser, ns, isLong }),
      )
      if (lines.length > 0) differences.push({ kind: table, where: ns, lines })
    }
  }
  return differences
}

/** Lines without double blanks and without counters of use. */
function tableLines(text: string, { normaliser }: Reading): string[] {
  return text
    .split('\n')
    .map((line) =>
      oneBlank(normaliser.text(line))
        .replace(/ (ref|used|probes) \S+/g, '')
        .trim(),
    )
    .filter((line) => line !== '')
}

function neighbourLines(text: string, reading: Reading): string[] {
  const lines = tableLines(text, reading)
  return (
    reading.isLong ? lines.map((line) => line.replace(/(REACHABLE|STALE|DELAY)$/, 'REACHABLE|STALE')) : lines
  ).sort()
}

/** Entries that belong to a bridge or a VLAN; the rest are a device's own multicast filters. */
function fdbLines(text: string, { normaliser, ns }: Reading): string[] {
  const lines = normaliser
    .fdb(text, ns)
    .split('\n')
    .map((line) => oneBlank(line).trim())
  return lines.filter((line) => / master | vlan /.test(line)).sort()
}

/** The `inet` lines, each after its interface. */
function addressLines(text: string): string[] {
  let dev = ''
  return text.split('\n').flatMap((line) => {
    dev = /^\d+: ([^:@]+)/.exec(line)?.[1] ?? dev
    const address = /^\s+(inet .*)/.exec(line)?.[1]
    return address === undefined ? [] : [`${dev}: ${address.trim()}`]
  })
}

/** One line an interface: name, flags, mtu, master and state, without index, queueing and alias. */
function linkLines(text: string, { normaliser }: Reading): string[] {
  return text
    .split('\n')
    .filter((line) => /^\d+:/.test(line))
    .map((line) =>
      normaliser
        .text(line)
        .replace(/^\d+: /, '')
        .replace(/@if\d+/, '@if')
        .replace(/ qdisc .*? state/, ' state')
        .replace(/ (mode|group) .*$/, '')
        .trim(),
    )
    .filter((line) => !line.startsWith('lo:'))
    .sort()
}

const oneBlank = (line: string): string => line.replace(/\s+/g, ' ')
