import { expect, test, vi } from 'vitest'
import { sessionWith } from '../../../testing/page-session.ts'
import { PAIR_LAB } from '../../../testing/pair-lab.ts'
import { panned, viewStretch } from './view.ts'
import { runCommand } from '../../lab/run-actions.ts'
import { feedTimeline } from './feed.ts'
import { timelineOf } from './timeline-store.ts'

/** So many slices that the timeline is told of a run many times before its end. */
const MANY_SLICES = {
  isSliceOver: () => true,
  breathe: () => new Promise<void>((resolve) => setTimeout(resolve, 4)),
}

test('however often it is told of a run, the view shows the run from its first frame to the live edge, and stays where it is moved to', async () => {
  const session = await sessionWith(PAIR_LAB, {}, MANY_SLICES)
  const timeline = timelineOf(session)
  timeline.setState({ widthPx: 900 })
  const stop = feedTimeline(session)
  let learned = 0
  timeline.subscribe((state, before) => {
    if (state.whole !== before.whole) learned++
  })
  await runCommand(session, 'ip netns exec a ping -c 60 -i 0.01 10.0.0.2')
  await vi.waitFor(
    () => expect(timeline.getState().whole.toNs).toBeGreaterThanOrEqual(session.clock.getState().now),
    5000,
  )
  expect(learned).toBeGreaterThan(1)
  const { columns } = session.trace.getState()
  const inSight = (): readonly boolean[] => {
    const { fromNs, toNs } = viewStretch(timeline.getState())
    return [fromNs < columns.at[0]!, toNs >= session.clock.getState().now]
  }
  await vi.waitFor(() => expect(inSight()).toEqual([true, true]))
  const first = timeline.getState()
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  await vi.waitFor(() => expect(inSight()).toEqual([false, true]), 5000)
  timeline.setState(panned({ ...timeline.getState(), offsetPx: first.offsetPx }, 0))
  const moved = timeline.getState().offsetPx
  session.clock.setState(({ now }) => ({ now: now + 1 }))
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(timeline.getState().offsetPx).toBe(moved)
  stop()
})
