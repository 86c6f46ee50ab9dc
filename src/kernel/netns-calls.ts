// Making and removing namespaces: copy_net_ns, setup_net, cleanup_net.
import { createFibState } from './ipv4/fib-rules.ts'
import { createIcmpState } from './ipv4/icmp-rate-limit.ts'
import { LimitExceeded } from './limits.ts'
import { createLoopback } from './link/lo.ts'
import { removeLink } from './link/link-calls.ts'
import { unregisterNetdevice } from './netdev/lifecycle.ts'
import type { Netns } from './netns.ts'
import { socketDestroy } from './socket/socket-calls.ts'
import { defaultIpv4Conf } from './sysctl/ipv4-conf.ts'
import { defaultIpv4Sysctls } from './sysctl/ipv4-table.ts'
import { deviceById, type World } from './world.ts'

/** Makes a namespace with its loopback device, which is down. */
export function createNetns(world: World, name: string, isAnonymous = false): Netns {
  if (world.namespaces.length > world.limits.namespaceCount) {
    throw new LimitExceeded('namespaces', `more than ${world.limits.namespaceCount} namespaces`)
  }
  const ipv4 = defaultIpv4Sysctls()
  const netns: Netns = {
    id: world.namespaces.length,
    name,
    isAnonymous,
    loopback: 0,
    nextIfindex: 1,
    deviceByIndex: new Map(),
    deviceByName: new Map(),
    confAll: defaultIpv4Conf(true),
    confDefault: defaultIpv4Conf(false),
    confDefaultWritten: new Set(),
    ipv4,
    ...createFibState(),
    routeExceptions: new Map(),
    icmp: createIcmpState(ipv4.icmp_msgs_burst),
    fragments: new Map(),
    neighProxies: new Set(),
    sockets: [],
    nextIpId: 1,
    netfilter: undefined,
    bridgeNf: world.bridgeNfEverywhere ? { callIptables: 1 } : undefined,
  }
  world.namespaces.push(netns)
  netns.loopback = createLoopback(world, netns)
  return netns
}

/** The namespace with a name, or undefined. */
export function netnsByName(world: World, name: string): Netns | undefined {
  return world.namespaces.find((netns) => netns !== undefined && netns.name === name)
}

/**
 * unshare(CLONE_NEWNET): a namespace that only its processes hold. Its label is the first that nobody has.
 * Differs from Linux: commands may name it by its label, so that what is done by hand in the page can be written down.
 */
export function unshareNetns(world: World): Netns {
  let number = 1
  while (netnsByName(world, `unshared-${number}`) !== undefined) number += 1
  return createNetns(world, `unshared-${number}`, true)
}

/** Gives an anonymous namespace a name in /run/netns, as a bind mount of its /proc/PID/ns/net does. False when the name is taken. */
export function nameNetns(world: World, netns: Netns, name: string): boolean {
  if (netnsByName(world, name) !== undefined) return false
  netns.name = name
  netns.isAnonymous = false
  return true
}

/** Removes a namespace: its virtual devices die with it, and what they were tied to elsewhere. */
export function deleteNetns(world: World, netns: Netns): void {
  for (const id of [...netns.sockets]) {
    const socket = world.sockets.get(id)
    if (socket !== undefined) socketDestroy(world, socket)
  }
  for (const id of [...netns.deviceByIndex.values()].reverse()) {
    const device = world.devices[id]
    if (device !== undefined && device.state.kind !== 'lo') removeLink(world, device)
  }
  unregisterNetdevice(world, deviceById(world, netns.loopback))
  world.namespaces[netns.id] = undefined
}
