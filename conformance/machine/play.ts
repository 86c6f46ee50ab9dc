/** Plays one lab on a real kernel in a QEMU machine and reads what it left behind. */
import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Recording } from '../../src/contract/recording.ts'
import { readPlay } from './read-play.ts'

/** A play takes about half a minute; a machine that is still there after this long will not end by itself. */
const TIME_LIMIT_MS = 300_000
const RESULT_DISK_SIZE = '64M'
const SERIAL_TAIL_CHARS = 800

/**
 * Plays `labFile` on the machine in the folder `machine` (see `build.sh`). Throws with what the machine last said when
 * it gives no recording.
 */
export async function playOnLinux(labFile: string, machine: string): Promise<Recording> {
  const work = mkdtempSync(join(tmpdir(), 'vethlab-record-'))
  try {
    makeDisks(labFile, work)
    const qemuErrors = await runMachine(machine, work)
    const whole = unpackResult(work)
    if (!whole) throw new Error(`${basename(labFile)}: the machine gave no recording\n${qemuErrors}${serialTail(work)}`)
    return readPlay(basename(labFile, '.sh'), join(work, 'out'))
  } finally {
    rmSync(work, { recursive: true })
  }
}

/** The machine has no file system in common with its host: it reads a tar from one disk and writes one to another. */
function makeDisks(labFile: string, work: string): void {
  copyFileSync(labFile, join(work, 'lab.sh'))
  copyFileSync(join(import.meta.dirname, 'inside.sh'), join(work, 'main'))
  execFileSync('tar', ['cf', join(work, 'in.tar'), '-C', work, 'lab.sh', 'main'])
  execFileSync('truncate', ['-s', '%4096', join(work, 'in.tar')])
  execFileSync('truncate', ['-s', RESULT_DISK_SIZE, join(work, 'out.tar')])
}

/** Ends with what QEMU itself complained of. One emulated processor and no network: labs must not depend on the host. */
async function runMachine(machine: string, work: string): Promise<string> {
  const options: readonly (readonly string[])[] = [
    ['-accel', 'tcg', '-cpu', 'max', '-M', 'q35', '-m', '512', '-smp', '1'],
    ['-nodefaults', '-display', 'none', '-no-reboot', '-serial', `file:${join(work, 'serial.log')}`],
    ['-kernel', join(machine, 'vmlinuz'), '-initrd', join(machine, 'initrd.gz')],
    ['-append', 'console=ttyS0 quiet tsc=reliable ipv6.disable=1 panic=-1 rdinit=/init'],
    ['-drive', `file=${join(work, 'in.tar')},format=raw,if=virtio,readonly=on`],
    ['-drive', `file=${join(work, 'out.tar')},format=raw,if=virtio`],
  ]
  const qemu = spawn('qemu-system-x86_64', options.flat(), { stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  qemu.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const limit = setTimeout(() => qemu.kill('SIGKILL'), TIME_LIMIT_MS)
  await new Promise<void>((resolve, reject) => {
    qemu.on('error', reject)
    qemu.on('close', () => resolve())
  })
  clearTimeout(limit)
  return errors
}

/** True when the machine wrote a whole recording: the kernel's release is the last thing it writes. */
function unpackResult(work: string): boolean {
  try {
    execFileSync('tar', ['xf', join(work, 'out.tar'), '-C', work], { stdio: 'ignore' })
  } catch {
    // An empty disk is no tar; the missing file below says so.
  }
  return existsSync(join(work, 'out', 'kernel'))
}

function serialTail(work: string): string {
  const log = join(work, 'serial.log')
  return existsSync(log) ? readFileSync(log, 'utf8').slice(-SERIAL_TAIL_CHARS) : ''
}
