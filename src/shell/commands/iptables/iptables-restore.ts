/** `iptables-restore`: whole tables from a text, all of it or nothing. */
import type { FirewallTableName } from '../../../contract/firewall.ts'
import { strerror } from '../../../contract/errno.ts'
import type { FirewallChange } from '../../../kernel/api.ts'
import type { Command, ProcessContext } from '../../process/context.ts'
import { getopt } from '../getopt.ts'
import { changesOf, complain, refusalOf, run, tableView, userChains } from './iptables.ts'
import { BUILT_IN, TABLE_NAMES, type TableCommand } from './invocation.ts'
import { parseLine } from './parse.ts'
import { ParameterProblem, Refusal } from './problem.ts'

const USAGE = `Usage: iptables-restore [-c] [-v] [-V] [-t] [-h] [-n] [-T table] [-M command] [-4] [-6] [file]
\t   [ --counters ]
\t   [ --verbose ]
\t   [ --version]
\t   [ --test ]
\t   [ --help ]
\t   [ --noflush ]
\t   [ --table=<TABLE> ]
\t   [ --modprobe=<command> ]
\t   [ --ipv4 ]
\t   [ --ipv6 ]
`

const LONG = {
  counters: 'c',
  verbose: 'v',
  version: 'V',
  test: 't',
  help: 'h',
  noflush: 'n',
  modprobe: 'M',
  table: 'T',
  wait: 'w',
  ipv4: '4',
  ipv6: '6',
}

const PROGRAM = 'iptables-restore'

interface RestoreOptions {
  readonly keepCounters: boolean
  readonly testOnly: boolean
  readonly noFlush: boolean
  readonly only: string | undefined
  readonly verbose: boolean
}

export const iptablesRestore: Command = {
  name: PROGRAM,
  summary: 'replace the firewall’s rules by those of a file',
  run: async (ctx) => {
    const { options, operands, problem } = getopt(ctx.args, 'bcvVthnwW46M:T:', LONG)
    const letters = new Set(options.map(([letter]) => letter))
    if (problem !== undefined) return ctx.fail(`${PROGRAM}: ${problem}\nTry \`${PROGRAM} -h' for more information.`)
    if (letters.has('h')) return ctx.out(USAGE).then(() => 0)
    if (letters.has('V')) return ctx.out(`${PROGRAM} v1.8.9 (nf_tables)\n`).then(() => 0)
    const text = await input(ctx, operands[0])
    if (text === undefined) return ctx.fail(`Can't open ${operands[0] ?? ''}: No such file or directory`)
    return new Restore(ctx, {
      keepCounters: letters.has('c'),
      testOnly: letters.has('t'),
      noFlush: letters.has('n'),
      only: options.findLast(([letter]) => letter === 'T')?.[1],
      verbose: letters.has('v'),
    }).run(text)
  },
}

async function input(ctx: ProcessContext, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return ctx.readAll()
  return ctx.machine.files.readText(path.startsWith('/') ? path : `${ctx.cwd}/${path}`)
}

/** A change with the line and the command that asked for it, for complaints. */
interface PlannedChange {
  readonly change: FirewallChange
  readonly line: number
  readonly command: TableCommand
}

class Restore {
  readonly #ctx: ProcessContext
  readonly #options: RestoreOptions
  #table: FirewallTableName | undefined
  #skips = false
  #planned: PlannedChange[] = []
  /** User chains that the table has so far. */
  #chains = new Set<string>()

  constructor(ctx: ProcessContext, options: RestoreOptions) {
    this.#ctx = ctx
    this.#options = options
  }

