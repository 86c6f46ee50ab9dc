import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { linkLabs } from '../../../i18n/en/labs-link.ts'
import { networkLabs } from '../../../i18n/en/labs-network.ts'
import { loadLabTexts } from '../../../i18n/lab-texts.ts'
import { titleOfName } from '../../lab/lab-title.ts'
import { countOf, foundLabs, galleryLabs } from './gallery-labs.ts'
import { TOPICS, TOPICS_OF } from './gallery-topics.ts'

const files = readdirSync(new URL('../../../../conformance/labs/', import.meta.url))
  .filter((name) => name.endsWith('.sh'))
  .map((name) => name.slice(0, -3))
  .sort()
const english = { ...linkLabs, ...networkLabs }
const labs = galleryLabs(english)
const names = (query: string, topic?: (typeof TOPICS)[number]) =>
  foundLabs(labs, { query, topic, topicName: (each) => each }).flatMap((section) =>
    section.labs.map(({ name }) => name),
  )

test('every lab of the collection has its topics, its title and its sentence', () => {
  expect(Object.keys(TOPICS_OF).sort()).toEqual(files)
  expect(Object.keys(english).sort()).toEqual(files)
})

test.each(['en', 'zh-CN'])('titles of %s are short and tell labs apart', async (language) => {
  const texts = Object.values(await loadLabTexts(language))
  expect(texts).toHaveLength(files.length)
  expect(new Set(texts.map(([title]) => title)).size).toBe(files.length)
  expect(texts.filter(([title]) => title.length > 60)).toEqual([])
  expect(texts.filter(([, shows]) => shows.length < 8 || shows.length > 160 || !/[.。:!?！？]$/.test(shows))).toEqual(
    [],
  )
})

test('the example has the title that it opens with before the texts of the gallery are there', () => {
  expect(english['calico-proxy-arp'][0]).toBe(titleOfName('calico-proxy-arp'))
})

test('every topic has labs, and every lab stands under one', () => {
  expect(TOPICS.filter((topic) => countOf(labs, topic) === 0)).toEqual([])
  expect(names('').toSorted()).toEqual(files)
})

test('a topic finds the labs that are also about it', () => {
  expect(names('', 'proxy-arp')).toContain('calico-no-proxy-arp')
  expect(names('', 'proxy-arp')).toContain('arp-proxy-pneigh')
  expect(names('', 'proxy-arp')).not.toContain('arp-basics')
})

test('every word must be found, in whichever text', () => {
  expect(names('calico /32')).toEqual(['calico-slash32'])
  expect(names('VEPA hairpin').toSorted()).toEqual(
    ['ipvlan-l2-vepa-hairpin', 'macvlan-vepa-no-hairpin', 'macvlan-vepa-vlan-hairpin'].toSorted(),
  )
  expect(names('gateway 169.254.1.1 nowhere', 'stp')).toEqual([])
})
