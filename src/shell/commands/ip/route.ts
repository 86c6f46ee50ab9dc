/** `ip route`: dispatch, and the forms that change routes. */
import type { AddressScope, RouteMetric, RouteProtocol, RouteType, RouteView } from '../../../contract/read-models.ts'
import type { NexthopSpec, RouteSpec } from '../../../kernel/api.ts'
import type { Ipv4Address } from '../../../wire/address.ts'
import type { ProcessContext } from '../../process/context.ts'
import { TABLE_LOCAL, TABLE_MAIN } from '../../formats/route.ts'
import {
  abbreviates,
  address,
  type Arguments,
  device,
  EXIT_USAGE,
  garbage,
  integer,
  invalid,
  named,
  prefix,
  type PrefixArgument,
  unknownCommand,
} from '../arguments.ts'
import { CommandError, netlink } from '../command-error.ts'
import { ROUTE_USAGE } from '../usage/ip-route.ts'
import type { IpOptions } from './ip.ts'
import {
  dsfieldNamed,
  OTHER_METRICS,
  protocolOf,
  readMetric,
  realmsNamed,
  ROUTE_TYPES,
  scopeNamed,
  tableNamed,
} from './route-names.ts'
import { flushRoutes, getRoute, showRoutes } from './route-show.ts'

type Mode = 'add' | 'replace' | 'change' | 'append' | 'prepend' | 'delete'

export async function routeCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  if (options.family === 'inet6') return 0
  const word = args.take()
  if (word === undefined || abbreviates(word, 'list') || abbreviates(word, 'show') || abbreviates(word, 'lst')) {
    return showRoutes(ctx, args, options)
  }
  const mode = modeNamed(word)
  if (mode !== undefined) return modify(ctx, args, mode)
  if (abbreviates(word, 'get')) return getRoute(ctx, args, options)
  if (abbreviates(word, 'flush')) return flushRoutes(ctx, args, options)
  if (['save', 'restore', 'showdump'].includes(word))
    return ctx.fail(
      `ip route ${word}: not modelled in vethlab. Write the commands into the script, or save the lab as a file.`,
    )
  throw unknownCommand(word, 'ip route help')
}

function modeNamed(word: string): Mode | undefined {
  if (abbreviates(word, 'add')) return 'add'
  if (abbreviates(word, 'change') || word === 'chg') return 'change'
  if (abbreviates(word, 'replace')) return 'replace'
  if (abbreviates(word, 'prepend')) return 'prepend'
  if (abbreviates(word, 'append')) return 'append'
  return abbreviates(word, 'delete') ? 'delete' : undefined
}

interface Hop {
  gateway: Ipv4Address | undefined
  dev: string | undefined
  onlink: boolean
  weight: number | undefined
}

interface Parsed {
  destination: PrefixArgument | undefined
  type: RouteType | undefined
  hop: Hop
  hops: Hop[]
  source: Ipv4Address | undefined
  metric: number | undefined
  scope: AddressScope | undefined
  table: number | undefined
  protocol: RouteProtocol | undefined
  tos: number | undefined
  mtuBytes: number | undefined
  mtuLocked: boolean
  otherMetrics: RouteMetric[]
  realms: number | undefined
  nexthopId: number | undefined
}

function weightOf(word: string): number {
  const weight = integer(word, '"weight" is invalid\n', 256)
  if (weight === 0) throw invalid(word, '"weight" is invalid\n')
  return weight
}

const newHop = (): Hop => ({ gateway: undefined, dev: undefined, onlink: false, weight: undefined })

/** The largest packet that a route may speak of (fib_convert_metrics). */
const MTU_MAX = 65_535 - 15

/** Options whose value the lab has no use for. */
const IGNORED = new Set(['pref', 'expires', 'ttl-propagate'])

function parse(args: Arguments): Parsed {
  const parsed: Parsed = {
    destination: undefined,
    type: undefined,
    hop: newHop(),
    hops: [],
    source: undefined,
    metric: undefined,
    scope: undefined,
    table: undefined,
    protocol: undefined,
    tos: undefined,
    mtuBytes: undefined,
    mtuLocked: false,
    otherMetrics: [],
    realms: undefined,
    nexthopId: undefined,
  }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (!parseHopWord(word, args, parsed.hop) && !parseRouteWord(word, args, parsed))
      parseDestination(word, args, parsed)
  }
  return parsed
}

