import { describe, expect, test } from 'vitest'
import { CALICO_DEVICE as D } from '../../../testing/fixtures/calico-network.ts'
import { CALICO_PING } from '../../../testing/fixtures/calico-sightings.ts'
import { scoreOf } from '../../stores/playback-score.ts'
import { framesAt, indexOfSeq, seenAt } from './frames-at.ts'

const SCORE = scoreOf(CALICO_PING.at, 0, 691_000_000)

describe('frames at a moment', () => {
  test('half way between the two sightings of a hop a frame is half way along its edge', () => {
    const expected = { edge: `${D.ctrAEth0}>${D.hostAVeth0}`, from: D.ctrAEth0, to: D.hostAVeth0, t: 0.5 }
    expect(framesAt(2_000, CALICO_PING)).toEqual([{ ...expected, glyph: 'arp-request', seq: 4 }])
  })

  test('an answer does not travel from the question to where it is born', () => {
    expect(framesAt(300_000_000, CALICO_PING)).toEqual([])
  })

  test('a frame that a host forwards passes from its one device to the other', () => {
    expect(framesAt(690_009_000, CALICO_PING)).toMatchObject([{ from: D.hostAVeth0, to: D.hostAEth0, t: 0.5 }])
  })

  test('at the moment of a sighting the frame has arrived', () => {
    expect(framesAt(690_012_000, CALICO_PING)).toMatchObject([{ to: D.pA, t: 1 }])
  })

  test('before the first frame and after the last there is none', () => {
    expect(framesAt(0, CALICO_PING)).toEqual([])
    expect(framesAt(690_999_000, CALICO_PING)).toEqual([])
  })
})

describe('frames just seen', () => {
  test('show where a frame was born, with full strength at the moment itself', () => {
    expect(seenAt(690_003_000, CALICO_PING, SCORE)).toContainEqual({
      device: D.hostAVeth0,
      glyph: 'arp-reply',
      seq: 8,
      strength: 1,
    })
  })

  test('keep a drop longer than an arrival', () => {
    const later = 690_900_000
    expect(seenAt(later, CALICO_PING, SCORE).map(({ glyph }) => glyph)).toEqual(['drop'])
  })
})

test('a sighting is found by its number, and a number that is no sighting is not', () => {
  expect(indexOfSeq(CALICO_PING, 8)).toBe(2)
  expect(indexOfSeq(CALICO_PING, 7)).toBeUndefined()
  expect(indexOfSeq(CALICO_PING, 0)).toBeUndefined()
})
