/** `bridge link` */
import { strerror } from '../../../contract/errno.ts'
import type { PortState } from '../../../contract/read-models.ts'
import type { PortSettings } from '../../../kernel/api.ts'
import { bridgeLinkText } from '../../formats/bridge-link.ts'
import { type JsonObject, jsonText } from '../../formats/json.ts'
import { bridgeLinkJson } from '../../formats/tables-json.ts'
import type { ProcessContext } from '../../process/context.ts'
import { abbreviates, type Arguments, device, EXIT_USAGE, onOff, parseInteger, unknownCommand } from '../arguments.ts'
import { CommandError, netlink } from '../command-error.ts'
import { IGNORED_SWITCHES, PORT_STATES, PORT_SWITCHES } from '../ip/link-kinds/bridge-slave.ts'
import { BRIDGE_LINK_USAGE } from '../usage/bridge.ts'
import type { BridgeOptions } from './bridge.ts'

/** The status of a word other than on and off: `exit(-EINVAL)`. */
const BAD_SWITCH = 234

export async function bridgeLinkCommand(ctx: ProcessContext, args: Arguments, options: BridgeOptions): Promise<number> {
  const word = args.take()
  if (word === undefined || abbreviates(word, 'show') || abbreviates(word, 'lst') || abbreviates(word, 'list'))
    return show(ctx, args, options)
  if (abbreviates(word, 'set') || abbreviates(word, 'change')) return set(ctx, args)
  throw unknownCommand(word, 'bridge link help')
}

async function show(ctx: ProcessContext, args: Arguments, options: BridgeOptions): Promise<number> {
  let only: number | undefined
  let master: number | undefined
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'dev') only = device(ctx, args.need(), EXIT_USAGE).device
    else if (word === 'master') master = device(ctx, args.need(), EXIT_USAGE).device
  }
  const objects: JsonObject[] = []
  for (const link of ctx.read.links(ctx.netns)) {
    if ((only !== undefined && link.device !== only) || (master !== undefined && link.master !== master)) continue
    if (!options.json) await ctx.out(bridgeLinkText(ctx.read, link, options.details) ?? '')
    const object = bridgeLinkJson(ctx.read, link, options.details)
    if (object !== undefined) objects.push(object)
  }
  if (options.json) await ctx.out(jsonText(objects, options.pretty))
  return 0
}

async function set(ctx: ProcessContext, args: Arguments): Promise<number> {
  let dev: string | undefined
  let port: PortSettings = {}
  let isSelf = false
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'dev') dev = args.need()
    else if (word === 'self') isSelf = true
    else port = { ...port, ...readSetting(word, args) }
  }
  if (dev === undefined) return ctx.fail('Device is a required argument.', EXIT_USAGE)
  const link = ctx.read.linkByName(ctx.netns, dev)
  if (link === undefined) return ctx.fail(`Cannot find bridge device "${dev}"`, EXIT_USAGE)
  // A bridge wants more than settings of a port; other devices here have no bridge inside (rtnl_bridge_setlink).
  const refusal = link.details.kind === 'bridge' ? 'EINVAL' : 'EOPNOTSUPP'
  if (isSelf) return ctx.fail(`RTNETLINK answers: ${strerror(refusal)}`, EXIT_USAGE)
  netlink(ctx, { kind: 'link.set', netns: ctx.netns, ifindex: link.ifindex, changes: { port } }, EXIT_USAGE)
  return 0
}

function readSetting(word: string, args: Arguments): PortSettings {
  const name = PORT_SWITCHES[word]
  if (name !== undefined) return { [name]: onOff(word, args.need(), 'list', BAD_SWITCH) }
  if (IGNORED_SWITCHES.has(word)) {
    onOff(word, args.need(), 'list', BAD_SWITCH)
    return {}
  }
  switch (word) {
    case 'cost': {
      // 0 is not sent.
      const cost = Number(args.need())
      return cost === 0 ? {} : { cost }
    }
    case 'priority':
      return { priority: Number(args.need()) }
    case 'state':
      return { state: stateNamed(args.need()) }
    case 'hwmode':
      throw hardwareMode(args.need())
    case 'mcast_router':
    case 'backup_port':
      args.need()
      return {}
    case 'master':
    case 'nobackup_port':
      return {}
    default:
      throw new CommandError(BRIDGE_LINK_USAGE, EXIT_USAGE)
  }
}

/** How a network card switches between its ports; software has no such thing. */
function hardwareMode(mode: string): CommandError {
  const isKnown = mode === 'vepa' || mode === 'veb'
  return new CommandError(
    isKnown ? 'RTNETLINK answers: Operation not supported' : 'Mode argument must be "vepa" or "veb".',
    EXIT_USAGE,
  )
}

function stateNamed(word: string): PortState {
  const byName = PORT_STATES.find((state) => state === word)
  const number = parseInteger(word)
  const state = byName ?? PORT_STATES[number ?? -1]
  // A number is the kernel's to judge.
  if (state === undefined && number !== undefined)
    throw new CommandError('RTNETLINK answers: Invalid argument', EXIT_USAGE)
  if (state === undefined) throw new CommandError('Error: invalid STP port state', EXIT_USAGE)
  return state
}
