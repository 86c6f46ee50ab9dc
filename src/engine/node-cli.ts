// The lab on the command line: `lab play [--out DIR] FILE.sh...` and `lab why FILE.sh`.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { TRACE_KIND_CODE } from '../contract/trace-events.ts'
import { LabEngine } from './lab-engine.ts'
import { playLabWithProblems } from './play.ts'
import { explainText, whyAction } from './why.ts'

const USAGE = `usage: npm run --silent lab -- play [--out DIR] FILE.sh...   plays labs and prints (or writes) what every interface saw
       npm run --silent lab -- why FILE.sh                   says for each action that failed what stopped it`

/** Something that the person at the keyboard can mend; no stack trace. */
class UsageError extends Error {
  readonly exit: number
  constructor(message: string, exit = 2) {
    super(message)
    this.exit = exit
  }
}

async function readLab(file: string): Promise<string> {
  const info = await stat(file).catch(() => undefined)
  if (info === undefined)
    throw new UsageError(
      `${file}: no such file. Give the path of a lab script, for instance conformance/labs/arp-basics.sh`,
    )
  if (info.isDirectory())
    throw new UsageError(`${file}: is a directory. Give the lab scripts in it, for instance ${file}/*.sh`)
  return readFile(file, 'utf8')
}

const labName = (file: string): string => basename(file).replace(/\.sh$/, '')

/** Lists what could not be used of a lab's setup. True when something could not. */
function reportProblems(file: string, problems: Awaited<ReturnType<LabEngine['setUp']>>['problems']): boolean {
  for (const problem of problems)
    console.error(
      `${file}:${problem.line}: ${problem.message}${problem.command === '' ? '' : `\n    ${problem.command}`}`,
    )
  return problems.some((problem) => problem.severity === 'error')
}

async function play(args: readonly string[]): Promise<number> {
  let out: string | undefined
  const files: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--out') {
      out = args[++i]
      if (out === undefined) throw new UsageError('--out needs a directory')
    } else if (arg.startsWith('-')) throw new UsageError(`unknown option ${arg}\n${USAGE}`)
    else files.push(arg)
  }
  if (files.length === 0) throw new UsageError(USAGE)
  let exit = 0
  for (const file of files) {
    const text = await readLab(file)
    const { recording, problems, limit } = await playLabWithProblems(labName(file), text, { clone: structuredClone })
    if (reportProblems(file, problems)) exit = 1
    if (limit !== undefined) {
      console.error(`${file}: ${limit}`)
      exit = 1
    }
    const json = `${JSON.stringify(recording, null, 1)}\n`
    if (out === undefined) process.stdout.write(json)
    else {
      await mkdir(out, { recursive: true })
      await writeFile(join(out, `${labName(file)}.json`), json)
    }
  }
  return exit
}

async function why(args: readonly string[]): Promise<number> {
  const [file] = args
  if (file === undefined || args.length > 1) throw new UsageError(USAGE)
  const engine = new LabEngine(await readLab(file), { clone: structuredClone })
  const setup = await engine.setUp()
  const broken = reportProblems(file, setup.problems)
  while ((await engine.playNext()) !== undefined);
  await engine.advance(engine.world.now + engine.settleSeconds * 1e9)
  const { trace } = engine
  if (trace === undefined) return 1
  let failures = 0
  for (const action of engine.actions) {
    const answer = whyAction(engine, trace, action.index)
    if (answer.ok) continue
    failures++
    console.log(`${file}:${action.line}: ${action.command}\n  ${answer.text}`)
    for (const line of explainText(answer)) console.log(`    ${line}`)
  }
  const frames = trace.kind
    .subarray(0, trace.count)
    .filter((kind) => kind === TRACE_KIND_CODE['net.netif_receive_skb']).length
  console.log(`${engine.actions.length} actions, ${failures} failed, ${frames} frames received`)
  return broken ? 1 : 0
}

async function main(): Promise<number> {
  const [command, ...args] = process.argv.slice(2)
  if (command === 'play') return play(args)
  if (command === 'why') return why(args)
  throw new UsageError(command === undefined ? USAGE : `unknown command ${command}\n${USAGE}`)
}

main().then(
  (exit) => {
    process.exitCode = exit
  },
  (error: unknown) => {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exitCode = error.exit
  },
)
