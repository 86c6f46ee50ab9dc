// A small live table, as the inspector shows them: hairlines, monospace cells, a caption that names it.
import './data-table.css'

export interface Column<Row> {
  readonly key: string
  readonly label: string
  readonly cell: (row: Row) => React.ReactNode
  /** Words are set in the sans, what Linux prints in the monospace. */
  readonly isWords?: boolean
  /** What can be done to the row: stays in sight while the table is scrolled sideways. */
  readonly isAction?: boolean
}

interface DataTableProps<Row> {
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row, index: number) => string
  readonly empty: string
}

/** A table, or one line that says that there is nothing. */
export function DataTable<Row>({ caption, columns, rows, rowKey, empty }: DataTableProps<Row>) {
  if (rows.length === 0) return <p className="data-table__empty muted">{empty}</p>
  return (
    // Scrollable regions must be reachable by keyboard.
    <div className="data-table__scroll" role="region" aria-label={caption} tabIndex={0}>
      <table className="data-table">
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ key, label }) =>
              // A column of remarks has no name, and a heading without text is none.
              label === '' ? (
                <td key={key} />
              ) : (
                <th key={key} scope="col">
                  {label}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={rowKey(row, index)}>
              {columns.map(({ key, cell, isWords, isAction }) => (
                <td
                  key={key}
                  className={isAction === true ? 'data-table__action' : isWords === true ? undefined : 'mono'}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
