// The keyboard's way to a ping: choose the second host from a list, Enter runs it.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Modal } from '../../components/modal.tsx'
import { useNetwork, useSelection, useSession } from '../../lab/context.tsx'
import { pingCommand, runCommand } from '../../lab/run-actions.ts'
import { addressesOf, pingEndOf, pingTargets } from './press.ts'

export default function PingTargetDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const network = useNetwork((state) => state)
  const from = pingEndOf(
    useSelection((state) => state.selected),
    network,
  )
  const fromName = from === undefined ? '' : (network.namespaceById.get(from.netns)?.name ?? '')
  const choices =
    from === undefined
      ? []
      : pingTargets(from, network).flatMap(({ end, name }) =>
          addressesOf(end, network).map((address) => ({ name, address })),
        )
  const [chosen, setChosen] = useState('')
  const address = choices.some((choice) => choice.address === chosen) ? chosen : (choices[0]?.address ?? '')
  return (
    <Modal
      title={from === undefined ? t('ping.chooseFrom') : t('ping.chooseTarget', { from: fromName })}
      onClose={onClose}
    >
      {choices.length === 0 ? (
        <p className="modal__content">{from === undefined ? t('ping.chooseFromHint') : t('ping.noTargets')}</p>
      ) : (
        <form
          className="modal__content"
          onSubmit={(event) => {
            event.preventDefault()
            onClose()
            void runCommand(session, pingCommand(fromName, address))
          }}
        >
          <select
            className="field ping-targets mono"
            size={Math.min(Math.max(choices.length, 3), 12)}
            autoFocus
            aria-label={t('ping.address')}
            value={address}
            onChange={(event) => setChosen(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.form?.requestSubmit()}
          >
            {choices.map((choice) => (
              <option key={choice.address} value={choice.address}>
                {choice.address} — {choice.name}
              </option>
            ))}
          </select>
          <p className="ping-targets__run">
            <code>{pingCommand(fromName, address)}</code>
            <button type="submit" className="button button--primary">
              {t('ping.run')}
            </button>
          </p>
        </form>
      )}
    </Modal>
  )
}
