/** `route` of net-tools. */
import { strerror } from '../../contract/errno.ts'
import type { RouteSpec } from '../../kernel/api.ts'
import { type Ipv4Address, IPV4_ANY, maskLength, networkOf, parsePrefix } from '../../wire/address.ts'
import { TABLE_MAIN } from '../formats/route.ts'
import { ROUTE_HEADER, routeNLine } from '../formats/route-n.ts'
import type { ProcessContext } from '../process/context.ts'
import { command, CommandError } from './command-error.ts'
import { lookUpHost } from './hosts.ts'

const USAGE =
  'Usage: route [-n]                                   List the routes\n' +
  '       route add [-net|-host] Target[/prefix] [netmask N] [gw Gw] [metric M] [[dev] If]\n' +
  '       route add [-net|-host] Target[/prefix] [metric M] reject\n' +
  '       route del [-net|-host] Target[/prefix] [netmask N] [gw Gw] [metric M] [[dev] If]'

/** Exit statuses of net-tools. */
const USAGE_STATUS = 3
/** What the part of the tool for IPv4 says (INET_usage). */
const INET_USAGE =
  'Usage: inet_route [-vF] del {-host|-net} Target[/prefix] [gw Gw] [metric M] [[dev] If]\n' +
  '       inet_route [-vF] add {-host|-net} Target[/prefix] [gw Gw] [metric M]\n' +
  '                              [netmask N] [mss Mss] [window W] [irtt I]\n' +
  '                              [mod] [dyn] [reinstate] [[dev] If]\n' +
  '       inet_route [-vF] add {-host|-net} Target[/prefix] [metric M] reject\n' +
  '       inet_route [-FC] flush      NOT supported'
const MISMATCH = `route: netmask doesn't match route address\n${INET_USAGE}`
const LOOKUP_STATUS = 6
const CALL_STATUS = 7

export const route = command('route', 'show and change the routing table (net-tools)', async (ctx) => {
  const words = ctx.args.filter((word) => !/^-(?:[nvFCe4]+|A|inet)$/.test(word) && word !== 'inet')
  if (ctx.args.some((word) => word === '-6' || word === 'inet6')) return 0
  const [verb, ...rest] = words
  if (verb === undefined)
    return show(
      ctx,
      ctx.args.some((word) => /^-[a-z]*n/.test(word)),
    )
  if (verb === '-h' || verb === '--help') return ctx.out(`${USAGE}\n`).then(() => 0)
  if (verb !== 'add' && verb !== 'del' && verb !== 'delete') return ctx.fail(USAGE, USAGE_STATUS)
  if (rest.length === 0) return ctx.fail(INET_USAGE, 0)
  return change(ctx, verb === 'add', rest)
})

async function show(ctx: ProcessContext, numeric: boolean): Promise<number> {
  const lines = ctx.read.routes(ctx.netns, TABLE_MAIN).map((view) => routeNLine(ctx.read, view, numeric) ?? '')
  await ctx.out(ROUTE_HEADER + lines.join(''))
  return 0
}

interface Parsed {
  target: Ipv4Address
  length: number | undefined
  isHost: boolean
  isNet: boolean
  mask: number | undefined
  gateway: Ipv4Address | undefined
  metric: number | undefined
  device: string | undefined
  reject: boolean
  mtuBytes: number | undefined
}

function address(ctx: ProcessContext, name: string): Ipv4Address {
  const found = lookUpHost(ctx, name)
  if (found === undefined) throw new CommandError(`${name}: Host name lookup failure`, LOOKUP_STATUS)
  return found
}

function parse(ctx: ProcessContext, words: readonly string[]): Parsed {
  const parsed: Parsed = {
    target: IPV4_ANY,
    length: undefined,
    isHost: false,
    isNet: false,
    mask: undefined,
    gateway: undefined,
    metric: undefined,
    device: undefined,
    reject: false,
    mtuBytes: undefined,
  }
  let at = 0
  const next = (): string => {
    const word = words[at++]
    if (word === undefined) throw new CommandError(INET_USAGE, USAGE_STATUS)
    return word
  }
  if (words[0] === '-net' || words[0] === '-host') {
    at = 1
    parsed.isHost = words[0] === '-host'
    parsed.isNet = !parsed.isHost
  }
  readTarget(ctx, next(), parsed)
  while (at < words.length) readOption(ctx, next(), next, parsed)
  return parsed
}

