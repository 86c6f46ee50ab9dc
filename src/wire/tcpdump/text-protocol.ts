/** The first line of payloads that are lines of text, chosen by port as tcpdump chooses. */
import { asciiText } from '../bytes.ts'
import { type Printer, TruncatedPacket } from './printer.ts'

/** `commands` undefined: every payload is a command or an answer to one. */
interface TextProtocol {
  readonly name: string
  readonly commands?: readonly string[]
}

const HTTP_COMMANDS =
  'GET PUT COPY HEAD LOCK MOVE POLL POST BCOPY BMOVE MKCOL TRACE LABEL MERGE DELETE SEARCH UNLOCK REPORT UPDATE NOTIFY BDELETE CONNECT OPTIONS CHECKIN PROPFIND CHECKOUT CCM_POST SUBSCRIBE PROPPATCH BPROPFIND BPROPPATCH UNCHECKOUT MKACTIVITY MKWORKSPACE UNSUBSCRIBE RPC_CONNECT VERSION-CONTROL BASELINE-CONTROL'
const RTSP_COMMANDS = 'DESCRIBE ANNOUNCE GET_PARAMETER OPTIONS PAUSE PLAY RECORD REDIRECT SETUP SET_PARAMETER TEARDOWN'

const HTTP: TextProtocol = { name: 'HTTP', commands: HTTP_COMMANDS.split(' ') }
const RTSP: TextProtocol = { name: 'RTSP', commands: RTSP_COMMANDS.split(' ') }

/** In tcpdump's order, which decides when both ports have a meaning. */
const BY_PORT: readonly (readonly [number, TextProtocol])[] = [
  [25, { name: 'SMTP' }],
  [43, { name: 'WHOIS' }],
  [21, { name: 'FTP' }],
  [80, HTTP],
  [8080, HTTP],
  [554, RTSP],
  [8554, RTSP],
]
const SSH_PORT = 22
const SSH_START = 'SSH-'
const TOKEN_MAX = 128

/** `: HTTP: GET / HTTP/1.1` for a payload of [at, at + length); nothing for a port without a text protocol. */
export function printTextProtocol(
  printer: Printer,
  ports: readonly [number, number],
  at: number,
  length: number,
): void {
  const text = asciiText(printer.bytes, at, Math.min(at + length, printer.end))
  const payload: Payload = { text, isCut: text.length < length }
  if (ports.includes(SSH_PORT)) {
    printSshVersion(printer, payload)
    return
  }
  const protocol = BY_PORT.find(([port]) => ports.includes(port))?.[1]
  if (protocol === undefined) return
  printer.protocol = protocol.name.toLowerCase()
  printer.text += `: ${protocol.name}`
  if (protocol.commands !== undefined && !isMessageStart(payload, protocol.commands)) return
  const line = firstLine(payload)
  if (line === undefined) return
  printer.text += `: ${line.text}${line.isComplete ? '' : ` [|${printer.protocol}]`}`
}

interface Payload {
  readonly text: string
  /** Whether there should be more of it than there is. */
  readonly isCut: boolean
}

/** Only a complete first line that begins as RFC 4253 has it is shown. */
function printSshVersion(printer: Printer, payload: Payload): void {
  printer.protocol = 'ssh'
  const start = payload.text.slice(0, SSH_START.length)
  if (!SSH_START.startsWith(start)) return
  if (start.length < SSH_START.length) throw new TruncatedPacket()
  const line = firstLine(payload)
  if (line?.isComplete === true && !line.text.includes('\t')) printer.text += `: SSH: ${line.text}`
}

/** A known command first, or a status code of three digits second. */
function isMessageStart(payload: Payload, commands: readonly string[]): boolean {
  // A cut payload's last word may go on, so it is no word.
  const text = payload.isCut ? payload.text.replace(/[!-~]+$/, '') : payload.text
  const first = /^[!-~]+(?=[ \t\r\n]|$)/.exec(text)?.[0]
  if (first === undefined || first.length >= TOKEN_MAX) return false
  if (commands.includes(first.toUpperCase())) return true
  return /^[!-~]+ +\d{3}(?:[ \t\r\n]|$)/.test(text)
}

/** The text before the line's end; undefined if a byte in it is not printable. Throws if the end may yet come. */
function firstLine(payload: Payload): { text: string; isComplete: boolean } | undefined {
  const match = /^([\t -~]*)(\r?\n|$)/.exec(payload.text)
  if (match === null) {
    if (payload.isCut && /^[\t -~]*\r$/.test(payload.text)) throw new TruncatedPacket()
    return undefined
  }
  const isComplete = match[2] !== ''
  if (payload.isCut && !isComplete) throw new TruncatedPacket()
  return { text: match[1]!, isComplete }
}
