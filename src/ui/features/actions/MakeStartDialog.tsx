// What of the commands that were put in since becomes part of the lab's setup: those that change the network, unless one says otherwise.
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Modal } from '../../components/modal.tsx'
import { useActions, useSession } from '../../lab/context.tsx'
import { makeStart, startChoices } from '../../lab/make-start.ts'
import './make-start.css'

export default function MakeStartDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const actions = useActions((state) => state.actions)
  const choices = startChoices(actions)
  const [changed, setChanged] = useState<ReadonlySet<number>>(new Set())
  const chosen = new Set(
    choices.filter(({ index, isMeant }) => isMeant !== changed.has(index)).map(({ index }) => index),
  )
  const toggle = (index: number): void => {
    const next = new Set(changed)
    if (!next.delete(index)) next.add(index)
    setChanged(next)
  }
  const hasOwn = actions.some(({ line }) => line !== 0)
  if (choices.length === 0) {
    return (
      <Modal title={t('start.title')} onClose={onClose}>
        <p className="modal__content">{t('start.nothing')}</p>
      </Modal>
    )
  }
  return (
    <Modal title={t('start.title')} onClose={onClose}>
      <form
        className="modal__content make-start"
        onSubmit={(event) => {
          event.preventDefault()
          onClose()
          void makeStart(session, chosen)
        }}
      >
        <p>{t('start.explanation')}</p>
        <ul className="make-start__list">
          {choices.map(({ index, command, hasFailed }) => (
            <li key={index}>
              <label>
                <input type="checkbox" checked={chosen.has(index)} onChange={() => toggle(index)} />
                <code>{command}</code>
                {hasFailed && <span className="make-start__failed">{t('start.failed')}</span>}
              </label>
            </li>
          ))}
        </ul>
        <p className="muted">{t(hasOwn ? 'start.restOwn' : 'start.rest')}</p>
        <p className="make-start__choice">
          <button type="button" className="button button--outlined" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button button--primary" autoFocus>
            {t('start.make', { count: chosen.size })}
          </button>
        </p>
      </form>
    </Modal>
  )
}
