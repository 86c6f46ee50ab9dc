/** `ip neigh`. */
import type { NeighView, RouteProtocol } from '../../../contract/read-models.ts'
import type { NudState } from '../../../contract/trace-events.ts'
import type { NeighSpec } from '../../../kernel/api.ts'
import { inPrefix, parseMac, type Ipv4Address, type MacAddress } from '../../../wire/address.ts'
import type { ProcessContext } from '../../process/context.ts'
import { jsonText } from '../../formats/json.ts'
import { type NeighFormat, neighLine } from '../../formats/neigh.ts'
import { neighJson } from '../../formats/tables-json.ts'
import {
  abbreviates,
  address,
  type Arguments,
  device,
  EXIT_USAGE,
  garbage,
  invalid,
  prefix,
  type PrefixArgument,
  unknownCommand,
} from '../arguments.ts'
import { CommandError, netlink } from '../command-error.ts'
import type { IpOptions } from './ip.ts'
import { protocolOf } from './route-names.ts'

const STATES: readonly NudState[] = [
  'PERMANENT',
  'REACHABLE',
  'NOARP',
  'NONE',
  'STALE',
  'INCOMPLETE',
  'DELAY',
  'PROBE',
  'FAILED',
]

export async function neighbourCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  if (options.family === 'inet6') return 0
  const word = args.take()
  if (word === undefined) return show(ctx, args, options)
  if (abbreviates(word, 'add')) return modify(ctx, args, 'add')
  if (abbreviates(word, 'change') || word === 'chg') return modify(ctx, args, 'change')
  if (abbreviates(word, 'replace')) return modify(ctx, args, 'replace')
  if (abbreviates(word, 'delete')) return modify(ctx, args, 'delete')
  if (abbreviates(word, 'get')) return get(ctx, args, options)
  if (abbreviates(word, 'show') || abbreviates(word, 'lst') || abbreviates(word, 'list'))
    return show(ctx, args, options)
  if (abbreviates(word, 'flush')) return flush(ctx, args, options)
  throw unknownCommand(word, 'ip neigh help')
}

function stateNamed(word: string): NudState {
  const state = STATES.find((name) => abbreviates(word, name.toLowerCase()))
  if (state === undefined) throw invalid(word, 'nud state is bad')
  return state
}

interface Parsed {
  ip: Ipv4Address | undefined
  dev: string | undefined
  /** `short` for one of too few bytes, which only the kernel refuses. */
  mac: MacAddress | 'short' | undefined
  state: NudState | undefined
  proxy: boolean
  router: boolean
  externLearn: boolean
  managed: boolean
  use: boolean
  protocol: RouteProtocol | undefined
}

/** An address of any length: the kernel takes the first six bytes. */
function linkAddress(word: string): MacAddress | 'short' {
  const bytes = word.split(':')
  if (bytes.some((byte) => !/^[0-9a-fA-F]{1,2}$/.test(byte))) throw new CommandError(`"${word}" is invalid lladdr.`, 1)
  return parseMac(bytes.slice(0, 6).join(':')) ?? 'short'
}

function parse(args: Arguments): Parsed {
  const parsed: Parsed = {
    ip: undefined,
    dev: undefined,
    mac: undefined,
    state: undefined,
    proxy: false,
    router: false,
    externLearn: false,
    managed: false,
    use: false,
    protocol: undefined,
  }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'lladdr') parsed.mac = linkAddress(args.need())
    else if (word === 'nud') parsed.state = stateNamed(args.need())
    else if (abbreviates(word, 'proxy')) {
      parsed.proxy = true
      parsed.ip = address(args.need(), 'any valid')
    } else if (word === 'router') parsed.router = true
    else if (word === 'extern_learn') parsed.externLearn = true
    else if (word === 'managed') parsed.managed = true
    else if (word === 'use') parsed.use = true
    else if (word === 'protocol') parsed.protocol = protocolOf(args.need())
    else if (word === 'dev') parsed.dev = args.need()
    else {
      const to = word === 'to' ? args.need() : word
      if (parsed.ip !== undefined) throw garbage('to', to)
      parsed.ip = address(to, 'any valid')
    }
  }
  return parsed
}

