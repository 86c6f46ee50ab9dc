/** `bridge vlan` */
import type { ProcessContext } from '../../process/context.ts'
import { VLAN_HEADER, vlanLines } from '../../formats/bridge-link.ts'
import { jsonText } from '../../formats/json.ts'
import { vlanJson } from '../../formats/tables-json.ts'
import { abbreviates, type Arguments, device, EXIT_USAGE, unknownCommand } from '../arguments.ts'
import { CommandError, netlink } from '../command-error.ts'
import { VLAN_USAGE } from '../usage/bridge.ts'
import type { BridgeOptions } from './bridge.ts'

/** The highest number that fits in a tag; 4095 is reserved. */
const MOST_VLANS = 4096

export async function vlanCommand(ctx: ProcessContext, args: Arguments, options: BridgeOptions): Promise<number> {
  const word = args.take()
  if (word === undefined || abbreviates(word, 'show') || abbreviates(word, 'lst') || abbreviates(word, 'list'))
    return show(ctx, args, options)
  if (abbreviates(word, 'add')) return modify(ctx, args, true)
  if (abbreviates(word, 'delete')) return modify(ctx, args, false)
  throw unknownCommand(word, 'bridge vlan help')
}

async function show(ctx: ProcessContext, args: Arguments, options: BridgeOptions): Promise<number> {
  let only: number | undefined
  let vlan: number | undefined
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'dev') only = device(ctx, args.need(), EXIT_USAGE).device
    else if (word === 'vid') vlan = range(args.need()).from
  }
  const links = ctx.read.links(ctx.netns).filter((link) => only === undefined || link.device === only)
  if (options.json) {
    const objects = links.map((link) => vlanJson(link, vlan)).filter((object) => object !== undefined)
    await ctx.out(jsonText(objects, options.pretty))
    return 0
  }
  await ctx.out(VLAN_HEADER + links.map((link) => vlanLines(link, vlan, options.details)).join(''))
  return 0
}

interface Range {
  readonly from: number
  readonly to: number
}

function range(word: string): Range {
  const [first = '', last] = word.split('-')
  const from = leadingNumber(first)
  if (last === undefined) {
    if (from >= MOST_VLANS) throw new CommandError(`Invalid VLAN ID "${word}"`, EXIT_USAGE)
    return { from, to: from }
  }
  const to = leadingNumber(last)
  if (from >= to || to >= MOST_VLANS) throw new CommandError(`Invalid VLAN range "${word}"`, EXIT_USAGE)
  return { from, to }
}

/** As atoi reads it: 0 for what is no number. */
const leadingNumber = (text: string): number => Number(/^\d+/.exec(text)?.[0] ?? 0)

async function modify(ctx: ProcessContext, args: Arguments, isAdd: boolean): Promise<number> {
  let dev: string | undefined
  let vlans: Range | undefined
  const flags = { pvid: false, untagged: false, self: false }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'dev') dev = args.need()
    else if (word === 'vid') vlans = range(args.need())
    else if (word === 'self') flags.self = true
    else if (word === 'pvid') flags.pvid = true
    else if (word === 'untagged') flags.untagged = true
    else if (abbreviates(word, 'help')) throw new CommandError(VLAN_USAGE, EXIT_USAGE)
  }
  if (dev === undefined || vlans === undefined)
    return ctx.fail('Device and VLAN ID are required arguments.', EXIT_USAGE)
  const link = ctx.read.linkByName(ctx.netns, dev)
  if (link === undefined) return ctx.fail(`Cannot find bridge device "${dev}"`, EXIT_USAGE)
  if (flags.pvid && vlans.from !== vlans.to) return ctx.fail('pvid cannot be configured for a vlan range', EXIT_USAGE)
  const base = { netns: ctx.netns, ifindex: link.ifindex, self: flags.self, ...vlans }
  const { pvid, untagged } = flags
  netlink(
    ctx,
    isAdd ? { kind: 'bridge-vlan.add', ...base, pvid, untagged } : { kind: 'bridge-vlan.delete', ...base },
    EXIT_USAGE,
  )
  return 0
}
