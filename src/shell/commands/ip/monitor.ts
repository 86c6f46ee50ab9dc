/** `ip monitor`: what changes in the tables, as it changes. */
import type { LinkView } from '../../../contract/read-models.ts'
import type { KernelReads, TableChange } from '../../../kernel/api.ts'
import { addressLines } from '../../formats/addr.ts'
import { fdbNeighLine } from '../../formats/fdb.ts'
import { linkMonitorText } from '../../formats/link.ts'
import { neighLine } from '../../formats/neigh.ts'
import { nexthopText } from '../../formats/nexthop.ts'
import { routeText } from '../../formats/route.ts'
import { ruleLine } from '../../formats/rule.ts'
import { MICROSECOND_NS, SECOND_NS } from '../../formats/units.ts'
import { ProcessContext } from '../../process/context.ts'
import { abbreviates, type Arguments, device, EXIT_USAGE } from '../arguments.ts'
import { CommandError } from '../command-error.ts'
import { MONITOR_USAGE } from '../usage/ip.ts'
import type { IpOptions } from './ip.ts'

/** In iproute2's order, which decides what an abbreviation means. */
const OBJECTS: readonly (readonly [word: string, object: TableChange['object'] | undefined])[] = [
  ['link', 'link'],
  ['address', 'address'],
  ['route', 'route'],
  ['mroute', undefined],
  ['prefix', undefined],
  ['neigh', 'neigh'],
  ['netconf', undefined],
  ['rule', 'rule'],
  ['nsid', undefined],
  ['nexthop', 'nexthop'],
  ['stats', undefined],
]

const LABELS: Readonly<Record<TableChange['object'], string>> = {
  link: '[LINK]',
  address: '[ADDR]',
  route: '[ROUTE]',
  rule: '[RULE]',
  neigh: '[NEIGH]',
  nexthop: '[NEXTHOP]',
  fdb: '[NEIGH]',
}

interface Wanted {
  /** Empty: everything. */
  readonly words: ReadonlySet<string>
  readonly hasLabels: boolean
  readonly device: number | undefined
}

function parse(ctx: ProcessContext, args: Arguments): Wanted {
  const words = new Set<string>()
  let hasLabels = false
  let only: number | undefined
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'file') throw new CommandError('ip monitor: “file” is not modelled in vethlab: read the timeline.', 1)
    if (word === 'label' || word === 'all') hasLabels = true
    else if (word === 'all-nsid') continue
    else if (word === 'dev') only = device(ctx, args.need()).device
    else if (abbreviates(word, 'help')) throw new CommandError(MONITOR_USAGE, EXIT_USAGE)
    else {
      const found = OBJECTS.find(([name]) => abbreviates(word, name))
      if (found === undefined)
        throw new CommandError(`Argument "${word}" is unknown, try "ip monitor help".`, EXIT_USAGE)
      words.add(found[0])
    }
  }
  return { words, hasLabels, device: only }
}

export async function monitorCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const wanted = parse(ctx, args)
  const opened = ctx.call({ kind: 'socket.open', netns: ctx.netns, spec: { kind: 'netlink' } })
  if (!opened.ok) return ctx.fail(`Cannot open netlink socket: ${opened.error.errno}`)
  const socket = opened.value
  ctx.runsUntilStopped()
  const remembering = remember(ctx)
  try {
    for (;;) {
      await ctx.waitReadable(socket)
      const received = ctx.call({ kind: 'socket.receive', socket })
      const message = received.ok ? received.message : undefined
      if (message?.change === undefined || !accepts(wanted, message.change)) continue
      await ctx.out(
        stamp(options, message.at) + monitorText(remembering(message.change), wanted, message.change, options),
      )
    }
  } finally {
    ctx.call({ kind: 'socket.close', socket })
  }
}

/** Interfaces keep their names in what is told of them after they have gone. Linux tools: ll_map. */
export function remember(ctx: ProcessContext): (change: TableChange) => ProcessContext {
  const known = new Map<number, LinkView>(ctx.read.links(ctx.netns).map((link) => [link.device, link]))
  const read = Object.assign(Object.create(ctx.read) as KernelReads, {
    device: (id: number) => ctx.read.device(id) ?? known.get(id),
  })
  const inner = new ProcessContext({
    runner: ctx.runner,
    process: ctx.process,
    commands: ctx.commands,
    budget: ctx.budget,
    settings: ctx.settings(),
    read,
  })
  return (change) => {
    if (change.object === 'link') known.set(change.link.device, change.link)
    return inner
  }
}

function accepts({ words, device: only }: Wanted, change: TableChange): boolean {
  // To rtnetlink a bridge's entries are neighbours of another family.
  if (words.size > 0 && !words.has(change.object === 'fdb' ? 'neigh' : change.object)) return false
  if (only === undefined) return true
  switch (change.object) {
    case 'link':
      return change.link.device === only
    case 'address':
      return change.device === only
    case 'route':
      return change.route.nexthops.some((hop) => hop.device === only)
    case 'neigh':
      return change.neigh.device === only
    case 'nexthop':
      return change.nexthop.way?.device === only
    case 'fdb':
      return change.entry.device === only
    case 'rule':
      return true
  }
}

function monitorText(ctx: ProcessContext, wanted: Wanted, change: TableChange, options: IpOptions): string {
  const label = wanted.hasLabels ? LABELS[change.object] : ''
  return `${label}${change.isDeleted ? 'Deleted ' : ''}${changeText(ctx, change, options)}`
}

function changeText(ctx: ProcessContext, change: TableChange, options: IpOptions): string {
  switch (change.object) {
    case 'link':
      return linkMonitorText(ctx.read, change.link, options)
    case 'address':
      return addressLines(change.ifindex, change.name, change.address, options.oneLine)
    case 'route': {
      const text = routeText(ctx.read, change.route, { details: options.details })
      return options.oneLine ? `${text.trimEnd().replaceAll('\n', '\\')} \n` : text
    }
    case 'rule':
      return ruleLine(ctx.read, ctx.netns, change.rule)
    case 'neigh':
      return neighLine(ctx.read, change.neigh)
    case 'nexthop':
      return `${nexthopText(ctx.read, change.nexthop, options.details)}\n`
    case 'fdb':
      return fdbNeighLine(ctx.read, change.entry)
  }
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

/** `-t` and `-ts`. The lab's clock starts at midnight of 1 January 1970, a Thursday. */
export function stamp({ timestamp }: Pick<IpOptions, 'timestamp'>, atNs: number): string {
  if (timestamp === 'none') return ''
  const us = pad(Math.floor((atNs % SECOND_NS) / MICROSECOND_NS), 6)
  const seconds = Math.floor(atNs / SECOND_NS)
  const clock = `${pad(Math.floor(seconds / 3600) % 24)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  const day = Math.floor(seconds / 86_400)
  if (timestamp === 'short') return `[1970-01-${pad(1 + day)}T${clock}.${us}] `
  const weekday = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'][day % 7]!
  return `Timestamp: ${weekday} Jan ${String(1 + day).padStart(2)} ${clock} 1970 ${us} usec\n`
}
