/**
 * A lab out of a report: each command in the namespace where it was typed, over a lab that is there already (the
 * machines that the report only describes) or over new machines named after the prompts.
 */
import { quoteWord } from '../shell/syntax/quote.ts'
import { parseLab } from './document.ts'
import type { LabDocument } from './document.ts'
import { machinesOf } from './machines.ts'
import { BENCH, isWord, plainCommands } from './plain-commands.ts'
import type { PlainCommand } from './plain-commands.ts'
import { argvOf, benchCommand, containerOf, sendsFrames } from './report-command.ts'
import { DockerHost } from './report-docker.ts'
import type { DockerSteps } from './report-docker.ts'
import type { CommandChange, LeftOutReason } from './report-command.ts'
import { removalsFor } from './report-again.ts'
import { ReportNames } from './report-names.ts'
import { reportText } from './report-text.ts'
import { findPlace, placeOutsideShell } from './report-where.ts'
import { uplinksOf } from './report-uplinks.ts'
import type { Uplinks } from './report-uplinks.ts'
import type { BlockPlace, PlaceClues } from './report-where.ts'
import type { Report, ReportBlock, ReportCommand } from './report.ts'
import { topologyOf } from './topology.ts'
import type { Topology } from './topology.ts'

/** What a person says about a report's places. A place is a list of namespaces; an unknown name is a new machine. */
export interface ReportMap {
  /** By prompt (`user@machine`, or the empty text). */
  readonly prompts?: Readonly<Record<string, readonly string[]>>
  /** By the line of a block's first command. */
  readonly blocks?: Readonly<Record<number, readonly string[]>>
  /** By machine: how a namespace that is called so there is called in the lab. */
  readonly names?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** By line: false leaves a command out. */
  readonly lines?: Readonly<Record<number, boolean>>
  /** False leaves interfaces that the report never makes unmade. */
  readonly uplinks?: boolean
}

/** What became of one command. */
export interface ReportStepLine {
  readonly line: number
  readonly source: string
  readonly fate: 'setup' | 'action' | 'left-out'
  /** In the bench's form: the lines of the lab. */
  readonly commands: readonly string[]
  readonly reason: LeftOutReason | 'unwanted' | undefined
  /** `again`: what the report makes a second time is removed first. `docker`: what Docker would do. */
  readonly change: CommandChange | 'again' | 'docker' | undefined
}

/** A block of a report with its place and what became of it. */
export interface ReportStep {
  readonly block: ReportBlock
  readonly place: BlockPlace
  readonly lines: readonly ReportStepLine[]
}

export interface ReportLab {
  /** The lab's text. */
  readonly text: string
  readonly steps: readonly ReportStep[]
  /** Machines that the lab did not have. */
  readonly newMachines: readonly string[]
  /** All places that a block can have, the machines first. */
  readonly places: readonly string[]
  /** Interfaces that were there before the report began. */
  readonly uplinks: Uplinks
}

/** Makes a lab. `base` is a lab's text, or empty for none. Never throws. */
export function labOfReport(report: Report, map: ReportMap = {}, base = ''): ReportLab {
  const builder = new ReportBuilder(report, map, parseLab(base))
  for (const block of report.blocks) builder.add(block)
  return builder.finish()
}

class ReportBuilder {
  readonly #report: Report
  readonly #map: ReportMap
  readonly #base: LabDocument
  readonly #baseNames: ReadonlySet<string>
  readonly #firstAction: number
  readonly #steps: ReportStep[] = []
  readonly #newMachines: string[] = []
  /** By machine and name there: the lab's name. */
  readonly #names = new Map<string, Map<string, string>>()
  /** By namespace: the machine that made it. */
  readonly #madeBy = new Map<string, string>()
  /** By prompt: namespaces of the shells that are open at it. */
  readonly #shells = new Map<string, string[]>()
  /** By machine: a namespace that a shell was opened in, and the prompt it was opened at. */
  readonly #opened = new Map<string, { readonly prompt: string; readonly namespace: string }>()
  /** By machine: what its words mean. */
  readonly #words = new Map<string, ReportNames>()
  /** By machine. */
  readonly #dockers = new Map<string, DockerHost>()
  /** Read anew when it is asked for after commands were added. */
  #knownTopology: Topology | undefined
  readonly #built: PlainCommand[]

