// What crosses the worker: requests with answers, and pushes. Plain data only; big answers are number columns whose buffers are transferred.
import type { Explanation } from './decisions.ts'
import type { ConntrackView, FirewallView } from './firewall.ts'
import type { FdbView, LinkView, NeighView, RouteView, RuleView, SocketView, SysctlView } from './read-models.ts'
import type { EventSeq, TraceColumns, TraceEvent } from './trace-events.ts'

/** Goes up when a message changes its form. */
export const PROTOCOL_VERSION = 6

/** The product's version: links record it, since a newer engine may play a lab differently. */
export const ENGINE_VERSION = '0.1.0'

/** Something in the lab's text that could not be used, with the place. */
export interface LabProblem {
  readonly severity: 'error' | 'warning'
  /** From 1. */
  readonly line: number
  /** In English, as the shell or the parser says it. */
  readonly message: string
  /** The statement that failed, as written. */
  readonly command: string
}

/** An action that has run or is running: a line of the lab after `#%% run`, or a command that was typed. */
export interface ActionView {
  readonly index: number
  readonly command: string
  /** Line in the lab's text, or 0 for a typed command. */
  readonly line: number
  readonly beganAt: number
  /** Undefined while it runs. */
  readonly endedAt: number | undefined
  readonly exit: number | undefined
  /** When Ctrl-C reached it, or undefined. */
  readonly interruptedAt: number | undefined
  /** A limit of the lab was reached while it ran, and it went on afterwards. */
  readonly outlastedLimit?: true
  readonly output: string
  /** Trace events of the action lie from here on. */
  readonly firstSeq: EventSeq
}

/** The tables of one namespace at one moment. */
export interface NamespaceView {
  readonly netns: number
  readonly name: string
  readonly links: readonly LinkView[]
  /** Of all tables; `table` tells which. */
  readonly routes: readonly RouteView[]
  readonly rules: readonly RuleView[]
  readonly neighbours: readonly NeighView[]
  readonly fdb: readonly FdbView[]
  /** How many rules its firewall has, in all chains of all tables. */
  readonly firewallRules: number
}

/** Everything that can be seen of all kernels at one moment. */
export interface NetworkView {
  readonly at: number
  readonly namespaces: readonly NamespaceView[]
}

/** What of a namespace is asked for apart, since it is long where it is used and empty elsewhere. */
export interface NetfilterView {
  readonly firewall: FirewallView
  readonly flows: readonly ConntrackView[]
  readonly sockets: readonly SocketView[]
}

/** Where the live edge is and how much there is. */
export interface LabStatus {
  readonly now: number
  readonly firstSeq: EventSeq
  readonly lastSeq: EventSeq
  readonly running: boolean
  /** True while something in a terminal runs on until it is stopped: time passes only as far as `pace` allows. */
  readonly isPaced: boolean
  /** Index of the next action of the lab's text that has not run yet, and how many there are. */
  readonly nextAction: number
  readonly actionCount: number
}

export interface OpenedLab {
  readonly setupExit: number
  readonly setupOutput: string
  readonly problems: readonly LabProblem[]
  /** The lab's own actions, in order, not yet run. */
  readonly actions: readonly { readonly command: string; readonly line: number }[]
  readonly network: NetworkView
  readonly status: LabStatus
}

/** Which events a query wants; missing members mean all. */
export interface TraceFilter {
  readonly devices?: readonly number[]
  /** EtherTypes and IP protocols by name: `arp`, `icmp`, `udp`, `tcp`, `stp`, `other`. */
  readonly protocols?: readonly ProtocolName[]
  readonly dropsOnly?: boolean
  /** A capture filter in tcpdump's language; one that cannot be read is refused. */
  readonly expression?: string
}

export type ProtocolName = 'arp' | 'icmp' | 'udp' | 'tcp' | 'stp' | 'other'

/** What a chip on the timeline shows; index = code in `SightingColumns.glyph`. */
export const GLYPHS = [
  'arp-request',
  'arp-reply',
  'icmp-request',
  'icmp-reply',
  'icmp-error',
  'udp',
  'tcp',
  'stp',
  'other',
  'drop',
] as const
export type Glyph = (typeof GLYPHS)[number]

/** Frame sightings and drops of a stretch of time, as columns: what the timeline draws. */
export interface SightingColumns {
  readonly count: number
  readonly seq: Uint32Array
  readonly at: Float64Array
  readonly device: Uint32Array
  readonly packet: Uint32Array
  readonly glyph: Uint8Array
  /** 0 in, 1 out, 2 drop. */
  readonly direction: Uint8Array
  /** The sighting (not just any event) that this one is an effect of, or 0: the arrow to draw. */
  readonly causeSeq: Uint32Array
  /** True (1) when the cause is the same packet, 0 when it is another (answer, release from a queue). */
  readonly samePacket: Uint8Array
  /** True (1) where NAT rewrote an address or a port: just before it was seen here, or before it was delivered here. */
  readonly isTranslated: Uint8Array
}

