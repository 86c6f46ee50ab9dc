import { describe, expect, test } from 'vitest'
import { playLab } from '../src/engine/play.ts'
import { whyAction } from '../src/engine/why.ts'
import type { PingFailure } from './causes/codes.ts'
import { PING_FAILURES } from './causes.ts'
import { FIRST_LABS } from './expected.ts'
import { compareWithLinux, labText } from './labs.ts'
import { playEngine } from './play-engine.ts'

const ALL_LABS_LIMIT_MS = 120_000

/** What `why` should say about a failed ping, and what it says, in one form. */
type Story = Readonly<Record<'action' | 'cause' | 'lost' | 'stoppedAt' | 'decidedAt', string>>

const expectedStory = ({ action, command, cause, lost, stoppedAt, decidedAt }: PingFailure): Story => ({
  action: `${action} ${command}`,
  cause,
  lost,
  stoppedAt,
  decidedAt,
})

async function storiesOf(lab: string, failures: readonly PingFailure[]): Promise<Story[]> {
  const { engine, trace } = await playEngine(lab)
  return failures.map(({ action }) => {
    const { key, params, stoppedAt } = whyAction(engine, trace, action)
    const command = engine.actions[action]?.command ?? ''
    const { lost = '', place = '' } = params
    return { action: `${action} ${command}`, cause: key, lost, stoppedAt, decidedAt: place }
  })
}

const failuresOf = (lab: string): PingFailure[] => PING_FAILURES.filter((failure) => failure.lab === lab)
const LABS = [...new Set(PING_FAILURES.map(({ lab }) => lab))]
const REQUIRED = LABS.filter((lab) => FIRST_LABS.includes(lab))

describe('why says what Linux showed, in the labs that must be the same', () => {
  test.each(REQUIRED)('%s', async (lab) => {
    const failures = failuresOf(lab)
    expect(await storiesOf(lab, failures)).toEqual(failures.map(expectedStory))
  })
})

test('and in every other lab that is the same', { timeout: ALL_LABS_LIMIT_MS }, async () => {
  const wrong: unknown[] = []
  let asked = 0
  const notYet: string[] = []
  for (const lab of LABS.filter((name) => !REQUIRED.includes(name))) {
    if (!compareWithLinux(await playLab(lab, labText(lab))).same) {
      notYet.push(lab)
      continue
    }
    const expected = failuresOf(lab).map(expectedStory)
    const stories = await storiesOf(lab, failuresOf(lab))
    asked += stories.length
    stories.forEach((story, k) => {
      if (JSON.stringify(story) !== JSON.stringify(expected[k])) wrong.push({ lab, expected: expected[k], story })
    })
  }
  expect(wrong).toEqual([])
  const required = PING_FAILURES.filter(({ lab }) => REQUIRED.includes(lab)).length
  console.log(
    `why: ${required + asked} of ${PING_FAILURES.length} failed pings explained as Linux showed, ` +
      `${required} of them in labs that must be the same; labs not yet the same: ${notYet.length === 0 ? 'none' : notYet.join(', ')}`,
  )
})
