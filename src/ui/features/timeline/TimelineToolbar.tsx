// Filters, zoom, drops, true time, and the switch to the table. Playing itself is the playback bar's.
import { ArrowLeftToLine, ArrowRightToLine, Maximize2, Table2, ZoomIn, ZoomOut } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Glyph, ProtocolName } from '../../../contract/protocol.ts'
import { FrameGlyph } from '../../components/frame-glyph.tsx'
import { useSelection, useSession } from '../../lab/context.tsx'
import { FrameFilter } from './FrameFilter.tsx'
import { fitAll, zoomBy } from './gestures.ts'
import { stepFrame } from './navigate.ts'
import { PROTOCOLS, timelineOf, useTimeline } from './timeline-store.ts'

/** The chip that stands for a protocol on its filter. */
const CHIP: Readonly<Record<ProtocolName, Glyph>> = {
  arp: 'arp-request',
  icmp: 'icmp-request',
  udp: 'udp',
  tcp: 'tcp',
  stp: 'stp',
  other: 'other',
}

export function TimelineToolbar() {
  const { t } = useTranslation()
  return (
    <div className="timeline__toolbar" role="toolbar" aria-label={t('timeline.tools')}>
      <ProtocolFilter />
      <LaneFilter />
      <FrameFilter />
      <span className="timeline__spacer" />
      <DropSteps />
      <ZoomButtons />
    </div>
  )
}

function ProtocolFilter() {
  const { t } = useTranslation()
  const store = timelineOf(useSession())
  const protocols = useTimeline((state) => state.protocols)
  const toggle = (name: ProtocolName): void => {
    const next = new Set(protocols)
    if (!next.delete(name)) next.add(name)
    store.setState({ protocols: next })
  }
  return (
    <div className="timeline__chips" role="group" aria-label={t('timeline.protocols')}>
      {PROTOCOLS.map((name) => (
        <button
          key={name}
          type="button"
          className="timeline__chip"
          aria-pressed={protocols.has(name)}
          title={t('timeline.showProtocol', { name: protocolName(name) })}
          onClick={() => toggle(name)}
        >
          <FrameGlyph glyph={CHIP[name]} size={12} />
          {name === 'other' ? t('timeline.other') : protocolName(name)}
        </button>
      ))}
    </div>
  )
}

function protocolName(name: ProtocolName): string {
  return name === 'other' ? 'other' : name.toUpperCase()
}

function LaneFilter() {
  const { t } = useTranslation()
  const store = timelineOf(useSession())
  const text = useTimeline((state) => state.text)
  const isOnlySelected = useTimeline((state) => state.isOnlySelected)
  const hasSelection = useSelection(({ selected }) => selected !== undefined)
  return (
    <>
      <input
        type="search"
        className="field timeline__filter"
        placeholder={t('timeline.filter')}
        aria-label={t('timeline.filterLabel')}
        value={text}
        onChange={({ target }) => store.setState({ text: target.value })}
      />
      <button
        type="button"
        className="button timeline__small"
        aria-pressed={isOnlySelected}
        disabled={!hasSelection && !isOnlySelected}
        title={t('timeline.onlySelectedLabel')}
        onClick={() => store.setState({ isOnlySelected: !isOnlySelected })}
      >
        {t('timeline.onlySelected')}
      </button>
    </>
  )
}

function DropSteps() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <div className="timeline__group" role="group" aria-label={t('timeline.drops')}>
      <button
        type="button"
        className="button timeline__small"
        aria-label={t('timeline.previousDrop')}
        title={t('timeline.previousDrop')}
        onClick={() => void stepFrame(session, { direction: -1, dropsOnly: true })}
      >
        <ArrowLeftToLine size={13} />
        <FrameGlyph glyph="drop" size={11} />
      </button>
      <button
        type="button"
        className="button timeline__small"
        aria-label={t('timeline.nextDrop')}
        title={t('timeline.nextDrop')}
        onClick={() => void stepFrame(session, { direction: 1, dropsOnly: true })}
      >
        <FrameGlyph glyph="drop" size={11} />
        <ArrowRightToLine size={13} />
      </button>
    </div>
  )
}

function ZoomButtons() {
  const { t } = useTranslation()
  const session = useSession()
  const store = timelineOf(session)
  const isTrueTime = useTimeline((state) => state.isTrueTime)
  const isTable = useTimeline((state) => state.isTable)
  return (
    <>
      <button
        type="button"
        className="button timeline__small"
        aria-pressed={isTrueTime}
        title={t('timeline.trueTimeLabel')}
        disabled={isTable}
        onClick={() => store.setState({ isTrueTime: !isTrueTime })}
      >
        {t('timeline.trueTime')}
      </button>
      <div className="timeline__group" role="group" aria-label={t('timeline.zoom')}>
        <IconButton label={t('timeline.zoomOut')} isDisabled={isTable} onClick={() => zoomBy(session, 1 / 1.5)}>
          <ZoomOut size={14} />
        </IconButton>
        <IconButton label={t('timeline.zoomIn')} isDisabled={isTable} onClick={() => zoomBy(session, 1.5)}>
          <ZoomIn size={14} />
        </IconButton>
        <IconButton label={t('timeline.fit')} isDisabled={isTable} onClick={() => fitAll(session)}>
          <Maximize2 size={13} />
        </IconButton>
      </div>
      <button
        type="button"
        className="button timeline__small"
        aria-pressed={isTable}
        title={t('timeline.tableLabel')}
        onClick={() => store.setState({ isTable: !isTable, hover: undefined })}
      >
        <Table2 size={14} />
        {t('timeline.table')}
      </button>
    </>
  )
}

interface IconButtonProps {
  readonly label: string
  readonly isDisabled: boolean
  readonly onClick: () => void
  readonly children: React.ReactNode
}

function IconButton({ label, isDisabled, onClick, children }: IconButtonProps) {
  return (
    <button
      type="button"
      className="button timeline__icon"
      aria-label={label}
      title={label}
      disabled={isDisabled}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
