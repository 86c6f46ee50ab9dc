/**
 * What a report's later commands mean by a word: variables that were set, process numbers of containers, machines that are called by name.
 * A lab's commands stand by themselves, each in its namespace, so that the words are replaced by what they mean.
 */
import { parseScript } from '../shell/syntax/parse.ts'
import { staticText } from '../shell/syntax/quote.ts'
import type { ReportCommand } from './report.ts'

/** The names of one machine. */
export class ReportNames {
  readonly #variables = new Map<string, string>()
  /** By process number: the container, which is a namespace of the lab. */
  readonly #processes = new Map<string, string>()
  /** By name: the address that ping printed behind it. */
  readonly #hosts = new Map<string, string>()

  get hosts(): ReadonlyMap<string, string> {
    return this.#hosts
  }

  /** A command with what its words mean. Learns what it sets; `isAssignment` when it does nothing else. */
  read({ source, output }: ReportCommand): { readonly source: string; readonly isAssignment: boolean } {
    const expanded = this.#expand(source)
    this.#learnHost(expanded, output)
    this.#learnProcess(expanded, output)
    return { source: expanded, isAssignment: this.#learnVariables(expanded) }
  }

  #expand(source: string): string {
    if (isFunctionOrLoop(source)) return source
    const withContainers = source.replaceAll(INSPECT, (all, words: string) => containerOfInspect(words) ?? all)
    const withValues = withContainers.replaceAll(
      /(\\?)\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g,
      (all, escape: string, braced: string | undefined, plain: string | undefined) =>
        escape === '' ? (this.#variables.get(braced ?? plain ?? '') ?? all) : all,
    )
    return withValues.replaceAll(
      /((?:\/proc\/|\bnetns\s+(?:exec\s+)?|\bnetns\/|\s-t\s+|--target[ =]))(\d+)\b/g,
      (all, before: string, process: string) => {
        const container = this.#processes.get(process)
        return container === undefined ? all : before + container
      },
    )
  }

  /** `NAME=value`, also behind `export`, with nothing else on the line. */
  #learnVariables(source: string): boolean {
    const { statements, problems } = parseScript(source.replace(/^\s*export\s+/, ''))
    if (problems.length > 0 || statements.length === 0) return false
    const assignments = statements.flatMap(({ command }) =>
      command.kind === 'simple' && command.words.length === 0 && command.redirections.length === 0
        ? [command.assignments]
        : [undefined],
    )
    if (assignments.some((list) => list === undefined)) return false
    let isKnown = true
    for (const { name, value, elements } of assignments.flatMap((list) => list ?? [])) {
      const text = elements === undefined ? staticText(value) : undefined
      if (text === undefined) isKnown = false
      else this.#variables.set(name, text)
    }
    return isKnown
  }

  /** `docker inspect -f '{{.State.Pid}}' web` prints the number of a container's first process. */
  #learnProcess(source: string, output: readonly string[]): void {
    const words = /\b(?:docker|podman|nerdctl)\s+(?:container\s+)?inspect\s+(.*)$/.exec(source)?.[1]
    const container = words === undefined ? undefined : containerOfInspect(words)
    const process = output.find((line) => line.trim() !== '')?.trim()
    if (container !== undefined && process !== undefined && /^\d+$/.test(process))
      this.#processes.set(process, container)
  }

  #learnHost(source: string, output: readonly string[]): void {
    if (!/\bping\b/.test(source)) return
    const address = output
      .map((line) => /^PING \S+ \((\d+\.\d+\.\d+\.\d+)\)/.exec(line)?.[1])
      .find((word) => word !== undefined)
    // What is pinged stands behind the options, or before them.
    const words = source
      .slice(source.lastIndexOf('ping') + 'ping'.length)
      .trim()
      .split(/\s+/)
    const name = words.find((word, at) => /^[A-Za-z][\w.-]*$/.test(word) && !/^-[cIiwWstMQ]$/.test(words[at - 1] ?? ''))
    if (address !== undefined && name !== undefined && !source.includes(address)) this.#hosts.set(name, address)
  }
}

/** A process number that a command asks for in place. */
const INSPECT = /(?:\$\(|`)\s*(?:sudo\s+)?(?:docker|podman|nerdctl)\s+(?:container\s+)?inspect\s+([^)`]*)[)`]/g

/** The container whose process number `inspect` prints; undefined when it prints something else. */
function containerOfInspect(words: string): string | undefined {
  if (!/\.State\.Pid\b/.test(words)) return undefined
  const plain = words.replaceAll(/(?:-f|--format)(?:\s+|=)(?:'[^']*'|"[^"]*"|\S+)/g, ' ').trim()
  return /^[\w.-]+$/.test(plain) ? plain : undefined
}

/** Their variables are their own. */
function isFunctionOrLoop(source: string): boolean {
  return /^\s*(?:for|while|until|function)\s|^\s*[\w-]+\s*\(\)/.test(source)
}
