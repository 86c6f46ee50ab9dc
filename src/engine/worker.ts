// The lab's worker: hands messages to the session and answers back. Work is done in slices of at most 8 ms, queries come first.
import { PROTOCOL_VERSION, type ReplyMessage, type RequestMessage } from '../contract/protocol.ts'
import { RequestRefused } from './request-refused.ts'
import { LabSession } from './session.ts'
import { transferablesOf } from './transferables.ts'

/** Longest stretch of work before messages that wait are looked at. */
const SLICE_MS = 8
/** Pushes of progress come at most so often. */
const PUSH_INTERVAL_MS = 50

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  postMessage(message: ReplyMessage, transfer: Transferable[]): void
  onmessage: ((event: MessageEvent<RequestMessage>) => void) | null
}

const scope = self as unknown as WorkerScope
let sliceBegan = performance.now()
let lastProgress = 0

function send(message: ReplyMessage, transfer: Transferable[] = []): void {
  scope.postMessage(message, transfer)
}

/** A turn of the message loop: queries that came meanwhile are answered. Timers would be held back to 4 ms, a channel is not. */
const channel = new MessageChannel()
let resume: (() => void) | undefined
channel.port1.onmessage = () => {
  sliceBegan = performance.now()
  resume?.()
}

const session = new LabSession(
  {
    clone: (value) => structuredClone(value),
    isSliceOver: () => performance.now() - sliceBegan >= SLICE_MS,
    breathe: () =>
      new Promise((resolve) => {
        resume = resolve
        channel.port2.postMessage(0)
      }),
  },
  (push) => {
    const now = performance.now()
    const isOneOfMany = push.kind === 'building' || (push.kind === 'progress' && push.status.running)
    if (isOneOfMany && now - lastProgress < PUSH_INTERVAL_MS) return
    lastProgress = now
    send({ kind: 'push', push })
  },
)

async function answer(message: RequestMessage): Promise<void> {
  try {
    if (message.version !== PROTOCOL_VERSION)
      throw new RequestRefused(
        `the page speaks version ${message.version} of the protocol, the engine ${String(PROTOCOL_VERSION)}; reload the page`,
      )
    const result = await session.handle(message.request)
    send({ kind: 'answer', id: message.id, answer: result }, transferablesOf(result))
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error
    send({ kind: 'refused', id: message.id, message: error.message })
  }
}

scope.onmessage = (event) => {
  sliceBegan = performance.now()
  answer(event.data).catch((error: unknown) => {
    // A fault of ours: let it reach the page as the worker's own error, which restarts the engine with the lab intact.
    setTimeout(() => {
      throw error
    }, 0)
  })
}
