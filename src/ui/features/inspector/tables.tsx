// The kernel's tables, as both inspectors show them.
import { useTranslation } from 'react-i18next'
import type { FdbView, LinkView, NeighView, RouteView } from '../../../contract/read-models.ts'
import { formatIpv4, formatMac } from '../../../wire/address.ts'
import { DataTable } from '../../components/data-table.tsx'
import type { NetworkState } from '../../stores/network-store.ts'
import { destinationText, gatewayText, routeNotes, timerText } from './format.ts'
import { NeighState, shortName } from './parts.tsx'

interface AddressRow {
  readonly link: LinkView
  readonly address: LinkView['addresses'][number]
}

export function AddressTable({ links }: { readonly links: readonly LinkView[] }) {
  const { t } = useTranslation()
  const rows = links.flatMap((link) => link.addresses.map((address): AddressRow => ({ link, address })))
  return (
    <DataTable
      caption={t('inspector.addresses')}
      empty={t('inspector.noAddresses')}
      rows={rows}
      rowKey={({ link, address }) => `${link.device}:${address.address}/${address.prefixLength}`}
      columns={[
        {
          key: 'address',
          label: t('column.address'),
          cell: ({ address }) => `${formatIpv4(address.address)}/${address.prefixLength}`,
        },
        { key: 'dev', label: 'dev', cell: ({ link }) => link.name },
        {
          key: 'scope',
          label: 'scope',
          cell: ({ address }) => address.scope + (address.secondary ? ' secondary' : ''),
        },
      ]}
    />
  )
}

export function RouteTable({
  routes,
  network,
  caption,
}: {
  routes: readonly RouteView[]
  network: NetworkState
  caption: string
}) {
  const { t } = useTranslation()
  return (
    <DataTable
      caption={caption}
      empty={t('inspector.noRoutes')}
      rows={routes}
      rowKey={(route, index) => `${index}:${route.destination}/${route.prefixLength}`}
      columns={[
        { key: 'to', label: t('column.destination'), cell: destinationText },
        {
          key: 'via',
          label: t('column.nexthop'),
          cell: ({ nexthops }) =>
            nexthops.map((hop, index) => (
              <div key={index}>
                {`${gatewayText(hop)} ${hop.device === 0 ? '' : `dev ${shortName(network, hop.device)}`}${hop.linkDown ? ' linkdown' : ''}`.trim()}
              </div>
            )),
        },
        { key: 'notes', label: '', cell: routeNotes },
      ]}
    />
  )
}

export function NeighbourTable({ neighbours, network }: { neighbours: readonly NeighView[]; network: NetworkState }) {
  const { t } = useTranslation()
  const at = network.view?.at ?? 0
  return (
    <DataTable
      caption={t('inspector.neighbours')}
      empty={t('inspector.noNeighbours')}
      rows={neighbours}
      rowKey={({ device, ip, proxy }) => `${device}:${ip}:${proxy}`}
      columns={[
        { key: 'ip', label: t('column.address'), cell: ({ ip }) => formatIpv4(ip) },
        {
          key: 'mac',
          label: 'lladdr',
          cell: ({ mac, proxy }) => (proxy ? 'proxy' : mac === undefined ? '' : formatMac(mac)),
        },
        {
          key: 'state',
          label: t('column.state'),
          cell: ({ state, proxy }) => (proxy ? '' : <NeighState state={state} />),
        },
        { key: 'dev', label: 'dev', cell: ({ device }) => shortName(network, device) },
        { key: 'timer', label: t('column.timer'), cell: (entry) => timerText(entry, at) },
      ]}
    />
  )
}

export function FdbTable({ entries, network }: { entries: readonly FdbView[]; network: NetworkState }) {
  const { t } = useTranslation()
  return (
    <DataTable
      caption={t('inspector.fdb')}
      empty={t('inspector.noFdb')}
      rows={entries}
      rowKey={({ bridge, mac, vlan, device }) => `${bridge}:${mac}:${vlan}:${device}`}
      columns={[
        { key: 'mac', label: 'MAC', cell: ({ mac }) => formatMac(mac) },
        { key: 'port', label: 'dev', cell: ({ device }) => shortName(network, device) },
        { key: 'vlan', label: 'vlan', cell: ({ vlan }) => (vlan === 0 ? '' : vlan) },
        {
          key: 'kind',
          label: '',
          cell: ({ local, isStatic, sticky }) =>
            [local ? 'permanent' : isStatic ? 'static' : '', sticky ? 'sticky' : '']
              .filter((word) => word !== '')
              .join(' '),
        },
      ]}
    />
  )
}