  async run(text: string): Promise<number> {
    const lines = text.split('\n')
    if (lines.at(-1) === '') lines.pop()
    for (const [k, line] of lines.entries()) {
      try {
        await this.#line(line, k + 1)
      } catch (error) {
        // Complaints about what the kernel refused name their line themselves. That a chain is missing is found when all is committed.
        const isLate = error instanceof ParameterProblem && error.message.startsWith("Chain '")
        const commit = isLate ? lines.findIndex((each, j) => j > k && each.trim() === 'COMMIT') : k
        return complain(this.#ctx, PROGRAM, error, (commit < 0 ? k : commit) + 1)
      }
    }
    if (this.#table === undefined) return 0
    return this.#ctx.fail(`${PROGRAM}: COMMIT expected at line ${lines.length + 1}`)
  }

  async #line(line: string, number: number): Promise<void> {
    if (line.startsWith('#') && this.#options.verbose) await this.#ctx.out(`${line}\n`)
    if (line.trim() === '' || line.startsWith('#')) return
    if (line.startsWith('*') && this.#table === undefined) {
      this.#begin(line.slice(1).trim(), number)
      return
    }
    const table = this.#table
    if (table === undefined) throw new Refusal(`line ${number} failed`, 1)
    if (line.trim() === 'COMMIT') {
      this.#commit(table)
      this.#table = undefined
    } else if (this.#skips) return
    else if (line.startsWith(':')) this.#chain(table, line.slice(1), number)
    else await this.#rule(table, line, number)
  }

  #begin(name: string, number: number): void {
    const table = TABLE_NAMES.find((each) => each === name)
    if (table === undefined) throw new ParameterProblem(`${PROGRAM}: line ${number} table name '${name}' invalid`)
    this.#table = table
    this.#skips = this.#options.only !== undefined && this.#options.only !== name
    this.#planned = []
    this.#chains = new Set(this.#options.noFlush ? userChains(this.#ctx, table) : [])
    if (!this.#options.noFlush && !this.#skips)
      this.#planned.push({ change: { table, edit: { op: 'reset' } }, line: number, command: { kind: 'flush' } })
  }

  /** `:INPUT ACCEPT [5:500]`, `:MINE - [0:0]`. */
  #chain(table: FirewallTableName, text: string, line: number): void {
    const [name = '', policy, counts = ''] = text.trim().split(/\s+/)
    if (policy === undefined) throw new ParameterProblem(`${PROGRAM}: line ${line} policy invalid`)
    const [, packets = '0', bytes = '0'] = /^\[(\d+):(\d+)\]$/.exec(counts) ?? []
    const counters = this.#options.keepCounters ? { counters: { packets: Number(packets), bytes: Number(bytes) } } : {}
    if (BUILT_IN[table].includes(name)) {
      if (policy === '-') return
      if (policy !== 'ACCEPT' && policy !== 'DROP') throw new Refusal(`line ${line} failed: Bad policy name.`, 1)
      this.#plan(table, { op: 'policy', chain: name, policy, ...counters }, line, {
        kind: 'policy',
        chain: name,
        policy,
      })
      return
    }
    const isThere = this.#chains.has(name)
    this.#chains.add(name)
    this.#plan(table, { op: isThere ? 'flush' : 'new-chain', chain: name }, line, { kind: 'new-chain', chain: name })
  }

  #plan(table: FirewallTableName, edit: FirewallChange['edit'], line: number, command: TableCommand): void {
    this.#planned.push({ change: { table, edit }, line, command })
  }

  async #rule(table: FirewallTableName, text: string, line: number): Promise<void> {
    const [, packets, bytes, rest = ''] = /^(?:\[(\d+):(\d+)\]\s*)?(.*)$/.exec(text) ?? []
    const counters = packets === undefined || !this.#options.keepCounters ? [] : ['-c', packets, bytes ?? '0']
    const words = splitWords(rest)
    const isCounted = words[0] === '-A' || words[0] === '-I' || words[0] === '--append' || words[0] === '--insert'
    const invocation = parseLine(isCounted ? [...words, ...counters] : words, {
      ctx: this.#ctx,
      table,
      userChains: () => [...this.#chains],
    })
    const { command } = invocation
    if (command.kind === 'new-chain') this.#chains.add(command.chain)
    if (command.kind === 'list' || command.kind === 'list-rules') await run(this.#ctx, invocation)
    for (const change of changesOf(invocation)) this.#planned.push({ change, line, command })
  }

  #commit(table: FirewallTableName): void {
    if (this.#options.testOnly || this.#planned.length === 0) return
    const changes = this.#planned.map(({ change }) => change)
    const result = this.#ctx.call({ kind: 'firewall.edit', netns: this.#ctx.netns, changes })
    if (result.ok) return
    const { errno } = result.error
    const failed = this.#planned[Number(result.error.message ?? 0)]
    if (failed === undefined) throw new Refusal(`${strerror(errno)}.`, 1)
    const known = tableView(this.#ctx, table)
    const chains = [...known.chains, ...[...this.#chains].map((name) => ({ ...EMPTY_CHAIN, name }))]
    const refusal = refusalOf(result.error, failed.command, { ...known, chains })
    // What nf_tables refused is told in its words, what iptables knows better in its own.
    if (refusal.isNamed) throw new Refusal(`\nline ${failed.line}:${refusal.message}`, refusal.status, true)
    throw new Refusal(`line ${failed.line} failed: ${refusal.message}`, refusal.status)
  }
}

const EMPTY_CHAIN = { name: '', policy: undefined, packets: 0, bytes: 0, references: 0, rules: [] }

/** Words of a line as iptables-restore splits it: blanks part, double quotes hold together, a backslash takes the next sign as it is. */
function splitWords(text: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!
    if (sign === '\\' && isQuoted && at + 1 < text.length) word = (word ?? '') + text[++at]!
    else if (sign === '"') {
      isQuoted = !isQuoted
      word ??= ''
    } else if (/\s/.test(sign) && !isQuoted) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + sign
  }
  if (word !== undefined) words.push(word)
  return words
}
