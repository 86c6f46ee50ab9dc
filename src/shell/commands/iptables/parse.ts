/** Reads a line of iptables as getopt_long and its do_parse do: options in any order, short ones in clusters, long ones by their beginning. */
import type { FirewallTableName } from '../../../contract/firewall.ts'
import type { ProcessContext } from '../../process/context.ts'
import { BUILT_IN, TABLE_NAMES, type Invocation, type TableCommand } from './invocation.ts'
import type { GivenOption } from './option.ts'
import { UNMODELLED_OPTIONS } from './left-out.ts'
import { ParameterProblem, Refusal } from './problem.ts'
import { RuleWords, type OptionOwner } from './rule-words.ts'
import { TARGETS } from './targets.ts'

/** Long names of the short options; `:` takes a word, `?` may have one. */
const LONG: Readonly<Record<string, string>> = {
  append: 'A',
  check: 'C',
  delete: 'D',
  insert: 'I',
  replace: 'R',
  list: 'L',
  'list-rules': 'S',
  flush: 'F',
  zero: 'Z',
  'new-chain': 'N',
  'delete-chain': 'X',
  'rename-chain': 'E',
  policy: 'P',
  source: 's',
  src: 's',
  destination: 'd',
  dst: 'd',
  protocol: 'p',
  proto: 'p',
  'in-interface': 'i',
  'out-interface': 'o',
  jump: 'j',
  goto: 'g',
  table: 't',
  match: 'm',
  numeric: 'n',
  verbose: 'v',
  wait: 'w',
  'wait-interval': 'W',
  exact: 'x',
  fragments: 'f',
  'line-numbers': '0',
  modprobe: 'M',
  'set-counters': 'c',
  version: 'V',
  help: 'h',
  ipv4: '4',
  ipv6: '6',
}

const TAKES_WORD = 'ACDRINEPopsdjitmgcM'
const MAY_TAKE_WORD = 'LSFZXwWh'
const COMMANDS = 'ACDRILSFZNXEPVh'
const INVERTIBLE = 'psdiof'
const CHAIN_NAME_LENGTH = 28

/** Options that make no sense with a command (commands_v_options). */
const ILLEGAL: Readonly<Partial<Record<TableCommand['kind'], string>>> = {
  list: 'sdpjiocf',
  'list-rules': 'nsdpjxio0cf',
  flush: 'nsdpjxio0cf',
  zero: 'nsdpjxio0cf',
  'new-chain': 'nsdpjxio0cf',
  'delete-chain': 'nsdpjxio0cf',
  'rename-chain': 'nsdpjxio0cf',
  policy: 'nsdpjxio0f',
  append: 'x0',
  insert: 'x0',
  replace: 'x0',
  delete: 'x0c',
  'delete-at': 'x0csdpjiof',
  check: 'x0c',
}

export interface ParseContext {
  readonly ctx: ProcessContext
  /** Chains of a table that exist, without the built-in ones. */
  readonly userChains: (table: FirewallTableName) => readonly string[]
  /** iptables-restore: the table that the line belongs to. */
  readonly table?: FirewallTableName
}

/** Reads a whole line. Throws ParameterProblem and Refusal. */
export function parseLine(words: readonly string[], context: ParseContext): Invocation {
  return new LineParser(words, context).parse()
}

class LineParser {
  readonly #words: readonly string[]
  readonly #context: ParseContext
  readonly #rule: RuleWords
  readonly #seen = new Set<string>()
  #at = 0
  #not = false
  #table: FirewallTableName
  #command: TableCommand | undefined
  #commandLetter = ''
  #zeroAfter = false

