/** `bridge monitor`: links and forwarding entries, as they change. */
import { bridgeMonitorText } from '../../formats/bridge-link.ts'
import { fdbLine } from '../../formats/fdb.ts'
import type { KernelReads, TableChange } from '../../../kernel/api.ts'
import type { ProcessContext } from '../../process/context.ts'
import { abbreviates, type Arguments, EXIT_USAGE } from '../arguments.ts'
import { CommandError } from '../command-error.ts'
import { stamp, watchTables } from '../table-changes.ts'
import { BRIDGE_MONITOR_USAGE } from '../usage/bridge.ts'
import type { BridgeOptions } from './bridge.ts'

/** In iproute2's order. Groups and VLANs of ports change without a word here: their tables are empty, or shown with the link. */
const OBJECTS = ['link', 'fdb', 'mdb', 'vlan', 'vni', 'all'] as const
const LABELS = { link: '[LINK]', fdb: '[NEIGH]' } as const

export async function bridgeMonitorCommand(
  ctx: ProcessContext,
  args: Arguments,
  { timestamp }: BridgeOptions,
): Promise<number> {
  const word = args.take()
  if (word === 'file')
    throw new CommandError('bridge monitor: “file” is not modelled in vethlab: read the timeline.', EXIT_USAGE)
  const wanted = word === undefined ? 'all' : OBJECTS.find((name) => abbreviates(word, name))
  if (wanted === undefined) {
    const isHelp = abbreviates(word ?? '', 'help')
    throw new CommandError(
      isHelp ? BRIDGE_MONITOR_USAGE : `Argument "${word ?? ''}" is unknown, try "bridge monitor help".`,
      EXIT_USAGE,
    )
  }
  return watchTables(ctx, ({ change, at }, heed) => {
    const text = changeText(heed().read, change, wanted)
    return text && `${stamp({ timestamp }, at)}${word === 'all' ? text.label : ''}${text.line}`
  })
}

interface ChangeText {
  readonly label: string
  readonly line: string
}

function changeText(reads: KernelReads, change: TableChange, wanted: (typeof OBJECTS)[number]): ChangeText | undefined {
  const start = change.isDeleted ? 'Deleted ' : ''
  if (change.object === 'link' && (wanted === 'link' || wanted === 'all'))
    return { label: LABELS.link, line: start + bridgeMonitorText(reads, change.link) }
  if (change.object !== 'fdb' || (wanted !== 'fdb' && wanted !== 'all')) return undefined
  const { entry } = change
  const link = reads.device(entry.device)
  if (link === undefined) return undefined
  return { label: LABELS.fdb, line: start + fdbLine(reads, { link, mac: entry.mac, entry }) }
}
