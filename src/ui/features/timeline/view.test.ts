import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { axisWidth, foldAxis } from './fold-axis.ts'
import { EDGE_PX, fitted, fittedTo, onAxis, panned, revealed, viewStretch, viewTime, viewX, zoomed } from './view.ts'
import type { View } from './view.ts'

const AXIS = foldAxis({ fromNs: 0, toNs: 3_000_100_000 }, [
  { fromNs: 50_000, toNs: 1_000_000_000 },
  { fromNs: 1_000_040_000, toNs: 3_000_000_000 },
])
const VIEW: View = fitted({ axis: AXIS, scale: { pxPerNs: 1, foldPx: 1 }, offsetPx: 0, widthPx: 1000 })

describe('a view', () => {
  test('that fits shows the whole axis between its edges', () => {
    expect(viewX(VIEW, 0)).toBeCloseTo(EDGE_PX)
    expect(viewX(VIEW, AXIS.toNs)).toBeCloseTo(1000 - EDGE_PX)
  })

  test('that is fitted to a stretch shows just that', () => {
    const view = fittedTo(VIEW, { fromNs: 1_000_000_000, toNs: 1_000_040_000 })
    expect(viewX(view, 1_000_000_000)).toBeCloseTo(EDGE_PX, 0)
    expect(viewX(view, 1_000_040_000)).toBeCloseTo(1000 - EDGE_PX, 0)
  })

  test('keeps the moment under the pointer when it is zoomed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 800 }), fc.double({ min: 1.1, max: 20, noNaN: true }), (x, factor) => {
        const moment = viewTime(VIEW, x)
        expect(viewX(zoomed(VIEW, factor, x), moment)).toBeCloseTo(x, 1)
      }),
    )
  })

  test('zoomed out as far as it goes shows the whole axis again', () => {
    const view = zoomed(zoomed(VIEW, 30, 500), 1 / 1000, 300)
    expect(view.scale.pxPerNs).toBeCloseTo(VIEW.scale.pxPerNs)
    expect(view.offsetPx).toBeCloseTo(-EDGE_PX)
  })

  test('never leaves the axis', () => {
    const view = zoomed(VIEW, 10, 500)
    expect(panned(view, -1e9).offsetPx).toBe(-EDGE_PX)
    expect(viewX(panned(view, 1e9), AXIS.toNs)).toBeCloseTo(1000 - EDGE_PX)
  })

  test('moves no more than it must to show a moment', () => {
    const view = zoomed(VIEW, 4, 0)
    expect(revealed(view, viewTime(view, 500))).toBe(view)
    const beyond = viewTime(view, 1200)
    expect(viewX(revealed(view, beyond), beyond)).toBeCloseTo(952, 0)
    expect(viewX(revealed(view, AXIS.toNs), AXIS.toNs)).toBeLessThanOrEqual(1000)
  })

  test('keeps its place when silences are unfolded', () => {
    const view = panned(zoomed(VIEW, 20, 500), 400)
    const moment = viewTime(view, EDGE_PX)
    const unfolded = onAxis(view, foldAxis({ fromNs: 0, toNs: 3_000_100_000 }, []))
    expect(viewTime(unfolded, EDGE_PX)).toBeCloseTo(moment, -1)
    expect(axisWidth(unfolded.axis, unfolded.scale)).toBeGreaterThan(1000)
  })

  test('loads with a margin and not beyond the ends', () => {
    expect(viewStretch(VIEW, 500)).toEqual({ fromNs: 0, toNs: AXIS.toNs })
  })
})
