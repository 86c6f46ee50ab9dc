// The engine's side of the protocol: one lab, asked and told by the page. Queries are answered while an action runs.
import type {
  ActionView,
  FrameDetail,
  LabPush,
  LabRequest,
  LabStatus,
  NetworkView,
  OpenedLab,
  PacketStory,
  ReplayInput,
  RequestKind,
  RequestOf,
  Requests,
} from '../contract/protocol.ts'
import { DROP_REASON_CODES } from '../contract/drop-reasons.ts'
import type { TraceEvent } from '../contract/trace-events.ts'
import { parseLab } from '../lab/document.ts'
import { kernelReads } from '../kernel/kernel.ts'
import type { World } from '../kernel/world.ts'
import { SECOND_NS } from '../sim/time.ts'
import { tcpdumpLine } from '../wire/tcpdump.ts'
import { captureOf } from './capture.ts'
import { filterProblem } from './frame-selection.ts'
import { Checkpoints } from './checkpoints.ts'
import { DEFAULT_SEED, type EngineHost, type EngineOptions } from './engine-host.ts'
import { LabEngine } from './lab-engine.ts'
import { limitMessage, stormBridges } from './limit-message.ts'
import { LONGEST_WAIT_NS, refuseLongWaits, replayInputs } from './replay.ts'
import { RequestRefused } from './request-refused.ts'
import { SightingIndex } from './sightings.ts'
import { LabTerminals } from './terminals.ts'
import type { TraceStore } from './trace-store.ts'
import { translationOf } from './translations.ts'
import { whyAction } from './why.ts'

/** How long a typed command's consequences are followed at most when the page does not say. */
const DEFAULT_SETTLE_NS = 8 * SECOND_NS
/** Most raw events in one answer. */
const TRACE_LIMIT = 20_000

/** Everything that can be seen in a world. */
function networkView(world: World, at: number): NetworkView {
  const reads = kernelReads(world)
  return {
    at,
    namespaces: reads.namespaces().map(({ netns, name }) => ({
      netns,
      name,
      links: reads.links(netns),
      routes: reads.routes(netns, 0),
      rules: reads.rules(netns),
      neighbours: reads.neighbours(netns),
      fdb: reads.fdb(netns),
      firewallRules: reads.firewallRuleCount(netns),
    })),
  }
}

type Handlers = {
  readonly [K in RequestKind]: (request: RequestOf<K>) => Promise<Requests[K]['answer']> | Requests[K]['answer']
}

export class LabSession {
  readonly #host: EngineHost
  readonly #push: (push: LabPush) => void
  readonly #options: Pick<EngineOptions, 'limits'>
  #engine: LabEngine | undefined
  #index: SightingIndex | undefined
  #terminals: LabTerminals | undefined
  readonly #checkpoints = new Checkpoints()
  /** Inputs happen one after the other. */
  #inputs: Promise<unknown> = Promise.resolve()
  readonly #handlers: Handlers

  constructor(host: EngineHost, push: (push: LabPush) => void, options: Pick<EngineOptions, 'limits'> = {}) {
    this.#options = options
    this.#host = { ...host, onProgress: () => this.#progress() }
    this.#push = push
    this.#handlers = this.#makeHandlers()
  }

  /** Answers a request, or throws RequestRefused with a message for people. */
  async handle(request: LabRequest): Promise<unknown> {
    const handler = this.#handlers[request.kind] as (request: LabRequest) => unknown
    return handler(request)
  }

  /** The kernel's whole state, for whoever compares runs; throws RequestRefused when no lab is open. */
  get world(): World {
    return this.#lab.world
  }

  get #lab(): LabEngine {
    if (this.#engine === undefined) throw new RequestRefused('no lab is open')
    return this.#engine
  }

