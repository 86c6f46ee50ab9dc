// One interface: what it is, what it is joined to, and the tables that speak of it.
import { useTranslation } from 'react-i18next'
import type { LinkView } from '../../../contract/read-models.ts'
import { KindIcon } from '../../components/kind-icon.tsx'
import { MarkBadge } from '../../components/mark-glyph.tsx'
import { marksOf } from '../../components/marks.ts'
import { StateLight, lightText } from '../../components/state-light.tsx'
import { namespaceTitle } from '../../stores/network-store.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { AddressSection, FdbSection, NeighbourSections, VlanSection } from './device-sections.tsx'
import { BridgeSettings, PortSettings } from './edit/BridgeSettings.tsx'
import { RemoveButton, usePerform } from './edit/controls.tsx'
import { DeviceSettings, deviceRef } from './edit/DeviceSettings.tsx'
import './edit/edit.css'
import { bridgeFacts, linkFacts, portFacts } from './link-facts.tsx'
import { AsOf, Facts, InspectorBody, Section, SelectLink } from './parts.tsx'
import { SysctlTable } from './SysctlTable.tsx'
import { RouteTable } from './tables.tsx'

export function DeviceInspector({ link, network }: { readonly link: LinkView; readonly network: NetworkState }) {
  const { t } = useTranslation()
  const perform = usePerform()
  const device = deviceRef(link, network)
  const namespace = network.namespaceById.get(link.netns)
  const isBridge = link.details.kind === 'bridge'
  const fdb = (namespace?.fdb ?? []).filter((entry) =>
    isBridge ? entry.bridge === link.device : entry.device === link.device,
  )
  const entries = (namespace?.neighbours ?? []).filter(({ device }) => device === link.device)
  const bridge = isBridge ? link : network.linkById.get(link.master)
  const isFiltering = bridge?.details.kind === 'bridge' && bridge.details.vlanFiltering
  const marks = marksOf(link)
  const routes = (namespace?.routes ?? []).filter(
    ({ table, nexthops }) => table !== 255 && nexthops.some(({ device }) => device === link.device),
  )
  return (
    <InspectorBody>
      <header className="inspector__header">
        <KindIcon kind={link.details.kind} size={18} />
        <h2 className="mono">
          {namespace !== undefined && (
            <SelectLink target={{ kind: 'namespace', netns: link.netns }}>{namespaceTitle(namespace.name)}</SelectLink>
          )}
          /{link.name}
        </h2>
        <span className="inspector__state">
          <StateLight link={link} /> {lightText(link)}
        </span>
        {link.details.kind !== 'lo' && (
          <RemoveButton
            name={`${device.namespace}/${link.name}`}
            onRemove={() => perform({ kind: 'delete', things: [{ kind: 'link', device }] })}
          />
        )}
      </header>
      {marks.length > 0 && (
        <ul className="inspector__marks" aria-label={t('inspector.marks')}>
          {marks.map((mark) => (
            <li key={mark.id}>
              <MarkBadge mark={mark} />
              <span>{t(`mark.${mark.id}`, mark.params)}</span>
            </li>
          ))}
        </ul>
      )}
      <DeviceSettings link={link} network={network} />
      <Facts facts={linkFacts(link, network, t)} />
      {isBridge && (
        <Section title={t('inspector.bridge')}>
          <BridgeSettings link={link} device={device} />
          <Facts facts={bridgeFacts(link, network)} />
        </Section>
      )}
      {link.port !== undefined && (
        <Section title={t('inspector.port')}>
          <PortSettings port={link.port} device={device} />
          <Facts facts={portFacts(link.port)} />
        </Section>
      )}
      {isFiltering && <VlanSection link={link} network={network} vlans={link.port?.vlans ?? link.vlans} />}
      <AddressSection link={link} network={network} />
      {routes.length > 0 && (
        <Section title={t('inspector.routes')} count={routes.length}>
          <RouteTable routes={routes} network={network} caption={t('inspector.routes')} />
        </Section>
      )}
      <NeighbourSections link={link} network={network} entries={entries} />
      {(isBridge || link.master !== 0) && <FdbSection link={link} network={network} entries={fdb} />}
      <Section title={t('inspector.sysctls')}>
        <SysctlTable netns={link.netns} namespace={device.namespace} device={link.name} />
      </Section>
      <AsOf atNs={network.view?.at ?? 0} />
    </InspectorBody>
  )
}
