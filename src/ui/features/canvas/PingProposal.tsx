// The small question beside the second host: ping it from the first? Enter runs it.
import { NodeToolbar, Position } from '@xyflow/react'
import { Play, X } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions, useLab, useNetwork, useSelection, useSession } from '../../lab/context.tsx'
import { pingCommand, runCommand } from '../../lab/run-actions.ts'
import { namespaceTitle } from '../../stores/network-store.ts'
import type { PingEnd } from '../../stores/selection-store.ts'
import { addressesOf, dismissPing } from './press.ts'

export function PingProposal() {
  const from = useSelection((state) => state.pingFrom)
  const to = useSelection((state) => state.pingTo)
  const selected = useSelection((state) => state.selected)
  const nodeId = useNodeId(
    selected?.kind === 'device' ? undefined : to,
    selected?.kind === 'device' ? selected.device : 0,
  )
  if (from === undefined || to === undefined || nodeId === undefined) return null
  return (
    <NodeToolbar nodeId={nodeId} isVisible position={Position.Top} offset={34}>
      <Proposal key={`${from.netns}>${to.netns}:${to.device ?? 0}`} from={from} to={to} />
    </NodeToolbar>
  )
}

function Proposal({ from, to }: { readonly from: PingEnd; readonly to: PingEnd }) {
  const session = useSession()
  const { t } = useTranslation()
  const state = useNetwork((network) => network)
  const isRunning = useActions((actions) => actions.isRunning)
  const addresses = addressesOf(to, state)
  const [address, setAddress] = useState(addresses[0] ?? '')
  const selectId = useId()
  const run = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    run.current?.focus({ preventScroll: true })
  }, [])
  const fromNamespace = state.namespaceById.get(from.netns)?.name ?? ''
  const fromName = namespaceTitle(fromNamespace)
  const toName = namespaceTitle(state.namespaceById.get(to.netns)?.name ?? '')
  const command = pingCommand(fromNamespace, address)
  return (
    <form
      className="ping-proposal nodrag nopan"
      aria-label={t('ping.title', { from: fromName, to: toName })}
      onSubmit={(event) => {
        event.preventDefault()
        dismissPing(session)
        void runCommand(session, command)
      }}
    >
      <div className="ping-proposal__row">
        <strong>{t('ping.title', { from: fromName, to: toName })}</strong>
        <button
          type="button"
          className="button button--icon"
          aria-label={t('common.close')}
          onClick={() => dismissPing(session)}
        >
          <X size={14} />
        </button>
      </div>
      <code className="ping-proposal__command">{command}</code>
      <div className="ping-proposal__row">
        {addresses.length > 1 && (
          <>
            <label htmlFor={selectId} className="visually-hidden">
              {t('ping.address')}
            </label>
            <select
              id={selectId}
              className="field mono"
              value={address}
              onChange={(event) => setAddress(event.target.value)}
            >
              {addresses.map((each) => (
                <option key={each}>{each}</option>
              ))}
            </select>
          </>
        )}
        <button ref={run} type="submit" className="button button--primary" disabled={isRunning}>
          <Play size={14} /> {t('ping.run')}
        </button>
      </div>
    </form>
  )
}

/** The node that stands for the second host. */
function useNodeId(to: PingEnd | undefined, device: number): string | undefined {
  const name = useNetwork((state) => (to === undefined ? undefined : state.namespaceById.get(to.netns)?.name))
  const machines = useLab((state) => state.machines)
  if (device !== 0) return `device:${device}`
  if (name === undefined) return undefined
  const home = machines.find(({ namespaces }) => namespaces.includes(name))
  // A namespace that is its machine is drawn as the machine's frame.
  const isMachine = home === undefined || home.name === name || name === ''
  return isMachine ? `machine:${home?.name ?? name}` : `namespace:${name}`
}
