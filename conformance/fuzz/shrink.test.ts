import { expect, test } from 'vitest'
import type { Recording } from '../../src/contract/recording.ts'
import type { NamedLab } from '../machine/play.ts'
import { judge } from './judge.ts'
import type { Players } from './judge.ts'
import { shrink } from './shrink.ts'

const LAB: NamedLab = {
  name: 'fuzz-1',
  text: `# A lab.
ip netns add a
ip netns add b
ip netns add c
ip -n a link set lo up
ip -n b link set lo up
ip -n c link set lo up
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n b link add p1 type veth peer name eth0 netns c
ip -n b link set p1 up
ip -n a link set eth0 mtu 1400
#%% run
ip -n c link
ip -n a link
ip -n b link
#%% settle 1
#%% gap 2
`,
}

test('a lab shrinks to the statements that its difference needs, and to those that these need', async () => {
  const players = worldWithBug((text) => text.includes('mtu 1400') && text.includes('ip -n a link\n'))
  const [real, ours] = [await onLinux(players, LAB), await onEngine(players, LAB)]
  const { lab } = await shrink(LAB, { real, ours }, players)
  expect(lab.text).toBe(`ip netns add a
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a link set eth0 mtu 1400
#%% run
ip -n a link
#%% settle 1
#%% gap 2
`)
})

test('what differs is judged by a second play on Linux', async () => {
  const answers = { real: 'one', again: 'one', ours: 'two' }
  const players: Players = {
    linux: {
      play: async (labs, run) =>
        new Map(labs.map(({ name }) => [name, recording(run === 1 ? answers.real : answers.again)])),
    },
    engine: { play: async () => ({ kind: 'played', recording: recording(answers.ours) }) },
  }
  const verdict = async (): Promise<string | undefined> => (await judge([LAB], players)).get(LAB.name)?.kind
  expect(await verdict()).toBe('differs')
  answers.again = 'two'
  expect(await verdict()).toBe('same')
  answers.again = 'three'
  expect(await verdict()).toBe('chance')
  answers.ours = 'one'
  expect(await verdict()).toBe('same')
})

test('a lab that throws here or was not recorded is told apart from one that differs', async () => {
  const players: Players = {
    linux: { play: async () => new Map() },
    engine: { play: async () => ({ kind: 'failed', error: 'no' }) },
  }
  expect((await judge([LAB], players)).get(LAB.name)).toEqual({ kind: 'failed', error: 'no' })
  const engine: Players['engine'] = { play: async () => ({ kind: 'played', recording: recording('') }) }
  expect((await judge([LAB], { ...players, engine })).get(LAB.name)).toEqual({ kind: 'unrecorded' })
})

/** Linux and an engine that print different things where `isBug` says so. Both need what a statement mentions. */
function worldWithBug(isBug: (text: string) => boolean): Players {
  return {
    linux: { play: async (labs) => new Map(labs.map((lab) => [lab.name, played(lab.text, 'linux')])) },
    engine: {
      play: async ({ text }) => ({ kind: 'played', recording: played(text, isBug(text) ? 'engine' : 'linux') }),
    },
  }
}

async function onLinux({ linux }: Players, lab: NamedLab): Promise<Recording> {
  return (await linux.play([lab], 1)).get(lab.name) ?? recording('')
}

async function onEngine({ engine }: Players, lab: NamedLab): Promise<Recording> {
  const answer = await engine.play(lab)
  return answer.kind === 'played' ? answer.recording : recording('')
}

/** A recording whose only action printed `output`, and whose setup complains of namespaces and devices that are not there. */
function played(text: string, output: string): Recording {
  const complaints = text.split('\n').flatMap((line) => {
    if (line.startsWith('#') || /^$|netns add/.test(line)) return []
    const spaces = [...line.matchAll(/(?:-n|netns) (\w+)/g)].map(([, ns]) => ns)
    const isMissing = spaces.some((ns) => !text.includes(`ip netns add ${ns}\n`))
    return isMissing || (line.includes('mtu') && !text.includes('link add eth0')) ? ['Cannot find it.'] : []
  })
  return recording(output, complaints)
}

function recording(output: string, complaints: readonly string[] = []): Recording {
  const setup = { exit: 0, output: complaints.map((line) => `${line}\n`).join('') }
  const actions = [{ command: 'ip -n a link', at: 0, exit: 0, output }]
  return { lab: 'fuzz-1', kernel: 'test', duration: 1, setup, actions, captures: {}, state: {} }
}
