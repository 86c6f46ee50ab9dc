// Plays a lab from beginning to end and writes down what every interface saw: the headless twin of a real kernel's recording.
import type { EventSeq } from '../contract/trace-events.ts'
import type { LabProblem } from '../contract/protocol.ts'
import type { RecordedAction, RecordedFrame, RecordedNamespace, Recording } from '../contract/recording.ts'
import { TRACE_KIND_CODE } from '../contract/trace-events.ts'
import { formatAddr, formatArp, formatFdb, formatLink, formatNeigh, formatRoute } from '../shell/api.ts'
import { SECOND_NS } from '../sim/time.ts'
import { toHex } from '../wire/bytes.ts'
import { newTcpdumpState, tcpdumpLine, type TcpdumpState } from '../wire/tcpdump.ts'
import type { Clone } from './clone.ts'
import { LabEngine } from './lab-engine.ts'
import { limitMessage } from './limit-message.ts'
import type { Pace } from './pace.ts'

export interface PlayOptions {
  readonly seed?: string
  readonly clone?: Clone
  /** How long the lab stands between its setup and its first action, in seconds; 0 when left out. */
  readonly standSeconds?: number
  /** How long programs take to start: that of the recordings when left out. */
  readonly pace?: Pace
}

/** Without a way to clone there are no snapshots; playing from beginning to end needs none. */
const noClone: Clone = (value) => value

const seconds = (ns: number, digits: number): number => Number((ns / SECOND_NS).toFixed(digits))

/** A lab that was played. */
export interface Played {
  readonly recording: Recording
  /** What of the setup could not be used, and what of the actions had to be stopped. */
  readonly problems: readonly LabProblem[]
  /** Why an action was stopped before its end, if one was: a storm, as a rule. */
  readonly limit: string | undefined
}

/** Plays a lab and returns its recording, in the form that Linux's recordings have, and what went wrong. */
export async function playLabWithProblems(name: string, text: string, options: PlayOptions = {}): Promise<Played> {
  const engine = new LabEngine(
    text,
    { clone: options.clone ?? noClone },
    {
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      ...(options.pace === undefined ? {} : { pace: options.pace }),
    },
  )
  const setup = await engine.setUp()
  if (options.standSeconds !== undefined)
    await engine.advance(engine.world.now + Math.round(options.standSeconds * SECOND_NS))
  const began = engine.world.now
  const taps = openTaps(engine)
  const ends = new Map<number, EventSeq>()
  const limit = await playToEnd(engine, () => endWithoutName(engine, taps, ends))
  // What a program in the background printed belongs to its action, however late it came.
  const actions = engine.actions.map((action): RecordedAction => ({
    command: action.command,
    at: seconds(action.beganAt - began, 4),
    exit: action.exit ?? 0,
    output: action.output,
  }))
  const recording: Recording = {
    lab: name,
    kernel: 'vethlab',
    duration: seconds(engine.world.now - began, 1),
    setup: { exit: setup.exit, output: setup.output },
    actions,
    captures: captures(engine, taps, ends, began),
    state: Object.fromEntries(namespaces(engine).map(({ netns, name: ns }) => [ns, tables(engine, netns)])),
  }
  const problems = [...setup.problems, ...engine.problems]
  return { recording, problems, limit }
}

/**
 * Plays all actions of a lab and lets it settle; `onPlayed` is called after each. A storm ends the action that it is in, and the next one goes on
 * without the storm's frames, as on the page. Resolves to the message of the first limit that was reached, if any.
 */
export async function playToEnd(engine: LabEngine, onPlayed?: () => void): Promise<string | undefined> {
  let first: string | undefined
  const noteLimit = (): void => {
    if (engine.limit !== undefined) first ??= limitMessage(engine)
  }
  while ((await engine.playNext()) !== undefined) {
    onPlayed?.()
    noteLimit()
    engine.goOn()
  }
  await engine.settleAtEnd()
  noteLimit()
  return first
}

/** Plays a lab and returns its recording. */
export async function playLab(name: string, text: string, options: PlayOptions = {}): Promise<Recording> {
  return (await playLabWithProblems(name, text, options)).recording
}

/** The named namespaces, sorted: those that a capture covers. */
function namespaces(engine: LabEngine): { netns: number; name: string }[] {
  return engine.kernel.read
    .namespaces()
    .filter((ns) => ns.name !== '')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The interfaces that are up when the actions begin: device id to `ns/dev`. */
function openTaps(engine: LabEngine): Map<number, string> {
  const taps = new Map<number, string>()
  for (const { netns, name } of namespaces(engine)) {
    for (const link of engine.kernel.read.links(netns)) if (link.up) taps.set(link.device, `${name}/${link.name}`)
  }
  return taps
}

/**
 * A capture whose interface is down asks for it by the name that it began with, and ends where nothing is called that any more (libpcap's
 * device_still_exists). Looked at after each action: a command that renames and brings up again in one goes unnoticed.
 */
function endWithoutName(engine: LabEngine, taps: Map<number, string>, ends: Map<number, EventSeq>): void {
  const { read } = engine.kernel
  for (const [device, tap] of taps) {
    const link = read.device(device)
    if (link === undefined || link.up || ends.has(device)) continue
    if (read.linkByName(link.netns, tap.replace(/^.*\//, '')) === undefined) ends.set(device, engine.world.nextSeq)
  }
}

function captures(
  engine: LabEngine,
  taps: Map<number, string>,
  ends: ReadonlyMap<number, EventSeq>,
  began: number,
): Record<string, RecordedFrame[]> {
  const result: Record<string, RecordedFrame[]> = {}
  const states = new Map<number, TcpdumpState>()
  for (const [device, name] of taps) {
    result[name] = []
    states.set(device, newTcpdumpState())
  }
  const { trace } = engine
  if (trace === undefined) return result
  for (let i = 0; i < trace.count; i++) {
    const kind = trace.kind[i]
    // A capture ends when its interface leaves the namespace.
    if (kind === TRACE_KIND_CODE['link.change'] && trace.c[i] === 2) states.delete(trace.device[i] ?? 0)
    if (kind !== TRACE_KIND_CODE['net.dev_xmit'] && kind !== TRACE_KIND_CODE['net.netif_receive_skb']) continue
    const device = trace.device[i] ?? 0
    const name = taps.get(device)
    const state = states.get(device)
    if (name === undefined || state === undefined || trace.firstSeq + i >= (ends.get(device) ?? Infinity)) continue
    const frame = trace.frame(i)
    result[name]?.push([
      seconds((trace.at[i] ?? 0) - began, 4),
      tcpdumpLine(frame, { linkLevel: true, state }),
      toHex(frame),
    ])
  }
  return result
}

function tables(engine: LabEngine, netns: number): RecordedNamespace {
  const { read } = engine.kernel
  return {
    link: formatLink(read, netns, { details: true }),
    addr: formatAddr(read, netns),
    route: formatRoute(read, netns),
    neigh: formatNeigh(read, netns),
    fdb: formatFdb(read, netns),
    arp: formatArp(read, netns),
  }
}
