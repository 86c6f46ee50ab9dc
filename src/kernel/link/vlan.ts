// A VLAN interface: frames of one VLAN id on another device, without their tag. Stacked ones make two tags (QinQ).
// Linux: net/8021q/vlan.c, vlan_dev.c, vlan_netlink.c. The way in is part of the receive ladder (vlan_do_receive).
import { isValidDeviceMac } from '../../wire/address.ts'
import type { QosMapping } from '../../contract/read-models.ts'
import { ETHERTYPE_IPV4, ETHERTYPE_QINQ, ETHERTYPE_VLAN } from '../../wire/ethernet.ts'
import { ipv4Tos } from '../../wire/ipv4.ts'
import { insertVlanTag, vlanTci, VLAN_ID_MAX } from '../../wire/vlan.ts'
import {
  addUnicastFilter,
  allocNetdev,
  devClose,
  registerNetdevice,
  removeUnicastFilter,
  setAllMulticast,
  setPromiscuity,
} from '../netdev/lifecycle.ts'
import { linkwatchFireEvent, setCarrier } from '../netdev/link-watch.ts'
import { linkState, type LinkStateOf, type NetDevice } from '../netdev/net-device.ts'
import { devQueueXmit } from '../netdev/transmit.ts'
import { hasVlanTag, NETWORK_HEADER, type Skb } from '../skb.ts'
import type { KernelError, LinkData, LinkSpec } from '../system-call.ts'
import { decide } from '../trace.ts'
import { deviceById, type World } from '../world.ts'
import type { LinkKind } from './link-kind.ts'
import { inheritAddress } from './vlan-event.ts'

type VlanData = Extract<LinkData, { kind: 'vlan' }>

function lowerOf(world: World, device: NetDevice): NetDevice {
  return deviceById(world, linkState(device, 'vlan').lower)
}

/** The EtherType of a tag of this kind of VLAN. */
function tagType(protocol: VlanData['protocol']): number {
  return protocol === '802.1ad' ? ETHERTYPE_QINQ : ETHERTYPE_VLAN
}

function dataOf({ data }: LinkSpec): VlanData {
  return data.kind === 'vlan' ? data : { kind: 'vlan' }
}

/** What is wrong with a request by itself (vlan_validate). */
function validate(spec: LinkSpec): KernelError | undefined {
  const data = dataOf(spec)
  if (spec.mac !== undefined && !isValidDeviceMac(spec.mac))
    return { errno: 'EADDRNOTAVAIL', message: '8021q: Invalid link address' }
  const { kind: _kind, ...given } = data
  const { id } = given
  if (Object.keys(given).length === 0) {
    return { errno: 'EINVAL', message: '8021q: VLAN properties not specified' }
  }
  return id !== undefined && id > VLAN_ID_MAX ? { errno: 'ERANGE', message: '8021q: Invalid VLAN id' } : undefined
}

/** Whether a device may carry this VLAN (vlan_check_real_dev). */
function checkLower(world: World, lower: NetDevice, protocol: number, id: number): KernelError | undefined {
  // The devices that cannot carry any VLAN (NETIF_F_VLAN_CHALLENGED).
  if (lower.state.kind === 'lo' || lower.state.kind === 'ipvlan')
    return { errno: 'EOPNOTSUPP', message: '8021q: VLANs not supported on device' }
  const taken = lower.vlanChildren.some((child) => {
    const state = linkState(deviceById(world, child), 'vlan')
    return state.protocol === protocol && state.id === id
  })
  return taken ? { errno: 'EEXIST', message: '8021q: VLAN device already exists' } : undefined
}

/** Puts a device into the lower device's group, which is walked by protocol and id (vlan_group_set_device, vlan_group_for_each_dev). */
function joinGroup(world: World, lower: NetDevice, device: NetDevice): void {
  lower.vlanChildren.push(device.id)
  const rank = (child: number): number => {
    const state = linkState(deviceById(world, child), 'vlan')
    return state.protocol * 4096 + state.id
  }
  lower.vlanChildren.sort((a, b) => rank(a) - rank(b))
}

