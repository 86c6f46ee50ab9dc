// Labs whose rules counted packets on a real Linux (6.18): each rule must count the same here. A match that sees a packet where Linux does not,
// or a target that sends one another way, shows in some count.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { playLab } from '../../engine/play.ts'

interface CountedLab {
  readonly shows: string
  readonly lab: readonly string[]
  readonly counted: readonly { readonly command: string; readonly output: string }[]
}

const LABS = JSON.parse(readFileSync('src/testing/fixtures/firewall-counters.json', 'utf8')) as readonly CountedLab[]

test.each(LABS)(
  'rules count as on Linux: $shows',
  async ({ shows, lab, counted }) => {
    const { actions } = await playLab(shows, `${lab.join('\n')}\n`)
    const ours = counted.map(({ command }) => ({
      command,
      output: actions.find((action) => action.command === command)?.output,
    }))
    expect(ours).toEqual(counted)
  },
  60_000,
)
