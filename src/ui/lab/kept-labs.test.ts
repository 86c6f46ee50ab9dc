import { expect, test } from 'vitest'
import { KEPT_LABS, keepLab, keptLab, keptLabs } from './kept-labs.ts'
import type { KeptLab, KeptStore } from './kept-labs.ts'

function memoryStore(): KeptStore & { readonly values: Map<string, unknown> } {
  const values = new Map<string, unknown>()
  return {
    values,
    get: (key) => Promise.resolve(values.get(key)),
    set: (key, value) => Promise.resolve(void values.set(key, value)),
    delete: (key) => Promise.resolve(void values.delete(key)),
    entries: () => Promise.resolve([...values]),
  }
}

const lab = (id: string, savedAt: number): KeptLab => ({
  id,
  savedAt,
  title: id,
  origin: { kind: 'new', name: '' },
  text: 'ip netns add a\n',
  inputs: [{ kind: 'command', command: 'ping -c 1 10.0.0.1', atNs: 5 }],
})

test('the newest comes first, and the oldest is forgotten', async () => {
  const store = memoryStore()
  for (let n = 0; n < KEPT_LABS + 3; n++) await keepLab(store, lab(`lab ${n}`, n))
  const labs = await keptLabs(store)
  expect(labs).toHaveLength(KEPT_LABS)
  expect(labs[0]?.id).toBe(`lab ${KEPT_LABS + 2}`)
  expect(await keptLab(store, 'lab 0')).toBeUndefined()
})

test('a lab is kept in one place, as often as it changes', async () => {
  const store = memoryStore()
  await keepLab(store, lab('one', 1))
  await keepLab(store, { ...lab('one', 2), text: '' })
  expect(await keptLabs(store)).toEqual([{ ...lab('one', 2), text: '' }])
})

test('what another version wrote is passed over', async () => {
  const store = memoryStore()
  store.values.set('odd', { id: 'odd', text: 7 })
  store.values.set('none', null)
  await keepLab(store, lab('good', 1))
  expect((await keptLabs(store)).map(({ id }) => id)).toEqual(['good'])
})
