// The terminals of a lab. What is typed lands at the live edge. A command that ends by itself runs to its end at full speed; time passes for
// what goes on until it is stopped only as far as the page's cursor allows.
import type { CompletionView, LabPush, RequestOf } from '../contract/protocol.ts'
import { benchForm, holdsNamespace, type TerminalHost, type TerminalReader, type TerminalShell } from '../shell/api.ts'
import { isBusy } from '../sim/event-queue.ts'
import { SECOND_NS } from '../sim/time.ts'
import type { LabEngine } from './lab-engine.ts'
import { RequestRefused } from './request-refused.ts'
import { TypedAction } from './typed-action.ts'

/** How long the consequences of a command are followed at most. */
const SETTLE_NS = 8 * SECOND_NS
/** A command that takes longer than this goes on at the cursor's pace. */
const FULL_SPEED_NS = 60 * SECOND_NS
/** Time passes in pieces, so that other inputs get their turn. */
const LONGEST_PACE_NS = SECOND_NS
const MOST_TERMINALS = 32

interface OpenTerminal {
  readonly id: number
  readonly shell: TerminalShell
  /** The shell that waits for a line, if one does. */
  reader: TerminalReader | undefined
  /** The command that runs in the foreground. */
  action: TypedAction | undefined
  /** When the line that runs was typed. */
  typedAt: number
  /** What has been written and not been pushed yet. */
  output: string
  /** Its prompt has changed as well. */
  hasNews: boolean
  isEnded: boolean
}

export class LabTerminals {
  readonly #lab: LabEngine
  readonly #push: (push: LabPush) => void
  readonly #terminals = new Map<number, OpenTerminal>()
  #nextId = 1

  constructor(lab: LabEngine, push: (push: LabPush) => void) {
    this.#lab = lab
    this.#push = push
  }