  constructor(words: readonly string[], context: ParseContext) {
    this.#words = words
    this.#context = context
    // The table decides which chains there are, wherever on the line it stands.
    this.#table = context.table ?? findTable(words)
    const chains = [...BUILT_IN[this.#table], ...context.userChains(this.#table)]
    this.#rule = new RuleWords(context.ctx, new Set(chains))
  }

  parse(): Invocation {
    for (let word = this.#take(); word !== undefined; word = this.#take()) this.#word(word)
    const command = this.#command
    this.#refuseDropInNat(command)
    if (command === undefined) throw new ParameterProblem('no command specified')
    this.#checkOptions(command)
    const takesRule = 'ACDRI'.includes(this.#commandLetter) && command.kind !== 'delete-at'
    return {
      table: this.#table,
      command,
      zeroAfter: this.#zeroAfter,
      rules: takesRule ? this.#rule.finish() : [],
      counters: this.#rule.counters,
      numeric: this.#seen.has('n'),
      verbose: this.#seen.has('v'),
      exact: this.#seen.has('x'),
      lineNumbers: this.#seen.has('0'),
    }
  }

  #take(): string | undefined {
    const word = this.#words[this.#at]
    if (word !== undefined) this.#at++
    return word
  }

  /** The next word, if it is neither an option nor a negation. */
  #takePlain(): string | undefined {
    const next = this.#words[this.#at]
    return next === undefined || next.startsWith('-') || next.startsWith('!') ? undefined : this.#take()
  }

  #word(word: string): void {
    if (word === '!') {
      if (this.#not) throw new ParameterProblem('multiple consecutive ! not allowed')
      this.#not = true
      return
    }
    if (word.startsWith('--') && word.length > 2) this.#long(word)
    else if (word.startsWith('-') && word.length > 1) this.#cluster(word)
    else throw new ParameterProblem(`Bad argument \`${word}'`, false)
    this.#not = false
  }

  #cluster(word: string): void {
    for (let k = 1; k < word.length; k++) {
      const letter = word[k]!
      const rest = word.slice(k + 1)
      if (TAKES_WORD.includes(letter)) {
        this.#short(letter, rest === '' ? this.#need(`-${letter}`) : rest)
        return
      }
      if (MAY_TAKE_WORD.includes(letter) && rest !== '') {
        this.#short(letter, rest)
        return
      }
      this.#short(letter, undefined)
    }
  }

  #need(option: string): string {
    const word = this.#take()
    if (word === undefined) throw new ParameterProblem(`option "${option}" requires an argument`)
    return word
  }

  #long(word: string): void {
    const [name = '', value] = word.slice(2).split(/=(.*)/s)
    const owner = this.#ownerOf(name)
    if (owner !== undefined) {
      this.#extensionOption(owner, value)
      return
    }
    const letter = LONG[name] ?? uniqueBeginning(name)
    if (letter === undefined) {
      if (this.#rule.loadProtocolMatch()) this.#long(word)
      else if (UNMODELLED_OPTIONS.has(name)) throw new Refusal(`--${name} is not part of vethlab.`, 2, true)
      else throw new ParameterProblem(`unknown option "${word}"`)
      return
    }
    this.#short(letter, TAKES_WORD.includes(letter) ? (value ?? this.#need(`--${name}`)) : value)
  }

