import { expect, test } from 'vitest'
import { UNMODELLED_COMMANDS, UNMODELLED_LINK_KINDS, UNMODELLED_TOPICS } from '../../../contract/unmodelled.ts'
import { loadUnmodelledTexts } from '../../../i18n/unmodelled-texts.ts'

/** Names that are the same in every language. */
const NAMES = new Set(['IPv6', 'DNS', 'DHCP'])

test('every answer has its Chinese sentence, and no sentence is left over', async () => {
  const answers = [
    ...UNMODELLED_COMMANDS.map(({ instead }) => instead),
    ...Object.values(UNMODELLED_LINK_KINDS),
    ...UNMODELLED_TOPICS.flatMap(({ topic, instead }) => [topic, instead]),
  ].filter((text) => !NAMES.has(text))
  const chinese = await loadUnmodelledTexts('zh-CN')
  expect(Object.keys(chinese).sort()).toEqual([...new Set(answers)].sort())
  expect(Object.values(chinese).filter((text) => text === '')).toEqual([])
  expect(await loadUnmodelledTexts('en')).toEqual({})
})
