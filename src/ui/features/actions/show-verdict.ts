// The way from an explanation to the frame that it is about.
import type { TraceKind } from '../../../contract/trace-events.ts'
import type { WhyAnswer } from '../../../contract/protocol.ts'
import { frameDetail } from '../../lab/frame-details.ts'
import type { LabSession } from '../../lab/session.ts'
import { showFrame } from '../timeline/navigate.ts'

const FRAME_KINDS: readonly TraceKind[] = ['net.dev_xmit', 'net.netif_receive_skb', 'skb.kfree_skb']
/** Decisions follow each other for a few steps at most. */
const MOST_STEPS = 8

/** Selects the frame that a verdict was about and moves the cursor to it. A decision is no frame: the one that caused it is. */
export async function showVerdict(session: LabSession, { verdict, chain }: WhyAnswer): Promise<void> {
  for (const seq of [verdict, ...chain.toReversed()]) {
    const frame = await frameBehind(session, seq)
    if (frame === undefined) continue
    session.view.setState({ narrowTab: 'packet' })
    await showFrame(session, frame)
    return
  }
}

async function frameBehind(session: LabSession, seq: number): Promise<number | undefined> {
  let at = seq
  for (let step = 0; step < MOST_STEPS && at !== 0; step++) {
    const detail = await frameDetail(session, at)
    if (detail === undefined) return undefined
    const { event, bytes } = detail
    if (FRAME_KINDS.includes(event.kind) && bytes.length > 0) return at
    at = event.cause
  }
  return undefined
}
