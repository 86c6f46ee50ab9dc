/** `ip rule`. */
import type { RuleAction, RuleView } from '../../../contract/read-models.ts'
import type { RuleSpec } from '../../../kernel/api.ts'
import { tableName } from '../../formats/route.ts'
import { jsonText } from '../../formats/json.ts'
import { ruleLine } from '../../formats/rule.ts'
import { ruleJson } from '../../formats/tables-json.ts'
import type { ProcessContext } from '../../process/context.ts'
import {
  abbreviates,
  type Arguments,
  EXIT_USAGE,
  integer,
  invalid,
  prefix,
  type PrefixArgument,
  unknownCommand,
} from '../arguments.ts'
import { CommandError, netlink } from '../command-error.ts'
import type { IpOptions } from './ip.ts'
import { tableNamed } from './route-names.ts'

const USAGE =
  'Usage: ip rule { add | del } SELECTOR ACTION\n' +
  '       ip rule { flush | list [ SELECTOR ] }\n' +
  'SELECTOR := [ not ] [ from PREFIX ] [ to PREFIX ] [ tos TOS ] [ fwmark FWMARK[/MASK] ] [ iif STRING ] [ oif STRING ] [ pref NUMBER ]\n' +
  'ACTION := [ table TABLE_ID ] [ prohibit | unreachable | blackhole ]'

export async function ruleCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  if (options.family === 'inet6') return 0
  const word = args.take()
  if (word === undefined || abbreviates(word, 'list') || abbreviates(word, 'lst') || abbreviates(word, 'show'))
    return show(ctx, args, options)
  if (abbreviates(word, 'add')) return modify(ctx, args, 'rule.add')
  if (abbreviates(word, 'delete')) return modify(ctx, args, 'rule.delete')
  if (abbreviates(word, 'flush')) return flush(ctx)
  if (abbreviates(word, 'help')) return ctx.out(`${USAGE}\n`).then(() => EXIT_USAGE)
  throw unknownCommand(word, 'ip rule help')
}

interface Parsed {
  not: boolean
  from: PrefixArgument | undefined
  to: PrefixArgument | undefined
  priority: number | undefined
  tos: number | undefined
  fwmark: number | undefined
  fwmask: number | undefined
  iif: string | undefined
  oif: string | undefined
  action: RuleAction | undefined
  suppressPrefixLength: number | undefined
}

const ACTIONS = ['prohibit', 'unreachable', 'blackhole'] as const

function parse(args: Arguments): Parsed {
  const parsed: Parsed = {
    not: false,
    from: undefined,
    to: undefined,
    priority: undefined,
    tos: undefined,
    fwmark: undefined,
    fwmask: undefined,
    iif: undefined,
    oif: undefined,
    action: undefined,
    suppressPrefixLength: undefined,
  }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'not') parsed.not = true
    else if (word === 'from') parsed.from = prefix(args.need())
    else if (word === 'to') parsed.to = prefix(args.need())
    else if (word === 'preference' || word === 'pref' || word === 'order' || abbreviates(word, 'priority')) {
      parsed.priority = integer(args.need(), 'preference value is invalid\n')
    } else if (word === 'tos' || abbreviates(word, 'dsfield'))
      parsed.tos = integer(args.need(), 'TOS value is invalid\n', 255)
    else if (word === 'fwmark') parseMark(args.need(), parsed)
    else if (abbreviates(word, 'table') || word === 'lookup')
      parsed.action = { kind: 'lookup', table: table(args.need()) }
    else if (abbreviates(word, 'suppress_prefixlength') || word === 'sup_pl') {
      parsed.suppressPrefixLength = integer(args.need(), 'suppress_prefixlength value is invalid\n')
    } else if (word === 'dev' || word === 'iif') parsed.iif = deviceName(args.need(), '"iif"/"dev"')
    else if (word === 'oif') parsed.oif = deviceName(args.need(), '"oif"')
    else if (
      word === 'ipproto' ||
      word === 'sport' ||
      word === 'dport' ||
      word === 'uidrange' ||
      word === 'goto' ||
      word === 'nop' ||
      word.startsWith('suppress_') ||
      word === 'nat'
    ) {
      throw new CommandError(
        `ip rule: “${word}” is not modelled in vethlab. Select by from, to, iif, oif, fwmark or tos.`,
        1,
      )
    } else {
      const name = word === 'type' ? args.need() : word
      const kind = ACTIONS.find((action) => action === name)
      if (kind === undefined) throw invalid(name, 'Failed to parse rule type')
      parsed.action = { kind }
    }
  }
  return parsed
}

