/** What tcpdump puts before and behind the line of a packet: number, time, bytes. */
import { HEX_OF_BYTE } from '../../../wire/bytes.ts'
import { MICROSECOND_NS } from '../../formats/units.ts'
import type { TimeFormat } from './options.ts'

const pad = (value: number, width = 2): string => String(value).padStart(width, '0')

/** `HH:MM:SS.uuuuuu` of a count of microseconds. */
function clock(us: number): string {
  const seconds = Math.floor(us / 1e6)
  return `${pad(Math.floor(seconds / 3600) % 24)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}.${pad(us % 1e6, 6)}`
}

/** Writes time stamps. The lab's clock starts at midnight of 1 January 1970, so that they show virtual time. */
export class TimeStamps {
  readonly #format: TimeFormat
  #reference: number | undefined

  constructor(format: TimeFormat) {
    this.#format = format
  }

  /** The stamp of a packet with the blank behind it. */
  stamp(atNs: number): string {
    const us = Math.floor(atNs / MICROSECOND_NS)
    const sinceUs = us - (this.#reference ?? us)
    if (this.#format === 'delta' || this.#reference === undefined) this.#reference = us
    switch (this.#format) {
      case 'none':
        return ''
      case 'seconds':
        return `${Math.floor(us / 1e6)}.${pad(us % 1e6, 6)} `
      case 'delta':
      case 'since-first':
        return ` ${clock(sinceUs)} `
      case 'date':
        return `1970-01-${pad(1 + Math.floor(us / 86_400e6))} ${clock(us)} `
      case 'clock':
        return `${clock(us)} `
    }
  }
}

const BYTES_PER_LINE = 16
const HEX_WIDTH = 40

/** `-x` and `-X`: lines of sixteen bytes. */
export function hexLines(bytes: Uint8Array, withText: boolean): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += BYTES_PER_LINE) {
    const row = bytes.subarray(at, at + BYTES_PER_LINE)
    let hex = ''
    for (const [k, byte] of row.entries()) hex += (k % 2 === 0 ? ' ' : '') + HEX_OF_BYTE[byte]!
    const shown = withText ? `${hex.padEnd(HEX_WIDTH)}  ${asciiOf(row, isGraphic)}` : hex
    text += `\n\t0x${at.toString(16).padStart(4, '0')}: ${shown}`
  }
  return text
}

/** `-A`: the bytes as text, with line ends and tabs as they are. */
export function asciiLines(bytes: Uint8Array): string {
  return `\n${asciiOf(bytes, (byte) => isGraphic(byte) || byte === 0x20 || byte === 0x0a || byte === 0x09)}`
}

const isGraphic = (byte: number): boolean => byte > 0x20 && byte < 0x7f

function asciiOf(bytes: Uint8Array, isShown: (byte: number) => boolean): string {
  let text = ''
  for (const byte of bytes) text += isShown(byte) ? String.fromCharCode(byte) : '.'
  return text
}
