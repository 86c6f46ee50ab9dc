import { HEX_OF_BYTE } from '../bytes.ts'
import {
  BPDU_FLAG_TOPOLOGY_CHANGE,
  BPDU_FLAG_TOPOLOGY_CHANGE_ACK,
  BPDU_TYPE_CONFIG,
  BPDU_TYPE_TCN,
  CONFIG_BPDU_LENGTH,
  LLC_HEADER_LENGTH,
  LLC_SAP_STP,
  LLC_UNNUMBERED_INFORMATION,
} from '../stp.ts'
import { formatMac, readMac } from '../address.ts'
import { type Printer, hexDump, need, u16, u8 } from './printer.ts'

const SAP_NAMES: Readonly<Record<number, string>> = {
  0x00: 'Null',
  0x06: 'IP',
  0x42: 'STP',
  0xaa: 'SNAP',
  0xe0: 'IPX',
  0xf0: 'NetBeui',
  0xfe: 'OSI',
}

/** `LLC, dsap STP …: STP 802.1d, …`. Payloads other than spanning tree show as a dump. */
export function printLlc(printer: Printer, at: number, length: number): void {
  printer.protocol = 'llc'
  if (length < LLC_HEADER_LENGTH) {
    printer.text += ` [|llc]${hexDump(printer, at)}`
    return
  }
  const destination = u8(printer, at)
  const source = u8(printer, at + 1)
  const control = u8(printer, at + 2)
  if (printer.linkLevel) {
    const [dsap, ssap] = [destination & 0xfe, source & 0xfe]
    printer.text += `LLC, dsap ${sapText(dsap)} ${(destination & 1) !== 0 ? 'Group' : 'Individual'}, `
    printer.text += `ssap ${sapText(ssap)} ${(source & 1) !== 0 ? 'Response' : 'Command'}, ctrl 0x${HEX_OF_BYTE[control]!}: `
  }
  const isStp = destination === LLC_SAP_STP && source === LLC_SAP_STP && control === LLC_UNNUMBERED_INFORMATION
  if (isStp) printStp(printer, at + LLC_HEADER_LENGTH, length - LLC_HEADER_LENGTH)
  else printer.text += hexDump(printer, at)
}

function sapText(sap: number): string {
  return `${SAP_NAMES[sap] ?? 'Unknown'} (0x${HEX_OF_BYTE[sap]!})`
}

const STP_VERSIONS: Readonly<Record<number, string>> = { 0: '802.1d', 2: '802.1w', 3: '802.1s', 4: '802.1aq' }
const RAPID_BPDU = 0x02
const BPDU_TYPES: Readonly<Record<number, string>> = {
  [BPDU_TYPE_CONFIG]: 'Config',
  [RAPID_BPDU]: 'Rapid STP',
  [BPDU_TYPE_TCN]: 'Topology Change',
}
const BPDU_FLAGS: readonly (readonly [number, string])[] = [
  [BPDU_FLAG_TOPOLOGY_CHANGE, 'Topology change'],
  [0x02, 'Proposal'],
  [0x10, 'Learn'],
  [0x20, 'Forward'],
  [0x40, 'Agreement'],
  [BPDU_FLAG_TOPOLOGY_CHANGE_ACK, 'Topology change ACK'],
]

function printStp(printer: Printer, at: number, length: number): void {
  printer.protocol = 'stp'
  if (length < 4) {
    printer.text += ' (invalid)'
    return
  }
  if (u16(printer, at) !== 0) {
    printer.text += `unknown STP version, length ${length}`
    return
  }
  const version = u8(printer, at + 2)
  const versionText = STP_VERSIONS[version]
  printer.text += `STP ${versionText ?? `Unknown STP protocol (0x${HEX_OF_BYTE[version]!})`}`
  if (versionText === undefined) return
  const type = u8(printer, at + 3)
  printer.text += `, ${BPDU_TYPES[type] ?? `Unknown BPDU Type (0x${HEX_OF_BYTE[type]!})`}`
  const isRapid = type === RAPID_BPDU && version === 2
  if (type !== BPDU_TYPE_CONFIG && !isRapid) return
  if (length < CONFIG_BPDU_LENGTH + (isRapid ? 1 : 0)) {
    printer.text += ' (invalid)'
    return
  }
  printConfig(printer, at, length)
}

function printConfig(printer: Printer, at: number, length: number): void {
  need(printer, at, CONFIG_BPDU_LENGTH)
  const flags = u8(printer, at + 4)
  const names = BPDU_FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name)
  const priority = u16(printer, at + 17)
    .toString(16)
    .padStart(4, '0')
  const bridge = formatMac(readMac(printer.bytes, at + 19))
  const port = u16(printer, at + 25)
    .toString(16)
    .padStart(4, '0')
  printer.text += `, Flags [${names.length > 0 ? names.join(', ') : 'none'}]`
  printer.text += `, bridge-id ${priority}.${bridge}.${port}, length ${length}`
}
