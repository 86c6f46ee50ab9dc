/** `ip monitor`: what changes in the tables, as it changes. */
import type { TableChange } from '../../../kernel/api.ts'
import { addressLines } from '../../formats/addr.ts'
import { fdbNeighLine } from '../../formats/fdb.ts'
import { linkMonitorText } from '../../formats/link.ts'
import { neighLine } from '../../formats/neigh.ts'
import { nexthopText } from '../../formats/nexthop.ts'
import { routeText } from '../../formats/route.ts'
import { ruleLine } from '../../formats/rule.ts'
import type { ProcessContext } from '../../process/context.ts'
import { abbreviates, type Arguments, device, EXIT_USAGE } from '../arguments.ts'
import { CommandError } from '../command-error.ts'
import { stamp, watchTables } from '../table-changes.ts'
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
  return watchTables(ctx, ({ change, at }, heed) =>
    accepts(wanted, change) ? stamp(options, at) + monitorText(heed(), wanted, change, options) : undefined,
  )
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
