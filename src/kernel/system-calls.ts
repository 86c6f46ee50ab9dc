// Carries out a system call on the world. Pure: the same calls at the same moments give the same kernel.
import { schedule, cancel } from '../sim/event-queue.ts'
import { addAddress, deleteAddress } from './ipv4/devinet.ts'
import { fibRouteAdd, fibRouteDelete } from './ipv4/fib-frontend.ts'
import { fibRuleAdd, fibRuleDelete } from './ipv4/fib-rules.ts'
import { nexthopAdd, nexthopDelete } from './ipv4/nexthop.ts'
import { fdbAdd, fdbDelete, fdbFlush } from './link/bridge/fdb-user.ts'
import { vlanAdd, vlanDelete } from './link/bridge/vlan.ts'
import { addLink, removeLink, setLink } from './link/link-calls.ts'
import { isRefusal } from './link/link-kind.ts'
import { neighAdd, neighDelete, neighProxyChange } from './neigh/neigh-admin.ts'
import { linkwatchAfterCall } from './netdev/link-watch.ts'
import type { NetDevice } from './netdev/net-device.ts'
import { applyNetfilterCall } from './netfilter/calls.ts'
import { filterAdd, filterDelete, groupAdd, groupDelete } from './netdev/unicast-filter.ts'
import { createNetns, deleteNetns, nameNetns, netnsByName, unshareNetns } from './netns-calls.ts'
import { tcpAbort, tcpAccept, tcpListen, tcpShutdown } from './socket/tcp/calls.ts'
import {
  socketBind,
  socketClose,
  socketConnect,
  socketError,
  socketOpen,
  socketReceive,
  socketSend,
  socketSet,
} from './socket/socket-calls.ts'
import { udpAbort } from './socket/udp.ts'
import { sysctlWrite } from './sysctl/table.ts'
import { DONE, refuse, type FdbSpec, type KernelError, type SystemCall, type SystemResult } from './system-call.ts'
import { deviceByIndex, netnsById, type World } from './world.ts'

function result(refused: KernelError | undefined): SystemResult {
  return refused === undefined ? DONE : { ok: false, error: refused }
}

/** Calls a function with the device of a namespace, or refuses with ENODEV. */
function withDevice(
  world: World,
  call: { readonly netns: number },
  ifindex: number,
  run: (device: NetDevice) => KernelError | undefined,
): SystemResult {
  const device = deviceByIndex(world, netnsById(world, call.netns), ifindex)
  return device === undefined ? refuse('ENODEV') : result(run(device))
}

/** Applies one call, and what follows from it before the caller goes on. */
export function applySystemCall(world: World, call: SystemCall): SystemResult {
  world.out.explain?.begin()
  const outcome = apply(world, call)
  if (world.linkwatch.wanted) linkwatchAfterCall(world)
  return outcome
}

function apply(world: World, call: SystemCall): SystemResult {
  switch (call.kind) {
    case 'netns.add':
      return netnsByName(world, call.name) === undefined
        ? { ok: true, value: createNetns(world, call.name).id }
        : refuse('EEXIST')
    case 'netns.delete': {
      const netns = netnsByName(world, call.name)
      if (netns === undefined || call.name === '') return refuse('ENOENT')
      deleteNetns(world, netns)
      return DONE
    }
    case 'netns.unshare':
      return { ok: true, value: unshareNetns(world).id }
    case 'netns.name': {
      const netns = netnsById(world, call.netns)
      if (!netns.isAnonymous) return refuse('EBUSY')
      return nameNetns(world, netns, call.name) ? DONE : refuse('EEXIST')
    }
    case 'netns.release': {
      const netns = world.namespaces[call.netns]
      if (netns?.isAnonymous === true) deleteNetns(world, netns)
      return DONE
    }
    case 'link.add': {
      const device = addLink(world, netnsById(world, call.netns), call.spec)
      return isRefusal(device) ? { ok: false, error: device } : { ok: true, value: device.ifindex }
    }
    case 'link.delete':
      return withDevice(world, call, call.ifindex, (device) => removeLink(world, device))
    case 'link.set':
      return withDevice(world, call, call.ifindex, (device) => setLink(world, device, call.changes))
    case 'link.group-add':
      return withDevice(world, call, call.ifindex, (device) => groupAdd(device, call.mac))
    case 'link.group-delete':
      return withDevice(world, call, call.ifindex, (device) => groupDelete(device, call.mac))
    case 'address.add':
    case 'address.replace':
      return result(
        addAddress(world, netnsById(world, call.netns), call.spec, { replace: call.kind === 'address.replace' }),
      )
    case 'address.delete':
      return result(deleteAddress(world, netnsById(world, call.netns), call.spec))
    case 'route.add':
      return result(fibRouteAdd(world, netnsById(world, call.netns), call.mode, call.spec))
    case 'route.delete':
      return result(fibRouteDelete(world, netnsById(world, call.netns), call.spec))
    case 'rule.add':
      return result(fibRuleAdd(world, netnsById(world, call.netns), call.spec))
    case 'rule.delete':
      return result(fibRuleDelete(world, netnsById(world, call.netns), call.spec))
    case 'nexthop.add':
      return result(nexthopAdd(world, netnsById(world, call.netns), call.mode, call.spec))
    case 'nexthop.delete':
      return result(nexthopDelete(world, netnsById(world, call.netns), call.id))
    case 'sysctl.write':
      return result(sysctlWrite(world, netnsById(world, call.netns), call.key, call.value))
    case 'firewall.edit':
    case 'conntrack.delete':
    case 'conntrack.create':
    case 'conntrack.update':
    case 'module.load':
      return applyNetfilterCall(world, call)
    default:
      return applyLayer2(world, call)
  }
}

