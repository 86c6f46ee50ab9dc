import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LabRequest } from '../contract/protocol.ts'
import { inProcessTransport } from './in-process-transport.ts'
import type { RequestHandler } from './in-process-transport.ts'
import { ConnectionLostError, LabClient, RefusedError } from './lab-client.ts'
import type { ConnectionFailure } from './lab-client.ts'

const STATUS = { now: 7, firstSeq: 0, lastSeq: 0, running: false, isPaced: false, nextAction: 0, actionCount: 0 }

function clientOf(handler: RequestHandler, silenceMs = 1000): LabClient {
  return new LabClient({ connect: inProcessTransport(() => handler), silenceMs })
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a question', () => {
  test('reaches the engine with its payload and brings its own answer back', async () => {
    const asked: LabRequest[] = []
    const client = clientOf((request) => {
      asked.push(request)
      return request.kind === 'status' ? STATUS : null
    })
    const [status, nothing] = await Promise.all([client.ask('status', {}), client.ask('interrupt', {})])
    expect(status).toEqual(STATUS)
    expect(nothing).toBeNull()
    expect(asked).toEqual([{ kind: 'status' }, { kind: 'interrupt' }])
  })

  test('that is refused rejects with what the engine said', async () => {
    const client = clientOf(() => {
      throw new Error('no such action: 9')
    })
    const refusal = client.ask('why', { action: 9 })
    await expect(refusal).rejects.toBeInstanceOf(RefusedError)
    await expect(refusal).rejects.toThrow('no such action: 9')
  })
})

describe('an engine that hangs', () => {
  test('is given up after the time of silence, and every open question is rejected', async () => {
    const client = clientOf(() => new Promise(() => undefined), 1000)
    const failures: ConnectionFailure[] = []
    client.onFailure((failure) => failures.push(failure))
    const question = client.ask('status', {})
    const rejected = expect(question).rejects.toBeInstanceOf(ConnectionLostError)
    await vi.advanceTimersByTimeAsync(1000)
    await rejected
    expect(failures.map(({ kind }) => kind)).toEqual(['overrun'])
  })

  test('is not given up while it reports progress', async () => {
    let push: (() => void) | undefined
    const client = new LabClient({
      silenceMs: 1000,
      connect: inProcessTransport((send) => {
        push = () => send({ kind: 'progress', status: STATUS, action: undefined })
        return () => new Promise(() => undefined)
      }),
    })
    const failed = vi.fn()
    client.onFailure(failed)
    client.ask('play', { count: 1 }).catch(() => undefined)
    for (let step = 0; step < 5; step++) {
      await vi.advanceTimersByTimeAsync(900)
      push?.()
    }
    expect(failed).not.toHaveBeenCalled()
    client.close()
  })

  test('answers again after a restart', async () => {
    let starts = 0
    const client = new LabClient({
      silenceMs: 100,
      connect: inProcessTransport(() => {
        starts++
        return starts === 1 ? () => new Promise(() => undefined) : () => STATUS
      }),
    })
    client.onFailure(() => client.restart())
    const first = client.ask('status', {}).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(100)
    expect(await first).toBeInstanceOf(ConnectionLostError)
    expect(await client.ask('status', {})).toEqual(STATUS)
  })
})

test('a closed client refuses at once', async () => {
  const client = clientOf(() => STATUS)
  client.close()
  await expect(client.ask('status', {})).rejects.toBeInstanceOf(ConnectionLostError)
})
