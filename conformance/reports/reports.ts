/** The command lines of five published reports, and the labs of this folder's parent that repeat their experiments. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readReport } from '../../src/lab/report.ts'
import { labOfReport } from '../../src/lab/report-lab.ts'
import type { ReportLab, ReportMap } from '../../src/lab/report-lab.ts'

/** `prompts.json` of a report: where its prompts belong, and of which parts each lab is made. */
interface ReportPlan extends ReportMap {
  readonly labs: Readonly<Record<string, LabParts>>
}

interface LabParts {
  readonly preamble: readonly string[]
  readonly transcript: readonly string[]
}

export const REPORTS = ['l3bridge', 'calico', 'bridge', 'macvlan', 'ipvlan'] as const

/** The labs that a report's experiments are, by name. */
export function labsOf(report: (typeof REPORTS)[number]): readonly string[] {
  return Object.keys(planOf(report).labs)
}

/** Builds a lab out of the report: the machines that it describes, then its commands as pasted. */
export function buildLab(report: (typeof REPORTS)[number], lab: string): ReportLab {
  const { labs, ...map } = planOf(report)
  const { preamble, transcript } = labs[lab] ?? { preamble: [], transcript: [] }
  const machines = partsOf(report, 'preamble.sh', /^#== (.*)$/, preamble)
  const pasted = partsOf(report, 'transcript.txt', /^== (.*)$/, transcript)
  return labOfReport(readReport(pasted), map, machines)
}

function planOf(report: string): ReportPlan {
  return JSON.parse(readFileSync(join(import.meta.dirname, report, 'prompts.json'), 'utf8')) as ReportPlan
}

/** The named parts of a file, in the order of the names. Throws when there is none of a name. */
function partsOf(report: string, file: string, heading: RegExp, names: readonly string[]): string {
  const parts = new Map<string, string[]>()
  let part: string[] = []
  for (const line of readFileSync(join(import.meta.dirname, report, file), 'utf8').split('\n')) {
    const name = heading.exec(line)?.[1]
    if (name === undefined) part.push(line)
    else parts.set(name, (part = [`# ${name}`]))
  }
  return names
    .map((name) => {
      const lines = parts.get(name)
      if (lines === undefined) throw new Error(`${report}/${file} has no part ${name}`)
      return lines.join('\n').trimEnd()
    })
    .join('\n')
}
