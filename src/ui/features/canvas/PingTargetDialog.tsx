// The keyboard's way to a ping: choose the second host from a list, Enter runs it.
import { IPv4 } from 'ipaddr.js'
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
  const [typed, setTyped] = useState('')
  const listed = choices.some((choice) => choice.address === chosen) ? chosen : (choices[0]?.address ?? '')
  const address = typed.trim() === '' ? listed : typed.trim()
  const isUsable = IPv4.isValidFourPartDecimal(address)
  return (
    <Modal
      title={from === undefined ? t('ping.chooseFrom') : t('ping.chooseTarget', { from: fromName })}
      onClose={onClose}
    >
      {from === undefined ? (
        <p className="modal__content">{t('ping.chooseFromHint')}</p>
      ) : (
        <form
          className="modal__content"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isUsable) return
            onClose()
            void runCommand(session, pingCommand(fromName, address))
          }}
        >
          {choices.length === 0 ? (
            <p>{t('ping.noTargets')}</p>
          ) : (
            <select
              className="field ping-targets mono"
              size={Math.min(Math.max(choices.length, 3), 12)}
              autoFocus
              aria-label={t('ping.address')}
              value={listed}
              onChange={(event) => {
                setChosen(event.target.value)
                setTyped('')
              }}
              onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.form?.requestSubmit()}
            >
              {choices.map((choice) => (
                <option key={choice.address} value={choice.address}>
                  {choice.address} — {choice.name}
                </option>
              ))}
            </select>
          )}
          <label className="ping-targets__other">
            {t('ping.other')}
            <input
              className="field mono"
              value={typed}
              inputMode="decimal"
              spellCheck={false}
              aria-invalid={!isUsable}
              aria-describedby="ping-other-hint"
              placeholder="169.254.1.1"
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
          <p id="ping-other-hint" className={typed !== '' && !isUsable ? 'ping-targets__wrong' : 'muted'}>
            {t('ping.otherHint')}
          </p>
          <p className="ping-targets__run">
            <code>{pingCommand(fromName, address)}</code>
            <button type="submit" className="button button--primary" disabled={!isUsable}>
              {t('ping.run')}
            </button>
          </p>
        </form>
      )}
    </Modal>
  )
}
