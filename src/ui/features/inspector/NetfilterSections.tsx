// The firewall of a namespace as `iptables -S -v` writes it, the flows that it tracks, and the sockets that programs hold.
import { useTranslation } from 'react-i18next'
import type {
  ConntrackView,
  FirewallChainView,
  FirewallRuleView,
  FirewallTableView,
  FlowTupleView,
} from '../../../contract/firewall.ts'
import type { SocketView } from '../../../contract/read-models.ts'
import { formatIpv4 } from '../../../wire/address.ts'
import { DataTable } from '../../components/data-table.tsx'
import { useNetwork } from '../../lab/context.tsx'
import { Section } from './parts.tsx'
import { useAtCursor } from './use-at-cursor.ts'

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' }

export function NetfilterSections({ netns }: { readonly netns: number }) {
  const { t } = useTranslation()
  const at = useNetwork(({ view }) => view?.at ?? 0)
  const netfilter = useAtCursor('netfilter', netns)
  if (netfilter === undefined) return null
  const { firewall, flows, sockets } = netfilter
  return (
    <>
      {firewall.tables.filter(isUsed).map((table) => (
        <Section key={table.name} title={t('inspector.firewall', { table: table.name })}>
          {table.chains.map((chain) => (
            <Chain key={chain.name} chain={chain} />
          ))}
        </Section>
      ))}
      {firewall.bridgeCallsIptables === true && <p className="muted">{t('inspector.bridgeCalls')}</p>}
      {flows.length > 0 && (
        <Section title={t('inspector.flows')} count={flows.length}>
          <FlowTable flows={flows} at={at} />
        </Section>
      )}
      {sockets.length > 0 && (
        <Section title={t('inspector.sockets')} count={sockets.length}>
          <SocketTable sockets={sockets} />
        </Section>
      )}
    </>
  )
}

/** A table that holds no rule and drops nothing by policy says nothing. */
function isUsed({ chains }: FirewallTableView): boolean {
  return chains.some(({ rules, policy }) => rules.length > 0 || policy === 'DROP')
}

function Chain({ chain }: { readonly chain: FirewallChainView }) {
  const { t } = useTranslation()
  const { name, policy, packets, rules } = chain
  if (rules.length === 0 && policy !== 'DROP') return null
  return (
    <div className="inspector__chain">
      <h4 className="mono">
        {name} <span className="muted">{policy === undefined ? '' : t('inspector.policy', { policy, packets })}</span>
      </h4>
      <DataTable<FirewallRuleView>
        caption={name}
        empty={t('inspector.noFirewallRules')}
        rows={rules}
        rowKey={(_, index) => String(index)}
        columns={[
          { key: 'packets', label: 'pkts', cell: (rule) => rule.packets },
          { key: 'bytes', label: 'bytes', cell: (rule) => rule.bytes },
          { key: 'rule', label: t('column.rule'), set: 'wrapped', cell: ({ text }) => text },
        ]}
      />
    </div>
  )
}

function FlowTable({ flows, at }: { readonly flows: readonly ConntrackView[]; readonly at: number }) {
  const { t } = useTranslation()
  return (
    <DataTable
      caption={t('inspector.flows')}
      empty=""
      rows={flows}
      rowKey={({ id }) => String(id)}
      columns={[
        {
          key: 'protocol',
          label: t('column.protocol'),
          cell: ({ protocol, state }) => `${PROTOCOLS[protocol] ?? protocol} ${state}`.trim(),
          below: {
            label: t('column.timer'),
            isClock: true,
            cell: ({ expiresAt }) => `${Math.max(0, (expiresAt - at) / 1e9).toFixed(0)} s`,
          },
        },
        {
          key: 'original',
          label: t('column.original'),
          cell: ({ original }) => tupleText(original),
          below: { label: t('column.reply'), cell: ({ reply }) => tupleText(reply) },
        },
        {
          key: 'flags',
          label: '',
          set: 'wrapped',
          cell: ({ seenReply, assured, sourceNat, destinationNat }) =>
            [
              seenReply ? '' : 'UNREPLIED',
              assured ? 'ASSURED' : '',
              sourceNat ? 'SNAT' : '',
              destinationNat ? 'DNAT' : '',
            ]
              .filter((word) => word !== '')
              .join(' '),
        },
      ]}
    />
  )
}

function tupleText({ source, destination, sourcePort, destinationPort, icmp }: FlowTupleView): string {
  if (icmp !== undefined) return `${formatIpv4(source)} → ${formatIpv4(destination)} id ${icmp.id}`
  return `${formatIpv4(source)}:${sourcePort} → ${formatIpv4(destination)}:${destinationPort}`
}

function SocketTable({ sockets }: { readonly sockets: readonly SocketView[] }) {
  const { t } = useTranslation()
  const end = (address: SocketView['localAddress'], port: number): string =>
    `${address === 0 ? '0.0.0.0' : formatIpv4(address)}:${port === 0 ? '*' : port}`
  return (
    <DataTable
      caption={t('inspector.sockets')}
      empty=""
      rows={sockets}
      rowKey={({ socket }) => String(socket)}
      columns={[
        {
          key: 'kind',
          label: t('column.protocol'),
          cell: ({ kind }) => kind,
          below: { label: t('column.state'), cell: ({ state }) => (state === 'CLOSE' ? 'UNCONN' : state) },
        },
        {
          key: 'local',
          label: t('column.local'),
          cell: (socket) => end(socket.localAddress, socket.localPort),
          below: { label: t('column.remote'), cell: (socket) => end(socket.remoteAddress, socket.remotePort) },
        },
        { key: 'queues', label: 'Recv-Q/Send-Q', cell: (socket) => `${socket.receiveQueue}/${socket.sendQueue}` },
      ]}
    />
  )
}
