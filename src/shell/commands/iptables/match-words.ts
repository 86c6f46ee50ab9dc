/** Words that several matches and targets read. */
import type { CtState, PortRange, RangeMatch } from '../../../contract/firewall.ts'
import { portNumber } from './names.ts'
import type { GivenOption, GivenOptions } from './option.ts'
import { ParameterProblem } from './problem.ts'

function port(word: string): number {
  const number = portNumber(word)
  if (number === undefined) throw new ParameterProblem(`invalid port/service \`${word}' specified`)
  return number
}

/** `80`, `80:90`, `:90`, `80:`. */
export function portRange(word: string): PortRange {
  const colon = word.indexOf(':')
  if (colon < 0) return { from: port(word), to: port(word) }
  const [first, last] = [word.slice(0, colon), word.slice(colon + 1)]
  const range = { from: first === '' ? 0 : port(first), to: last === '' ? 65535 : port(last) }
  if (range.from > range.to) throw new ParameterProblem('invalid portrange (min > max)')
  return range
}

/** States in the order in which iptables prints them, whatever order they were given in. */
export function ctStates(word: string, option: 'state' | 'ctstate', allowed: readonly CtState[]): readonly CtState[] {
  const wanted = word.split(',').map((name) => {
    const state = allowed.find((each) => each === name.toUpperCase())
    if (state === undefined) throw new ParameterProblem(`Bad ${option} "${name}"`)
    return state
  })
  return allowed.filter((state) => wanted.includes(state))
}

/** NaN for what is no number. */
const decimalOrHex = (word: string): number => (/^(0x[\da-f]+|\d+)$/i.test(word) ? Number(word) : Number.NaN)

/** `VALUE` or `VALUE/MASK`, in decimal or hexadecimal. */
export function markValue(
  who: string,
  option: string,
  word: string,
): { readonly value: number; readonly mask: number } {
  const [value, mask = 0xffffffff] = word.split('/').map(decimalOrHex)
  const isSound = value !== undefined && value <= 0xffffffff && mask <= 0xffffffff
  if (!isSound) throw new ParameterProblem(`${who}: bad integer value for option "--${option}", or out of range.\n`)
  return { value, mask }
}

/** What becomes of a mark: (mark without `mask`) xor `value`. */
interface MarkEdit {
  readonly value: number
  readonly mask: number
}

/** Each way to give a mark, in iptables' order. */
const MARK_EDITS: Readonly<Record<string, (value: number, mask: number) => MarkEdit>> = {
  'set-xmark': (value, mask) => ({ value, mask }),
  'set-mark': (value, mask) => ({ value, mask: (mask | value) >>> 0 }),
  'and-mark': (value) => ({ value: 0, mask: ~value >>> 0 }),
  'or-mark': (value) => ({ value, mask: value }),
  'xor-mark': (value) => ({ value, mask: 0 }),
}

/** The options that `markEdit` reads. */
export const MARK_OPTIONS: readonly string[] = Object.keys(MARK_EDITS)

/** The edit that the first of these options asks for, or undefined without one. */
export function markEdit(who: string, given: GivenOptions): MarkEdit | undefined {
  for (const [name, edit] of Object.entries(MARK_EDITS)) {
    const word = given.value(name)
    if (word === undefined) continue
    const { value, mask } = markValue(who, name, word)
    return edit(value, mask)
  }
  return undefined
}

/** A whole number, or iptables' complaint about one (xtopt_parse_int). */
export function integer(who: string, given: GivenOption, min: number, max: number | bigint): number {
  const word = given.values[0] ?? ''
  const value = decimalOrHex(word)
  if (value >= min && value <= max) return value
  throw new ParameterProblem(`${who}: bad value for option "--${given.name}", or out of range (${min}-${max}).\n`)
}

/** `5`, `5:9`, `:9`, `5:`; the ends may stand in either order (xtopt_parse_mint). */
export function numberRange(who: string, given: GivenOption, max: number): RangeMatch {
  const [first = '', last] = (given.values[0] ?? '').split(':')
  const number = (word: string, whenMissing: number): number => {
    const value = word === '' ? whenMissing : decimalOrHex(word)
    if (value <= max) return value
    const what = `bad value for option "--${given.name}" near "${word}", or out of range (0-${max})`
    throw new ParameterProblem(`${who}: ${what}.\n`)
  }
  const from = number(first, last === undefined ? Number.NaN : 0)
  return { not: given.not, from, to: last === undefined ? from : number(last, max) }
}

/** Names of TOS values; the byte's lowest and highest two bits are not looked at then. */
export const TOS_NAMES: readonly (readonly [name: string, value: number])[] = [
  ['Minimize-Delay', 0x10],
  ['Maximize-Throughput', 0x08],
  ['Maximize-Reliability', 0x04],
  ['Minimize-Cost', 0x02],
  ['Normal-Service', 0x00],
]
export const TOS_NAMED_MASK = 0x3f

/** `0x10`, `0x10/0x3f` or a name (xtopt_parse_tosmask); a bare number stands for the whole byte. */
export function tosValue(word: string): { readonly value: number; readonly mask: number } {
  const [value = Number.NaN, mask = 0xff] = word.split('/').map(decimalOrHex)
  if (value <= 0xff && mask <= 0xff) return { value, mask }
  const named = TOS_NAMES.find(([name]) => name.toLowerCase() === word.toLowerCase())
  if (named === undefined) throw new ParameterProblem(`Symbolic name "${word}" is unknown`)
  return { value: named[1], mask: TOS_NAMED_MASK }
}

const DSCP_CLASSES: Readonly<Record<string, number>> = {
  ...Object.fromEntries([0, 1, 2, 3, 4, 5, 6, 7].map((k) => [`CS${k}`, k * 8])),
  ...Object.fromEntries([1, 2, 3, 4].flatMap((k) => [1, 2, 3].map((drop) => [`AF${k}${drop}`, k * 8 + drop * 2]))),
  BE: 0,
  EF: 46,
}

/** The DSCP that a class stands for. */
export function dscpOfClass(word: string): number {
  const value = DSCP_CLASSES[word.toUpperCase()]
  if (value === undefined) throw new ParameterProblem(`Invalid DSCP value \`${word}'`)
  return value
}

/** Ten-thousandths of a second in each unit of a rate. */
const RATE_UNITS: readonly (readonly [name: string, ticks: number])[] = [
  ['second', 10_000],
  ['minute', 600_000],
  ['hour', 36_000_000],
  ['day', 864_000_000],
]

/** `5/min` as the time between two packets; a bare number is per second. */
export function ratePeriod(word: string): number {
  const [, count, unit] = /^(\d+)(?:\/([a-z]+))?$/i.exec(word) ?? []
  const ticks = RATE_UNITS.find(([name]) => name.startsWith((unit ?? 'second').toLowerCase()))?.[1]
  if (count === undefined || Number(count) === 0 || ticks === undefined)
    throw new ParameterProblem(`bad rate "${word}"'`)
  const period = Math.floor(ticks / Number(count))
  if (period === 0) throw new ParameterProblem(`Rate too fast "${word}"`)
  return period
}
