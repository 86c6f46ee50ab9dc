// The timeline as a table: the same frames, for keyboard and screen reader. Only the rows in sight exist.
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { GLYPHS } from '../../../contract/protocol.ts'
import { FrameGlyph } from '../../components/frame-glyph.tsx'
import { NatBadge } from '../../components/nat-badge.tsx'
import { useClock, useSelection, useSession } from '../../lab/context.tsx'
import { orNothing, useFrameDetail } from '../../lab/frame-details.ts'
import { FramePages } from './frame-pages.ts'
import type { FrameRow } from './frame-pages.ts'
import { fullName } from './lanes.ts'
import { filterOf } from './lane-model.ts'
import { showFrame } from './navigate.ts'
import { momentText, shortLine } from './time-text.ts'
import { timelineOf, useTimeline } from './timeline-store.ts'
import { useFateText } from './use-fate.ts'

const ROW_PX = 22

export default function FrameTable() {
  const { t } = useTranslation()
  const session = useSession()
  const scroller = useRef<HTMLDivElement>(null)
  const { pages, rowCount } = useFramePages()
  const [active, setActive] = useState(0)
  const hasRows = rowCount > 0
  // The rows in sight are this component's own matter: nothing that is memoized is given the virtualizer's functions.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollPaddingStart: ROW_PX,
  })
  useEffect(() => {
    if (pages === undefined || !hasRows) return undefined
    let isCurrent = true
    void orNothing(pages.rowAt(session.clock.getState().cursor)).then((row) => {
      if (!isCurrent || row === undefined) return
      setActive(Math.max(row, 0))
      virtualizer.scrollToIndex(Math.max(row, 0), { align: 'center' })
    })
    return () => {
      isCurrent = false
    }
    // Once for each list of pages: afterwards the table is the reader's to scroll.
  }, [pages, session, virtualizer, hasRows])
  const go = (index: number): void => {
    const next = Math.min(Math.max(index, 0), rowCount - 1)
    setActive(next)
    virtualizer.scrollToIndex(next)
    void pages?.row(next).then((row) => (row === undefined ? undefined : showFrame(session, row.seq)))
  }
  const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 200) / ROW_PX) - 2)
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    ArrowUp: active - 1,
    PageDown: active + pageRows,
    PageUp: active - pageRows,
    Home: 0,
    End: rowCount - 1,
    Enter: active,
  }
  return (
    <div
      ref={scroller}
      className="frame-table"
      role="grid"
      aria-label={t('timeline.tableName')}
      aria-rowcount={rowCount + 1}
      aria-colcount={5}
      aria-activedescendant={rowCount === 0 ? undefined : `frame-row-${active}`}
      tabIndex={0}
      onKeyDown={(event) => {
        const target = steps[event.key]
        if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return
        event.preventDefault()
        go(target)
      }}
    >
      <div className="frame-table__row frame-table__head" role="row" aria-rowindex={1}>
        <span role="columnheader">{t('timeline.columnTime')}</span>
        <span role="columnheader">{t('timeline.columnInterface')}</span>
        <span role="columnheader">{t('timeline.columnDirection')}</span>
        <span role="columnheader">{t('timeline.columnFrame')}</span>
        <span role="columnheader">{t('timeline.columnFate')}</span>
      </div>
      <div className="frame-table__body" role="rowgroup" style={{ height: virtualizer.getTotalSize() }}>
        {pages !== undefined &&
          virtualizer
            .getVirtualItems()
            .map(({ index, start }) => (
              <TableRow key={index} pages={pages} index={index} top={start} isActive={index === active} onPick={go} />
            ))}
      </div>
    </div>
  )
}

interface TableRowProps {
  readonly pages: FramePages
  readonly index: number
  readonly top: number
  readonly isActive: boolean
  readonly onPick: (index: number) => void
}

function TableRow({ pages, index, top, isActive, onPick }: TableRowProps) {
  const row = useFrameRow(pages, index)
  const isNow = useClock(({ cursor }) => row !== undefined && cursor === row.at)
  const isSelected = useSelection(({ frameSeq }) => row !== undefined && frameSeq === row.seq)
  const classes = ['frame-table__row']
  if (isActive) classes.push('frame-table__row--active')
  if (isNow) classes.push('frame-table__row--now')
  return (
    <div
      id={`frame-row-${index}`}
      className={classes.join(' ')}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      style={{ position: 'absolute', top: 0, transform: `translateY(${top}px)` }}
      onClick={() => onPick(index)}
    >
      {row === undefined ? <span role="gridcell" /> : <RowCells row={row} />}
    </div>
  )
}

const DIRECTIONS = ['timeline.directionIn', 'timeline.directionOut', 'timeline.directionDrop'] as const

function RowCells({ row }: { readonly row: FrameRow }) {
  const { t } = useTranslation()
  const detail = useFrameDetail(row.seq)
  const fate = useFateText(detail)
  const device = useTimeline(({ devices }) => devices.find((each) => each.device === row.device))
  return (
    <>
      <span role="gridcell" className="mono">
        {momentText(row.at, 1000)}
      </span>
      <span role="gridcell" className="mono">
        {device === undefined ? `#${row.device}` : fullName(device)}
      </span>
      <span role="gridcell">{t(DIRECTIONS[row.direction] ?? DIRECTIONS[0])}</span>
      <span role="gridcell" className="mono frame-table__line" title={detail?.line}>
        <FrameGlyph glyph={GLYPHS[row.glyph] ?? 'other'} size={12} />
        {row.isTranslated && <NatBadge>{t('timeline.nat')}</NatBadge>}
        <span>{shortLine(detail?.line ?? '')}</span>
      </span>
      <span role="gridcell">{fate}</span>
    </>
  )
}

function useFrameRow(pages: FramePages, index: number): FrameRow | undefined {
  const [row, setRow] = useState<FrameRow | undefined>(undefined)
  useEffect(() => {
    let isCurrent = true
    void orNothing(pages.row(index)).then((found) => {
      if (isCurrent) setRow(found)
    })
    return () => {
      isCurrent = false
    }
  }, [pages, index])
  return row
}

/** The pages of what the filters let through; walked anew when they or the trace change. */
function useFramePages(): { readonly pages: FramePages | undefined; readonly rowCount: number } {
  const session = useSession()
  const protocols = useTimeline((state) => state.protocols)
  const expression = useTimeline((state) => state.expression)
  const rows = useTimeline((state) => state.rows)
  const toNs = useTimeline((state) => state.whole.toNs)
  const [shown, setShown] = useState<{ readonly pages: FramePages; readonly rowCount: number } | undefined>(undefined)
  useEffect(() => {
    let isCurrent = true
    const pages = new FramePages(session.client, filterOf(timelineOf(session).getState(), rows), toNs)
    const walk = pages.walk(
      () => isCurrent,
      () => isCurrent && setShown({ pages, rowCount: pages.rowCount }),
    )
    void orNothing(walk).then(() => isCurrent && setShown({ pages, rowCount: pages.rowCount }))
    return () => {
      isCurrent = false
    }
  }, [session, protocols, expression, rows, toNs])
  return { pages: shown?.pages, rowCount: shown?.rowCount ?? 0 }
}
