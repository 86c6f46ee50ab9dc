// Lights up what changes in the inspector while one looks at it.

const FLASH_MS = 1_200
const ROW = 'tbody:not([data-filtered]) > tr'

/**
 * A ref for the element around live tables and facts: a value that becomes another lights up for a moment, and so does a row that comes. Clocks
 * (`data-clock`) and rows that come by a filter of the reader (`data-filtered`) do not. It watches the page rather than the state, so that it is what
 * the reader sees that decides. Give each thing that is inspected an element of its own: what another thing has is no change.
 */
export function watchFlashes(element: HTMLElement | null): (() => void) | undefined {
  if (element === null) return undefined
  const observer = new MutationObserver((records) => {
    for (const changed of changedParts(records))
      changed.animate({ backgroundColor: ['var(--flash)', 'transparent'] }, { duration: FLASH_MS, easing: 'ease-in' })
  })
  observer.observe(element, { characterData: true, childList: true, subtree: true })
  return () => {
    observer.disconnect()
  }
}

function changedParts(records: readonly MutationRecord[]): ReadonlySet<HTMLElement> {
  const removed = new Set(records.flatMap(({ removedNodes }) => [...removedNodes]))
  const filled = new Set(
    records.filter(({ removedNodes }) => [...removedNodes].some(isEmptyLine)).map(({ target }) => target),
  )
  const parts = new Set<HTMLElement>()
  for (const { type, target, addedNodes } of records) {
    if (type === 'characterData') addValue(parts, target.parentElement)
    for (const node of addedNodes) {
      // What only moved is not new.
      if (removed.has(node)) continue
      if (node instanceof Text) addValue(parts, node.parentElement)
      else if (node instanceof HTMLElement) addRows(parts, node, filled.has(target))
    }
  }
  return parts
}

function isEmptyLine(node: Node): boolean {
  return node instanceof HTMLElement && node.matches('.data-table__empty')
}

function addValue(parts: Set<HTMLElement>, around: Element | null): void {
  const value = around?.closest<HTMLElement>('td, dd')
  if (value && around?.closest('[data-clock]') === null) parts.add(value)
}

/** A row, a fact, or a table in the place of the line that said that there is nothing. */
function addRows(parts: Set<HTMLElement>, added: HTMLElement, wasEmpty: boolean): void {
  if (added.matches(`${ROW}, dl > div`)) parts.add(added)
  if (wasEmpty) for (const row of added.querySelectorAll<HTMLElement>(ROW)) parts.add(row)
}
