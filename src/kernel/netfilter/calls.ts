// System calls of netfilter: the firewall's rules, the table of flows, br_netfilter.
import { DONE, type FlowChanges, type FlowSpec, refuse, type SystemCall, type SystemResult } from '../system-call.ts'
import type { FlowTupleView } from '../../contract/firewall.ts'
import { SECOND_NS } from '../../sim/time.ts'
import type { Netns } from '../netns.ts'
import { netnsById, type World } from '../world.ts'
import { confirmConnection, deleteConnection, newConnection, refreshConnection } from './conntrack/connection.ts'
import { newsFor, noteFlowNews, tellFlowNews } from './conntrack/ecache.ts'
import { TCP_STATES } from './conntrack/tcp.ts'
import { invertTuple, type Tuple } from './conntrack/tuple.ts'
import { editFirewall } from './edit.ts'
import { setupNat } from './nat/setup.ts'
import { netfilterOf } from './state.ts'

type NetfilterCall = Extract<SystemCall, { kind: 'firewall.edit' | 'module.load' | `conntrack.${string}` }>

export function applyNetfilterCall(world: World, call: NetfilterCall): SystemResult {
  switch (call.kind) {
    case 'firewall.edit': {
      const refused = editFirewall(world, netnsById(world, call.netns), call.changes)
      return refused === undefined ? DONE : refuse(refused.errno, refused.message)
    }
    case 'conntrack.delete':
      return deleteFlows(world, call.netns, call.ids, call.portId)
    case 'conntrack.create':
      return createFlow(world, netnsById(world, call.netns), call.flow, call.portId)
    case 'conntrack.update':
      return updateFlow(world, netnsById(world, call.netns), call.id, call.changes, call.portId)
    case 'module.load':
      loadBridgeNetfilter(world, call.namespaces)
      return DONE
  }
}

function deleteFlows(
  world: World,
  id: number,
  ids: readonly number[] | undefined,
  portId: number | undefined,
): SystemResult {
  const netns = netnsById(world, id)
  const state = netns.netfilter?.conntrack
  let count = 0
  for (const connection of [...(state?.connections.values() ?? [])]) {
    if (state === undefined || ids?.includes(connection.id) === false) continue
    deleteConnection(world, netns, connection, portId)
    count++
  }
  return { ok: true, value: count }
}

const tupleOfView = (protocol: number, view: FlowTupleView): Tuple => ({
  protocol,
  source: view.source,
  destination: view.destination,
  sourcePort: view.icmp?.id ?? view.sourcePort,
  destinationPort: view.icmp === undefined ? view.destinationPort : view.icmp.type * 256 + view.icmp.code,
})

/** A flow that no packet began (ctnetlink_create_conntrack). */
function createFlow(world: World, netns: Netns, spec: FlowSpec, portId: number | undefined): SystemResult {
  const state = netfilterOf(netns).conntrack
  const original = tupleOfView(spec.protocol, spec.original)
  const reply = spec.reply === undefined ? invertTuple(original) : tupleOfView(spec.protocol, spec.reply)
  if (reply === undefined) return refuse('EINVAL')
  const connection = newConnection(state, original, reply, newsFor(world, netns))
  connection.timeoutNs = spec.timeoutSeconds * SECOND_NS
  connection.mark = spec.mark
  connection.seenReply = spec.seenReply
  connection.assured = spec.assured
  connection.tcp = TCP_STATES.find((name) => name === spec.state) ?? 'NONE'
  if (spec.sourceNat !== undefined) setupNat(world, state, connection, spec.sourceNat, 'source')
  if (spec.destinationNat !== undefined) setupNat(world, state, connection, spec.destinationNat, 'destination')
  if (!confirmConnection(world, netns, state, connection)) return refuse('EEXIST')
  for (const what of ['state', 'mark'] as const) noteFlowNews(connection, what)
  tellFlowNews(world, netns, connection, portId)
  return { ok: true, value: connection.id }
}

/** Changes what user space may change of a flow (ctnetlink_change_conntrack). */
function updateFlow(
  world: World,
  netns: Netns,
  id: number,
  changes: FlowChanges,
  portId: number | undefined,
): SystemResult {
  const connection = netns.netfilter?.conntrack.connections.get(id)
  if (connection === undefined) return refuse('ENOENT')
  if (changes.timeoutSeconds !== undefined) refreshConnection(world, netns, connection, changes.timeoutSeconds)
  connection.mark = changes.mark ?? connection.mark
  // A flow keeps what it has reached: no status is taken back.
  connection.seenReply ||= changes.seenReply === true
  connection.assured ||= changes.assured === true
  for (const what of ['state', 'mark', 'other'] as const) noteFlowNews(connection, what)
  tellFlowNews(world, netns, connection, portId)
  return DONE
}

/** br_netfilter switches itself on for every namespace that it is loaded for (brnf_init_net). */
function loadBridgeNetfilter(world: World, namespaces: readonly number[] | undefined): void {
  world.bridgeFiltering = true
  if (namespaces === undefined) world.bridgeNfEverywhere = true
  for (const netns of world.namespaces) {
    if (netns === undefined || namespaces?.includes(netns.id) === false) continue
    netns.bridgeNf ??= { callIptables: 1 }
  }
}
