/** `ip link`. */
import type { LinkView } from '../../../contract/read-models.ts'
import { UNMODELLED_LINK_KINDS } from '../../../contract/unmodelled.ts'
import type { LinkChanges, LinkData, LinkSpec } from '../../../kernel/api.ts'
import { jsonText } from '../../formats/json.ts'
import { briefLinkJson, linkJson } from '../../formats/link-json.ts'
import { briefLink, linkText } from '../../formats/link.ts'
import type { ProcessContext } from '../../process/context.ts'
import {
  abbreviates,
  type Arguments,
  device,
  EXIT_USAGE,
  garbage,
  invalid,
  isInterfaceName,
  unknownCommand,
} from '../arguments.ts'
import { CommandError, netlink } from '../command-error.ts'
import type { IpOptions } from './ip.ts'
import { groupNumber, type LinkArguments, parseLinkArguments } from './link-arguments.ts'
import type { KindOptions } from './link-kinds/link-kind.ts'
import { LINK_KINDS } from './link-kinds/link-kinds.ts'

export async function linkCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const word = args.take()
  if (word === undefined) return show(ctx, args, options)
  if (abbreviates(word, 'add')) return add(ctx, args)
  if (abbreviates(word, 'set') || abbreviates(word, 'change')) return set(ctx, args)
  if (abbreviates(word, 'delete')) return remove(ctx, args)
  if (abbreviates(word, 'show') || abbreviates(word, 'lst') || abbreviates(word, 'list'))
    return show(ctx, args, options)
  if (abbreviates(word, 'property')) return property(ctx, args)
  throw unknownCommand(word, 'ip link help')
}

/** The options of the kind; undefined for a kind that nobody knows, which is the kernel's to refuse. */
function parseKind(ctx: ProcessContext, type: string, args: Arguments): KindOptions | undefined {
  const kind = LINK_KINDS.find(({ name }) => name === type)
  if (kind !== undefined) return kind.parse(ctx, args)
  const instead = UNMODELLED_LINK_KINDS[type]
  if (instead === undefined) return undefined
  throw new CommandError(`Error: Unknown device type. vethlab does not model “${type}”. ${instead}`, 2)
}

async function add(ctx: ProcessContext, args: Arguments): Promise<number> {
  const parsed = parseLinkArguments(ctx, args)
  if (parsed.type === undefined) return ctx.fail('Not enough information: "type" argument is required')
  const data = parseKind(ctx, parsed.type, args)?.data
  if (data === undefined) throw new CommandError('Error: Unknown device type.', 2)
  const name = parsed.name ?? parsed.dev
  if (name !== undefined && !isInterfaceName(name))
    throw new CommandError('Error: Attribute failed policy validation.', 2)
  netlink(ctx, { kind: 'link.add', netns: ctx.netns, spec: linkSpec(parsed, name, data) })
  return 0
}

function linkSpec(parsed: LinkArguments, name: string | undefined, data: LinkData): LinkSpec {
  return {
    ...(name === undefined ? {} : { name }),
    ...(parsed.mac === undefined ? {} : { mac: parsed.mac }),
    ...(parsed.mtuBytes === undefined ? {} : { mtuBytes: parsed.mtuBytes }),
    ...(parsed.netns === undefined ? {} : { netns: parsed.netns }),
    ...(parsed.ifindex === undefined ? {} : { ifindex: parsed.ifindex }),
    ...(parsed.group === undefined ? {} : { group: parsed.group }),
    ...(parsed.txQueueLength === undefined ? {} : { txQueueLength: parsed.txQueueLength }),
    ...(parsed.link === undefined ? {} : { link: parsed.link }),
    ...(parsed.flags.up === undefined ? {} : { up: parsed.flags.up }),
    ...(parsed.master === undefined ? {} : { master: parsed.master }),
    data,
  }
}

async function set(ctx: ProcessContext, args: Arguments): Promise<number> {
  const parsed = parseLinkArguments(ctx, args)
  const kind = parsed.type === undefined ? undefined : parseKind(ctx, parsed.type, args)
  if (parsed.dev === undefined) {
    if (parsed.group !== undefined) return setGroup(ctx, parsed.group, parsed)
    return ctx.fail('Not enough information: "dev" argument is required.', EXIT_USAGE)
  }
  const { ifindex } = device(ctx, parsed.dev)
  const changes = linkChanges(parsed, kind)
  if (Object.keys(changes).length > 0) netlink(ctx, { kind: 'link.set', netns: ctx.netns, ifindex, changes })
  return 0
}

/** `ip link set group N …` changes every device of a group (rtnl_group_changelink). */
function setGroup(ctx: ProcessContext, group: number, parsed: LinkArguments): number {
  const changes = linkChanges({ ...parsed, group: undefined }, undefined)
  for (const link of ctx.read.links(ctx.netns)) {
    if (link.group === group) netlink(ctx, { kind: 'link.set', netns: ctx.netns, ifindex: link.ifindex, changes })
  }
  return 0
}

