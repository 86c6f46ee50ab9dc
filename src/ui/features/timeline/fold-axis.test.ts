import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { axisWidth, fitScale, foldAxis, foldsBetween, scaleOf, timeOfX, xOfTime, zoomedScale } from './fold-axis.ts'
import type { FoldAxis, Stretch } from './fold-axis.ts'

/** Activity, then silence, and so on: lengths in nanoseconds, from half a microsecond to minutes. */
const axes = fc
  .array(fc.tuple(fc.integer({ min: 500, max: 500_000 }), fc.integer({ min: 100_000, max: 90_000_000_000 })), {
    minLength: 1,
    maxLength: 40,
  })
  .map((parts): FoldAxis => {
    let at = 0
    const idle: Stretch[] = []
    for (const [activeNs, idleNs] of parts) {
      at += activeNs
      idle.push({ fromNs: at, toNs: at + idleNs })
      at += idleNs
    }
    return foldAxis({ fromNs: 0, toNs: at + 10_000 }, idle)
  })
const scales = fc.double({ min: 1e-8, max: 0.25, noNaN: true })
const shares = fc.double({ min: 0, max: 1, noNaN: true })

describe('an axis with folds', () => {
  test('maps time to a place and back', () => {
    fc.assert(
      fc.property(axes, scales, shares, (axis, pxPerNs, share) => {
        const scale = scaleOf(axis, pxPerNs)
        const moment = axis.fromNs + share * (axis.toNs - axis.fromNs)
        const back = timeOfX(axis, scale, xOfTime(axis, scale, moment))
        expect(Math.abs(back - moment)).toBeLessThan(1e-6 * axis.toNs)
      }),
    )
  })

  test('maps a place to time and back', () => {
    fc.assert(
      fc.property(axes, scales, shares, (axis, pxPerNs, share) => {
        const scale = scaleOf(axis, pxPerNs)
        const x = share * axisWidth(axis, scale)
        expect(xOfTime(axis, scale, timeOfX(axis, scale, x))).toBeCloseTo(x, 3)
      }),
    )
  })

  test('is exact to a nanosecond where something happens', () => {
    fc.assert(
      fc.property(axes, fc.nat(), shares, (axis, pick, share) => {
        const scale = scaleOf(axis, 0.02)
        const index = pick % axis.starts.length
        const [start, end] = [axis.starts[index] ?? 0, axis.ends[index] ?? 0]
        const moment = start + share * (end - start)
        expect(Math.abs(timeOfX(axis, scale, xOfTime(axis, scale, moment)) - moment)).toBeLessThan(0.1)
      }),
    )
  })

  test('never turns back', () => {
    fc.assert(
      fc.property(axes, scales, shares, shares, (axis, pxPerNs, a, b) => {
        const scale = scaleOf(axis, pxPerNs)
        const [early, late] = [Math.min(a, b) * axis.toNs, Math.max(a, b) * axis.toNs]
        expect(xOfTime(axis, scale, early)).toBeLessThanOrEqual(xOfTime(axis, scale, late))
      }),
    )
  })

  test('fits the width it is fitted to', () => {
    fc.assert(
      fc.property(axes, fc.integer({ min: 200, max: 3000 }), (axis, widthPx) => {
        const width = axisWidth(axis, fitScale(axis, widthPx))
        // A short trace stops at the closest look instead.
        expect(width).toBeLessThanOrEqual(widthPx + 1e-6)
        if (fitScale(axis, widthPx).pxPerNs < 0.25) expect(width).toBeCloseTo(widthPx, 4)
      }),
    )
  })

  test('zooms no further out than the whole and no closer than a hop', () => {
    fc.assert(
      fc.property(axes, scales, fc.double({ min: 0.001, max: 1000, noNaN: true }), (axis, pxPerNs, factor) => {
        const zoomed = zoomedScale(axis, scaleOf(axis, pxPerNs), factor, 1000)
        expect(zoomed.pxPerNs).toBeGreaterThanOrEqual(fitScale(axis, 1000).pxPerNs)
        expect(zoomed.pxPerNs).toBeLessThanOrEqual(0.25)
      }),
    )
  })
})

describe('folds', () => {
  const ping = foldAxis({ fromNs: 0, toNs: 1_000_050_000 }, [{ fromNs: 40_000, toNs: 1_000_000_000 }])

  test('leave room beside the frames at their ends', () => {
    const [fold] = foldsBetween(ping, scaleOf(ping, 0.01), 0, 2000)
    expect(fold?.fromNs).toBe(43_000)
    expect(fold?.toNs).toBe(999_997_000)
    expect(fold?.x).toBeCloseTo(430)
  })

  test('are only those in sight', () => {
    expect(foldsBetween(ping, scaleOf(ping, 0.01), 0, 400)).toEqual([])
    expect(foldsBetween(ping, scaleOf(ping, 0.01), 900, 1000)).toEqual([])
  })

  test('are left out where the silence is too short to be worth a mark', () => {
    expect(foldAxis({ fromNs: 0, toNs: 60_000 }, [{ fromNs: 10_000, toNs: 22_000 }]).starts.length).toBe(1)
  })

  test('of an axis without silence are none', () => {
    const plain = foldAxis({ fromNs: 5, toNs: 1005 }, [])
    expect(xOfTime(plain, { pxPerNs: 0.1, foldPx: 40 }, 505)).toBeCloseTo(50)
    expect(foldsBetween(plain, { pxPerNs: 0.1, foldPx: 40 }, 0, 100)).toEqual([])
  })
})
