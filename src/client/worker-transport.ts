// The engine in a Web Worker. The composition root passes the constructor, because bundlers find workers by a literal `new URL`.
import type { ReplyMessage } from '../contract/protocol.ts'
import type { Transport, TransportEvents, TransportFactory } from './transport.ts'

/** Connects to a worker; each connection starts a new one and `close` ends it at once, whatever it is doing. */
export function workerTransport(startWorker: () => Worker): TransportFactory {
  return ({ onReply, onFailure }: TransportEvents): Transport => {
    const worker = startWorker()
    let isOpen = true
    worker.onmessage = (event: MessageEvent<unknown>) => {
      if (!isOpen) return
      if (isReply(event.data)) onReply(event.data)
      else onFailure('the engine sent a message of an unknown form')
    }
    worker.onerror = (event) => {
      event.preventDefault()
      if (isOpen) onFailure(event.message === '' ? 'the engine could not be loaded' : event.message)
    }
    worker.onmessageerror = () => {
      if (isOpen) onFailure('a message of the engine could not be read')
    }
    return {
      post: (message) => worker.postMessage(message),
      close: () => {
        isOpen = false
        worker.terminate()
      },
    }
  }
}

function isReply(data: unknown): data is ReplyMessage {
  if (typeof data !== 'object' || data === null || !('kind' in data)) return false
  return data.kind === 'answer' || data.kind === 'refused' || data.kind === 'push'
}
