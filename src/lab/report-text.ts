/** The text of a report's lab: machines, what was there before, what builds it, and the actions. */
import type { LabDocument } from './document.ts'
import { BENCH } from './plain-commands.ts'
import type { ReportStep } from './report-lab.ts'
import type { Report } from './report.ts'

export interface ReportTextSource {
  readonly base: LabDocument
  readonly report: Report
  readonly steps: readonly ReportStep[]
  readonly newMachines: readonly string[]
  /** By namespace: the machine that made it; those of the base are left out. */
  readonly madeBy: ReadonlyMap<string, string>
  /** By machine and name there: the lab's name. */
  readonly names: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** What was there before the first command. */
  readonly before: readonly string[]
}

/** Seconds after the last action: neighbours that were used are probed five seconds later. */
const SETTLE_S = 7

/** Writes the lab. */
export function reportText(source: ReportTextSource): string {
  const { base, report, newMachines, before } = source
  const head = base.text.trim() === '' ? ['#%% vethlab 1'] : [base.text.trimEnd(), '']
  const setup = linesOf(source, 'setup')
  const actions = linesOf(source, 'action')
  const directives = report.directives.map((item) => item.text).filter((line) => !/^#%%\s*(?:run|vethlab)\b/.test(line))
  const isSettled = directives.some((line) => /^#%%\s*settle\b/.test(line)) || base.run !== undefined
  const machines = newMachines.flatMap((name) => [`ip netns add ${name}`, `ip -n ${name} link set lo up`])
  const run = actions.length > 0 && base.run === undefined ? ['#%% run'] : []
  const settle = actions.length > 0 && !isSettled ? [`#%% settle ${SETTLE_S}`] : []
  return `${[...head, ...groups(source), ...machines, ...before, ...setup, ...run, ...actions, ...directives, ...settle].join('\n')}\n`
}

/** The machines that the report's namespaces were made on, and the names that they have there. */
function groups({ madeBy, names }: ReportTextSource): string[] {
  const machines = new Set([...madeBy.values()].filter((machine) => machine !== BENCH))
  return [...machines].flatMap((machine) => {
    const inside = [...madeBy].filter(([name, maker]) => maker === machine && name !== machine)
    const pairs = [...(names.get(machine) ?? [])].map(([local, name]) => `${local}=${name}`)
    return [
      ...(inside.length > 0 ? [`#%% machine ${machine}: ${inside.map(([name]) => name).join(' ')}`] : []),
      ...(pairs.length > 0 ? [`#%% alias ${machine} ${pairs.join(' ')}`] : []),
    ]
  })
}

function linesOf({ steps }: ReportTextSource, fate: 'setup' | 'action'): string[] {
  return steps.flatMap(({ block, lines }) => {
    const commands = lines.filter((line) => line.fate === fate).flatMap((line) => line.commands)
    if (commands.length === 0) return []
    const who = block.prompt === '' ? '' : `, ${block.prompt}`
    return [`# line ${block.line}${who}`, ...commands]
  })
}
