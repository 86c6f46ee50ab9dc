// What netfilter hangs on a packet: skb->_nfct and the bridge extension. Replaced as a whole, never changed, as copies of a packet share it.
import type { MacAddress } from '../../wire/address.ts'
import type { NetnsId } from '../system-call.ts'
import type { DeviceId } from '../world.ts'
import type { Connection } from './conntrack/connection.ts'

/**
 * How a packet stands to its flow (enum ip_conntrack_info). `none` was not looked at; `invalid` belongs to no flow; `untracked` was told to
 * have none.
 */
export type CtInfo = 'none' | 'new' | 'established' | 'related' | 'invalid' | 'untracked'

export interface SkbNetfilter {
  /** The namespace that this is about: elsewhere the packet is a stranger. */
  readonly netns: NetnsId
  /** The flow, by reference: one that is not confirmed yet is in no table, and dies with its packet. */
  readonly connection: Connection | undefined
  readonly info: CtInfo
  /** The packet goes against the direction of the flow's first one (IP_CT_IS_REPLY). */
  readonly isReply: boolean
  /** Bridge ports of a bridged packet (nf_bridge_info), 0 when unknown. A port on the way in means that PREROUTING was passed there. */
  readonly physIn: DeviceId
  readonly physOut: DeviceId
  /**
   * Set on a bridged packet that was given another destination and is on its way to that neighbour: the sender whose name its frame gets
   * back when the bridge sends it (bridged_dnat, neigh_header).
   */
  readonly bridgedFrom: MacAddress | undefined
}

export function emptyNetfilter(netns: NetnsId): SkbNetfilter {
  return { netns, connection: undefined, info: 'none', isReply: false, physIn: 0, physOut: 0, bridgedFrom: undefined }
}
