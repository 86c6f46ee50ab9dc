/** The tables of `brctl`. Times are seconds in a field of seven with two decimals. */
import type { FdbView, LinkDetails, LinkView } from '../../contract/read-models.ts'
import type { KernelReads } from '../../kernel/api.ts'
import { formatMac } from '../../wire/address.ts'
import { SECOND_NS } from './units.ts'

const field = (value: number, width: number): string => String(value).padStart(width)
const time = (seconds: number, width = 4): string =>
  `${field(Math.trunc(seconds), width)}.${String(Math.round((seconds % 1) * 100)).padStart(2, '0')}`

/** `brctl showmacs` */
export function showMacs(reads: KernelReads, entries: readonly FdbView[]): string {
  const lines = entries.map((entry) => {
    const port = reads.device(entry.device)?.port?.portNo ?? 0
    const age = entry.local || entry.isStatic ? 0 : (reads.now() - entry.updatedAt) / SECOND_NS
    return `${field(port, 3)}\t${formatMac(entry.mac)}\t${entry.local ? 'yes' : 'no'}\t\t${time(age)}\n`
  })
  return `port no\tmac addr\t\tis local?\tageing timer\n${lines.join('')}`
}

/** `brctl showstp` */
export function showStp(
  name: string,
  details: Extract<LinkDetails, { kind: 'bridge' }>,
  ports: readonly LinkView[],
): string {
  const seconds = (ms: number): string => time(ms / 1000)
  const idle = time(0)
  const head =
    `${name}\n bridge id\t\t${details.bridgeId}\n designated root\t${details.designatedRoot}\n` +
    ` root port\t\t${field(details.rootPort, 4)}\t\t\tpath cost\t\t${field(details.rootPathCost, 4)}\n` +
    ` max age\t\t${seconds(details.maxAgeMs)}\t\t\tbridge max age\t\t${seconds(details.maxAgeMs)}\n` +
    ` hello time\t\t${seconds(details.helloTimeMs)}\t\t\tbridge hello time\t${seconds(details.helloTimeMs)}\n` +
    ` forward delay\t\t${seconds(details.forwardDelayMs)}\t\t\tbridge forward delay\t${seconds(details.forwardDelayMs)}\n` +
    ` ageing time\t\t${seconds(details.ageingTimeMs)}\n hello timer\t\t${idle}\t\t\ttcn timer\t\t${idle}\n` +
    ` topology change timer\t${idle}\t\t\tgc timer\t\t${idle}\n` +
    ` flags\t\t\t${details.topologyChange ? 'TOPOLOGY_CHANGE ' : ''}\n\n\n`
  return head + ports.map(showPort).join('')
}

function showPort({ name, port }: LinkView): string {
  if (port === undefined) return ''
  const portId = ((port.priority << 10) | port.portNo).toString(16).padStart(4, '0')
  const idle = time(0)
  return (
    `${name} (${port.portNo})\n port id\t\t${portId}\t\t\tstate\t\t${port.state.padStart(15)}\n` +
    ` designated root\t${port.designatedRoot}\tpath cost\t\t${field(port.cost, 4)}\n` +
    ` designated bridge\t${port.designatedBridge}\tmessage age timer\t${idle}\n` +
    ` designated port\t${port.designatedPort.toString(16).padStart(4, '0')}\t\t\tforward delay timer\t${idle}\n` +
    ` designated cost\t${field(port.designatedCost, 4)}\t\t\thold timer\t\t${idle}\n flags\t\t\t\n` +
    `${port.hairpin ? ' hairpin mode\t\t   1\n' : ''}\n`
  )
}
