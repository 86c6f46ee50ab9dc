// The bytes in rows of sixteen, as hexadecimal and as text. The bytes of the active field are marked.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DissectedLayer } from '../../../wire/dissect.ts'
import { fieldAt, pathOfByte } from './fields.ts'
import type { FieldLink } from './PacketView.tsx'

interface HexViewProps {
  readonly bytes: Uint8Array
  readonly layers: readonly DissectedLayer[]
  readonly link: FieldLink
}

const PER_ROW = 16

/** As other tools read it: pairs of digits with blanks between, sixteen a line. */
export function hexText(bytes: Uint8Array): string {
  return rowsOf(bytes)
    .map((row) => row.map(hex).join(' '))
    .join('\n')
}

export function HexView({ bytes, layers, link }: HexViewProps) {
  const { t } = useTranslation()
  const [offset, setOffset] = useState(0)
  const marked = link.active === undefined ? undefined : fieldAt(layers, link.active)
  const select = (next: number): void => {
    const at = Math.min(Math.max(next, 0), bytes.length - 1)
    setOffset(at)
    const path = pathOfByte(layers, at)
    if (path !== undefined) link.onSelect(path)
  }
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: offset + 1,
    ArrowLeft: offset - 1,
    ArrowDown: offset + PER_ROW,
    ArrowUp: offset - PER_ROW,
    Home: 0,
    End: bytes.length - 1,
  }
  const said = fieldAt(layers, pathOfByte(layers, offset) ?? '')
  return (
    <div
      className="hex-view mono"
      role="slider"
      aria-label={t('packet.bytesLabel')}
      aria-valuemin={0}
      aria-valuemax={Math.max(bytes.length - 1, 0)}
      aria-valuenow={offset}
      aria-valuetext={
        said === undefined
          ? String(offset)
          : t('packet.fieldAt', { label: said.label, value: said.value, from: said.from, to: said.to - 1 })
      }
      tabIndex={0}
      onMouseLeave={() => link.onHover(undefined)}
      onKeyDown={(event) => {
        const next = steps[event.key]
        if (next === undefined) return
        event.preventDefault()
        select(next)
      }}
    >
      {rowsOf(bytes).map((row, rowIndex) => (
        <div key={rowIndex} className="hex-view__row">
          <span className="hex-view__offset">{(rowIndex * PER_ROW).toString(16).padStart(4, '0')}</span>
          <span className="hex-view__bytes">
            {row.map((byte, column) => {
              const at = rowIndex * PER_ROW + column
              return (
                <span
                  key={at}
                  className={cellClass(at, marked)}
                  onMouseEnter={() => link.onHover(pathOfByte(layers, at))}
                  onClick={() => select(at)}
                >
                  {hex(byte)}
                </span>
              )
            })}
          </span>
          <span className="hex-view__text">
            {row.map((byte, column) => (
              <span key={column} className={cellClass(rowIndex * PER_ROW + column, marked)}>
                {byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'}
              </span>
            ))}
          </span>
        </div>
      ))}
    </div>
  )
}

function cellClass(at: number, marked: DissectedLayer | undefined): string | undefined {
  return marked !== undefined && at >= marked.from && at < marked.to ? 'hex-view__marked' : undefined
}

function rowsOf(bytes: Uint8Array): readonly (readonly number[])[] {
  const rows: number[][] = []
  for (let at = 0; at < bytes.length; at += PER_ROW) rows.push([...bytes.subarray(at, at + PER_ROW)])
  return rows
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}