/** Words that describe one next hop. */
function parseHopWord(word: string, args: Arguments, hop: Hop): boolean {
  if (word === 'via') {
    if (args.peek === 'inet') args.take()
    const gateway = args.need()
    if (gateway === 'inet6') throw new CommandError('ip route: IPv6 next hops are not modelled in vethlab.', 1)
    hop.gateway = address(gateway)
  } else if (word === 'dev' || word === 'oif') hop.dev = args.need()
  else if (word === 'onlink') hop.onlink = true
  else if (word === 'weight') hop.weight = weightOf(args.need())
  else return false
  return true
}

function parseRouteWord(word: string, args: Arguments, parsed: Parsed): boolean {
  if (word === 'src') parsed.source = address(args.need())
  else if (word === 'tos' || abbreviates(word, 'dsfield'))
    parsed.tos = named(args.need(), dsfieldNamed, '"tos" value is invalid\n')
  else if (word === 'metric' || abbreviates(word, 'priority') || word === 'preference') {
    parsed.metric = integer(args.need(), '"metric" value is invalid\n')
  } else if (word === 'scope') parsed.scope = named(args.need(), scopeNamed, 'invalid "scope" value\n')
  else if (word === 'mtu') {
    if (args.peek === 'lock') {
      args.take()
      parsed.mtuLocked = true
    }
    parsed.mtuBytes = Math.min(integer(args.need(), '"mtu" value is invalid\n'), MTU_MAX)
  } else if (OTHER_METRICS.includes(word)) {
    const locked = args.peek === 'lock'
    if (locked) args.take()
    parsed.otherMetrics.push(
      named(args.need(), (value) => readMetric(word, value, locked), `"${word}" value is invalid\n`),
    )
  } else if (word.length > 1 && abbreviates(word, 'protocol')) parsed.protocol = protocolOf(args.need())
  else if (abbreviates(word, 'table')) parsed.table = named(args.need(), tableNamed, '"table" value is invalid\n')
  else if (word === 'nexthop') parsed.hops.push(parseNexthop(args))
  else if (word === 'nhid') parsed.nexthopId = integer(args.need(), '"id" value is invalid\n')
  else if (word.length > 3 && abbreviates(word, 'realms'))
    parsed.realms = named(args.need(), realmsNamed, '"realm" value is invalid\n')
  else if (IGNORED.has(word)) args.need()
  else return false
  return true
}

function parseNexthop(args: Arguments): Hop {
  if (args.isDone) throw new CommandError('Error: unexpected end of line after "nexthop"', EXIT_USAGE)
  const hop = newHop()
  while (args.peek !== undefined && args.peek !== 'nexthop') {
    const word = args.take()!
    if (!parseHopWord(word, args, hop))
      throw new CommandError(`Error: "nexthop" or end of line is expected instead of "${word}"`, EXIT_USAGE)
  }
  return hop
}

function parseDestination(word: string, args: Arguments, parsed: Parsed): void {
  let target = word === 'to' ? args.need() : word
  const type = ROUTE_TYPES.find((name) => name === target)
  if (type !== undefined) {
    parsed.type = type
    target = args.need()
  }
  if (parsed.destination !== undefined) throw garbage('to', target)
  parsed.destination = prefix(target)
}

async function modify(ctx: ProcessContext, args: Arguments, mode: Mode): Promise<number> {
  if (args.isDone) throw new CommandError(ROUTE_USAGE, EXIT_USAGE)
  const parsed = parse(args)
  const [firstHop] = parsed.hops
  if (firstHop !== undefined && parsed.hop.gateway !== undefined && firstHop.gateway !== parsed.hop.gateway)
    throw new CommandError('Error: Nexthop gateway does not match RTA_GATEWAY or RTA_VIA.', 2)
  const spec = mode === 'delete' ? deleteSpec(ctx, parsed) : addSpec(ctx, parsed)
  const { netns } = ctx
  netlink(ctx, mode === 'delete' ? { kind: 'route.delete', netns, spec } : { kind: 'route.add', netns, mode, spec })
  return 0
}

