/** `brctl` of bridge-utils. */
import { type Errno, strerror } from '../../contract/errno.ts'
import type { LinkDetails, LinkView } from '../../contract/read-models.ts'
import type { BridgeSettings, LinkChanges } from '../../kernel/api.ts'
import { compareMac } from '../../wire/address.ts'
import { showMacs, showStp } from '../formats/brctl.ts'
import type { ProcessContext } from '../process/context.ts'
import { command, CommandError } from './command-error.ts'

type BridgeDetails = Extract<LinkDetails, { kind: 'bridge' }>

interface SubCommand {
  readonly name: string
  /** Least and most arguments. */
  readonly counts: readonly [number, number]
  readonly usage: string
  readonly run: (ctx: ProcessContext, args: readonly string[]) => Promise<number>
}

const SUB_COMMANDS: readonly SubCommand[] = [
  { name: 'addbr', counts: [1, 1], usage: '<bridge>\t\tadd bridge', run: addBridge },
  { name: 'delbr', counts: [1, 1], usage: '<bridge>\t\tdelete bridge', run: deleteBridge },
  { name: 'addif', counts: [2, 99], usage: '<bridge> <device>\tadd interface to bridge', run: addPorts },
  { name: 'delif', counts: [2, 99], usage: '<bridge> <device>\tdelete interface from bridge', run: deletePorts },
  { name: 'hairpin', counts: [3, 3], usage: '<bridge> <port> {on|off}\tturn hairpin on/off', run: hairpin },
  {
    name: 'setageing',
    counts: [2, 2],
    usage: '<bridge> <time>\t\tset ageing time',
    run: timeSetter('ageing time', 'ageingTimeMs'),
  },
  { name: 'setbridgeprio', counts: [2, 2], usage: '<bridge> <prio>\t\tset bridge priority', run: setPriority },
  {
    name: 'setfd',
    counts: [2, 2],
    usage: '<bridge> <time>\t\tset bridge forward delay',
    run: timeSetter('forward delay', 'forwardDelayMs'),
  },
  {
    name: 'sethello',
    counts: [2, 2],
    usage: '<bridge> <time>\t\tset hello time',
    run: timeSetter('hello timer', 'helloTimeMs'),
  },
  {
    name: 'setmaxage',
    counts: [2, 2],
    usage: '<bridge> <time>\t\tset max message age',
    run: timeSetter('max age', 'maxAgeMs'),
  },
  {
    name: 'setpathcost',
    counts: [3, 3],
    usage: '<bridge> <port> <cost>\tset path cost',
    run: portNumber('path cost', 'cost'),
  },
  {
    name: 'setportprio',
    counts: [3, 3],
    usage: '<bridge> <port> <prio>\tset port priority',
    run: portNumber('port priority', 'priority'),
  },
  { name: 'show', counts: [0, 99], usage: '[ <bridge> ]\t\tshow a list of bridges', run: show },
  { name: 'showmacs', counts: [1, 1], usage: '<bridge>\t\tshow a list of mac addrs', run: macs },
  { name: 'showstp', counts: [1, 1], usage: '<bridge>\t\tshow bridge stp info', run: stpInfo },
  { name: 'stp', counts: [2, 2], usage: '<bridge> {on|off}\tturn stp on/off', run: stp },
]

const usageText = (): string =>
  `Usage: brctl [commands]\ncommands:\n${SUB_COMMANDS.map(({ name, usage }) => `\t${name.padEnd(10)}\t${usage}`).join('\n')}`

export const brctl = command('brctl', 'show and change bridges (bridge-utils)', async (ctx) => {
  const [name, ...args] = ctx.args
  if (name === undefined) return ctx.fail(usageText())
  if (name === '-V' || name === '--version') return ctx.out('bridge-utils, 1.7.1\n').then(() => 0)
  const found = SUB_COMMANDS.find((sub) => sub.name === name)
  if (found === undefined) return ctx.fail(`never heard of command [${name}]\n${usageText()}`)
  if (args.length < found.counts[0] || args.length > found.counts[1]) {
    return ctx.fail(`Incorrect number of arguments for command\nUsage: brctl ${found.name} ${found.usage}`)
  }
  return found.run(ctx, args)
})

