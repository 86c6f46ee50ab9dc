/** `ip route show`, `flush` and `get`. */
import type { AddressScope, RouteProtocol, RouteType, RouteView } from '../../../contract/read-models.ts'
import type { RouteQuery, RouteSpec } from '../../../kernel/api.ts'
import { inPrefix, type Ipv4Address } from '../../../wire/address.ts'
import { PROTOCOL_UDP } from '../../../wire/ipv4.ts'
import { routeGetText, type RouteFormat, routeText, TABLE_LOCAL, TABLE_MAIN } from '../../formats/route.ts'
import { jsonText } from '../../formats/json.ts'
import { routeGetJson, routeJson } from '../../formats/tables-json.ts'
import type { ProcessContext } from '../../process/context.ts'
import {
  abbreviates,
  address,
  type Arguments,
  device,
  garbage,
  integer,
  invalid,
  named,
  prefix,
  type PrefixArgument,
} from '../arguments.ts'
import { CommandError, netlinkMessage } from '../command-error.ts'
import type { IpOptions } from './ip.ts'
import { flushReport } from './neigh.ts'
import { dsfieldNamed, ipProtocolOf, protocolNamed, ROUTE_TYPES, scopeNamed, tableNamed } from './route-names.ts'

interface Filter {
  /** 0 is every table. */
  table: number
  hasTable: boolean
  device: number | undefined
  protocol: RouteProtocol | undefined
  scope: AddressScope | undefined
  type: RouteType | undefined
  tos: number | undefined
  metric: number | undefined
  via: PrefixArgument | undefined
  source: PrefixArgument | undefined
  /** Routes inside this prefix. */
  root: PrefixArgument | undefined
  /** Routes that contain this prefix. */
  match: PrefixArgument | undefined
  cached: boolean
}

function parseFilter(ctx: ProcessContext, args: Arguments): Filter {
  const filter: Filter = {
    table: TABLE_MAIN,
    hasTable: false,
    device: undefined,
    protocol: undefined,
    scope: undefined,
    type: undefined,
    tos: undefined,
    metric: undefined,
    via: undefined,
    source: undefined,
    root: undefined,
    match: undefined,
    cached: false,
  }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (!parseValueWord(ctx, word, args, filter)) parsePrefixWord(word, args, filter)
  }
  return filter
}

function parseValueWord(ctx: ProcessContext, word: string, args: Arguments, filter: Filter): boolean {
  if (abbreviates(word, 'table')) parseTable(args.need(), filter)
  else if (word === 'cache' || word === 'cached' || word === 'cloned') filter.cached = true
  else if (word === 'tos' || word === 'dsfield') filter.tos = named(args.need(), dsfieldNamed, 'TOS value is invalid\n')
  else if (word === 'metric' || abbreviates(word, 'priority') || word === 'preference')
    filter.metric = integer(args.need(), '"metric" value is invalid\n')
  else if (abbreviates(word, 'protocol')) {
    const value = args.need()
    filter.protocol = protocolNamed(value)
    if (filter.protocol === undefined && value !== 'all') throw invalid(value, 'invalid "protocol"\n')
  } else if (abbreviates(word, 'scope')) {
    const value = args.need()
    filter.scope = scopeNamed(value)
    if (filter.scope === undefined && value !== 'all') throw invalid(value, 'invalid "scope"\n')
  } else if (abbreviates(word, 'type')) {
    const typeNamed = (value: string): RouteType | undefined => ROUTE_TYPES.find((name) => name === value)
    filter.type = named(args.need(), typeNamed, 'node type value is invalid\n')
  } else if (word === 'dev' || word === 'oif') filter.device = device(ctx, args.need()).device
  else if (word === 'via') filter.via = prefix(args.need())
  else if (word === 'src') filter.source = prefix(args.need())
  else if (word === 'iif' || word === 'mark' || word === 'realms' || word === 'vrf') args.need()
  else return false
  return true
}

function parseTable(value: string, filter: Filter): void {
  if (value === 'cache') {
    filter.cached = true
    return
  }
  const table = value === 'all' ? 0 : named(value, tableNamed, 'table id value is invalid\n')
  filter.table = table
  filter.hasTable = table !== 0
}

function parsePrefixWord(first: string, args: Arguments, filter: Filter): void {
  const word = first === 'to' ? args.need() : first
  if (abbreviates(word, 'root')) filter.root = prefix(args.need())
  else if (abbreviates(word, 'match')) filter.match = prefix(args.need())
  else {
    const exact = prefix(abbreviates(word, 'exact') ? args.need() : word)
    if (filter.root !== undefined || filter.match !== undefined) throw garbage('to', word)
    filter.root = exact
    filter.match = exact
  }
}