function readTarget(ctx: ProcessContext, word: string, parsed: Parsed): void {
  if (word === 'default') {
    parsed.length = 0
    return
  }
  const prefix = word.includes('/') ? parsePrefix(word) : undefined
  if (prefix === undefined && /^[\d.]+\/\d+$/.test(word)) throw new CommandError(MISMATCH, USAGE_STATUS)
  parsed.target = prefix?.address ?? address(ctx, word)
  parsed.length = prefix?.length
}

function readOption(ctx: ProcessContext, word: string, next: () => string, parsed: Parsed): void {
  switch (word) {
    case 'gw':
    case 'gateway':
      parsed.gateway = address(ctx, next())
      return
    case 'netmask': {
      const text = next()
      parsed.mask = maskLength(address(ctx, text))
      if (parsed.mask === undefined) throw new CommandError(`route: bogus netmask ${text}`, USAGE_STATUS)
      return
    }
    case 'metric':
      parsed.metric = Number(next())
      return
    case 'mss':
    case 'mtu':
      parsed.mtuBytes = Number(next())
      return
    case 'window':
    case 'irtt':
      next()
      return
    case 'reject':
      parsed.reject = true
      return
    case 'mod':
    case 'dyn':
    case 'reinstate':
      return
    default:
      parsed.device = word === 'dev' || word === 'device' ? next() : word
  }
}

/** A target without a mask is a host, unless it ends in zeros, when its class says how long its network is. */
function lengthOf({ target, length, mask, isHost, isNet }: Parsed): number {
  const given = mask ?? length
  if (given !== undefined) return given
  if (isHost) return 32
  const first = target >>> 24
  const byClass = target === IPV4_ANY ? 0 : first < 128 ? 8 : first < 192 ? 16 : 24
  return isNet || networkOf(target, byClass) === target ? byClass : 32
}

async function change(ctx: ProcessContext, isAdd: boolean, words: readonly string[]): Promise<number> {
  const parsed = parse(ctx, words)
  const length = lengthOf(parsed)
  if (networkOf(parsed.target, length) !== parsed.target) {
    return ctx.fail(length === 32 ? '' : MISMATCH, USAGE_STATUS)
  }
  const call = isAdd ? 'SIOCADDRT' : 'SIOCDELRT'
  const link = parsed.device === undefined ? undefined : ctx.read.linkByName(ctx.netns, parsed.device)
  if (parsed.device !== undefined && link === undefined) return ctx.fail(`${call}: ${strerror('ENODEV')}`, CALL_STATUS)
  const hop = {
    ...(link === undefined ? {} : { ifindex: link.ifindex }),
    ...(parsed.gateway === undefined || parsed.gateway === IPV4_ANY ? {} : { gateway: parsed.gateway }),
  }
  const isOnLink = !('gateway' in hop)
  const spec: RouteSpec = {
    table: TABLE_MAIN,
    destination: parsed.target,
    prefixLength: length,
    type: parsed.reject ? 'unreachable' : typeToDelete(ctx, isAdd, parsed.target, length),
    nexthops: parsed.reject || Object.keys(hop).length === 0 ? [] : [hop],
    ...(parsed.metric === undefined ? {} : { metric: parsed.metric }),
    ...(parsed.mtuBytes === undefined ? {} : { mtuBytes: parsed.mtuBytes }),
    ...(isAdd
      ? {
          protocol: 'boot' as const,
          scope: parsed.reject ? ('host' as const) : isOnLink ? ('link' as const) : ('global' as const),
        }
      : {}),
  }
  const { netns } = ctx
  const result = ctx.call(
    isAdd ? { kind: 'route.add', netns, mode: 'prepend', spec } : { kind: 'route.delete', netns, spec },
  )
  if (result.ok) return 0
  // The old call has no sentences: a gateway that is not on a connected network is just unreachable.
  const { errno, message } = result.error
  const isBadGateway = isAdd && errno === 'EINVAL' && message?.includes('gateway') === true
  return ctx.fail(`${call}: ${strerror(isBadGateway ? 'ENETUNREACH' : errno)}`, CALL_STATUS)
}

function typeToDelete(ctx: ProcessContext, isAdd: boolean, target: Ipv4Address, length: number): RouteSpec['type'] {
  if (isAdd) return 'unicast'
  const found = ctx.read
    .routes(ctx.netns, TABLE_MAIN)
    .find((view) => view.destination === target && view.prefixLength === length)
  return found?.type ?? 'unicast'
}
