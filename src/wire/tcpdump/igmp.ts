import { IGMP_LEAVE, IGMP_QUERY, IGMP_V1_REPORT, IGMP_V2_REPORT, IGMP_V3_REPORT } from '../igmp.ts'
import { internetChecksum } from '../checksum.ts'
import { type Printer, addressText, u16, u32, u8 } from './printer.ts'

const DEFAULT_RESPONSE_TIME = 100

/** `igmp v3 report, 1 group record(s)` and its kin. */
export function printIgmp(printer: Printer, at: number, length: number): void {
  printer.protocol = 'igmp'
  if (printer.isQuiet) {
    printer.text += 'igmp'
    return
  }
  printMessage(printer, at, length)
  if (printer.verbosity === 0 || at + length > printer.end) return
  if (internetChecksum(printer.bytes, at, at + length) !== 0)
    printer.text += ` bad igmp cksum ${u16(printer, at + 2).toString(16)}!`
}

function printMessage(printer: Printer, at: number, length: number): void {
  const type = u8(printer, at)
  switch (type) {
    case IGMP_QUERY:
      printer.text += 'igmp query'
      if (length >= 12) printQueryV3(printer, at, length)
      else printQuery(printer, at, length)
      return
    case IGMP_V1_REPORT:
      printer.text += `igmp v1 report ${addressText(printer, at + 4)}${length !== 8 ? ` [len ${length}]` : ''}`
      return
    case IGMP_V2_REPORT:
      printer.text += `igmp v2 report ${addressText(printer, at + 4)}`
      return
    case IGMP_V3_REPORT:
      printer.text += 'igmp v3 report'
      printReportV3(printer, at, length)
      return
    case IGMP_LEAVE:
      printer.text += `igmp leave ${addressText(printer, at + 4)}`
      return
    default:
      printer.text += `igmp-${type}`
  }
}

const RECORD_TYPES: Readonly<Record<number, string>> = {
  1: 'is_in',
  2: 'is_ex',
  3: 'to_in',
  4: 'to_ex',
  5: 'allow',
  6: 'block',
}

function printReportV3(printer: Printer, at: number, length: number): void {
  if (length < 16 || length % 4 !== 0) {
    printer.text += ` [invalid len ${length}]`
    return
  }
  const count = u16(printer, at + 6)
  printer.text += `, ${count} group record(s)`
  if (printer.verbosity === 0) return
  let recordAt = at + 8
  for (let record = 0; record < count && recordAt + 8 <= at + length; record++) {
    const sources = u16(printer, recordAt + 2)
    const type = u8(printer, recordAt)
    printer.text += ` [gaddr ${addressText(printer, recordAt + 4)} ${RECORD_TYPES[type] ?? `[v3-report-#${type}]`}`
    let list = ''
    for (let source = 0; source < sources; source++) list += ` ${addressText(printer, recordAt + 8 + 4 * source)}`
    printer.text += ` {${list} }]`
    recordAt += 8 + 4 * sources
  }
}

function printQuery(printer: Printer, at: number, length: number): void {
  const responseTime = u8(printer, at + 1)
  printer.text += responseTime !== 0 ? ' v2' : ' v1'
  if (responseTime !== 0 && responseTime !== DEFAULT_RESPONSE_TIME) {
    printer.text += ` [max resp time ${responseTime}]`
  }
  if (u32(printer, at + 4) !== 0) printer.text += ` [gaddr ${addressText(printer, at + 4)}]`
  if (length !== 8) printer.text += ` [len ${length}]`
}

function printQueryV3(printer: Printer, at: number, length: number): void {
  printer.text += ' v3'
  if (length % 4 !== 0) {
    printer.text += ` [invalid len ${length}]`
    return
  }
  const code = u8(printer, at + 1)
  if (code !== DEFAULT_RESPONSE_TIME) printer.text += ` [max resp time ${responseTimeText(code)}]`
  if (u32(printer, at + 4) === 0) return
  printer.text += ` [gaddr ${addressText(printer, at + 4)}`
  const sources = u16(printer, at + 10)
  if (sources > 0) {
    printer.text += length < 12 + 4 * sources ? ' [invalid number of sources]' : `, ${sources} source(s)`
  }
  printer.text += ']'
}

/** In tenths of a second, from 128 on a float of 4 mantissa and 3 exponent bits (RFC 3376, 4.1.1). */
function responseTimeText(code: number): string {
  const tenths = code < 128 ? code : ((code & 0x0f) | 0x10) << (((code & 0x70) >> 4) + 3)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`
  const seconds = Math.floor(tenths / 10)
  const parts: string[] = []
  if (seconds >= 3600) parts.push(`${Math.floor(seconds / 3600)}h`)
  if (seconds % 3600 >= 60) parts.push(`${Math.floor((seconds % 3600) / 60)}m`)
  if (seconds % 60 > 0) parts.push(`${seconds % 60}s`)
  return parts.join('')
}
