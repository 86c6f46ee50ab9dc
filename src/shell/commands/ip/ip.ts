/** `ip`: options, then an object by its first matching prefix. */
import { command, CommandError } from '../command-error.ts'
import { abbreviates, Arguments, EXIT_USAGE } from '../arguments.ts'
import type { ProcessContext } from '../../process/context.ts'
import { readTextFile } from '../../process/open.ts'
import { addressCommand } from './address.ts'
import { linkCommand } from './link.ts'
import { monitorCommand } from './monitor.ts'
import { maddressCommand } from './maddress.ts'
import { neighbourCommand } from './neigh.ts'
import { netconfCommand, ntableCommand } from './netconf.ts'
import { netnsCommand } from './netns.ts'
import { nexthopCommand } from './nexthop.ts'
import { routeCommand } from './route.ts'
import { ruleCommand } from './rule.ts'
import { LINK_USAGE } from '../usage/ip-link.ts'
import { NEXTHOP_USAGE, ROUTE_USAGE, RULE_USAGE } from '../usage/ip-route.ts'
import {
  ADDRESS_USAGE,
  ADDRLABEL_USAGE,
  IP_USAGE,
  MADDRESS_USAGE,
  MONITOR_USAGE,
  MROUTE_USAGE,
  NEIGHBOUR_USAGE,
  NETCONF_USAGE,
  NETNS_USAGE,
  NTABLE_USAGE,
  TCP_METRICS_USAGE,
  TOKEN_USAGE,
  TUNNEL_USAGE,
  TUNTAP_USAGE,
  VRF_USAGE,
} from '../usage/ip.ts'
import { LINK_KINDS } from './link-kinds/link-kinds.ts'

export interface IpOptions {
  readonly details: boolean
  readonly statistics: boolean
  /** `-s -s`: kinds of errors, too. */
  readonly errors: boolean
  readonly brief: boolean
  readonly oneLine: boolean
  /** `-4`, `-6` or neither. */
  readonly family: 'inet' | 'inet6' | undefined
  readonly all: boolean
  /** `-force`: a batch goes on after a failure. */
  readonly force: boolean
  /** `-t`, `-ts`. */
  readonly timestamp: 'none' | 'long' | 'short'
  /** `-j`; `-p` writes it in lines. */
  readonly json: boolean
  readonly pretty: boolean
}

/** A command of an object. Its number is the exit status. */
export type IpObject = (ctx: ProcessContext, args: Arguments, options: IpOptions) => Promise<number>

/** An object whose list would have content that the lab shows elsewhere. */
const refused =
  (object: string, instead: string): IpObject =>
  async (ctx) =>
    ctx.fail(`ip ${object}: not modelled in vethlab. ${instead}`)

/** An object that the lab has none of: lists are empty, the rest says what to do instead. */
const notModelled =
  (object: string, instead: string): IpObject =>
  async (ctx, args) => {
    // There are none, so that a list of them is empty.
    const word = args.take()
    if (word === undefined || ['show', 'list', 'lst'].some((verb) => abbreviates(word, verb))) return 0
    return ctx.fail(`ip ${object}: not modelled in vethlab. ${instead}`)
  }

