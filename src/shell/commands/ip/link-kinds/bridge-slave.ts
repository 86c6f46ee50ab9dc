/** `ip link set PORT type bridge_slave …` */
import type { PortState } from '../../../../contract/read-models.ts'
import type { PortSettings } from '../../../../kernel/api.ts'
import { type Arguments, integer, onOff } from '../../arguments.ts'
import { unknownOption } from '../link-arguments.ts'
import { BRIDGE_SLAVE_KIND_USAGE } from '../../usage/ip-link.ts'
import type { LinkKind } from './link-kind.ts'

/** A port's switches by the words of both tools. */
export const PORT_SWITCHES: Readonly<Record<string, keyof PortSettings>> = {
  hairpin: 'hairpin',
  learning: 'learning',
  flood: 'flood',
  mcast_flood: 'mcastFlood',
  bcast_flood: 'bcastFlood',
  isolated: 'isolated',
  locked: 'locked',
  neigh_suppress: 'neighSuppress',
  guard: 'guard',
  root_block: 'rootBlock',
}

/** Switches of both tools that the lab accepts and has no use for. */
export const IGNORED_SWITCHES: ReadonlySet<string> = new Set([
  'fastleave',
  'mcast_to_unicast',
  'vlan_tunnel',
  'learning_sync',
])

/** The same with those that `bridge link` does not know. */
const IGNORED_HERE: ReadonlySet<string> = new Set([
  ...IGNORED_SWITCHES,
  'mcast_fast_leave',
  'proxy_arp',
  'proxy_arp_wifi',
])

/** States by number, as the kernel counts them. */
export const PORT_STATES: readonly PortState[] = ['disabled', 'listening', 'learning', 'forwarding', 'blocking']

export const bridgeSlaveKind: LinkKind = {
  name: 'bridge_slave',
  usage: BRIDGE_SLAVE_KIND_USAGE,
  parse: (_ctx, args) => {
    let port: PortSettings = {}
    for (let word = args.take(); word !== undefined; word = args.take()) port = { ...port, ...readSetting(word, args) }
    return { port }
  },
}

function readSetting(word: string, args: Arguments): PortSettings {
  const name = PORT_SWITCHES[word]
  if (name !== undefined) return { [name]: onOff(word, args.need(), 'list', 1) }
  if (IGNORED_HERE.has(word)) {
    onOff(word, args.need(), 'list', 1)
    return {}
  }
  switch (word) {
    case 'fdb_flush':
      return { flushFdb: true }
    case 'state': {
      const state = PORT_STATES[integer(args.need(), 'invalid state', 4)]
      return state === undefined ? {} : { state }
    }
    case 'priority':
      return { priority: integer(args.need(), 'invalid priority', 0xffff) }
    case 'cost':
      return { cost: integer(args.need(), 'invalid cost') }
    case 'group_fwd_mask':
      return { groupFwdMask: integer(args.need(), 'invalid group_fwd_mask', 0xffff) }
    case 'mcast_router':
    case 'backup_port':
      args.need()
      return {}
    case 'nobackup_port':
      return {}
    default:
      throw unknownOption('bridge_slave', word, BRIDGE_SLAVE_KIND_USAGE)
  }
}
