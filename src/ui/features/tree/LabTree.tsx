// The table twin of the canvas: the same things as rows, for keyboard and screen reader and for looking things up.
import { ChevronDown, ChevronRight, StickyNote } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { KindIcon } from '../../components/kind-icon.tsx'
import { RoleIcon } from '../../components/role-icon.tsx'
import { StateLight, lightText } from '../../components/state-light.tsx'
import { useBuilding, useLab, useNetwork, useSelection, useSession } from '../../lab/context.tsx'
import { allSelected } from '../../stores/building-store.ts'
import { isSameSelected } from '../../stores/selection-store.ts'
import type { Selected } from '../../stores/selection-store.ts'
import { editAddress, isBuildKey } from '../canvas/build-keys.ts'
import { noteOnCanvas } from '../canvas/edit-note.ts'
import { notesOf } from '../canvas/notes.ts'
import { selectThings, toggleThing } from '../canvas/select-things.ts'
import { topologyKeeperOf } from '../canvas/keep-same.ts'
import './lab-tree.css'
import { handleMoveKey, handleNoteKey } from './tree-keys.ts'
import { treeRows, visibleRows } from './tree-rows.ts'
import type { TreeRow } from './tree-rows.ts'
import { ROW_PX, useRowWindow } from './use-row-window.ts'

export function LabTree() {
  const { t } = useTranslation()
  const session = useSession()
  const namespaces = useNetwork(({ view }) => view?.namespaces)
  const machines = useLab((state) => state.machines)
  const document = useLab((state) => state.document)
  const selected = useSelection((state) => state.selected)
  const group = useBuilding((state) => state.group)
  const isFixed = useBuilding((state) => state.isFixed)
  const allChosen = allSelected({ group }, { selected })
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const [activeId, setActiveId] = useState('')
  const grid = useRef<HTMLTableElement>(null)
  const rows = useMemo(
    () => treeRows(topologyKeeperOf(session)(namespaces, machines), notesOf(document, { x: 0, y: 0 })),
    [session, namespaces, machines, document],
  )
  const visible = visibleRows(rows, folded)
  const rowWindow = useRowWindow(grid, visible.length)
  const inPage = visible.slice(rowWindow.from, rowWindow.to)
  const selectedId = inPage.find(({ target }) => target !== undefined && isSameSelected(target, selected))?.id
  // The one stop of the keyboard is always in the page.
  const active = inPage.find(({ id }) => id === activeId)?.id ?? selectedId ?? inPage[0]?.id

  const fold = (id: string, isFolded: boolean): void => {
    const next = new Set(folded)
    if (isFolded) next.add(id)
    else next.delete(id)
    setFolded(next)
  }
  const focusRow = (id: string | undefined): void => {
    if (id === undefined) return
    rowWindow.show(visible.findIndex((row) => row.id === id))
    setActiveId(id)
    grid.current?.querySelector<HTMLElement>(`[data-row-id="${id}"]`)?.focus()
  }
  const select = ({ target }: TreeRow): void => {
    if (target !== undefined) selectThings(session, [target])
  }
  const toggle = ({ target }: TreeRow): void => {
    if (target !== undefined) toggleThing(session, target)
  }
  const isAmong = (target: Selected | undefined): boolean =>
    target !== undefined && allChosen.some((each) => isSameSelected(each, target))

  const openMenu = (row: TreeRow, element: HTMLElement, client: { x: number; y: number }): void => {
    if (isFixed) return
    const { target, note } = row
    if (!isAmong(target)) select(row)
    const where = { client, target, at: undefined, opener: element }
    session.building.setState({ menu: note === undefined ? where : { ...where, note: noteOnCanvas(session, note) } })
  }

  /** Enter on the one interface that is selected edits its address. */
  const isEditable = ({ target, link }: TreeRow): boolean =>
    allChosen.length === 1 && link !== undefined && link.details.kind !== 'lo' && isAmong(target) && !isFixed

  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>, row: TreeRow): void => {
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      event.preventDefault()
      const box = event.currentTarget.getBoundingClientRect()
      openMenu(row, event.currentTarget, { x: box.left + 32, y: box.bottom })
      return
    }
    if (row.note !== undefined && !isFixed && handleNoteKey(session, row.note, event)) return
    if (!isFixed && handleMoveKey(session, row, event)) return
    // Keys that build act on what is selected, so the row they are pressed on is selected first.
    if (isBuildKey(event) && !isAmong(row.target)) select(row)
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const index = visible.indexOf(row)
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => focusRow(visible[index + 1]?.id),
      ArrowUp: () => focusRow(visible[index - 1]?.id),
      Home: () => focusRow(visible[0]?.id),
      End: () => focusRow(visible.at(-1)?.id),
      ArrowRight: () =>
        row.hasChildren && folded.has(row.id) ? fold(row.id, false) : focusRow(visible[index + 1]?.id),
      ArrowLeft: () => (row.hasChildren && !folded.has(row.id) ? fold(row.id, true) : focusRow(row.parentId)),
      Enter: () => (isEditable(row) ? editAddress(session) : select(row)),
      ' ': () => (event.shiftKey ? toggle(row) : select(row)),
    }
    const move = moves[event.key]
    if (move === undefined) return
    event.preventDefault()
    move()
  }

  if (rows.length === 0) return <p className="panel-empty">{t('tree.empty')}</p>
  return (
    <table
      ref={grid}
      className="lab-tree"
      role="treegrid"
      aria-label={t('tree.title')}
      aria-multiselectable="true"
      // The heading is a row too.
      aria-rowcount={rowWindow.isPart ? visible.length + 1 : undefined}
    >
      <Headings />
      <tbody>
        <Gap rows={rowWindow.from} />
        {inPage.map((row, index) => (
          <Row
            key={row.id}
            row={row}
            rowIndex={rowWindow.isPart ? rowWindow.from + index + 2 : undefined}
            isSelected={isAmong(row.target)}
            isActive={row.id === active}
            isFolded={folded.has(row.id)}
            onToggle={() => fold(row.id, !folded.has(row.id))}
            onSelect={(isMore) => {
              setActiveId(row.id)
              if (isMore) toggle(row)
              else select(row)
            }}
            onMenu={(element, client) => openMenu(row, element, client)}
            onKeyDown={(event) => onKeyDown(event, row)}
          />
        ))}
        <Gap rows={visible.length - rowWindow.to} />
      </tbody>
    </table>
  )
}

