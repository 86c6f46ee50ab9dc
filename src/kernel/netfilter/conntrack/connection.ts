// Tracked flows and the table that finds them. Linux: nf_conntrack_core.c (nf_conntrack_find_get, __nf_conntrack_confirm, nf_ct_delete).
import { SECOND_NS, type SimTime } from '../../../sim/time.ts'
import { schedule } from '../../../sim/event-queue.ts'
import type { FlowCounter } from '../../../contract/flows.ts'
import type { NetnsId } from '../../system-call.ts'
import type { DeviceId, World } from '../../world.ts'
import type { Netns } from '../../netns.ts'
import { type FlowNews, noteFlowNews, tellFlowEnded } from './ecache.ts'
import type { TcpState } from './tcp.ts'
import { CONNTRACK_SETTINGS, type ConntrackSettings } from './settings.ts'
import { tupleKey, type Tuple } from './tuple.ts'

/** A flow: struct nf_conn. */
export interface Connection {
  readonly id: number
  readonly original: Tuple
  /** Changed by NAT while the flow is not confirmed. */
  reply: Tuple
  /** In the table: its first packet got through (IPS_CONFIRMED). */
  confirmed: boolean
  /** Taken out of the table. */
  dead: boolean
  seenReply: boolean
  /** Traffic went both ways for good: not the first to be given up (IPS_ASSURED). */
  assured: boolean
  /** One end of the flow is translated (IPS_SRC_NAT, IPS_DST_NAT). */
  sourceNat: boolean
  destinationNat: boolean
  /** It has been decided whether and how to translate (IPS_SRC_NAT_DONE, IPS_DST_NAT_DONE). */
  sourceNatDone: boolean
  destinationNatDone: boolean
  /** The device whose address MASQUERADE took, or 0. */
  masqueradeDevice: DeviceId
  /** How long it lives from its confirmation on; afterwards `expiresAt` counts. */
  timeoutNs: number
  expiresAt: SimTime
  /** UDP: from when on traffic both ways makes it a stream (stream_ts). */
  streamAt: SimTime
  tcp: TcpState
  mark: number
  /** What went each way, where flows were counted when it began (struct nf_conn_acct). */
  counters: { original: FlowCounter; reply: FlowCounter } | undefined
  /** What happened since it was last told, where somebody listened when the flow began; undefined otherwise (nf_conntrack_ecache). */
  news: FlowNews | undefined
}

/** Packets that belonged to no flow, and those whose flow found its place taken (struct ip_conntrack_stat). */
export interface ConntrackStatistics {
  invalid: number
  insertFailed: number
}

/** All flows of a namespace. */
export interface ConntrackState {
  /** In the order of their confirmation. */
  connections: Map<number, Connection>
  /** By the key of either tuple: the flow's number, negative for the reply direction. */
  byTuple: Map<string, number>
  nextId: number
  settings: ConntrackSettings
  statistics: ConntrackStatistics
}

/** The flows of a namespace that has none yet. */
export function emptyConntrack(): ConntrackState {
  return {
    connections: new Map(),
    byTuple: new Map(),
    nextId: 1,
    settings: { ...CONNTRACK_SETTINGS },
    statistics: { invalid: 0, insertFailed: 0 },
  }
}

const NOTHING: FlowCounter = { packets: 0, bytes: 0 }

export interface FoundConnection {
  readonly connection: Connection
  readonly isReply: boolean
}

/** A new flow for a packet's tuple; it is in no table yet. */
export function newConnection(state: ConntrackState, original: Tuple, reply: Tuple, news?: FlowNews): Connection {
  return {
    id: state.nextId++,
    original,
    reply,
    confirmed: false,
    dead: false,
    seenReply: false,
    assured: false,
    sourceNat: false,
    destinationNat: false,
    sourceNatDone: false,
    destinationNatDone: false,
    masqueradeDevice: 0,
    timeoutNs: 0,
    expiresAt: 0,
    streamAt: 0,
    tcp: 'NONE',
    mark: 0,
    counters: state.settings.acct === 1 ? { original: NOTHING, reply: NOTHING } : undefined,
    news,
  }
}

/** The flow that a tuple belongs to, in either direction (nf_conntrack_find_get). */
export function findConnection(state: ConntrackState, tuple: Tuple): FoundConnection | undefined {
  const number = state.byTuple.get(tupleKey(tuple))
  if (number === undefined) return undefined
  const connection = state.connections.get(Math.abs(number))
  return connection === undefined ? undefined : { connection, isReply: number < 0 }
}

/** True when another flow's packets look like this already (nf_conntrack_tuple_taken). */
export function isTupleTaken(state: ConntrackState, tuple: Tuple, except: Connection): boolean {
  const found = findConnection(state, tuple)
  return found !== undefined && found.connection !== except
}

/** Puts a flow into the table: its first packet has come through. False when another took its place (__nf_conntrack_confirm). */
export function confirmConnection(world: World, netns: Netns, state: ConntrackState, connection: Connection): boolean {
  const original = tupleKey(connection.original)
  const reply = tupleKey(connection.reply)
  if (state.byTuple.has(original) || state.byTuple.has(reply)) {
    state.statistics.insertFailed++
    return false
  }
  state.byTuple.set(original, connection.id)
  // A packet to oneself may be its own answer's twin; the first direction then counts.
  if (reply !== original) state.byTuple.set(reply, -connection.id)
  state.connections.set(connection.id, connection)
  connection.confirmed = true
  connection.expiresAt = world.now + connection.timeoutNs
  planExpiry(world, netns.id, connection)
  noteFlowNews(connection, 'isNew')
  return true
}

function planExpiry(world: World, netns: NetnsId, connection: Connection): void {
  schedule(world.queue, connection.expiresAt, { kind: 'conntrack.expire', netns, id: connection.id }, false)
}

/** Gives a flow this long to live from now (nf_ct_refresh_acct). */
export function refreshConnection(world: World, netns: Netns, connection: Connection, seconds: number): void {
  const before = connection.expiresAt
  connection.timeoutNs = seconds * SECOND_NS
  connection.expiresAt = world.now + connection.timeoutNs
  // What is to end earlier than thought is looked at earlier too.
  if (connection.confirmed && connection.expiresAt < before) planExpiry(world, netns.id, connection)
}

/** Counts a packet of so many bytes that went along a flow or against it (nf_ct_acct_update). */
export function countPacket({ counters }: Connection, isReply: boolean, lengthBytes: number): void {
  if (counters === undefined) return
  const way = isReply ? 'reply' : 'original'
  const { packets, bytes } = counters[way]
  counters[way] = { packets: packets + 1, bytes: bytes + lengthBytes }
}

/** Takes a flow out of the table (nf_ct_delete); `portId` names the program that asked for it. */
export function deleteConnection(world: World, netns: Netns, connection: Connection, portId?: number): void {
  connection.dead = true
  const state = netns.netfilter?.conntrack
  if (!connection.confirmed || state === undefined) return
  tellFlowEnded(world, netns, connection, portId)
  state.connections.delete(connection.id)
  state.byTuple.delete(tupleKey(connection.original))
  state.byTuple.delete(tupleKey(connection.reply))
}

/** A flow's time may be up: packets only move `expiresAt`, so the timer looks again (gc_worker). */
export function conntrackExpire(world: World, netns: Netns, id: number): void {
  const state = netns.netfilter?.conntrack
  const connection = state?.connections.get(id)
  if (state === undefined || connection === undefined) return
  if (connection.expiresAt > world.now) planExpiry(world, netns.id, connection)
  else deleteConnection(world, netns, connection)
}
