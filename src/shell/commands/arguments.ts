/** Arguments of iproute2's tools: a cursor over words, prefix matching, and the errors of its parser. */
import { type Ipv4Address, ipv4FromNumber, maskLength, parseMac, type MacAddress } from '../../wire/address.ts'
import type { LinkView } from '../../contract/read-models.ts'
import type { ProcessContext } from '../process/context.ts'
import { CommandError } from './command-error.ts'

/** The status of `exit(-1)`. */
export const EXIT_USAGE = 255

export class Arguments {
  readonly #words: readonly string[]
  #at = 0

  constructor(words: readonly string[]) {
    this.#words = words
  }

  get isDone(): boolean {
    return this.#at >= this.#words.length
  }

  /** The next word without taking it. */
  get peek(): string | undefined {
    return this.#words[this.#at]
  }

  get rest(): readonly string[] {
    return this.#words.slice(this.#at)
  }

  take(): string | undefined {
    const word = this.#words[this.#at]
    if (word !== undefined) this.#at += 1
    return word
  }

  /** Takes a word that must be there. Linux tools: NEXT_ARG. */
  need(): string {
    const word = this.take()
    if (word === undefined) throw new CommandError('Command line is not complete. Try option "help"', EXIT_USAGE)
    return word
  }

  /** Takes the next word if it is one of these. */
  accept(...words: readonly string[]): boolean {
    const { peek } = this
    if (peek === undefined || !words.includes(peek)) return false
    this.#at += 1
    return true
  }
}

/** True when a word abbreviates a keyword. Linux tools: matches. */
export function abbreviates(word: string, keyword: string): boolean {
  return word !== '' && keyword.startsWith(word)
}

export function invalid(argument: string, reason: string): CommandError {
  return new CommandError(`Error: argument "${argument}" is wrong: ${reason}`, EXIT_USAGE)
}

/** What a word names; `reason` is the sentence of the error when it names nothing. */
export function named<T>(word: string, meaning: (word: string) => T | undefined, reason: string): T {
  const value = meaning(word)
  if (value === undefined) throw invalid(word, reason)
  return value
}

/** A word that nothing expects, in the words that iproute2 has for it. */
export function garbage(key: string, word: string): CommandError {
  return new CommandError(`Error: either "${key}" is duplicate, or "${word}" is a garbage.`, EXIT_USAGE)
}

export function unknownCommand(word: string, help: string): CommandError {
  return new CommandError(`Command "${word}" is unknown, try "${help}".`, EXIT_USAGE)
}

/** A whole number in decimal, hexadecimal (0x) or octal (0), or undefined. */
export function parseInteger(text: string): number | undefined {
  if (/^0[xX][0-9a-fA-F]+$/.test(text) || /^(?:0|[1-9]\d*)$/.test(text)) return Number(text)
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined
}

/** A whole number in a range; `reason` is the sentence of the error. */
export function integer(word: string, reason: string, most = 0xffffffff): number {
  const value = parseInteger(word)
  if (value === undefined || value > most) throw invalid(word, reason)
  return value
}

/** `on` or `off`. */
export function onOff(key: string, word: string, form: 'pair' | 'list', status: number): boolean {
  if (word === 'on') return true
  if (word === 'off') return false
  const wanted = form === 'pair' ? 'must be "on" or "off"' : 'must be one of "off", "on"'
  throw new CommandError(`Error: argument of "${key}" ${wanted}, not "${word}"`, status)
}

/** Dotted decimal with one to four parts; missing ones are zero, as iproute2 reads `10/8`. */
function looseIpv4(text: string): Ipv4Address | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){0,3}$/.test(text)) return undefined
  const parts = text.split('.').map(Number)
  if (parts.some((part) => part > 255)) return undefined
  return ipv4FromNumber([0, 1, 2, 3].reduce((value, k) => value * 256 + (parts[k] ?? 0), 0))
}

/** Whether a word is an IPv6 address, with or without a prefix length. A MAC address is none. */
export function isIpv6(word: string): boolean {
  const [address = ''] = word.split(/[/%]/)
  return (
    /^[0-9a-f:]+(?:\d+(?:\.\d+){3})?$/i.test(address) && (address.includes('::') || address.split(':').length === 8)
  )
}

function ipv6Hint(word: string): string {
  return isIpv6(word) ? ' IPv6 is not modelled in vethlab: use an IPv4 address.' : ''
}

/** An address. */
export function address(word: string, kind: 'inet' | 'any valid' = 'inet'): Ipv4Address {
  const value = looseIpv4(word)
  if (value !== undefined) return value
  throw new CommandError(`Error: ${kind} address is expected rather than "${word}".${ipv6Hint(word)}`, 1)
}

export interface PrefixArgument {
  readonly address: Ipv4Address
  readonly length: number
  /** False for an address without `/`. */
  readonly hasLength: boolean
}

/** `10.0.0.0/8`, `10/8`, `10.0.0.0/255.0.0.0`, `default`, `any`, `all`. */
export function prefix(word: string): PrefixArgument {
  if (word === 'default' || word === 'any' || word === 'all')
    return { address: ipv4FromNumber(0), length: 0, hasLength: true }
  const slash = word.indexOf('/')
  const value = looseIpv4(slash < 0 ? word : word.slice(0, slash))
  const length = slash < 0 ? 32 : prefixLength(word.slice(slash + 1))
  if (value === undefined || length === undefined) {
    throw new CommandError(`Error: any valid prefix is expected rather than "${word}".${ipv6Hint(word)}`, 1)
  }
  return { address: value, length, hasLength: slash >= 0 }
}

function prefixLength(text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text) <= 32 ? Number(text) : undefined
  const mask = looseIpv4(text)
  return mask === undefined || !text.includes('.') ? undefined : maskLength(mask)
}

/** A MAC address as the link layer parser reads it. */
export function lladdr(word: string): MacAddress {
  const value = parseMac(word)
  if (value !== undefined) return value
  const parts = word.split(':')
  if (parts.some((part) => !/^[0-9a-fA-F]{1,2}$/.test(part))) throw new CommandError(`"${word}" is invalid lladdr.`, 1)
  throw new CommandError(`Invalid address length ${parts.length} - must be 6 bytes`, 1)
}

/** A device that must exist. `eth0:1` is eth0: the ioctl that iproute2 asks last cuts a name at its colon (Linux: dev_ioctl). */
export function device(ctx: ProcessContext, name: string, status = 1): LinkView {
  const link = ctx.read.linkByName(ctx.netns, name) ?? ctx.read.linkByName(ctx.netns, name.replace(/:.*$/, ''))
  if (link === undefined) throw new CommandError(`Cannot find device "${name}"`, status)
  return link
}

/** A name that an interface may have. */
export function isInterfaceName(name: string): boolean {
  return name !== '' && name.length < 16 && !/[\s/]/.test(name) && name !== '.' && name !== '..'
}
