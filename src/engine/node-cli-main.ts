// The lab on the command line: `lab play [--out DIR] FILE.sh...` `lab why FILE.sh` and `lab export --linux FILE.sh`. Whatever goes wrong ends in a message that
// says where and what to do, and in exit status 1 (something in a lab could not be used) or 2 (nothing could be done).
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { CAUSES } from '../contract/causes.ts'
import type { LabProblem, WhyAnswer } from '../contract/protocol.ts'
import { TRACE_KIND_CODE } from '../contract/trace-events.ts'
import { parseLab } from '../lab/document.ts'
import { exportForContainerlab } from '../lab/export-containerlab.ts'
import { exportForLinux } from '../lab/export-linux.ts'
import { LabEngine } from './lab-engine.ts'
import { playLabWithProblems, playToEnd } from './play.ts'
import { explainText, whyAction } from './why.ts'

const USAGE = `usage: npm run --silent lab -- play [--out DIR] FILE.sh...   plays labs and prints (or writes) what every interface saw
       npm run --silent lab -- why FILE.sh                   says for each action that failed what stopped it
       npm run --silent lab -- export --linux FILE.sh        prints it as a script for a real Linux
       npm run --silent lab -- export --containerlab FILE.sh prints it as a containerlab topology`

const EXAMPLE = 'conformance/labs/arp-basics.sh'

/** Where a command's results and messages go. */
export interface CliStreams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** Something that the person at the keyboard can mend. */
class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Runs a command line; resolves with the exit status, and never rejects. */
export async function runCli(args: readonly string[], streams: CliStreams): Promise<0 | 1 | 2> {
  const [command, ...rest] = args
  try {
    if (command === 'play') return await play(rest, streams)
    if (command === 'why') return await why(rest, streams)
    if (command === 'export') return await exportLab(rest, streams)
    if (command === '--help' || command === '-h') {
      streams.out(`${USAGE}\n`)
      return 0
    }
    throw new UsageError(command === undefined ? USAGE : `unknown command ${command}\n${USAGE}`)
  } catch (error) {
    streams.err(`${messageOf(error)}\n`)
    return 2
  }
}

function messageOf(error: unknown): string {
  if (error instanceof UsageError) return error.message
  const what = error instanceof Error ? error.message : String(error)
  return `vethlab failed: ${what}. This is a fault of vethlab, not of the lab; please report it together with the lab.`
}

/** What the system says about a file, in words. */
function fileError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'ENOENT':
      return `no such file. Give the path of a lab script, for instance ${EXAMPLE}`
    case 'EACCES':
    case 'EPERM':
      return 'permission denied. Choose a place that you may use, or change its permissions'
    case 'EISDIR':
      return 'there is a directory of that name already. Choose another place, or take it away'
    case 'EEXIST':
    case 'ENOTDIR':
      return 'there is a file of that name already, and a directory is needed. Choose another name'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

/** Reads a lab script that has at least one command. Throws UsageError for everything else. */
async function readLab(file: string): Promise<string> {
  const refuse = (error: unknown): never => {
    throw new UsageError(`${file}: ${fileError(error)}`)
  }
  const info = await stat(file).catch(refuse)
  if (info.isDirectory())
    throw new UsageError(`${file}: is a directory. Give the lab scripts in it, for instance ${file}/*.sh`)
  const bytes = await readFile(file).catch(refuse)
  const text = textOf(file, bytes)
  const { setup, actions, problems } = parseLab(text)
  if (setup.length + actions.length === 0 && problems.length === 0)
    throw new UsageError(
      `${file}:1: no commands in it. A lab is a script of commands such as ip netns add a; see ${EXAMPLE}`,
    )
  return text
}

/** A share of broken characters above this means that a file was never text; a few are somebody's old encoding in a comment. */
const BROKEN_SHARE = 0.05

/** Decodes a script. Zero bytes, or many that are no UTF-8, make it something else. */
function textOf(file: string, bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes)
  const zero = text.indexOf('\0')
  const isBroken = text.split('\ufffd').length - 1 > text.length * BROKEN_SHARE
  if (zero < 0 && !isBroken) return text
  const line = text.slice(0, zero < 0 ? text.indexOf('\ufffd') : zero).split('\n').length
  throw new UsageError(`${file}:${line}: this is not text but binary data. Give a lab script, for instance ${EXAMPLE}`)
}

const labName = (file: string): string => basename(file).replace(/\.sh$/, '')

/** What to do about common complaints of commands. */
const ADVICE: readonly (readonly [complaint: RegExp, advice: string])[] = [
  [/File exists/, 'That name or entry is taken: choose another, or remove the first one before this line.'],
  [
    /Cannot find device|No such device|does not exist|Cannot open network namespace|No such file/,
    'Create it before this line, or correct the name.',
  ],
  [/is unknown|command not found|[Uu]sage:|garbage/, 'Correct the command; the rest of the lab was played without it.'],
]

/** Messages that say themselves what to do. */
const SAYS_WHAT_TO_DO = /left out|stopped there|directive/