/** A name that an interface could have. */
function deviceName(word: string, what: string): string {
  if (word === '' || word.length > 15 || /[/\s]/.test(word)) throw invalid(word, `${what} not a valid ifname`)
  return word
}

function table(word: string): number {
  const number = tableNamed(word)
  if (number === undefined) throw invalid(word, 'invalid table ID\n')
  return number
}

function parseMark(word: string, parsed: Parsed): void {
  const [mark = '', mask] = word.split('/')
  parsed.fwmark = integer(mark, 'fwmark value is invalid\n')
  if (mask !== undefined) parsed.fwmask = integer(mask, 'fwmask value is invalid\n')
}

const isAll = (value: PrefixArgument | undefined): boolean => value === undefined || value.length === 0

function specOf(parsed: Parsed): RuleSpec {
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
    ...(parsed.suppressPrefixLength === undefined ? {} : { suppressPrefixLength: parsed.suppressPrefixLength }),
  }
}

async function modify(ctx: ProcessContext, args: Arguments, kind: 'rule.add' | 'rule.delete'): Promise<number> {
  const name = kind === 'rule.add' ? 'add' : 'del'
  if (args.isDone) return ctx.fail(`"ip rule ${name}" requires arguments.`)
  const spec = specOf(parse(args))
  const action: RuleAction = { kind: 'lookup', table: 254 }
  netlink(ctx, {
    kind,
    netns: ctx.netns,
    spec: kind === 'rule.add' ? { ...spec, action: spec.action ?? action } : spec,
  })
  return 0
}

async function show(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const filter = parse(args)
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

function accepts(filter: Parsed, rule: RuleView): boolean {
  const { from, to, action } = filter
  if (from !== undefined && !isAll(from) && (rule.from?.address !== from.address || rule.from.length !== from.length))
    return false
  if (to !== undefined && !isAll(to) && (rule.to?.address !== to.address || rule.to.length !== to.length)) return false
  if (filter.priority !== undefined && filter.priority !== rule.priority) return false
  if (filter.fwmark !== undefined && filter.fwmark !== rule.fwmark) return false
  if (filter.tos !== undefined && filter.tos !== rule.tos) return false
  if (filter.iif !== undefined && filter.iif !== rule.iif) return false
  if (filter.oif !== undefined && filter.oif !== rule.oif) return false
  if (action?.kind !== 'lookup') return action === undefined || action.kind === rule.action.kind
  return rule.action.kind === 'lookup' && tableName(rule.action.table) === tableName(action.table)
}

/** Deletes every rule but the one at preference 0, the defaults too. */
async function flush(ctx: ProcessContext): Promise<number> {
  for (const rule of ctx.read.rules(ctx.netns)) {
    if (rule.priority === 0) continue
    const spec: RuleSpec = {
      priority: rule.priority,
      ...(rule.from === undefined ? {} : { from: rule.from }),
      ...(rule.to === undefined ? {} : { to: rule.to }),
      ...(rule.iif === '' ? {} : { iif: rule.iif }),
      ...(rule.oif === '' ? {} : { oif: rule.oif }),
      ...(rule.not ? { not: true } : {}),
      action: rule.action,
    }
    ctx.call({ kind: 'rule.delete', netns: ctx.netns, spec })
  }
  return 0
}