/** Applies what may be changed later (vlan_dev_change_flags). */
function applyFlags(state: LinkStateOf<'vlan'>, data: VlanData): void {
  state.reorderHeader = data.reorderHeader ?? state.reorderHeader
  state.looseBinding = data.looseBinding ?? state.looseBinding
  state.gvrp = data.gvrp ?? state.gvrp
  state.mvrp = data.mvrp ?? state.mvrp
  state.bridgeBinding = data.bridgeBinding ?? state.bridgeBinding
  state.ingressMap = changedMap(state.ingressMap, data.ingressMap)
  state.egressMap = changedMap(state.egressMap, data.egressMap)
}

/** A map of priorities with some changed, by ascending priority (vlan_dev_set_ingress_priority, vlan_dev_set_egress_priority). */
function changedMap(map: QosMapping[], changes: readonly QosMapping[] | undefined): QosMapping[] {
  if (changes === undefined) return map
  const byFrom = new Map(map.map(({ from, to }) => [from, to]))
  for (const { from, to } of changes) byFrom.set(from, to & 7)
  return [...byFrom]
    .flatMap(([from, to]) => (to === 0 ? [] : [{ from, to }]))
    .sort((a, b) => (a.from & 0xf) - (b.from & 0xf))
}

/** The priority classes of the sixteen values of a packet's TOS (ip_tos2prio). */
const PRIORITY_OF_TOS = [0, 0, 0, 0, 2, 2, 2, 2, 6, 6, 6, 6, 4, 4, 4, 4]

/**
 * The priority that a packet's tag names (vlan_dev_get_egress_qos_mask). Differs from Linux: a packet's priority is read from its TOS here. Linux
 * takes it from the socket or, where a packet is forwarded, from its TOS, so bridged packets with a TOS count as 0 there. The kernel's own
 * sockets have none, whatever TOS they answer with (icmp_push_reply).
 */
function tagPriority(skb: Skb, map: readonly QosMapping[]): number {
  if (map.length === 0) return 0
  const priority =
    skb.protocol === ETHERTYPE_IPV4 && skb.ownedBy !== 'kernel'
      ? (PRIORITY_OF_TOS[(ipv4Tos(skb.data, NETWORK_HEADER) >> 1) & 0xf] ?? 0)
      : 0
  return map.find(({ from }) => from === priority)?.to ?? 0
}

/**
 * A VLAN interface. Differs from Linux: with `reorder_hdr off` a capture on it shows frames without their tag too; what leaves and what
 * its protocols get is the same.
 */
