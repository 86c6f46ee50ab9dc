/** What Linux does with labs: from the cache, or else from the machine, many labs in one boot. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recording } from '../../src/contract/recording.ts'
import { readRecording } from '../labs.ts'
import { playBatchOnLinux } from '../machine/play.ts'
import type { NamedLab } from '../machine/play.ts'
import { formatRecording } from '../machine/read-play.ts'
import type { LinuxPlayer, Run } from './judge.ts'

/** More labs a boot spare little more; fewer lose less when the machine does not come back. */
const LABS_A_BOOT = 16

export interface LinuxOptions {
  /** The machine's folder; undefined where there is none, and then only the cache answers. */
  readonly machine: string | undefined
  readonly cache: string
  /** Told before each boot. */
  readonly onBoot: (labs: number) => void
}

export class Linux implements LinuxPlayer {
  readonly #options: LinuxOptions

  constructor(options: LinuxOptions) {
    this.#options = options
    mkdirSync(options.cache, { recursive: true })
  }

  /** What Linux did, by lab name; labs that it could not play are missing. */
  async play(labs: readonly NamedLab[], run: Run): Promise<Map<string, Recording>> {
    const found = new Map<string, Recording>()
    const missing: NamedLab[] = []
    for (const lab of labs) {
      const cached = this.#cached(lab, run)
      if (cached === undefined) missing.push(lab)
      else found.set(lab.name, cached)
    }
    for (let k = 0; k < missing.length; k += LABS_A_BOOT) {
      for (const [name, recording] of await this.#boot(missing.slice(k, k + LABS_A_BOOT), run))
        found.set(name, recording)
    }
    return found
  }

  #cached(lab: NamedLab, run: Run): Recording | undefined {
    const file = this.#file(lab, run)
    return existsSync(file) ? { ...readRecording(file), lab: lab.name } : undefined
  }

  async #boot(labs: readonly NamedLab[], run: Run): Promise<Map<string, Recording>> {
    const { machine, onBoot } = this.#options
    if (machine === undefined) return new Map()
    onBoot(labs.length)
    const recordings = await this.#playAll(labs, machine)
    for (const lab of labs) {
      const recording = recordings.get(lab.name)
      if (recording === undefined) continue
      // Under its own name only when whole, for another process may be reading.
      const file = this.#file(lab, run)
      writeFileSync(`${file}.part`, formatRecording(recording))
      renameSync(`${file}.part`, file)
    }
    return recordings
  }

  /** A machine that gives nothing back was perhaps stopped by one lab: each half gets a machine of its own. */
  async #playAll(labs: readonly NamedLab[], machine: string): Promise<Map<string, Recording>> {
    try {
      return await playBatchOnLinux(labs, machine)
    } catch (error) {
      if (labs.length <= 1) {
        console.error(`${labs[0]?.name ?? ''}: ${error instanceof Error ? error.message : String(error)}`)
        return new Map()
      }
      const half = Math.ceil(labs.length / 2)
      const first = await this.#playAll(labs.slice(0, half), machine)
      return new Map([...first, ...(await this.#playAll(labs.slice(half), machine))])
    }
  }

  /** Comments are not played, so they do not count; directives are comments that do. */
  #file({ text }: NamedLab, run: Run): string {
    const played = text.split('\n').filter((line) => !/^#(?!%%)/.test(line))
    const hash = createHash('sha256').update(played.join('\n')).digest('hex').slice(0, 32)
    return join(this.#options.cache, `${hash}${run === 1 ? '' : '.2'}.json`)
  }
}
