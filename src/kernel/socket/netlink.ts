// Netlink sockets that listen to changes of the tables: what `ip monitor` hears. Linux: rtnl_notify, rtmsg_ifinfo, rtmsg_ifa,
// rtmsg_fib, neigh_update_notify, notify_rule_change, nexthop_notify.
import type { NudState } from '../../contract/trace-events.ts'
import { addressView, linkView } from '../link/link-views.ts'
import { nexthopObjectView } from '../ipv4/nexthop-object.ts'
import { routeView } from '../ipv4/route-views.ts'
import { fdbView } from '../link/bridge/views.ts'
import type { RtnetlinkModule } from '../modules.ts'
import type { NetnsId, TableChange } from '../system-call.ts'
import { netnsById, type World } from '../world.ts'
import { kernelMessage } from './queue.ts'
import type { Socket } from './socket.ts'

/** What tells the listeners of a namespace about changes. */
export const RTNETLINK: RtnetlinkModule = {
  link(world, device, what) {
    // The ends of a new veth are told of when they know each other.
    if (what === 'created' && device.state.kind === 'veth' && device.linkDevice === 0) return
    const isDeleted = what === 'removed'
    publish(world, device.netns, () => ({ object: 'link', isDeleted, link: linkView(world, device) }))
  },
  address(world, device, ifa, isDeleted) {
    publish(world, device.netns, () => ({
      object: 'address',
      isDeleted,
      device: device.id,
      ifindex: device.ifindex,
      name: device.name,
      address: addressView(world, ifa),
    }))
  },
  route(world, netns, route, isDeleted) {
    publish(world, netns.id, () => ({ object: 'route', isDeleted, route: routeView(world, netns, route) }))
  },
  rule(world, netns, rule, isDeleted) {
    publish(world, netns.id, () => ({ object: 'rule', isDeleted, rule: { ...rule } }))
  },
  nexthop(world, netns, object, isDeleted) {
    publish(world, netns.id, () => ({ object: 'nexthop', isDeleted, nexthop: nexthopObjectView(object) }))
  },
  fdb(world, bridge, entry, isDeleted) {
    publish(world, bridge.netns, () => ({ object: 'fdb', isDeleted, entry: fdbView(bridge.id, entry) }))
  },
  neigh(world, device, entry, from, to) {
    if (isQuiet(from, to)) return
    publish(world, device.netns, () => ({
      object: 'neigh',
      isDeleted: to === undefined,
      neigh: {
        device: device.id,
        ip: entry.ip,
        mac: entry.mac,
        state: to ?? from ?? 'NONE',
        proxy: false,
        usedAt: world.now,
        confirmedAt: world.now,
        updatedAt: world.now,
        timerAt: undefined,
        probes: 0,
      },
    }))
  },
}

/** Steps of a neighbour that the kernel keeps to itself: the first question, and waiting before it asks again. */
function isQuiet(from: NudState | undefined, to: NudState | undefined): boolean {
  if (to === 'INCOMPLETE' || to === 'NONE') return true
  return to === 'DELAY' && (from === 'STALE' || from === 'REACHABLE')
}

function publish(world: World, netns: NetnsId, make: () => TableChange): void {
  let change: TableChange | undefined
  for (const id of netnsById(world, netns).sockets) {
    const socket = world.sockets.get(id)
    if (socket?.kind !== 'netlink' || socket.protocol !== 'route') continue
    change ??= make()
    if (isRepeated(socket, change, world.now)) continue
    socket.receiveQueue.push(kernelMessage(world, { kind: 'data', change }))
    world.out.notify?.({ kind: 'socket', socket: id })
  }
}

/** A call that changes several things of a link ends with a message of its own, which the kernel sends only for some of them. */
function isRepeated(socket: Socket, change: TableChange, now: number): boolean {
  const last = socket.receiveQueue.findLast(({ change: other }) => other?.object === 'link')
  if (change.object !== 'link' || last?.change?.object !== 'link' || last.at !== now) return false
  const text = (link: TableChange & { object: 'link' }): string =>
    JSON.stringify([
      link.isDeleted,
      { ...link.link, stats: undefined, addresses: undefined, operState: link.link.up ? link.link.operState : 'DOWN' },
    ])
  return text(last.change) === text(change)
}