/** Counts per lane and slice of time for a zoomed-out timeline. */
export interface LaneSummary {
  readonly device: number
  /** Sightings and drops in each bucket. */
  readonly counts: Uint32Array
  readonly drops: Uint32Array
  /** The commonest glyph of each bucket. */
  readonly glyph: Uint8Array
}

/** One sighting with everything that the packet panel shows. */
export interface FrameDetail {
  readonly event: TraceEvent
  readonly bytes: Uint8Array
  /** tcpdump's line. */
  readonly line: string
  /** Drop reason, when the event is a drop. */
  readonly drop: string | undefined
  /** What NAT rewrote: just before the frame was seen here, or before it was delivered here. */
  readonly translations: readonly Translation[]
}

/** One end of a packet before and after NAT. */
export interface Translation {
  readonly end: 'source' | 'destination'
  readonly before: TranslatedEnd
  readonly after: TranslatedEnd
}

export interface TranslatedEnd {
  /** An IPv4 address as a number. */
  readonly address: number
  /** Port or ICMP id; 0 where there is none. */
  readonly port: number
}

/** Where a packet was seen and what became of it, in order. */
export interface PacketStory {
  readonly packet: number
  readonly events: readonly TraceEvent[]
}

/** What stopped an action, and the chain of events that led there. `text` is English; `key` and `params` serve translation. */
export interface WhyAnswer {
  readonly ok: boolean
  readonly key: string
  readonly params: Readonly<Record<string, string>>
  readonly text: string
  /** `ns` or `ns/dev` where it stopped. */
  readonly stoppedAt: string
  /** The event of the verdict: a drop or a decision; 0 when there is none. */
  readonly verdict: EventSeq
  readonly chain: readonly EventSeq[]
  readonly explanation: Explanation | undefined
}

/** Where a terminal stands: a machine, or one of its namespaces. */
export interface TerminalPlace {
  readonly machine: string
  /** The lab's name of the namespace that its shell begins in; the empty text is the bench's own. */
  readonly namespace: string
  /** The namespaces that it sees, each as the machine calls it and as the lab does. Missing: all, by the lab's names. */
  readonly visible?: readonly (readonly [alias: string, name: string])[]
}

/** What could stand instead of the word before the cursor. */
export interface CompletionView {
  /** Where that word begins, as an offset into the line. */
  readonly from: number
  /** Whole words, each with the blank or slash that follows it. */
  readonly words: readonly string[]
}

/**
 * Something that was put into a lab, to be put in once more: the lab's own next action, or a command, at a moment of virtual time (0 or
 * missing: after all before it), with the moment at which Ctrl-C reached it.
 */
export type ReplayInput =
  | { readonly kind: 'play'; readonly atNs?: number; readonly interruptAtNs?: number }
  | {
      readonly kind: 'command'
      readonly command: string
      readonly atNs: number
      readonly interruptAtNs?: number
      /** When it ended by itself, where that took more than a minute or a limit was reached meanwhile: it is not ended before. */
      readonly untilNs?: number
    }

/** A request that says nothing but its kind. */
type NoDetails = object

