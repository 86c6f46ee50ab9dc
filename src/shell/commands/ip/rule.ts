/** `ip rule`. */
import type { NumberRange, RuleAction, RuleExtras, RuleView } from '../../../contract/read-models.ts'
import type { RuleSpec } from '../../../kernel/api.ts'
import { tableName } from '../../formats/route.ts'
import { jsonText } from '../../formats/json.ts'
import { ruleLine, ruleOrigin } from '../../formats/rule.ts'
import { ruleJson } from '../../formats/tables-json.ts'
import type { ProcessContext } from '../../process/context.ts'
import { abbreviates, type Arguments, type PrefixArgument, unknownCommand } from '../arguments.ts'
import { netlink } from '../command-error.ts'
import type { IpOptions } from './ip.ts'
import { type ParsedRule, parseRule } from './rule-words.ts'

export async function ruleCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  if (options.family === 'inet6') return 0
  const word = args.take()
  if (word === undefined || abbreviates(word, 'list') || abbreviates(word, 'lst') || abbreviates(word, 'show'))
    return show(ctx, args, options)
  if (abbreviates(word, 'add')) return modify(ctx, args, 'rule.add')
  if (abbreviates(word, 'delete')) return modify(ctx, args, 'rule.delete')
  if (abbreviates(word, 'flush')) return flush(ctx, args)
  throw unknownCommand(word, 'ip rule help')
}

const isAll = (value: PrefixArgument | undefined): boolean => value === undefined || value.length === 0

function specOf(parsed: ParsedRule): RuleSpec {
  const { from, to } = parsed
  return {
    ...(parsed.priority === undefined ? {} : { priority: parsed.priority }),
    ...(from === undefined || isAll(from) ? {} : { from: { address: from.address, length: from.length } }),
    ...(to === undefined || isAll(to) ? {} : { to: { address: to.address, length: to.length } }),
    ...(parsed.iif === undefined ? {} : { iif: parsed.iif }),
    ...(parsed.oif === undefined ? {} : { oif: parsed.oif }),
    ...(parsed.tos === undefined ? {} : { tos: parsed.tos }),
    ...(parsed.fwmark === undefined ? {} : { fwmark: parsed.fwmark }),
    ...(parsed.fwmask === undefined ? {} : { fwmask: parsed.fwmask }),
    ...(parsed.not ? { not: true } : {}),
    ...(parsed.action === undefined ? {} : { action: parsed.action }),
    ...parsed.extras,
  }
}

async function modify(ctx: ProcessContext, args: Arguments, kind: 'rule.add' | 'rule.delete'): Promise<number> {
  const name = kind === 'rule.add' ? 'add' : 'del'
  if (args.isDone) return ctx.fail(`"ip rule ${name}" requires arguments.`)
  const spec = specOf(parseRule(args))
  const action: RuleAction = { kind: 'lookup', table: 254 }
  netlink(ctx, {
    kind,
    netns: ctx.netns,
    spec: kind === 'rule.add' ? { ...spec, action: spec.action ?? action } : spec,
  })
  return 0
}

async function show(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const filter = parseRule(args)
  const rules = ctx.read.rules(ctx.netns).filter((rule) => accepts(filter, rule))
  await ctx.out(
    options.json
      ? jsonText(
          rules.map((rule) => ruleJson(ctx.read, ctx.netns, rule)),
          options.pretty,
        )
      : rules.map((rule) => ruleLine(ctx.read, ctx.netns, rule, options.details)).join(''),
  )
  return 0
}

function accepts(filter: ParsedRule, rule: RuleView): boolean {
  const { from, to, action } = filter
  if (from !== undefined && !isAll(from) && (rule.from?.address !== from.address || rule.from.length !== from.length))
    return false
  if (to !== undefined && !isAll(to) && (rule.to?.address !== to.address || rule.to.length !== to.length)) return false
  if (filter.priority !== undefined && filter.priority !== rule.priority) return false
  if (filter.fwmark !== undefined && filter.fwmark !== rule.fwmark) return false
  if (filter.tos !== undefined && filter.tos !== rule.tos) return false
  if (filter.iif !== undefined && filter.iif !== rule.iif) return false
  if (filter.oif !== undefined && filter.oif !== rule.oif) return false
  if (!hasExtras(filter.extras, rule)) return false
  if (action?.kind !== 'lookup') return action === undefined || action.kind === rule.action.kind
  return rule.action.kind === 'lookup' && tableName(rule.action.table) === tableName(action.table)
}

function hasExtras(wanted: RuleExtras, rule: RuleView): boolean {
  const isSame = (a: NumberRange | undefined, b: NumberRange | undefined): boolean =>
    a === undefined || (a.first === b?.first && a.last === b.last)
  return (
    (wanted.ipProtocol === undefined || wanted.ipProtocol === rule.ipProtocol) &&
    (wanted.protocol === undefined || wanted.protocol === (rule.protocol ?? ruleOrigin(rule))) &&
    isSame(wanted.sourcePorts, rule.sourcePorts) &&
    isSame(wanted.destinationPorts, rule.destinationPorts) &&
    isSame(wanted.users, rule.users)
  )
}

/** Deletes every rule but the one at preference 0, the defaults too. */
async function flush(ctx: ProcessContext, args: Arguments): Promise<number> {
  const filter = parseRule(args)
  for (const rule of ctx.read.rules(ctx.netns)) {
    if (rule.priority === 0 || !accepts(filter, rule)) continue
    const { from, to, iif, oif, ...rest } = rule
    const spec: RuleSpec = {
      ...rest,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(iif === '' ? {} : { iif }),
      ...(oif === '' ? {} : { oif }),
    }
    ctx.call({ kind: 'rule.delete', netns: ctx.netns, spec })
  }
  return 0
}
