// The kernel with its journal: what processes call and what reads give. See api.ts for the boundary.
import { createSlab } from '../base/slab.ts'
import type { EventSeq } from '../contract/trace-events.ts'
import type { JournalEntry, Snapshot } from '../sim/journal.ts'
import type { Kernel, KernelReads } from './api.ts'
import { nexthopObjectViews } from './ipv4/nexthop-object.ts'
import { learnedDestinations, routeGet, routeViews, ruleViews, tableExists } from './ipv4/route-views.ts'
import { fdbViews } from './link/bridge/views.ts'
import { linkView, linkViewByName, linkViews } from './link/link-views.ts'
import { neighViews } from './neigh/neigh-admin.ts'
import { conntrackStatistics, conntrackViews, firewallRuleCount, firewallView } from './netfilter/views.ts'
import { netnsByName } from './netns-calls.ts'
import { LimitExceeded } from './limits.ts'
import { runUntil, step } from './run.ts'
import { socketView, socketViews, tcpReadable, tcpWritable } from './socket/tcp/views.ts'
import { endStorm } from './storm.ts'
import { sysctlList, sysctlRead } from './sysctl/table.ts'
import type { SystemCall, SystemResult } from './system-call.ts'
import { applySystemCall } from './system-calls.ts'
import { actionBegan, actionEnded } from './trace.ts'
import { deviceByIndex, netnsById, type World } from './world.ts'

/** What can be put into a kernel from outside. */
export type KernelInput =
  | SystemCall
  /** A storm that reached a limit is over: its frames are gone. */
  | { readonly kind: 'storm.end' }
  | { readonly kind: 'action.begin'; readonly index: number }
  | { readonly kind: 'action.end'; readonly index: number; readonly exit: number }

export type KernelJournal = JournalEntry<KernelInput>[]
export type KernelSnapshot = Snapshot<World>

/** Reads of a world: tables as records. */
export function kernelReads(world: World): KernelReads {
  return {
    now: () => world.now,
    namespaces: () =>
      world.namespaces.flatMap((netns) => {
        if (netns === undefined) return []
        const { id, name, isAnonymous } = netns
        return [isAnonymous ? { netns: id, name, isAnonymous } : { netns: id, name }]
      }),
    netnsByName: (name) => netnsByName(world, name)?.id,
    netnsName: (id) => world.namespaces[id]?.name,
    isAnonymousNetns: (id) => world.namespaces[id]?.isAnonymous ?? false,
    links: (id) => linkViews(world, netnsById(world, id)),
    link(id, ifindex) {
      const device = deviceByIndex(world, netnsById(world, id), ifindex)
      return device === undefined ? undefined : linkView(world, device)
    },
    linkByName: (id, name) => linkViewByName(world, netnsById(world, id), name),
    device(id) {
      const device = world.devices[id]
      return device === undefined ? undefined : linkView(world, device)
    },
    routes: (id, table) => routeViews(world, netnsById(world, id), table),
    tableExists: (id, table) => tableExists(netnsById(world, id), table),
    rules: (id) => ruleViews(netnsById(world, id)),
    nexthopObjects: (id) => nexthopObjectViews(netnsById(world, id)),
    neighbours: (id) => neighViews(world, netnsById(world, id)),
    fdb: (id) => fdbViews(world, netnsById(world, id)),
    learnedDestinations: (id) => learnedDestinations(world, netnsById(world, id)),
    routeGet: (id, query) => routeGet(world, netnsById(world, id), query),
    sysctl: (id, key) => sysctlRead(world, netnsById(world, id), key),
    sysctls: (id) => sysctlList(world, netnsById(world, id)),
    sockets: (id) => socketViews(world, netnsById(world, id)),
    socket(id) {
      const socket = world.sockets.get(id)
      return socket === undefined ? undefined : socketView(world, socket)
    },
    socketPeek: (id) => world.sockets.get(id)?.receiveQueue[0],
    firewall: (id) => firewallView(netnsById(world, id)),
    firewallRuleCount: (id) => firewallRuleCount(netnsById(world, id)),
    conntrack: (id) => conntrackViews(netnsById(world, id)),
    conntrackStatistics: (id) => conntrackStatistics(netnsById(world, id)),
    socketReadable(id) {
      const socket = world.sockets.get(id)
      if (socket?.kind === 'tcp') return tcpReadable(socket)
      return socket !== undefined && (socket.receiveQueue.length > 0 || socket.errorQueue.length > 0)
    },
    socketWritable(id) {
      const socket = world.sockets.get(id)
      return socket?.kind === 'tcp' ? tcpWritable(socket) : socket !== undefined
    },
  }
}

