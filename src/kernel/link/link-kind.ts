// One kind of network device: what struct rtnl_link_ops is to Linux. A new kind is a file with one of these and a line in kinds.ts.
import type { LinkDetails, LinkKindName } from '../../contract/read-models.ts'
import { isValidDeviceMac } from '../../wire/address.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import type { Skb } from '../skb.ts'
import type { KernelError, LinkData, LinkSpec } from '../system-call.ts'
import type { World } from '../world.ts'

/** What a receive handler did with a frame: rx_handler_result. `another` means skb.device was changed and the ladder starts again. */
export type RxVerdict = 'consumed' | 'another' | 'exact' | 'pass'

/** What became of a frame that a device was given to send; `dropped` reaches the sending program as ENOBUFS. */
export type XmitResult = 'sent' | 'dropped'

export interface LinkKind {
  readonly kind: LinkKindName
  /** What is wrong with a request by itself (validate): asked before whether the name is free. */
  validate?(spec: LinkSpec): KernelError | undefined
  /**
   * Makes the device (newlink): allocates, registers, hooks onto the lower device. `lower` is the device of `link DEV`.
   * Returns the new device or the kernel's refusal; a refusal leaves nothing behind.
   */
  create(world: World, netns: Netns, spec: LinkSpec, lower: NetDevice | undefined): NetDevice | KernelError
  /** Changes the kind's own settings (changelink). */
  change?(world: World, device: NetDevice, data: LinkData): KernelError | undefined
  /** Undoes `create` before the device is unregistered (dellink); may remove others (a veth's peer). */
  remove(world: World, device: NetDevice): void
  /** ndo_open and ndo_stop: after IFF_UP was set or before it is cleared. `open` may refuse. */
  open?(world: World, device: NetDevice): KernelError | undefined
  stop?(world: World, device: NetDevice): void
  /** ndo_change_rx_flags: listening to all frames, or to all group frames, was turned on (1) or off (-1). */
  changeRxFlags?(world: World, device: NetDevice, what: 'promisc' | 'allMulticast', delta: 1 | -1): void
  /** ndo_start_xmit: the frame has passed the device's egress tap. */
  transmit(world: World, device: NetDevice, skb: Skb): XmitResult
  /** ndo_set_mac_address: checks and follow-up of a new address; the generic code has not stored it yet. */
  setMac?(world: World, device: NetDevice, mac: NetDevice['mac']): KernelError | undefined
  /** ndo_change_mtu: checks a new MTU. */
  setMtu?(world: World, device: NetDevice, mtuBytes: number): KernelError | undefined
  /** Its carrier may be switched by hand (ndo_change_carrier). */
  readonly changesCarrier?: boolean
  /** What `ip -d link` shows of the kind. */
  describe(world: World, device: NetDevice): LinkDetails
}

/** The `validate` of kinds that ask only for an address that a device may have (dummy_validate, veth_validate, br_validate). */
export function validateAddress({ mac }: LinkSpec): KernelError | undefined {
  return mac === undefined || isValidDeviceMac(mac) ? undefined : { errno: 'EADDRNOTAVAIL' }
}

/** True when a creation was refused. */
export function isRefusal(result: NetDevice | KernelError): result is KernelError {
  return 'errno' in result
}
