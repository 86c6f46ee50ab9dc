// All labs of the gallery: by topic, searchable, each with its title, what it shows and a small picture.
import { Search } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { labTextsAtHand, loadLabTexts } from '../../../i18n/lab-texts.ts'
import type { LabTexts } from '../../../i18n/lab-texts.ts'
import { Modal } from '../../components/modal.tsx'
import './gallery.css'
import { GalleryCard } from './GalleryCard.tsx'
import { countOf, foundLabs, galleryLabs } from './gallery-labs.ts'
import type { GalleryLab } from './gallery-labs.ts'
import { TOPICS } from './gallery-topics.ts'
import type { Topic } from './gallery-topics.ts'

export default function GalleryDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const texts = useLabTexts()
  const [query, setQuery] = useState('')
  const [topic, setTopic] = useState<Topic | undefined>(undefined)
  const labs = useMemo(() => galleryLabs(texts), [texts])
  const sections = useMemo(
    () => foundLabs(labs, { topic, query, topicName: (each) => t(`gallery.topic_${each}`) }),
    [labs, topic, query, t],
  )
  const count = sections.reduce((sum, section) => sum + section.labs.length, 0)
  const room = useGrowingRoom(labs.length)
  const before = (index: number): number =>
    sections.slice(0, index).reduce((sum, section) => sum + section.labs.length, 0)
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
          {t('gallery.found', { count })}
        </span>
      </div>
      <TopicChoice labs={labs} chosen={topic} onChoose={setTopic} />
      <div className="modal__content gallery">
        {sections.map((section, index) => (
          <section key={section.topic} aria-label={t(`gallery.topic_${section.topic}`)}>
            <h3>{t(`gallery.topic_${section.topic}`)}</h3>
            <ul className="gallery__list">
              {section.labs.slice(0, Math.max(0, room - before(index))).map((lab) => (
                <li key={lab.name}>
                  <GalleryCard lab={lab} onClose={onClose} />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {count === 0 && <p className="panel-empty">{t('gallery.nothing')}</p>}
      </div>
    </Modal>
  )
}

interface TopicChoiceProps {
  readonly labs: readonly GalleryLab[]
  readonly chosen: Topic | undefined
  readonly onChoose: (topic: Topic | undefined) => void
}

/** One topic or all: the arrow keys walk through them, as in any group of radio buttons. */
function TopicChoice({ labs, chosen, onChoose }: TopicChoiceProps) {
  const { t } = useTranslation()
  return (
    <fieldset className="gallery__topics">
      <legend className="visually-hidden">{t('gallery.topics')}</legend>
      {[undefined, ...TOPICS].map((topic) => (
        <label key={topic ?? ''} className="gallery__topic">
          <input
            type="radio"
            name="gallery-topic"
            className="visually-hidden"
            checked={topic === chosen}
            onChange={() => onChoose(topic)}
          />
          {topic === undefined ? t('gallery.allTopics') : t(`gallery.topic_${topic}`)}
          <span className="muted" aria-hidden="true">
            {topic === undefined ? labs.length : countOf(labs, topic)}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

const NO_TEXTS: LabTexts = {}

/** In the language that is shown; nothing while that is on its way. */
function useLabTexts(): LabTexts {
  const { i18n } = useTranslation()
  const [texts, setTexts] = useState(labTextsAtHand)
  useEffect(() => {
    let isCurrent = true
    void loadLabTexts(i18n.language).then((loaded) => {
      if (isCurrent) setTexts(loaded)
    })
    return () => {
      isCurrent = false
    }
  }, [i18n.language])
  return texts ?? NO_TEXTS
}

/** About as many cards as fit the largest window. */
const FIRST_CARDS = 18
const MORE_CARDS = 12

/** How many cards to draw: those in sight at once, then a few more at a time, so that no part takes long. */
function useGrowingRoom(total: number): number {
  const [room, setRoom] = useState(FIRST_CARDS)
  useEffect(() => {
    if (room >= total) return undefined
    const timer = setTimeout(() => setRoom(room + MORE_CARDS), 16)
    return () => clearTimeout(timer)
  }, [room, total])
  return room
}
