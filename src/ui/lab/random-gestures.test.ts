// Whatever is done by hand, in whatever order: undo gives back text and kernel as they were, and redo what was undone.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kernelText, kernelTextAnew, sessionWith, SHORT_STORMS } from '../../testing/page-session.ts'
import { PAIR_LAB } from '../../testing/pair-lab.ts'
import type { Gesture } from '../../lab/build/gesture.ts'
import { contentsOf } from '../../testing/lab-contents.ts'
import { Workshop } from '../../testing/workshop.ts'
import { gestureOf, gestureSeeds } from '../../testing/random-gestures.ts'
import type { GestureSeed } from '../../testing/random-gestures.ts'
import { performGesture, redo, undo } from './editing.ts'
import { pointOf } from './history.ts'
import { playActions, runCommand } from './run-actions.ts'
import type { LabSession } from './session.ts'

/**
 * `GESTURES=10000 SEED=7 npx vitest run src/ui/lab/random-gestures.test.ts` is the long way, in walks of at most 25 steps each; by default a
 * share of it, always the same. With `STEPS=2000` the walks are long themselves, beyond the steps back that are kept.
 */
const GESTURES = Number(process.env['GESTURES'] ?? '200')
const SEED = Number(process.env['SEED'] ?? '1')
const SHORT_STEPS = 25
const STEPS = Number(process.env['STEPS'] ?? SHORT_STEPS)
/** A long walk that fails is told as it was: to look for a shorter one would take hours. */
const IS_LONG = STEPS > SHORT_STEPS

const RICH_LAB = `#!/bin/bash
# Containers behind a bridge, and a gateway beyond.
#%% machine host1: ctrA ctrB
#%% at host1 10 20
for n in host1 ctrA ctrB gw; do
  ip netns add $n
  ip -n $n link set lo up
done
ip -n host1 link add br0 type bridge
ip -n host1 link set br0 up
ip -n host1 addr add 10.0.0.1/24 dev br0 # the way out
for n in ctrA ctrB; do
  ip -n host1 link add v$n type veth peer name eth0 netns $n
  ip -n host1 link set v$n master br0 up
  ip -n $n link set eth0 up
done
ip -n ctrA addr add 10.0.0.2/24 dev eth0
ip -n ctrB addr add 10.0.0.3/24 dev eth0
ip -n ctrA route add default via 10.0.0.1
ip -n host1 link add eth0 type veth peer name eth0 netns gw
ip -n host1 link set eth0 up
ip -n gw link set eth0 up
ip -n gw addr add 192.168.1.1/24 dev eth0
ip -n host1 addr add 192.168.1.10/24 dev eth0
ip netns exec host1 sysctl -qw net.ipv4.ip_forward=1
#%% run
ip netns exec ctrA ping -c 1 10.0.0.3
ip netns exec ctrA ping -c 1 192.168.1.1
`

type Step =
  { readonly kind: 'gesture'; readonly seed: GestureSeed } | { readonly kind: 'undo' | 'redo' | 'ping' | 'play' }

const steps = fc.array(
  fc.oneof(
    { weight: 20, arbitrary: gestureSeeds().map((seed): Step => ({ kind: 'gesture', seed })) },
    { weight: 8, arbitrary: fc.constant<Step>({ kind: 'undo' }) },
    { weight: 5, arbitrary: fc.constant<Step>({ kind: 'redo' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'ping' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'play' }) },
  ),
  { minLength: IS_LONG ? STEPS : 1, maxLength: STEPS, size: 'max' },
)

interface State {
  readonly text: string
  readonly kernel: string
}

function stateOf(session: LabSession): State {
  return { text: session.lab.getState().document?.text ?? '', kernel: kernelText(session) }
}

/** After so many steps back or forward the lab is built anew for comparison. */
const TRAVELS_A_CHECK = 4

function expectSame(kernel: string, wanted: string): void {
  // Where they differ, the place is to be told.
  if (kernel !== wanted) expect(JSON.parse(kernel)).toEqual(JSON.parse(wanted))
}

/** The states that undo and redo should lead through. */
class Walk {
  readonly session: LabSession
  #states: State[]
  #at = 0
  #newest: string | undefined
  #travels = 0
  gestures = 0
  refused = 0

  constructor(session: LabSession) {
    this.session = session
    this.#states = [stateOf(session)]
  }