function accepts(filter: Filter, route: RouteView): boolean {
  const { root, match } = filter
  // A route with several next hops has neither a device nor a gateway of its own.
  const single = route.nexthops.length === 1 ? route.nexthops[0] : undefined
  if (filter.device !== undefined && single?.device !== filter.device) return false
  if (filter.protocol !== undefined && route.protocol !== filter.protocol) return false
  if (filter.scope !== undefined && route.scope !== filter.scope) return false
  if (filter.type !== undefined && route.type !== filter.type) return false
  if (filter.tos !== undefined && route.tos !== filter.tos) return false
  if (filter.metric !== undefined && route.metric !== filter.metric) return false
  if (filter.via !== undefined && !isIn(single?.gateway, filter.via)) return false
  if (filter.source !== undefined && !isIn(route.source, filter.source)) return false
  if (
    root !== undefined &&
    (route.prefixLength < root.length || !inPrefix(route.destination, root.address, root.length))
  )
    return false
  if (match === undefined) return true
  return route.prefixLength <= match.length && inPrefix(match.address, route.destination, route.prefixLength)
}

const isIn = (value: Ipv4Address | undefined, within: PrefixArgument): boolean =>
  value !== undefined && inPrefix(value, within.address, within.length)

function selected(ctx: ProcessContext, filter: Filter, what = 'Dump'): readonly RouteView[] {
  const isBuiltIn = filter.table === 0 || filter.table === TABLE_MAIN || filter.table === TABLE_LOCAL
  if (!isBuiltIn && !ctx.read.tableExists(ctx.netns, filter.table)) {
    throw new CommandError(`Error: ipv4: FIB table does not exist.\n${what} terminated`, 2)
  }
  return ctx.read.routes(ctx.netns, filter.table).filter((route) => accepts(filter, route))
}

export async function showRoutes(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const filter = parseFilter(ctx, args)
  if (filter.cached) return showLearned(ctx, options)
  const format: RouteFormat = {
    hideDevice: filter.device !== undefined,
    hideTable: filter.hasTable,
    hideProtocol: filter.protocol !== undefined,
    hideScope: filter.scope !== undefined,
    hideGateway: filter.via?.length === 32,
    hideMetric: filter.metric !== undefined,
    hideSource: filter.source?.length === 32,
    details: options.details,
  }
  if (options.json) {
    const objects = selected(ctx, filter).map((route) => routeJson(ctx.read, route, format))
    await ctx.out(jsonText(objects, options.pretty))
    return 0
  }
  for (const route of selected(ctx, filter))
    await ctx.out(oneLine(routeText(ctx.read, route, { ...format, netns: ctx.netns }), options))
  return 0
}

/** `ip route show cache`: what redirects and path MTUs taught of single destinations. */
async function showLearned(ctx: ProcessContext, options: IpOptions): Promise<number> {
  for (const destination of ctx.read.learnedDestinations(ctx.netns)) {
    const answer = ctx.read.routeGet(ctx.netns, { destination })
    if (!answer.ok) continue
    const text = routeGetText(ctx.read, ctx.netns, { destination }, { ...answer.value, source: undefined })
    await ctx.out(oneLine(text.replace('uid 0 ', ''), options))
  }
  return 0
}

/** `-o` joins the lines of a route with several next hops. */
function oneLine(text: string, options: IpOptions): string {
  return options.oneLine ? `${text.trimEnd().replaceAll('\n', '\\')} \n` : text
}

/** A delete of exactly this route. */
function deleteSpecOf(ctx: ProcessContext, route: RouteView): RouteSpec {
  return {
    table: route.table,
    destination: route.destination,
    prefixLength: route.prefixLength,
    tos: route.tos,
    metric: route.metric,
    type: route.type,
    scope: route.scope,
    protocol: route.protocol,
    ...(route.source === undefined ? {} : { source: route.source }),
    ...(route.nhid === undefined ? {} : { nexthopId: route.nhid }),
    nexthops: route.nexthops.map((hop) => {
      const ifindex = ctx.read.device(hop.device)?.ifindex
      return {
        ...(ifindex === undefined ? {} : { ifindex }),
        ...(hop.gateway === undefined ? {} : { gateway: hop.gateway }),
        weight: hop.weight,
      }
    }),
  }
}