/** Lists what could not be used of a lab, with its place and what to do. True when something could not. */
function reportProblems(file: string, problems: readonly LabProblem[], { err }: CliStreams): boolean {
  for (const { line, message, command } of problems) {
    const advice = ADVICE.find(([complaint]) => complaint.test(message))?.[1] ?? 'Correct or remove this line.'
    err(`${file}:${line}: ${message === '' ? 'the command failed' : message}\n`)
    if (command !== '') err(`    ${command}\n`)
    if (!SAYS_WHAT_TO_DO.test(message)) err(`    ${advice}\n`)
  }
  return problems.some((problem) => problem.severity === 'error')
}

/** Tells apart options and files of `play`. */
function playOptions(args: readonly string[]): { readonly out: string | undefined; readonly files: readonly string[] } {
  let out: string | undefined
  const files: string[] = []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    if (arg === '--out') {
      out = args[++i]
      if (out === undefined) throw new UsageError(`--out needs a directory\n${USAGE}`)
    } else if (arg.startsWith('-')) throw new UsageError(`unknown option ${arg}\n${USAGE}`)
    else files.push(arg)
  }
  if (files.length === 0) throw new UsageError(`no lab script given\n${USAGE}`)
  return { out, files }
}

async function play(args: readonly string[], streams: CliStreams): Promise<0 | 1 | 2> {
  const { out, files } = playOptions(args)
  let exit: 0 | 1 = 0
  for (const file of files) {
    const text = await readLab(file)
    const { recording, problems, limit } = await playLabWithProblems(labName(file), text, { clone: structuredClone })
    if (reportProblems(file, problems, streams)) exit = 1
    if (limit !== undefined) {
      streams.err(`${file}: ${limit}\n`)
      exit = 1
    }
    const json = `${JSON.stringify(recording, null, 1)}\n`
    if (out === undefined) streams.out(json)
    else await writeRecording(out, `${labName(file)}.json`, json)
  }
  return exit
}

async function writeRecording(folder: string, name: string, json: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, name), json)
  } catch (error) {
    throw new UsageError(`${join(folder, name)}: ${fileError(error)}`)
  }
}

async function why(args: readonly string[], streams: CliStreams): Promise<0 | 1 | 2> {
  const [file] = args
  if (file === undefined) throw new UsageError(`no lab script given\n${USAGE}`)
  if (args.length > 1) throw new UsageError(`why takes one lab script\n${USAGE}`)
  const engine = new LabEngine(await readLab(file), { clone: structuredClone })
  const setup = await engine.setUp()
  const limit = await playToEnd(engine)
  let hasErrors = reportProblems(file, [...setup.problems, ...engine.problems], streams)
  if (limit !== undefined) {
    streams.err(`${file}: ${limit}\n`)
    hasErrors = true
  }
  const { trace } = engine
  if (trace === undefined) return 1
  let failures = 0
  for (const action of engine.actions) {
    const answer = whyAction(engine, trace, action.index)
    if (answer.ok) continue
    failures++
    streams.out(`${file}:${action.line}: ${action.command}\n${whyLines(answer).join('\n')}\n`)
  }
  const frames = trace.kind
    .subarray(0, trace.count)
    .filter((kind) => kind === TRACE_KIND_CODE['net.netif_receive_skb']).length
  streams.out(`${engine.actions.length} actions, ${failures} failed, ${frames} frames received\n`)
  return hasErrors ? 1 : 0
}

/** Prints a lab in another tool's form; what that form can't say goes to the messages. */
async function exportLab(args: readonly string[], { out, err }: CliStreams): Promise<0 | 1> {
  const options = args.filter((arg) => arg.startsWith('-'))
  const [file, ...others] = args.filter((arg) => !arg.startsWith('-'))
  const [option] = options
  if (options.length !== 1 || (option !== '--linux' && option !== '--containerlab'))
    throw new UsageError(`export needs --linux or --containerlab\n${USAGE}`)
  if (file === undefined || others.length > 0) throw new UsageError(`export takes one lab script\n${USAGE}`)
  const document = parseLab(await readLab(file))
  for (const { line, message } of document.problems) err(`${file}:${line}: ${message}\n`)
  if (option === '--linux') {
    out(exportForLinux(document).text)
  } else {
    const { text, unsaid } = exportForContainerlab(document)
    out(text)
    for (const { kind, command } of unsaid)
      if (kind !== 'action') err(`${file}: not in the topology (${kind}): ${command}\n`)
  }
  return document.problems.some(({ severity }) => severity === 'error') ? 1 : 0
}

/** An answer for a terminal: what stopped it, where, in which kernel function, and the checks that led there. */
function whyLines(answer: WhyAnswer): string[] {
  const { lost, stopped, linux } = answer.params
  const where = isCause(answer.key) ? CAUSES[answer.key].where : ''
  const details = [
    lost === undefined || stopped === undefined ? '' : `the echo ${lost} was lost at ${stopped}`,
    where === '' ? '' : `decided in ${where}`,
    linux === undefined ? '' : `Linux's reason: ${linux}`,
  ].filter((detail) => detail !== '')
  const checks = explainText(answer).map((line) => `    ${line}`)
  return [`  ${answer.text}`, ...(details.length === 0 ? [] : [`  ${details.join('; ')}`]), ...checks]
}

const isCause = (key: string): key is keyof typeof CAUSES => Object.hasOwn(CAUSES, key)
