// Of a long tree only the rows in sight are in the page.
import { useEffect, useState } from 'react'
import type { RefObject } from 'react'
import { flushSync } from 'react-dom'

/** Fewer rows are all there. */
const LEAST_LONG = 200
/** A row's height, as the style sheet has it. */
export const ROW_PX = 24
/** Rows beyond the edges, so that a turn of the wheel shows no gap. */
const SPARE = 24
const STEP = 12

export interface RowWindow {
  /** The rows `[from, to)` are in the page. */
  readonly from: number
  readonly to: number
  readonly isPart: boolean
  /** Brings a row into the page, and into sight. */
  readonly show: (index: number) => void
}

/** Which of so many rows are in the page, as far as the box around them is scrolled. */
export function useRowWindow(element: RefObject<HTMLElement | null>, count: number): RowWindow {
  const [sight, setSight] = useState({ first: 0, rows: 60 })
  const isPart = count >= LEAST_LONG
  useEffect(() => {
    const box = element.current?.closest('.panel__content')
    if (!isPart || box === null || box === undefined) return undefined
    const look = (): void => {
      const first = Math.floor(box.scrollTop / ROW_PX / STEP) * STEP
      const rows = Math.ceil(box.clientHeight / ROW_PX / STEP) * STEP
      setSight((before) => (before.first === first && before.rows === rows ? before : { first, rows }))
    }
    box.addEventListener('scroll', look, { passive: true })
    // Looks for the first time, too, when the page has been laid out anyway.
    const resizing = new ResizeObserver(look)
    resizing.observe(box)
    return () => {
      box.removeEventListener('scroll', look)
      resizing.disconnect()
    }
  }, [element, isPart])
  if (!isPart) return { from: 0, to: count, isPart, show: () => undefined }
  const from = Math.max(0, Math.min(sight.first - SPARE, count - sight.rows))
  const to = Math.min(count, sight.first + sight.rows + SPARE)
  const show = (index: number): void => {
    const box = element.current?.closest('.panel__content')
    if (box === null || box === undefined || (index >= from && index < to)) return
    box.scrollTop = Math.max(0, index * ROW_PX - box.clientHeight / 2)
    flushSync(() => setSight({ first: Math.floor(box.scrollTop / ROW_PX / STEP) * STEP, rows: sight.rows }))
  }
  return { from, to, isPart, show }
}