export async function flushRoutes(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  if (args.isDone) return ctx.fail('"ip route flush" requires arguments.')
  // There is no cache any more, but what redirects and path MTUs taught is forgotten (iproute_flush_cache).
  if (args.peek === 'cache' || args.rest.join(' ') === 'table cache') {
    ctx.call({ kind: 'sysctl.write', netns: ctx.netns, key: 'net.ipv4.route.flush', value: '-1' })
    return 0
  }
  const filter = parseFilter(ctx, args)
  const routes = selected(ctx, filter, 'Flush')
  for (const route of routes) {
    const done = ctx.call({ kind: 'route.delete', netns: ctx.netns, spec: deleteSpecOf(ctx, route) })
    // It sends back what it was shown, which for a route by an object of `ip nexthop` is more than the kernel takes.
    if (!done.ok && done.error.errno === 'EINVAL')
      throw new CommandError('Failed to send flush request: Invalid argument', 2)
  }
  if (options.statistics) await ctx.out(flushReport(routes.length, 'entries'))
  return 0
}

interface Question {
  destination: PrefixArgument | undefined
  from: Ipv4Address | undefined
  iif: string | undefined
  oif: string | undefined
  tos: number | undefined
  mark: number | undefined
  protocol: number | undefined
  sport: number | undefined
  dport: number | undefined
  user: number | undefined
  fibMatch: boolean
}

function parseQuestion(args: Arguments): Question {
  const question: Question = {
    destination: undefined,
    from: undefined,
    iif: undefined,
    oif: undefined,
    tos: undefined,
    mark: undefined,
    protocol: undefined,
    sport: undefined,
    dport: undefined,
    user: undefined,
    fibMatch: false,
  }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (abbreviates(word, 'from')) question.from = address(args.need())
    else if (word === 'tos' || word === 'dsfield')
      question.tos = named(args.need(), dsfieldNamed, 'TOS value is invalid\n')
    else if (abbreviates(word, 'iif')) question.iif = args.need()
    else if (abbreviates(word, 'mark')) question.mark = integer(args.need(), 'invalid mark')
    else if (abbreviates(word, 'oif') || word === 'dev') question.oif = args.need()
    else if (word === 'fibmatch') question.fibMatch = true
    else if (word === 'notify' || word === 'connected') continue
    else if (word === 'ipproto') question.protocol = ipProtocolOf(args.need())
    else if (word === 'sport') question.sport = integer(args.need(), 'invalid sport\n', 0xffff)
    else if (word === 'dport') question.dport = integer(args.need(), 'invalid dport\n', 0xffff)
    else if (word === 'uid') question.user = integer(args.need(), 'invalid UID\n')
    else if (word === 'vrf') args.need()
    else question.destination = prefix(word === 'to' ? args.need() : word)
  }
  return question
}

export async function getRoute(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const { destination, from, iif, oif, tos, mark, protocol, sport, dport, user, fibMatch } = parseQuestion(args)
  if (destination === undefined) return ctx.fail('need at least a destination address')
  if (destination.length !== 32)
    await ctx.err(`Warning: /${destination.length} as prefix is invalid, only /32 (or none) is supported.\n`)
  const query: RouteQuery = {
    destination: destination.address,
    ...(from === undefined ? {} : { from }),
    ...(iif === undefined ? {} : { iif: device(ctx, iif).ifindex }),
    ...(oif === undefined ? {} : { oif: device(ctx, oif).ifindex }),
    ...(tos === undefined ? {} : { tos }),
    ...(mark === undefined ? {} : { fwmark: mark }),
    ...(user === undefined ? {} : { user }),
    transport: { protocol: protocol ?? PROTOCOL_UDP, sourcePort: sport ?? 0, destinationPort: dport ?? 0 },
  }
  const answer = ctx.read.routeGet(ctx.netns, query)
  if (!answer.ok) throw new CommandError(netlinkMessage(answer.error), 2)
  const asked = {
    destination: destination.address,
    ...(from === undefined ? {} : { from }),
    ...(iif === undefined ? {} : { iif }),
    ...(mark === undefined ? {} : { mark }),
    ...(user === undefined ? {} : { user }),
  }
  if (options.json) {
    const object = fibMatch
      ? routeJson(ctx.read, answer.value.route, { details: options.details })
      : routeGetJson(ctx.read, ctx.netns, asked, answer.value)
    await ctx.out(jsonText([object], options.pretty))
    return 0
  }
  await ctx.out(
    fibMatch
      ? routeText(ctx.read, answer.value.route, { details: options.details, netns: ctx.netns })
      : oneLine(routeGetText(ctx.read, ctx.netns, asked, answer.value, options.details), options),
  )
  return 0
}
