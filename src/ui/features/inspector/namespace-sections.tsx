// The routes and rules of one namespace, with what adds to them and takes away.
import { useTranslation } from 'react-i18next'
import type { NamespaceView } from '../../../contract/protocol.ts'
import { DataTable } from '../../components/data-table.tsx'
import type { NetworkState } from '../../stores/network-store.ts'
import { checkRoute, checkRule } from './edit/checks.ts'
import { AddForm, RemoveButton, usePerform } from './edit/controls.tsx'
import { routeWords, ruleText, tableName } from './format.ts'
import { Section, shortName } from './parts.tsx'
import { RouteTable } from './tables.tsx'

export const LOCAL_TABLE = 255
const MAIN_TABLE = 254

interface NamespaceProps {
  readonly namespace: NamespaceView
  readonly network: NetworkState
}

/** One section a table; `main` is there even while it is empty. */
export function RouteSections({ namespace, network }: NamespaceProps) {
  const { t } = useTranslation()
  const perform = usePerform()
  const used = [MAIN_TABLE, ...namespace.routes.map(({ table }) => table)]
  const tables = [...new Set(used)].filter((table) => table !== LOCAL_TABLE).sort((a, b) => order(a) - order(b))
  const nameOf = (device: number): string => shortName(network, device)
  return tables.map((table) => {
    const routes = namespace.routes.filter((route) => route.table === table)
    const title = t('inspector.routesOf', { table: tableName(table) })
    return (
      <Section key={table} title={title} count={routes.length}>
        <RouteTable
          routes={routes}
          network={network}
          caption={title}
          onRemove={(route) =>
            perform({ kind: 'remove-route', namespace: namespace.name, words: routeWords(route, nameOf) })
          }
        />
        {table === MAIN_TABLE && (
          <AddForm
            label={t('edit.addRoute')}
            placeholder="default via 10.0.0.1"
            check={checkRoute}
            onAdd={(words) => perform({ kind: 'add-route', namespace: namespace.name, words })}
          />
        )}
      </Section>
    )
  })
}

export function RuleSection({ namespace: { name, rules } }: { readonly namespace: NamespaceView }) {
  const { t } = useTranslation()
  const perform = usePerform()
  return (
    <Section title={t('inspector.rules')} count={rules.length}>
      <DataTable
        caption={t('inspector.rules')}
        empty={t('inspector.noRules')}
        rows={rules}
        rowKey={({ priority }, index) => `${priority}:${index}`}
        columns={[
          { key: 'priority', label: t('column.priority'), cell: ({ priority }) => priority },
          { key: 'rule', label: t('column.rule'), set: 'wrapped', cell: ruleText },
          {
            key: 'remove',
            label: '',
            isAction: true,
            cell: (rule) => {
              const words = `priority ${rule.priority} ${ruleText(rule)}`
              const remove = (): void => void perform({ kind: 'remove-rule', namespace: name, words })
              return <RemoveButton name={ruleText(rule)} onRemove={remove} />
            },
          },
        ]}
      />
      <AddForm
        label={t('edit.addRule')}
        placeholder="from 10.0.0.0/24 lookup 100"
        check={checkRule}
        onAdd={(words) => perform({ kind: 'add-rule', namespace: name, words })}
      />
    </Section>
  )
}

/** main first, then the author's own, then default. */
function order(table: number): number {
  return table === MAIN_TABLE ? 0 : table
}
