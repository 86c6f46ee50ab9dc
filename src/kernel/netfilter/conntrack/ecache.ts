// What those who listen hear of flows. A flow gathers its news while its packet is on the way, and they are told when the packet has come
// through. Linux: nf_conntrack_ecache.c (nf_ct_deliver_cached_events), ctnetlink_conntrack_event.
import { kernelMessage } from '../../socket/queue.ts'
import type { FlowEvent } from '../../system-call.ts'
import { type Netns } from '../../netns.ts'
import type { World } from '../../world.ts'
import type { Connection } from './connection.ts'
import { connectionView } from './view.ts'

/** What happened to a flow since it was last told of (enum ip_conntrack_events). */
export interface FlowNews {
  isNew: boolean
  /** Its protocol's state changed (IPCT_PROTOINFO). */
  state: boolean
  mark: boolean
  /** An answer came, or the flow is assured now (IPCT_REPLY, IPCT_ASSURED). */
  other: boolean
}

const noNews = (): FlowNews => ({ isNew: false, state: false, mark: false, other: false })

function* listeners(world: World, netns: Netns): Generator<number> {
  for (const id of netns.sockets) {
    const socket = world.sockets.get(id)
    if (socket?.kind === 'netlink' && socket.protocol === 'conntrack') yield id
  }
}

/** Where a new flow notes its news: nowhere while nobody listens in its namespace (nf_ct_ecache_ext_add). */
export function newsFor(world: World, netns: Netns): FlowNews | undefined {
  return listeners(world, netns).next().done === true ? undefined : noNews()
}

/** Notes what has happened to a flow (nf_conntrack_event_cache). */
export function noteFlowNews(connection: Connection, what: keyof FlowNews): void {
  if (connection.news !== undefined) connection.news[what] = true
}

/** Tells what has gathered since the last time (nf_ct_deliver_cached_events). */
export function tellFlowNews(world: World, netns: Netns, connection: Connection, portId?: number): void {
  const { news } = connection
  if (news === undefined || !(news.isNew || news.state || news.mark || news.other)) return
  connection.news = noNews()
  const kind = news.isNew ? 'new' : 'update'
  tell(world, netns, connection, kind, {
    hasState: news.state,
    hasMark: news.mark || connection.mark !== 0,
    portId,
  })
}

/** Tells that a flow has ended (IPCT_DESTROY). */
export function tellFlowEnded(world: World, netns: Netns, connection: Connection, portId: number | undefined): void {
  if (connection.news === undefined) return
  tell(world, netns, connection, 'destroy', { hasState: true, hasMark: connection.mark !== 0, portId })
}

function tell(
  world: World,
  netns: Netns,
  connection: Connection,
  kind: FlowEvent['kind'],
  { hasState, hasMark, portId }: Pick<FlowEvent, 'hasState' | 'hasMark' | 'portId'>,
): void {
  const flow: FlowEvent = { kind, flow: connectionView(connection), hasState, hasMark, portId }
  for (const id of listeners(world, netns)) {
    world.sockets.get(id)?.receiveQueue.push(kernelMessage(world, { kind: 'data', flow }))
    world.out.notify?.({ kind: 'socket', socket: id })
  }
}
