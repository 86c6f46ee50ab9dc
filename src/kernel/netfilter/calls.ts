// System calls of netfilter: the firewall's rules, the table of flows, br_netfilter.
import { DONE, refuse, type SystemCall, type SystemResult } from '../system-call.ts'
import { netnsById, type World } from '../world.ts'
import { deleteConnection } from './conntrack/connection.ts'
import { editFirewall } from './edit.ts'

type NetfilterCall = Extract<SystemCall, { kind: 'firewall.edit' | 'conntrack.delete' | 'module.load' }>

export function applyNetfilterCall(world: World, call: NetfilterCall): SystemResult {
  switch (call.kind) {
    case 'firewall.edit': {
      const refused = editFirewall(world, netnsById(world, call.netns), call.changes)
      return refused === undefined ? DONE : refuse(refused.errno, refused.message)
    }
    case 'conntrack.delete':
      return deleteFlows(world, call.netns, call.ids)
    case 'module.load':
      loadBridgeNetfilter(world, call.namespaces)
      return DONE
  }
}

function deleteFlows(world: World, id: number, ids: readonly number[] | undefined): SystemResult {
  const state = netnsById(world, id).netfilter?.conntrack
  let count = 0
  for (const connection of [...(state?.connections.values() ?? [])]) {
    if (state === undefined || ids?.includes(connection.id) === false) continue
    deleteConnection(state, connection)
    count++
  }
  return { ok: true, value: count }
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