/** Applies one input to a world. */
function applyInput(world: World, input: KernelInput): SystemResult {
  world.out.explain?.begin()
  if (input.kind === 'action.begin') return { ok: true, value: actionBegan(world, input.index) }
  if (input.kind === 'action.end') return { ok: true, value: actionEnded(world, input.index, input.exit) }
  if (input.kind === 'storm.end') {
    endStorm(world)
    return { ok: true, value: 0 }
  }
  return applySystemCall(world, input)
}

/** A kernel for processes. Inputs go to `journal` unless it is undefined. */
export class JournalledKernel implements Kernel {
  readonly world: World
  readonly read: KernelReads
  readonly journal: KernelJournal | undefined

  constructor(world: World, journal: KernelJournal | undefined) {
    this.world = world
    this.read = kernelReads(world)
    this.journal = journal
  }

  call(call: SystemCall): SystemResult {
    return this.input(call)
  }

  /** The same kernel for the programs of one action: effects of their calls name that action's beginning, also of those in the background. */
  actingFor(cause: () => EventSeq): Kernel {
    return { read: this.read, call: (call) => this.input(call, cause()) }
  }

  /** Puts an input in at the present moment; `cause` is the trace event that its effects name, 0 for none. */
  input(input: KernelInput, cause: EventSeq = 0): SystemResult {
    const { world, journal } = this
    // A program that finds nothing to read has changed nothing.
    if (input.kind === 'socket.receive' && !this.read.socketReadable(input.socket))
      return { ok: false, error: { errno: 'EAGAIN' } }
    journal?.push({ at: world.now, dispatched: world.dispatched, cause, input })
    world.cause = cause
    return applyInput(world, input)
  }

  /** Writes down that an action begins. */
  noteBegin(index: number): EventSeq {
    const result = this.input({ kind: 'action.begin', index }, 0)
    return result.ok ? result.value : 0
  }

  noteEnd(index: number, exit: number, cause: EventSeq): void {
    this.input({ kind: 'action.end', index, exit }, cause)
  }
}

/** Copies a world as it is now. `clone` copies plain data; the caller brings it, as the engine has no such thing of its own. */
export function takeSnapshot(world: World, journalLength: number, clone: <T>(value: T) => T): KernelSnapshot {
  return {
    at: world.now,
    dispatched: world.dispatched,
    journalLength,
    nextSeq: world.nextSeq,
    state: cloneWorld(world, clone),
  }
}

/** A world of its own with the same state, without listeners. */
export function cloneWorld(world: World, clone: <T>(value: T) => T): World {
  const { out: _out, modules, slab: _slab, ...state } = world
  return Object.assign(clone(state), {
    slab: createSlab(),
    out: { trace: undefined, explain: undefined, notify: undefined },
    modules,
  })
}

/** Where a replay ends. */
export type ReplayEnd =
  /** All that happened up to and including a time. */
  | { readonly kind: 'time'; readonly at: number }
  /** As soon as a trace event has been made. */
  | { readonly kind: 'seq'; readonly seq: number }

/** One event of a replay; a limit that is reached right where an input follows is what the input came after. */
function stepUpTo(world: World, dispatched: number): boolean {
  try {
    return step(world)
  } catch (error) {
    if (!(error instanceof LimitExceeded) || world.dispatched < dispatched) throw error
    return true
  }
}

/** Runs a world on with the inputs of a journal, from entry `from` on, with no process (replay). */
export function replay(world: World, journal: KernelJournal, from: number, end: ReplayEnd): void {
  const over = (): boolean => end.kind === 'seq' && world.nextSeq > end.seq
  for (let index = from; index < journal.length && !over(); index++) {
    const entry = journal[index]
    if (entry === undefined || (end.kind === 'time' && entry.at > end.at)) break
    while (world.dispatched < entry.dispatched && !over()) if (!stepUpTo(world, entry.dispatched)) break
    if (over()) return
    if (entry.at > world.now) world.now = entry.at
    world.cause = entry.cause
    applyInput(world, entry.input)
  }
  if (end.kind === 'time') runUntil(world, end.at)
  else while (!over()) if (!step(world)) break
}
