// A packet on its way: struct sk_buff. A copy for another branch of its way is a new one with the same identity. Copies share their bytes until
// one of them changes them, so whoever writes into a packet asks for `writableData`.
import { copyBytes } from '../base/slab.ts'
import type { EventSeq } from '../contract/trace-events.ts'
import { ETHERNET_HEADER_LENGTH } from '../wire/ethernet.ts'
import { ipv4HeaderLength } from '../wire/ipv4.ts'
import { tcpHeaderLength } from '../wire/tcp.ts'
import type { SkbNetfilter } from './netfilter/skb-netfilter.ts'
import type { DeviceId, World } from './world.ts'

/** Where the network header starts in every skb: right behind the Ethernet header. A VLAN tag travels apart, as in Linux. */
export const NETWORK_HEADER = ETHERNET_HEADER_LENGTH

/** skb->pkt_type: to whom a received frame was addressed, seen from the device that received it. */
export type PacketType = 'host' | 'broadcast' | 'multicast' | 'otherhost' | 'loopback' | 'outgoing'

/** The fragments that a packet was put together from (IPCB(skb)->frag_max_size, IPSKB_FRAG_PMTU, and the list of its parts). */
export interface Pieces {
  /** Bytes of payload of each, in order. */
  readonly lengths: readonly number[]
  /** Length of the longest as a packet. */
  readonly longestBytes: number
  /** The longest must not be cut, so neither must what is made of them. */
  readonly dontFragment: boolean
}

export interface Skb {
  /** Identity of the packet: kept by copies and while it is forwarded. */
  readonly packet: number
  /** The whole frame from its Ethernet header on, without the outermost VLAN tag. */
  data: Uint8Array
  /** Another copy may have the same bytes (skb_cloned). */
  dataShared: boolean
  /** EtherType of the payload. */
  protocol: number
  /** For a packet that this machine made itself: host, as the kernel leaves it. */
  packetType: PacketType
  /** The device that it is on now. */
  device: DeviceId
  /** The device that it came in by, once it is passed on; 0 before (skb->skb_iif). */
  receivedOn: DeviceId
  /** Protocol and control word of the outermost VLAN tag, or 0 when there is none (skb->vlan_proto, vlan_tci). */
  vlanProtocol: number
  vlanTci: number
  /** The trace event that last saw it. */
  event: EventSeq
  /**
   * A bundle of TCP segments that is cut only where a real wire begins: how many bytes of payload each may have, or 0 for an ordinary packet
   * (skb_shinfo(skb)->gso_size).
   */
  gsoBytes: number
  /** Set on a packet that came in pieces: where it is passed on, it leaves in the same ones. */
  pieces: Pieces | undefined
  /** Netfilter mark. */
  mark: number
  /** Who sent it, seen from this machine: a program's socket, one of the kernel's own, or nobody here. */
  ownedBy: 'process' | 'kernel' | 'nobody'
  /** What netfilter knows of it: its flow, and the bridge ports that it crosses. */
  nf: SkbNetfilter | undefined
  /** IPCB flag: the sender should be told of a better way. */
  redirectDue: boolean
  /** Routed to this machine itself (RTCF_LOCAL): errors about it come from the address that it was sent to. */
  routedLocally: boolean
  /** Set while a frame crosses a bridge: the port it came in by (0: from the bridge itself). */
  bridgePort: DeviceId
  /**
   * Its sender has heard from the other end: every neighbour that it is handed to counts as confirmed, that of a router on its way too, for
   * nothing takes the flag away (skb->dst_pending_confirm).
   */
  confirmsNeighbour: boolean
  /** For ipvlan and macvlan copies that must not loop. */
  fromMacvlanBroadcast: boolean
}

/** A new packet with an identity of its own, caused by the present event. */
export function allocSkb(world: World, data: Uint8Array, protocol: number, device: DeviceId): Skb {
  return {
    packet: world.nextPacket++,
    data,
    dataShared: false,
    protocol,
    packetType: 'host',
    device,
    receivedOn: 0,
    vlanProtocol: 0,
    vlanTci: 0,
    event: world.cause,
    gsoBytes: 0,
    pieces: undefined,
    mark: 0,
    ownedBy: 'nobody',
    nf: undefined,
    redirectDue: false,
    routedLocally: false,
    bridgePort: 0,
    confirmsNeighbour: false,
    fromMacvlanBroadcast: false,
  }
}

/** A copy for another branch of the way (skb_clone). It has a state of its own and shares the bytes. */
export function cloneSkb(skb: Skb): Skb {
  skb.dataShared = true
  return {
    packet: skb.packet,
    data: skb.data,
    dataShared: true,
    protocol: skb.protocol,
    packetType: skb.packetType,
    device: skb.device,
    receivedOn: skb.receivedOn,
    vlanProtocol: skb.vlanProtocol,
    vlanTci: skb.vlanTci,
    event: skb.event,
    gsoBytes: skb.gsoBytes,
    pieces: skb.pieces,
    mark: skb.mark,
    ownedBy: skb.ownedBy,
    nf: skb.nf,
    redirectDue: skb.redirectDue,
    routedLocally: skb.routedLocally,
    bridgePort: skb.bridgePort,
    confirmsNeighbour: skb.confirmsNeighbour,
    fromMacvlanBroadcast: skb.fromMacvlanBroadcast,
  }
}

/** The bytes of a packet, to be changed: copied first when another copy has them too (skb_ensure_writable). */
export function writableData(world: World, skb: Skb): Uint8Array {
  if (skb.dataShared) {
    skb.data = copyBytes(world.slab, skb.data)
    skb.dataShared = false
  }
  return skb.data
}

/** True when the frame carries a VLAN tag (skb_vlan_tag_present). */
export function hasVlanTag(skb: Skb): boolean {
  return skb.vlanProtocol !== 0
}

/** Length of an IP packet as a wire would see it: of a bundle, that of its longest segment (skb_gso_network_seglen). */
export function networkLength(skb: Skb): number {
  const length = skb.data.length - NETWORK_HEADER
  if (skb.gsoBytes === 0) return length
  const headerLength = ipv4HeaderLength(skb.data, NETWORK_HEADER)
  return headerLength + tcpHeaderLength(skb.data, NETWORK_HEADER + headerLength) + skb.gsoBytes
}