/** In the order of iproute2's own table, which decides what an abbreviation means; those without a usage of their own print that of `ip`. */
const OBJECTS: readonly (readonly [name: string, run: IpObject, usage?: string])[] = [
  ['address', addressCommand, ADDRESS_USAGE],
  ['addrlabel', notModelled('addrlabel', 'It matters for IPv6 only.'), ADDRLABEL_USAGE],
  ['maddress', maddressCommand, MADDRESS_USAGE],
  ['route', routeCommand, ROUTE_USAGE],
  ['rule', ruleCommand, RULE_USAGE],
  ['neighbor', neighbourCommand, NEIGHBOUR_USAGE],
  ['neighbour', neighbourCommand, NEIGHBOUR_USAGE],
  ['ntable', ntableCommand, NTABLE_USAGE],
  ['link', linkCommand, LINK_USAGE],
  ['tunnel', notModelled('tunnel', 'Use a veth pair for a link between two namespaces.'), TUNNEL_USAGE],
  [
    'tuntap',
    notModelled('tuntap', 'A tap is the host’s end of a VM’s NIC: use a veth whose peer is in the VM’s namespace.'),
    TUNTAP_USAGE,
  ],
  ['tap', notModelled('tap', 'Use a veth whose peer is in the VM’s namespace.')],
  ['token', notModelled('token', 'It matters for IPv6 only.'), TOKEN_USAGE],
  ['monitor', monitorCommand, MONITOR_USAGE],
  ['xfrm', notModelled('xfrm', 'There is no IPsec here.')],
  ['mroute', notModelled('mroute', 'Multicast is not routed here.'), MROUTE_USAGE],
  ['netns', netnsCommand, NETNS_USAGE],
  ['netconf', netconfCommand, NETCONF_USAGE],
  ['vrf', refused('vrf', 'Use a namespace, or `ip rule` with a table of its own.'), VRF_USAGE],
  ['tcp_metrics', notModelled('tcp_metrics', 'TCP remembers nothing of ended connections here.'), TCP_METRICS_USAGE],
  ['l2tp', notModelled('l2tp', 'Use a veth pair for a link between two namespaces.')],
  ['macsec', notModelled('macsec', 'Frames are not encrypted here.')],
  ['mptcp', notModelled('mptcp', 'TCP has one path here.')],
  ['fou', notModelled('fou', 'Use a veth pair for a link between two namespaces.')],
  ['ila', notModelled('ila', 'It matters for IPv6 only.')],
  ['sr', notModelled('sr', 'It matters for IPv6 only.')],
  ['ioam', notModelled('ioam', 'It matters for IPv6 only.')],
  ['nexthop', nexthopCommand, NEXTHOP_USAGE],
]

export const ip = command(
  'ip',
  'show and change interfaces, addresses, routes, neighbours and namespaces',
  async (ctx) => {
    const args = new Arguments(ctx.args)
    const options = {
      details: false,
      statistics: false,
      errors: false,
      brief: false,
      oneLine: false,
      family: undefined,
      all: false,
      force: false,
      timestamp: 'none',
      json: false,
      pretty: false,
    } as {
      -readonly [K in keyof IpOptions]: IpOptions[K]
    }
    let inner = ctx
    while (args.peek?.startsWith('-') === true) {
      const word = args.take()!
      if (word === '--') break
      const result = await readOption(inner, word.replace(/^--/, '-'), args, options)
      if (typeof result === 'number') return result
      inner = result
    }
    const word = args.take()
    if (word === undefined) throw new CommandError(IP_USAGE, EXIT_USAGE)
    if (abbreviates(word, 'help') && word !== 'h') return ctx.fail(IP_USAGE, EXIT_USAGE)
    const object = OBJECTS.find(([name]) => abbreviates(word, name))
    if (object === undefined) throw new CommandError(`Object "${word}" is unknown, try "ip help".`, 1)
    const [name, run, usage = IP_USAGE] = object
    if (!abbreviates(args.peek ?? '', 'help')) {
      if (options.family === 'inet6' && isMoreThanList(args.peek))
        return inner.fail('ip: IPv6 is not modelled in vethlab. Leave -6 out and use IPv4 addresses.')
      return run(inner, args, options)
    }
    args.take()
    const kind = name === 'link' ? LINK_KINDS.find((each) => each.name === args.peek) : undefined
    // Only the help of a kind was asked for: all others tell of a mistake, on standard error.
    return kind === undefined ? inner.fail(usage, EXIT_USAGE) : inner.out(`${kind.usage}\n`).then(() => 0)
  },
)

/** Whether a command asks for more than a list, which of IPv6 is empty. */
function isMoreThanList(word = ''): boolean {
  // A lone `s` is for show.
  if (word.length > 1 && ['get', 'set'].some((each) => abbreviates(word, each))) return true
  return ['add', 'append', 'prepend', 'replace', 'change', 'delete'].some((each) => abbreviates(word, each))
}

