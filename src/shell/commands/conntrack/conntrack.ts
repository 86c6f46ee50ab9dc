/** `conntrack` of conntrack-tools: shows, follows, makes, changes and deletes tracked flows. */
import type { ConntrackView, FlowTupleView, NatRange } from '../../../contract/firewall.ts'
import type { FlowSpec } from '../../../kernel/api.ts'
import type { Command, ProcessContext } from '../../process/context.ts'
import { command } from '../command-error.ts'
import { CONNTRACK_USAGE } from '../usage/conntrack.ts'
import { showEvents } from './events.ts'
import { flowFilter } from './filter.ts'
import { flowText, XML_END, XML_HEAD } from '../../formats/conntrack.ts'
import { failed, namedTuple, PROGRAM, type Parsed, parseConntrack } from './options.ts'

export const conntrack: Command = command('conntrack', 'show, follow and change tracked flows', async (ctx) => {
  if (ctx.args.every((word) => !word.startsWith('-'))) return ctx.out(CONNTRACK_USAGE).then(() => 0)
  const parsed = parseConntrack(ctx.args)
  switch (parsed.action) {
    case 'h':
      return ctx.out(CONNTRACK_USAGE).then(() => 0)
    case 'V':
      return ctx.out(`${PROGRAM}\n`).then(() => 0)
    case 'L':
      return list(ctx, parsed)
    case 'G':
      return get(ctx, parsed)
    case 'D':
      return remove(ctx, parsed)
    case 'I':
    case 'A':
      return create(ctx, parsed)
    case 'U':
      return update(ctx, parsed)
    case 'E':
      return showEvents(ctx, parsed)
    case 'F':
      return flush(ctx, parsed)
    case 'C':
      return ctx.out(`${parsed.table === 'expect' ? 0 : ctx.read.conntrack(ctx.netns).length}\n`).then(() => 0)
    case 'S':
      return statistics(ctx)
  }
})

/** Prints flows and how many. What goes to no terminal is held back until the program ends, so the count comes first. */
async function report(ctx: ProcessContext, lines: string, count: number, done: string): Promise<void> {
  const summary = `${PROGRAM}: ${count} ${done}.\n`
  const isTerminal = ctx.stream(1).isTerminal === true
  if (isTerminal) await ctx.out(lines)
  await ctx.err(summary)
  if (!isTerminal) await ctx.out(lines)
}

function text(ctx: ProcessContext, parsed: Parsed, flows: readonly ConntrackView[], uses = 1): string {
  const lines = flows.map((flow) => flowText(flow, { outputs: parsed.outputs, now: ctx.now, uses })).join('')
  return parsed.outputs.has('xml') && flows.length > 0 ? XML_HEAD + lines + XML_END : lines
}

function chosen(ctx: ProcessContext, parsed: Parsed): readonly ConntrackView[] {
  const isMeant = flowFilter(parsed)
  return ctx.read.conntrack(ctx.netns).filter(isMeant)
}

async function list(ctx: ProcessContext, parsed: Parsed): Promise<number> {
  if (parsed.outputs.has('labels')) await ctx.err('nfct_labelmap_new: No such file or directory\n')
  if (parsed.table === 'expect') {
    await report(ctx, '', 0, 'expectations have been shown')
    return 0
  }
  const flows = parsed.table === 'conntrack' ? chosen(ctx, parsed) : []
  await report(ctx, text(ctx, parsed, flows), flows.length, 'flow entries have been shown')
  return 0
}

const sameTuple = (a: FlowTupleView, b: FlowTupleView): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The flow with these ends, or undefined. */
function namedFlow(ctx: ProcessContext, parsed: Parsed): ConntrackView | undefined {
  const tuple = namedTuple(parsed)
  const { protocol } = parsed.flow
  return ctx.read.conntrack(ctx.netns).find((flow) => flow.protocol === protocol && sameTuple(flow.original, tuple))
}

async function get(ctx: ProcessContext, parsed: Parsed): Promise<number> {
  const flow = namedFlow(ctx, parsed)
  if (flow === undefined) throw failed("such conntrack doesn't exist")
  await report(ctx, text(ctx, parsed, [flow], 2), 1, 'flow entries have been shown')
  return 0
}