  async open({ place, columns, rows }: RequestOf<'terminalOpen'>): Promise<{ readonly terminal: number }> {
    if (this.#terminals.size >= MOST_TERMINALS)
      throw new RequestRefused(`${MOST_TERMINALS} terminals are open; close one first`)
    const { read } = this.#lab.kernel
    const netns = read.namespaces().find(({ name }) => name === place.namespace)?.netns
    if (netns === undefined) throw new RequestRefused(`there is no namespace ${place.namespace}`)
    const visible = place.visible === undefined ? undefined : new Map(place.visible)
    const id = this.#nextId++
    const begun: { terminal?: OpenTerminal } = {}
    const shell = this.#lab.shell.openTerminal({ machine: place.machine, netns, visible }, this.#hostOf(begun))
    const idle = { reader: undefined, action: undefined, typedAt: this.#lab.world.now, output: '' }
    const terminal: OpenTerminal = { id, shell, ...idle, hasNews: true, isEnded: false }
    begun.terminal = terminal
    this.#terminals.set(id, terminal)
    shell.process.onEnd.push(() => this.#ended(terminal))
    this.resize({ kind: 'terminalResize', terminal: id, columns, rows })
    // Opening is no input: no time passes.
    await this.#lab.shell.runner.idle()
    this.flush()
    return { terminal: id }
  }

  /** Types a text; empty for Ctrl-D. */
  async type({ terminal: id, text }: RequestOf<'terminalType'>): Promise<null> {
    const terminal = this.#terminal(id)
    this.#lab.goOn()
    // An input at a moment comes after all that the kernel does at that moment, and so it is replayed.
    await this.#lab.advance(this.#lab.world.now)
    terminal.typedAt = this.#lab.world.now
    if (text === '') terminal.shell.terminal.endInput()
    else if (!terminal.shell.terminal.type(text)) throw new RequestRefused('so much at once can’t be typed')
    await this.run()
    return null
  }

  /** Ctrl-C, at once; `run` lets it take effect where nothing else does. */
  interrupt(id: number): void {
    const terminal = this.#terminal(id)
    this.#lab.interruptTerminal(() => {
      terminal.action?.interrupted()
      // What a terminal echoes is no output of the command.
      terminal.output += '^C'
      terminal.shell.terminal.flushInput()
      this.#lab.shell.runner.interrupt(terminal.shell.process.group)
    })
  }

  resize({ terminal: id, columns, rows }: RequestOf<'terminalResize'>): null {
    Object.assign(this.#terminal(id).shell.terminal, { columns, rows })
    return null
  }

  async close(id: number): Promise<null> {
    const terminal = this.#terminals.get(id)
    if (terminal === undefined) return null
    terminal.action?.interrupted()
    terminal.shell.terminal.hangUp()
    this.#lab.shell.runner.hangUp(terminal.shell.process.group)
    await this.run()
    return null
  }

  complete({ terminal, line, cursor }: RequestOf<'terminalComplete'>): CompletionView {
    return this.#terminal(terminal).reader?.complete(line, cursor) ?? { from: cursor, words: [] }
  }

  /** Runs what was typed: at full speed as long as it may end by itself, then until the network is at rest. */
  async run(): Promise<void> {
    const lab = this.#lab
    lab.running = true
    for (let isCut = false; ;) {
      const hurried = this.#hurried()
      const until = hurried.reduce((end, { typedAt }) => Math.min(end, typedAt + FULL_SPEED_NS), Infinity)
      if (await lab.actUntil(() => this.#hurried().length === 0, until)) break
      // Time stands still: what would wait for ever is ended, and the prompt is back.
      if (lab.limit !== undefined && !isCut) {
        isCut = true
        for (const { id } of this.#hurried()) this.interrupt(id)
        continue
      }
      if (until === Infinity || !isBusy(lab.world.queue) || lab.limit !== undefined) break
      lab.world.now = Math.max(lab.world.now, until)
    }
    lab.running = false
    this.flush()
    if (!lab.isPaced) await lab.settle(SETTLE_NS)
    this.flush()
  }

  /** Lets time pass for what goes on until it is stopped. */
  async pace(untilNs: number): Promise<void> {
    const lab = this.#lab
    this.#update()
    const until = Math.min(untilNs, lab.world.now + LONGEST_PACE_NS)
    if (!lab.isPaced || until <= lab.world.now) return
    await lab.actUntil(() => !this.isPaced, until)
    if (this.isPaced) lab.world.now = Math.max(lab.world.now, until)
    else await lab.settle(SETTLE_NS)
    this.flush()
  }

  /** Tells the page what the terminals have written since the last time. */
  flush(): void {
    this.#update()
    for (const terminal of this.#terminals.values()) {
      const { id, output, reader, hasNews, isEnded } = terminal
      if (output === '' && !hasNews) continue
      terminal.output = ''
      terminal.hasNews = false
      this.#push({ kind: 'terminal', terminal: id, output, prompt: reader?.prompt, isEnded })
      if (isEnded) this.#terminals.delete(id)
    }
  }

  #terminal(id: number): OpenTerminal {
    const terminal = this.#terminals.get(id)
    if (terminal === undefined) throw new RequestRefused('the terminal has ended')
    return terminal
  }

  #hostOf(begun: { readonly terminal?: OpenTerminal }): TerminalHost {
    const lab = this.#lab
    const terminal = (): OpenTerminal => {
      if (begun.terminal === undefined) throw new Error('a terminal runs before it is open')
      return begun.terminal
    }
    return {
      output: (text) => {
        const open = terminal()
        open.output += text
        open.action?.print(text)
      },
      waiting: (reader) => {
        const open = terminal()
        open.reader = reader
        open.hasNews = true
      },
      begin: ({ text, ctx, variables }) => {
        const namespace = lab.kernel.read.netnsName(ctx.netns) ?? ''
        const open = terminal()
        const outer = open.action
        const command = benchForm(text, { namespace, visible: ctx.machine.visible, variables })
        const ended = (): void => {
          if (open.action === action) open.action = outer
        }
        const action = new TypedAction(lab, command, ended, holdsNamespace(text))
        open.action = action
        open.typedAt = lab.world.now
        return action
      },
    }
  }

  #ended(terminal: OpenTerminal): void {
    terminal.isEnded = true
    terminal.hasNews = true
    terminal.reader = undefined
  }

  /** Terminals whose command may still end by itself soon. */
  #hurried(): readonly OpenTerminal[] {
    const { world, shell } = this.#lab
    const endless = new Set<number>()
    const waiting = new Set<number>()
    for (const { group, isEndless, waitsOpenly, onInterrupt } of shell.runner.processes) {
      if (isEndless && onInterrupt !== 'ignore') endless.add(group)
      if (waitsOpenly) waiting.add(group)
    }
    return [...this.#terminals.values()].filter(({ isEnded, reader, typedAt, shell: { process } }) => {
      if (isEnded || reader !== undefined || world.now >= typedAt + FULL_SPEED_NS) return false
      // What waits for others must not make time run away with what goes on elsewhere until it is stopped.
      return !endless.has(process.group) && !(waiting.has(process.group) && endless.size > 0)
    })
  }

  /** Whether anything but shells at their prompts runs, and needs time for it. */
  get isPaced(): boolean {
    const { runner } = this.#lab.shell
    if (!isBusy(this.#lab.world.queue)) return false
    return [...this.#terminals.values()].some(({ isEnded, reader, shell: { process } }) => {
      if (isEnded) return false
      if (reader === undefined) return true
      const shells = new Set<number>()
      for (let pid = reader.process.pid; pid !== 0; pid = runner.process(pid)?.parent ?? 0) shells.add(pid)
      return runner.processes.some(({ group, pid }) => group === process.group && !shells.has(pid))
    })
  }

  #update(): void {
    this.#lab.isPaced = this.isPaced
  }
}
