// The tables that speak of one interface, each with what adds to it and takes away.
import { useTranslation } from 'react-i18next'
import type { FdbView, LinkView, NeighView, VlanMembership } from '../../../contract/read-models.ts'
import { formatIpv4, formatMac } from '../../../wire/address.ts'
import { useSession } from '../../lab/context.tsx'
import type { NetworkState } from '../../stores/network-store.ts'
import { checkAddress, checkFdbMac, checkNeighbour, checkPortVlan } from './edit/checks.ts'
import { AddForm, usePerform } from './edit/controls.tsx'
import { deviceRef } from './edit/DeviceSettings.tsx'
import { addressText } from './format.ts'
import { Section } from './parts.tsx'
import { AddressTable, FdbTable, NeighbourTable, ProxyTable, VlanTable } from './tables.tsx'

interface LinkProps {
  readonly link: LinkView
  readonly network: NetworkState
}

export function AddressSection({ link, network }: LinkProps) {
  const { t } = useTranslation()
  const session = useSession()
  const perform = usePerform()
  const device = deviceRef(link, network)
  return (
    <Section title={t('inspector.addresses')} count={link.addresses.length}>
      <AddressTable
        links={[link]}
        onRemove={({ address }) => perform({ kind: 'remove-address', device, address: addressText(address) })}
      />
      <AddForm
        label={t('edit.addAddress')}
        placeholder="10.0.0.1/24"
        check={checkAddress}
        propose={async () => {
          const { proposeAddress } = await import('../../../lab/build/addresses.ts')
          const view = session.network.getState().view ?? { at: 0, namespaces: [] }
          return proposeAddress({ network: view, machines: session.lab.getState().machines }, device)
        }}
        onAdd={(address) => perform({ kind: 'add-address', device, address })}
      />
    </Section>
  )
}

export function NeighbourSections({
  link,
  network,
  entries,
}: LinkProps & {
  readonly entries: readonly NeighView[]
}) {
  const { t } = useTranslation()
  const perform = usePerform()
  const device = deviceRef(link, network)
  const neighbours = entries.filter(({ proxy }) => !proxy)
  const proxies = entries.filter(({ proxy }) => proxy)
  return (
    <>
      {link.master === 0 && (
        <Section title={t('inspector.neighbours')} count={neighbours.length}>
          <NeighbourTable
            neighbours={neighbours}
            network={network}
            onRemove={({ ip }) => perform({ kind: 'remove-neighbour', device, ip: formatIpv4(ip), mac: '' })}
          />
          <AddForm
            label={t('edit.addNeighbour')}
            placeholder="10.0.0.9 02:00:00:00:00:09"
            check={checkNeighbour}
            onAdd={(words) => {
              const [ip = '', mac] = words.split(' ')
              return perform({ kind: 'add-neighbour', device, ip, ...(mac === undefined ? {} : { mac }) })
            }}
          />
        </Section>
      )}
      {proxies.length > 0 && (
        <Section title={t('inspector.proxies')} count={proxies.length}>
          <ProxyTable
            proxies={proxies}
            network={network}
            onRemove={({ ip }) => perform({ kind: 'remove-neighbour', device, ip: formatIpv4(ip) })}
          />
        </Section>
      )}
    </>
  )
}

export function FdbSection({ link, network, entries }: LinkProps & { readonly entries: readonly FdbView[] }) {
  const { t } = useTranslation()
  const perform = usePerform()
  const remove = ({ device, bridge, vlan, mac }: FdbView): void => {
    const port = network.linkById.get(device)
    if (port === undefined) return
    const words = `${device === bridge ? 'self' : 'master'}${vlan === 0 ? '' : ` vlan ${vlan}`}`
    void perform({ kind: 'remove-fdb', device: deviceRef(port, network), mac: formatMac(mac), words })
  }
  return (
    <Section title={t('inspector.fdb')} count={entries.length}>
      <FdbTable entries={entries} network={network} onRemove={remove} />
      {link.master !== 0 && (
        <AddForm
          label={t('edit.addFdb')}
          placeholder="02:00:00:00:00:09"
          check={checkFdbMac}
          onAdd={(mac) => perform({ kind: 'add-fdb', device: deviceRef(link, network), mac, words: 'master static' })}
        />
      )}
    </Section>
  )
}

export function VlanSection({ link, network, vlans }: LinkProps & { readonly vlans: readonly VlanMembership[] }) {
  const { t } = useTranslation()
  const perform = usePerform()
  const device = deviceRef(link, network)
  return (
    <Section title={t('inspector.vlans')}>
      <VlanTable
        vlans={vlans}
        onRemove={({ id }) => perform({ kind: 'remove-port-vlan', device, words: `vid ${id}` })}
      />
      <AddForm
        label={t('edit.addVlan')}
        placeholder="10 pvid untagged"
        check={checkPortVlan}
        onAdd={(words) => perform({ kind: 'add-port-vlan', device, words: `vid ${words}` })}
      />
    </Section>
  )
}
