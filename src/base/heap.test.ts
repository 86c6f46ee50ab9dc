import fc from 'fast-check'
import { expect, test } from 'vitest'
import { heapFilter, heapPeek, heapPop, heapPush } from './heap.ts'

const less = (a: number, b: number): boolean => a < b

function drain(heap: number[]): number[] {
  const out: number[] = []
  for (let item = heapPop(heap, less); item !== undefined; item = heapPop(heap, less)) out.push(item)
  return out
}

test('an empty heap has nothing', () => {
  expect(heapPop([], less)).toBeUndefined()
  expect(heapPeek<number>([])).toBeUndefined()
})

test('items come out in order, and peek shows the next', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (items) => {
      const heap: number[] = []
      for (const item of items) heapPush(heap, item, less)
      const sorted = [...items].sort((a, b) => a - b)
      expect(heapPeek(heap)).toBe(sorted[0])
      expect(drain(heap)).toEqual(sorted)
    }),
  )
})

test('pushing and popping in any order agrees with a sorted list', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), (steps) => {
      const heap: number[] = []
      const model: number[] = []
      for (const step of steps) {
        if (step === null) {
          expect(heapPop(heap, less)).toBe(model.shift())
        } else {
          heapPush(heap, step, less)
          model.push(step)
          model.sort((a, b) => a - b)
        }
      }
      expect(heap.length).toBe(model.length)
    }),
  )
})

test('a structured clone goes on as the original does', () => {
  const heap: number[] = []
  for (const item of [5, 3, 9, 1, 7]) heapPush(heap, item, less)
  expect(drain(structuredClone(heap))).toEqual(drain(heap))
})

test('filter keeps a heap', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 })), (items) => {
      const heap: number[] = []
      for (const item of items) heapPush(heap, item, less)
      heapFilter(heap, (item) => item % 2 === 0, less)
      expect(drain(heap)).toEqual(items.filter((item) => item % 2 === 0).sort((a, b) => a - b))
    }),
  )
})
