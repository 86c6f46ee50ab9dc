// The headers as a tree: layers with their fields. What is wrong with a field stands beside it.
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DissectedLayer } from '../../../wire/dissect.ts'
import { useNetwork } from '../../lab/context.tsx'
import { fieldAt, rowsOfTree } from './fields.ts'
import type { FieldRow } from './fields.ts'
import { ownersOfField } from './owners.ts'
import type { FieldLink } from './PacketView.tsx'

interface HeaderTreeProps {
  readonly layers: readonly DissectedLayer[]
  readonly link: FieldLink
  readonly selected: string | undefined
}

/** Layers that are open at first: those that tell what a frame is about, not what carries it. */
const OPEN_AT_FIRST = new Set(['arp', 'icmp', 'udp', 'tcp', 'vlan'])

export function HeaderTree({ layers, link, selected }: HeaderTreeProps) {
  const { t } = useTranslation()
  const tree = useRef<HTMLUListElement>(null)
  /** What the reader opened or closed, by the id of the field: it stays so for the next frame. */
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map())
  const isOpen = (path: string): boolean => {
    const field = fieldAt(layers, path)
    const own = toggled.get(field?.id ?? '')
    // A field that was chosen among the bytes must be seen.
    return own ?? (OPEN_AT_FIRST.has(field?.id ?? '') || (link.active?.startsWith(`${path}.`) ?? false))
  }
  const rows = rowsOfTree(layers, isOpen)
  const current = rows.some(({ path }) => path === selected) ? selected : rows[0]?.path
  const toggle = (row: FieldRow, open: boolean): void => setToggled(new Map(toggled).set(row.field.id, open))
  const go = (index: number): void => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)]
    if (row === undefined) return
    link.onSelect(row.path)
    tree.current?.querySelector<HTMLElement>(`[data-path="${row.path}"]`)?.focus()
  }
  const onKeyDown = (event: React.KeyboardEvent, row: FieldRow, index: number): void => {
    const parent = rows.findLastIndex(({ depth }, at) => at < index && depth < row.depth)
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => go(index + 1),
      ArrowUp: () => go(index - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => (row.hasChildren && !row.isOpen ? toggle(row, true) : go(index + 1)),
      ArrowLeft: () => (row.isOpen ? toggle(row, false) : go(Math.max(parent, 0))),
      Enter: () => row.hasChildren && toggle(row, !row.isOpen),
      ' ': () => row.hasChildren && toggle(row, !row.isOpen),
    }
    const action = actions[event.key]
    if (action === undefined) return
    event.preventDefault()
    action()
  }
  return (
    <ul
      ref={tree}
      className="header-tree"
      role="tree"
      aria-label={t('packet.headers')}
      onMouseLeave={() => link.onHover(undefined)}
    >
      {rows.map((row, index) => (
        <li
          key={row.path}
          data-path={row.path}
          role="treeitem"
          aria-level={row.depth + 1}
          aria-expanded={row.hasChildren ? row.isOpen : undefined}
          aria-selected={row.path === selected}
          tabIndex={row.path === current ? 0 : -1}
          className={rowClass(row, link.active)}
          style={{ paddingLeft: 4 + row.depth * 14 }}
          onMouseEnter={() => link.onHover(row.path)}
          onFocus={() => link.onSelect(row.path)}
          onClick={() => {
            link.onSelect(row.path)
            if (row.hasChildren) toggle(row, !row.isOpen)
          }}
          onKeyDown={(event) => onKeyDown(event, row, index)}
        >
          <span className="header-tree__mark">
            {row.hasChildren && (row.isOpen ? <ChevronDown size={11} /> : <ChevronRight size={11} />)}
          </span>
          <span>
            <span className="header-tree__label">{row.field.label}</span>{' '}
            <span className="mono header-tree__value">{row.field.value}</span>
            <Owners field={row.field} />
            {row.field.problem !== undefined && <span className="header-tree__problem"> {row.field.problem}</span>}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** In brackets: computed, not part of the frame. */
function Owners({ field }: { readonly field: DissectedLayer }) {
  const { t } = useTranslation()
  const owners = useNetwork((state) => ownersOfField(state, field)?.join(', '))
  if (owners === undefined) return null
  return <span className="header-tree__owner"> [{owners === '' ? t('why.nobody') : owners}]</span>
}

function rowClass({ path, depth }: FieldRow, active: string | undefined): string {
  const classes = ['header-tree__row']
  if (depth === 0) classes.push('header-tree__row--layer')
  if (path === active) classes.push('header-tree__row--active')
  return classes.join(' ')
}
