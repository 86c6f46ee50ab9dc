/** IGMP (RFC 3376 for version 3, RFC 2236 for version 2). Offsets count from the IGMP header. */
import { type Result, err, ok } from '../base/result.ts'
import { type Ipv4Address, readIpv4, writeIpv4 } from './address.ts'
import { readU16, writeU16 } from './bytes.ts'
import { internetChecksum } from './checksum.ts'
import type { WireError } from './wire-error.ts'

export const IGMP_HEADER_LENGTH = 8
export const IGMP_QUERY = 0x11
export const IGMP_V1_REPORT = 0x12
export const IGMP_V2_REPORT = 0x16
export const IGMP_LEAVE = 0x17
export const IGMP_V3_REPORT = 0x22

/** Group record types of a version 3 report. */
export const IGMP_MODE_IS_INCLUDE = 1
export const IGMP_MODE_IS_EXCLUDE = 2
export const IGMP_CHANGE_TO_INCLUDE = 3
export const IGMP_CHANGE_TO_EXCLUDE = 4
export const IGMP_ALLOW_NEW_SOURCES = 5
export const IGMP_BLOCK_OLD_SOURCES = 6

const TYPE_AT = 0
const CODE_AT = 1
const CHECKSUM_AT = 2
const GROUP_AT = 4
const RECORD_COUNT_AT = 6
const RECORD_HEADER_LENGTH = 8

export function igmpType(bytes: Uint8Array, at: number): number {
  return bytes[at + TYPE_AT]!
}

/** Of a query: the maximum response time, in 1/10 s below 128. */
export function igmpCode(bytes: Uint8Array, at: number): number {
  return bytes[at + CODE_AT]!
}

export function igmpChecksum(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + CHECKSUM_AT)
}

/** Of every type but the version 3 report. */
export function igmpGroup(bytes: Uint8Array, at: number): Ipv4Address {
  return readIpv4(bytes, at + GROUP_AT)
}

/** Of a version 3 report. */
export function igmpRecordCount(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at + RECORD_COUNT_AT)
}

export interface IgmpRecord {
  readonly type: number
  readonly group: Ipv4Address
  readonly sources: readonly Ipv4Address[]
}

/** The group records of a version 3 report in [at, end). */
export function parseIgmpV3Report(
  bytes: Uint8Array,
  at: number,
  end = bytes.length,
): Result<readonly IgmpRecord[], WireError> {
  const haveBytes = Math.max(0, end - at)
  if (haveBytes < IGMP_HEADER_LENGTH) return truncated(IGMP_HEADER_LENGTH, haveBytes)
  const type = igmpType(bytes, at)
  if (type !== IGMP_V3_REPORT) return err({ kind: 'malformed', layer: 'IGMP', field: 'type', value: type })
  const records: IgmpRecord[] = []
  let recordAt = at + IGMP_HEADER_LENGTH
  for (let count = igmpRecordCount(bytes, at); count > 0; count--) {
    if (end - recordAt < RECORD_HEADER_LENGTH) return truncated(recordAt + RECORD_HEADER_LENGTH - at, haveBytes)
    const sourceCount = readU16(bytes, recordAt + 2)
    const recordEnd = recordAt + RECORD_HEADER_LENGTH + 4 * sourceCount
    if (recordEnd > end) return truncated(recordEnd - at, haveBytes)
    const sources: Ipv4Address[] = []
    for (let source = recordAt + RECORD_HEADER_LENGTH; source < recordEnd; source += 4) {
      sources.push(readIpv4(bytes, source))
    }
    records.push({ type: bytes[recordAt]!, group: readIpv4(bytes, recordAt + 4), sources })
    // The record may end in auxiliary data, counted in words, which RFC 3376 defines no use for.
    recordAt = recordEnd + 4 * bytes[recordAt + 1]!
  }
  return ok(records)
}

/** A version 3 report with its checksum. */
export function emitIgmpV3Report(records: readonly IgmpRecord[]): Uint8Array {
  const length = records.reduce((sum, record) => sum + RECORD_HEADER_LENGTH + 4 * record.sources.length, 0)
  const bytes = new Uint8Array(IGMP_HEADER_LENGTH + length)
  bytes[TYPE_AT] = IGMP_V3_REPORT
  writeU16(bytes, RECORD_COUNT_AT, records.length)
  let at = IGMP_HEADER_LENGTH
  for (const record of records) {
    bytes[at] = record.type
    writeU16(bytes, at + 2, record.sources.length)
    writeIpv4(bytes, at + 4, record.group)
    at += RECORD_HEADER_LENGTH
    for (const source of record.sources) {
      writeIpv4(bytes, at, source)
      at += 4
    }
  }
  writeU16(bytes, CHECKSUM_AT, internetChecksum(bytes, 0, bytes.length))
  return bytes
}

function truncated(needBytes: number, haveBytes: number): Result<never, WireError> {
  return err({ kind: 'truncated', layer: 'IGMP', needBytes, haveBytes })
}
