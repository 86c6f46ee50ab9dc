/** `type bridge …`. Times are in hundredths of a second, as the kernel's USER_HZ has them. */
import type { BridgeSettings } from '../../../../kernel/api.ts'
import { type Arguments, integer, invalid } from '../../arguments.ts'
import { unknownOption } from '../link-arguments.ts'
import { BRIDGE_KIND_USAGE } from '../../usage/ip-link.ts'
import type { LinkKind } from './link-kind.ts'

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
  usage: BRIDGE_KIND_USAGE,
  parse: (_ctx, args) => {
    let settings: BridgeSettings = {}
    for (let word = args.take(); word !== undefined; word = args.take()) {
      settings = { ...settings, ...readSetting(word, args) }
    }
    return { data: { kind: 'bridge', ...settings } }
  },
}

function readSetting(word: string, args: Arguments): BridgeSettings {
  const setting = SETTINGS[word]
  if (setting !== undefined) return setting[1](integer(args.need(), `invalid ${word}`, setting[0]))
  if (word === 'fdb_flush') return { flushFdb: true }
  if (word === 'vlan_protocol') {
    const value = args.need()
    if (!/^802\.1(q|ad)$/i.test(value)) throw invalid(value, 'invalid vlan_protocol')
    return { vlanProtocol: /ad$/i.test(value) ? '802.1ad' : '802.1Q' }
  }
  if (!IGNORED.test(word)) throw unknownOption('bridge', word, BRIDGE_KIND_USAGE, 'command')
  args.need()
  return {}
}