export const vlanKind: LinkKind = {
  kind: 'vlan',
  validate,
  // Linux: vlan_newlink, register_vlan_dev.
  create(world, netns, spec, lower) {
    const data = dataOf(spec)
    if (data.id === undefined) return { errno: 'EINVAL', message: '8021q: VLAN id not specified' }
    if (lower === undefined) return { errno: 'EINVAL', message: '8021q: link not specified' }
    const protocol = tagType(data.protocol)
    const refused = checkLower(world, lower, protocol, data.id)
    if (refused !== undefined) return refused
    if (spec.mtuBytes !== undefined && spec.mtuBytes > lower.mtuBytes) return { errno: 'EINVAL' }
    const device = allocNetdev(world, netns, {
      namePattern: 'vlan%d',
      spec,
      state: {
        kind: 'vlan',
        lower: lower.id,
        protocol,
        id: data.id,
        reorderHeader: true,
        looseBinding: false,
        gvrp: false,
        mvrp: false,
        bridgeBinding: false,
        ingressMap: [],
        egressMap: [],
        lowerMac: lower.mac,
      },
      mtuBytes: lower.mtuBytes,
      minMtuBytes: 0,
      mac: lower.mac,
      noArp: lower.noArp,
      broadcast: lower.broadcast,
      multicast: lower.multicast,
    })
    applyFlags(linkState(device, 'vlan'), data)
    device.linkDevice = lower.id
    device.carrier = lower.carrier
    const clash = registerNetdevice(world, device)
    if (clash !== undefined) return clash
    joinGroup(world, lower, device)
    linkwatchFireEvent(world, device)
    return device
  },
  // Linux: vlan_changelink. The id and the protocol stay what they are.
  change(_world, device, data) {
    if (data.kind === 'vlan') applyFlags(linkState(device, 'vlan'), data)
    return undefined
  },
  // Linux: unregister_vlan_dev.
  remove(world, device) {
    devClose(world, device)
    const lower = lowerOf(world, device)
    lower.vlanChildren = lower.vlanChildren.filter((child) => child !== device.id)
  },
  // Linux: vlan_dev_open.
  open(world, device) {
    const state = linkState(device, 'vlan')
    const lower = lowerOf(world, device)
    if (!lower.up && !state.looseBinding) return { errno: 'ENETDOWN' }
    if (device.mac !== lower.mac && !inheritAddress(world, device, lower)) addUnicastFilter(world, lower, device.mac)
    state.lowerMac = lower.mac
    if (lower.carrier) setCarrier(world, device, true)
    return undefined
  },
  // Linux: vlan_dev_stop.
  stop(world, device) {
    const lower = lowerOf(world, device)
    if (device.mac !== lower.mac) removeUnicastFilter(world, lower, device.mac)
    setCarrier(world, device, false)
  },
  // Linux: vlan_dev_change_rx_flags. The lower device listens for it even while it is down.
  changeRxFlags(world, device, what, delta) {
    const change = what === 'promisc' ? setPromiscuity : setAllMulticast
    change(world, lowerOf(world, device), delta)
  },
  // Linux: vlan_dev_hard_start_xmit. A tag that a VLAN interface above has set goes into the bytes first: the outer tag is ours.
  transmit(world, device, skb) {
    const { protocol, id, egressMap } = linkState(device, 'vlan')
    const priority = tagPriority(skb, egressMap)
    const lower = lowerOf(world, device)
    decide(world, 'vlan.tag_added', device, skb, id, lower.id)
    if (hasVlanTag(skb)) {
      skb.data = insertVlanTag(skb.data, skb.vlanProtocol, skb.vlanTci)
      skb.protocol = skb.vlanProtocol
    }
    skb.vlanProtocol = protocol
    skb.vlanTci = vlanTci(id, priority)
    return devQueueXmit(world, lower, skb)
  },
  // Linux: vlan_dev_set_mac_address. An address of its own must pass the lower device's filter.
  setMac(world, device, mac) {
    if (!isValidDeviceMac(mac)) return { errno: 'EADDRNOTAVAIL' }
    if (!device.up || mac === device.mac) return undefined
    const lower = lowerOf(world, device)
    if (mac !== lower.mac) addUnicastFilter(world, lower, mac)
    if (device.mac !== lower.mac) removeUnicastFilter(world, lower, device.mac)
    return undefined
  },
  // Linux: vlan_dev_change_mtu.
  setMtu: (world, device, mtuBytes) => (mtuBytes > lowerOf(world, device).mtuBytes ? { errno: 'ERANGE' } : undefined),
  describe(_world, device) {
    const { protocol, id, reorderHeader, ...state } = linkState(device, 'vlan')
    const otherFlags = [
      state.gvrp ? 'GVRP' : [],
      state.mvrp ? 'MVRP' : [],
      state.looseBinding ? 'LOOSE_BINDING' : [],
      state.bridgeBinding ? 'BRIDGE_BINDING' : [],
    ].flat()
    return {
      kind: 'vlan',
      protocol: protocol === ETHERTYPE_QINQ ? '802.1ad' : '802.1Q',
      id,
      reorderHeader,
      otherFlags,
      ingressMap: [...state.ingressMap],
      egressMap: [...state.egressMap],
    }
  },
}
