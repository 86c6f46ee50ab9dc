// All keys in one list.
import { useTranslation } from 'react-i18next'
import { Modal } from '../components/modal.tsx'
import { SHORTCUTS } from './shortcuts.ts'

export default function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal title={t('shortcut.title')} onClose={onClose}>
      <dl className="modal__content shortcuts">
        {SHORTCUTS.map(({ key, name }) => (
          <div key={name}>
            <dt>
              <kbd>{key === ' ' ? t('shortcut.space') : key.toUpperCase()}</kbd>
            </dt>
            <dd>{t(`shortcut.${name}`)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>↑</kbd> <kbd>↓</kbd> <kbd>←</kbd> <kbd>→</kbd>
          </dt>
          <dd>{t('shortcut.move')}</dd>
        </div>
      </dl>
    </Modal>
  )
}
