// What `ip -d link` and `bridge -d link` say about a device, as names and values in Linux's own words.
import type { TFunction } from 'i18next'
import type { LinkDetails, LinkStats, LinkView, PortView } from '../../../contract/read-models.ts'
import { formatMac } from '../../../wire/address.ts'
import { interfaceName } from '../../stores/network-store.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import { DeviceLink, flagsText } from './parts.tsx'

type Fact = readonly [name: string, value: React.ReactNode]

/** What every device has besides its settings, and whom it is joined to. */
export function linkFacts(link: LinkView, network: NetworkState, t: TFunction): readonly Fact[] {
  const { details, mac, permanentMac, filter, promiscuityCount, allMulticastCount, stats } = link
  const children = [...network.linkById.values()].filter(
    (other) => other.linkDevice === link.device && other.details.kind !== 'veth',
  )
  const linkTo = (device: number) => <DeviceLink key={device} device={device} network={network} />
  return [
    [t('inspector.kind'), kindText(details)],
    ...when(permanentMac !== 0 && permanentMac !== mac, 'permaddr', formatMac(permanentMac)),
    [t('inspector.flags'), flagsText(link)],
    ['state', link.operState],
    ['qdisc', link.qdisc],
    ...when(promiscuityCount > 0, 'promiscuity', promiscuityCount),
    ...when(allMulticastCount > 0, 'allmulti', allMulticastCount),
    ...when(
      link.linkDevice !== 0,
      t(details.kind === 'veth' ? 'inspector.otherEnd' : 'inspector.parent'),
      linkTo(link.linkDevice),
    ),
    ...when(link.master !== 0, t('inspector.bridgeOf'), linkTo(link.master)),
    ...when(
      children.length > 0,
      t('inspector.children'),
      children.map(({ device }) => linkTo(device)),
    ),
    ...kindFacts(details, t),
    ...when(filter.length > 0, t('inspector.filter'), filter.map(formatMac).join(' ')),
    ['RX', trafficText(stats.rxPackets, stats.rxBytes, stats.rxDropped)],
    ['TX', trafficText(stats.txPackets, stats.txBytes, stats.txDropped)],
  ]
}

function when(isShown: boolean, name: string, value: React.ReactNode): readonly Fact[] {
  return isShown ? [[name, value]] : []
}

function kindText(details: LinkDetails): string {
  switch (details.kind) {
    case 'vlan':
      return `vlan protocol ${details.protocol} id ${details.id}${details.reorderHeader ? '' : ' reorder_hdr off'}`
    case 'macvlan':
      return `macvlan mode ${details.mode}${details.noPromisc ? ' nopromisc' : ''}`
    case 'ipvlan':
      return `ipvlan mode ${details.mode} ${details.flag}`
    default:
      return details.kind
  }
}

function kindFacts(details: LinkDetails, t: TFunction): readonly Fact[] {
  if (details.kind !== 'macvlan') return []
  const { mode, sources, broadcastQueueLength } = details
  return [
    ...when(mode === 'source', t('inspector.sources'), sources.length === 0 ? '–' : sources.map(formatMac).join(' ')),
    ['bcqueuelen', broadcastQueueLength],
  ]
}

/** What of a bridge nobody sets here, and its view of the spanning tree. */
export function bridgeFacts({ details }: LinkView, network: NetworkState): readonly Fact[] {
  if (details.kind !== 'bridge') return []
  const { stpState, rootPort, bridgeId } = details
  const port = [...network.linkById.values()].find((link) => isRootPort(link, rootPort, network, bridgeId))
  return [
    ['mcast_snooping', bit(details.mcastSnooping)],
    ['group_fwd_mask', hex(details.groupFwdMask)],
    ...(details.vlanFiltering ? [['vlan_protocol', details.vlanProtocol] as const] : []),
    ['bridge_id', bridgeId],
    ...(stpState
      ? [
          ['designated_root', details.designatedRoot] as const,
          [
            'root_port',
            port === undefined ? rootPort : `${rootPort} (${interfaceName(network, port.device)})`,
          ] as const,
          ['root_path_cost', details.rootPathCost] as const,
          ['topology_change', bit(details.topologyChange)] as const,
          ['hello_time', seconds(details.helloTimeMs)] as const,
          ['max_age', seconds(details.maxAgeMs)] as const,
        ]
      : []),
  ]
}

function isRootPort({ port }: LinkView, rootPort: number, network: NetworkState, bridgeId: string): boolean {
  if (port === undefined || port.portNo !== rootPort) return false
  const bridge = network.linkById.get(port.bridge)
  return bridge?.details.kind === 'bridge' && bridge.details.bridgeId === bridgeId
}

/** What a bridge keeps about a port besides its flags, as `bridge -d link` lists it. */
export function portFacts(port: PortView): readonly Fact[] {
  return [
    ['state', port.state],
    ['priority', port.priority],
    ['cost', port.cost],
    ['port_no', port.portNo],
    ['group_fwd_mask', hex(port.groupFwdMask)],
    ['designated', `${port.designatedBridge} port ${port.designatedPort} cost ${port.designatedCost}`],
    ['root', port.designatedRoot],
  ]
}

function trafficText(packets: LinkStats['rxPackets'], bytes: number, dropped: number): string {
  return `${packets} packets, ${bytes} bytes${dropped === 0 ? '' : `, ${dropped} dropped`}`
}

function bit(isOn: boolean): string {
  return isOn ? '1' : '0'
}

function seconds(ms: number): string {
  return `${ms / 1000} s`
}

function hex(value: number): string {
  return `0x${value.toString(16)}`
}
