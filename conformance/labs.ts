/** The labs of this folder and what Linux did with them. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Recording } from '../src/contract/recording.ts'
import { compareRecordings } from './compare/compare.ts'
import type { Comparison } from './compare/difference.ts'

const LABS = join(import.meta.dirname, 'labs')
const RECORDINGS = join(import.meta.dirname, 'recordings')

/** The names of all labs, sorted: file names without `.sh`. */
export function labNames(): string[] {
  const files = readdirSync(LABS).filter((file) => file.endsWith('.sh'))
  return files.map((file) => basename(file, '.sh')).sort()
}

/** The text of one lab. Throws when there is none of that name. */
export function labText(name: string): string {
  return readFileSync(join(LABS, `${name}.sh`), 'utf8')
}

/**
 * What Linux did with one lab, at least one recording. Where two real runs differ there are two, and being the same as
 * either counts. Throws when the lab was never recorded.
 */
export function linuxRecordings(name: string): [Recording, ...Recording[]] {
  const second = join(RECORDINGS, `${name}.2.json`)
  const first = readRecording(join(RECORDINGS, `${name}.json`))
  return existsSync(second) ? [first, readRecording(second)] : [first]
}

/** Reads a recording from a file that the recorder or the headless runner wrote. */
export function readRecording(file: string): Recording {
  return JSON.parse(readFileSync(file, 'utf8')) as Recording
}

/** Compares a play with what Linux did; where Linux did two things, with the one it comes nearer to. */
export function compareWithLinux(ours: Recording): Comparison {
  const [first, ...others] = linuxRecordings(ours.lab).map((real) => compareRecordings(real, ours))
  if (first === undefined) throw new Error(`no recording of ${ours.lab}`)
  return others.reduce((best, other) => (distance(other) < distance(best) ? other : best), first)
}

const distance = ({ same, differences }: Comparison): number =>
  same ? -1 : differences.reduce((sum, { lines }) => sum + lines.length, 0)