const linkNamed = (ctx: ProcessContext, name: string): LinkView | undefined => ctx.read.linkByName(ctx.netns, name)

function bridgeDetails(link: LinkView | undefined): BridgeDetails | undefined {
  return link?.details.kind === 'bridge' ? link.details : undefined
}

function change(ctx: ProcessContext, link: LinkView, changes: LinkChanges): Errno | undefined {
  const result = ctx.call({ kind: 'link.set', netns: ctx.netns, ifindex: link.ifindex, changes })
  return result.ok ? undefined : result.error.errno
}

async function addBridge(ctx: ProcessContext, [name = '']: readonly string[]): Promise<number> {
  const result = ctx.call({ kind: 'link.add', netns: ctx.netns, spec: { name, data: { kind: 'bridge' } } })
  if (result.ok) return 0
  if (result.error.errno === 'EEXIST')
    return ctx.fail(`device ${name} already exists; can't create bridge with the same name`)
  return ctx.fail(`add bridge failed: ${strerror(result.error.errno)}`)
}

async function deleteBridge(ctx: ProcessContext, [name = '']: readonly string[]): Promise<number> {
  const link = linkNamed(ctx, name)
  if (link === undefined) return ctx.fail(`bridge ${name} doesn't exist; can't delete it`)
  if (bridgeDetails(link) === undefined) return ctx.fail(`can't delete bridge ${name}: ${strerror('EPERM')}`)
  if (link.up) return ctx.fail(`bridge ${name} is still up; can't delete it`)
  const result = ctx.call({ kind: 'link.delete', netns: ctx.netns, ifindex: link.ifindex })
  return result.ok ? 0 : ctx.fail(`can't delete bridge ${name}: ${strerror(result.error.errno)}`)
}

async function addPorts(ctx: ProcessContext, [name = '', ...ports]: readonly string[]): Promise<number> {
  for (const port of ports) {
    const link = linkNamed(ctx, port)
    if (link === undefined) return ctx.fail(`interface ${port} does not exist!`)
    const bridge = linkNamed(ctx, name)
    if (bridge === undefined) return ctx.fail(`bridge ${name} does not exist!`)
    if (bridgeDetails(link) !== undefined) {
      return ctx.fail(`device ${port} is a bridge device itself; can't add a bridge device to a bridge device.`)
    }
    if (link.master !== 0)
      return ctx.fail(`device ${port} is already a member of a bridge; can't add it to bridge ${name}.`)
    const errno = bridgeDetails(bridge) === undefined ? 'EOPNOTSUPP' : change(ctx, link, { master: bridge.ifindex })
    if (errno !== undefined) return ctx.fail(`can't add ${port} to bridge ${name}: ${strerror(errno)}`)
  }
  return 0
}

async function deletePorts(ctx: ProcessContext, [name = '', ...ports]: readonly string[]): Promise<number> {
  for (const port of ports) {
    const link = linkNamed(ctx, port)
    if (link === undefined) return ctx.fail(`interface ${port} does not exist!`)
    const bridge = linkNamed(ctx, name)
    if (bridge === undefined) return ctx.fail(`bridge ${name} does not exist!`)
    if (link.master !== bridge.device) return ctx.fail(`device ${port} is not a port of ${name}`)
    const errno = change(ctx, link, { master: 0 })
    if (errno !== undefined) return ctx.fail(`can't delete ${port} from ${name}: ${strerror(errno)}`)
  }
  return 0
}

function onOff(word: string): boolean {
  if (['on', 'yes', '1'].includes(word)) return true
  if (['off', 'no', '0'].includes(word)) return false
  throw new CommandError('expect on/off for argument', 1)
}

async function hairpin(ctx: ProcessContext, [name = '', port = '', word = '']: readonly string[]): Promise<number> {
  const isOn = onOff(word)
  const link = linkNamed(ctx, port)
  if (link === undefined) return ctx.fail(`interface ${port} does not exist!`)
  if (bridgeDetails(linkNamed(ctx, name)) === undefined) return ctx.fail(`bridge ${name} does not exist!`)
  const errno = change(ctx, link, { port: { hairpin: isOn } })
  return errno === undefined ? 0 : ctx.fail(`can't set ${port} to hairpin on bridge ${name}: ${strerror(errno)}`)
}

