// A small live table, as the inspector shows them: hairlines, monospace cells, a caption that names it.
import './data-table.css'

export interface Column<Row> {
  readonly key: string
  readonly label: string
  readonly cell: (row: Row) => React.ReactNode
  /** What stands under the cell, so that a narrow table need not be scrolled sideways. */
  readonly below?: Below<Row>
  /** How the text is set: as Linux prints it, as words, or as Linux prints it on several lines where it is long. */
  readonly set?: 'mono' | 'words' | 'wrapped'
  /** What can be done to the row: stays in sight while the table is scrolled sideways. */
  readonly isAction?: boolean
}

interface Below<Row> {
  readonly label: string
  readonly cell: (row: Row) => React.ReactNode
  /** A clock that runs by itself: not worth a glance when it moves. */
  readonly isClock?: boolean
}

interface DataTableProps<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row, index: number) => string
  readonly empty: string
  /** Rows come and go because the reader filters them. */
  readonly isFiltered?: boolean
}

/** A table, or one line that says that there is nothing. */
export function DataTable<Row>({ caption, columns, rows, rowKey, empty, isFiltered = false }: DataTableProps<Row>) {
  if (rows.length === 0) return <p className="data-table__empty muted">{empty}</p>
  return (
    // Scrollable regions must be reachable by keyboard.
    <div className="data-table__scroll" role="region" aria-label={caption} tabIndex={0}>
      <table className="data-table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Heading key={column.key} column={column} />
            ))}
          </tr>
        </thead>
        <tbody {...(isFiltered ? { 'data-filtered': '' } : {})}>
          {rows.map((row, index) => (
            <tr key={rowKey(row, index)}>
              {columns.map((column) => (
                <td key={column.key} className={classOf(column)}>
                  {column.cell(row)}
                  {column.below !== undefined && <BelowCell below={column.below} row={row} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Heading<Row>({ column: { label, below } }: { readonly column: Column<Row> }) {
  // A column of remarks has no name, and a heading without text is none.
  if (label === '') return <td />
  return (
    <th scope="col">
      {label}
      {below !== undefined && below.label !== '' && <div className="data-table__below">{below.label}</div>}
    </th>
  )
}

function BelowCell<Row>({ below, row }: { readonly below: Below<Row>; readonly row: Row }) {
  return (
    <div className="data-table__below" {...(below.isClock === true ? { 'data-clock': '' } : {})}>
      {below.cell(row)}
    </div>
  )
}

function classOf<Row>({ isAction, set = 'mono' }: Column<Row>): string | undefined {
  if (isAction === true) return 'data-table__action'
  if (set === 'words') return undefined
  return set === 'wrapped' ? 'mono data-table__wrapped' : 'mono'
}
