/** What matches and targets have in common when their options are read. */
import type { FirewallMatch, FirewallTarget } from '../../../contract/firewall.ts'
import type { ProcessContext } from '../../process/context.ts'
import { ParameterProblem } from './problem.ts'

export interface OptionSpec {
  readonly name: string
  /** How many words it takes. */
  readonly values: 0 | 1 | 2
  readonly canInvert: boolean
}

/** An option as it was given. */
export interface GivenOption {
  readonly name: string
  readonly not: boolean
  readonly values: readonly string[]
}

/** What a match or target may look at besides its own options. */
export interface RuleFrame {
  readonly ctx: ProcessContext
  /** The protocol's number and whether it is inverted, or undefined for any. */
  readonly protocol: { readonly number: number; readonly not: boolean } | undefined
}

export interface MatchExtension {
  readonly name: FirewallMatch['kind']
  readonly options: readonly OptionSpec[]
  /** Makes the match of the options; complains about missing ones. */
  readonly make: (given: GivenOptions, frame: RuleFrame) => FirewallMatch
}

export interface TargetExtension {
  readonly name: string
  readonly options: readonly OptionSpec[]
  readonly make: (given: GivenOptions, frame: RuleFrame) => FirewallTarget
}

export const option = (name: string, values: OptionSpec['values'] = 1, canInvert = true): OptionSpec => ({
  name,
  values,
  canInvert,
})

/** The options of one extension, by name; one given twice is refused. */
export class GivenOptions {
  readonly #given = new Map<string, GivenOption>()

  constructor(options: readonly GivenOption[], once: (name: string) => string) {
    for (const each of options) {
      if (this.#given.has(each.name)) throw new ParameterProblem(once(each.name))
      this.#given.set(each.name, each)
    }
  }

  get(name: string): GivenOption | undefined {
    return this.#given.get(name)
  }

  has(name: string): boolean {
    return this.#given.has(name)
  }

  value(name: string): string | undefined {
    return this.#given.get(name)?.values[0]
  }

  /** Refuses two of these options together (xtables_option_metavalidate); `inFull` has those that iptables calls by another name. */
  atMostOne(extension: string, names: readonly string[], inFull: Readonly<Record<string, string>> = {}): void {
    const [first, second] = names.filter((name) => this.#given.has(name)).map((name) => inFull[name] ?? name)
    if (first === undefined || second === undefined) return
    throw new ParameterProblem(`${extension}: option "--${first}" cannot be used together with "--${second}".\n`)
  }

  /** The option that must be there. */
  need(extension: string, name: string): GivenOption {
    const given = this.#given.get(name)
    if (given === undefined) throw new ParameterProblem(`${extension}: option "--${name}" must be specified\n`)
    return given
  }
}
