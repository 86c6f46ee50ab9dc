/** `bridge` of iproute2. */
import type { ProcessContext } from '../../process/context.ts'
import { abbreviates, Arguments, EXIT_USAGE } from '../arguments.ts'
import { jsonText } from '../../formats/json.ts'
import { command, CommandError } from '../command-error.ts'
import { openNetns } from '../ip/ip.ts'
import { fdbCommand } from './fdb.ts'
import { bridgeLinkCommand } from './link.ts'
import {
  BRIDGE_LINK_USAGE,
  BRIDGE_MONITOR_USAGE,
  BRIDGE_USAGE,
  FDB_USAGE,
  MDB_USAGE,
  VLAN_USAGE,
  VNI_USAGE,
} from '../usage/bridge.ts'
import { bridgeMonitorCommand } from './monitor.ts'
import { vlanCommand } from './vlan.ts'

export interface BridgeOptions {
  details: boolean
  statistics: boolean
  json: boolean
  pretty: boolean
  timestamp: 'none' | 'long' | 'short'
}

export type BridgeObject = (ctx: ProcessContext, args: Arguments, options: BridgeOptions) => Promise<number>

/** Bridges flood groups here, so that their table is always empty. */
async function mdbCommand(ctx: ProcessContext, args: Arguments, options: BridgeOptions): Promise<number> {
  const word = args.take()
  if (word !== undefined && !['show', 'lst', 'list'].some((verb) => abbreviates(word, verb)))
    return ctx.fail('bridge mdb: not modelled in vethlab. Bridges flood multicast here.', EXIT_USAGE)
  if (options.json) await ctx.out(jsonText([{ mdb: [], router: {} }], options.pretty))
  return 0
}

const OBJECTS: readonly (readonly [name: string, run: BridgeObject, usage: string])[] = [
  ['link', bridgeLinkCommand, BRIDGE_LINK_USAGE],
  ['fdb', fdbCommand, FDB_USAGE],
  ['mdb', mdbCommand, MDB_USAGE],
  ['vlan', vlanCommand, VLAN_USAGE],
  ['vni', async (ctx) => ctx.fail('bridge vni: not modelled in vethlab. It is for VXLAN.', EXIT_USAGE), VNI_USAGE],
  ['monitor', bridgeMonitorCommand, BRIDGE_MONITOR_USAGE],
]

export const bridge = command(
  'bridge',
  'show and change ports, forwarding entries and VLANs of bridges',
  async (ctx) => {
    const args = new Arguments(ctx.args)
    const options: BridgeOptions = { details: false, statistics: false, json: false, pretty: false, timestamp: 'none' }
    let inner = ctx
    while (args.peek?.startsWith('-') === true) {
      const word = args.take()!.replace(/^--/, '-')
      if (word === '-h' || (word.length > 2 && abbreviates(word, '-help')))
        throw new CommandError(BRIDGE_USAGE, EXIT_USAGE)
      if (abbreviates(word, '-Version')) return ctx.out('bridge utility, 6.1.0\n').then(() => 0)
      if (abbreviates(word, '-netns')) inner = openNetns(inner, args.need())
      else if (abbreviates(word, '-stats') || abbreviates(word, '-statistics')) options.statistics = true
      else if (abbreviates(word, '-details')) options.details = true
      else if (abbreviates(word, '-json')) options.json = true
      else if (abbreviates(word, '-pretty')) options.pretty = true
      else if (abbreviates(word, '-timestamp')) options.timestamp = 'long'
      else if (word === '-tshort' || word === '-ts') options.timestamp = 'short'
      else if (!/^-(?:o|oneline|c|co|color|compressvlans|4|6)$/.test(word)) {
        throw new CommandError(`Option "${word}" is unknown, try "bridge help".`, EXIT_USAGE)
      }
    }
    const word = args.take()
    if (word === undefined || abbreviates(word, 'help')) throw new CommandError(BRIDGE_USAGE, EXIT_USAGE)
    const object = OBJECTS.find(([name]) => abbreviates(word, name))
    if (object === undefined) throw new CommandError(`Object "${word}" is unknown, try "bridge help".`, EXIT_USAGE)
    const [, run, usage] = object
    return abbreviates(args.peek ?? '', 'help') ? ctx.fail(usage, EXIT_USAGE) : run(inner, args, options)
  },
)
