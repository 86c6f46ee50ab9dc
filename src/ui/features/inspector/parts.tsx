// The pieces that inspectors are made of.
import { SquareTerminal } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LinkView } from '../../../contract/read-models.ts'
import { useSession } from '../../lab/context.tsx'
import { openTerminal } from '../../lab/terminals.ts'
import { interfaceName } from '../../stores/network-store.ts'
import type { NetworkState } from '../../stores/network-store.ts'
import type { Selected } from '../../stores/selection-store.ts'
import { watchFlashes } from './flashes.ts'

/** What is told of one thing; give each thing its own by a `key`. What changes in it lights up. */
export function InspectorBody({ children }: { readonly children: React.ReactNode }) {
  return (
    <div className="inspector" ref={watchFlashes}>
      {children}
    </div>
  )
}

/** A section with a heading and, where rows are counted, their number. */
export function Section(props: {
  readonly title: string
  readonly count?: number
  readonly children: React.ReactNode
}) {
  return (
    <section className="inspector__section">
      <h3>
        {props.title}
        {props.count !== undefined && <span className="inspector__count">{props.count}</span>}
      </h3>
      {props.children}
    </section>
  )
}

/** Names and values in two columns. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: React.ReactNode])[] }) {
  return (
    <dl className="inspector__facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="mono">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Selects something else when pressed: the other end, the bridge, the parent. */
export function SelectLink({ target, children }: { readonly target: Selected; readonly children: React.ReactNode }) {
  const { selection } = useSession()
  return (
    <button
      type="button"
      className="inspector__link mono"
      onClick={() => selection.setState({ selected: target, pingFrom: undefined, pingTo: undefined })}
    >
      {children}
    </button>
  )
}

/** A device by its full name, pressable. */
export function DeviceLink({ device, network }: { readonly device: number; readonly network: NetworkState }) {
  if (!network.linkById.has(device)) return <>{interfaceName(network, device)}</>
  return <SelectLink target={{ kind: 'device', device }}>{interfaceName(network, device)}</SelectLink>
}

/** A device's own name within its namespace. */
export function shortName(network: NetworkState, device: number): string {
  return network.linkById.get(device)?.name ?? `#${device}`
}

/** The states of a neighbour are told by shape too: solid, hollow, ticking, crossed. */
export function NeighState({ state }: { readonly state: string }) {
  return (
    <span className={`neigh-state neigh-state--${state.toLowerCase()}`}>
      <span className="neigh-state__mark" aria-hidden="true" />
      {state}
    </span>
  )
}

/** The moment that the tables show. */
export function AsOf({ atNs }: { readonly atNs: number }) {
  const { t } = useTranslation()
  return <p className="inspector__as-of muted">{t('inspector.asOf', { seconds: (atNs / 1e9).toFixed(3) })}</p>
}

/** `UP BROADCAST …` as `ip link` lists the flags. */
export function flagsText(link: LinkView): string {
  const flags: readonly (readonly [boolean, string])[] = [
    [link.up, 'UP'],
    [link.carrier, 'LOWER_UP'],
    [!link.carrier && link.up, 'NO-CARRIER'],
    [link.broadcast, 'BROADCAST'],
    [link.multicast, 'MULTICAST'],
    [link.noArp, 'NOARP'],
    [link.promisc || link.promiscuityCount > 0, 'PROMISC'],
    [link.allMulticast || link.allMulticastCount > 0, 'ALLMULTI'],
  ]
  return flags.flatMap(([isSet, name]) => (isSet ? [name] : [])).join(' ')
}

/** Opens a terminal on the machine or namespace that is inspected. */
export function TerminalButton({ target }: { readonly target: Selected }) {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <button
      type="button"
      className="button button--outlined"
      title={t('terminal.openHere')}
      onClick={() => openTerminal(session, target)}
    >
      <SquareTerminal size={14} /> {t('terminal.open')} <kbd>T</kbd>
    </button>
  )
}