  async take(step: Step): Promise<void> {
    // Whoever looks at the past is asked first; here nobody does.
    this.session.clock.setState({ cursor: this.session.clock.getState().now, isPlaying: false })
    switch (step.kind) {
      case 'gesture':
        await this.#perform(step.seed)
        break
      case 'undo':
        await this.#travel(await undo(this.session), -1)
        break
      case 'redo':
        await this.#travel(await redo(this.session), 1)
        break
      case 'ping':
        await runCommand(this.session, 'ip netns exec ctrA ping -c 1 -W 1 10.0.0.3')
        this.#went()
        break
      case 'play':
        await playActions(this.session, 1)
        this.#went()
        break
    }
  }

  async #perform(seed: GestureSeed): Promise<void> {
    const network = await this.session.client.ask('network', {})
    const gesture = gestureOf(seed, { network, machines: this.session.lab.getState().machines })
    if (gesture === undefined) return
    const inSetup = this.session.actions.getState().actions.length === 0
    const isDone = await performGesture(this.session, gesture)
    this.gestures++
    if (isDone && inSetup) await this.#agrees(gesture)
    // What failed half-way on the running lab is an input all the same.
    const hasGone = isDone || this.#hasStepped()
    if (!isDone) this.refused++
    if (hasGone) this.#went()
    else expect(stateOf(this.session)).toEqual(this.#states[this.#at])
  }

  /** The text that a gesture changed builds what its commands make of the lab before. */
  async #agrees(gesture: Gesture): Promise<void> {
    const { lastCommands } = this.session.editing.getState()
    if (lastCommands.length === 0) return
    const before = this.#states[this.#at]?.text ?? ''
    const workshop = await Workshop.open(before)
    for (const command of lastCommands) await workshop.run(command, 0)
    const { text } = stateOf(this.session)
    const story = [JSON.stringify(gesture), ...lastCommands, '--- before', before, '--- after', text].join('\n')
    const options = { isExact: gesture.kind !== 'rename' && gesture.kind !== 'change-address' }
    const built = await this.session.client.ask('network', {})
    expect(contentsOf(built, options), story).toEqual(contentsOf(workshop.state.network, options))
    if (gesture.kind !== 'set-sysctl' && gesture.kind !== 'delete') return
    expect(await (await Workshop.open(text)).sysctls(), story).toEqual(await workshop.sysctls())
  }

  /** Whether undo has one step more to go back; once as many are kept as may be, the first is forgotten for it. */
  #hasStepped(): boolean {
    const { past } = this.session.editing.getState()
    return past.length !== this.#at || this.#lastStep() !== this.#newest
  }

  /** What was done is a step, unless it changed nothing at all. */
  #went(): void {
    if (!this.#hasStepped()) return
    const { length } = this.session.editing.getState().past
    // What lies too far back is forgotten.
    this.#states = [...this.#states.slice(0, this.#at + 1), stateOf(this.session)].slice(-(length + 1))
    this.#at = length
    this.#newest = this.#lastStep()
  }

  #lastStep(): string | undefined {
    return JSON.stringify(this.session.editing.getState().past.at(-1))
  }

  async #travel(hasMoved: boolean, by: number): Promise<void> {
    const wanted = this.#states[this.#at + by]
    expect(hasMoved).toBe(wanted !== undefined)
    if (wanted === undefined) return
    this.#at += by
    this.#newest = this.#lastStep()
    const reached = stateOf(this.session)
    expect(reached.text).toBe(wanted.text)
    expectSame(reached.kernel, wanted.kernel)
    // Most steps lead to a state that the engine kept; it is also what text and inputs give.
    if (++this.#travels % TRAVELS_A_CHECK === 0)
      expectSame(await kernelTextAnew(pointOf(this.session), SHORT_STORMS), wanted.kernel)
  }

  /** All the way back. */
  async home(): Promise<void> {
    while (this.#at > 0) await this.take({ kind: 'undo' })
  }
}

test('after undo the text and the kernel are the ones before', { timeout: 7_200_000 }, async () => {
  let gestures = 0
  let refused = 0
  for (let seed = SEED; gestures < GESTURES; seed++) {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(PAIR_LAB, RICH_LAB, ''), steps, async (text, taken) => {
        const walk = new Walk(await sessionWith(text, SHORT_STORMS))
        for (const step of taken) await walk.take(step)
        await walk.home()
        gestures += walk.gestures
        refused += walk.refused
        walk.session.dispose()
      }),
      { numRuns: IS_LONG ? 1 : 10, seed, endOnFailure: IS_LONG },
    )
    if (GESTURES > 200) process.stdout.write(`seed ${seed}: ${gestures} gestures, ${refused} refused\n`)
  }
  expect(refused).toBeLessThan(gestures / 2)
})