async function remove(ctx: ProcessContext, parsed: Parsed): Promise<number> {
  const flows = chosen(ctx, parsed)
  const portId = ctx.process.pid
  ctx.call({ kind: 'conntrack.delete', netns: ctx.netns, ids: flows.map(({ id }) => id), portId })
  await report(ctx, text(ctx, parsed, flows), flows.length, 'flow entries have been deleted')
  return flows.length > 0 ? 0 : 1
}

async function flush(ctx: ProcessContext, parsed: Parsed): Promise<number> {
  if (parsed.table === 'expect') {
    await ctx.err(`${PROGRAM}: expectation table has been emptied.\n`)
    return 0
  }
  ctx.call({ kind: 'conntrack.delete', netns: ctx.netns, portId: ctx.process.pid })
  await ctx.err(`${PROGRAM}: connection tracking table has been emptied.\n`)
  return 0
}

const rangeOf = (range: NatRange | 'any' | undefined): NatRange | undefined => (range === 'any' ? undefined : range)

/** `-I`, which refuses a flow that is there already, and `-A`, which leaves it. */
async function create(ctx: ProcessContext, parsed: Parsed): Promise<number> {
  const original = namedTuple(parsed)
  const { flow: words } = parsed
  const { replySource, replyDestination, numbers } = words
  const hasReply = replySource !== undefined && replyDestination !== undefined && original.icmp === undefined
  const spec: FlowSpec = {
    protocol: words.protocol ?? 0,
    original,
    reply: !hasReply
      ? undefined
      : {
          source: replySource.address,
          destination: replyDestination.address,
          sourcePort: numbers.get('reply-sport') ?? original.destinationPort,
          destinationPort: numbers.get('reply-dport') ?? original.sourcePort,
          icmp: undefined,
        },
    timeoutSeconds: words.timeoutSeconds ?? 0,
    state: words.state,
    mark: words.mark?.value ?? 0,
    seenReply: words.statuses.includes('SEEN_REPLY'),
    assured: words.statuses.includes('ASSURED'),
    sourceNat: rangeOf(words.sourceNat),
    destinationNat: rangeOf(words.destinationNat),
  }
  const result = ctx.call({ kind: 'conntrack.create', netns: ctx.netns, flow: spec, portId: ctx.process.pid })
  const isAdd = parsed.action === 'A'
  if (!result.ok && !(isAdd && result.error.errno === 'EEXIST')) throw failed('Such conntrack exists, try -U to update')
  await report(ctx, '', result.ok ? 1 : 0, `flow entries have been ${isAdd ? 'added' : 'created'}`)
  return 0
}

async function update(ctx: ProcessContext, parsed: Parsed): Promise<number> {
  const flows = chosen(ctx, parsed)
  const { source, destination, mark, timeoutSeconds, statuses } = parsed.flow
  // The tool sends what it was told of the flow; without both addresses the kernel takes that for a wish to translate.
  if (flows.length > 0 && (source === undefined || destination === undefined)) {
    await ctx.err('Operation failed: Operation not supported\n')
    throw failed('Operation not supported')
  }
  const portId = ctx.process.pid
  for (const { id } of flows) {
    const changes = {
      ...(mark === undefined ? {} : { mark: mark.value }),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      seenReply: statuses.includes('SEEN_REPLY'),
      assured: statuses.includes('ASSURED'),
    }
    ctx.call({ kind: 'conntrack.update', netns: ctx.netns, id, changes, portId })
  }
  const ids = new Set(flows.map(({ id }) => id))
  const now = ctx.read.conntrack(ctx.netns).filter(({ id }) => ids.has(id))
  await report(ctx, text(ctx, parsed, now, 2), flows.length, 'flow entries have been updated')
  return flows.length > 0 ? 0 : 1
}

/** What the kernel counts, a line for each processor: the lab's machines have one. */
async function statistics(ctx: ProcessContext): Promise<number> {
  const { invalid, insertFailed } = ctx.read.conntrackStatistics(ctx.netns)
  await ctx.out(
    `cpu=0   \tfound=0 invalid=${invalid} insert=0 insert_failed=${insertFailed} drop=${insertFailed} early_drop=0 error=0 ` +
      'search_restart=0 clash_resolve=0 chaintoolong=0 \n',
  )
  return 0
}
