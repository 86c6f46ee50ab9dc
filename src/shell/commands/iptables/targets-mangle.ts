/** Targets that change a packet's header or the mark of its flow: CONNMARK, TOS, DSCP, TTL, TCPMSS. */
import type { FirewallTarget } from '../../../contract/firewall.ts'
import { dscpOfClass, integer, MARK_OPTIONS, markEdit, markValue, tosValue } from './match-words.ts'
import { option, type GivenOptions, type TargetExtension } from './option.ts'
import { ParameterProblem } from './problem.ts'

const WHOLE = 0xffff_ffff
const LARGEST_MSS = 65_515

const COPIES = ['save-mark', 'restore-mark']

function mask(given: GivenOptions, name: 'ctmask' | 'nfmask'): number {
  const word = given.value(name) ?? given.value('mask')
  return word === undefined ? WHOLE : markValue('CONNMARK', given.has(name) ? name : 'mask', word).value
}

function connmarkTarget(given: GivenOptions): FirewallTarget {
  given.atMostOne('CONNMARK', [...MARK_OPTIONS, ...COPIES])
  for (const name of ['ctmask', 'nfmask']) given.atMostOne('CONNMARK', [name, 'mask'])
  if (given.has('save-mark') || given.has('restore-mark')) {
    const mode = given.has('save-mark') ? 'save' : 'restore'
    return { kind: 'CONNMARK', mode, ctMask: mask(given, 'ctmask'), nfMask: mask(given, 'nfmask') }
  }
  const edit = markEdit('CONNMARK', given)
  if (edit === undefined) throw new ParameterProblem('CONNMARK target: No operation specified')
  return { kind: 'CONNMARK', mode: 'set', value: edit.value, ctMask: edit.mask }
}

const connmark: TargetExtension = {
  name: 'CONNMARK',
  options: [
    ...MARK_OPTIONS.map((name) => option(name, 1, false)),
    ...COPIES.map((name) => option(name, 0, false)),
    option('mask', 1, false),
    option('ctmask', 1, false),
    option('nfmask', 1, false),
  ],
  make: connmarkTarget,
}

const TOS_MODES = ['set-tos', 'and-tos', 'or-tos', 'xor-tos'] as const

const tos: TargetExtension = {
  name: 'TOS',
  options: TOS_MODES.map((name) => option(name, 1, false)),
  make(given) {
    given.atMostOne('TOS', TOS_MODES)
    const name = TOS_MODES.find((each) => given.has(each))
    const wanted = name === undefined ? undefined : given.get(name)
    if (wanted === undefined) throw new ParameterProblem('TOS: An action is required')
    if (name === 'set-tos') return { kind: 'TOS', ...tosValue(wanted.values[0] ?? '') }
    const bits = integer('TOS', wanted, 0, 255)
    if (name === 'and-tos') return { kind: 'TOS', value: 0, mask: ~bits & 0xff }
    return { kind: 'TOS', value: bits, mask: name === 'or-tos' ? bits : 0 }
  },
}

const dscp: TargetExtension = {
  name: 'DSCP',
  options: [option('set-dscp', 1, false), option('set-dscp-class', 1, false)],
  make(given) {
    const [value, named] = [given.get('set-dscp'), given.get('set-dscp-class')]
    if (value !== undefined) return { kind: 'DSCP', value: integer('DSCP', value, 0, 63) }
    if (named === undefined) throw new ParameterProblem('DSCP target: Parameter --set-dscp is required')
    return { kind: 'DSCP', value: dscpOfClass(named.values[0] ?? '') }
  },
}

const TTL_MODES = ['set', 'inc', 'dec'] as const

const ttl: TargetExtension = {
  name: 'TTL',
  options: TTL_MODES.map((mode) => option(`ttl-${mode}`, 1, false)),
  make(given) {
    given.atMostOne(
      'TTL',
      TTL_MODES.map((mode) => `ttl-${mode}`),
    )
    const mode = TTL_MODES.find((each) => given.has(`ttl-${each}`))
    const wanted = mode === undefined ? undefined : given.get(`ttl-${mode}`)
    if (mode === undefined || wanted === undefined) throw new ParameterProblem('TTL: You must specify an action')
    return { kind: 'TTL', mode, value: integer('TTL', wanted, mode === 'set' ? 0 : 1, 255) }
  },
}

const tcpmss: TargetExtension = {
  name: 'TCPMSS',
  options: [option('set-mss', 1, false), option('clamp-mss-to-pmtu', 0, false)],
  make(given) {
    const wanted = given.get('set-mss')
    if (given.has('clamp-mss-to-pmtu')) return { kind: 'TCPMSS', mss: undefined }
    if (wanted === undefined) throw new ParameterProblem('TCPMSS target: At least one parameter is required')
    return { kind: 'TCPMSS', mss: integer('TCPMSS', wanted, 0, LARGEST_MSS) }
  },
}

export const MANGLE_TARGETS: readonly TargetExtension[] = [connmark, tos, dscp, ttl, tcpmss]
