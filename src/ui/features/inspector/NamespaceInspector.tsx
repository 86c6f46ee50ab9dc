// One namespace: everything that its kernel knows.
import { Radio } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { NamespaceView } from '../../../contract/protocol.ts'
import { useSession } from '../../lab/context.tsx'
import { namespaceTitle } from '../../stores/network-store.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { checkName } from './edit/checks.ts'
import { EditText, RemoveButton, usePerform } from './edit/controls.tsx'
import './edit/edit.css'
import { addressText } from './format.ts'
import { LOCAL_TABLE, RouteSections, RuleSection } from './namespace-sections.tsx'
import { NetfilterSections } from './NetfilterSections.tsx'
import { AsOf, InspectorBody, Section, TerminalButton } from './parts.tsx'
import { SysctlTable } from './SysctlTable.tsx'
import { AddressTable, FdbTable, NeighbourTable, ProxyTable, RouteTable } from './tables.tsx'

export function NamespaceInspector({
  namespace,
  network,
}: {
  readonly namespace: NamespaceView
  readonly network: NetworkState
}) {
  const { t } = useTranslation()
  const { view } = useSession()
  const perform = usePerform()
  const { name } = namespace
  const neighbours = namespace.neighbours.filter(({ proxy }) => !proxy)
  const proxies = namespace.neighbours.filter(({ proxy }) => proxy)
  const hasBridge = namespace.links.some(({ details }) => details.kind === 'bridge')
  return (
    <InspectorBody>
      <header className="inspector__header">
        <h2 className="mono">
          {name === '' ? (
            namespaceTitle(name)
          ) : (
            <EditText
              label={t('edit.name')}
              value={name}
              check={checkName}
              onCommit={(typed) =>
                perform({ kind: 'rename', thing: { kind: 'namespace', namespace: name }, name: typed })
              }
            />
          )}
        </h2>
        {name !== '' && (
          <RemoveButton
            name={name}
            onRemove={() => perform({ kind: 'delete', things: [{ kind: 'namespace', namespace: name }] })}
          />
        )}
        <button
          type="button"
          className="button button--outlined"
          onClick={() => view.setState({ dialog: 'ping-target' })}
        >
          <Radio size={14} /> {t('ping.fromHere')} <kbd>P</kbd>
        </button>
        <TerminalButton target={{ kind: 'namespace', netns: namespace.netns }} />
      </header>
      <Section title={t('inspector.addresses')}>
        <AddressTable
          links={namespace.links}
          onRemove={({ link, address }) =>
            perform({
              kind: 'remove-address',
              device: { namespace: name, name: link.name },
              address: addressText(address),
            })
          }
        />
      </Section>
      <RouteSections namespace={namespace} network={network} />
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
      <RuleSection namespace={namespace} />
      <NetfilterSections netns={namespace.netns} />
      <Section title={t('inspector.sysctls')}>
        <SysctlTable netns={namespace.netns} namespace={name} />
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
    </InspectorBody>
  )
}
