import { describe, expect, test } from 'vitest'
import type { TraceEvent, TraceKind } from '../../../contract/trace-events.ts'
import { fateOf, mainVerdict } from './fate.ts'

const event = (seq: number, kind: TraceKind, cause: number): TraceEvent => ({
  seq,
  at: seq * 1000,
  kind,
  cause,
  device: 1,
  netns: 1,
  packet: 1,
  code: 0,
  a: 0,
  b: 0,
  c: 0,
  frameAt: 0,
  frameLength: 0,
})
const STORY = [
  event(1, 'net.dev_xmit', 0),
  event(2, 'net.netif_receive_skb', 1),
  event(3, 'lab.decision', 2),
  event(4, 'lab.decision', 3),
  event(5, 'net.dev_xmit', 4),
  event(6, 'net.netif_receive_skb', 5),
  event(7, 'skb.kfree_skb', 6),
]

describe('the fate of a frame', () => {
  test('is what was decided because of it, up to where it is seen next', () => {
    const fate = fateOf(STORY[1]!, STORY)
    expect(fate.verdicts.map(({ seq }) => seq)).toEqual([3, 4])
    expect(fate.next.map(({ seq }) => seq)).toEqual([5])
    expect(mainVerdict(fate)?.seq).toBe(4)
  })

  test('is to be passed on when nothing was decided', () => {
    const fate = fateOf(STORY[0]!, STORY)
    expect(fate.verdicts).toEqual([])
    expect(fate.next.map(({ seq }) => seq)).toEqual([2])
    expect(mainVerdict(fate)).toBeUndefined()
  })

  test('is its death when it died', () => {
    expect(mainVerdict(fateOf(STORY[5]!, STORY))?.kind).toBe('skb.kfree_skb')
    expect(fateOf(STORY[6]!, STORY).verdicts.map(({ seq }) => seq)).toEqual([7])
  })
})
