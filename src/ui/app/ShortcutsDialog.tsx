// All keys in one list.
import { useTranslation } from 'react-i18next'
import { Modal } from '../components/modal.tsx'
import { BUILD_KEYS } from '../features/canvas/build-keys.ts'
import { ITEM_KEYS } from '../features/palette/item-keys.ts'
import { PALETTE_ITEMS } from '../stores/building-store.ts'
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
        {PALETTE_ITEMS.map((item) => {
          const key = ITEM_KEYS[item]
          if (key === undefined) return null
          return (
            <div key={item}>
              <dt>
                <kbd>{key.toUpperCase()}</kbd>
              </dt>
              <dd>{t('shortcut.add', { name: t(`palette.${item}`) })}</dd>
            </div>
          )
        })}
        {BUILD_KEYS.map(({ key, withControl, name }) => (
          <div key={name}>
            <dt>
              <kbd>{`${withControl === true ? 'Ctrl+' : ''}${key === 'delete' ? 'Del' : key.toUpperCase()}`}</kbd>
            </dt>
            <dd>{t(`shortcut.${name}`)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>{t('shortcut.address')}</dd>
        </div>
        <div>
          <dt>
            <kbd>Ctrl+Shift</kbd> <kbd>↑</kbd> <kbd>↓</kbd> <kbd>←</kbd> <kbd>→</kbd>
          </dt>
          <dd>{t('shortcut.alignEdges')}</dd>
        </div>
        <div>
          <dt>
            <kbd>Alt+H</kbd> <kbd>Alt+V</kbd>
          </dt>
          <dd>{t('shortcut.alignCentres')}</dd>
        </div>
        <div>
          <dt>
            <kbd>Alt+Shift+H</kbd> <kbd>Alt+Shift+V</kbd>
          </dt>
          <dd>{t('shortcut.spaceOut')}</dd>
        </div>
        <div>
          <dt>
            <kbd>Alt</kbd> <kbd>↑</kbd> <kbd>↓</kbd> <kbd>←</kbd> <kbd>→</kbd>
          </dt>
          <dd>{t('shortcut.moveFromTree')}</dd>
        </div>
        <div>
          <dt>
            <kbd>F6</kbd>
          </dt>
          <dd>{t('shortcut.region')}</dd>
        </div>
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
