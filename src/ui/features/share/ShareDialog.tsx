// Sharing: a link that holds the whole lab, or a file where a link would be too long or lead nowhere.
import { Copy, Download } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Modal } from '../../components/modal.tsx'
import { useLab, useSession } from '../../lab/context.tsx'
import { ExportSection } from './ExportSection.tsx'
import './share.css'
import { fileNameOf, fileTextOf, isLocalAddress, linkOf, saveFile } from './share-lab.ts'

export default function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const session = useSession()
  const [isRunWished, setIsRunWished] = useState(false)
  const [isCopied, setIsCopied] = useState(false)
  const name = useLab(({ title, origin }) => fileNameOf(origin, title))
  const fieldId = useId()
  const link = linkOf(session, { location: window.location, isRunWished })
  const isLocal = isLocalAddress(window.location)
  return (
    <Modal title={t('share.title')} onClose={onClose}>
      <div className="modal__content share">
        {link.isTooLong ? (
          <p className="share__warning">{t('share.tooLong', { size: link.size, limit: link.limit })}</p>
        ) : (
          <>
            {isLocal && <p className="share__warning">{t('share.local', { host: window.location.host })}</p>}
            <label htmlFor={fieldId}>{t('share.link')}</label>
            <div className="share__row">
              <input
                id={fieldId}
                className="field mono"
                readOnly
                value={link.url}
                onFocus={(event) => event.target.select()}
              />
              <button
                type="button"
                className="button button--primary"
                onClick={() => {
                  void navigator.clipboard.writeText(link.url).then(() => setIsCopied(true))
                }}
              >
                <Copy size={14} /> {t('share.copy')}
              </button>
            </div>
            <label className="share__choice">
              <input type="checkbox" checked={isRunWished} onChange={(event) => setIsRunWished(event.target.checked)} />
              {t('share.run')}
            </label>
            <p className="muted" role="status">
              {isCopied ? t('share.copied') : t('share.size', { size: link.size })}
            </p>
          </>
        )}
        <div className="share__row share__row--file">
          <button type="button" className="button button--outlined" onClick={() => saveFile(name, fileTextOf(session))}>
            <Download size={14} /> {t('share.file', { name })}
          </button>
          <span className="muted">{t('share.fileHint')}</span>
        </div>
        <ExportSection name={name} />
      </div>
    </Modal>
  )
}
