// The labs of the gallery as a list to look through: by topic, and by the words of a search.
import type { LabTexts } from '../../../i18n/lab-texts.ts'
import { TOPICS, TOPICS_OF } from './gallery-topics.ts'
import type { Topic } from './gallery-topics.ts'

export interface GalleryLab {
  /** The file's name without `.sh`. */
  readonly name: string
  readonly title: string
  /** What it shows, in one sentence. */
  readonly shows: string
  /** The first is the one that it stands under. */
  readonly topics: readonly [Topic, ...Topic[]]
}

export interface GallerySection {
  readonly topic: Topic
  readonly labs: readonly GalleryLab[]
}

/** All labs, topic by topic, in the words of a language. */
export function galleryLabs(texts: LabTexts): readonly GalleryLab[] {
  const labs = Object.entries(TOPICS_OF).map(([name, topics]): GalleryLab => {
    const [title, shows] = texts[name] ?? [name, '']
    return { name, title, shows, topics }
  })
  return TOPICS.flatMap((topic) => labs.filter(({ topics: [first] }) => first === topic))
}

/** How many labs are about a topic, the first or another one. */
export function countOf(labs: readonly GalleryLab[], topic: Topic): number {
  return labs.filter(({ topics }) => topics.includes(topic)).length
}

/**
 * The labs that are about a topic (undefined for all) and have every word of a query in their title, sentence, file name
 * or in the names of their topics.
 */
export function foundLabs(
  labs: readonly GalleryLab[],
  { topic, query, topicName }: { topic: Topic | undefined; query: string; topicName: (topic: Topic) => string },
): readonly GallerySection[] {
  const words = query.toLowerCase().split(/\s+/)
  const found = labs.filter(({ name, title, shows, topics }) => {
    if (topic !== undefined && !topics.includes(topic)) return false
    const text = [name, title, shows, ...topics.map(topicName)].join(' ').toLowerCase()
    return words.every((word) => text.includes(word))
  })
  if (topic !== undefined) return found.length === 0 ? [] : [{ topic, labs: found }]
  return TOPICS.map((each) => ({ topic: each, labs: found.filter(({ topics: [first] }) => first === each) })).filter(
    ({ labs: inTopic }) => inTopic.length > 0,
  )
}
