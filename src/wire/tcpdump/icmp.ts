import {
  ICMP_ADDRESS,
  ICMP_ADDRESSREPLY,
  ICMP_DEST_UNREACH,
  ICMP_ECHO,
  ICMP_ECHOREPLY,
  ICMP_FRAG_NEEDED,
  ICMP_INFO_REPLY,
  ICMP_INFO_REQUEST,
  ICMP_PARAMETERPROB,
  ICMP_PORT_UNREACH,
  ICMP_PROT_UNREACH,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIMESTAMP,
  ICMP_TIMESTAMPREPLY,
  ICMP_TIME_EXCEEDED,
} from '../icmp.ts'
import { internetChecksum } from '../checksum.ts'
import { shouldBe } from './checksums.ts'
import { type Printer, addressText, need, portText, u16, u32, u8 } from './printer.ts'

const ICMP_ROUTER_SOLICITATION = 10
const QUOTE_AT = 8

const PLAIN: Readonly<Record<number, string>> = {
  [ICMP_SOURCE_QUENCH]: 'source quench',
  [ICMP_ROUTER_SOLICITATION]: 'router solicitation',
  [ICMP_INFO_REQUEST]: 'information request',
  [ICMP_INFO_REPLY]: 'information reply',
  [ICMP_ADDRESS]: 'address mask request',
}

/** What stands around the quoted destination, by code; `%` is the destination. */
const UNREACHABLE: Readonly<Record<number, string>> = {
  0: 'net % unreachable',
  1: 'host % unreachable',
  5: '% unreachable - source route failed',
  6: 'net % unreachable - unknown',
  7: 'host % unreachable - unknown',
  8: '% unreachable - source host isolated',
  9: 'net % unreachable - admin prohibited',
  10: 'host % unreachable - admin prohibited',
  11: 'net % unreachable - tos prohibited',
  12: 'host % unreachable - tos prohibited',
  13: 'host % unreachable - admin prohibited filter',
  14: 'host % unreachable - host precedence violation',
  15: 'host % unreachable - precedence cutoff',
}

/** Messages that quote the packet that they are about. */
const ERRORS: readonly number[] = [
  ICMP_DEST_UNREACH,
  ICMP_SOURCE_QUENCH,
  ICMP_REDIRECT,
  ICMP_TIME_EXCEEDED,
  ICMP_PARAMETERPROB,
]

/** `ICMP …, length N`; with -v an error is followed by what it quotes, which `printQuoted` prints. */
export function printIcmp(
  printer: Printer,
  { at, length, isFragmented }: { at: number; length: number; isFragmented: boolean },
  printQuoted: (at: number) => void,
): void {
  printer.protocol = 'icmp'
  printer.text += `ICMP ${message(printer, at)}, length ${length}`
  if (printer.verbosity === 0 || isFragmented) return
  if (at + length <= printer.end) {
    const sum = internetChecksum(printer.bytes, at, at + length)
    if (sum !== 0) {
      const found = u16(printer, at + 2)
      printer.text += ` (wrong icmp cksum ${found.toString(16)} (->${shouldBe(found, sum).toString(16)})!)`
    }
  }
  if (!ERRORS.includes(u8(printer, at))) return
  printer.text += '\n\t'
  printQuoted(at + QUOTE_AT)
}

function message(printer: Printer, at: number): string {
  const type = u8(printer, at)
  const code = u8(printer, at + 1)
  const idAndSequence = (): [number, number] => [u16(printer, at + 4), u16(printer, at + 6)]
  switch (type) {
    case ICMP_ECHO:
    case ICMP_ECHOREPLY: {
      const [id, sequence] = idAndSequence()
      return `echo ${type === ICMP_ECHO ? 'request' : 'reply'}, id ${id}, seq ${sequence}`
    }
    case ICMP_DEST_UNREACH:
      return unreachable(printer, at, code)
    case ICMP_REDIRECT:
      return redirect(printer, at, code)
    case ICMP_TIME_EXCEEDED:
      need(printer, at + QUOTE_AT + 16, 4)
      if (code === 0) return 'time exceeded in-transit'
      return code === 1 ? 'ip reassembly time exceeded' : `time exceeded-#${code}`
    case ICMP_PARAMETERPROB:
      return code !== 0 ? `parameter problem - code ${code}` : `parameter problem - octet ${u8(printer, at + 4)}`
    case ICMP_ADDRESSREPLY:
      return `address mask is 0x${u32(printer, at + 8)
        .toString(16)
        .padStart(8, '0')}`
    case ICMP_TIMESTAMP: {
      const [id, sequence] = idAndSequence()
      return `time stamp query id ${id} seq ${sequence}`
    }
    case ICMP_TIMESTAMPREPLY: {
      need(printer, at + 16, 4)
      const [id, sequence] = idAndSequence()
      const time = (offset: number): string => timeOfDay(u32(printer, at + offset))
      return `time stamp reply id ${id} seq ${sequence}: org ${time(8)}, recv ${time(12)}, xmit ${time(16)}`
    }
    default:
      return PLAIN[type] ?? `type-#${type}`
  }
}

function unreachable(printer: Printer, at: number, code: number): string {
  const quoteAt = at + QUOTE_AT
  if (code === ICMP_PORT_UNREACH) return portUnreachable(printer, quoteAt)
  const destination = addressText(printer, quoteAt + 16)
  if (code === ICMP_PROT_UNREACH) return `${destination} protocol ${u8(printer, quoteAt + 9)} unreachable`
  if (code === ICMP_FRAG_NEEDED) {
    const mtu = u16(printer, at + 6)
    return `${destination} unreachable - need to frag${mtu !== 0 ? ` (mtu ${mtu})` : ''}`
  }
  return (UNREACHABLE[code] ?? `% unreachable - #${code}`).replace('%', destination)
}

/** Prints two bytes of any protocol as its port, which is why a rejected ping names one. */
function portUnreachable(printer: Printer, quoteAt: number): string {
  const protocol = u8(printer, quoteAt + 9)
  const headerLength = (u8(printer, quoteAt) & 15) * 4
  const port = u16(printer, quoteAt + headerLength + 2)
  const isKnown = protocol === 6 || protocol === 17
  const name = protocol === 6 ? 'tcp' : protocol === 17 ? 'udp' : `protocol ${protocol}`
  return `${addressText(printer, quoteAt + 16)} ${name} port ${isKnown ? portText(printer, port) : port} unreachable`
}

function redirect(printer: Printer, at: number, code: number): string {
  const destination = addressText(printer, at + QUOTE_AT + 16)
  const gateway = addressText(printer, at + 4)
  if (code > 3) return `redirect-#${code} ${destination} to ${gateway}`
  return `redirect${code >= 2 ? '-tos' : ''} ${destination} to ${code % 2 === 0 ? 'net' : 'host'} ${gateway}`
}

/** Milliseconds since midnight as a time of day. */
function timeOfDay(ms: number): string {
  const digits = (value: number, width: number): string => value.toString().padStart(width, '0')
  const minutes = Math.floor(ms / 60_000)
  const hoursText = digits(Math.floor(minutes / 60), 2)
  return `${hoursText}:${digits(minutes % 60, 2)}:${digits(Math.floor(ms / 1000) % 60, 2)}.${digits(ms % 1000, 3)}`
}
