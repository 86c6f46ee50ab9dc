// The kernel's tables, as both inspectors show them.
import { useTranslation } from 'react-i18next'
import type { FdbView, LinkView, NeighView, RouteView, VlanMembership } from '../../../contract/read-models.ts'
import { formatIpv4, formatMac } from '../../../wire/address.ts'
import { DataTable } from '../../components/data-table.tsx'
import type { Column } from '../../components/data-table.tsx'
import type { NetworkState } from '../../stores/network-store.ts'
import {
  addressNotes,
  addressText,
  destinationText,
  gatewayText,
  nexthopNotes,
  routeNotes,
  secondsSince,
  timerText,
} from './format.ts'
import { RemoveButton } from './edit/controls.tsx'
import { NeighState, shortName } from './parts.tsx'

/** The last column of a table whose rows can be taken away. */
function removal<Row>(
  onRemove: ((row: Row) => unknown) | undefined,
  nameOf: (row: Row) => string,
): readonly Column<Row>[] {
  if (onRemove === undefined) return []
  return [
    {
      key: 'remove',
      label: '',
      isAction: true,
      cell: (row) => <RemoveButton name={nameOf(row)} onRemove={() => onRemove(row)} />,
    },
  ]
}

export interface AddressRow {
  readonly link: LinkView
  readonly address: LinkView['addresses'][number]
}

export function AddressTable({
  links,
  onRemove,
}: {
  readonly links: readonly LinkView[]
  readonly onRemove?: (row: AddressRow) => unknown
}) {
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
          cell: ({ address }) => addressText(address),
        },
        { key: 'dev', label: 'dev', cell: ({ link }) => link.name },
        {
          key: 'notes',
          label: '',
          set: 'wrapped',
          cell: ({ link, address }) => addressNotes(address, link.name),
        },
        ...removal(onRemove, ({ address }) => addressText(address)),
      ]}
    />
  )
}

export function RouteTable({
  routes,
  network,
  caption,
  onRemove,
}: {
  routes: readonly RouteView[]
  network: NetworkState
  caption: string
  onRemove?: (route: RouteView) => unknown
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
                {[
                  gatewayText(hop),
                  hop.device === 0 ? '' : `dev ${shortName(network, hop.device)}`,
                  nexthopNotes(hop, nexthops.length === 1),
                ]
                  .filter((part) => part !== '')
                  .join(' ')}
              </div>
            )),
          below: { label: '', cell: routeNotes },
        },
        ...removal(onRemove, destinationText),
      ]}
    />
  )
}

export function NeighbourTable({
  neighbours,
  network,
  onRemove,
}: {
  neighbours: readonly NeighView[]
  network: NetworkState
  onRemove?: (entry: NeighView) => unknown
}) {
  const { t } = useTranslation()
  const at = network.view?.at ?? 0
  return (
    <DataTable
      caption={t('inspector.neighbours')}
      empty={t('inspector.noNeighbours')}
      rows={neighbours}
      rowKey={({ device, ip }) => `${device}:${ip}`}
      columns={[
        {
          key: 'ip',
          label: t('column.address'),
          cell: ({ ip }) => formatIpv4(ip),
          below: { label: 'dev', cell: ({ device }) => `dev ${shortName(network, device)}` },
        },
        {
          key: 'mac',
          label: 'lladdr',
          cell: ({ mac }) => (mac === undefined ? '' : formatMac(mac)),
          below: { label: t('column.age'), isClock: true, cell: (entry) => <Ages entry={entry} at={at} /> },
        },
        {
          key: 'state',
          label: t('column.state'),
          cell: ({ state }) => <NeighState state={state} />,
          below: { label: t('column.timer'), isClock: true, cell: (entry) => timerText(entry, at) },
        },
        { key: 'probes', label: t('column.probes'), cell: ({ probes }) => (probes === 0 ? '' : probes) },
        ...removal(onRemove, ({ ip }) => formatIpv4(ip)),
      ]}
    />
  )
}