async function modify(
  ctx: ProcessContext,
  args: Arguments,
  mode: 'add' | 'change' | 'replace' | 'delete',
): Promise<number> {
  const { ip, dev, mac, state, proxy, router, externLearn, managed, use, protocol } = parse(args)
  if (ip === undefined || (dev === undefined && !proxy)) {
    return ctx.fail('Device and destination are required arguments.', EXIT_USAGE)
  }
  const ifindex = dev === undefined ? 0 : device(ctx, dev).ifindex
  if (mac === 'short' && mode !== 'delete') throw new CommandError('Error: Invalid link address.', 2)
  const spec: NeighSpec = {
    ifindex,
    ip,
    ...(mac === undefined || mac === 'short' ? {} : { mac }),
    ...(proxy || mode === 'delete' ? {} : { state: state ?? (managed ? 'NONE' : 'PERMANENT') }),
    ...(proxy ? { proxy } : {}),
    ...(router ? { router } : {}),
    ...(externLearn ? { externLearn } : {}),
    ...(managed ? { managed } : {}),
    ...(use ? { use } : {}),
    ...(protocol === undefined ? {} : { protocol }),
  }
  const { netns } = ctx
  netlink(ctx, mode === 'delete' ? { kind: 'neigh.delete', netns, spec } : { kind: 'neigh.add', netns, mode, spec })
  return 0
}

async function get(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const { ip, dev, proxy } = parse(args)
  if (ip === undefined || (dev === undefined && !proxy)) return ctx.fail('Device and address are required arguments.')
  const link = dev === undefined ? undefined : device(ctx, dev)
  const entry = ctx.read
    .neighbours(ctx.netns)
    .find((view) => view.ip === ip && view.proxy === proxy && view.device === (link?.device ?? 0))
  if (entry === undefined) throw new CommandError('Error: Neighbour entry not found.', 2)
  await ctx.out(neighText(ctx, [entry], options, options))
  return 0
}

interface Filter {
  /** Only entries that nobody uses: whatever has a timer is in use. */
  unused: boolean
  device: number | undefined
  to: PrefixArgument | undefined
  states: Set<NudState> | undefined
  proxy: boolean
}

function parseFilter(ctx: ProcessContext, args: Arguments): Filter {
  const filter: Filter = { unused: false, device: undefined, to: undefined, states: undefined, proxy: false }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'dev') filter.device = device(ctx, args.need()).device
    else if (word === 'unused') filter.unused = true
    else if (word === 'nomaster') continue
    else if (word === 'master' || word === 'vrf' || word === 'protocol') args.need()
    else if (word === 'nud') {
      const name = args.need()
      filter.states ??= new Set()
      if (name === 'all') for (const state of STATES) filter.states.add(state)
      else filter.states.add(stateNamed(name))
    } else if (word === 'proxy') filter.proxy = true
    else filter.to = prefix(word === 'to' ? args.need() : word)
  }
  return filter
}

function accepts(filter: Filter, entry: NeighView): boolean {
  if (entry.proxy !== filter.proxy) return false
  if (filter.device !== undefined && entry.device !== filter.device) return false
  if (filter.to !== undefined && !inPrefix(entry.ip, filter.to.address, filter.to.length)) return false
  if (entry.proxy) return true
  if (filter.unused && entry.timerAt !== undefined) return false
  if (entry.externLearn === true) return true
  return filter.states?.has(entry.state) ?? (entry.state !== 'NOARP' && entry.state !== 'NONE')
}

async function show(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const filter = parseFilter(ctx, args)
  const format = { hideDevice: filter.device !== undefined, statistics: options.statistics }
  const entries = ctx.read.neighbours(ctx.netns).filter((entry) => accepts(filter, entry))
  await ctx.out(neighText(ctx, entries, format, options))
  return 0
}

function neighText(
  ctx: ProcessContext,
  entries: readonly NeighView[],
  format: NeighFormat,
  options: IpOptions,
): string {
  if (!options.json) return entries.map((entry) => neighLine(ctx.read, entry, format)).join('')
  return jsonText(
    entries.map((entry) => neighJson(ctx.read, entry, format)),
    options.pretty,
  )
}

async function flush(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  if (args.isDone) return ctx.fail('Flush requires arguments.')
  const everything = args.peek === 'all' && args.rest.length === 1
  if (everything) args.take()
  const filter = parseFilter(ctx, args)
  const states = filter.states
  const entries = ctx.read.neighbours(ctx.netns).filter((entry) => {
    if (states !== undefined) return accepts(filter, entry)
    return (
      accepts({ ...filter, states: new Set(STATES) }, entry) &&
      (entry.externLearn === true || (entry.state !== 'PERMANENT' && entry.state !== 'NOARP'))
    )
  })
  for (const entry of entries) {
    const link = ctx.read.device(entry.device)
    const spec: NeighSpec = { ifindex: link?.ifindex ?? 0, ip: entry.ip, ...(entry.proxy ? { proxy: true } : {}) }
    ctx.call({ kind: 'neigh.delete', netns: ctx.netns, spec })
  }
  if (options.statistics) await ctx.out(flushReport(entries.length, 'entries'))
  return 0
}

/** What `ip -s … flush` prints. */
export function flushReport(count: number, what: string): string {
  if (count === 0) return 'Nothing to flush.\n'
  return `\n*** Round 1, deleting ${count} ${what} ***\n*** Flush is complete after 1 round ***\n`
}
