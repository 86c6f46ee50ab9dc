// A lab session as the page sees it, without a worker between.
import type { LabPush, LabRequest, RequestKind, RequestOf, Requests } from '../contract/protocol.ts'
import { LabSession } from '../engine/session.ts'

export interface SessionProbe {
  readonly pushes: readonly LabPush[]
  ask<K extends RequestKind>(request: RequestOf<K>): Promise<Requests[K]['answer']>
}

export function sessionProbe(): SessionProbe {
  const pushes: LabPush[] = []
  const session = new LabSession({ clone: structuredClone }, (push) => pushes.push(push))
  return { pushes, ask: (request) => session.handle(request as LabRequest) as never }
}
