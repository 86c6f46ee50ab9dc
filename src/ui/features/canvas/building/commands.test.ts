import { describe, expect, test } from 'vitest'
import { sessionWith } from '../../../../testing/page-session.ts'
import { PAIR_LAB } from '../../../../testing/pair-lab.ts'
import { keepNote } from '../keep-notes.ts'
import { forgetPositions, keepPositions } from '../move-nodes.ts'
import { notesOf } from '../notes.ts'
import { selectThings, thingsOf, toggleThing } from '../select-things.ts'
import { selectedOf } from '../selected.ts'
import { undo } from '../../../lab/editing.ts'
import { freePlace } from './add-item.ts'

const box = (x: number, y: number, width = 100, height = 50) => ({ x, y, width, height })

test('a new machine gets a place where nothing stands', () => {
  const machine = {
    namespaces: [],
    isFolded: false,
    machine: { name: 'a', role: 'host', root: undefined, nested: [] },
  } as const
  const taken = box(0, 0, 300, 200)
  const { x, y } = freePlace({ machines: [{ ...machine, box: taken }] }) ?? { x: 0, y: 0 }
  expect(x >= taken.x + taken.width || y >= taken.y + taken.height).toBe(true)
})

describe('selecting', () => {
  test('adds with Shift, takes out again, and a machine stands for everything in it', async () => {
    const session = await sessionWith(`#%% machine a: b\n${PAIR_LAB}`)
    const [a, b] = session.network.getState().view?.namespaces.filter(({ name }) => name !== '') ?? []
    if (a === undefined || b === undefined) throw new Error('the pair is not there')
    selectThings(session, [{ kind: 'namespace', netns: a.netns }])
    expect(
      thingsOf(session, selectedOf(session)).map((thing) => thing.kind === 'namespace' && thing.namespace),
    ).toEqual(['a', 'b'])
    toggleThing(session, { kind: 'namespace', netns: b.netns })
    expect(selectedOf(session)).toHaveLength(2)
    toggleThing(session, { kind: 'namespace', netns: b.netns })
    expect(selectedOf(session)).toEqual([{ kind: 'namespace', netns: a.netns }])
    // Whoever selects something else ends the group.
    session.selection.setState({ selected: { kind: 'namespace', netns: b.netns } })
    expect(selectedOf(session)).toEqual([{ kind: 'namespace', netns: b.netns }])
  })
})

describe('the picture', () => {
  const textOf = (session: Awaited<ReturnType<typeof sessionWith>>): string =>
    session.lab.getState().document?.text ?? ''

  test('positions are kept, forgotten and undone without a new engine', async () => {
    const session = await sessionWith(PAIR_LAB)
    keepPositions(
      session,
      new Map([
        ['a', { x: 40.4, y: 80 }],
        ['b', { x: 8, y: 8 }],
      ]),
    )
    expect(textOf(session)).toContain('#%% at a 40 80')
    forgetPositions(session, new Set(['a']))
    expect(textOf(session)).not.toContain('#%% at a')
    expect(textOf(session)).toContain('#%% at b 8 8')
    await undo(session)
    await undo(session)
    expect(textOf(session)).toBe(PAIR_LAB)
  })

  test('a note is written, moved, edited and taken out, and nothing else of the text changes', async () => {
    const session = await sessionWith(PAIR_LAB)
    keepNote(session, undefined, { text: 'Mind the gap', at: { x: 4, y: 8 } })
    expect(textOf(session)).toContain('#%% note 4 8 "Mind the gap"')
    keepPositions(session, new Map([['note:0', { x: 100, y: 8 }]]))
    keepNote(session, { text: 'Mind the gap', at: { x: 100, y: 8 } }, { text: 'Mind it', at: { x: 100, y: 8 } })
    expect(notesOf(session.lab.getState().document, { x: 0, y: 0 })).toMatchObject([{ text: 'Mind it', x: 100, y: 8 }])
    keepNote(session, { text: 'Mind it', at: { x: 100, y: 8 } }, undefined)
    expect(textOf(session)).toBe(PAIR_LAB)
  })
})
