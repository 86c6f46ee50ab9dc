/**
 * A whole lab in a URL's fragment: a version and a dot, and the base64url of a raw deflate stream. The version stands outside, so that
 * every old form can be told apart for ever: in version 2 the journal may also hold the lab's own actions and
 * the ends of long commands. Inside stand six bytes of checksum and a JSON record in UTF-8; the
 * checksum is what makes a damaged link an error and never a different lab.
 */
import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate'
import { hashBytes, hashInit, hashInteger53 } from '../base/hash.ts'
import { err, ok } from '../base/result.ts'
import type { Result } from '../base/result.ts'
import type { ReplayInput } from '../contract/protocol.ts'
import { fromBase64url, toBase64url } from './base64url.ts'

/** What was put in after the setup: a command as the bench writes it, the lab's own next action, or Ctrl-C to the one before. Virtual time. */
export type LinkJournalEntry =
  | { readonly kind: 'command'; readonly atNs: number; readonly command: string; readonly untilNs?: number }
  | { readonly kind: 'play'; readonly atNs: number }
  | { readonly kind: 'interrupt'; readonly atNs: number }

/** What a link carries. */
export interface LabLink {
  /** The lab file. */
  readonly text: string
  readonly journal?: readonly LinkJournalEntry[]
  /** The engine that played the lab when the link was made. */
  readonly engineVersion: string
}

/** Why a link holds no lab. `message` says in English what is wrong, where, and what helps. */
export interface LinkError {
  readonly kind:
    | 'empty'
    | 'unknown-version'
    | 'not-base64url'
    | 'truncated'
    | 'not-deflate'
    | 'damaged'
    | 'too-large'
    | 'wrong-content'
  readonly message: string
}

/** A longer link gets cut by too many programs on its way: offer a file instead. Counts the characters after `#`. */
export const LINK_LIMIT_BYTES = 8000

/** No lab is larger; without a limit a link of a few kilobytes could unpack to gigabytes. */
const UNPACKED_LIMIT_BYTES = 1_000_000

/** A link that unpacks to the limit is never longer than this. */
const FRAGMENT_LIMIT_CHARACTERS = 1_400_000

const CHECKSUM_BYTES = 6

/** Encodes a lab as what follows the `#` of a URL. */
export function encodeLink({ text, journal, engineVersion }: LabLink): string {
  const content = { text, engine: engineVersion, ...(journal === undefined ? {} : { journal: journal.map(packEntry) }) }
  const body = strToU8(JSON.stringify(content))
  const packed = new Uint8Array(CHECKSUM_BYTES + body.length)
  packed.set(checksumOf(body))
  packed.set(body, CHECKSUM_BYTES)
  // The oldest form that holds it all, for pages that have not been reloaded for long.
  const version = journal?.some(isOfVersion2) === true ? 2 : 1
  return `${version}.${toBase64url(deflateSync(packed, { level: 9 }))}`
}

/**
 * Decodes a link in whatever state it arrives: a fragment with or without `#`, a whole URL, percent-encoded, broken by
 * blanks or line ends, with quotes or brackets around it. Never throws.
 */
export function decodeLink(fragment: string): Result<LabLink, LinkError> {
  if (fragment.length > FRAGMENT_LIMIT_CHARACTERS) return tooLarge()
  const cleaned = cleanFragment(fragment)
  if (cleaned === '') {
    return fail(
      'empty',
      'The link holds no lab: nothing stands after its "#". Copy the whole address, to its last character.',
    )
  }
  const dot = cleaned.indexOf('.')
  // The dot of a link that ends there may have been taken for the end of a sentence.
  const version = dot < 0 ? cleaned : cleaned.slice(0, dot)
  if (version === '1' || version === '2') return decodeBody(version, dot < 0 ? '' : cleaned.slice(dot + 1))
  if (/^\d{1,4}$/.test(version)) {
    return fail(
      'unknown-version',
      `The link is of version ${version}; this page reads versions 1 and 2. Reload the page to get its newest version, then open the link again.`,
    )
  }
  return fail(
    'unknown-version',
    'What stands after "#" is no lab: it should begin with "1." or "2.". Copy the link again, to its last character.',
  )
}

/** A journal as what to put in once more, in order: Ctrl-C goes to the last input before it, and only once. */
export function runsOf(journal: readonly LinkJournalEntry[]): readonly ReplayInput[] {
  const runs: ReplayInput[] = []
  for (const entry of journal) {
    const last = runs.at(-1)
    if (entry.kind !== 'interrupt') runs.push(entry)
    else if (last !== undefined && last.interruptAtNs === undefined)
      runs[runs.length - 1] = { ...last, interruptAtNs: entry.atNs }
  }
  return runs
}

/** The entries of something that was put in, as `runsOf` reads them. */
export function journalOf(run: ReplayInput): readonly LinkJournalEntry[] {
  const { atNs = 0, interruptAtNs } = run
  const until = run.kind === 'play' || run.untilNs === undefined ? {} : { untilNs: run.untilNs }
  const entry: LinkJournalEntry =
    run.kind === 'play' ? { kind: 'play', atNs } : { kind: 'command', atNs, command: run.command, ...until }
  return interruptAtNs === undefined ? [entry] : [entry, { kind: 'interrupt', atNs: interruptAtNs }]
}

