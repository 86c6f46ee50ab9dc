// VLAN filtering of frames: which VLAN a frame is in, whether it may pass, and with which tag it leaves. Linux: net/bridge/br_vlan.c.
import { ethernetType } from '../../../wire/ethernet.ts'
import { insertVlanTag, outerVlanTci, removeVlanTag } from '../../../wire/vlan.ts'
import type { NetDevice } from '../../netdev/net-device.ts'
import { hasVlanTag, type Skb } from '../../skb.ts'
import type { World } from '../../world.ts'
import type { BridgeState, VlanGroup } from './bridge-state.ts'
import { checkVlan } from './checks.ts'
import { findVlan } from './vlan-group.ts'

const VLAN_ID_MASK = 0xfff

/** A frame that may not enter. */
export const NOT_ALLOWED = -1

/** Takes a tag that stands in the bytes into the metadata (skb_vlan_untag): a frame that a program wrote with its tag. */
function takeTagFromBytes(skb: Skb): void {
  const tci = outerVlanTci(skb.data)
  if (tci === undefined) return
  skb.vlanProtocol = skb.protocol
  skb.vlanTci = tci
  skb.data = removeVlanTag(skb.data)
  skb.protocol = ethernetType(skb.data)
}

/** Puts a tag of another protocol than the bridge's into the bytes, where it no longer counts (vlan_insert_tag_set_proto). */
function putTagIntoBytes(skb: Skb): void {
  skb.data = insertVlanTag(skb.data, skb.vlanProtocol, skb.vlanTci)
  skb.protocol = skb.vlanProtocol
  skb.vlanProtocol = 0
  skb.vlanTci = 0
}

/**
 * The VLAN that a frame enters by a port or from the bridge itself: 0 while the bridge does not filter, `NOT_ALLOWED` when it may not enter.
 * A filtered frame carries its VLAN as a tag from here on. Linux: br_allowed_ingress, __allowed_ingress.
 */
export function allowedIngress(
  world: World,
  state: BridgeState,
  device: NetDevice,
  group: VlanGroup,
  skb: Skb,
): number {
  if (!state.vlanFiltering) return 0
  if (!hasVlanTag(skb) && skb.protocol === state.vlanProtocol) takeTagFromBytes(skb)
  if (hasVlanTag(skb) && skb.vlanProtocol !== state.vlanProtocol) putTagIntoBytes(skb)
  const tagged = hasVlanTag(skb) ? skb.vlanTci & VLAN_ID_MASK : 0
  if (tagged === 0) {
    // Untagged, or a priority tag without a VLAN: the port's PVID says which VLAN it is.
    const { pvid } = group
    if (!checkVlan(world, 'bridge.vlan_pvid', pvid !== 0, device, pvid)) return NOT_ALLOWED
    skb.vlanTci |= pvid
    skb.vlanProtocol = state.vlanProtocol
    return pvid
  }
  const member = findVlan(group, tagged) !== undefined
  return checkVlan(world, 'bridge.vlan_ingress', member, device, tagged) ? tagged : NOT_ALLOWED
}

/** Whether a frame may leave by a member of this group (br_allowed_egress). Without filtering every frame may. */
export function allowedEgress(state: BridgeState, group: VlanGroup, skb: Skb): boolean {
  return !state.vlanFiltering || findVlan(group, skb.vlanTci & VLAN_ID_MASK) !== undefined
}

/** The VLAN that a learning port would learn a link-local frame's source in, or `NOT_ALLOWED` (br_should_learn). */
export function learningVlan(state: BridgeState, group: VlanGroup, skb: Skb): number {
  if (!state.vlanFiltering) return 0
  if (group.entries.length === 0) return NOT_ALLOWED
  const tagged = skb.vlanProtocol === state.vlanProtocol ? skb.vlanTci & VLAN_ID_MASK : 0
  if (tagged === 0) return group.pvid === 0 ? NOT_ALLOWED : group.pvid
  return findVlan(group, tagged) === undefined ? NOT_ALLOWED : tagged
}

/** Takes the tag off where the member is untagged (br_handle_vlan). A frame that passes up although no member keeps its tag. */
export function handleVlan(state: BridgeState, group: VlanGroup, skb: Skb): void {
  if (!state.vlanFiltering) return
  if (findVlan(group, skb.vlanTci & VLAN_ID_MASK)?.untagged === true) {
    skb.vlanProtocol = 0
    skb.vlanTci = 0
  }
}
