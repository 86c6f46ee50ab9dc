// All keys, by what they are for.
import { useTranslation } from 'react-i18next'
import { Modal } from '../components/modal.tsx'
import { alignKeyText } from '../features/canvas/align-keys.ts'
import { BUILD_KEYS } from '../features/canvas/build-keys.ts'
import { ITEM_KEYS } from '../features/palette/item-keys.ts'
import { PALETTE_ITEMS } from '../stores/building-store.ts'
import { SHORTCUTS } from './shortcuts.ts'

/** Keys, any of which or all of which in turn do what the words say. */
interface Row {
  readonly keys: readonly string[]
  readonly words: string
}

const ARROWS = ['↑', '↓', '←', '→']

export default function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const groups: readonly (readonly [string, readonly Row[]])[] = [
    [t('shortcut.watching'), useWatching()],
    [t('shortcut.adding'), useAdding()],
    [t('shortcut.editing'), useEditing()],
    [t('shortcut.goingAround'), useGoingAround()],
  ]
  return (
    <Modal title={t('shortcut.title')} onClose={onClose} width="medium">
      <div className="modal__content shortcuts" role="group" tabIndex={0} aria-label={t('shortcut.title')}>
        {groups.map(([heading, rows]) => (
          <section key={heading}>
            <h3>{heading}</h3>
            <dl>
              {rows.map(({ keys, words }) => (
                <div key={words}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dt>
                  <dd>{words}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}

function useWatching(): readonly Row[] {
  const { t } = useTranslation()
  return SHORTCUTS.map(({ key, name }) => ({
    keys: [key === ' ' ? t('shortcut.space') : key.length === 1 ? key.toUpperCase() : key],
    words: t(`shortcut.${name}`),
  }))
}

function useAdding(): readonly Row[] {
  const { t } = useTranslation()
  return PALETTE_ITEMS.flatMap((item) => {
    const key = ITEM_KEYS[item]
    return key === undefined ? [] : [{ keys: [key.toUpperCase()], words: t(`palette.${item}`) }]
  })
}

function useEditing(): readonly Row[] {
  const { t } = useTranslation()
  return [
    { keys: ['Ctrl+Z'], words: t('shortcut.undo') },
    { keys: ['Ctrl+Shift+Z'], words: t('shortcut.redo') },
    { keys: ['Enter'], words: t('shortcut.address') },
    ...BUILD_KEYS.map(({ key, withControl, name }) => ({
      keys: [`${withControl === true ? 'Ctrl+' : ''}${key === 'delete' ? 'Del' : key.toUpperCase()}`],
      words: t(`shortcut.${name}`),
    })),
    { keys: ['Ctrl+Shift', ...ARROWS], words: t('shortcut.alignEdges') },
    { keys: [alignKeyText('centre'), alignKeyText('middle')], words: t('shortcut.alignCentres') },
    { keys: [alignKeyText('columns'), alignKeyText('rows')], words: t('shortcut.spaceOut') },
  ]
}

function useGoingAround(): readonly Row[] {
  const { t } = useTranslation()
  return [
    { keys: ['Ctrl+K'], words: t('shortcut.find') },
    { keys: ['F6'], words: t('shortcut.region') },
    { keys: ARROWS, words: t('shortcut.move') },
    { keys: ['Alt', ...ARROWS], words: t('shortcut.moveFromTree') },
  ]
}