function Headings() {
  const { t } = useTranslation()
  return (
    <thead className="visually-hidden">
      <tr>
        <th scope="col">{t('tree.name')}</th>
        <th scope="col">{t('tree.state')}</th>
        <th scope="col">{t('tree.addresses')}</th>
      </tr>
    </thead>
  )
}

/** The room of rows that are not in the page. */
function Gap({ rows }: { readonly rows: number }) {
  if (rows <= 0) return null
  return (
    <tr aria-hidden="true" style={{ height: rows * ROW_PX }}>
      <td colSpan={3} />
    </tr>
  )
}

interface RowProps {
  readonly row: TreeRow
  /** Among all rows, the heading included; undefined where all are in the page. */
  readonly rowIndex: number | undefined
  readonly isSelected: boolean
  readonly isActive: boolean
  readonly isFolded: boolean
  readonly onToggle: () => void
  readonly onSelect: (isMore: boolean) => void
  readonly onMenu: (element: HTMLElement, client: { x: number; y: number }) => void
  readonly onKeyDown: (event: React.KeyboardEvent<HTMLElement>) => void
}

function Row({ row, rowIndex, isSelected, isActive, isFolded, onToggle, onSelect, onMenu, onKeyDown }: RowProps) {
  return (
    <tr
      data-row-id={row.id}
      className="lab-tree__row"
      aria-level={row.level}
      aria-rowindex={rowIndex}
      aria-posinset={row.position}
      aria-setsize={row.setSize}
      aria-selected={isSelected}
      {...(row.hasChildren ? { 'aria-expanded': !isFolded } : {})}
      tabIndex={isActive ? 0 : -1}
      onClick={(event) => onSelect(event.shiftKey || event.ctrlKey || event.metaKey)}
      onContextMenu={(event) => {
        event.preventDefault()
        onMenu(event.currentTarget, { x: event.clientX, y: event.clientY })
      }}
      onKeyDown={onKeyDown}
    >
      {row.note === undefined ? (
        <ThingCells row={row} isFolded={isFolded} onToggle={onToggle} />
      ) : (
        <NoteCell text={row.name} />
      )}
    </tr>
  )
}

function NoteCell({ text }: { readonly text: string }) {
  const { t } = useTranslation()
  return (
    <td className="lab-tree__note" colSpan={3}>
      <div className="lab-tree__name">
        <span className="lab-tree__toggle" />
        <StickyNote size={14} aria-hidden="true" />
        <span className="visually-hidden">{t('palette.note')}</span>
        <span className="lab-tree__text">{text}</span>
      </div>
    </td>
  )
}

function ThingCells({ row, isFolded, onToggle }: Pick<RowProps, 'row' | 'isFolded' | 'onToggle'>) {
  const { t } = useTranslation()
  const { link, role } = row
  return (
    <>
      <td className="lab-tree__name" style={{ paddingLeft: (row.level - 1) * 16 + 4 }}>
        {row.hasChildren ? (
          <span
            className="lab-tree__toggle"
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation()
              onToggle()
            }}
          >
            {isFolded ? <ChevronRight size={14} /> : <ChevronDown size={14} />}
          </span>
        ) : (
          <span className="lab-tree__toggle" />
        )}
        {role !== undefined && <RoleIcon role={role} size={15} />}
        {link !== undefined && <KindIcon kind={link.details.kind} />}
        <span className={link === undefined ? 'lab-tree__group' : 'mono'}>{row.name}</span>
        {role !== undefined && <span className="visually-hidden">{t(`role.${role}`)}</span>}
      </td>
      <td className="lab-tree__state">
        {link !== undefined && (
          <>
            <StateLight link={link} />
            <span className="visually-hidden">{lightText(link)}</span>
          </>
        )}
      </td>
      <td className="lab-tree__addresses mono">{row.addresses}</td>
    </>
  )
}
