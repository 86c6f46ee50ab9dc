/**
 * A binary min-heap over a plain array, so that a structured clone of the array is a clone of the heap.
 * The order between items for which neither is less is unspecified; give `less` a tie-breaker where it matters.
 */

/** Whether `a` comes out before `b`. Must be a strict weak order. */
export type Less<T> = (a: T, b: T) => boolean

/** Adds an item. */
export function heapPush<T>(heap: T[], item: T, less: Less<T>): void {
  let at = heap.length
  heap.push(item)
  while (at > 0) {
    const parentAt = (at - 1) >> 1
    const parent = heap[parentAt]!
    if (!less(item, parent)) break
    heap[at] = parent
    at = parentAt
  }
  heap[at] = item
}

/** Removes and returns the least item, or returns undefined if there is none. */
export function heapPop<T>(heap: T[], less: Less<T>): T | undefined {
  const top = heap[0]
  const last = heap.pop()
  if (heap.length > 0) siftDown(heap, 0, last as T, less)
  return top
}

/** The least item, left in place. */
export function heapPeek<T>(heap: readonly T[]): T | undefined {
  return heap[0]
}

/** Keeps only the items that pass, in linear time. */
export function heapFilter<T>(heap: T[], keep: (item: T) => boolean, less: Less<T>): void {
  let kept = 0
  for (const item of heap) if (keep(item)) heap[kept++] = item
  heap.length = kept
  for (let at = (kept >> 1) - 1; at >= 0; at--) siftDown(heap, at, heap[at]!, less)
}

function siftDown<T>(heap: T[], from: number, item: T, less: Less<T>): void {
  const length = heap.length
  let at = from
  for (;;) {
    let childAt = 2 * at + 1
    if (childAt >= length) break
    if (childAt + 1 < length && less(heap[childAt + 1]!, heap[childAt]!)) childAt++
    const child = heap[childAt]!
    if (!less(child, item)) break
    heap[at] = child
    at = childAt
  }
  heap[at] = item
}
