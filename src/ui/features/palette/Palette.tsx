// What a lab is made of: drag a thing onto the canvas, or press it to add it where it fits.
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../lab/context.tsx'
import { PALETTE_ITEMS } from '../../stores/building-store.ts'
import type { PaletteItem } from '../../stores/building-store.ts'
import { loadDrag, watchPress } from '../canvas/press-drag.ts'
import { ItemPicture } from './item-picture.tsx'
import './palette.css'
import { ITEM_KEYS } from './item-keys.ts'

export function Palette() {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(true)
  return (
    <section className="palette" aria-label={t('palette.title')} onPointerEnter={() => void loadDrag()}>
      <h2 className="palette__title">
        <button type="button" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
          {t('palette.title')}
        </button>
      </h2>
      {isOpen && (
        <ul className="palette__items">
          {PALETTE_ITEMS.map((item) => (
            <Item key={item} item={item} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Item({ item }: { readonly item: PaletteItem }) {
  const { t } = useTranslation()
  const session = useSession()
  const key = ITEM_KEYS[item]
  return (
    <li>
      <button
        type="button"
        className="palette__item"
        title={t(`palette.${item}Hint`)}
        aria-keyshortcuts={key}
        onPointerDown={(event) => {
          if (event.button === 0) {
            watchPress(session, { kind: 'item', item }, { client: { x: event.clientX, y: event.clientY } })
          }
        }}
        onClick={() => void import('../canvas/building/add-item.ts').then(({ addItem }) => addItem(session, item))}
      >
        <ItemPicture item={item} />
        <span className="palette__name">{t(`palette.${item}`)}</span>
        {key !== undefined && <kbd aria-hidden="true">{key.toUpperCase()}</kbd>}
      </button>
    </li>
  )
}
