/**
 * Records labs on a real Linux kernel, in a QEMU machine without any network; about half a minute a lab.
 * usage: npm run conformance:record -- [--jobs N] [--out DIR] LAB…
 * A LAB is a name in `labs/`, whose recording goes to `recordings/`, or a script, whose recording goes beside it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { playOnLinux } from './machine/play.ts'
import { formatRecording } from './machine/read-play.ts'

const USAGE = 'usage: npm run conformance:record -- [--jobs N] [--out DIR] LAB…'
const HERE = import.meta.dirname

interface Job {
  readonly labFile: string
  readonly target: string
}

process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { jobs: { type: 'string', default: '4' }, out: { type: 'string' } },
    allowPositionals: true,
  })
  const workers = Number(values.jobs)
  if (positionals.length === 0 || !Number.isInteger(workers) || workers < 1) return complain(USAGE)
  const jobs = positionals.map((lab) => jobFor(lab, values.out))
  const missing = jobs.filter(({ labFile }) => !existsSync(labFile)).map(({ labFile }) => labFile)
  if (missing.length > 0) return complain(`There is no lab ${missing.join(', ')}.`)

  const machine = buildMachine()
  if (machine === undefined) return 1
  if (!isInstalled('qemu-system-x86_64')) {
    return complain('qemu-system-x86_64 is missing. On Debian: apt-get install qemu-system-x86')
  }
  return record(jobs, machine, workers)
}

/** Ends with the exit status: 1 when some lab could not be recorded. */
async function record(jobs: readonly Job[], machine: string, workers: number): Promise<number> {
  const queue = [...jobs]
  let failed = 0
  const work = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      try {
        const recording = await playOnLinux(job.labFile, machine)
        mkdirSync(dirname(job.target), { recursive: true })
        writeFileSync(job.target, formatRecording(recording))
        console.log(`recorded ${basename(job.target)}`)
      } catch (error) {
        failed++
        console.error(error instanceof Error ? error.message : error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, work))
  return failed > 0 ? 1 : 0
}

function jobFor(lab: string, out: string | undefined): Job {
  const isName = /^[\w-]+$/.test(lab)
  const labFile = isName ? join(HERE, 'labs', `${lab}.sh`) : resolve(lab)
  const folder = out ?? (isName ? join(HERE, 'recordings') : dirname(labFile))
  return { labFile, target: join(resolve(folder), `${basename(labFile, '.sh')}.json`) }
}

/** The machine's folder, or undefined when it is not there and cannot be built; `build.sh` has then said why. */
function buildMachine(): string | undefined {
  try {
    const stdio = ['ignore', 'pipe', 'inherit'] as const
    return execFileSync(join(HERE, 'machine', 'build.sh'), { encoding: 'utf8', stdio: [...stdio] }).trim()
  } catch {
    return undefined
  }
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, program)))
}

function complain(text: string): number {
  console.error(text)
  return 2
}
