/** Plays labs on a real kernel in a QEMU machine and reads what they left behind. */
import { execFileSync, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Recording } from '../../src/contract/recording.ts'
import { readPlay } from './read-play.ts'

/** A play takes about half a minute; a machine that is still there after this long will not end by itself. */
const TIME_LIMIT_MS = 300_000
/** The same for each lab of a batch, on top of the boot. */
const TIME_LIMIT_EACH_MS = 190_000
const RESULT_DISK_SIZE = '64M'
/** A file with holes: what no lab fills takes no room. */
const BATCH_RESULT_DISK_SIZE = '448M'
const SERIAL_TAIL_CHARS = 800

/** A lab's name, a file name without `.sh`, and its text. */
export interface NamedLab {
  readonly name: string
  readonly text: string
}

/**
 * Plays `labFile` on the machine in the folder `machine` (see `build.sh`). Throws with what the machine last said when
 * it gives no recording.
 */
export async function playOnLinux(labFile: string, machine: string): Promise<Recording> {
  const work = mkdtempSync(join(tmpdir(), 'vethlab-record-'))
  try {
    copyFileSync(labFile, join(work, 'lab.sh'))
    copyFileSync(join(import.meta.dirname, 'inside.sh'), join(work, 'main'))
    makeDisks(work, ['lab.sh', 'main'], RESULT_DISK_SIZE)
    const qemuErrors = await runMachine(machine, work, TIME_LIMIT_MS)
    unpackResult(work)
    if (!isWhole(work)) {
      throw new Error(`${basename(labFile)}: the machine gave no recording\n${qemuErrors}${serialTail(work)}`)
    }
    return readPlay(basename(labFile, '.sh'), join(work, 'out'))
  } finally {
    rmSync(work, { recursive: true })
  }
}

/**
 * Plays labs one after the other in one boot of the machine, which spares most of the time that each would need by
 * itself. A lab that gave no whole recording is missing in the result; it throws when none did.
 */
export async function playBatchOnLinux(labs: readonly NamedLab[], machine: string): Promise<Map<string, Recording>> {
  const work = mkdtempSync(join(tmpdir(), 'vethlab-record-'))
  try {
    mkdirSync(join(work, 'labs'))
    for (const { name, text } of labs) writeFileSync(join(work, 'labs', `${name}.sh`), text)
    copyFileSync(join(import.meta.dirname, 'inside.sh'), join(work, 'inside.sh'))
    copyFileSync(join(import.meta.dirname, 'inside-batch.sh'), join(work, 'main'))
    makeDisks(work, ['labs', 'inside.sh', 'main'], BATCH_RESULT_DISK_SIZE)
    const qemuErrors = await runMachine(machine, work, TIME_LIMIT_MS + labs.length * TIME_LIMIT_EACH_MS)
    unpackResult(work)
    const recordings = readPlays(join(work, 'plays'))
    if (recordings.size === 0) throw new Error(`the machine gave no recording\n${qemuErrors}${serialTail(work)}`)
    return recordings
  } finally {
    rmSync(work, { recursive: true })
  }
}

function readPlays(folder: string): Map<string, Recording> {
  const recordings = new Map<string, Recording>()
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (!isWhole(join(folder, name))) continue
    try {
      recordings.set(name, readPlay(name, join(folder, name, 'out')))
    } catch (error) {
      // One capture that cannot be read costs its lab only.
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return recordings
}

/** The machine has no file system in common with its host: it reads a tar from one disk and writes one to another. */
function makeDisks(work: string, files: readonly string[], resultSize: string): void {
  execFileSync('tar', ['cf', join(work, 'in.tar'), '-C', work, ...files])
  execFileSync('truncate', ['-s', '%4096', join(work, 'in.tar')])
  execFileSync('truncate', ['-s', resultSize, join(work, 'out.tar')])
}

/**
 * Ends with what QEMU itself complained of. One emulated processor and no network: labs must not depend on the host. For
 * the same reason the machine's time is the number of its instructions, two nanoseconds each: a busy host makes a play
 * take longer, but does not make what happens in it later. While the machine has nothing to do its time leaps ahead.
 */
async function runMachine(machine: string, work: string, limitMs: number): Promise<string> {
  const options: readonly (readonly string[])[] = [
    ['-accel', 'tcg', '-icount', 'shift=1,sleep=off', '-cpu', 'max', '-M', 'q35', '-m', '512', '-smp', '1'],
    ['-nodefaults', '-display', 'none', '-no-reboot', '-serial', `file:${join(work, 'serial.log')}`],
    ['-kernel', join(machine, 'vmlinuz'), '-initrd', join(machine, 'initrd.gz')],
    ['-append', 'console=ttyS0 quiet tsc=reliable ipv6.disable=1 panic=-1 rdinit=/init'],
    ['-drive', `file=${join(work, 'in.tar')},format=raw,if=virtio,readonly=on`],
    ['-drive', `file=${join(work, 'out.tar')},format=raw,if=virtio`],
  ]
  const qemu = spawn('qemu-system-x86_64', options.flat(), { stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  qemu.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const limit = setTimeout(() => qemu.kill('SIGKILL'), limitMs)
  await new Promise<void>((resolve, reject) => {
    qemu.on('error', reject)
    qemu.on('close', () => resolve())
  })
  clearTimeout(limit)
  return errors
}

function unpackResult(work: string): void {
  try {
    execFileSync('tar', ['xf', join(work, 'out.tar'), '-C', work], { stdio: 'ignore' })
  } catch {
    // An empty disk is no tar; the missing files say so.
  }
}

/** True when the machine wrote a whole recording: the kernel's release is the last thing it writes. */
const isWhole = (folder: string): boolean => existsSync(join(folder, 'out', 'kernel'))

function serialTail(work: string): string {
  const log = join(work, 'serial.log')
  return existsSync(log) ? readFileSync(log, 'utf8').slice(-SERIAL_TAIL_CHARS) : ''
}
