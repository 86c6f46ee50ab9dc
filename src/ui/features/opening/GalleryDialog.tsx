// All labs of the collection: grouped, searchable, each with its title, what it shows and a small picture.
import { Search } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Modal } from '../../components/modal.tsx'
import { useSession } from '../../lab/context.tsx'
import { openLab } from '../../lab/open-lab.ts'
import { titleOfName } from '../../lab/lab-title.ts'
import './gallery.css'
import { GALLERY_LABS } from './gallery-labs.ts'
import type { GalleryLab } from './gallery-labs.ts'
import { thumbnailOf } from './thumbnail.ts'

export default function GalleryDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const found = useMemo(() => GALLERY_LABS.filter((lab) => matches(lab, query)), [query])
  const groups = [...new Set(found.map(({ group }) => group))]
  return (
    <Modal title={t('gallery.title')} onClose={onClose} width="wide">
      <div className="gallery__search">
        <Search size={15} aria-hidden="true" />
        <input
          type="search"
          className="field"
          autoFocus
          aria-label={t('gallery.search')}
          placeholder={t('gallery.search')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
        <span className="muted" role="status">
          {t('gallery.found', { count: found.length })}
        </span>
      </div>
      <div className="modal__content gallery">
        {groups.map((group) => (
          <section key={group} aria-label={groupTitle(group)}>
            <h3>{groupTitle(group)}</h3>
            <ul className="gallery__list">
              {found
                .filter((lab) => lab.group === group)
                .map((lab) => (
                  <li key={lab.name}>
                    <GalleryCard lab={lab} onClose={onClose} />
                  </li>
                ))}
            </ul>
          </section>
        ))}
        {found.length === 0 && <p className="panel-empty">{t('gallery.nothing')}</p>}
      </div>
    </Modal>
  )
}

function GalleryCard({ lab, onClose }: { readonly lab: GalleryLab; readonly onClose: () => void }) {
  const session = useSession()
  return (
    <button
      type="button"
      className="gallery__card"
      onClick={() => {
        onClose()
        void openLab(session, { text: lab.text, origin: { kind: 'gallery', name: lab.name } })
      }}
    >
      <ThumbnailPicture text={lab.text} />
      <span className="gallery__words">
        <span className="gallery__name">{lab.title}</span>
        <span className="gallery__description muted">{lab.description}</span>
      </span>
    </button>
  )
}

const WIDTH = 96
const HEIGHT = 60

function ThumbnailPicture({ text }: { readonly text: string }) {
  const { nodes, lines } = useMemo(() => thumbnailOf(text), [text])
  const at = (index: number): { x: number; y: number } => {
    const node = nodes[index]
    return { x: (node?.x ?? 0) * WIDTH, y: (node?.y ?? 0) * HEIGHT }
  }
  return (
    <svg
      className="gallery__thumbnail"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      {lines.map(({ from, to, isChild }) => (
        <line
          key={`${from}-${to}`}
          x1={at(from).x}
          y1={at(from).y}
          x2={at(to).x}
          y2={at(to).y}
          {...(isChild ? { strokeDasharray: '2 2' } : {})}
        />
      ))}
      {nodes.map(({ name, isSwitch }, index) => {
        const { x, y } = at(index)
        const [width, height] = isSwitch ? [20, 7] : [11, 9]
        return <rect key={name} x={x - width / 2} y={y - height / 2} width={width} height={height} rx="1.5" />
      })}
    </svg>
  )
}

function groupTitle(group: string): string {
  return titleOfName(group).replace(/:$/, '')
}

/** Every word of the query must stand in the title, the description or the name. */
function matches({ name, title, description }: GalleryLab, query: string): boolean {
  const text = `${name} ${title} ${description}`.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
