/** `ip rule`. */
import type { RuleView } from '../../contract/read-models.ts'
import type { KernelReads, NetnsId } from '../../kernel/api.ts'
import { formatIpv4, type Ipv4Address } from '../../wire/address.ts'
import { tableName, tosName } from './route.ts'

interface Prefix {
  readonly address: Ipv4Address
  readonly length: number
}

const prefixText = ({ address, length }: Prefix): string =>
  length === 32 ? formatIpv4(address) : `${formatIpv4(address)}/${length}`

/** Who made a rule: the kernel made those for its three tables. */
function protocolOf({ priority, action }: RuleView): 'kernel' | 'unspec' {
  const own = action.kind === 'lookup' && BUILT_IN.some(([at, table]) => at === priority && table === action.table)
  return own ? 'kernel' : 'unspec'
}

const BUILT_IN = [
  [0, 255],
  [32766, 254],
  [32767, 253],
] as const

/** One rule. */
export function ruleLine(reads: KernelReads, netns: NetnsId, rule: RuleView, details = false): string {
  let line = `${rule.priority}:\t${rule.not ? 'not ' : ''}from ${rule.from === undefined ? 'all' : prefixText(rule.from)}`
  if (rule.to !== undefined) line += ` to ${prefixText(rule.to)}`
  if (rule.tos !== 0) line += ` tos ${tosName(rule.tos)}`
  if (rule.fwmark !== 0 || rule.fwmask !== 0) {
    const mask = rule.fwmask === 0 || rule.fwmask === 0xffffffff ? '' : `/0x${rule.fwmask.toString(16)}`
    line += ` fwmark 0x${rule.fwmark.toString(16)}${mask}`
  }
  const device = (name: string): string => (reads.linkByName(netns, name) === undefined ? `${name} [detached]` : name)
  if (rule.iif !== '') line += ` iif ${device(rule.iif)}`
  if (rule.oif !== '') line += ` oif ${device(rule.oif)}`
  const { action } = rule
  const suppress = rule.suppressPrefixLength === undefined ? '' : ` suppress_prefixlength ${rule.suppressPrefixLength}`
  const protocol = details ? ` proto ${protocolOf(rule)}` : ''
  return `${line} ${action.kind === 'lookup' ? `lookup ${tableName(action.table)}` : action.kind}${suppress}${protocol}\n`
}