function decodeBody(version: string, data: string): Result<LabLink, LinkError> {
  if (data === '') {
    return fail(
      'empty',
      `The link ends after "${version}.": the lab itself is missing. Copy the link again, to its last character.`,
    )
  }
  const bytes = fromBase64url(data)
  if ('badIndex' in bytes) {
    const found = String.fromCodePoint(data.codePointAt(bytes.badIndex) ?? 0xfffd)
    return fail(
      'not-base64url',
      `Character ${bytes.badIndex + 1} after "${version}." is "${found}", which no link contains. Copy the link again from where it was shared.`,
    )
  }
  const unpacked = inflate(bytes)
  if (!unpacked.ok) return unpacked
  const body = unpacked.value.subarray(CHECKSUM_BYTES)
  const isWhole = checksumOf(body).every((byte, index) => byte === unpacked.value[index])
  if (!isWhole || body.length === 0) {
    return fail(
      'damaged',
      'The link was changed on its way: its checksum does not fit. Copy it again from where it was shared.',
    )
  }
  return readContent(strFromU8(body))
}

/** Unpacks piece by piece, so that a link that unpacks to gigabytes stops at the limit. */
function inflate(packed: Uint8Array): Result<Uint8Array, LinkError> {
  const pieceBytes = 512
  const pieces: Uint8Array[] = []
  let length = 0
  const stream = new Inflate((piece) => {
    pieces.push(piece)
    length += piece.length
  })
  try {
    for (let at = 0; at < packed.length; at += pieceBytes) {
      stream.push(packed.subarray(at, at + pieceBytes), at + pieceBytes >= packed.length)
      if (length > UNPACKED_LIMIT_BYTES) return tooLarge()
    }
  } catch (error) {
    return isEndOfInput(error)
      ? fail('truncated', 'The link ends too early: its last part is missing. Copy it again, to its last character.')
      : fail(
          'not-deflate',
          "The link's content can't be unpacked: it was changed on its way. Copy it again from where it was shared.",
        )
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return ok(whole)
}

/** The library's error code 0 is an unexpected end of input. */
function isEndOfInput(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 0
}

function checksumOf(body: Uint8Array): Uint8Array {
  let value = hashInteger53(hashBytes(hashInit(), body))
  return Uint8Array.from({ length: CHECKSUM_BYTES }, () => {
    const byte = value % 256
    value = Math.floor(value / 256)
    return byte
  })
}

/** What pages of before can't read. */
function isOfVersion2(entry: LinkJournalEntry): boolean {
  return entry.kind === 'play' || (entry.kind === 'command' && entry.untilNs !== undefined)
}

/** Lists are shorter than records with names: the time, then the command and, after a long run, its end; or 0 for the lab's own action; or nothing for Ctrl-C. */
function packEntry(entry: LinkJournalEntry): readonly (string | number)[] {
  if (entry.kind === 'interrupt') return [entry.atNs]
  if (entry.kind === 'play') return [entry.atNs, 0]
  return [entry.atNs, entry.command, ...(entry.untilNs === undefined ? [] : [entry.untilNs])]
}

function readContent(json: string): Result<LabLink, LinkError> {
  const content = parseJson(json)
  if (!isRecord(content)) return wrongContent('it is no record')
  const { text, engine, journal } = content
  if (typeof text !== 'string') return wrongContent('it has no text')
  if (typeof engine !== 'string') return wrongContent('it does not name the engine')
  if (journal === undefined) return ok({ text, engineVersion: engine })
  const entries = Array.isArray(journal) ? journal.map(readEntry) : [undefined]
  const read = entries.filter((entry) => entry !== undefined)
  if (read.length < entries.length) return wrongContent('its journal is not of the expected form')
  return ok({ text, journal: read, engineVersion: engine })
}

function readEntry(packed: unknown): LinkJournalEntry | undefined {
  if (!Array.isArray(packed)) return undefined
  const [atNs, command, untilNs, ...more] = packed as readonly unknown[]
  if (typeof atNs !== 'number' || atNs < 0 || more.length > 0) return undefined
  if (typeof command === 'string' && typeof untilNs === 'number') return { kind: 'command', atNs, command, untilNs }
  if (untilNs !== undefined) return undefined
  if (command === undefined) return { kind: 'interrupt', atNs }
  if (command === 0) return { kind: 'play', atNs }
  return typeof command === 'string' ? { kind: 'command', atNs, command } : undefined
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What chat programs, mail and terminals add: blanks, line ends, quote marks, soft hyphens, percent signs, padding. */
function cleanFragment(pasted: string): string {
  let text = pasted.replaceAll(/[\s\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]/g, '')
  // A link inside another link is encoded twice.
  for (let round = 0; round < 2 && /%[0-7][0-9a-f]/i.test(text); round++) {
    text = text.replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    text = text.replaceAll(/\s/g, '')
  }
  const hash = text.lastIndexOf('#')
  if (hash < 0 && /^[a-z]+:\/\//i.test(text)) return ''
  return text.slice(hash + 1).replaceAll(/^[<>()[\]"'`]+|[<>()[\]"'`.,;:!=]+$/g, '')
}

function wrongContent(what: string): Result<never, LinkError> {
  return fail(
    'wrong-content',
    `The link is whole, but what it holds is no lab: ${what}. Make the link again with this page's Share.`,
  )
}

function tooLarge(): Result<never, LinkError> {
  return fail(
    'too-large',
    `The link unpacks to more than ${UNPACKED_LIMIT_BYTES} bytes, which no lab has. Ask for the lab as a file instead.`,
  )
}

function fail(kind: LinkError['kind'], message: string): Result<never, LinkError> {
  return err({ kind, message })
}
