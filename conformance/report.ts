/**
 * Plays labs and tells how they compare with Linux.
 * usage: npx tsx conformance/report.ts [--diff] [--same-only] [--json] [--from DIR] [NAME…]
 *   NAME         labs whose name contains it; all labs without one
 *   --diff       also tell what differs: "-" is what Linux had, "+" what we had
 *   --same-only  only the labs that must be the same
 *   --json       one JSON object a lab and line, as soon as it is played
 *   --from DIR   compare recordings in DIR instead of playing
 * Exit status 0 unless a lab that must be the same differs (1) or some lab could not be played (2).
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { playLab } from '../src/engine/play.ts'
import { formatDifferences } from './compare/difference.ts'
import { MUST_BE_SAME } from './expected.ts'
import { labNames, readRecording } from './labs.ts'
import { isSame, playAndCompare, summaryLine } from './results.ts'
import type { LabResult, Player } from './results.ts'

const COLOURS = { red: 31, green: 32, yellow: 33, grey: 90 }
const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined

// Whoever reads the output may stop early, as `head` does.
process.stdout.on('error', () => process.exit())
process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      diff: { type: 'boolean', default: false },
      'same-only': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      from: { type: 'string' },
    },
    allowPositionals: true,
  })
  const labs = chosenLabs(positionals, values['same-only'])
  if (labs.length === 0) {
    console.error(`No lab is called ${positionals.join(' or ')}.`)
    return 2
  }
  const { from } = values
  const player: Player = from === undefined ? playLab : (name) => readRecording(join(from, `${name}.json`))
  const width = Math.max(...labs.map((lab) => lab.length))
  const results: LabResult[] = []
  for (const lab of labs) {
    const result = await playAndCompare(lab, player)
    results.push(result)
    console.log(values.json ? JSON.stringify(result) : reportLab(result, width, values.diff))
  }
  if (!values.json) console.log(`\n${summaryLine(results)}\n${mustBeSameLine(results)}`)
  if (results.some(({ kind }) => kind === 'failed')) return 2
  return results.some((result) => result.mustBeSame && !isSame(result)) ? 1 : 0
}

function chosenLabs(parts: readonly string[], sameOnly: boolean): string[] {
  const labs = sameOnly ? [...MUST_BE_SAME].sort() : labNames()
  return parts.length === 0 ? labs : labs.filter((lab) => parts.some((part) => lab.includes(part)))
}

/** One line, and with `withDifferences` what differs below it. A lab that must be the same has a star. */
function reportLab(result: LabResult, width: number, withDifferences: boolean): string {
  const name = `${result.mustBeSame ? '*' : ' '} ${result.lab.padEnd(width)}`
  const time = paint('grey', `${result.elapsedMs.toFixed(0).padStart(5)} ms`)
  if (result.kind === 'failed') return `${paint('red', 'FAILED ')} ${name} ${time}\n    ${result.error}`
  const { same, equal, frames, differs, differences } = result.comparison
  const verdict = same ? paint('green', 'same   ') : paint(result.mustBeSame ? 'red' : 'yellow', 'differs')
  const line = `${verdict} ${name} ${time}  ${`${equal} of ${frames} frames`.padEnd(18)} ${differs.join(' ')}`.trimEnd()
  if (!withDifferences || same) return line
  return `${line}\n${formatDifferences(differences).replaceAll(/^ {4}([-+]) .*$/gm, paintSide)}`
}

function paintSide(line: string, side: string): string {
  return paint(side === '-' ? 'green' : 'red', line)
}

function mustBeSameLine(results: readonly LabResult[]): string {
  const must = results.filter(({ mustBeSame }) => mustBeSame)
  const wrong = must.filter((result) => !isSame(result)).map(({ lab }) => lab)
  const verdict = `of the ${must.length} that must be the same (*), ${must.length - wrong.length} are`
  return wrong.length === 0 ? paint('green', verdict) : paint('red', `${verdict}; not: ${wrong.join(', ')}`)
}

function paint(colour: keyof typeof COLOURS, text: string): string {
  return isColoured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text
}
