/** `ip nexthop`: next hops with a number, and groups of them. */
import type { NexthopMember, NexthopObjectSpec, NexthopObjectView } from '../../../contract/nexthop.ts'
import { jsonText } from '../../formats/json.ts'
import { nexthopJson, nexthopText } from '../../formats/nexthop.ts'
import type { ProcessContext } from '../../process/context.ts'
import {
  abbreviates,
  address,
  type Arguments,
  EXIT_USAGE,
  integer,
  invalid,
  parseInteger,
  unknownCommand,
} from '../arguments.ts'
import { CommandError, netlink } from '../command-error.ts'
import { NEXTHOP_USAGE } from '../usage/ip-route.ts'
import type { IpOptions } from './ip.ts'
import { protocolNamed, protocolOf } from './route-names.ts'

export async function nexthopCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const word = args.take()
  if (word === undefined) return show(ctx, args, options)
  if (abbreviates(word, 'add')) return add(ctx, args, 'add')
  if (abbreviates(word, 'replace')) return add(ctx, args, 'replace')
  if (abbreviates(word, 'delete')) return remove(ctx, args)
  if (abbreviates(word, 'list') || abbreviates(word, 'show') || abbreviates(word, 'lst'))
    return show(ctx, args, options)
  if (abbreviates(word, 'get')) return get(ctx, args, options)
  if (abbreviates(word, 'flush')) return flush(ctx, args)
  // Only groups of the resilient type have buckets.
  if (word === 'bucket') return 0
  throw unknownCommand(word, 'ip nexthop help')
}

const numberOf = (word: string): number => integer(word, 'invalid id value')

/** The interface that a word names, as its number here and in the lab. */
function deviceNamed(ctx: ProcessContext, name: string): { readonly ifindex: number; readonly device: number } {
  const link = ctx.read.linkByName(ctx.netns, name)
  if (link === undefined) throw invalid(name, 'Device does not exist\n')
  return link
}

const notModelled = (what: string): CommandError =>
  new CommandError(`ip nexthop: “${what}” is not modelled in vethlab. Next hops lead to IPv4 routers.`, 1)

/** `1,3/2`: numbers with their weights. */
function groupOf(word: string): readonly NexthopMember[] {
  return word.split('/').map((part) => {
    const [, first = '', weightText] = /^([^,]*)(?:,(.*))?$/.exec(part) ?? []
    const id = parseInteger(first)
    if (id === undefined || id === 0) throw invalid(/^[^,/]*/.exec(word)?.[0] ?? '', '"group" value is invalid\n')
    const weight = weightText === undefined ? 1 : parseInteger(weightText)
    if (weight === undefined || weight === 0 || weight > 256) throw invalid(weightText ?? '', '"weight" is invalid\n')
    return { id, weight }
  })
}

function parse(ctx: ProcessContext, args: Arguments): NexthopObjectSpec {
  const spec: { -readonly [K in keyof NexthopObjectSpec]: NexthopObjectSpec[K] } = {}
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'id') spec.id = numberOf(args.need())
    else if (word === 'dev') spec.ifindex = deviceNamed(ctx, args.need()).ifindex
    else if (word === 'via') {
      if (args.peek === 'inet') args.take()
      spec.gateway = address(args.need())
    } else if (word === 'blackhole') spec.blackhole = true
    else if (word === 'onlink') spec.onlink = true
    else if (word === 'group') spec.group = groupOf(args.need())
    else if (word === 'type') checkType(args.need())
    else if (word === 'fdb' || word === 'encap') throw notModelled(word)
    else if (abbreviates(word, 'protocol')) spec.protocol = protocolOf(args.need())
    else throw invalid(word, '')
  }
  return spec
}

function checkType(word: string): void {
  if (word === 'resilient') throw notModelled('type resilient')
  if (word !== 'mpath') throw invalid(word, '"type" value is invalid\n')
}

