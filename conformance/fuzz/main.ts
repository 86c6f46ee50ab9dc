/**
 * Plays random labs.
 * usage: npm run conformance:fuzz -- [--suite NAME] [--seeds N] [--from SEED] [--feature NAME] [--real|--recorded [--diff] [--shrink] [--keep DIR]] [--list]
 *   --suite NAME    plain (links, neighbours, routes; the default), stateful (netfilter, sockets, spanning tree) or wide
 *   --seeds N       how many labs (20)
 *   --from SEED     the first seed (1)
 *   --feature NAME  only seeds whose labs have this feature
 *   --real          compare with a real kernel; needs QEMU and the machine of `machine/build.sh`
 *   --recorded      compare with a real kernel as far as labs are recorded, and record nothing
 *   --diff          also tell what differs: "-" is what Linux had, "+" what we had
 *   --shrink        make each lab that differs smaller, and print it
 *   --keep DIR      write each lab that differs there, with Linux's recordings and ours
 *   --list          print the features and how often each appears, and play nothing
 * Without --real each lab is played twice here: it must end, and both plays must be equal.
 * Linux's recordings are kept in /var/cache/vethlab-fuzz, or in the folder that VETHLAB_FUZZ_CACHE names.
 * Exit status 0, or 1 when some lab differs or fails, or 2 when nothing could be played.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatDifferences } from '../compare/difference.ts'
import { formatRecording } from '../machine/read-play.ts'
import { SUITES } from './feature.ts'
import type { Suite } from './feature.ts'
import { FEATURES } from './features.ts'
import { generateLab } from './generate.ts'
import type { RandomLab } from './generate.ts'
import { judge } from './judge.ts'
import type { Players, Verdict } from './judge.ts'
import { Linux } from './linux.ts'
import { Ours } from './ours.ts'
import { coverageLine, coverageTable, labLine, summary } from './report.ts'
import { shrink } from './shrink.ts'

const USAGE =
  'usage: npm run conformance:fuzz -- [--suite NAME] [--seeds N] [--from SEED] [--feature NAME] [--real|--recorded [--diff] [--shrink] [--keep DIR]] [--list]'
/** Labs that are judged together: as many as a boot of the machine plays. */
const LABS_TOGETHER = 16

interface Options {
  readonly suite: Suite
  readonly labs: readonly RandomLab[]
  /** False when only what is recorded already is compared. */
  readonly records: boolean
  readonly diff: boolean
  readonly shrink: boolean
  readonly keep: string | undefined
}

process.stdout.on('error', () => process.exit())
process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      suite: { type: 'string', default: 'plain' },
      seeds: { type: 'string', default: '20' },
      from: { type: 'string', default: '1' },
      feature: { type: 'string' },
      real: { type: 'boolean', default: false },
      recorded: { type: 'boolean', default: false },
      diff: { type: 'boolean', default: false },
      shrink: { type: 'boolean', default: false },
      keep: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  })
  const [count, from] = [Number(values.seeds), Number(values.from)]
  if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(from) || from < 0) return complain(USAGE)
  const { feature } = values
  const suite = (Object.keys(SUITES) as Suite[]).find((name) => name === values.suite)
  if (suite === undefined)
    return complain(`No suite is called ${values.suite}; there are ${Object.keys(SUITES).join(', ')}.`)
  if (feature !== undefined && !FEATURES[suite].includes(feature))
    return complain(`No feature is called ${feature}; see --list.`)
  const labs = chosenLabs(suite, count, from, feature)
  if (values.list) {
    console.log(`${coverageTable(labs, suite)}\n\n${coverageLine(labs, suite)}`)
    return 0
  }
  const { real, recorded, diff, keep } = values
  const options: Options = { suite, labs, records: real, diff, shrink: values.shrink, keep }
  const ours = new Ours()
  try {
    return await (real || recorded ? playAgainstLinux(options, ours) : playTwice(labs, suite, ours))
  } finally {
    ours.close()
  }
}

/** The first `count` labs with the feature, from a seed on. */
function chosenLabs(suite: Suite, count: number, from: number, feature: string | undefined): RandomLab[] {
  const labs: RandomLab[] = []
  for (let seed = from; labs.length < count; seed++) {
    const lab = generateLab(seed, suite)
    if (feature === undefined || lab.features.includes(feature)) labs.push(lab)
  }
  return labs
}