function nexthopSpec(ctx: ProcessContext, hop: Hop): NexthopSpec {
  return {
    ...(hop.dev === undefined ? {} : { ifindex: device(ctx, hop.dev).ifindex }),
    ...(hop.gateway === undefined ? {} : { gateway: hop.gateway }),
    ...(hop.onlink ? { onlink: true } : {}),
    ...(hop.weight === undefined ? {} : { weight: hop.weight }),
  }
}

/** As the kernel keeps them: each once, by number. */
function inOrder(metrics: readonly RouteMetric[]): RouteMetric[] {
  return OTHER_METRICS.flatMap((name) => metrics.findLast((metric) => metric.name === name) ?? [])
}

function baseSpec(ctx: ProcessContext, parsed: Parsed, type: RouteType): RouteSpec {
  const { destination } = parsed
  const hops = parsed.hops.length > 0 ? parsed.hops : [parsed.hop]
  const isEmpty = parsed.hops.length === 0 && parsed.hop.dev === undefined && parsed.hop.gateway === undefined
  const isLocal = type === 'local' || type === 'broadcast' || type === 'anycast'
  return {
    table: parsed.table ?? (isLocal ? TABLE_LOCAL : TABLE_MAIN),
    destination: destination?.address ?? (0 as Ipv4Address),
    prefixLength: destination?.length ?? 0,
    type,
    nexthops: isEmpty ? [] : hops.map((hop) => nexthopSpec(ctx, hop)),
    ...(parsed.tos === undefined ? {} : { tos: parsed.tos }),
    ...(parsed.metric === undefined ? {} : { metric: parsed.metric }),
    ...(parsed.source === undefined ? {} : { source: parsed.source }),
    ...(parsed.mtuBytes === undefined ? {} : { mtuBytes: parsed.mtuBytes }),
    ...(parsed.mtuLocked ? { mtuLocked: true } : {}),
    ...(parsed.otherMetrics.length === 0 ? {} : { otherMetrics: inOrder(parsed.otherMetrics) }),
    ...(parsed.realms === undefined ? {} : { realms: parsed.realms }),
    ...(parsed.nexthopId === undefined ? {} : { nexthopId: parsed.nexthopId }),
    ...(parsed.scope === undefined ? {} : { scope: parsed.scope }),
    ...(parsed.protocol === undefined ? {} : { protocol: parsed.protocol }),
  }
}

function addSpec(ctx: ProcessContext, parsed: Parsed): RouteSpec {
  const spec = baseSpec(ctx, parsed, parsed.type ?? 'unicast')
  return { ...spec, scope: spec.scope ?? defaultScope(spec), protocol: spec.protocol ?? 'boot' }
}

/** The scope that iproute2 sends when none is given. */
function defaultScope({ type, nexthops }: RouteSpec): AddressScope {
  if (type === 'local') return 'host'
  if (type === 'broadcast' || type === 'multicast' || type === 'anycast') return 'link'
  if (type !== 'unicast') return 'global'
  return nexthops.some(({ gateway }) => gateway !== undefined) || nexthops.length === 0 || nexthops.length > 1
    ? 'global'
    : 'link'
}

/** A delete names only what must match. The type of a route that was not named is that of the first route that fits. */
function deleteSpec(ctx: ProcessContext, parsed: Parsed): RouteSpec {
  const spec = baseSpec(ctx, parsed, parsed.type ?? 'unicast')
  if (parsed.type !== undefined) return spec
  const found = ctx.read.routes(ctx.netns, spec.table).find((route) => fits(ctx, spec, route))
  return { ...spec, type: found?.type ?? 'unicast' }
}

function fits(ctx: ProcessContext, spec: RouteSpec, route: RouteView): boolean {
  if (route.destination !== spec.destination || route.prefixLength !== spec.prefixLength) return false
  if (spec.metric !== undefined && spec.metric !== route.metric) return false
  if (spec.tos !== undefined && spec.tos !== route.tos) return false
  if (spec.nexthopId !== undefined && spec.nexthopId !== route.nhid) return false
  return spec.nexthops.every(({ gateway, ifindex }) =>
    route.nexthops.some(
      (hop) =>
        (gateway === undefined || hop.gateway === gateway) &&
        (ifindex === undefined || ctx.read.device(hop.device)?.ifindex === ifindex),
    ),
  )
}
