// How requests reach the engine: a worker in the page, a function call in tests. The client above knows neither.
import type { ReplyMessage, RequestMessage } from '../contract/protocol.ts'

/** What a transport tells its owner. */
export interface TransportEvents {
  readonly onReply: (message: ReplyMessage) => void
  /** The other side is gone or talks nonsense; nothing that was asked will be answered. */
  readonly onFailure: (reason: string) => void
}

/** One connection to one engine. After `close` it stays silent. */
export interface Transport {
  readonly post: (message: RequestMessage) => void
  readonly close: () => void
}

/** Makes a fresh connection to a fresh engine: called at the start, and again after a crash. */
export type TransportFactory = (events: TransportEvents) => Transport
