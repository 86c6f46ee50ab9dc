import { describe, expect, test } from 'vitest'
import { countWithin, planParts } from './density.ts'
import { axisWidth, fitScale, foldAxis } from './fold-axis.ts'
import type { Stretch } from './fold-axis.ts'

const axisOf = (bursts: number) => {
  const idle: Stretch[] = []
  for (let burst = 1; burst < bursts; burst++) idle.push({ fromNs: (burst - 1) * 1e9 + 50_000, toNs: burst * 1e9 })
  return foldAxis({ fromNs: 0, toNs: (bursts - 1) * 1e9 + 50_000 }, idle)
}

describe('the parts of a wide view', () => {
  test('are the active stretches while they are few', () => {
    const axis = axisOf(3)
    const parts = planParts(axis, fitScale(axis, 900), { fromNs: 0, toNs: axis.toNs })
    expect(parts.map(({ fromNs }) => fromNs)).toEqual([0, 1e9 - 3000, 2e9 - 3000])
    expect(parts.every(({ bucketCount }) => bucketCount > 50)).toBe(true)
  })

  test('are runs of stretches when there are many, and cover all of them', () => {
    const axis = axisOf(5000)
    const scale = fitScale(axis, 1200)
    const parts = planParts(axis, scale, { fromNs: 0, toNs: axis.toNs })
    expect(parts.length).toBeLessThanOrEqual(13)
    expect(parts[0]?.fromNs).toBe(0)
    expect(parts.at(-1)?.toNs).toBe(axis.toNs)
    const slices = parts.reduce((sum, { bucketCount }) => sum + bucketCount, 0)
    expect(slices).toBeGreaterThan(axisWidth(axis, scale) / 5)
  })

  test('are those in sight only', () => {
    const axis = axisOf(3)
    const parts = planParts(axis, fitScale(axis, 900), { fromNs: 10_000, toNs: 500_000_000 })
    expect(parts).toHaveLength(1)
    expect(parts[0]?.fromNs).toBe(10_000)
  })
})

test('sightings are counted by whole slices', () => {
  const lanes = [
    { device: 1, counts: Uint32Array.of(1, 2, 4), drops: new Uint32Array(3), glyph: new Uint8Array(3) },
    { device: 2, counts: Uint32Array.of(8, 0, 0), drops: new Uint32Array(3), glyph: new Uint8Array(3) },
  ]
  const part = { fromNs: 0, toNs: 300, bucketCount: 3, lanes }
  expect(countWithin([part], { fromNs: 150, toNs: 160 })).toBe(2)
  expect(countWithin([part], { fromNs: 0, toNs: 1000 })).toBe(15)
  expect(countWithin([part], { fromNs: 400, toNs: 1000 })).toBe(0)
})
