/** `ifconfig`: one interface as net-tools prints it. */
import type { LinkView } from '../../contract/read-models.ts'
import { formatIpv4, formatMac, ipv4FromNumber, prefixMask } from '../../wire/address.ts'

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** Flags with their bits, in the order in which net-tools prints them. */
function flags(link: LinkView): readonly (readonly [bit: number, word: string])[] {
  const isRunning = link.up && (link.operState === 'UP' || link.operState === 'UNKNOWN')
  const all: readonly (readonly [boolean, number, string])[] = [
    [link.up, 1, 'UP'],
    [link.broadcast, 2, 'BROADCAST'],
    [link.details.kind === 'lo', 8, 'LOOPBACK'],
    [link.noTrailers === true, 32, 'NOTRAILERS'],
    [isRunning, 64, 'RUNNING'],
    [link.noArp, 128, 'NOARP'],
    [link.promisc, 256, 'PROMISC'],
    [link.allMulticast, 512, 'ALLMULTI'],
    [link.multicast, 4096, 'MULTICAST'],
    [link.dynamic === true, 32768, 'DYNAMIC'],
  ]
  return all.flatMap(([isSet, bit, word]) => (isSet ? [[bit, word] as const] : []))
}

/** The block of an interface, or of one of the labels that its addresses have. */
export function ifconfigText(link: LinkView, label = link.name): string {
  const set = flags(link)
  const number = set.reduce((sum, [bit]) => sum + bit, 0)
  const isLoopback = link.details.kind === 'lo'
  const view = link.addresses.find((address) => address.label === label)
  const hardware = isLoopback
    ? '        loop  txqueuelen 1000  (Local Loopback)\n'
    : `        ether ${formatMac(link.mac)}  txqueuelen 1000  (Ethernet)\n`
  return (
    `${label}: flags=${number}<${set.map(([, word]) => word).join(',')}>  mtu ${link.mtuBytes}\n` +
    `${view === undefined ? '' : inetLine(view, isLoopback)}${hardware}${label === link.name ? counters(link) : ''}\n`
  )
}

function inetLine(view: LinkView['addresses'][number], isLoopback: boolean): string {
  const mask = formatIpv4(ipv4FromNumber(prefixMask(view.prefixLength)))
  const broadcast = isLoopback ? '' : `  broadcast ${formatIpv4(view.broadcast ?? ipv4FromNumber(0))}`
  return `        inet ${formatIpv4(view.address)}  netmask ${mask}${broadcast}\n`
}

function counters({ stats }: LinkView): string {
  const amount = (bytes: number): string => {
    let value = bytes
    let unit = 0
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024
      unit += 1
    }
    return `${bytes} (${value.toFixed(1)} ${UNITS[unit]!})`
  }
  return (
    `        RX packets ${stats.rxPackets}  bytes ${amount(stats.rxBytes)}\n` +
    `        RX errors 0  dropped ${stats.rxDropped}  overruns 0  frame 0\n` +
    `        TX packets ${stats.txPackets}  bytes ${amount(stats.txBytes)}\n` +
    `        TX errors 0  dropped ${stats.txDropped} overruns 0  carrier 0  collisions 0\n`
  )
}

const FLAG_LETTERS: Readonly<Record<string, string>> = {
  BROADCAST: 'B',
  LOOPBACK: 'L',
  PROMISC: 'P',
  ALLMULTI: 'A',
  MULTICAST: 'M',
  NOARP: 'O',
  RUNNING: 'R',
  UP: 'U',
}
const LETTER_ORDER = 'AOBLMPRU'

/** `ifconfig -s`: a line for each interface. */
export function ifconfigRows(links: readonly LinkView[]): string {
  const rows = links.map((link) => {
    const letters = flags(link).map(([, word]) => FLAG_LETTERS[word] ?? '')
    const { rxPackets, rxDropped, txPackets, txDropped } = link.stats
    const cell = (value: number, width: number): string => String(value).padStart(width)
    return (
      `${link.name.padEnd(14)} ${cell(link.mtuBytes, 6)} ${cell(rxPackets, 8)} ${cell(0, 6)} ${cell(rxDropped, 6)} ` +
      `${'0'.padEnd(6)} ${cell(txPackets, 8)} ${cell(0, 6)} ${cell(txDropped, 6)} ${cell(0, 6)} ` +
      `${letters.sort((a, b) => LETTER_ORDER.indexOf(a) - LETTER_ORDER.indexOf(b)).join('')}\n`
    )
  })
  return `Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n${rows.join('')}`
}