/** Requests and their answers. */
export interface Requests {
  /** Builds the lab of a text: runs its setup. The trace starts empty after it. */
  open: { readonly ask: { readonly text: string; readonly seed?: string }; readonly answer: OpenedLab }
  /** Runs the next `count` actions of the lab's text, with their gaps and, after the last of all, the settle time. */
  play: { readonly ask: { readonly count: number }; readonly answer: readonly ActionView[] }
  /**
   * Runs a command at the live edge, but not before `atNs`, then lets the network settle (at most `settleNs`). Ctrl-C
   * reaches it at `interruptAtNs`, if it still runs then: so a command that never ends by itself is played once more.
   * Where it begins later than `atNs`, Ctrl-C comes as much later.
   */
  run: {
    readonly ask: {
      readonly command: string
      readonly settleNs?: number
      readonly atNs?: number
      readonly interruptAtNs?: number
    }
    readonly answer: ActionView
  }
  /**
   * Carries out inputs at their moments, those that overlap side by side, until all have ended and the network has settled. Equal inputs give
   * the trace that they gave when they were put in one by one. A command without a Ctrl-C is ended after a minute, and when the lab reaches
   * a limit.
   */
  replay: { readonly ask: { readonly inputs: readonly ReplayInput[] }; readonly answer: readonly ActionView[] }
  /** Ctrl-C to what runs outside the terminals. */
  interrupt: { readonly ask: NoDetails; readonly answer: null }
  /** Starts a shell on a terminal. Several may be open at once; they end with the lab. */
  terminalOpen: {
    readonly ask: { readonly place: TerminalPlace; readonly columns: number; readonly rows: number }
    readonly answer: { readonly terminal: number }
  }
  /**
   * Types into a terminal: lines with their ends, or Ctrl-D on an empty line where the text is empty. The answer comes when the commands
   * have ended and the network has settled, or when what is left goes on until it is stopped. It tells how things stand, so nothing is
   * pushed at the end: the page shows what was written first.
   */
  terminalType: { readonly ask: { readonly terminal: number; readonly text: string }; readonly answer: LabStatus }
  /** Ctrl-C. */
  terminalInterrupt: { readonly ask: { readonly terminal: number }; readonly answer: LabStatus }
  terminalResize: {
    readonly ask: { readonly terminal: number; readonly columns: number; readonly rows: number }
    readonly answer: null
  }
  /** Ends the shell and all that it started. */
  terminalClose: { readonly ask: { readonly terminal: number }; readonly answer: LabStatus }
  terminalComplete: {
    readonly ask: { readonly terminal: number; readonly line: string; readonly cursor: number }
    readonly answer: CompletionView
  }
  /** Lets time pass up to a moment while something goes on until it is stopped: a little ahead of the page's cursor. */
  pace: { readonly ask: { readonly untilNs: number }; readonly answer: LabStatus }
  actions: { readonly ask: NoDetails; readonly answer: readonly ActionView[] }
  status: { readonly ask: NoDetails; readonly answer: LabStatus }
  /** The state at a moment (nearest snapshot plus replay); missing `at` means the live edge. */
  network: { readonly ask: { readonly at?: number }; readonly answer: NetworkView }
  sysctls: { readonly ask: { readonly netns: number; readonly at?: number }; readonly answer: readonly SysctlView[] }
  /** A namespace's firewall with its counters, the flows it tracks and its sockets, at a moment. */
  netfilter: { readonly ask: { readonly netns: number; readonly at?: number }; readonly answer: NetfilterView }
  /** Raw events, at most 20,000 an answer. */
  trace: {
    readonly ask: { readonly fromSeq: EventSeq; readonly toSeq: EventSeq; readonly withFrames: boolean }
    readonly answer: TraceColumns
  }
  /** Sightings in a stretch of time, at most `limit` (default 20,000); `more` tells that there were more. */
  sightings: {
    readonly ask: {
      readonly fromNs: number
      readonly toNs: number
      readonly filter?: TraceFilter
      readonly limit?: number
    }
    readonly answer: { readonly columns: SightingColumns; readonly more: boolean }
  }
  lanes: {
    readonly ask: {
      readonly fromNs: number
      readonly toNs: number
      readonly bucketCount: number
      readonly filter?: TraceFilter
    }
    readonly answer: readonly LaneSummary[]
  }
  /** Stretches in which nothing was seen for longer than `idleNs`: what the folded time axis leaves out. */
  idle: {
    readonly ask: { readonly idleNs: number }
    readonly answer: readonly { readonly fromNs: number; readonly toNs: number }[]
  }
  /** The next or previous sighting (or drop) that a filter lets through, seen from an event; 0 when there is none. */
  find: {
    readonly ask: { readonly fromSeq: EventSeq; readonly direction: 1 | -1; readonly filter?: TraceFilter }
    readonly answer: EventSeq
  }
  /** Whether a capture filter can be read: tcpdump's complaint, or undefined. */
  checkFilter: {
    readonly ask: { readonly expression: string }
    readonly answer: { readonly problem: string | undefined }
  }
  frame: { readonly ask: { readonly seq: EventSeq }; readonly answer: FrameDetail }
  /** A pcapng file of what one interface (a global device id) or every one saw so far. */
  capture: { readonly ask: { readonly device?: number }; readonly answer: Uint8Array }
  packet: { readonly ask: { readonly packet: number }; readonly answer: PacketStory }
  explain: { readonly ask: { readonly seq: EventSeq }; readonly answer: Explanation }
  why: { readonly ask: { readonly action: number }; readonly answer: WhyAnswer }
}

export type RequestKind = keyof Requests
export type RequestOf<K extends RequestKind> = { readonly kind: K } & Requests[K]['ask']
export type LabRequest = { [K in RequestKind]: RequestOf<K> }[RequestKind]

/** Page to worker. */
export interface RequestMessage {
  readonly id: number
  readonly version: number
  readonly request: LabRequest
}

/** Worker to page. */
export type ReplyMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'refused'; readonly id: number; readonly message: string }
  | { readonly kind: 'push'; readonly push: LabPush }

export type LabPush =
  /** At most every 50 ms while something runs. */
  | { readonly kind: 'progress'; readonly status: LabStatus; readonly action: ActionView | undefined }
  /** Of the setup of a lab that is being opened, so many statements have run. */
  | { readonly kind: 'building'; readonly done: number; readonly total: number }
  /** Time stands still until the next input. `bridges` are those that a storm goes through, sorted; none when it is no storm. */
  | { readonly kind: 'limit'; readonly message: string; readonly bridges: readonly string[] }
  | TerminalPush

/** What is new on a terminal. */
export interface TerminalPush {
  readonly kind: 'terminal'
  readonly terminal: number
  /** Text to show, with bare line feeds. */
  readonly output: string
  /** The prompt behind which a shell waits for a line; undefined while a command runs, which then reads what is typed. */
  readonly prompt: string | undefined
  readonly isEnded: boolean
}