/** Seconds since the entry was used, confirmed and updated, as `ip -s neigh` has them. */
function Ages({ entry: { usedAt, confirmedAt, updatedAt }, at }: { readonly entry: NeighView; readonly at: number }) {
  const { t } = useTranslation()
  const ages = [usedAt, confirmedAt, updatedAt].map((moment) => secondsSince(moment, at))
  const [used = '', confirmed = '', updated = ''] = ages
  const title = [
    t('inspector.usedAgo', { seconds: used }),
    t('inspector.confirmedAgo', { seconds: confirmed }),
    t('inspector.updatedAgo', { seconds: updated }),
  ].join(', ')
  return <span title={title}>{ages.join('/')}</span>
}

/** Addresses that `ip neigh add proxy` names: they have no MAC address and no state. */
export function ProxyTable({
  proxies,
  network,
  onRemove,
}: {
  proxies: readonly NeighView[]
  network: NetworkState
  onRemove?: (entry: NeighView) => unknown
}) {
  const { t } = useTranslation()
  return (
    <DataTable
      caption={t('inspector.proxies')}
      empty=""
      rows={proxies}
      rowKey={({ device, ip }) => `${device}:${ip}`}
      columns={[
        { key: 'ip', label: t('column.address'), cell: ({ ip }) => formatIpv4(ip) },
        { key: 'dev', label: 'dev', cell: ({ device }) => shortName(network, device) },
        ...removal(onRemove, ({ ip }) => formatIpv4(ip)),
      ]}
    />
  )
}

/** Which VLANs a port, or the bridge itself, is a member of. */
export function VlanTable({
  vlans,
  onRemove,
}: {
  readonly vlans: readonly VlanMembership[]
  readonly onRemove?: (vlan: VlanMembership) => unknown
}) {
  const { t } = useTranslation()
  return (
    <DataTable
      caption={t('inspector.vlans')}
      empty={t('inspector.noVlans')}
      rows={vlans}
      rowKey={({ id }) => String(id)}
      columns={[
        { key: 'id', label: 'vlan-id', cell: ({ id }) => id },
        {
          key: 'flags',
          label: '',
          cell: ({ pvid, untagged }) => [pvid ? 'PVID' : '', untagged ? 'Egress Untagged' : ''].join(' ').trim(),
        },
        ...removal(onRemove, ({ id }) => String(id)),
      ]}
    />
  )
}

export function FdbTable({
  entries,
  network,
  onRemove,
}: {
  entries: readonly FdbView[]
  network: NetworkState
  onRemove?: (entry: FdbView) => unknown
}) {
  const { t } = useTranslation()
  const at = network.view?.at ?? 0
  return (
    <DataTable
      caption={t('inspector.fdb')}
      empty={t('inspector.noFdb')}
      rows={entries}
      rowKey={({ bridge, mac, vlan, device }) => `${bridge}:${mac}:${vlan}:${device}`}
      columns={[
        {
          key: 'mac',
          label: 'MAC',
          cell: ({ mac }) => formatMac(mac),
          below: { label: t('column.age'), isClock: true, cell: (entry) => <FdbAges entry={entry} at={at} /> },
        },
        {
          key: 'port',
          label: 'dev',
          cell: ({ device }) => shortName(network, device),
          below: { label: '', cell: ({ vlan }) => (vlan === 0 ? '' : `vlan ${vlan}`) },
        },
        {
          key: 'kind',
          label: '',
          cell: ({ local, isStatic, sticky }) =>
            [local ? 'permanent' : isStatic ? 'static' : '', sticky ? 'sticky' : '']
              .filter((word) => word !== '')
              .join(' '),
        },
        ...removal(onRemove, ({ mac }) => formatMac(mac)),
      ]}
    />
  )
}

/** Seconds since the entry was used and updated, as `bridge -s fdb` has them; what stays for good has none. */
function FdbAges({
  entry: { local, isStatic, usedAt, updatedAt },
  at,
}: {
  readonly entry: FdbView
  readonly at: number
}) {
  const { t } = useTranslation()
  if (local || isStatic) return null
  const [used, updated] = [secondsSince(usedAt, at), secondsSince(updatedAt, at)]
  const title = `${t('inspector.usedAgo', { seconds: used })}, ${t('inspector.updatedAgo', { seconds: updated })}`
  return <span title={title}>{`${used}/${updated}`}</span>
}
