// One namespace: everything that its kernel knows.
import { Radio } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { NamespaceView } from '../../../contract/protocol.ts'
import { DataTable } from '../../components/data-table.tsx'
import { useSession } from '../../lab/context.tsx'
import { namespaceTitle } from '../../stores/network-store.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { ruleText, tableName } from './format.ts'
import { AsOf, Section } from './parts.tsx'
import { SysctlTable } from './SysctlTable.tsx'
import { AddressTable, FdbTable, NeighbourTable, ProxyTable, RouteTable } from './tables.tsx'

const LOCAL_TABLE = 255

export function NamespaceInspector({
  namespace,
  network,
}: {
  readonly namespace: NamespaceView
  readonly network: NetworkState
}) {
  const { t } = useTranslation()
  const { view } = useSession()
  const tables = [...new Set(namespace.routes.map(({ table }) => table))].sort((a, b) => order(a) - order(b))
  const neighbours = namespace.neighbours.filter(({ proxy }) => !proxy)
  const proxies = namespace.neighbours.filter(({ proxy }) => proxy)
  const hasBridge = namespace.links.some(({ details }) => details.kind === 'bridge')
  return (
    <div className="inspector">
      <header className="inspector__header">
        <h2 className="mono">{namespaceTitle(namespace.name)}</h2>
        <button
          type="button"
          className="button button--outlined"
          onClick={() => view.setState({ dialog: 'ping-target' })}
        >
          <Radio size={14} /> {t('ping.fromHere')} <kbd>P</kbd>
        </button>
      </header>
      <Section title={t('inspector.addresses')}>
        <AddressTable links={namespace.links} />
      </Section>
      {tables
        .filter((table) => table !== LOCAL_TABLE)
        .map((table) => {
          const routes = namespace.routes.filter((route) => route.table === table)
          const title = t('inspector.routesOf', { table: tableName(table) })
          return (
            <Section key={table} title={title} count={routes.length}>
              <RouteTable routes={routes} network={network} caption={title} />
            </Section>
          )
        })}
      <Section title={t('inspector.neighbours')} count={neighbours.length}>
        <NeighbourTable neighbours={neighbours} network={network} />
      </Section>
      {proxies.length > 0 && (
        <Section title={t('inspector.proxies')} count={proxies.length}>
          <ProxyTable proxies={proxies} network={network} />
        </Section>
      )}
      {hasBridge && (
        <Section title={t('inspector.fdb')} count={namespace.fdb.length}>
          <FdbTable entries={namespace.fdb} network={network} />
        </Section>
      )}
      <Section title={t('inspector.rules')} count={namespace.rules.length}>
        <DataTable
          caption={t('inspector.rules')}
          empty={t('inspector.noRules')}
          rows={namespace.rules}
          rowKey={({ priority }, index) => `${priority}:${index}`}
          columns={[
            { key: 'priority', label: t('column.priority'), cell: ({ priority }) => priority },
            { key: 'rule', label: t('column.rule'), cell: ruleText },
          ]}
        />
      </Section>
      <Section title={t('inspector.sysctls')}>
        <SysctlTable key={namespace.netns} netns={namespace.netns} />
      </Section>
      <details className="inspector__section">
        <summary>{t('inspector.routesOf', { table: 'local' })}</summary>
        <RouteTable
          routes={namespace.routes.filter(({ table }) => table === LOCAL_TABLE)}
          network={network}
          caption={t('inspector.routesOf', { table: 'local' })}
        />
      </details>
      <AsOf atNs={network.view?.at ?? 0} />
    </div>
  )
}

/** main first, then the author's own, then default and local. */
function order(table: number): number {
  return table === 254 ? 0 : table
}