  get #shells(): LabTerminals {
    this.#terminals ??= new LabTerminals(this.#lab, this.#push)
    return this.#terminals
  }

  get #trace(): TraceStore {
    const { trace } = this.#lab
    if (trace === undefined) throw new RequestRefused('the lab is still being built')
    return trace
  }

  get #sightings(): SightingIndex {
    this.#index ??= new SightingIndex(this.#trace)
    return this.#index
  }

  #progress(): void {
    const engine = this.#engine
    if (engine?.trace === undefined) return
    this.#terminals?.flush()
    this.#push({ kind: 'progress', status: engine.status(), action: engine.actions.at(-1) })
    this.#tellLimit(engine)
  }

  /** A limit that holds is told whenever something was put in. */
  #tellLimit(engine: LabEngine): void {
    if (engine.limit !== undefined)
      this.#push({ kind: 'limit', message: limitMessage(engine), bridges: stormBridges(engine) })
  }

  /** Queues an input behind those that came before it. */
  #input<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#inputs.then(run)
    this.#inputs = result.catch(() => undefined)
    return result
  }

  #makeHandlers(): Handlers {
    return {
      open: (request) => this.#input(() => this.#open(request)),
      play: (request) => this.#input(() => this.#play(request.count)),
      run: (request) => this.#input(() => this.#run(request)),
      replay: (request) => this.#input(() => this.#replay(request.inputs)),
      interrupt: () => {
        this.#lab.interrupt()
        return null
      },
      terminalOpen: (request) => this.#input(() => this.#shells.open(request)),
      terminalType: (request) => this.#atTerminals((shells) => shells.type(request)),
      terminalInterrupt: ({ terminal }) => {
        this.#shells.interrupt(terminal)
        return this.#atTerminals((shells) => shells.run())
      },
      terminalResize: (request) => this.#shells.resize(request),
      terminalClose: ({ terminal }) => this.#atTerminals((shells) => shells.close(terminal)),
      terminalComplete: (request) => this.#shells.complete(request),
      pace: ({ untilNs }) => this.#pace(untilNs),
      actions: () => this.#lab.actions,
      status: () => this.#lab.status(),
      network: ({ at }) => this.#network(at),
      sysctls: ({ netns, at }) => kernelReads(this.#worldAt(at)).sysctls(netns),
      netfilter: ({ netns, at }) => {
        const reads = kernelReads(this.#worldAt(at))
        return { firewall: reads.firewall(netns), flows: reads.conntrack(netns), sockets: reads.sockets(netns) }
      },
      trace: ({ fromSeq, toSeq, withFrames }) => {
        const from = fromSeq - this.#trace.firstSeq
        const to = Math.min(toSeq - this.#trace.firstSeq + 1, from + TRACE_LIMIT)
        return this.#trace.slice(from, to, withFrames)
      },
      sightings: ({ fromNs, toNs, filter, limit }) => this.#sightings.window(fromNs, toNs, filter, limit),
      lanes: ({ fromNs, toNs, bucketCount, filter }) => this.#sightings.lanes(fromNs, toNs, bucketCount, filter),
      idle: ({ idleNs }) => this.#sightings.idle(idleNs),
      find: ({ fromSeq, direction, filter }) => this.#sightings.find(fromSeq, direction, filter),
      checkFilter: ({ expression }) => ({ problem: filterProblem(expression) }),
      frame: ({ seq }) => this.#frame(seq),
      capture: ({ device }) => captureOf(this.#trace, this.#network(undefined), device),
      packet: ({ packet }) => this.#packet(packet),
      explain: ({ seq }) => this.#lab.rewind.explain(seq),
      why: ({ action }) => whyAction(this.#lab, this.#trace, action),
    }
  }

  /** An input to a terminal. What it wrote has been pushed before the answer tells how things stand. */
  #atTerminals(act: (shells: LabTerminals) => Promise<unknown>): Promise<LabStatus> {
    return this.#input(async () => {
      await act(this.#shells)
      this.#tellLimit(this.#lab)
      return this.#lab.status()
    })
  }

  /** Time that passes for what goes on: the page is told of it like of any progress. */
  #pace(untilNs: number): Promise<LabStatus> {
    return this.#input(async () => {
      await this.#shells.pace(untilNs)
      this.#progress()
      return this.#lab.status()
    })
  }

  async #open(request: RequestOf<'open'>): Promise<OpenedLab> {
    const onProgress = (): void => {
      if (this.#engine === engine) this.#progress()
      else this.#push({ kind: 'building', done: engine.setupDone, total: engine.document.setup.length })
    }
    const host = { ...this.#host, onProgress }
    const document = parseLab(request.text)
    const { seed = DEFAULT_SEED } = request
    const from = this.#checkpoints.opened(document, seed)
    const engine = new LabEngine(document, host, { ...this.#options, seed, from })
    const setup = engine.setup ?? (await engine.setUp())
    // Only a lab that could be built takes the place of the one before.
    this.#take(engine)
    this.#checkpoints.add(engine.checkpoint())
    return {
      setupExit: setup.exit,
      setupOutput: setup.output,
      problems: setup.problems,
      actions: engine.document.actions.map((action) => ({ command: action.source, line: action.line })),
      network: networkView(engine.world, engine.world.now),
      status: engine.status(),
    }
  }

  #take(engine: LabEngine): void {
    this.#engine = engine
    this.#index = undefined
    this.#terminals = undefined
  }

  async #play(count: number): Promise<readonly ActionView[]> {
    const lab = this.#lab
    lab.goOn()
    const done: ActionView[] = []
    while (done.length < count && lab.limit === undefined) {
      const action = await lab.playNext()
      if (action === undefined) break
      done.push(action)
    }
    if (lab.nextAction >= lab.document.actions.length && done.length > 0) await lab.settleAtEnd()
    this.#checkpoints.add(lab.checkpoint())
    this.#progress()
    return done
  }

  async #run({ command, settleNs, atNs = 0, interruptAtNs }: RequestOf<'run'>): Promise<ActionView> {
    const lab = this.#lab
    lab.goOn()
    if (atNs - lab.world.now > LONGEST_WAIT_NS)
      throw new RequestRefused('the command would begin too far in the future')
    // Comes after all that the kernel does at its moment, and so it is replayed.
    await lab.advance(Math.max(atNs, lab.world.now))
    const lateNs = atNs > 0 ? lab.world.now - atNs : 0
    const action = await lab.run(command, interruptAtNs === undefined ? {} : { interruptAtNs: interruptAtNs + lateNs })
    // While a terminal's command goes on, time passes at the cursor's pace.
    if (!this.#shells.isPaced) await lab.settle(settleNs ?? DEFAULT_SETTLE_NS)
    if (settleNs === undefined) this.#checkpoints.add(lab.checkpoint())
    this.#progress()
    return action
  }

  async #replay(inputs: readonly ReplayInput[]): Promise<readonly ActionView[]> {
    refuseLongWaits(this.#lab.world.now, inputs)
    const isFresh = this.#lab.actions.length === 0
    const present = isFresh ? this.#lab.checkpoint() : undefined
    const known = present === undefined ? undefined : this.#checkpoints.nearest(present, inputs)
    if (known !== undefined) this.#take(new LabEngine(known.document, this.#host, { from: known }))
    const lab = this.#lab
    const first = isFresh ? 0 : lab.actions.length
    const left = inputs.slice(known?.actions.length ?? 0)
    if (left.length > 0) {
      lab.goOn()
      await replayInputs(lab, left, DEFAULT_SETTLE_NS)
    }
    this.#checkpoints.add(lab.checkpoint())
    this.#progress()
    return lab.actions.slice(first)
  }

  #worldAt(at: number | undefined): World {
    return at === undefined ? this.#lab.world : this.#lab.rewind.worldAt(at)
  }

  #network(at: number | undefined): NetworkView {
    const world = this.#worldAt(at)
    return networkView(world, at ?? world.now)
  }

  #event(seq: number): TraceEvent {
    const event = this.#trace.event(seq)
    if (event === undefined) throw new RequestRefused(`there is no event ${seq}`)
    return event
  }

  #frame(seq: number): FrameDetail {
    const event = this.#event(seq)
    const index = this.#trace.indexOf(seq) ?? 0
    const bytes = this.#trace.frame(index).slice()
    return {
      event,
      bytes,
      line: bytes.length === 0 ? '' : tcpdumpLine(bytes, { linkLevel: true }),
      drop: event.kind === 'skb.kfree_skb' ? DROP_REASON_CODES[event.code] : undefined,
      translations: this.#sightings.translationsAt(index).map((each) => translationOf(this.#event(each))),
    }
  }

  #packet(packet: number): PacketStory {
    const trace = this.#trace
    const events: TraceEvent[] = []
    for (let i = 0; i < trace.count; i++) {
      if (trace.packet[i] !== packet) continue
      const event = trace.event(trace.firstSeq + i)
      if (event !== undefined) events.push(event)
    }
    return { packet, events }
  }
}
