/** The tables of `brctl`. Times are seconds in a field of seven with two decimals. */
import type { FdbView, LinkDetails, LinkView } from '../../contract/read-models.ts'
import type { KernelReads } from '../../kernel/api.ts'
import { formatMac } from '../../wire/address.ts'
import { SECOND_NS } from './units.ts'

const field = (value: number, width: number): string => String(value).padStart(width)
const time = (seconds: number, width = 4): string =>
  `${field(Math.trunc(seconds), width)}.${String(Math.floor((seconds % 1) * 100 + 1e-6)).padStart(2, '0')}`

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
  const tree = details.spanningTree
  const seconds = (ms = 0): string => time(ms / 1000)
  const flags = `${details.topologyChange ? 'TOPOLOGY_CHANGE ' : ''}${tree?.topologyChangeDetected === true ? 'TOPOLOGY_CHANGE_DETECTED ' : ''}`
  const head =
    `${name}\n bridge id\t\t${details.bridgeId}\n designated root\t${details.designatedRoot}\n` +
    ` root port\t\t${field(details.rootPort, 4)}\t\t\tpath cost\t\t${field(details.rootPathCost, 4)}\n` +
    ` max age\t\t${seconds(details.maxAgeMs)}\t\t\tbridge max age\t\t${seconds(tree?.ownMaxAgeMs ?? details.maxAgeMs)}\n` +
    ` hello time\t\t${seconds(details.helloTimeMs)}\t\t\tbridge hello time\t${seconds(tree?.ownHelloTimeMs ?? details.helloTimeMs)}\n` +
    ` forward delay\t\t${seconds(details.forwardDelayMs)}\t\t\tbridge forward delay\t${seconds(tree?.ownForwardDelayMs ?? details.forwardDelayMs)}\n` +
    ` ageing time\t\t${seconds(details.ageingTimeMs)}\n` +
    ` hello timer\t\t${seconds(tree?.helloTimerMs)}\t\t\ttcn timer\t\t${seconds(tree?.tcnTimerMs)}\n` +
    ` topology change timer\t${seconds(tree?.topologyChangeTimerMs)}\t\t\tgc timer\t\t${seconds(tree?.gcTimerMs)}\n` +
    ` flags\t\t\t${flags}\n\n\n`
  return head + ports.map(showPort).join('')
}

function showPort({ name, port }: LinkView): string {
  if (port === undefined) return ''
  const portId = ((port.priority << 10) | port.portNo).toString(16).padStart(4, '0')
  const tree = port.spanningTree
  const seconds = (ms = 0): string => time(ms / 1000)
  const flags = `${tree?.configPending === true ? 'CONFIG_PENDING ' : ''}${tree?.topologyChangeAck === true ? 'TOPOLOGY_CHANGE_ACK ' : ''}`
  return (
    `${name} (${port.portNo})\n port id\t\t${portId}\t\t\tstate\t\t${port.state.padStart(15)}\n` +
    ` designated root\t${port.designatedRoot}\tpath cost\t\t${field(port.cost, 4)}\n` +
    ` designated bridge\t${port.designatedBridge}\tmessage age timer\t${seconds(tree?.messageAgeTimerMs)}\n` +
    ` designated port\t${port.designatedPort.toString(16).padStart(4, '0')}\t\t\tforward delay timer\t${seconds(tree?.forwardDelayTimerMs)}\n` +
    ` designated cost\t${field(port.designatedCost, 4)}\t\t\thold timer\t\t${seconds(tree?.holdTimerMs)}\n flags\t\t\t${flags}\n` +
    `${port.hairpin ? ' hairpin mode\t\t   1\n' : ''}\n`
  )
}
