/** `iptables` of Debian 12: version 1.8.9 over nf_tables. */
import type { FirewallChainView, FirewallTableName, FirewallTableView } from '../../../contract/firewall.ts'
import { ruleMatchText, targetText } from '../../../contract/firewall-text.ts'
import { strerror } from '../../../contract/errno.ts'
import type { FirewallChange, KernelError } from '../../../kernel/api.ts'
import type { Command, ProcessContext } from '../../process/context.ts'
import { nameOfHost } from '../hosts.ts'
import { BUILT_IN, type Invocation, type TableCommand } from './invocation.ts'
import { listChain, listRule, verboseRule, type ListFormat } from './list.ts'
import { parseLine } from './parse.ts'
import { ParameterProblem, Refusal, VERSION } from './problem.ts'

const USAGE = `iptables ${VERSION}

Usage: iptables -[ACD] chain rule-specification [options]
       iptables -I chain [rulenum] rule-specification [options]
       iptables -R chain rulenum rule-specification [options]
       iptables -D chain rulenum [options]
       iptables -[LS] [chain [rulenum]] [options]
       iptables -[FZ] [chain] [options]
       iptables -[NX] chain
       iptables -E old-chain-name new-chain-name
       iptables -P chain target [options]
       iptables -h (print this help information)
`

export const iptables: Command = {
  name: 'iptables',
  summary: 'show and change the rules of the firewall',
  run: async (ctx) => {
    try {
      return await run(ctx, parseLine(ctx.args, { ctx, userChains: (table) => userChains(ctx, table) }))
    } catch (error) {
      return complain(ctx, 'iptables', error)
    }
  },
}

/** Prints what is wrong as iptables and its relatives do, and gives the exit status. */
export async function complain(ctx: ProcessContext, program: string, error: unknown, line?: number): Promise<number> {
  if (error instanceof Refusal) {
    await ctx.err(`${error.isNamed ? `${program} ${VERSION}: ` : `${program}: `}${error.message}\n`)
    return error.status
  }
  if (!(error instanceof ParameterProblem)) throw error
  const where = line === undefined ? '' : `Error occurred at line: ${line}\n`
  const who = error.isNamed ? `${program} ${VERSION}: ` : ''
  await ctx.err(`${who}${error.message}\n${where}Try \`${program} -h' or '${program} --help' for more information.\n`)
  return 2
}

export function tableView(ctx: ProcessContext, table: FirewallTableName): FirewallTableView {
  const found = ctx.read.firewall(ctx.netns).tables.find(({ name }) => name === table)
  return found ?? { name: table, exists: false, chains: [] }
}

export function userChains(ctx: ProcessContext, table: FirewallTableName): string[] {
  return tableView(ctx, table).chains.flatMap(({ name, policy }) => (policy === undefined ? [name] : []))
}

/** Carries out one line. Throws Refusal. */
export async function run(ctx: ProcessContext, invocation: Invocation): Promise<number> {
  const { command, table, zeroAfter } = invocation
  switch (command.kind) {
    case 'help':
      await ctx.out(USAGE)
      return 0
    case 'version':
      await ctx.out(`iptables ${VERSION}\n`)
      return 0
    case 'check':
      return check(ctx, invocation, command.chain)
    case 'list':
    case 'list-rules': {
      const chains = chosenChains(ctx, table, command.chain)
      await ctx.out(
        command.kind === 'list' ? listing(ctx, invocation, chains, command.at) : rules(invocation, chains, command.at),
      )
      if (!zeroAfter) return 0
      await ctx.out(verboseText(ctx, { ...invocation, command: { kind: 'zero', ...chainOf(command) } }))
      apply(ctx, [{ table, edit: { op: 'zero', ...chainOf(command) } }], command)
      return 0
    }
    default: {
      const text = verboseText(ctx, invocation)
      apply(ctx, changesOf(invocation), command)
      await ctx.out(text)
      return 0
    }
  }
}

function chainOf(command: { readonly chain?: string }): { readonly chain?: string } {
  return command.chain === undefined ? {} : { chain: command.chain }
}