async function setBridge(ctx: ProcessContext, name: string, what: string, settings: BridgeSettings): Promise<number> {
  const link = linkNamed(ctx, name)
  const errno = link === undefined ? 'ENODEV' : change(ctx, link, { data: { kind: 'bridge', ...settings } })
  return errno === undefined ? 0 : ctx.fail(`set ${what} failed: ${strerror(errno)}`)
}

function timeSetter(
  what: string,
  key: 'ageingTimeMs' | 'forwardDelayMs' | 'helloTimeMs' | 'maxAgeMs',
): SubCommand['run'] {
  return async (ctx, [name = '', word = '']) => {
    if (!/^\d+(\.\d*)?$/.test(word)) return ctx.fail(`bad ${what} value`)
    return setBridge(ctx, name, what, { [key]: Math.round(Number(word) * 1000) })
  }
}

async function setPriority(ctx: ProcessContext, [name = '', word = '']: readonly string[]): Promise<number> {
  if (!/^\d+$/.test(word)) return ctx.fail('bad priority')
  return setBridge(ctx, name, 'bridge priority', { priority: Number(word) })
}

async function stp(ctx: ProcessContext, [name = '', word = '']: readonly string[]): Promise<number> {
  return setBridge(ctx, name, 'stp status', { stpState: onOff(word) })
}

function portNumber(what: string, key: 'cost' | 'priority'): SubCommand['run'] {
  return async (ctx, [, port = '', word = '']) => {
    if (!/^\d+$/.test(word)) return ctx.fail(`bad ${what} value`)
    const link = linkNamed(ctx, port)
    const errno = link === undefined ? 'ENODEV' : change(ctx, link, { port: { [key]: Number(word) } })
    return errno === undefined ? 0 : ctx.fail(`set ${what} failed: ${strerror(errno)}`)
  }
}

async function show(ctx: ProcessContext, names: readonly string[]): Promise<number> {
  const links = ctx.read.links(ctx.netns)
  const byName = (a: LinkView, b: LinkView): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  const bridges =
    names.length > 0
      ? names
      : links
          .filter((link) => bridgeDetails(link) !== undefined)
          .sort(byName)
          .map(({ name }) => name)
  let text = 'bridge name\tbridge id\t\tSTP enabled\tinterfaces\n'
  for (const name of bridges) {
    const link = linkNamed(ctx, name)
    const details = bridgeDetails(link)
    if (link === undefined || details === undefined) {
      const reason = link === undefined ? `bridge ${name} does not exist!` : `device ${name} is not a bridge!`
      if (names.length === 1) return ctx.fail(reason)
      await ctx.err(`${reason}\n`)
      continue
    }
    const ports = links.filter(({ master }) => master === link.device).sort(byName)
    text += `${name}\t\t${details.bridgeId}\t${details.stpState ? 'yes' : 'no'}\t\t${ports.map((port) => port.name).join('\n\t\t\t\t\t\t\t')}\n`
  }
  await ctx.out(text)
  return 0
}

async function macs(ctx: ProcessContext, [name = '']: readonly string[]): Promise<number> {
  const link = linkNamed(ctx, name)
  if (link === undefined) return ctx.fail(`read of forward table failed: ${strerror('ENODEV')}`)
  if (bridgeDetails(link) === undefined) return ctx.fail(`read of forward table failed: ${strerror('EOPNOTSUPP')}`)
  const entries = ctx.read
    .fdb(ctx.netns)
    .filter(({ bridge, device }) => bridge === link.device && device !== link.device)
  await ctx.out(
    showMacs(
      ctx.read,
      [...entries].sort((a, b) => compareMac(a.mac, b.mac)),
    ),
  )
  return 0
}

async function stpInfo(ctx: ProcessContext, [name = '']: readonly string[]): Promise<number> {
  const link = linkNamed(ctx, name)
  const details = bridgeDetails(link)
  if (link === undefined || details === undefined) return ctx.fail(`${name}: can't get info ${strerror('ENODEV')}`)
  const ports = ctx.read.links(ctx.netns).filter(({ master }) => master === link.device)
  await ctx.out(showStp(name, details, ports))
  return 0
}
