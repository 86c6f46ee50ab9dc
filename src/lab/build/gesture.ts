/**
 * What a person can do to a lab by hand, as data: the canvas, the tree, the inspector and the keyboard all make these,
 * and `plan.ts` turns each into the commands that Linux would be given. Names are those of namespaces (the bench's own
 * is the empty text) and of interfaces within them.
 */

/** An interface by name. */
export interface DeviceRef {
  readonly namespace: string
  readonly name: string
}

/** Pixels on the canvas; of a nested namespace, inside its machine. */
export interface CanvasPoint {
  readonly x: number
  readonly y: number
}

/** What can be selected, deleted, renamed and copied. */
export type Thing =
  { readonly kind: 'namespace'; readonly namespace: string } | { readonly kind: 'link'; readonly device: DeviceRef }

/** A cable ends in a namespace, or, when a bridge is named, in a new port of that bridge. */
export interface CableEnd {
  readonly namespace: string
  readonly bridge?: string
}

/** A child of another interface; a VLAN without an id gets the first that is free. */
export type ChildSpec =
  | { readonly kind: 'macvlan'; readonly mode: 'private' | 'vepa' | 'bridge' | 'passthru' | 'source' }
  | { readonly kind: 'ipvlan'; readonly mode: 'l2' | 'l3' | 'l3s'; readonly flag: 'bridge' | 'private' | 'vepa' }
  | { readonly kind: 'vlan'; readonly id?: number; readonly protocol?: '802.1Q' | '802.1ad' }

/** New things. Names that are missing are proposed. */
export type AddGesture =
  /** `switch` is a machine with one bridge of its own; `router` forwards. */
  | {
      readonly kind: 'add-machine'
      readonly role: 'host' | 'router' | 'switch'
      readonly name?: string
      readonly at?: CanvasPoint
    }
  /** A namespace inside a machine, as a container has one. `machine` is the machine's name. */
  | { readonly kind: 'add-container'; readonly machine: string; readonly name?: string }
  /** A gateway, and behind it a host of the Internet. */
  | { readonly kind: 'add-outside'; readonly at?: CanvasPoint }
  /** A virtual machine whose NIC is a port of a bridge. */
  | { readonly kind: 'add-vm'; readonly bridge: DeviceRef; readonly name?: string }
  | { readonly kind: 'add-link'; readonly namespace: string; readonly type: 'bridge' | 'dummy'; readonly name?: string }
  /** A veth pair. Interfaces get names, and addresses when one end joins a network that is known. */
  | { readonly kind: 'cable'; readonly from: CableEnd; readonly to: CableEnd }
  | {
      readonly kind: 'add-child'
      readonly parent: DeviceRef
      readonly namespace: string
      readonly child: ChildSpec
      readonly name?: string
    }
  /** Copies with names, MAC and IP addresses of their own. */
  | { readonly kind: 'duplicate'; readonly things: readonly Thing[] }

/** One property of an interface. */
export type LinkChange =
  | { readonly property: 'up' | 'promisc' | 'arp' | 'multicast' | 'allmulticast'; readonly on: boolean }
  | { readonly property: 'address' | 'alias'; readonly value: string }
  | { readonly property: 'mtu'; readonly value: number }

export const PORT_FLAGS = [
  'hairpin',
  'isolated',
  'learning',
  'flood',
  'mcast_flood',
  'bcast_flood',
  'guard',
  'root_block',
  'neigh_suppress',
  'locked',
] as const
export type PortFlag = (typeof PORT_FLAGS)[number]

/** Changes of what is there. `words` are what the command takes after `add`, such as `default via 10.0.0.1`. */
export type ChangeGesture =
  | { readonly kind: 'set-master'; readonly device: DeviceRef; readonly bridge: string | undefined }
  | { readonly kind: 'move-link'; readonly device: DeviceRef; readonly namespace: string }
  | { readonly kind: 'rename'; readonly thing: Thing; readonly name: string }
  | { readonly kind: 'delete'; readonly things: readonly Thing[] }
  | { readonly kind: 'set-link'; readonly device: DeviceRef; readonly change: LinkChange }
  | { readonly kind: 'set-port-flag'; readonly device: DeviceRef; readonly flag: PortFlag; readonly on: boolean }
  /** Options of `ip link set DEV type bridge`, in the units that the command takes. */
  | {
      readonly kind: 'set-bridge'
      readonly device: DeviceRef
      readonly option:
        'stp_state' | 'vlan_filtering' | 'ageing_time' | 'forward_delay' | 'priority' | 'vlan_default_pvid'
      readonly value: number
    }
  /** The mode of a macvlan or ipvlan child; all children of an ipvlan parent change with it. */
  | { readonly kind: 'set-child'; readonly device: DeviceRef; readonly child: ChildSpec }
  | { readonly kind: 'add-address' | 'remove-address'; readonly device: DeviceRef; readonly address: string }
  /** Another address in the place of one; routes that led to it as a gateway follow. */
  | { readonly kind: 'change-address'; readonly device: DeviceRef; readonly address: string; readonly to: string }
  | { readonly kind: 'add-route' | 'remove-route'; readonly namespace: string; readonly words: string }
  | { readonly kind: 'add-rule' | 'remove-rule'; readonly namespace: string; readonly words: string }
  | {
      readonly kind: 'add-neighbour' | 'remove-neighbour'
      readonly device: DeviceRef
      readonly ip: string
      /** Missing for a proxy entry. */
      readonly mac?: string
    }
  | {
      readonly kind: 'add-fdb' | 'remove-fdb'
      readonly device: DeviceRef
      readonly mac: string
      readonly words: string
    }
  | { readonly kind: 'add-port-vlan' | 'remove-port-vlan'; readonly device: DeviceRef; readonly words: string }
  /** A key with dots, `net.ipv4.conf.eth0.proxy_arp`. */
  | { readonly kind: 'set-sysctl'; readonly namespace: string; readonly key: string; readonly value: string }

/** What is the page's alone: directives, which Linux reads as comments. */
export type PictureGesture =
  /** Puts a namespace into another machine, or makes it one of its own. */
  | {
      readonly kind: 'regroup'
      readonly namespace: string
      readonly machine: string | undefined
      /** Where a machine of its own shall stand. */
      readonly at?: CanvasPoint
    }
  | { readonly kind: 'set-role'; readonly name: string; readonly role: string }
  | { readonly kind: 'set-title'; readonly text: string }
  | { readonly kind: 'add-note'; readonly text: string; readonly at: CanvasPoint }
  | { readonly kind: 'remove-note'; readonly text: string; readonly at: CanvasPoint }

export type Gesture = AddGesture | ChangeGesture | PictureGesture
