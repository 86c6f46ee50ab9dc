// One interface: what it is, what it is joined to, and the tables that speak of it.
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { LinkDetails, LinkView } from '../../../contract/read-models.ts'
import { formatMac } from '../../../wire/address.ts'
import { KindIcon } from '../../components/kind-icon.tsx'
import { StateLight, lightText } from '../../components/state-light.tsx'
import { namespaceTitle } from '../../stores/network-store.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { AsOf, DeviceLink, Facts, Section, SelectLink, flagsText } from './parts.tsx'
import { SysctlTable } from './SysctlTable.tsx'
import { AddressTable, FdbTable, NeighbourTable, RouteTable } from './tables.tsx'

export function DeviceInspector({ link, network }: { readonly link: LinkView; readonly network: NetworkState }) {
  const { t } = useTranslation()
  const namespace = network.namespaceById.get(link.netns)
  const isBridge = link.details.kind === 'bridge'
  const fdb = (namespace?.fdb ?? []).filter((entry) =>
    isBridge ? entry.bridge === link.device : entry.device === link.device,
  )
  const neighbours = (namespace?.neighbours ?? []).filter(({ device }) => device === link.device)
  const routes = (namespace?.routes ?? []).filter(
    ({ table, nexthops }) => table !== 255 && nexthops.some(({ device }) => device === link.device),
  )
  return (
    <div className="inspector">
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
      </header>
      <Facts facts={factsOf(link, network, t)} />
      <Section title={t('inspector.addresses')} count={link.addresses.length}>
        <AddressTable links={[link]} />
      </Section>
      {routes.length > 0 && (
        <Section title={t('inspector.routes')} count={routes.length}>
          <RouteTable routes={routes} network={network} caption={t('inspector.routes')} />
        </Section>
      )}
      {link.master === 0 && (
        <Section title={t('inspector.neighbours')} count={neighbours.length}>
          <NeighbourTable neighbours={neighbours} network={network} />
        </Section>
      )}
      {(isBridge || link.master !== 0) && (
        <Section title={t('inspector.fdb')} count={fdb.length}>
          <FdbTable entries={fdb} network={network} />
        </Section>
      )}
      <Section title={t('inspector.sysctls')}>
        <SysctlTable key={link.device} netns={link.netns} device={link.name} />
      </Section>
      <AsOf atNs={network.view?.at ?? 0} />
    </div>
  )
}

type Fact = readonly [name: string, value: React.ReactNode]

function factsOf(link: LinkView, network: NetworkState, t: TFunction): readonly Fact[] {
  const isPair = link.details.kind === 'veth'
  const otherEnd: readonly Fact[] =
    link.linkDevice === 0
      ? []
      : [
          [
            t(isPair ? 'inspector.otherEnd' : 'inspector.parent'),
            <DeviceLink key="other" device={link.linkDevice} network={network} />,
          ],
        ]
  const children = [...network.linkById.values()].filter(
    ({ linkDevice, details }) => linkDevice === link.device && details.kind !== 'veth',
  )
  const childFacts: readonly Fact[] =
    children.length === 0
      ? []
      : [
          [
            t('inspector.children'),
            children.map(({ device }) => <DeviceLink key={device} device={device} network={network} />),
          ],
        ]
  return [
    [t('inspector.kind'), kindText(link.details)],
    ['MAC', formatMac(link.mac)],
    ['mtu', link.mtuBytes],
    [t('inspector.flags'), flagsText(link)],
    ...otherEnd,
    ...(link.master === 0
      ? []
      : [['master', <DeviceLink key="master" device={link.master} network={network} />] as const]),
    ...childFacts,
    ...(link.port === undefined ? [] : [[t('inspector.port'), portText(link.port)] as const]),
    ['RX', trafficText(link.stats.rxPackets, link.stats.rxBytes, link.stats.rxDropped)],
    ['TX', trafficText(link.stats.txPackets, link.stats.txBytes, link.stats.txDropped)],
  ]
}

function kindText(details: LinkDetails): string {
  switch (details.kind) {
    case 'vlan':
      return `vlan ${details.protocol} id ${details.id}`
    case 'macvlan':
      return `macvlan mode ${details.mode}`
    case 'ipvlan':
      return `ipvlan mode ${details.mode} ${details.flag}`
    case 'bridge':
      return `bridge${details.stpState ? ' stp' : ''}${details.vlanFiltering ? ' vlan_filtering' : ''}`
    default:
      return details.kind
  }
}

function portText(port: NonNullable<LinkView['port']>): string {
  const flags: readonly (readonly [boolean, string])[] = [
    [port.hairpin, 'hairpin'],
    [port.isolated, 'isolated'],
    [!port.learning, 'learning off'],
    [!port.flood, 'flood off'],
  ]
  return [port.state, ...flags.flatMap(([isSet, name]) => (isSet ? [name] : []))].join(' ')
}

function trafficText(packets: number, bytes: number, dropped: number): string {
  return `${packets} packets, ${bytes} bytes${dropped === 0 ? '' : `, ${dropped} dropped`}`
}