async function add(ctx: ProcessContext, args: Arguments, mode: 'add' | 'replace'): Promise<number> {
  netlink(ctx, { kind: 'nexthop.add', netns: ctx.netns, mode, spec: parse(ctx, args) })
  return 0
}

async function remove(ctx: ProcessContext, args: Arguments): Promise<number> {
  const { id } = parse(ctx, args)
  if (id === undefined) throw new CommandError('Error: Nexthop id is missing.', 2)
  netlink(ctx, { kind: 'nexthop.delete', netns: ctx.netns, id })
  return 0
}

interface Filter {
  id: number | undefined
  device: number | undefined
  protocol: string | undefined
  groups: boolean
  /** An interface that is nobody's master here, or next hops of another kind: there are none. */
  none: boolean
}

function parseFilter(ctx: ProcessContext, args: Arguments): Filter {
  const filter: Filter = { id: undefined, device: undefined, protocol: undefined, groups: false, none: false }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'dev') filter.device = deviceNamed(ctx, args.need()).device
    else if (abbreviates(word, 'groups')) filter.groups = true
    else if (word === 'master' || word === 'vrf') {
      deviceNamed(ctx, args.need())
      filter.none = true
    } else if (word === 'fdb') filter.none = true
    else if (word === 'id') filter.id = numberOf(args.need())
    // Unlike everywhere else only a number will do.
    else if (abbreviates(word, 'protocol')) {
      const value = args.need()
      filter.protocol = protocolNamed(String(integer(value, 'invalid protocol value', 255)))
    } else if (abbreviates(word, 'help')) throw new CommandError(NEXTHOP_USAGE, EXIT_USAGE)
    else throw invalid(word, '')
  }
  return filter
}

function accepts(filter: Filter, object: NexthopObjectView): boolean {
  if (filter.none || (filter.groups && object.group.length === 0)) return false
  if (filter.device !== undefined && object.way?.device !== filter.device) return false
  return filter.protocol === undefined || object.protocol === filter.protocol
}

async function print(
  ctx: ProcessContext,
  objects: readonly NexthopObjectView[],
  { json, pretty, details }: IpOptions,
): Promise<number> {
  await ctx.out(
    json
      ? jsonText(
          objects.map((object) => nexthopJson(ctx.read, object, details)),
          pretty,
        )
      : objects.map((object) => `${nexthopText(ctx.read, object, details)}\n`).join(''),
  )
  return 0
}

async function showOne(ctx: ProcessContext, id: number, options: IpOptions): Promise<number> {
  const object = ctx.read.nexthopObjects(ctx.netns).find((each) => each.id === id)
  if (object === undefined) throw new CommandError('RTNETLINK answers: No such file or directory', 2)
  return print(ctx, [object], options)
}

async function show(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const filter = parseFilter(ctx, args)
  if (filter.id !== undefined) return showOne(ctx, filter.id, options)
  return print(
    ctx,
    ctx.read.nexthopObjects(ctx.netns).filter((object) => accepts(filter, object)),
    options,
  )
}

async function get(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const [word, id] = [args.take(), args.take()]
  if (word !== 'id' || id === undefined || !args.isDone) throw new CommandError(NEXTHOP_USAGE, EXIT_USAGE)
  return showOne(ctx, numberOf(id), options)
}

async function flush(ctx: ProcessContext, args: Arguments): Promise<number> {
  const filter = parseFilter(ctx, args)
  const { netns } = ctx
  if (filter.id !== undefined) {
    netlink(ctx, { kind: 'nexthop.delete', netns, id: filter.id })
    return 0
  }
  const objects = ctx.read.nexthopObjects(netns).filter((object) => accepts(filter, object))
  // A group may be gone by the time that its turn comes; it counts all the same.
  for (const { id } of objects) ctx.call({ kind: 'nexthop.delete', netns, id })
  await ctx.out(objects.length === 0 ? 'Nothing to flush\n' : `Flushed ${objects.length} nexthops\n`)
  return 0
}
