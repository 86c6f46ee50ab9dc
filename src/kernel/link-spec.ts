// What `ip link` asks for: new links and changes of links, as plain data.
import type { IpvlanFlag, IpvlanMode, LinkMode, MacvlanMode, OperState, QosMapping } from '../contract/read-models.ts'
import type { MacAddress } from '../wire/address.ts'
import type { BridgeSettings, PortSettings } from './bridge-settings.ts'

/** Number of a namespace; never reused. */
export type NetnsId = number
/** Number of an interface within its namespace. */
export type IfIndex = number

export type MacvlanSourceEdit = { readonly edit: 'add' | 'del' | 'set' | 'flush'; readonly macs: readonly MacAddress[] }

/** The part of a link that belongs to its kind: what `struct rtnl_link_ops` parses. */
export type LinkData =
  | { readonly kind: 'dummy' }
  | { readonly kind: 'veth'; readonly peer: LinkIdentity }
  | ({ readonly kind: 'bridge' } & BridgeSettings)
  | {
      readonly kind: 'vlan'
      readonly id?: number
      readonly protocol?: '802.1Q' | '802.1ad'
      readonly reorderHeader?: boolean
      readonly looseBinding?: boolean
      readonly gvrp?: boolean
      readonly mvrp?: boolean
      readonly bridgeBinding?: boolean
      /** Changes of the two maps of priorities; to 0 takes one out. */
      readonly ingressMap?: readonly QosMapping[]
      readonly egressMap?: readonly QosMapping[]
    }
  | {
      readonly kind: 'macvlan'
      readonly mode?: MacvlanMode
      readonly noPromisc?: boolean
      /** Frames that a source-mode child takes are kept from everybody else (MACVLAN_FLAG_NODST). */
      readonly noDst?: boolean
      readonly sources?: MacvlanSourceEdit
      readonly broadcastQueueLength?: number
    }
  | { readonly kind: 'ipvlan'; readonly mode?: IpvlanMode; readonly flag?: IpvlanFlag }

/** The general part of a new link. A missing name is made from the kind (`veth0`). */
export interface LinkIdentity {
  readonly name?: string
  readonly mac?: MacAddress
  readonly mtuBytes?: number
  /** Namespace to create it in, when that is not the caller's. */
  readonly netns?: NetnsId
  readonly ifindex?: IfIndex
  readonly group?: number
  readonly txQueueLength?: number
}

export interface LinkSpec extends LinkIdentity {
  /** `link DEV`: the lower device of a VLAN, macvlan or ipvlan. */
  readonly link?: IfIndex
  readonly up?: boolean
  readonly master?: IfIndex
  readonly data: LinkData
}

/** What `ip link set` may change, applied in the order in which Linux applies it. */
export interface LinkChanges {
  readonly netns?: NetnsId
  readonly mac?: MacAddress
  readonly mtuBytes?: number
  readonly name?: string
  readonly alias?: string
  /** Further names by which the device is found (`ip link property`). */
  readonly altNames?: { readonly added?: readonly string[]; readonly removed?: readonly string[] }
  readonly group?: number
  readonly txQueueLength?: number
  /** 0 releases the port (`nomaster`). */
  readonly master?: IfIndex
  readonly up?: boolean
  readonly promisc?: boolean
  readonly allMulticast?: boolean
  readonly multicast?: boolean
  readonly dynamic?: boolean
  readonly trailers?: boolean
  readonly arp?: boolean
  readonly carrier?: boolean
  /** Whom frames for everybody are addressed to. */
  readonly broadcastMac?: MacAddress
  /** With `DORMANT` the device is only dormant when its carrier comes, until a program says that it is up. */
  readonly linkMode?: LinkMode
  readonly operState?: OperState
  readonly data?: LinkData
  readonly port?: PortSettings
}
