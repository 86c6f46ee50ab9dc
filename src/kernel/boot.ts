// Puts a kernel together: which kinds, handlers, protocols and listeners there are, and what each planned event does.
import { unreachable } from '../base/assert.ts'
import { ETHERTYPE_ARP, ETHERTYPE_IPV4 } from '../wire/ethernet.ts'
import type { KernelEvent } from './events.ts'
import { inetdevEvent } from './ipv4/devinet.ts'
import { fibNetdevEvent } from './ipv4/fib-frontend.ts'
import { icmpSendHostUnreachable } from './ipv4/icmp-error.ts'
import { ipExpire } from './ipv4/ip-defrag.ts'
import { ipRcv } from './ipv4/ip-input.ts'
import { bridgeKind } from './link/bridge/bridge.ts'
import { fdbCleanup } from './link/bridge/fdb.ts'
import { brHandleFrame } from './link/bridge/input.ts'
import { bridgeDeviceEvent } from './link/bridge/port.ts'
import { forwardDelayExpired } from './link/bridge/port-state.ts'
import { dummyKind } from './link/dummy.ts'
import { loKind } from './link/lo.ts'
import { vethKind } from './link/veth.ts'
import type { KernelModules } from './modules.ts'
import { arpRcv, neighProxyProcess } from './neigh/arp-receive.ts'
import { neighDeviceEvent } from './neigh/neigh-admin.ts'
import { neighTimerHandler } from './neigh/neigh-entry.ts'
import { arpNeighOps } from './neigh/neigh-output.ts'
import { processBacklog } from './netdev/receive.ts'
import { createNetns } from './netns-calls.ts'
import { createWorld, DEFAULT_LIMITS, type Limits, type World } from './world.ts'

/** Carries out one planned event. */
function dispatch(world: World, event: KernelEvent): void {
  world.cause = 0
  world.out.explain?.begin()
  switch (event.kind) {
    case 'receive':
      processBacklog(world, event.device, event.skb)
      return
    case 'neigh.timer': {
      const device = world.devices[event.device]
      const entry = device?.neigh.entries.get(event.ip)
      if (device !== undefined && entry !== undefined) neighTimerHandler(world, arpNeighOps, device, entry)
      return
    }
    case 'neigh.proxy': {
      const device = world.devices[event.device]
      if (device !== undefined) neighProxyProcess(world, device)
      return
    }
    case 'process.timer':
      world.out.notify?.({ kind: 'timer', timer: event.id })
      return
    case 'bridge.gc': {
      const bridge = world.devices[event.bridge]
      if (bridge !== undefined) fdbCleanup(world, bridge)
      return
    }
    case 'fragment.expire': {
      const netns = world.namespaces[event.netns]
      if (netns !== undefined) ipExpire(world, netns, event.key)
      return
    }
    case 'bridge.timer': {
      const port = world.devices[event.device]
      if (event.timer === 'forward-delay' && port?.port !== undefined) forwardDelayExpired(world, port)
      return
    }
    case 'macvlan.broadcast':
    case 'ipvlan.multicast':
    case 'arp.announce':
      return
    default:
      unreachable(event)
  }
}

export const KERNEL_MODULES: KernelModules = {
  linkKinds: {
    lo: loKind,
    dummy: dummyKind,
    veth: vethKind,
    bridge: bridgeKind,
    vlan: undefined,
    macvlan: undefined,
    ipvlan: undefined,
  },
  rxHandlers: { bridge: brHandleFrame, macvlan: undefined, ipvlan: undefined },
  protocols: new Map([
    [ETHERTYPE_ARP, arpRcv],
    [ETHERTYPE_IPV4, ipRcv],
  ]),
  linkFailure: icmpSendHostUnreachable,
  // Addresses before routes, so that lo's own address is there when its routes are made; neighbours next; bridges hear of their ports last.
  deviceListeners: [inetdevEvent, fibNetdevEvent, neighDeviceEvent, bridgeDeviceEvent],
  dispatch,
}

/** Starts a world with its first, unnamed namespace. */
export function bootWorld(seed: string, limits: Limits = DEFAULT_LIMITS): World {
  const world = createWorld(seed, KERNEL_MODULES, limits)
  createNetns(world, '')
  return world
}
