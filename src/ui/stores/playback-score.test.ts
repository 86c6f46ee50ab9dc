import { describe, expect, test } from 'vitest'
import { momentAt, playMsAt, playedGapMs, scoreOf, stepFrom } from './playback-score.ts'

const SECOND = 1e9

describe('the score of a ping that waits a second', () => {
  const score = scoreOf([1000, 1000, 3000, SECOND, SECOND + 2000], 0, 2 * SECOND)

  test('holds each moment once, and both ends', () => {
    expect([...score.at]).toEqual([0, 1000, 3000, SECOND, SECOND + 2000, 2 * SECOND])
  })

  test('plays a second of waiting only a few times longer than a hop', () => {
    const [hop, wait] = [playedGapMs(2000), playedGapMs(SECOND)]
    expect(wait).toBeGreaterThan(hop)
    expect(wait).toBeLessThan(hop * 6)
  })

  test('leads from a moment to playing time and back', () => {
    for (const moment of [0, 500, 1000, 2000, SECOND / 2, SECOND, 2 * SECOND]) {
      expect(momentAt(score, playMsAt(score, moment))).toBeCloseTo(moment, 0)
    }
  })

  test('stands still before its beginning and after its end', () => {
    expect(momentAt(score, -5)).toBe(0)
    expect(momentAt(score, 1e9)).toBe(2 * SECOND)
  })

  test('steps from event to event in both directions', () => {
    expect(stepFrom(score, 1000, 1)).toBe(3000)
    expect(stepFrom(score, 1000, -1)).toBe(0)
    expect(stepFrom(score, 2 * SECOND, 1)).toBeUndefined()
  })
})

test('a stretch in which nothing happens still plays', () => {
  const score = scoreOf([], 0, SECOND)
  expect(momentAt(score, playedGapMs(SECOND))).toBe(SECOND)
})
