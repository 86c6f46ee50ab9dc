/** From what the clipboard or a dropped file holds to plain text: encodings, line ends, characters of word processors. */
import { strFromU8 } from 'fflate'
import { noteOf } from './paste-note.ts'
import type { PasteNote } from './paste-note.ts'

/** Text, and what was done to get it. */
export interface DecodedText {
  readonly text: string
  readonly notes: readonly PasteNote[]
}

/** Decodes a file's bytes: UTF-8, or UTF-16 with a byte order mark. Undefined when the bytes are no text. */
export function decodeBytes(bytes: Uint8Array): DecodedText | undefined {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return decodeUtf16(bytes, 'UTF-16LE')
  if (first === 0xfe && second === 0xff) return decodeUtf16(bytes, 'UTF-16BE')
  const text = decodeUtf8(bytes)
  return text === undefined || isBinary(text) ? undefined : { text, notes: [] }
}

/** Whether a text holds what no text file holds: NUL, or other control characters in number. */
export function isBinary(text: string): boolean {
  if (text.includes('\0')) return true
  // eslint-disable-next-line no-control-regex
  const strange = text.match(/[\u0001-\u0007\u000e-\u001a\u001c-\u001f\ufffd]/g)?.length ?? 0
  return strange > 2 && strange * 50 > text.length
}

/** Byte order mark, line ends and terminal colours: what may go from a lab file too. */
export function cleanEnvelope(text: string): DecodedText {
  const notes: PasteNote[] = []
  let cleaned = text.startsWith('\uFEFF') ? text.slice(1) : text
  const foreignEnds = cleaned.match(/\r\n?/g)?.length ?? 0
  if (foreignEnds > 0) notes.push(noteOf({ code: 'line-ends', params: { lines: foreignEnds } }))
  cleaned = cleaned.replaceAll(/\r\n?/g, '\n')
  // eslint-disable-next-line no-control-regex
  const escape = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g
  const sequences = cleaned.match(escape)?.length ?? 0
  if (sequences > 0) notes.push(noteOf({ code: 'escapes', params: { sequences } }))
  return { text: cleaned.replaceAll(escape, ''), notes }
}

const PLAIN_CHARACTERS: readonly (readonly [RegExp, string])[] = [
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' '],
  [/[\u00ad\u200b-\u200f\u2060\ufeff]/g, ''],
  [/[\u2018\u2019\u201a\u2032]/g, "'"],
  [/[\u201c\u201d\u201e\u2033]/g, '"'],
  [/(?<=\s)[\u2013\u2212](?=\w)/g, '-'],
  [/(?<=\s)\u2014(?=\w)/g, '--'],
]

/** Puts plain quotes, blanks and dashes for those that web pages and word processors make of them. Comments stay. */
export function plainCharacters(lines: readonly string[]): {
  readonly lines: readonly string[]
  readonly notes: readonly PasteNote[]
} {
  let characters = 0
  const cleaned = lines.map((line) => {
    if (line.trimStart().startsWith('#')) return line
    let plain = line
    for (const [pattern, replacement] of PLAIN_CHARACTERS) {
      characters += plain.match(pattern)?.length ?? 0
      plain = plain.replaceAll(pattern, replacement)
    }
    return plain
  })
  return { lines: cleaned, notes: characters === 0 ? [] : [noteOf({ code: 'characters', params: { characters } })] }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strFromU8(bytes)
  } catch {
    return undefined
  }
}

function decodeUtf16(bytes: Uint8Array, encoding: 'UTF-16LE' | 'UTF-16BE'): DecodedText | undefined {
  const units: string[] = []
  // The low byte comes first in UTF-16LE, the high byte in UTF-16BE.
  for (let at = 2; at + 1 < bytes.length; at += 2) {
    const [low, high] = encoding === 'UTF-16LE' ? [bytes[at]!, bytes[at + 1]!] : [bytes[at + 1]!, bytes[at]!]
    units.push(String.fromCharCode((high << 8) | low))
  }
  const text = units.join('')
  return isBinary(text) ? undefined : { text, notes: [noteOf({ code: 'decoded', params: { encoding } })] }
}
