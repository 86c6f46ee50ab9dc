// All frames of the trace by row, without ever holding all of them: the trace is walked once to learn where each page begins,
// and a few pages are kept.
import type { LabClient } from '../../../client/lab-client.ts'
import type { SightingColumns, TraceFilter } from '../../../contract/protocol.ts'

/** One frame of the table. */
export interface FrameRow {
  readonly seq: number
  readonly at: number
  readonly device: number
  readonly packet: number
  readonly glyph: number
  readonly direction: number
  readonly isTranslated: boolean
}

interface Page {
  readonly firstRow: number
  readonly count: number
  readonly fromNs: number
  /** Rows of the first moment that belong to the page before. */
  readonly afterSeq: number
}

const PAGE_ROWS = 2_000
const MOST_PAGES = 6

export class FramePages {
  readonly #client: LabClient
  readonly #filter: TraceFilter
  readonly #toNs: number
  readonly #pages: Page[] = []
  readonly #kept = new Map<number, Promise<SightingColumns>>()
  #rowCount = 0

  constructor(client: LabClient, filter: TraceFilter, toNs: number) {
    this.#client = client
    this.#filter = filter
    this.#toNs = toNs
  }

  /** Rows known so far; all of them when `walk` has ended. */
  get rowCount(): number {
    return this.#rowCount
  }

  /** Walks the trace and tells of each page, until it ends or `isWanted` says no. */
  async walk(isWanted: () => boolean, onPage: () => void): Promise<void> {
    let fromNs = 0
    let afterSeq = 0
    while (isWanted()) {
      const page = { firstRow: this.#rowCount, fromNs, afterSeq }
      const { columns, more } = await this.#ask(page)
      const count = columns.count
      if (count === 0) return
      this.#pages.push({ ...page, count })
      this.#rowCount += count
      onPage()
      if (!more) return
      fromNs = columns.at[count - 1] ?? fromNs
      afterSeq = columns.seq[count - 1] ?? afterSeq
    }
  }

  /** The frame of a row; undefined behind the last. */
  async row(index: number): Promise<FrameRow | undefined> {
    const pageIndex = this.#pages.findLastIndex(({ firstRow }) => firstRow <= index)
    const page = this.#pages[pageIndex]
    if (page === undefined || index >= page.firstRow + page.count) return undefined
    const columns = await this.#columnsOf(pageIndex, page)
    const at = index - page.firstRow
    return {
      seq: columns.seq[at] ?? 0,
      at: columns.at[at] ?? 0,
      device: columns.device[at] ?? 0,
      packet: columns.packet[at] ?? 0,
      glyph: columns.glyph[at] ?? 0,
      direction: columns.direction[at] ?? 0,
      isTranslated: columns.isTranslated[at] === 1,
    }
  }

  /** The row of the last frame at or before a moment; -1 before the first. */
  async rowAt(moment: number): Promise<number> {
    const pageIndex = this.#pages.findLastIndex(({ fromNs }) => fromNs <= moment)
    const page = this.#pages[pageIndex]
    if (page === undefined) return -1
    const { at } = await this.#columnsOf(pageIndex, page)
    const within = at.findLastIndex((each) => each <= moment)
    return page.firstRow + within
  }

  #columnsOf(pageIndex: number, page: Page): Promise<SightingColumns> {
    const known = this.#kept.get(pageIndex)
    if (known !== undefined) return known
    const columns = this.#ask(page).then((answer) => answer.columns)
    this.#kept.set(pageIndex, columns)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MOST_PAGES && oldest !== undefined) this.#kept.delete(oldest)
    return columns
  }

  async #ask({
    fromNs,
    afterSeq,
  }: Pick<Page, 'fromNs' | 'afterSeq'>): Promise<{ columns: SightingColumns; more: boolean }> {
    const filter = this.#filter
    const answer = await this.#client.ask('sightings', { fromNs, toNs: this.#toNs, filter, limit: PAGE_ROWS })
    const skipped = answer.columns.seq.findIndex((seq) => seq > afterSeq)
    return {
      columns: skipped === -1 ? sliced(answer.columns, answer.columns.count) : sliced(answer.columns, skipped),
      more: answer.more,
    }
  }
}

function sliced(columns: SightingColumns, from: number): SightingColumns {
  if (from === 0) return columns
  return {
    count: columns.count - from,
    seq: columns.seq.subarray(from),
    at: columns.at.subarray(from),
    device: columns.device.subarray(from),
    packet: columns.packet.subarray(from),
    glyph: columns.glyph.subarray(from),
    direction: columns.direction.subarray(from),
    causeSeq: columns.causeSeq.subarray(from),
    samePacket: columns.samePacket.subarray(from),
    isTranslated: columns.isTranslated.subarray(from),
  }
}