function chosenChains(
  ctx: ProcessContext,
  table: FirewallTableName,
  name: string | undefined,
): readonly FirewallChainView[] {
  const { chains } = tableView(ctx, table)
  if (name === undefined) return chains
  const chain = chains.find((each) => each.name === name)
  if (chain === undefined)
    throw new Refusal(`chain \`${name}' in table \`${table}' is incompatible, use 'nft' tool.\n`.trimEnd(), 1, true)
  return [chain]
}

function formatOf(ctx: ProcessContext, { numeric, verbose, exact, lineNumbers }: Invocation): ListFormat {
  return { numeric, verbose, exact, lineNumbers, nameOf: (address) => nameOfHost(ctx, address) }
}

function listing(
  ctx: ProcessContext,
  invocation: Invocation,
  chains: readonly FirewallChainView[],
  at: number | undefined,
): string {
  const format = formatOf(ctx, invocation)
  if (at === undefined) return chains.map((chain) => listChain(chain, format)).join('\n')
  const rule = chains[0]?.rules[at - 1]
  return rule === undefined ? '' : listRule(rule, at, format)
}

/** `iptables -S`: policies, user chains, then the rules chain by chain; with -v counters too. */
function rules({ verbose }: Invocation, chains: readonly FirewallChainView[], at: number | undefined): string {
  const counters = (packets: number, bytes: number): string => (verbose ? ` -c ${packets} ${bytes}` : '')
  const heads = chains.map(({ name, policy, packets, bytes }) =>
    policy === undefined ? `-N ${name}\n` : `-P ${name} ${policy}${counters(packets, bytes)}\n`,
  )
  const lines = chains.flatMap(({ name, rules: all }) =>
    all.map(({ spec, packets, bytes }) => {
      const target = spec.target === undefined ? '' : targetText(spec.target)
      return `-A ${name}${ruleMatchText(spec)}${counters(packets, bytes)}${target}\n`
    }),
  )
  return at === undefined ? [...heads, ...lines].join('') : (lines[at - 1] ?? '')
}

function check(ctx: ProcessContext, { table, rules: wanted }: Invocation, chain: string): number {
  const existing = tableView(ctx, table).chains.find(({ name }) => name === chain)?.rules ?? []
  const texts = new Set(existing.map(({ text }) => text))
  const isThere = wanted.every((spec) =>
    texts.has(`${ruleMatchText(spec)}${spec.target === undefined ? '' : targetText(spec.target)}`.trimStart()),
  )
  if (!isThere) throw new Refusal(BAD_RULE, 1)
  return 0
}

const BAD_RULE = 'Bad rule (does a matching rule exist in that chain?).'
const NO_CHAIN = 'No chain/target/match by that name.'

/** The changes that a line asks for. Throws Refusal for a policy that is none. */
export function changesOf({ table, command, rules: specs, counters }: Invocation): FirewallChange[] {
  const counted = counters === undefined ? {} : { counters }
  const edits = ((): FirewallChange['edit'][] => {
    switch (command.kind) {
      case 'append':
        return specs.map((rule) => ({ op: 'append', chain: command.chain, rule, ...counted }))
      case 'insert':
      case 'replace': {
        const op = command.kind
        return specs.map((rule) => ({ op, chain: command.chain, at: command.at, rule, ...counted }))
      }
      case 'delete':
        return specs.map((rule) => ({ op: 'delete', chain: command.chain, rule }))
      case 'delete-at':
        return [{ op: 'delete-at', chain: command.chain, at: command.at }]
      case 'flush':
        return [{ op: 'flush', ...chainOf(command) }]
      case 'zero':
        return [{ op: 'zero', ...chainOf(command), ...(command.at === undefined ? {} : { at: command.at }) }]
      case 'new-chain':
        return [{ op: 'new-chain', chain: command.chain }]
      case 'delete-chain':
        return [{ op: 'delete-chain', ...chainOf(command) }]
      case 'rename-chain':
        return [{ op: 'rename-chain', chain: command.chain, to: command.to }]
      case 'policy':
        return [{ op: 'policy', chain: command.chain, policy: policyOf(table, command), ...counted }]
      default:
        return []
    }
  })()
  return edits.map((edit) => ({ table, edit }))
}

