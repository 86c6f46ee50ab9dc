// Carries out what was once put into a lab, at the moments at which it was: commands that overlapped in time run side by side once more.
import type { ActionView, ReplayInput } from '../contract/protocol.ts'
import { SECOND_NS, type SimTime } from '../sim/time.ts'
import { ACTION_LIMIT_NS, TIMEOUT_EXIT, type LabEngine, type StartedCommand } from './lab-engine.ts'
import { RequestRefused } from './request-refused.ts'

/** Nothing of a journal waits or runs for longer: an hour of virtual time. */
export const LONGEST_WAIT_NS = 3600 * SECOND_NS

interface Running extends StartedCommand {
  /** When it is ended if it still runs then. */
  readonly endsAt: SimTime
  /** Until when it is known to have run, limits or not. */
  readonly ranUntil: SimTime
}

/**
 * Carries out inputs in their order, each at its moment or at once when that is past; one without a moment waits until those before it have
 * ended and the network has settled. Ends when all commands have ended, with `settleNs` at most for the network to come to rest.
 * Goes on after a limit of the lab, as whoever gave the inputs did. Throws RequestRefused, with nothing done, where a moment lies too far in the future.
 */
export async function replayInputs(
  lab: LabEngine,
  inputs: readonly ReplayInput[],
  settleNs: number,
): Promise<readonly ActionView[]> {
  refuseLongWaits(lab.world.now, inputs)
  const first = lab.actions.length
  const replay = new Replay(lab, settleNs)
  for (const input of inputs) {
    lab.goOn()
    lab.running = true
    await replay.carryOut(input)
  }
  lab.running = true
  await replay.finish()
  lab.running = false
  return lab.actions.slice(first)
}

/** Throws RequestRefused where a moment of the inputs lies too far in the future. */
export function refuseLongWaits(now: SimTime, inputs: readonly ReplayInput[]): void {
  let latest = now
  for (const input of inputs) {
    const { atNs = 0, interruptAtNs = 0 } = input
    const endNs = Math.max(interruptAtNs, (input.kind === 'command' ? input.untilNs : undefined) ?? 0)
    const beginsAt = Math.max(atNs, now)
    if (atNs - latest > LONGEST_WAIT_NS) throw new RequestRefused('the command would begin too far in the future')
    if (endNs - beginsAt > LONGEST_WAIT_NS) throw new RequestRefused('the command would run for too long')
    latest = Math.max(latest, beginsAt, endNs)
  }
}

class Replay {
  readonly #lab: LabEngine
  readonly #settleNs: number
  #running: readonly Running[] = []
  /** Whether a command has been started whose consequences have not been followed yet. */
  #isUnsettled = false

  constructor(lab: LabEngine, settleNs: number) {
    this.#lab = lab
    this.#settleNs = settleNs
  }

  async carryOut(input: ReplayInput): Promise<void> {
    const lab = this.#lab
    const { atNs = 0, interruptAtNs = Infinity } = input
    if (atNs > 0) await this.#reach(Math.max(atNs, lab.world.now))
    else await this.finish()
    lab.goOn()
    const lateNs = atNs > 0 ? Math.max(0, lab.world.now - atNs) : 0
    if (input.kind === 'play') await this.#play(interruptAtNs + lateNs)
    else this.#start(input.command, interruptAtNs + lateNs, (input.untilNs ?? 0) + lateNs)
  }

  /** Lets all commands end, and the network come to rest after them. */
  async finish(): Promise<void> {
    const lab = this.#lab
    for (;;) {
      const [next] = this.#unended()
      if (next === undefined) break
      if (!(await lab.driveUntil(() => this.#unended().length === 0, next.endsAt))) await this.#endDue(next.endsAt)
    }
    if (this.#isUnsettled) await lab.settle(this.#settleNs)
    this.#isUnsettled = false
  }

  /** Lets time pass up to a moment, with all that happens then and each Ctrl-C of that moment. */
  async #reach(at: SimTime): Promise<void> {
    const lab = this.#lab
    await this.#advance(at)
    if (lab.limit === undefined) return
    // The limit ended what ran, and whoever put in the next went on from there.
    await this.#end(this.#unended().filter(({ ranUntil }) => ranUntil <= lab.world.now))
    lab.goOn()
    await this.#advance(at)
  }

  async #advance(at: SimTime): Promise<void> {
    const lab = this.#lab
    for (;;) {
      const [next] = this.#unended()
      if (next === undefined || next.endsAt > at) break
      await lab.advance(next.endsAt)
      if (lab.limit !== undefined) break
      await this.#endDue(next.endsAt)
    }
    await lab.advance(at)
    await lab.deliverInterrupts()
  }

  async #play(interruptAtNs: SimTime): Promise<void> {
    const lab = this.#lab
    if ((await lab.playNext(interruptAtNs)) === undefined) return
    if (lab.nextAction >= lab.document.actions.length) await lab.settleAtEnd()
    this.#isUnsettled = this.#unended().length > 0
  }

  #start(command: string, interruptAtNs: SimTime, untilNs: SimTime): void {
    const { now } = this.#lab.world
    const started = this.#lab.start(command, interruptAtNs)
    const isLong = interruptAtNs !== Infinity && interruptAtNs > now + ACTION_LIMIT_NS
    const endsAt = Math.max((isLong ? interruptAtNs : now) + ACTION_LIMIT_NS, untilNs)
    const ranUntil = interruptAtNs === Infinity ? untilNs : interruptAtNs
    this.#running = [...this.#unended(), { ...started, endsAt, ranUntil }]
    this.#isUnsettled = true
  }

  /** What runs, the next to be ended first. */
  #unended(): readonly Running[] {
    return this.#running.filter(({ isOver }) => !isOver()).sort((a, b) => a.endsAt - b.endsAt)
  }

  /** Ends what has had its time by a moment, as `timeout` would; all of it where time stands still. */
  async #endDue(at: SimTime): Promise<void> {
    const lab = this.#lab
    if (lab.limit === undefined) lab.world.now = Math.max(lab.world.now, at)
    await this.#end(this.#unended().filter(({ endsAt }) => lab.limit !== undefined || endsAt <= at))
  }

  async #end(due: readonly Running[]): Promise<void> {
    const lab = this.#lab
    for (const { kill } of due) kill(lab.limit === undefined ? TIMEOUT_EXIT : 1)
    await lab.shell.runner.idle()
    // What a signal can't end is left to itself.
    this.#running = this.#running.filter((each) => !due.some(({ kill }) => kill === each.kill))
  }
}