const FLAGS: readonly (readonly [
  string,
  'details' | 'statistics' | 'oneLine' | 'all' | 'pretty' | 'force' | 'ignored',
])[] = [
  ['-human-readable', 'ignored'],
  ['-echo', 'ignored'],
  ['-iec', 'ignored'],
  ['-stats', 'statistics'],
  ['-statistics', 'statistics'],
  ['-details', 'details'],
  ['-resolve', 'ignored'],
  ['-oneline', 'oneLine'],
  ['-force', 'force'],
  ['-pretty', 'pretty'],
  ['-Numeric', 'ignored'],
  ['-all', 'all'],
]

/** Reads one option; gives the context that holds afterwards, or the exit status. */
async function readOption(
  ctx: ProcessContext,
  word: string,
  args: Arguments,
  options: { -readonly [K in keyof IpOptions]: IpOptions[K] },
): Promise<ProcessContext | number> {
  if (word === '-4') options.family = 'inet'
  else if (word === '-6') options.family = 'inet6'
  else if (word === '-0' || word === '-B' || word === '-M') return ctx
  else if (word === '-h' || (word.length > 2 && abbreviates(word, '-help')))
    throw new CommandError(IP_USAGE, EXIT_USAGE)
  else if (abbreviates(word, '-family')) options.family = args.need() === 'inet6' ? 'inet6' : 'inet'
  else if (abbreviates(word, '-Version')) return ctx.out('ip utility, iproute2-6.1.0, libbpf 1.1.2\n').then(() => 0)
  else if (word.length > 2 && abbreviates(word, '-brief')) options.brief = true
  else if (abbreviates(word, '-json')) options.json = true
  else if (abbreviates(word, '-timestamp')) options.timestamp = options.timestamp === 'short' ? 'short' : 'long'
  else if (abbreviates(word, '-tshort')) options.timestamp = 'short'
  else if (word.length > 1 && abbreviates(word, '-batch')) return runBatch(ctx, args.need(), options)
  else if (word.startsWith('-c')) return ctx
  else if (word.length > 1 && abbreviates(word, '-netns')) return openNetns(ctx, args.need())
  else {
    const flag = FLAGS.find(([name]) => abbreviates(word, name))?.[1]
    if (flag === undefined) throw new CommandError(`Option "${word}" is unknown, try "ip -help".`, EXIT_USAGE)
    if (flag === 'statistics' && options.statistics) options.errors = true
    if (flag !== 'ignored') options[flag] = true
  }
  return ctx
}

/** `-batch FILE`: one command a line; the first that fails ends it, unless -force. */
async function runBatch(ctx: ProcessContext, path: string, options: IpOptions): Promise<number> {
  const text = path === '-' ? await ctx.readAll() : readTextFile(ctx, path)
  if (typeof text !== 'string' && !text.ok) return ctx.fail(`Cannot open file "${path}" for reading: ${text.error}`)
  const lines = (typeof text === 'string' ? text : text.value).split('\n')
  const shared = [
    ...(options.details ? ['-d'] : []),
    ...(options.statistics ? ['-s'] : []),
    ...(options.oneLine ? ['-o'] : []),
  ]
  let status = 0
  for (const [k, line] of lines.entries()) {
    const words = line.replace(/#.*$/, '').trim().split(/\s+/)
    if (words[0] === '') continue
    ctx.budget.step(k + 1, undefined)
    if ((await ip.run(ctx.with({ args: [...shared, ...words] }))) === 0) continue
    await ctx.err(`Command failed ${path}:${k + 1}\n`)
    status = 1
    if (!options.force) break
  }
  return status
}

/** The context inside a namespace. Its absence ends the command with 255. */
export function openNetns(ctx: ProcessContext, name: string): ProcessContext {
  const netns = ctx.read.netnsByName(name)
  if (netns === undefined)
    throw new CommandError(`Cannot open network namespace "${name}": No such file or directory`, EXIT_USAGE)
  return ctx.with({ netns })
}
