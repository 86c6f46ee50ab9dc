// Sysctls of a namespace or of one interface, with the value in force and the two that it comes from.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SysctlView } from '../../../contract/read-models.ts'
import { DataTable } from '../../components/data-table.tsx'
import { checkValue } from './edit/checks.ts'
import { EditText, usePerform } from './edit/controls.tsx'
import { useAtCursor } from './use-at-cursor.ts'

interface SysctlTableProps {
  readonly netns: number
  readonly namespace: string
  /** Only the keys of this interface. */
  readonly device?: string
}

const NONE: readonly SysctlView[] = []
const PREFIX = 'net.ipv4.'
/** How Linux combines an interface's own value with that of `all`. */
const RULE_TEXTS = { or: 'why.ruleOr', and: 'why.ruleAnd', max: 'why.ruleMax', own: undefined } as const

export function SysctlTable({ netns, namespace, device }: SysctlTableProps) {
  const { t } = useTranslation()
  const perform = usePerform()
  const all = useAtCursor('sysctls', netns) ?? NONE
  const [filter, setFilter] = useState('')
  const [isWhole, setIsWhole] = useState(false)
  const scope = device === undefined ? PREFIX : `${PREFIX}conf.${device}.`
  const own = all.filter(({ key }) =>
    device === undefined ? !/\.(conf|neigh)\./.test(key) || /\.conf\.all\./.test(key) : key.startsWith(scope),
  )
  const wanted = filter.trim()
  // What changes nothing is found by its name, and otherwise only in the way.
  const rows = own.filter(({ key, isInert }) => (wanted === '' ? isWhole || !isInert : key.includes(wanted)))
  const hidden = wanted === '' ? own.length - rows.length : 0
  return (
    <>
      <input
        type="search"
        className="field inspector__filter"
        aria-label={t('inspector.filterSysctls')}
        placeholder={t('inspector.filterSysctls')}
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      <DataTable<SysctlView>
        isFiltered
        caption={t('inspector.sysctls')}
        empty={t('inspector.noSysctls')}
        rows={rows}
        rowKey={({ key }) => key}
        columns={[
          { key: 'key', label: t('column.key'), cell: ({ key }) => key.replace(scope, '') },
          {
            key: 'value',
            label: t('column.value'),
            cell: ({ key, value }) => (
              <EditText
                label={key}
                value={value}
                check={checkValue}
                onCommit={(typed) => perform({ kind: 'set-sysctl', namespace, key, value: typed })}
              />
            ),
          },
          ...(device === undefined
            ? []
            : [
                { key: 'all', label: 'all', cell: ({ all: allValue }: SysctlView) => allValue ?? '' },
                {
                  key: 'effective',
                  label: t('column.effective'),
                  cell: ({ effective, rule }: SysctlView) => {
                    const hint = rule === undefined ? undefined : RULE_TEXTS[rule]
                    if (hint === undefined) return effective ?? ''
                    return (
                      <span title={t(hint)}>
                        {effective} <span className="muted">{rule}</span>
                      </span>
                    )
                  },
                },
              ]),
        ]}
      />
      {hidden > 0 && (
        <button type="button" className="button" onClick={() => setIsWhole(true)}>
          {t('inspector.moreSysctls', { count: hidden })}
        </button>
      )}
    </>
  )
}
