/** The words of `ip rule`: what a rule selects, and what it does. */
import type { NumberRange, RuleAction, RuleExtras } from '../../../contract/read-models.ts'
import {
  abbreviates,
  type Arguments,
  EXIT_USAGE,
  integer,
  invalid,
  named,
  prefix,
  type PrefixArgument,
} from '../arguments.ts'
import { CommandError } from '../command-error.ts'
import { groupNumber } from './link-arguments.ts'
import { dsfieldNamed, ipProtocolOf, protocolOf, realmsNamed, tableNamed } from './route-names.ts'
import { RULE_USAGE } from '../usage/ip-route.ts'

export interface ParsedRule {
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
  extras: RuleExtras
}

const ACTIONS = ['prohibit', 'unreachable', 'blackhole'] as const

/** Reads all words that are left. */
export function parseRule(args: Arguments): ParsedRule {
  const parsed: ParsedRule = {
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
    extras: {},
  }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (parseSelector(word, args, parsed)) continue
    const extras = parseExtras(word, args)
    if (extras === undefined) parseAction(word, args, parsed)
    else parsed.extras = { ...parsed.extras, ...extras }
  }
  return parsed
}

function parseSelector(word: string, args: Arguments, parsed: ParsedRule): boolean {
  if (word === 'not') parsed.not = true
  else if (word === 'from') parsed.from = prefix(args.need())
  else if (word === 'to') parsed.to = prefix(args.need())
  else if (word === 'preference' || word === 'pref' || word === 'order' || abbreviates(word, 'priority')) {
    parsed.priority = integer(args.need(), 'preference value is invalid\n')
  } else if (word === 'tos' || abbreviates(word, 'dsfield'))
    parsed.tos = named(args.need(), dsfieldNamed, 'TOS value is invalid\n')
  else if (word === 'fwmark') parseMark(args.need(), parsed)
  else if (word === 'dev' || word === 'iif') parsed.iif = deviceName(args.need(), '"iif"/"dev"')
  else if (word === 'oif') parsed.oif = deviceName(args.need(), '"oif"')
  else return false
  return true
}

function parseExtras(word: string, args: Arguments): RuleExtras | undefined {
  if (abbreviates(word, 'realms')) return { realms: named(args.need(), realmsNamed, 'invalid realms\n') }
  if (abbreviates(word, 'protocol')) return { protocol: protocolOf(args.need()) }
  if (abbreviates(word, 'suppress_prefixlength') || word === 'sup_pl')
    return { suppressPrefixLength: integer(args.need(), 'suppress_prefixlength value is invalid\n') }
  if (abbreviates(word, 'suppress_ifgroup') || word === 'sup_group') return { suppressGroup: groupNumber(args.need()) }
  if (word === 'uidrange') return { users: range(args.need(), 'invalid UID range\n', 0xffffffff, false) }
  if (word === 'ipproto') return { ipProtocol: ipProtocolOf(args.need()) }
  if (word === 'sport') return { sourcePorts: range(args.need(), 'invalid port range\n', 0xffff, true) }
  if (word === 'dport') return { destinationPorts: range(args.need(), 'invalid port range\n', 0xffff, true) }
  return undefined
}

function parseAction(word: string, args: Arguments, parsed: ParsedRule): void {
  if (abbreviates(word, 'table') || word === 'lookup') {
    parsed.action = { kind: 'lookup', table: named(args.need(), tableNamed, 'invalid table ID\n') }
    return
  }
  const name = word === 'type' ? args.need() : word
  if (abbreviates(name, 'help')) throw new CommandError(RULE_USAGE, EXIT_USAGE)
  if (abbreviates(name, 'goto')) {
    parsed.action = { kind: 'goto', target: integer(args.need(), 'invalid target\n') }
    return
  }
  const kind = abbreviates(name, 'nop') ? 'nop' : ACTIONS.find((action) => action === name)
  if (kind === undefined) throw invalid(name, 'Failed to parse rule type')
  parsed.action = { kind }
}

/** `A-B`; a port may stand alone. What follows the numbers is not read (sscanf). */
function range(word: string, reason: string, most: number, mayBeSingle: boolean): NumberRange {
  const [, first, last] = /^\s*(\d+)(?:-(\d+))?/.exec(word) ?? []
  if (first === undefined || (last === undefined && !mayBeSingle)) throw invalid(word, reason)
  return { first: Number(first) & most, last: Number(last ?? first) & most }
}

/** A name that an interface could have. */
function deviceName(word: string, what: string): string {
  if (word === '' || word.length > 15 || /[/\s]/.test(word)) throw invalid(word, `${what} not a valid ifname`)
  return word
}

function parseMark(word: string, parsed: ParsedRule): void {
  const [mark = '', mask] = word.split('/')
  parsed.fwmark = integer(mark, 'fwmark value is invalid\n')
  if (mask !== undefined) parsed.fwmask = integer(mask, 'fwmask value is invalid\n')
}