function policyOf(table: FirewallTableName, command: Extract<TableCommand, { kind: 'policy' }>): 'ACCEPT' | 'DROP' {
  const { policy, chain } = command
  if (policy !== 'ACCEPT' && policy !== 'DROP')
    throw new Refusal("Bad policy name. Run `dmesg' for more information.", 1)
  if (!BUILT_IN[table].includes(chain)) throw new Refusal('Bad built-in chain name.', 1)
  return policy
}

/** Makes the changes, or throws the Refusal in iptables' words. */
function apply(ctx: ProcessContext, changes: readonly FirewallChange[], command: TableCommand): void {
  const table = changes[0]?.table ?? 'filter'
  const before = tableView(ctx, table)
  const result = ctx.call({ kind: 'firewall.edit', netns: ctx.netns, changes })
  if (!result.ok) throw refusalOf(result.error, command, before)
}

/** The words that iptables has for the kernel's refusal of a command. */
export function refusalOf(error: KernelError, command: TableCommand, table: FirewallTableView): Refusal {
  const chain = 'chain' in command ? (command.chain ?? '') : ''
  const isKnown = table.chains.some(({ name }) => name === chain)
  switch (command.kind) {
    case 'append':
    case 'insert':
    case 'replace': {
      if (error.errno === 'E2BIG')
        return new Refusal(`Index of ${command.kind === 'insert' ? 'insertion' : 'replacement'} too big.`, 1)
      if (error.errno === 'ENOENT' && !isKnown) return new Refusal(NO_CHAIN, 1)
      const what = `RULE_${command.kind.toUpperCase()}`
      return new Refusal(` ${what} failed (${strerror(error.errno)}): rule in chain ${chain}`, 4, true)
    }
    case 'delete':
      return new Refusal(BAD_RULE, 1)
    case 'delete-at':
      return new Refusal(error.errno === 'E2BIG' ? 'Index of deletion too big.' : NO_CHAIN, 1)
    case 'new-chain':
      return new Refusal('Chain already exists.', 1)
    case 'delete-chain': {
      if (error.errno !== 'EBUSY')
        return new Refusal(error.errno === 'ENOENT' ? NO_CHAIN : `${strerror(error.errno)}.`, 1)
      const busy = table.chains.find(
        ({ policy, rules: all, references }) => policy === undefined && all.length + references > 0,
      )
      const name = command.chain ?? busy?.name ?? ''
      return new Refusal(` CHAIN_DEL failed (${strerror('EBUSY')}): chain ${name}`, 4, true)
    }
    case 'rename-chain':
      return new Refusal(error.errno === 'EEXIST' ? 'File exists.' : NO_CHAIN, 1)
    case 'zero':
      return new Refusal(error.errno === 'ESRCH' ? BAD_RULE : NO_CHAIN, 1)
    default:
      return new Refusal(error.errno === 'ENOENT' ? NO_CHAIN : `${strerror(error.errno)}.`, 1)
  }
}

/** What -v says while it works. */
function verboseText(ctx: ProcessContext, invocation: Invocation): string {
  const { command, verbose, table, rules: specs } = invocation
  if (!verbose) return ''
  const each = (verb: string, of: readonly FirewallChainView[]): string =>
    of.map(({ name }) => `${verb} chain \`${name}'\n`).join('')
  const wanted = 'chain' in command ? command.chain : undefined
  const chains = tableView(ctx, table).chains.filter(({ name }) => wanted === undefined || wanted === name)
  switch (command.kind) {
    case 'append':
    case 'check':
    case 'insert':
    case 'replace':
    case 'delete':
      return specs.map((spec) => verboseRule(spec, formatOf(ctx, invocation))).join('')
    case 'flush':
      return each('Flushing', chains)
    case 'zero':
      return command.at === undefined ? each('Zeroing', chains) : ''
    case 'delete-chain':
      return each(
        'Deleting',
        chains.filter(({ policy }) => policy === undefined),
      )
    default:
      return ''
  }
}
