/** `type bridge …`. Times are in hundredths of a second, as the kernel's USER_HZ has them. */
import type { BridgeSettings, LinkData } from '../../../../kernel/api.ts'
import { type Arguments, integer, invalid } from '../../arguments.ts'
import { CommandError } from '../../command-error.ts'
import { unknownOption } from '../link-arguments.ts'
import type { LinkKind } from './link-kind.ts'

const USAGE =
  'Usage: ... bridge [ fdb_flush ] [ forward_delay FORWARD_DELAY ] [ hello_time HELLO_TIME ] [ max_age MAX_AGE ]\n' +
  '\t\t  [ ageing_time AGEING_TIME ] [ stp_state STP_STATE ] [ priority PRIORITY ] [ group_fwd_mask MASK ]\n' +
  '\t\t  [ vlan_filtering VLAN_FILTERING ] [ vlan_default_pvid VLAN_DEFAULT_PVID ] [ mcast_snooping MULTICAST_SNOOPING ]'

type Read = (value: number) => BridgeSettings

const SETTINGS: Readonly<Record<string, readonly [most: number, read: Read]>> = {
  forward_delay: [0xffffffff, (value) => ({ forwardDelayMs: value * 10 })],
  hello_time: [0xffffffff, (value) => ({ helloTimeMs: value * 10 })],
  max_age: [0xffffffff, (value) => ({ maxAgeMs: value * 10 })],
  ageing_time: [0xffffffff, (value) => ({ ageingTimeMs: value * 10 })],
  stp_state: [0xffffffff, (value) => ({ stpState: value !== 0 })],
  priority: [0xffff, (value) => ({ priority: value })],
  vlan_filtering: [0xff, (value) => ({ vlanFiltering: value !== 0 })],
  vlan_default_pvid: [0xffff, (value) => ({ defaultPvid: value })],
  group_fwd_mask: [0xffff, (value) => ({ groupFwdMask: value })],
  mcast_snooping: [0xff, (value) => ({ mcastSnooping: value !== 0 })],
}

/** Accepted and without effect: multicast queriers and bridge netfilter are not modelled per bridge. */
const IGNORED = /^(?:mcast_|nf_call_|vlan_stats_|group_address$|no_linklocal_learn$)/

export const bridgeKind: LinkKind = {
  name: 'bridge',
  parse: (_ctx, args) => {
    let settings: BridgeSettings = {}
    let flushFdb = false
    for (let word = args.take(); word !== undefined; word = args.take()) {
      if (word === 'fdb_flush') flushFdb = true
      else settings = { ...settings, ...readSetting(word, args) }
    }
    const data: LinkData = { kind: 'bridge', ...settings }
    return flushFdb ? { data, flushFdb } : { data }
  },
}

function readSetting(word: string, args: Arguments): BridgeSettings {
  const setting = SETTINGS[word]
  if (setting !== undefined) return setting[1](integer(args.need(), `invalid ${word}`, setting[0]))
  if (word === 'vlan_protocol') {
    const value = args.need()
    if (!/^802\.1(q|ad)$/i.test(value)) throw invalid(value, 'invalid vlan_protocol')
    if (/ad$/i.test(value)) throw new CommandError('bridge: vlan_protocol 802.1ad is not modelled in vethlab.', 1)
    return {}
  }
  if (!IGNORED.test(word)) throw unknownOption('bridge', word, USAGE, 'command')
  args.need()
  return {}
}
