// Devices as records, for the commands that print them and for the page.
import type { AddressView, LinkView } from '../../contract/read-models.ts'
import { SECOND_NS } from '../../sim/time.ts'
import { BROADCAST_MAC, ipv4, mac, multicastMac, type MacAddress } from '../../wire/address.ts'
import type { InAddress } from '../ipv4/in-device.ts'
import { broadcastMacOf, type NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { deviceByIndex, deviceByName, type World } from '../world.ts'
import { portView, bridgeVlans } from './bridge/views.ts'

/** The group of all hosts on a link: every device with IPv4 that is up listens to it. */
const ALL_HOSTS_MAC = multicastMac(ipv4('224.0.0.1'))
/** The group of GVRP: a device with VLAN interfaces listens to it. */
const GVRP_MAC = mac('01:80:c2:00:00:21')
/** A bridge with multicast snooping also listens to the routers' snooping group. */
const ALL_SNOOPERS_MAC = multicastMac(ipv4('224.0.0.106'))

/** Whole seconds that are left, as the kernel counts them: those that are over are rounded down (inet_fill_ifaddr). */
const secondsLeft = (until: number, now: number): number => Math.max(0, Math.ceil((until - now) / SECOND_NS))

export function addressView(world: World, address: InAddress): AddressView {
  const { validUntil, preferredUntil } = address
  return {
    address: address.local,
    prefixLength: address.prefixLength,
    peer: address.address,
    broadcast: address.broadcast,
    scope: address.scope,
    secondary: address.secondary,
    noPrefixRoute: address.noPrefixRoute,
    metric: address.metric,
    label: address.label,
    ...(validUntil === Infinity ? {} : { validSeconds: secondsLeft(validUntil, world.now) }),
    ...(preferredUntil === Infinity ? {} : { preferredSeconds: secondsLeft(preferredUntil, world.now) }),
  }
}

/** The addresses besides its own that a device listens to, as `bridge fdb show` prints them with `self`. */
function filterOf(world: World, device: NetDevice): MacAddress[] {
  const filter = [...device.unicastFilter.keys()]
  const above = [
    ...device.vlanChildren,
    ...(device.macvlanPort?.children ?? []),
    ...(device.ipvlanPort?.children ?? []),
  ]
  // What stands on a device hands its groups down, even to a device that is down.
  const listens = device.up || above.some((id) => world.devices[id]?.up === true)
  if (listens && device.multicast && device.state.kind !== 'lo') {
    if (device.state.kind === 'bridge' && device.state.mcastSnooping) filter.push(ALL_SNOOPERS_MAC)
    filter.push(ALL_HOSTS_MAC)
  }
  if (device.vlanChildren.length > 0) filter.push(GVRP_MAC)
  filter.push(...device.staticGroups.filter((group) => !filter.includes(group)))
  return filter
}

export function linkView(world: World, device: NetDevice): LinkView {
  const linked = device.linkDevice === 0 ? undefined : world.devices[device.linkDevice]
  const kind = world.modules.linkKinds[device.state.kind]
  if (kind === undefined) throw new Error(`no driver for ${device.state.kind}`)
  return {
    device: device.id,
    netns: device.netns,
    ifindex: device.ifindex,
    name: device.name,
    mac: device.mac,
    permanentMac: device.permanentMac,
    mtuBytes: device.mtuBytes,
    up: device.up,
    carrier: device.carrier,
    operState: device.operState,
    ...(device.linkMode === 'DEFAULT' ? {} : { linkMode: device.linkMode }),
    ...(broadcastMacOf(device) === BROADCAST_MAC || device.state.kind === 'lo'
      ? {}
      : { broadcastMac: broadcastMacOf(device) }),
    noArp: device.noArp,
    broadcast: device.broadcast,
    multicast: device.multicast,
    ...(device.dynamic ? { dynamic: true } : {}),
    ...(device.noTrailers ? { noTrailers: true } : {}),
    promisc: device.promisc,
    allMulticast: device.allMulticast,
    promiscuityCount: device.promiscuityCount,
    allMulticastCount: device.allMulticastCount,
    qdisc: device.qdisc,
    alias: device.alias,
    ...(device.altNames.length === 0 ? {} : { altNames: [...device.altNames] }),
    txQueueLength: device.txQueueLength,
    group: device.group,
    linkDevice: linked?.id ?? 0,
    linkIfindex: linked?.ifindex ?? 0,
    linkNetns: linked?.netns ?? 0,
    master: device.master,
    details: kind.describe(world, device),
    port: device.port === undefined ? undefined : portView(world, device),
    vlans: bridgeVlans(device),
    filter: filterOf(world, device),
    ...(device.staticGroups.length === 0 ? {} : { staticGroups: [...device.staticGroups] }),
    stats: {
      rxPackets: device.rxPackets,
      rxBytes: device.rxBytes,
      rxDropped: device.rxDropped,
      rxMulticast: device.rxMulticast,
      txPackets: device.txPackets,
      txBytes: device.txBytes,
      txDropped: device.txDropped,
    },
    addresses: device.ipv4.addresses.map((address) => addressView(world, address)),
  }
}

/** The devices of a namespace by ascending number. */
export function linkViews(world: World, netns: Netns): LinkView[] {
  return [...netns.deviceByIndex.keys()]
    .sort((a, b) => a - b)
    .flatMap((ifindex) => {
      const device = deviceByIndex(world, netns, ifindex)
      return device === undefined ? [] : [linkView(world, device)]
    })
}

export function linkViewByName(world: World, netns: Netns, name: string): LinkView | undefined {
  const device = deviceByName(world, netns, name)
  return device === undefined ? undefined : linkView(world, device)
}
