import { describe, expect, test } from 'vitest'
import { ALIGNMENTS, aligned } from './align.ts'
import { alignmentOf, ALIGN_KEYS } from './align-keys.ts'

const box = (x: number, y: number, width = 100, height = 50) => ({ x, y, width, height })

describe('lining up', () => {
  const boxes = [
    { name: 'a', box: box(0, 10) },
    { name: 'b', box: box(300, 0, 140) },
    { name: 'c', box: box(120, 70, 100, 90) },
  ]
  const xs = (alignment: (typeof ALIGNMENTS)[number]) => [...aligned(boxes, alignment).values()].map(({ x }) => x)
  const ys = (alignment: (typeof ALIGNMENTS)[number]) => [...aligned(boxes, alignment).values()].map(({ y }) => y)

  test('puts one edge of all where the outermost has it, and moves nothing the other way', () => {
    expect(xs('left')).toEqual([0, 0, 0])
    expect(xs('right')).toEqual([340, 300, 340])
    expect(ys('top')).toEqual([0, 0, 0])
    expect(ys('bottom')).toEqual([110, 110, 70])
    expect(xs('bottom')).toEqual([0, 300, 120])
  })

  test('puts beside another, in their order, what would lie on it', () => {
    const ysOf = aligned(boxes, 'left')
    expect(boxes.map(({ name }) => ysOf.get(name)?.y)).toEqual([74, 0, 148])
    const apart = [boxes[0], { name: 'c', box: box(120, 70, 100, 90) }].flatMap((each) => each ?? [])
    expect([...aligned(apart, 'left').values()]).toEqual([
      { x: 0, y: 10 },
      { x: 0, y: 70 },
    ])
    expect(xs('top')).toEqual([0, 300, 120])
  })

  test('puts the middles on the middle of all', () => {
    expect(xs('centre')).toEqual([170, 150, 170])
    expect(ys('middle')).toEqual([55, 55, 35])
  })

  test('spaces evenly between the outermost two, in their order', () => {
    const places = aligned(boxes, 'columns')
    expect([places.get('a')?.x, places.get('c')?.x, places.get('b')?.x]).toEqual([0, 150, 300])
    expect(places.get('c')?.y).toBe(70)
  })

  test('is done once it is done', () => {
    for (const alignment of ALIGNMENTS) {
      const once = aligned(boxes, alignment)
      const again = boxes.map(({ name, box: { width, height } }) => ({
        name,
        box: { ...(once.get(name) ?? { x: 0, y: 0 }), width, height },
      }))
      expect(new Map(aligned(again, alignment))).toEqual(new Map(once))
    }
  })
})

test('each way has a key of its own', () => {
  for (const alignment of ALIGNMENTS) {
    const { code, modifiers } = ALIGN_KEYS[alignment]
    const press = {
      code,
      ctrlKey: modifiers.includes('Ctrl'),
      altKey: modifiers.includes('Alt'),
      shiftKey: modifiers.includes('Shift'),
      metaKey: false,
    }
    expect(alignmentOf(press)).toBe(alignment)
  }
  expect(alignmentOf({ code: 'ArrowLeft', ctrlKey: false, altKey: false, shiftKey: true, metaKey: false })).toBe(
    undefined,
  )
})
