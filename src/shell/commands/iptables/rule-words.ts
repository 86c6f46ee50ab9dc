/** The part of a line that says what a rule matches and does: addresses, interfaces, -m with their options, -j. */
import type {
  AddressMatch,
  FirewallCounters,
  FirewallRuleSpec,
  FirewallTarget,
  InterfaceMatch,
} from '../../../contract/firewall.ts'
import type { ProcessContext } from '../../process/context.ts'
import { leftOutText, UNMODELLED_MATCHES, UNMODELLED_TARGETS } from './left-out.ts'
import { MATCHES, OPTION_ALIASES } from './matches.ts'
import { maskedHost, protocolNumber } from './names.ts'
import {
  GivenOptions,
  type GivenOption,
  type MatchExtension,
  type OptionSpec,
  type RuleFrame,
  type TargetExtension,
} from './option.ts'
import { ParameterProblem, Refusal } from './problem.ts'
import { TARGETS } from './targets.ts'

interface Loaded<E> {
  readonly extension: E
  readonly given: GivenOption[]
}

/** Where an extension's option belongs. */
export interface OptionOwner {
  readonly spec: OptionSpec
  readonly give: (option: GivenOption) => void
  readonly extension: string
}

const PROTOCOL_MATCHES: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' }
const INTERFACE_NAME_LENGTH = 15
const IN_FULL: Readonly<Record<string, string>> = { sport: 'source-port', dport: 'destination-port' }

/** Collects the words of a rule. Letters are those of the short options. */
export class RuleWords {
  readonly #ctx: ProcessContext
  readonly #chains: ReadonlySet<string>
  readonly #matches: Loaded<MatchExtension>[] = []
  #target: Loaded<TargetExtension> | undefined
  #jump: { readonly name: string; readonly isGoto: boolean } | undefined
  #sources: AddressMatch[] = []
  #destinations: AddressMatch[] = []
  #protocol: { readonly number: number; readonly not: boolean } | undefined
  #in: InterfaceMatch | undefined
  #out: InterfaceMatch | undefined
  #fragment: { readonly not: boolean } | undefined
  counters: FirewallCounters | undefined

  constructor(ctx: ProcessContext, chains: ReadonlySet<string>) {
    this.#ctx = ctx
    this.#chains = chains
  }

  get hasIn(): boolean {
    return this.#in !== undefined
  }

  get hasOut(): boolean {
    return this.#out !== undefined
  }

  /** The word after -j or -g; undefined without one. */
  get jumpsTo(): string | undefined {
    return this.#jump?.name ?? this.#target?.extension.name
  }

  protocol(word: string, not: boolean): void {
    const number = protocolNumber(word)
    if (number === 0 && not) throw new ParameterProblem('rule would never match protocol')
    this.#protocol = number === 0 ? undefined : { number, not }
  }

  addresses(which: 'source' | 'destination', word: string, not: boolean): void {
    const words = word.split(',')
    if (not && words.length > 1)
      throw new ParameterProblem('! not allowed with multiple source or destination IP addresses')
    const matches = words.map((host) => ({ not, ...maskedHost(this.#ctx, host) }))
    if (which === 'source') this.#sources = matches
    else this.#destinations = matches
  }

  interface(which: 'in' | 'out', name: string, not: boolean): void {
    if (name === '') throw new ParameterProblem('Empty interface is likely to be undesired')
    if (name.length > INTERFACE_NAME_LENGTH)
      throw new ParameterProblem(`interface name \`${name}' must be shorter than IFNAMSIZ (${INTERFACE_NAME_LENGTH})`)
    const match = name === '+' && !not ? undefined : { not, name }
    if (which === 'in') this.#in = match
    else this.#out = match
  }

  fragment(not: boolean): void {
    this.#fragment = { not }
  }

  match(name: string): void {
    const extension = MATCHES.find((each) => each.name === name)
    if (extension !== undefined) {
      this.#matches.push({ extension, given: [] })
      return
    }
    if (UNMODELLED_MATCHES.has(name)) throw new Refusal(leftOutText('-m', name), 2, true)
    throw new ParameterProblem(`Couldn't load match \`${name}':No such file or directory\n`)
  }

  target(name: string, isGoto: boolean): void {
    if (name === '') throw new ParameterProblem('Invalid target name (too short)')
    const extension = isGoto ? undefined : TARGETS.find((each) => each.name === name)
    if (extension !== undefined && !this.#chains.has(name)) {
      this.#target = { extension, given: [] }
      return
    }
    if (UNMODELLED_TARGETS.has(name) && !this.#chains.has(name)) throw new Refusal(leftOutText('-j', name), 2, true)
    if (!this.#chains.has(name)) throw new ParameterProblem(`Chain '${name}' does not exist`)
    this.#jump = { name, isGoto }
  }

  /** Options of the extensions loaded so far, the latest first. */
  options(): OptionOwner[] {
    const loaded = [...this.#matches, ...(this.#target === undefined ? [] : [this.#target])].reverse()
    return loaded.flatMap(({ extension, given }) =>
      extension.options.map((spec) => ({
        spec,
        extension: extension.name,
        give: (option: GivenOption) => {
          given.push({ ...option, name: OPTION_ALIASES[option.name] ?? option.name })
        },
      })),
    )
  }

  /** Loads the match of the protocol, whose options need no -m. False when there is none or it is there. */
  loadProtocolMatch(): boolean {
    const name = PROTOCOL_MATCHES[this.#protocol?.number ?? -1]
    if (name === undefined || this.#matches.some(({ extension }) => extension.name === name)) return false
    this.match(name)
    return true
  }

  /** The rules that the words make: one for each pair of source and destination. */
  finish(): FirewallRuleSpec[] {
    const frame: RuleFrame = { ctx: this.#ctx, protocol: this.#protocol }
    const matches = this.#matches.map(({ extension, given }) => {
      return extension.make(new GivenOptions(given, (name) => onlyOnce(extension.name, name)), frame)
    })
    const target = this.#finishTarget(frame)
    const rest = {
      ...(this.#in === undefined ? {} : { inInterface: this.#in }),
      ...(this.#out === undefined ? {} : { outInterface: this.#out }),
      ...(this.#protocol === undefined ? {} : { protocol: this.#protocol }),
      ...(this.#fragment === undefined ? {} : { fragment: this.#fragment }),
      matches,
      ...(target === undefined ? {} : { target }),
    }
    const pick = (all: readonly AddressMatch[]): (AddressMatch | undefined)[] =>
      all.length === 0 ? [undefined] : all.map((match) => (match.mask === 0 && !match.not ? undefined : match))
    return pick(this.#sources).flatMap((source) =>
      pick(this.#destinations).map((destination) => ({
        ...(source === undefined ? {} : { source }),
        ...(destination === undefined ? {} : { destination }),
        ...rest,
      })),
    )
  }

  #finishTarget(frame: RuleFrame): FirewallTarget | undefined {
    if (this.#jump !== undefined) return { kind: 'chain', ...this.#jump }
    if (this.#target === undefined) return undefined
    const { extension, given } = this.#target
    return extension.make(new GivenOptions(given, (name) => onlyOnce(extension.name, name)), frame)
  }
}

/** What an option that is given twice is told: the oldest match has words of its own. */
function onlyOnce(extension: string, name: string): string {
  const inFull = IN_FULL[name] ?? name
  if (extension !== 'tcp') return `${extension}: option "--${inFull}" can only be used once.\n`
  return name === 'syn' || name === 'tcp-flags'
    ? "Only one of `--syn' or `--tcp-flags'  allowed"
    : `Only one \`--${inFull}' allowed`
}
