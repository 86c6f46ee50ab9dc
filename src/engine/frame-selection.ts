// Which frames of the trace a capture filter selects, in tcpdump's language.
import type { Result } from '../base/result.ts'
import { err, ok } from '../base/result.ts'
import { compileFilter, FilterError, type FilterPacket, portOfService } from '../shell/api.ts'
import { outerVlanTci, removeVlanTag } from '../wire/vlan.ts'
import { RequestRefused } from './request-refused.ts'
import type { TraceStore } from './trace-store.ts'
import { TRACE_KIND_CODE } from '../contract/trace-events.ts'

type Accepts = (packet: FilterPacket) => boolean

const OUT = TRACE_KIND_CODE['net.dev_xmit']
/** Filters that are remembered with what they selected; a reader goes back and forth between few. */
const MOST_KEPT = 4

/** What is wrong with a filter, in tcpdump's words; undefined when it can be read. */
export function filterProblem(expression: string): string | undefined {
  const compiled = compile(expression)
  return compiled.ok ? undefined : compiled.error
}

function compile(expression: string): Result<Accepts, string> {
  try {
    const settings = { host: () => undefined, port: portOfService, hasEthernet: true, netmask: undefined }
    return ok(compileFilter(expression, settings))
  } catch (error) {
    if (error instanceof FilterError) return err(error.message)
    throw error
  }
}

/** The selections of a trace by their filters. */
export class FrameSelections {
  readonly #trace: TraceStore
  readonly #kept = new Map<string, FrameSelection>()

  constructor(trace: TraceStore) {
    this.#trace = trace
  }

  /** Throws `RequestRefused` when the filter cannot be read. */
  of(expression: string): FrameSelection {
    let selection = this.#kept.get(expression)
    if (selection !== undefined) return selection
    const compiled = compile(expression)
    if (!compiled.ok) throw new RequestRefused(compiled.error)
    selection = new FrameSelection(this.#trace, compiled.value)
    this.#kept.set(expression, selection)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest)
    return selection
  }
}

const UNKNOWN = 0
const SELECTED = 1
const LEFT_OUT = 2

/** What one filter selects; each frame is looked at once, when it is first asked for. */
class FrameSelection {
  readonly #trace: TraceStore
  readonly #accepts: Accepts
  #known = new Uint8Array(0)

  constructor(trace: TraceStore, accepts: Accepts) {
    this.#trace = trace
    this.#accepts = accepts
  }

  selects(index: number): boolean {
    if (index >= this.#known.length) {
      const known = new Uint8Array(Math.max(this.#trace.count, 2 * this.#known.length))
      known.set(this.#known)
      this.#known = known
    }
    if (this.#known[index] === UNKNOWN) this.#known[index] = this.#accepts(this.#packetAt(index)) ? SELECTED : LEFT_OUT
    return this.#known[index] === SELECTED
  }

  /** The outer tag stands beside the bytes, as Linux hands frames to libpcap: filters see through it, and `vlan` finds it. */
  #packetAt(index: number): FilterPacket {
    const bytes = this.#trace.frame(index)
    const tag = outerVlanTci(bytes)
    return {
      bytes: tag === undefined ? bytes : removeVlanTag(bytes),
      tagBeside: tag,
      isOutgoing: this.#trace.kind[index] === OUT,
    }
  }
}
