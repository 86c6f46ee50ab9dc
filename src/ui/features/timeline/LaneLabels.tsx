// The names of the lanes: namespaces that fold up, interfaces that can be selected and pinned.
import { ChevronDown, ChevronRight, Pin } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useSelection, useSession } from '../../lab/context.tsx'
import { namespaceTitle } from '../../stores/network-store.ts'
import { fullName } from './lanes.ts'
import type { LaneGroup, LaneRow } from './lanes.ts'
import { ROW_HEIGHT } from './lanes.ts'
import { timelineOf, useTimeline } from './timeline-store.ts'

export function LaneLabels() {
  const { t } = useTranslation()
  const rows = useTimeline((state) => state.rows)
  return (
    <div className="timeline__labels" role="group" aria-label={t('timeline.lanes')}>
      <div className="timeline__corner timeline__corner--ruler muted">{t('timeline.time')}</div>
      {rows.map((row) => (
        <LaneLabel key={row.id} row={row} />
      ))}
    </div>
  )
}

function LaneLabel({ row }: { readonly row: LaneRow }) {
  const { t } = useTranslation()
  const session = useSession()
  const store = timelineOf(session)
  const device = row.devices[0] ?? 0
  const isChosen = useTimeline((state) => state.laneDevice !== 0 && row.devices.includes(state.laneDevice))
  const isSelected = useSelection(
    ({ selected }) => selected?.kind === 'device' && row.devices.includes(selected.device),
  )
  const name = useTimeline((state) => {
    const found = state.devices.find((each) => each.device === device)
    return found === undefined ? row.label : fullName(found)
  })
  const togglePin = (): void => {
    const pinned = new Set(store.getState().pinned)
    if (!pinned.delete(device)) pinned.add(device)
    store.setState({ pinned })
  }
  const classes = ['timeline__label']
  if (row.group !== undefined) classes.push('timeline__label--first')
  if (row.opensMachine) classes.push('timeline__label--machine')
  if (row.isPinned) classes.push('timeline__label--pinned')
  if (isChosen || isSelected) classes.push('timeline__label--chosen')
  return (
    <div className={classes.join(' ')} style={{ height: ROW_HEIGHT }}>
      {row.isPinned ? null : row.group === undefined ? <span /> : <GroupButton group={row.group} row={row} />}
      <button
        type="button"
        className="timeline__name mono"
        aria-label={t('timeline.selectLane', { name })}
        title={name}
        onClick={() => {
          store.setState({ laneDevice: device })
          session.selection.setState({ selected: { kind: 'device', device } })
        }}
      >
        {row.label}
      </button>
      {!row.isCollapsed && (
        <button
          type="button"
          className="timeline__pin"
          aria-label={t('timeline.pin', { name })}
          title={t('timeline.pin', { name })}
          aria-pressed={row.isPinned}
          onClick={togglePin}
        >
          <Pin size={11} />
        </button>
      )}
    </div>
  )
}

function GroupButton({ group, row }: { readonly group: LaneGroup; readonly row: LaneRow }) {
  const { t } = useTranslation()
  const store = timelineOf(useSession())
  const { id } = group
  const machine = namespaceTitle(group.machine)
  // The bench's own namespace has no name: it is the machine that its group names.
  const namespace = group.namespace === '' ? machine : group.namespace
  const isNested = machine !== namespace
  const toggle = (): void => {
    const collapsed = new Set(store.getState().collapsed)
    if (!collapsed.delete(id)) collapsed.add(id)
    store.setState({ collapsed })
  }
  return (
    <button
      type="button"
      className="timeline__namespace mono"
      aria-expanded={!row.isCollapsed}
      aria-label={t('timeline.fold', { name: namespace })}
      title={isNested ? `${machine} › ${namespace}` : namespace}
      onClick={toggle}
    >
      {row.isCollapsed ? <ChevronRight size={11} /> : <ChevronDown size={11} />}
      <span className={isNested ? 'timeline__nested' : undefined}>{namespace}</span>
    </button>
  )
}
