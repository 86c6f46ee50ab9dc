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
import { type Printer, hexDump, macText, need, u16, u32, u8 } from './printer.ts'

const SAP_NAMES: Readonly<Record<number, string>> = {
  0x00: 'Null',
  0x02: '802.1B I',
  0x04: 'SNA',
  0x06: 'IP',
  0x0e: 'ProWay NM',
  0x42: 'STP',
  0x4e: 'RS511',
  0x7e: 'ISO8208',
  0x8e: 'ProWay',
  0xaa: 'SNAP',
  0xe0: 'IPX',
  0xf0: 'NetBeui',
  0xfe: 'OSI',
}

const XID = 0xaf
const XID_FORMAT = 0x81
const COMMANDS: Readonly<Record<number, string>> = {
  0x03: 'ui',
  0x0f: 'dm',
  0x43: 'disc',
  0x63: 'ua',
  0x6f: 'sabme',
  0x87: 'frmr',
  [XID]: 'xid',
  0xe3: 'test',
}
const SUPERVISORY = ['Receiver Ready', 'Receiver not Ready', 'Reject', '?']

/** `LLC, dsap STP …: STP 802.1d, …`. Payloads other than spanning tree show as a dump. */
export function printLlc(printer: Printer, at: number, length: number): void {
  printer.protocol = 'llc'
  // An unnumbered frame's control field has one byte, the others' have two, little-endian.
  const isUnnumbered = length < LLC_HEADER_LENGTH || (u8(printer, at + 2) & 3) === 3
  const headerLength = isUnnumbered ? LLC_HEADER_LENGTH : LLC_HEADER_LENGTH + 1
  if (length < headerLength) {
    printer.text += ` [|llc]${hexDump(printer, at)}`
    return
  }
  const dsap = u8(printer, at)
  const ssap = u8(printer, at + 1)
  const control = u8(printer, at + 2) + (isUnnumbered ? 0 : u8(printer, at + 3) * 256)
  if (printer.linkLevel) {
    printer.text += `LLC, dsap ${sapText(dsap & 0xfe)} ${(dsap & 1) !== 0 ? 'Group' : 'Individual'}, `
    printer.text += `ssap ${sapText(ssap & 0xfe)} ${(ssap & 1) !== 0 ? 'Response' : 'Command'}, `
    printer.text += `ctrl 0x${control.toString(16).padStart(isUnnumbered ? 2 : 4, '0')}: `
  }
  const areStp = (dsap & 0xfe) === LLC_SAP_STP && (ssap & 0xfe) === LLC_SAP_STP
  if (areStp && control === LLC_UNNUMBERED_INFORMATION) {
    printStp(printer, at + headerLength, length - headerLength)
    return
  }
  if (!printer.linkLevel) printer.text += endpointsText(printer, dsap & 0xfe, ssap & 0xfe)
  const kind = isUnnumbered ? unnumberedText(control, ssap) : numberedText(control, ssap)
  printer.text += `${kind}, length ${length}`
  const isSupervisory = !isUnnumbered && (control & 1) === 1
  if (isSupervisory || (isUnnumbered && printExchange(printer, control, at, length))) return
  printer.text += hexDump(printer, at)
}

/** The payload of an exchange of identification (XID): nothing, or the standard's format of three bytes. */
function printExchange(printer: Printer, control: number, at: number, length: number): boolean {
  if ((control & 0xef) !== XID) return false
  const payloadAt = at + LLC_HEADER_LENGTH
  if (length === LLC_HEADER_LENGTH) return true
  if (u8(printer, payloadAt) !== XID_FORMAT) return false
  if (length < LLC_HEADER_LENGTH + 3) {
    printer.text += ` [|llc]${hexDump(printer, payloadAt)}`
    return true
  }
  printer.text += `: ${HEX_OF_BYTE[u8(printer, payloadAt + 1)]!} ${HEX_OF_BYTE[u8(printer, payloadAt + 2)]!}`
  return true
}

function unnumberedText(control: number, ssap: number): string {
  const command = COMMANDS[control & 0xef] ?? HEX_OF_BYTE[control & 0xef]!
  return `Unnumbered, ${command}, Flags [${flagText((control & 0x10) !== 0, ssap)}]`
}

function numberedText(control: number, ssap: number): string {
  const received = `rcv seq ${control >>> 9}, Flags [${flagText((control & 0x100) !== 0, ssap)}]`
  if ((control & 1) === 0) return `Information, send seq ${(control >>> 1) & 0x7f}, ${received}`
  return `Supervisory, ${SUPERVISORY[(control >>> 2) & 3]!}, ${received}`
}

function flagText(isPolling: boolean, ssap: number): string {
  const isResponse = (ssap & 1) !== 0
  if (isPolling) return isResponse ? 'Final' : 'Poll'
  return isResponse ? 'Response' : 'Command'
}

/** What stands in for the link-level header where that is not printed. */
function endpointsText(printer: Printer, dsap: number, ssap: number): string {
  const source = macText(printer, readMac(printer.bytes, 6))
  const destination = macText(printer, readMac(printer.bytes, 0))
  const dsapText = SAP_NAMES[dsap] ?? `Unknown DSAP 0x${HEX_OF_BYTE[dsap]!}`
  if (dsap === ssap) return `${source} > ${destination} ${dsapText} `
  return `${source} ${SAP_NAMES[ssap] ?? `Unknown SSAP 0x${HEX_OF_BYTE[ssap]!}`} > ${destination} ${dsapText} `
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
  const flags = u8(printer, at + 4)
  const names = BPDU_FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name)
  printer.text += `, Flags [${names.length > 0 ? names.join(', ') : 'none'}]`
  need(printer, at, CONFIG_BPDU_LENGTH)
  const priority = u16(printer, at + 17)
    .toString(16)
    .padStart(4, '0')
  const bridge = formatMac(readMac(printer.bytes, at + 19))
  const port = u16(printer, at + 25)
    .toString(16)
    .padStart(4, '0')
  printer.text += `, bridge-id ${priority}.${bridge}.${port}, length ${length}`
  if (printer.verbosity === 0) return
  const seconds = (offset: number): string => `${(u16(printer, at + offset) / 256).toFixed(2)}s`
  printer.text += `\n\tmessage-age ${seconds(27)}, max-age ${seconds(29)}, hello-time ${seconds(31)}, forwarding-delay ${seconds(33)}`
  const rootPriority = u16(printer, at + 5)
    .toString(16)
    .padStart(4, '0')
  const root = formatMac(readMac(printer.bytes, at + 7))
  printer.text += `\n\troot-id ${rootPriority}.${root}, root-pathcost ${u32(printer, at + 13)}`
}
