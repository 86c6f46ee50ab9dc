import { describe, expect, test } from 'vitest'
import { snapTo } from './snap.ts'

const box = (x: number, y: number, width = 100, height = 40) => ({ x, y, width, height })

describe('what is dragged', () => {
  test('catches on the nearest edge or middle of another, each way by itself', () => {
    expect(snapTo(box(4, 203), [box(0, 0), box(300, 200)], 6)).toMatchObject({ dx: -4, dy: -3 })
    // Middle on middle: 30 + 20 against 0 + 50.
    expect(snapTo(box(28, 300, 40), [box(0, 0)], 6)).toMatchObject({ dx: 2, dy: 0 })
    // The right edge on the left edge of another.
    expect(snapTo(box(197, 300), [box(300, 0)], 6).dx).toBe(3)
  })

  test('goes its way out of reach, and where nothing is', () => {
    expect(snapTo(box(7, 90), [box(0, 0)], 6)).toEqual({ dx: 0, dy: 0, guides: [] })
    expect(snapTo(box(7, 90), [], 6)).toEqual({ dx: 0, dy: 0, guides: [] })
  })

  test('shows each line that it shares, over everything that is on it', () => {
    const { guides } = snapTo(box(2, 100, 100), [box(0, 0, 100), box(0, 300, 60)], 6)
    expect(guides).toEqual([
      { axis: 'x', at: 0, from: 0, to: 340 },
      { axis: 'x', at: 100, from: 0, to: 140 },
      { axis: 'x', at: 50, from: 0, to: 140 },
    ])
  })

  test('catches where its gaps are equal: between two, behind them and before them', () => {
    const pair = [box(0, 0), box(160, 7)]
    // In the middle of 100 to 400, upright as well.
    expect(snapTo(box(203, 5, 91), [box(0, 0), box(400, 0)], 6)).toMatchObject({ dx: 1.5 })
    expect(snapTo(box(320 + 4, 20, 70), pair, 6).dx).toBe(-4)
    expect(snapTo(box(-130 - 5, 20, 70), pair, 6).dx).toBe(5)
    expect(snapTo(box(20, 84, 70), [box(0, 0), box(7, 60, 70)], 6)).toMatchObject({ dy: 0 })
    expect(snapTo(box(20, 125, 63), [box(0, 0), box(8, 60, 70)], 6)).toMatchObject({ dy: -5 })
    // What stands in another row has no part in it.
    expect(snapTo(box(324, 200, 70), pair, 6).dx).toBe(0)
  })

  test('shows all gaps of its row that are as wide as one of its own', () => {
    const gaps = snapTo(box(322, 20, 71), [box(0, 0), box(160, 10), box(600, 0)], 6).guides.filter(({ isGap }) => isGap)
    expect(gaps).toEqual([
      { axis: 'y', at: 25, from: 100, to: 160, isGap: true },
      { axis: 'y', at: 35, from: 260, to: 320, isGap: true },
    ])
    expect(snapTo(box(355, 20, 71), [box(0, 0), box(160, 10)], 6).guides.filter(({ isGap }) => isGap)).toEqual([])
  })

  test('shows a line that it meets without having been drawn to it', () => {
    expect(snapTo(box(0, 200), [box(0, 0)], 6).guides).toHaveLength(3)
  })
})