  constructor(report: Report, map: ReportMap, base: LabDocument) {
    this.#report = report
    this.#map = map
    this.#base = base
    const sources = [...base.setup, ...base.actions].filter(({ isSound }) => isSound).map(({ source }) => source)
    this.#built = [...plainCommands(sources)]
    this.#baseNames = new Set(this.#topology.namespaces)
    for (const [namespace, machine] of machinesOf(base).machineOf) this.#madeBy.set(namespace, machine)
    for (const prompt of report.prompts) if (prompt !== '') this.#welcome(this.#machineOf(prompt))
    this.#firstAction = this.#findFirstAction()
  }

  get #topology(): Topology {
    this.#knownTopology ??= topologyOf(this.#built)
    return this.#knownTopology
  }

  add(block: ReportBlock): void {
    const place = this.#placeOf(block)
    for (const namespace of place.namespaces) this.#welcome(namespace)
    const lines = block.commands.map((command) => this.#read(command, block, place))
    this.#steps.push({ block, place, lines })
  }

  finish(): ReportLab {
    const machines = [...new Set([...this.#newMachines, ...machinesOf(this.#base).machines.map(({ name }) => name)])]
    const places = [...new Set([...machines.filter((name) => this.#isNamespace(name)), ...this.#topology.namespaces])]
    const uplinks = this.#uplinks()
    return {
      text: reportText({
        base: this.#base,
        report: this.#report,
        steps: this.#steps,
        newMachines: this.#newMachines,
        madeBy: new Map([...this.#madeBy].filter(([name, maker]) => name === maker || !this.#baseNames.has(name))),
        names: this.#names,
        before: this.#map.uplinks === false ? [] : [...uplinks.commands, ...this.#hostsFiles()],
      }),
      uplinks,
      steps: this.#steps,
      newMachines: this.#newMachines,
      places: places.includes(BENCH) ? places : [...places, BENCH],
    }
  }

  /** Without a `#%% run` in the report, what merely builds ends at the first command that sends frames. */
  #findFirstAction(): number {
    const run = this.#report.directives.find(({ text }) => /^#%%\s*run\b/.test(text))
    if (this.#base.run !== undefined) return 0
    const commands = this.#report.blocks.flatMap((block) => block.commands)
    return run?.line ?? commands.find(({ source }) => sendsFrames(source))?.line ?? Number.MAX_SAFE_INTEGER
  }

  #isNamespace(name: string): boolean {
    return this.#topology.namespaces.includes(name) || this.#newMachines.includes(name)
  }

  /** The namespace that is a prompt's machine: the map's, the one of its name, or a new one. */
  #machineOf(prompt: string): string {
    const mapped = this.#map.prompts?.[prompt]?.[0]
    if (mapped !== undefined) return this.#rootOf(mapped)
    const host = prompt.slice(prompt.indexOf('@') + 1)
    // Another user's prompt on the same machine tells it too.
    const twin = Object.entries(this.#map.prompts ?? {}).find(([other, place]) => {
      return prompt !== '' && other.endsWith(`@${host}`) && place.length > 0
    })
    if (twin !== undefined) return this.#rootOf(twin[1][0] ?? BENCH)
    const name = host.replaceAll(/[^\w.-]/g, '-')
    const machines = new Set(
      this.#report.prompts.filter((item) => item !== '').map((item) => item.slice(item.indexOf('@') + 1)),
    )
    if (name !== '' && (this.#baseNames.has(name) || machines.size > 1)) return name
    const isAlone = this.#baseNames.size === 0
    return name === '' || isAlone ? BENCH : name
  }

  #rootOf(namespace: string): string {
    const machine = this.#madeBy.get(namespace)
    return machine !== undefined && (this.#isNamespace(machine) || machine === BENCH) ? machine : namespace
  }

  /** A name that the lab does not have becomes a machine. */
  #welcome(namespace: string): void {
    if (namespace === BENCH || this.#isNamespace(namespace)) return
    this.#newMachines.push(namespace)
    this.#madeBy.set(namespace, namespace)
    this.#take([`ip netns add ${namespace}`])
  }

  /** A container that nobody shows the making of is a namespace of its machine. */
  #welcomeContainer(name: string | undefined, machine: string): void {
    if (name === undefined || this.#isNamespace(name)) return
    this.#welcome(name)
    this.#madeBy.set(name, machine)
  }

  #take(commands: readonly string[]): void {
    this.#built.push(...plainCommands(commands))
    this.#knownTopology = undefined
  }

  #placeOf(block: ReportBlock): BlockPlace {
    const { line, prompt } = block
    const ofBlock = this.#map.blocks?.[line]
    if (ofBlock !== undefined) return { namespaces: ofBlock, reason: 'map', isSure: true }
    const shell = this.#shellOf(prompt)
    if (shell !== undefined) {
      const elsewhere = placeOutsideShell(block, shell, this.#clues())
      if (elsewhere !== undefined) return elsewhere
      return { namespaces: [shell], reason: 'shell', isSure: true }
    }
    const ofPrompt = this.#map.prompts?.[prompt]
    if (ofPrompt !== undefined) return { namespaces: ofPrompt, reason: 'map', isSure: true }
    // A prompt that bears the name of a namespace which the report made: `root@ns1`.
    const name = prompt.slice(prompt.indexOf('@') + 1)
    const maker = this.#madeBy.get(name)
    if (maker !== undefined && maker !== name) return { namespaces: [name], reason: 'prompt', isSure: true }
    return findPlace(block, this.#clues())
  }

  #clues(): PlaceClues {
    return {
      prompts: this.#report.prompts,
      machineOf: (prompt) => this.#machineOf(prompt),
      localNames: (machine) => this.#localNames(machine),
      devices: this.#topology.devices,
      before: this.#steps,
      blocks: this.#report.blocks,
    }
  }

  #localNames(machine: string): ReadonlyMap<string, string> {
    const own = [...this.#madeBy].filter(([, maker]) => maker === machine).map(([name]) => [name, name] as const)
    const renamed = this.#names.get(machine) ?? new Map<string, string>()
    return new Map([[machine, machine], ...own, ...renamed])
  }

  /**
   * The innermost shell at a prompt. A new prompt on a machine where a shell was just opened is that shell's, and so is one that names no
   * machine.
   */
  #shellOf(prompt: string): string | undefined {
    const own = this.#machineOf(prompt)
    const machine = prompt === '' && !this.#opened.has(own) ? [...this.#opened.keys()].at(-1) : own
    const opened = machine === undefined ? undefined : this.#opened.get(machine)
    if (machine !== undefined && opened !== undefined) {
      this.#opened.delete(machine)
      this.#shells.set(prompt, [...(this.#shells.get(prompt) ?? []), opened.namespace])
    }
    return this.#shells.get(prompt)?.at(-1)
  }

  #read(command: ReportCommand, block: ReportBlock, place: BlockPlace): ReportStepLine {
    const { line, output } = command
    const words = this.#wordsOf(this.#rootOf(place.namespaces[0] ?? BENCH))
    const { source, isAssignment } = words.read(command)
    const leftOut = (reason: ReportStepLine['reason']): ReportStepLine => {
      return { line, source: command.source, fate: 'left-out', commands: [], reason, change: undefined }
    }
    if (isAssignment) return leftOut('variable')
    if (this.#map.lines?.[line] === false || place.namespaces.length === 0) return leftOut('unwanted')
    const commands: string[] = []
    let change: ReportStepLine['change']
    for (const namespace of place.namespaces) {
      const machine = this.#rootOf(namespace)
      const argv = argvOf(source)
      const docker = this.#dockerOf(machine).read(argv)
      if (docker !== undefined) {
        commands.push(...this.#readDocker(docker, block.prompt, { machine, namespace }))
        change = 'docker'
        continue
      }
      this.#nameNew(machine, source)
      this.#welcomeContainer(containerOf(argv), machine)
      const nameOf = this.#namesOn(machine)
      const replies = new Set(output.flatMap((text) => /icmp_seq=(\d+)/.exec(text)?.[1] ?? [])).size
      const made = benchCommand(source, { machine, namespace, nameOf }, replies)
      if (made.kind === 'left-out') return leftOut(made.reason)
      if (made.kind === 'enter') this.#enter(block.prompt, machine, made.namespace)
      if (made.kind === 'leave') this.#shells.get(block.prompt)?.pop()
      if (made.kind !== 'run') return leftOut('shell')
      const again = removalsFor(made.lines, this.#built, this.#topology)
      commands.push(...again, ...made.lines)
      change = again.length > 0 ? 'again' : (made.change ?? change)
      this.#take([...again, ...made.lines])
      this.#noteMakers(machine)
    }
    const fate = line < this.#firstAction ? 'setup' : 'action'
    return { line, source: command.source, fate, commands, reason: undefined, change }
  }

  #wordsOf(machine: string): ReportNames {
    const known = this.#words.get(machine) ?? new ReportNames()
    this.#words.set(machine, known)
    return known
  }

  /** Whom the report calls by name has that name on the machine that calls. */
  #hostsFiles(): string[] {
    return [...this.#words].flatMap(([machine, { hosts }]) =>
      [...hosts].map(([name, address]) => {
        const line = `echo ${address} ${name} >> /etc/hosts`
        return machine === BENCH ? line : `ip netns exec ${machine} bash -c ${quoteWord(line)}`
      }),
    )
  }

  #dockerOf(machine: string): DockerHost {
    const known = this.#dockers.get(machine) ?? new DockerHost()
    this.#dockers.set(machine, known)
    return known
  }

  /** The commands that do what Docker would do. */
  #readDocker(
    { steps, makes, enters }: DockerSteps,
    prompt: string,
    { machine, namespace }: { readonly machine: string; readonly namespace: string },
  ): readonly string[] {
    if (makes !== undefined) this.#nameNew(machine, `ip netns add ${makes}`)
    const nameOf = this.#namesOn(machine)
    const lines = steps.flatMap(({ in: container, argv }) => {
      const place = { machine, namespace: container === undefined ? namespace : nameOf(container), nameOf }
      const made = benchCommand(argv.map((word) => quoteWord(word)).join(' '), place)
      return made.kind === 'run' ? made.lines : []
    })
    this.#take(lines)
    if (makes !== undefined) this.#madeBy.set(nameOf(makes), machine)
    if (enters !== undefined) this.#enter(prompt, machine, nameOf(enters))
    return lines
  }

  #namesOn(machine: string): (local: string) => string {
    return (local) => this.#names.get(machine)?.get(local) ?? local
  }

  #enter(prompt: string, machine: string, namespace: string): void {
    this.#opened.set(machine, { prompt, namespace })
  }

  /** A namespace's name is its machine's own affair; in the lab names are flat, so a second `ns0` gets its machine's name too. */
  #nameNew(machine: string, source: string): void {
    const local = /\bnetns\s+a(?:dd)?\s+([\w.-]+)/.exec(source)?.[1]
    if (local === undefined) return
    const wished = this.#map.names?.[machine]?.[local]
    const maker = this.#madeBy.get(local)
    const isTaken = this.#isNamespace(local) && maker !== machine
    const name = wished ?? (isTaken ? `${machine === BENCH ? 'host' : machine}-${local}` : local)
    if (name === local) return
    const names = this.#names.get(machine) ?? new Map<string, string>()
    this.#names.set(machine, names.set(local, name))
  }

  #noteMakers(machine: string): void {
    const last = this.#built.at(-1)
    if (last?.argv[0] !== 'ip' || !isWord(last.argv[1], 'netns', 3)) return
    for (const name of this.#topology.namespaces) if (!this.#madeBy.has(name)) this.#madeBy.set(name, machine)
  }

  /** A lab that is there already has its interfaces. */
  #uplinks(): Uplinks {
    if (this.#baseNames.size > 0) return { commands: [], made: [] }
    const usesBench = this.#steps.some(({ place }) => place.namespaces.includes(BENCH))
    const machines = [...this.#newMachines, ...(usesBench ? [BENCH] : [])]
    const gateways = new Map(
      [...this.#dockers].flatMap(([machine, docker]) =>
        docker.gateways.map(({ device, address }) => [`${machine}/${device}`, address] as const),
      ),
    )
    const hosts = [...this.#words.values()].flatMap((words) => [...words.hosts.values()])
    return uplinksOf({ hosts, report: this.#report, steps: this.#steps, machines, commands: this.#built, gateways })
  }
}
