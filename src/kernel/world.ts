// The whole state of the simulated kernels: plain data with ids, so that a snapshot is one structured clone. What leaves the world
// (trace, explanations, wake-ups) hangs on `out` and is not part of it.
import { assert } from '../base/assert.ts'
import { createSlab, type Slab } from '../base/slab.ts'
import type { Check } from '../contract/decisions.ts'
import type { EventSeq, TraceKind } from '../contract/trace-events.ts'
import type { EventQueue } from '../sim/event-queue.ts'
import { createEventQueue } from '../sim/event-queue.ts'
import type { SimTime } from '../sim/time.ts'
import type { KernelEvent } from './events.ts'
import type { KernelModules } from './modules.ts'
import { createLinkWatch, type LinkWatch } from './netdev/link-watch-state.ts'
import type { NetDevice } from './netdev/net-device.ts'
import type { Netns } from './netns.ts'
import type { Socket } from './socket/socket.ts'
import type { NetnsId, SocketId } from './system-call.ts'

/** Number of a device across all namespaces; never reused. 0 means none. */
export type DeviceId = number

/** Explicit bounds: a storm or a hostile lab ends in a message, never in a frozen page. */
export interface Limits {
  readonly deviceCount: number
  readonly namespaceCount: number
  /** Frames waiting in the softirq line at one moment. */
  readonly framesInFlight: number
  /** Events in one second of virtual time. */
  readonly eventsPerSecond: number
  readonly socketQueueLength: number
}

export const DEFAULT_LIMITS: Limits = {
  deviceCount: 5_000,
  namespaceCount: 2_000,
  framesInFlight: 100_000,
  eventsPerSecond: 100_000,
  socketQueueLength: 2_000,
}

/** Where trace events go. `write` returns nothing: sequence numbers are the world's. */
export interface TraceSink {
  write(
    seq: EventSeq,
    at: SimTime,
    kind: TraceKind,
    cause: EventSeq,
    device: DeviceId,
    netns: NetnsId,
    packet: number,
    code: number,
    a: number,
    b: number,
    c: number,
    frame: Uint8Array | undefined,
    vlanProtocol: number,
    vlanTci: number,
  ): void
}

/** Where the ordered checks behind decisions go; present only while a moment is replayed to be explained. */
export interface ExplainSink {
  check(check: Check): void
  /** The checks so far led to this event. */
  conclude(seq: EventSeq): void
  /** A new piece of work begins: what was checked before led nowhere. */
  begin(): void
}

/** What a process may be waiting for. */
export type Notice =
  { readonly kind: 'timer'; readonly timer: number } | { readonly kind: 'socket'; readonly socket: SocketId }

export interface WorldOutput {
  trace: TraceSink | undefined
  explain: ExplainSink | undefined
  notify: ((notice: Notice) => void) | undefined
}

export interface World {
  readonly seed: string
  readonly limits: Limits
  now: SimTime
  /** How many kernel events have been dispatched: the journal's clock within one instant. */
  dispatched: number
  /** Events since a moment, to notice a lab that never comes to rest; flooded once a frame found no room to wait. */
  rate: { since: SimTime; count: number; isFlooded: boolean }
  queue: EventQueue<KernelEvent>
  /** Indexed by device id; removed devices leave undefined. Index 0 is unused. */
  devices: (NetDevice | undefined)[]
  /** Indexed by namespace id. Index 0 is unused; 1 is the namespace that the lab's own shell starts in. */
  namespaces: (Netns | undefined)[]
  sockets: Map<SocketId, Socket>
  linkwatch: LinkWatch
  nextSocket: SocketId
  nextPacket: number
  /** Where the bytes of new packets come from. */
  slab: Slab
  /** Some namespace has a firewall: without one its hooks cost a test of this. */
  filtering: boolean
  /** Some namespace lets bridged frames pass its firewall (br_netfilter). */
  bridgeFiltering: boolean
  /** br_netfilter is loaded for all namespaces, those to come too. */
  bridgeNfEverywhere: boolean
  nextSeq: EventSeq
  /** The trace event that everything now is an effect of. */
  cause: EventSeq
  /** How often a keyed random value was drawn, by key. */
  draws: Map<string, number>
  out: WorldOutput
  /** Code, not state: what is registered with this kernel. */
  modules: KernelModules
}

/** An empty world; `netns.ts` adds the first namespace. */
export function createWorld(seed: string, modules: KernelModules, limits: Limits = DEFAULT_LIMITS): World {
  return {
    seed,
    limits,
    now: 0,
    dispatched: 0,
    rate: { since: 0, count: 0, isFlooded: false },
    queue: createEventQueue(),
    devices: [undefined],
    namespaces: [undefined],
    sockets: new Map(),
    linkwatch: createLinkWatch(),
    nextSocket: 1,
    nextPacket: 1,
    slab: createSlab(),
    filtering: false,
    bridgeFiltering: false,
    bridgeNfEverywhere: false,
    nextSeq: 1,
    cause: 0,
    draws: new Map(),
    out: { trace: undefined, explain: undefined, notify: undefined },
    modules,
  }
}

/** A device that must exist. */
export function deviceById(world: World, id: DeviceId): NetDevice {
  const device = world.devices[id]
  assert(device !== undefined, `device ${id} is gone`)
  return device
}

/** A namespace that must exist. */
export function netnsById(world: World, id: NetnsId): Netns {
  const netns = world.namespaces[id]
  assert(netns !== undefined, `namespace ${id} is gone`)
  return netns
}

/** The device of a namespace with this ifindex, or undefined (__dev_get_by_index). */
export function deviceByIndex(world: World, netns: Netns, ifindex: number): NetDevice | undefined {
  const id = netns.deviceByIndex.get(ifindex)
  return id === undefined ? undefined : world.devices[id]
}

/** The device of a namespace with this name, or undefined (__dev_get_by_name). */
export function deviceByName(world: World, netns: Netns, name: string): NetDevice | undefined {
  const id = netns.deviceByName.get(name)
  return id === undefined ? undefined : world.devices[id]
}
