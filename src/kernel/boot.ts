// Puts a kernel together: which kinds, handlers, protocols and listeners there are, and what each planned event does.
import { unreachable } from '../base/assert.ts'
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from '../wire/ethernet.ts'
import type { KernelEvent } from './events.ts'
import { expireAddress, inetdevEvent } from './ipv4/devinet.ts'
import { fibNetdevEvent } from './ipv4/fib-frontend.ts'
import { nexthopDeviceEvent } from './ipv4/nexthop.ts'
import { icmpSendHostUnreachable } from './ipv4/icmp-error.ts'
import { ipExpire } from './ipv4/ip-defrag.ts'
import { ipRcv } from './ipv4/ip-input.ts'
import { bridgeKind } from './link/bridge/bridge.ts'
import { fdbCleanup } from './link/bridge/fdb.ts'
import { brHandleFrame } from './link/bridge/input.ts'
import { bridgeDeviceEvent } from './link/bridge/port.ts'
import { llcRcv } from './link/bridge/stp-receive.ts'
import { stpTimer } from './link/bridge/stp-timers.ts'
import { dummyKind } from './link/dummy.ts'
import { ipvlanDeviceEvent, ipvlanKind } from './link/ipvlan/ipvlan.ts'
import { ipvlanProcessMulticast } from './link/ipvlan/multicast.ts'
import { findL3sChild, ipvlanHandleFrame, moveToL3sChild } from './link/ipvlan/receive.ts'
import { loKind } from './link/lo.ts'
import { macvlanProcessBroadcast } from './link/macvlan/broadcast.ts'
import { macvlanDeviceEvent, macvlanKind } from './link/macvlan/macvlan.ts'
import { macvlanHandleFrame } from './link/macvlan/receive.ts'
import { vethKind } from './link/veth.ts'
import { vlanDeviceEvent } from './link/vlan-event.ts'
import { vlanKind } from './link/vlan.ts'
import type { KernelModules } from './modules.ts'
import { arpNotifyEvent } from './neigh/arp-notify.ts'
import { arpRcv, neighProxyProcess } from './neigh/arp-receive.ts'
import { neighDeviceEvent } from './neigh/neigh-admin.ts'
import { neighManagedWork } from './neigh/neigh-managed.ts'
import { neighTimerHandler } from './neigh/neigh-entry.ts'
import { arpNeighOps } from './neigh/neigh-output.ts'
import { linkwatchEvent } from './netdev/link-watch.ts'
import { ETHERTYPE_802_2, processBacklog } from './netdev/receive.ts'
import { packetDeviceEvent } from './netdev/taps.ts'
import { RTNETLINK } from './socket/netlink.ts'
import { packetSocketsDeviceEvent } from './socket/packet.ts'
import { tcpTimer } from './socket/tcp/timers.ts'
import { nextBundle } from './socket/tcp/write.ts'
import { bridgeForward, bridgePreRouting, bridgeReaddressed, passedPreRouting } from './netfilter/bridge.ts'
import { conntrackExpire } from './netfilter/conntrack/connection.ts'
import { attachRelated } from './netfilter/conntrack/track.ts'
import { netfilterAddressRemoved, netfilterDeviceEvent } from './netfilter/events.ts'
import { nfHook, nfLocalOut } from './netfilter/hooks.ts'
import { devOpen } from './netdev/lifecycle.ts'
import { createNetns } from './netns-calls.ts'
import { createWorld, DEFAULT_LIMITS, deviceById, type Limits, type World } from './world.ts'

/** Carries out what is planned for the neighbours of a device, unless that is gone. */
function dispatchNeigh(world: World, event: Extract<KernelEvent, { kind: `neigh.${string}` }>): void {
  const device = world.devices[event.device]
  if (device === undefined) return
  switch (event.kind) {
    case 'neigh.timer': {
      const entry = device.neigh.entries.get(event.ip)
      if (entry !== undefined) neighTimerHandler(world, arpNeighOps, device, entry)
      return
    }
    case 'neigh.proxy':
      neighProxyProcess(world, device)
      return
    case 'neigh.managed':
      neighManagedWork(world, device)
  }
}

