// Pasting a script: what was changed to make it one, what is wrong with it by line, and only then it replaces the open lab.
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { parseLab } from '../../../lab/document.ts'
import { cleanPaste } from '../../../lab/paste.ts'
import { Modal } from '../../components/modal.tsx'
import { useSession } from '../../lab/context.tsx'
import { openLab } from '../../lab/open-lab.ts'
import './paste.css'
import { openFragment } from './sources.ts'

const EXAMPLE = `ip netns add a
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up`

export default function PasteDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const [text, setText] = useState('')
  const cleaned = useMemo(() => cleanPaste(text), [text])
  const problems = cleaned.ok ? parseLab(cleaned.value.text).problems.filter(({ severity }) => severity !== 'info') : []
  const isLink = !cleaned.ok && cleaned.error.kind === 'link'
  const open = async (): Promise<void> => {
    if (isLink) {
      if (await openFragment(session, text)) onClose()
    } else if (
      cleaned.ok &&
      (await openLab(session, { text: cleaned.value.text, origin: { kind: 'paste', name: '' } }))
    )
      onClose()
  }
  return (
    <Modal title={t('paste.title')} onClose={onClose}>
      <form
        className="modal__content paste"
        onSubmit={(event) => {
          event.preventDefault()
          void open()
        }}
      >
        <label>
          <span className="muted">{t('paste.label')}</span>
          <textarea
            className="field mono paste__text"
            rows={14}
            autoFocus
            spellCheck={false}
            placeholder={EXAMPLE}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        <div role="status">
          {!cleaned.ok && text.trim() !== '' && !isLink && <p className="paste__error">{cleaned.error.message}</p>}
          {isLink && <p className="muted">{t('paste.isLink')}</p>}
          {cleaned.ok && (
            <ul className="paste__notes">
              {cleaned.value.notes.map(({ message }) => (
                <li key={message} className="muted">
                  {message}
                </li>
              ))}
              {problems.map(({ line, message }) => (
                <li key={`${line}:${message}`} className="paste__error">
                  {t('problems.line', { line })} {message}
                </li>
              ))}
            </ul>
          )}
        </div>
        <div className="paste__buttons">
          <button type="button" className="button button--outlined" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="submit" className="button button--primary" disabled={!cleaned.ok && !isLink}>
            {t('paste.open')}
          </button>
        </div>
      </form>
    </Modal>
  )
}
