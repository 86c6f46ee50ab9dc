// One lab, alive: a kernel, a shell on top of it, and the loop between them. While any process can run, virtual time stands still;
// when all of them wait, the kernel acts until one is woken.
import type { ActionView, LabProblem, LabStatus } from '../contract/protocol.ts'
import type { EventSeq } from '../contract/trace-events.ts'
import { bootWorld } from '../kernel/boot.ts'
import { cloneWorld, JournalledKernel, type KernelJournal } from '../kernel/kernel.ts'
import { LimitExceeded } from '../kernel/limits.ts'
import { runUntil, step, upcoming } from '../kernel/run.ts'
import { DEFAULT_LIMITS, type Notice, type World } from '../kernel/world.ts'
import { directiveOf, parseLab, type LabDocument } from '../lab/document.ts'
import { createShell, type CommandRun, type Shell, type Signal } from '../shell/api.ts'
import { isBusy, pendingWork } from '../sim/event-queue.ts'
import { MILLISECOND_NS, SECOND_NS, type SimTime } from '../sim/time.ts'
import type { Checkpoint, SetupResult } from './checkpoint.ts'
import { DEFAULT_SEED, type EngineHost, type EngineOptions } from './engine-host.ts'
import { Interrupts } from './interrupts.ts'
import { RECORDED_PACE, type Pace } from './pace.ts'
import { documentProblems, endlessProblem, lineText, unendedProblem } from './problems.ts'
import { Rewind } from './rewind.ts'
import { TraceStore } from './trace-store.ts'
import { TypedAction } from './typed-action.ts'

/** The setup is followed by this pause before the first action, so that what it stirred up has settled. */
const SETUP_PAUSE_NS = 300 * MILLISECOND_NS
/** How long frames of a statement of the setup may hold up the next one. */
const SETUP_REST_NS = MILLISECOND_NS
/** What has not ended by then is ended (exit status 124): a statement of the setup, an action. */
const SETUP_LIMIT_NS = 600 * SECOND_NS
export const ACTION_LIMIT_NS = 60 * SECOND_NS
export const TIMEOUT_EXIT = 124
/** Events of the kernel between two looks at the clock of the host. */
const EVENTS_PER_LOOK = 64

/** A command that runs beside others. */
export interface StartedCommand {
  readonly isOver: () => boolean
  /** Ends it; `exit` becomes its status. */
  readonly kill: (exit: number) => void
}

/** A mutable ActionView. */
export type Action = { -readonly [K in keyof ActionView]: ActionView[K] }

export class LabEngine {
  readonly document: LabDocument
  readonly world: World
  readonly kernel: JournalledKernel
  readonly shell: Shell
  readonly rewind: Rewind
  /** Present from the end of the setup on. */
  trace: TraceStore | undefined
  readonly actions: Action[] = []
  /** What in the actions had to be stopped because it would never have ended. */
  readonly problems: LabProblem[] = []
  /** Index of the next action of the lab's text. */
  nextAction = 0
  setupDone = 0
  /** How the setup went, once it is over. */
  setup: SetupResult | undefined
  running = false
  /** Set when a limit was reached: the lab can be looked at, and time stands still until `goOn`. */
  limit: LimitExceeded | undefined
  readonly #host: EngineHost
  readonly #notices: Notice[] = []
  readonly #interrupts = new Interrupts()
  /** True while a terminal's command needs time that only passes with the page's cursor. */
  isPaced = false
  #firstActionAt: SimTime | undefined
  readonly #pace: Pace

  /** A lab, by its text, whose setup is still to be run, or one that goes on from a checkpoint. */
  constructor(lab: string | LabDocument, host: EngineHost, options: EngineOptions = {}) {
    const { from } = options
    this.document = typeof lab === 'string' ? parseLab(lab) : lab
    this.#host = host
    this.#pace = options.pace ?? RECORDED_PACE
    this.world =
      from === undefined
        ? bootWorld(options.seed ?? DEFAULT_SEED, options.limits ?? DEFAULT_LIMITS)
        : cloneWorld(from.kernel.state, host.clone)
    const journal: KernelJournal = from?.journal.slice(0, from.kernel.journalLength) ?? []
    this.kernel = new JournalledKernel(this.world, journal)
    this.world.out.notify = (notice) => this.#notices.push(notice)
    this.shell = createShell({ kernel: this.kernel, ...(from === undefined ? {} : { left: from.shell }) })
    this.rewind = new Rewind(this.kernel, host.clone, from?.snapshots)
    if (from !== undefined) this.#goOnFrom(from)
  }