/** Carries out one planned event. */
function dispatch(world: World, event: KernelEvent): void {
  world.cause = 0
  world.out.explain?.begin()
  switch (event.kind) {
    case 'receive':
      processBacklog(world, event.device, event.skb)
      return
    case 'neigh.timer':
    case 'neigh.proxy':
    case 'neigh.managed':
      dispatchNeigh(world, event)
      return
    case 'linkwatch':
      linkwatchEvent(world, event.cause)
      return
    case 'process.timer':
      world.out.notify?.({ kind: 'timer', timer: event.id })
      return
    case 'bridge.gc': {
      const bridge = world.devices[event.bridge]
      if (bridge !== undefined) fdbCleanup(world, bridge)
      return
    }
    case 'tcp.timer': {
      const socket = world.sockets.get(event.socket)
      if (socket?.kind === 'tcp') tcpTimer(world, socket, event.timer)
      return
    }
    case 'tcp.write': {
      const socket = world.sockets.get(event.socket)
      if (socket?.kind === 'tcp') nextBundle(world, socket)
      return
    }
    case 'address.expire': {
      const device = world.devices[event.device]
      if (device !== undefined) expireAddress(world, device, event.local, event.prefixLength)
      return
    }
    case 'fragment.expire': {
      const netns = world.namespaces[event.netns]
      if (netns !== undefined) ipExpire(world, netns, event.key)
      return
    }
    case 'conntrack.expire': {
      const netns = world.namespaces[event.netns]
      if (netns !== undefined) conntrackExpire(world, netns, event.id)
      return
    }
    case 'bridge.timer': {
      const device = world.devices[event.device]
      if (device !== undefined) stpTimer(world, device, event.timer)
      return
    }
    case 'macvlan.broadcast':
      macvlanProcessBroadcast(world, event)
      return
    case 'ipvlan.multicast':
      ipvlanProcessMulticast(world, event)
      return
    default:
      unreachable(event)
  }
}

const KERNEL_MODULES: KernelModules = {
  linkKinds: {
    lo: loKind,
    dummy: dummyKind,
    veth: vethKind,
    bridge: bridgeKind,
    vlan: vlanKind,
    macvlan: macvlanKind,
    ipvlan: ipvlanKind,
  },
  rxHandlers: { bridge: brHandleFrame, macvlan: macvlanHandleFrame, ipvlan: ipvlanHandleFrame },
  protocols: new Map([
    [ETHERTYPE_ARP, arpRcv],
    [ETHERTYPE_IPV4, ipRcv],
    [ETHERTYPE_802_2, llcRcv],
  ]),
  linkFailure: icmpSendHostUnreachable,
  netfilter: {
    hook: nfHook,
    localOut: nfLocalOut,
    attach: attachRelated,
    passedPreRouting,
    bridgePreRouting,
    bridgeReaddressed,
    bridgeForward,
    addressRemoved: netfilterAddressRemoved,
  },
  l3Child: { find: findL3sChild, moveTo: moveToL3sChild },
  // Addresses before routes, so that lo's own address is there when its routes are made; neighbours next, then packet sockets; then bridges hear
  // of their ports, and at last devices of what they stand on.
  rtnetlink: RTNETLINK,
  deviceListeners: [
    inetdevEvent,
    fibNetdevEvent,
    nexthopDeviceEvent,
    neighDeviceEvent,
    arpNotifyEvent,
    packetDeviceEvent,
    netfilterDeviceEvent,
    bridgeDeviceEvent,
    vlanDeviceEvent,
    macvlanDeviceEvent,
    ipvlanDeviceEvent,
    packetSocketsDeviceEvent,
  ],
  dispatch,
}

/** Starts a world with its first, unnamed namespace: a machine that has booted, and so one whose loopback device is up. */
export function bootWorld(seed: string, limits: Limits = DEFAULT_LIMITS): World {
  const world = createWorld(seed, KERNEL_MODULES, limits)
  devOpen(world, deviceById(world, createNetns(world, '').loopback))
  return world
}