/** Nothing may throw, hang, or come out otherwise the second time. */
async function playTwice(labs: readonly RandomLab[], suite: Suite, ours: Ours): Promise<number> {
  let wrong = 0
  for (const lab of labs) {
    const [first, second] = [await ours.play(lab), await ours.play(lab)]
    const isEqual = JSON.stringify(first) === JSON.stringify(second)
    const failed = first.kind === 'failed' ? first : second
    if (failed.kind === 'failed') console.log(labLine(lab, failed, false))
    else
      console.log(
        `${(isEqual ? 'plays' : 'changes').padEnd(10)} ${String(lab.seed).padStart(6)}  ${lab.features.join(', ')}`,
      )
    if (failed.kind === 'failed' || !isEqual) wrong++
  }
  console.log(
    `\n${coverageLine(labs, suite)}\n${labs.length - wrong} play to their end, the same twice; ${wrong} do not`,
  )
  return wrong > 0 ? 1 : 0
}

async function playAgainstLinux(options: Options, ours: Ours): Promise<number> {
  const { labs } = options
  const machine = options.records ? findMachine() : undefined
  if (options.records && machine === undefined)
    console.error('There is no machine to record on: only what the cache holds is compared.')
  const cache = process.env['VETHLAB_FUZZ_CACHE'] ?? '/var/cache/vethlab-fuzz'
  const onBoot = (count: number): void => console.error(`recording ${count} labs on Linux…`)
  const players: Players = { linux: new Linux({ machine, cache, onBoot }), engine: ours }
  const verdicts = new Map<string, Verdict>()
  for (let k = 0; k < labs.length; k += LABS_TOGETHER) {
    const some = labs.slice(k, k + LABS_TOGETHER)
    for (const [name, verdict] of await judge(some, players)) verdicts.set(name, verdict)
    for (const lab of some) await tell(lab, verdicts.get(lab.name), options, players)
  }
  console.log(`\n${summary(labs, verdicts, options.suite)}`)
  const kinds = [...verdicts.values()].map(({ kind }) => kind)
  if (kinds.every((kind) => kind === 'unrecorded')) return 2
  return kinds.some((kind) => kind === 'differs' || kind === 'failed') ? 1 : 0
}

async function tell(lab: RandomLab, verdict: Verdict | undefined, options: Options, players: Players): Promise<void> {
  if (verdict === undefined) return
  console.log(labLine(lab, verdict, options.diff))
  if (verdict.kind !== 'differs') return
  if (options.keep !== undefined) keepLab(options.keep, lab, verdict)
  const [real] = verdict.real
  if (!options.shrink || real === undefined) return
  const small = await shrink(lab, { real, ours: verdict.ours }, players)
  console.log(`  smallest, after ${small.rounds} rounds:\n${small.lab.text.replaceAll(/^/gm, '    ').trimEnd()}`)
  const judged = (await judge([small.lab], players)).get(small.lab.name)
  if (judged?.kind !== 'differs') return
  console.log(formatDifferences(judged.differences))
  if (options.keep !== undefined) keepLab(options.keep, small.lab, judged)
}

function keepLab(folder: string, lab: { name: string; text: string }, verdict: Verdict & { kind: 'differs' }): void {
  mkdirSync(folder, { recursive: true })
  const write = (ending: string, text: string): void => writeFileSync(join(folder, `${lab.name}${ending}`), text)
  write('.sh', lab.text)
  verdict.real.forEach((recording, k) => write(k === 0 ? '.json' : `.${k + 1}.json`, formatRecording(recording)))
  write('.ours.json', formatRecording(verdict.ours))
  write('.diff', `${formatDifferences(verdict.differences)}\n`)
}

/** The machine's folder; undefined when it is not there and cannot be built, or when QEMU is missing. */
function findMachine(): string | undefined {
  const path = (process.env['PATH'] ?? '').split(':')
  if (!path.some((folder) => existsSync(join(folder, 'qemu-system-x86_64')))) return undefined
  try {
    const build = join(import.meta.dirname, '..', 'machine', 'build.sh')
    return execFileSync(build, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
  } catch {
    return undefined
  }
}

function complain(text: string): number {
  console.error(text)
  return 2
}
