// Each header as the boxes that RFCs draw: rows of 32 bits, fields as wide as they are.
import type { DissectedLayer } from '../../../wire/dissect.ts'
import { boxesOf } from './fields.ts'
import type { FieldLink } from './PacketView.tsx'

interface BoxDiagramProps {
  readonly layers: readonly DissectedLayer[]
  readonly link: FieldLink
}

export function BoxDiagram({ layers, link }: BoxDiagramProps) {
  return (
    <div className="box-diagram" onMouseLeave={() => link.onHover(undefined)}>
      {layers.map((layer, index) => (
        <figure key={index} className="box-diagram__layer">
          <figcaption>{layer.label}</figcaption>
          <div className="box-diagram__bits mono" aria-hidden="true">
            {[0, 8, 16, 24, 31].map((bit) => (
              <span key={bit} style={{ gridColumn: bit + 1 }}>
                {bit}
              </span>
            ))}
          </div>
          <div className="box-diagram__grid">
            {boxesOf(layer, String(index)).map((box) => {
              const { path, field, row, column, bits, isContinued } = box
              return (
                <button
                  key={`${path}:${row}`}
                  type="button"
                  className={path === link.active ? 'box-diagram__box box-diagram__box--active' : 'box-diagram__box'}
                  style={{ gridRow: row + 1, gridColumn: `${column + 1} / span ${bits}` }}
                  title={`${field.label}: ${field.value}`}
                  aria-hidden={isContinued}
                  tabIndex={isContinued ? -1 : 0}
                  onMouseEnter={() => link.onHover(path)}
                  onFocus={() => link.onSelect(path)}
                  onClick={() => link.onSelect(path)}
                >
                  {bits >= 8 && (
                    <>
                      <span className="box-diagram__label">{isContinued ? '⋯' : field.label}</span>
                      {!isContinued && <span className="box-diagram__value mono">{field.value}</span>}
                    </>
                  )}
                </button>
              )
            })}
          </div>
        </figure>
      ))}
    </div>
  )
}
