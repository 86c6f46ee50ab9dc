// What is asked of the engine for one namespace, at the moment that the other tables show.
import { useEffect, useState } from 'react'
import { ConnectionLostError, RefusedError } from '../../../client/lab-client.ts'
import type { Requests } from '../../../contract/protocol.ts'
import { useNetwork, useSession } from '../../lab/context.tsx'

/** The newest answer; undefined until the first one has come. */
export function useAtCursor<K extends 'sysctls' | 'netfilter'>(
  kind: K,
  netns: number,
): Requests[K]['answer'] | undefined {
  const { client, clock } = useSession()
  const view = useNetwork((state) => state.view)
  const [answer, setAnswer] = useState<Requests[K]['answer']>()
  useEffect(() => {
    let isWanted = true
    const at = view === undefined || view.at >= clock.getState().now ? {} : { at: view.at }
    client.ask(kind, { netns, ...at }).then(
      (given) => isWanted && setAnswer(given),
      (error: unknown) => {
        if (!(error instanceof ConnectionLostError) && !(error instanceof RefusedError)) throw error
      },
    )
    return () => {
      isWanted = false
    }
  }, [client, clock, kind, netns, view])
  return answer
}