type NetworkCall = Extract<
  SystemCall,
  {
    kind:
      | `netns.${string}`
      | `link.${string}`
      | `address.${string}`
      | `route.${string}`
      | `rule.${string}`
      | `nexthop.${string}`
      | 'sysctl.write'
      | 'firewall.edit'
      | `conntrack.${string}`
      | 'module.load'
  }
>

/** A `self` entry of a device that is no bridge belongs to the device's own filter. */
function isOwnFilter(device: NetDevice, spec: FdbSpec): boolean {
  return spec.target === 'self' && device.state.kind !== 'bridge'
}

function applyNeighbour(world: World, call: Extract<SystemCall, { kind: `neigh.${string}` }>): SystemResult {
  return withDevice(world, call, call.spec.ifindex, (device) =>
    call.kind === 'neigh.add' ? neighAdd(world, device, call.mode, call.spec) : neighDelete(world, device, call.spec),
  )
}

function applyLayer2(world: World, call: Exclude<SystemCall, NetworkCall>): SystemResult {
  switch (call.kind) {
    case 'neigh.add':
    case 'neigh.delete':
      if (call.spec.proxy === true && call.spec.ifindex === 0)
        return result(
          neighProxyChange(netnsById(world, call.netns), undefined, call.spec.ip, call.kind === 'neigh.delete'),
        )
      return applyNeighbour(world, call)
    case 'fdb.add':
      return withDevice(world, call, call.spec.ifindex, (device) =>
        isOwnFilter(device, call.spec)
          ? filterAdd(world, device, call.spec)
          : fdbAdd(world, device, call.spec, call.mode),
      )
    case 'fdb.delete':
      return withDevice(world, call, call.spec.ifindex, (device) =>
        isOwnFilter(device, call.spec) ? filterDelete(world, device, call.spec) : fdbDelete(world, device, call.spec),
      )
    case 'fdb.flush':
      return withDevice(world, call, call.ifindex, (device) =>
        fdbFlush(world, device, call.master === true ? 'master' : 'self'),
      )
    case 'bridge-vlan.add':
      return withDevice(world, call, call.ifindex, (device) => vlanAdd(world, device, call))
    case 'bridge-vlan.delete':
      return withDevice(world, call, call.ifindex, (device) => vlanDelete(world, device, call))
    default:
      return applySocketCall(world, call)
  }
}

type Layer2Call =
  NetworkCall | Extract<SystemCall, { kind: `neigh.${string}` | `fdb.${string}` | `bridge-vlan.${string}` }>

function applySocketCall(world: World, call: Exclude<SystemCall, Layer2Call>): SystemResult {
  if (call.kind === 'socket.open') return socketOpen(world, netnsById(world, call.netns), call.spec)
  if (call.kind === 'timer.set') return { ok: true, value: setProcessTimer(world, call.at) }
  if (call.kind === 'timer.cancel') {
    cancel(world.queue, call.timer)
    return DONE
  }
  const socket = world.sockets.get(call.socket)
  // What the kernel still keeps of a closed connection is nobody's any more.
  if (socket === undefined || (socket.kind === 'tcp' && socket.orphan)) return refuse('EINVAL')
  switch (call.kind) {
    case 'socket.close':
      return socketClose(world, socket)
    case 'socket.set':
      return socketSet(world, socket, call.options)
    case 'socket.bind':
      return socketBind(world, socket, call.address, call.port)
    case 'socket.connect':
      return socketConnect(world, socket, call.address, call.port)
    case 'socket.send':
      return socketSend(world, socket, call.to, call.port, call.bytes)
    case 'socket.receive':
      return socketReceive(world, socket, call.maxBytes)
    case 'socket.abort':
      if (socket.kind === 'udp') return udpAbort(world, socket)
      return socket.kind === 'tcp' ? tcpAbort(world, socket) : refuse('EOPNOTSUPP')
    case 'socket.error':
      return socketError(socket)
    case 'socket.listen':
      return socket.kind === 'tcp' ? tcpListen(world, socket, call.backlog) : refuse('EOPNOTSUPP')
    case 'socket.accept':
      return socket.kind === 'tcp' ? tcpAccept(world, socket) : refuse('EOPNOTSUPP')
    case 'socket.shutdown':
      return socket.kind === 'tcp' ? tcpShutdown(world, socket, call.how) : refuse('EOPNOTSUPP')
  }
}

/** Plans a process's wake-up. The handle is both the timer's number and what the notice names. */
function setProcessTimer(world: World, at: number): number {
  const id = world.queue.nextOrder
  return schedule(world.queue, Math.max(at, world.now), { kind: 'process.timer', id })
}
