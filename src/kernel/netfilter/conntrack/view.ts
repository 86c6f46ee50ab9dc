// What the outside sees of a flow.
import type { ConntrackView } from '../../../contract/firewall.ts'
import { PROTOCOL_TCP } from '../../../wire/ipv4.ts'
import type { Connection } from './connection.ts'
import { tupleView } from './tuple.ts'

/** A flow as it is now. */
export function connectionView(connection: Connection): ConntrackView {
  return {
    id: connection.id,
    protocol: connection.original.protocol,
    state: connection.original.protocol === PROTOCOL_TCP ? connection.tcp : '',
    original: tupleView(connection.original),
    reply: tupleView(connection.reply),
    seenReply: connection.seenReply,
    assured: connection.assured,
    sourceNat: connection.sourceNat,
    destinationNat: connection.destinationNat,
    sourceNatDone: connection.sourceNatDone,
    destinationNatDone: connection.destinationNatDone,
    mark: connection.mark,
    ...(connection.counters === undefined ? {} : { counters: { ...connection.counters } }),
    expiresAt: connection.expiresAt,
  }
}