  /** The extension's option of this name, or the only one that begins so. */
  #ownerOf(name: string): OptionOwner | undefined {
    const options = this.#rule.options()
    const exact = options.find(({ spec }) => spec.name === name)
    if (exact !== undefined || LONG[name] !== undefined) return exact
    const begun = options.filter(({ spec }) => spec.name.startsWith(name))
    return new Set(begun.map(({ spec }) => spec.name)).size === 1 && uniqueBeginning(name) === undefined
      ? begun[0]
      : undefined
  }

  #extensionOption({ spec, give, extension }: OptionOwner, inline: string | undefined): void {
    if (this.#not && !spec.canInvert)
      throw new ParameterProblem(`${extension}: option "--${spec.name}" cannot be inverted.\n`)
    const values: string[] = inline === undefined ? [] : [inline]
    if (spec.values > 0 && values.length === 0) values.push(this.#need(`--${spec.name}`))
    if (spec.values === 2) {
      const second = this.#takePlain()
      if (second !== undefined) values.push(second)
    }
    give({ name: spec.name, not: this.#not, values } satisfies GivenOption)
  }

  #short(letter: string, value: string | undefined): void {
    if (this.#not && !INVERTIBLE.includes(letter)) throw new ParameterProblem(`cannot have ! before -${letter}`)
    if (COMMANDS.includes(letter)) this.#setCommand(letter, value)
    else this.#option(letter, value ?? '')
  }

  #option(letter: string, value: string): void {
    const counted = letter === 'g' ? 'j' : letter
    if ('psdjio'.includes(counted) && this.#seen.has(counted))
      throw new ParameterProblem(`multiple -${counted} flags not allowed`)
    this.#seen.add(counted)
    if ('psdiofmjgc'.includes(letter)) this.#ruleOption(letter, value)
    else this.#otherOption(letter, value)
  }

  #ruleOption(letter: string, value: string): void {
    const rule = this.#rule
    const not = this.#not
    if (letter === 'p') rule.protocol(value, not)
    else if (letter === 's') rule.addresses('source', value, not)
    else if (letter === 'd') rule.addresses('destination', value, not)
    else if (letter === 'i') rule.interface('in', value, not)
    else if (letter === 'o') rule.interface('out', value, not)
    else if (letter === 'f') rule.fragment(not)
    else if (letter === 'm') rule.match(value)
    else if (letter === 'c') this.#counters(value)
    else rule.target(value, letter === 'g')
  }

  #otherOption(letter: string, value: string): void {
    switch (letter) {
      case 'w':
      case 'W': {
        // The lock is never held by anyone else here; the seconds are read and forgotten.
        const next = this.#words[this.#at]
        if (value === '' && next !== undefined && /^\d+$/.test(next)) this.#at++
        return
      }
      case 't':
        if (this.#context.table !== undefined)
          throw new ParameterProblem('The -t option cannot be used in iptables-restore.\n')
        return
      case '6':
        throw new Refusal('IPv6 is not part of vethlab.', 2, true)
      default:
        if (!'bnvx04M'.includes(letter)) throw new ParameterProblem(`unknown option "-${letter}"`)
    }
  }

  #counters(value: string): void {
    const [packets = '', bytes = this.#takePlain()] = value.split(',')
    if (bytes === undefined) throw new ParameterProblem('-c requires packet and byte counter')
    if (!/^\d+$/.test(packets)) throw new ParameterProblem('-c packet counter not numeric')
    if (!/^\d+$/.test(bytes)) throw new ParameterProblem('-c byte counter not numeric')
    this.#rule.counters = { packets: Number(packets), bytes: Number(bytes) }
  }

  #setCommand(letter: string, value: string | undefined): void {
    const old = this.#commandLetter
    if (old !== '') {
      const isListing = (each: string): boolean => each === 'L' || each === 'S'
      if ((letter === 'Z' && isListing(old)) || (old === 'Z' && isListing(letter))) this.#zeroAfter = true
      else throw new ParameterProblem(`Cannot use -${letter} with -${old}`)
      if (letter === 'Z') return
    }
    this.#commandLetter = letter
    this.#command = this.#commandOf(letter, value)
  }

  #commandOf(letter: string, value: string | undefined): TableCommand {
    const chain = value ?? ('LSFZX'.includes(letter) ? this.#takePlain() : undefined)
    if (chain !== undefined) checkChainLength(chain)
    const one = chain === undefined ? {} : { chain }
    switch (letter) {
      case 'A':
        return { kind: 'append', chain: chain ?? '' }
      case 'C':
        return { kind: 'check', chain: chain ?? '' }
      case 'D': {
        const at = this.#ruleNumber()
        return at === undefined ? { kind: 'delete', chain: chain ?? '' } : { kind: 'delete-at', chain: chain ?? '', at }
      }
      case 'I':
        return { kind: 'insert', chain: chain ?? '', at: this.#ruleNumber() ?? 1 }
      case 'R': {
        const at = this.#ruleNumber()
        if (at === undefined) throw new ParameterProblem('-R requires a rule number')
        return { kind: 'replace', chain: chain ?? '', at }
      }
      case 'L':
      case 'S':
      case 'Z': {
        const at = chain === undefined ? undefined : this.#ruleNumber()
        const kind = letter === 'L' ? 'list' : letter === 'S' ? 'list-rules' : 'zero'
        return { kind, ...one, ...(at === undefined ? {} : { at }) }
      }
      case 'F':
        return { kind: 'flush', ...one }
      case 'X':
        return { kind: 'delete-chain', ...one }
      case 'N':
        checkNewChain(chain ?? '')
        return { kind: 'new-chain', chain: chain ?? '' }
      case 'E': {
        const to = this.#takePlain()
        if (to === undefined) throw new ParameterProblem('-E requires old-chain-name and new-chain-name')
        checkChainLength(to)
        return { kind: 'rename-chain', chain: chain ?? '', to }
      }
      case 'P': {
        const policy = this.#takePlain()
        if (policy === undefined) throw new ParameterProblem('-P requires a chain and a policy')
        return { kind: 'policy', chain: chain ?? '', policy }
      }
      default:
        return { kind: letter === 'V' ? 'version' : 'help' }
    }
  }

  #ruleNumber(): number | undefined {
    const word = this.#takePlain()
    if (word === undefined) return undefined
    if (!/^\d+$/.test(word) || Number(word) === 0) throw new ParameterProblem(`Invalid rule number \`${word}'`)
    return Number(word)
  }

  /** The nat table sees only the first packet of a flow, so iptables lets nobody filter there, by rule or by policy (do_parse). */
  #refuseDropInNat(command: TableCommand | undefined): void {
    const byPolicy = command?.kind === 'policy' && command.policy === 'DROP'
    if (this.#table !== 'nat' || !(byPolicy || this.#rule.jumpsTo === 'DROP')) return
    throw new ParameterProblem(
      '\nThe "nat" table is not intended for filtering, the use of DROP is therefore inhibited.\n\n',
    )
  }

  /** Options that the command forbids, and interfaces that its chain does not have. */
  #checkOptions(command: TableCommand): void {
    for (const letter of ILLEGAL[command.kind] ?? '')
      if (this.#seen.has(letter))
        throw new ParameterProblem(`Illegal option \`-${letter === '0' ? '-line-numbers' : letter}' with this command`)
    if (!('chain' in command) || !'ACDRI'.includes(this.#commandLetter)) return
    const { chain } = command
    if (this.#rule.hasOut && (chain === 'PREROUTING' || chain === 'INPUT'))
      throw new ParameterProblem(`Can't use -o with ${chain}\n`)
    if (this.#rule.hasIn && (chain === 'POSTROUTING' || chain === 'OUTPUT'))
      throw new ParameterProblem(`Can't use -i with ${chain}\n`)
  }
}

function uniqueBeginning(name: string): string | undefined {
  const letters = new Set(
    Object.keys(LONG)
      .filter((long) => long.startsWith(name))
      .map((long) => LONG[long]),
  )
  return letters.size === 1 ? [...letters][0] : undefined
}

function findTable(words: readonly string[]): FirewallTableName {
  const at = words.findIndex((word) => /^(-\w*t|--tab\w*)$/.test(word) && !word.startsWith('-m'))
  const inline = words.find((word) => /^(-t.+|--table=.*)$/.test(word))
  const name = inline === undefined ? (at < 0 ? 'filter' : words[at + 1]) : inline.replace(/^(-t|--table=)/, '')
  if (name === undefined) throw new ParameterProblem('option "-t" requires an argument')
  const known = TABLE_NAMES.find((table) => table === name)
  if (known !== undefined) return known
  if (name === 'security') throw new Refusal('the security table is not part of vethlab.', 3, true)
  throw new Refusal(`table '${name}' does not exist\nPerhaps iptables or your kernel needs to be upgraded.`, 3, true)
}

function checkChainLength(name: string): void {
  if (name.length > CHAIN_NAME_LENGTH)
    throw new ParameterProblem(`chain name \`${name}' too long (must be under ${CHAIN_NAME_LENGTH + 1} chars)`)
}

function checkNewChain(name: string): void {
  if (name.startsWith('-') || name.startsWith('!'))
    throw new ParameterProblem(`chain name not allowed to start with \`${name[0] ?? ''}'`)
  if (name === '' || TARGETS.some((target) => target.name === name))
    throw new ParameterProblem('chain name may not clash with target name')
  if (/\s/.test(name)) throw new ParameterProblem(`Invalid chain name \`${name}'`)
}
