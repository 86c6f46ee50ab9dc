// The engine in the same thread: for tests and tools. Answers come in a later microtask, as they would from a worker.
import { PROTOCOL_VERSION } from '../contract/protocol.ts'
import type { LabPush, LabRequest } from '../contract/protocol.ts'
import type { Transport, TransportEvents, TransportFactory } from './transport.ts'

/** What answers requests: returns or resolves to the answer, throws or rejects to refuse. */
export type RequestHandler = (request: LabRequest) => unknown

/** Connects to a function; `startEngine` runs once a connection, so that a restart begins afresh. */
export function inProcessTransport(startEngine: (push: (push: LabPush) => void) => RequestHandler): TransportFactory {
  return ({ onReply }: TransportEvents): Transport => {
    let isOpen = true
    const handle = startEngine((push) => {
      if (isOpen) onReply({ kind: 'push', push })
    })
    return {
      post: ({ id, version, request }) => {
        const answer = async (): Promise<unknown> => {
          if (version !== PROTOCOL_VERSION)
            throw new Error(`protocol ${PROTOCOL_VERSION} is spoken here, not ${version}`)
          return await handle(request)
        }
        answer().then(
          (value) => isOpen && onReply({ kind: 'answer', id, answer: value }),
          (error: unknown) => isOpen && onReply({ kind: 'refused', id, message: messageOf(error) }),
        )
      },
      close: () => {
        isOpen = false
      },
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