  #goOnFrom(from: Checkpoint): void {
    this.trace = TraceStore.from(from.trace)
    this.world.out.trace = this.trace
    this.setup = from.setup
    this.setupDone = from.document.setup.length
    this.actions.push(...from.actions.map((action) => ({ ...action })))
    this.problems.push(...from.problems)
    this.nextAction = from.nextAction
    this.#firstActionAt = from.firstActionAt
    this.limit = from.limit
  }

  /** The lab as it is now; undefined while a process lives, and once somebody has sat at a terminal, of which a replay knows nothing. */
  checkpoint(): Checkpoint | undefined {
    const { document, trace, setup, limit, nextAction } = this
    const shell = this.shell.remains()
    if (trace === undefined || setup === undefined || shell === undefined) return undefined
    const kernel = this.rewind.keepNow()
    return {
      ...{
        document,
        seed: this.world.seed,
        kernel,
        snapshots: this.rewind.snapshots,
        journal: this.kernel.journal ?? [],
      },
      ...{ trace: trace.part(), shell, setup, limit, nextAction },
      actions: this.actions.map((action) => ({ ...action })),
      problems: [...this.problems],
      firstActionAt: this.#firstActionAt,
    }
  }

  status(): LabStatus {
    return {
      now: this.world.now,
      firstSeq: this.trace?.firstSeq ?? 1,
      lastSeq: this.trace?.lastSeq ?? 0,
      running: this.running,
      isPaced: this.isPaced,
      nextAction: this.nextAction,
      actionCount: this.document.actions.length,
    }
  }

  /** Runs the setup. Its frames are not part of the trace. Statements that fail are listed; the others have run. */
  async setUp(): Promise<SetupResult> {
    const problems = documentProblems(this.document)
    let exit = 0
    let output = ''
    for (const statement of this.document.setup) {
      this.setupDone++
      await this.#lookUp()
      if (!statement.isSound) {
        exit = 2
        continue
      }
      const run = this.shell.runStatement(statement.source, { line: statement.line })
      const result = await this.#drive(run, this.world.now + SETUP_LIMIT_NS)
      if (result.isLate) problems.push(unendedProblem(this.document, statement.line))
      await this.#comeToRest()
      output += `+ ${statement.source}\n${result.output}`
      exit = result.exit
      for (const failure of result.failures) {
        const { line, message, command } = failure
        if (failure.endless === true)
          problems.push({ ...endlessProblem(line, message), command: lineText(this.document, line) })
        else problems.push({ severity: 'error', line, message, command })
      }
    }
    this.world.linkwatch.isPaced = true
    await this.advance(this.world.now + SETUP_PAUSE_NS)
    this.trace = new TraceStore(this.world.nextSeq)
    this.world.out.trace = this.trace
    this.rewind.keepNow()
    this.setup = { exit, output, problems }
    return this.setup
  }

  /** Lets the frames go that a statement of the setup sent: on a machine they are through before the next program has started. */
  async #comeToRest(): Promise<void> {
    const until = this.world.now + SETUP_REST_NS
    while (pendingWork(this.world.queue) > 0 && this.world.now < until && this.limit === undefined)
      await this.advance(upcoming(this.world) ?? until)
  }

  /** Runs the next action of the lab's text, on its slot where the lab names a gap. Undefined when there is none left. */
  async playNext(interruptAtNs = Infinity): Promise<ActionView | undefined> {
    const statement = this.document.actions[this.nextAction]
    if (statement === undefined) return undefined
    const slot = this.nextAction
    this.nextAction++
    const gap = directiveOf(this.document, 'gap')?.seconds
    if (gap !== undefined && this.#firstActionAt !== undefined)
      await this.advance(this.#firstActionAt + slot * gap * SECOND_NS)
    this.#firstActionAt ??= this.world.now
    const { netnsExecStartNs, programStartNs } = this.#pace
    const startNs = statement.source.includes('netns exec') ? netnsExecStartNs : programStartNs
    return this.run(statement.source, { line: statement.line, startNs, interruptAtNs })
  }

  /** Seconds that the capture goes on after the last action. */
  get settleSeconds(): number {
    return directiveOf(this.document, 'settle')?.seconds ?? 2
  }

  /** Lets the lab settle after its last action; the captures go on for a moment until they have been closed. */
  async settleAtEnd(): Promise<void> {
    await this.advance(this.world.now + Math.round(this.settleSeconds * SECOND_NS) + this.#pace.closingNs)
  }

  /**
   * Runs a command as an action: a shell of its own, ended after a minute of virtual time, or by Ctrl-C at `interruptAtNs`. A typed one
   * has no line and starts at once.
   */
  async run(
    command: string,
    {
      line = 0,
      startNs = 0,
      interruptAtNs = Infinity,
    }: { line?: number; startNs?: number; interruptAtNs?: number } = {},
  ): Promise<ActionView> {
    const beganAt = this.world.now
    if (startNs > 0) await this.advance(beganAt + startNs)
    const index = this.actions.length
    const action = this.addAction(command, line, beganAt, this.kernel.noteBegin(index))
    this.running = true
    const run = this.shell.runCommand(command, {
      kernel: this.kernel.actingFor(() => action.firstSeq),
      onOutput: (text) => {
        action.output += text
      },
    })
    const deliver = (): void => {
      action.interruptedAt = this.world.now
      run.interrupt()
    }
    this.#interrupts.await(run, deliver, interruptAtNs)
    const result = await this.#drive(run, this.world.now + ACTION_LIMIT_NS)
    this.#interrupts.forget(run)
    for (const failure of result.failures)
      if (failure.endless === true)
        this.problems.push({ ...endlessProblem(line, failure.message), command: command.split('\n')[0] ?? '' })
    action.exit = result.exit
    action.output = action.output === '' ? result.output : action.output
    action.endedAt = this.world.now
    this.kernel.noteEnd(index, result.exit, action.firstSeq)
    this.running = false
    this.#host.onProgress?.()
    return action
  }

  /** Starts a typed command beside what else runs; time passes for it in `advance` and `driveUntil`. Ctrl-C reaches it at `interruptAtNs`. */
  start(command: string, interruptAtNs: SimTime): StartedCommand {
    let killedWith: number | undefined
    const action = new TypedAction(this, command, () => undefined)
    const run = this.shell.runCommand(command, { kernel: action.kernel, onOutput: (text) => action.print(text) })
    const deliver = (): void => {
      action.interrupted()
      run.interrupt()
    }
    this.#interrupts.await(run, deliver, interruptAtNs)
    // Comes before anything that waits for the processes to be idle, so no time passes between.
    void run.done.then(({ exit }) => {
      this.#interrupts.forget(run)
      action.end(killedWith ?? exit)
    })
    return {
      isOver: () => run.ended,
      kill: (exit) => {
        killedWith = exit
        run.kill()
      },
    }
  }

  /** Adds an action that has just begun to the list. */
  addAction(command: string, line: number, beganAt: SimTime, firstSeq: EventSeq): Action {
    const unended = { endedAt: undefined, exit: undefined, interruptedAt: undefined, output: '' }
    const action: Action = { index: this.actions.length, command, line, beganAt, ...unended, firstSeq }
    this.actions.push(action)
    this.rewind.keep()
    return action
  }

  /** Ctrl-C to a terminal, at the live edge. */
  interruptTerminal(deliver: () => void): void {
    this.#interrupts.toTerminal(this.world.now, deliver)
  }

  /** Ctrl-C, now, to what runs outside the terminals. */
  interrupt(): void {
    this.#interrupts.toRuns(this.world.now)
  }

  /** Delivers the first Ctrl-C that is due before anything else happens. False when there is none. */
  #interruptDue(next: SimTime): boolean {
    const due = this.#interrupts.takeDue(next)
    if (due === undefined) return false
    if (due.at > this.world.now) this.world.now = due.at
    due.deliver()
    return true
  }

  /** Lets processes and kernel act until a run has ended, or its time is up. */
  async #drive(
    run: CommandRun,
    deadline: SimTime,
  ): Promise<Awaited<CommandRun['done']> & { readonly isLate: boolean }> {
    const signals: Signal[] = ['TERM', 'KILL']
    for (;;) {
      await this.shell.runner.idle()
      if (run.ended) break
      const woken = await this.#actUntilWoken(deadline)
      if (woken) continue
      // Nothing can wake the processes any more, or their time is up: they are ended, as `timeout -k` would.
      const signal = signals.shift()
      if (signal === undefined) break
      if (signal === 'TERM' && this.limit === undefined) runUntil(this.world, Math.max(deadline, this.world.now))
      run.kill(signal)
    }
    const result = await run.done
    if (signals.length === 2) return { ...result, isLate: false }
    return { ...result, isLate: this.limit === undefined, exit: this.limit === undefined ? TIMEOUT_EXIT : 1 }
  }

  /** Carries out kernel events until a process is woken (true), or none are left before the deadline (false). */
  async #actUntilWoken(deadline: SimTime, isRestEnough = false): Promise<boolean> {
    for (let count = 0; ; count++) {
      if (this.#notices.length > 0) {
        for (const notice of this.#notices.splice(0)) this.shell.runner.wake(notice)
        return true
      }
      const next = this.limit === undefined ? (upcoming(this.world) ?? Infinity) : Infinity
      // An input at a moment comes after all that the kernel does at that moment, whether it is typed or played once more.
      if (this.#interruptDue(Math.min(next, deadline))) return true
      if (next === Infinity || next > deadline || (isRestEnough && !isBusy(this.world.queue))) return false
      this.#step()
      if (count % EVENTS_PER_LOOK === 0) await this.#lookUp()
    }
  }

  /** Lets others have the thread once a slice of work is over. */
  async #lookUp(): Promise<void> {
    if (this.#host.isSliceOver?.() !== true) return
    this.#host.onProgress?.()
    await this.#host.breathe?.()
  }

  /** One event; a limit that is reached stops time, and leaves the lab as it is. */
  #step(): void {
    try {
      step(this.world)
      this.rewind.keep()
    } catch (error) {
      if (!(error instanceof LimitExceeded)) throw error
      this.limit = error
    }
  }

  /**
   * Lets processes and kernel act until something holds (true), or until there is nothing left to do but housekeeping before a moment
   * (false). Time stays at the last thing that happened.
   */
  async actUntil(holds: () => boolean, until: SimTime): Promise<boolean> {
    for (;;) {
      await this.shell.runner.idle()
      if (this.#interrupts.isEmpty && holds()) return true
      if (!(await this.#actUntilWoken(until, true))) return false
    }
  }

  /** Lets processes and kernel act until something holds (true), or all that happens up to a moment is done (false). */
  async driveUntil(holds: () => boolean, until: SimTime): Promise<boolean> {
    for (;;) {
      await this.shell.runner.idle()
      if (holds()) return true
      if (!(await this.#actUntilWoken(until))) return false
    }
  }

  /** Delivers each Ctrl-C that is due at the present moment, for an input that comes after it. */
  async deliverInterrupts(): Promise<void> {
    while (this.#interruptDue(this.world.now + 1)) await this.advance(this.world.now)
  }

  /** Lets time pass up to a moment, with processes in the background going on. */
  async advance(until: SimTime): Promise<void> {
    await this.driveUntil(() => false, until)
    if (this.limit === undefined && until > this.world.now) this.world.now = until
  }

  /** After a limit the next input goes on from where time stopped, without the frames that were on their way. */
  goOn(): void {
    if (this.limit === undefined) return
    this.limit = undefined
    for (const action of this.actions) if (action.endedAt === undefined) action.outlastedLimit = true
    this.kernel.input({ kind: 'storm.end' }, 0)
  }

  /** Lets the network come to rest: until nothing but housekeeping is left to happen, for at most so long. */
  async settle(limitNs: number): Promise<void> {
    const until = this.world.now + limitNs
    while (isBusy(this.world.queue) && this.limit === undefined) {
      const next = upcoming(this.world)
      if (next === undefined || next > until) break
      await this.advance(next)
    }
  }
}
