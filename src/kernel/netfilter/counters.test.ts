// Labs whose rules counted packets on a real Linux (6.18): each rule must count the same here. A match that sees a packet where Linux does not,
// or a target that sends one another way, shows in some count.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { playCommands } from '../../testing/play-commands.ts'

interface CountedLab {
  readonly shows: string
  readonly lab: readonly string[]
  readonly counted: readonly { readonly command: string; readonly output: string }[]
}

const LABS = JSON.parse(readFileSync('src/testing/fixtures/firewall-counters.json', 'utf8')) as readonly CountedLab[]

test.each(LABS)(
  'rules count as on Linux: $shows',
  async ({ lab, counted }) => {
    const run = lab.indexOf('#%% run')
    const commands = lab.slice(run + 1)
    const played = await playCommands(lab.slice(0, run).join('\n'), commands)
    const ours = counted.map(({ command }) => ({ command, output: played[commands.indexOf(command)]?.output }))
    expect(ours).toEqual(counted)
  },
  60_000,
)