function linkChanges(parsed: LinkArguments, kind: KindOptions | undefined): LinkChanges {
  const { data, port } = kind ?? {}
  // `type veth` and a kind without options change nothing.
  const hasData = data !== undefined && data.kind !== 'veth' && Object.keys(data).length > 1
  return {
    ...(parsed.netns === undefined ? {} : { netns: parsed.netns }),
    ...(parsed.mac === undefined ? {} : { mac: parsed.mac }),
    ...(parsed.mtuBytes === undefined ? {} : { mtuBytes: parsed.mtuBytes }),
    ...(parsed.name === undefined ? {} : { name: parsed.name }),
    ...(parsed.alias === undefined ? {} : { alias: parsed.alias }),
    ...(parsed.group === undefined ? {} : { group: parsed.group }),
    ...(parsed.txQueueLength === undefined ? {} : { txQueueLength: parsed.txQueueLength }),
    ...(parsed.master === undefined ? {} : { master: parsed.master }),
    ...parsed.flags,
    ...parsed.layer,
    ...(hasData ? { data } : {}),
    ...(port === undefined ? {} : { port }),
  }
}

async function remove(ctx: ProcessContext, args: Arguments): Promise<number> {
  const parsed = parseLinkArguments(ctx, args)
  const name = parsed.dev ?? parsed.name
  if (name === undefined && parsed.group !== undefined) return removeGroup(ctx, parsed.group)
  if (name === undefined) return ctx.fail('Not enough information: "dev" argument is required.', EXIT_USAGE)
  netlink(ctx, { kind: 'link.delete', netns: ctx.netns, ifindex: device(ctx, name).ifindex })
  return 0
}

/** `ip link delete group N` (rtnl_group_dellink): the group `default` is refused. */
function removeGroup(ctx: ProcessContext, group: number): number {
  const names = ctx.read.links(ctx.netns).filter((link) => link.group === group)
  if (group === 0) throw new CommandError('RTNETLINK answers: Operation not permitted', 2)
  if (names.length === 0) throw new CommandError('RTNETLINK answers: No such device', 2)
  for (const { device: id } of names) {
    const link = ctx.read.device(id)
    if (link !== undefined) netlink(ctx, { kind: 'link.delete', netns: ctx.netns, ifindex: link.ifindex })
  }
  return 0
}

/** `ip link property { add | del } dev NAME altname NAME…` */
async function property(ctx: ProcessContext, args: Arguments): Promise<number> {
  const verb = args.take() ?? ''
  const isAdd = abbreviates(verb, 'add')
  if (!isAdd && !abbreviates(verb, 'delete')) return ctx.fail('Operator required', EXIT_USAGE)
  let dev: string | undefined
  const names: string[] = []
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'altname') names.push(args.need())
    else if (names.length > 0) names.push(word)
    else dev = word === 'dev' ? args.need() : word
  }
  if (dev === undefined) return ctx.fail('Not enough information: "dev" argument is required.', EXIT_USAGE)
  const { ifindex } = device(ctx, dev)
  if (names.length === 0) throw new CommandError('RTNETLINK answers: Operation not supported', 2)
  const altNames = isAdd ? { added: names } : { removed: names }
  netlink(ctx, { kind: 'link.set', netns: ctx.netns, ifindex, changes: { altNames } })
  return 0
}

interface Filter {
  group: number | undefined
  dev: string | undefined
  up: boolean
  kind: string | undefined
  master: number | undefined
}

function parseFilter(ctx: ProcessContext, args: Arguments): Filter {
  const filter: Filter = { group: undefined, dev: undefined, up: false, kind: undefined, master: undefined }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'up') filter.up = true
    else if (word === 'type') filter.kind = args.need()
    else if (word === 'group') filter.group = groupNumber(args.need())
    else if (word === 'vrf') args.need()
    else if (word === 'nomaster') filter.master = 0
    else if (word === 'master') {
      const name = args.need()
      const master = ctx.read.linkByName(ctx.netns, name)
      if (master === undefined) throw invalid(name, 'Device does not exist\n')
      filter.master = master.device
    } else {
      const name = word === 'dev' ? args.need() : word
      if (filter.dev !== undefined) throw garbage('dev', name)
      filter.dev = name
    }
  }
  return filter
}

const hasName = ({ name, altNames }: LinkView, wanted: string): boolean =>
  name === wanted || altNames?.includes(wanted) === true

function accepts(filter: Filter, link: LinkView): boolean {
  if (filter.dev !== undefined && !hasName(link, filter.dev)) return false
  if (filter.up && !link.up) return false
  if (filter.group !== undefined && link.group !== filter.group) return false
  if (filter.master !== undefined && link.master !== filter.master) return false
  if (filter.kind === 'bridge_slave') return link.port !== undefined
  return filter.kind === undefined || link.details.kind === filter.kind
}

async function show(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const filter = parseFilter(ctx, args)
  if (filter.dev !== undefined && ctx.read.linkByName(ctx.netns, filter.dev) === undefined) {
    throw new CommandError(`Device "${filter.dev}" does not exist.`, 1)
  }
  if (options.json) return showJson(ctx, filter, options)
  for (const link of ctx.read.links(ctx.netns)) {
    if (!accepts(filter, link)) continue
    await ctx.out(options.brief ? briefLink(ctx.read, link) : linkText(ctx.read, link, options))
  }
  return 0
}

async function showJson(ctx: ProcessContext, filter: Filter, options: IpOptions): Promise<number> {
  const objects = ctx.read.links(ctx.netns).flatMap((link) => {
    if (!accepts({ ...filter, up: false }, link)) return []
    // The kernel lists what is down, too; iproute2 then prints an object without fields.
    if (!accepts(filter, link)) return [{}]
    const format = { ...options, withMode: true, withLinkLayer: true }
    return [options.brief ? briefLinkJson(ctx.read, link) : linkJson(ctx.read, link, format)]
  })
  await ctx.out(jsonText(objects, options.pretty))
  return 0
}
