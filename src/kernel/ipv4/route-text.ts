// Routes and rules in the words of `ip route` and `ip rule`, for explanations.
import type { NumberRange } from '../../contract/read-models.ts'
import { formatIpv4, formatPrefix } from '../../wire/address.ts'
import type { World } from '../world.ts'
import type { FibRule } from './fib-rules.ts'
import type { FibRoute, Nexthop } from './fib-table.ts'

function describeNexthop(world: World, nexthop: Nexthop): string {
  const via = nexthop.gateway === undefined ? '' : `via ${formatIpv4(nexthop.gateway)} `
  return `${via}dev ${world.devices[nexthop.device]?.name ?? '?'}`
}

/** A route as `ip route` prints it, on one line. */
export function describeRoute(world: World, route: FibRoute): string {
  const { destination, prefixLength, nexthops } = route
  const target =
    prefixLength === 0
      ? 'default'
      : prefixLength === 32
        ? formatIpv4(destination)
        : formatPrefix({ address: destination, length: prefixLength })
  const words = [route.type === 'unicast' ? target : `${route.type} ${target}`]
  if (route.tos !== 0) words.push(`tos 0x${route.tos.toString(16)}`)
  const single = nexthops.length === 1 ? nexthops[0] : undefined
  if (single !== undefined) words.push(describeNexthop(world, single))
  if (route.protocol !== 'boot') words.push(`proto ${route.protocol}`)
  if (route.scope !== 'global') words.push(`scope ${route.scope}`)
  if (route.prefSource !== undefined) words.push(`src ${formatIpv4(route.prefSource)}`)
  if (route.metric !== 0) words.push(`metric ${route.metric}`)
  if (route.mtuBytes !== 0) words.push(`mtu ${route.mtuLocked ? 'lock ' : ''}${route.mtuBytes}`)
  if (single?.onlink === true) words.push('onlink')
  if (single?.dead === true) words.push('dead')
  if (single?.linkDown === true) words.push('linkdown')
  if (nexthops.length > 1)
    for (const nexthop of nexthops) words.push(`nexthop ${describeNexthop(world, nexthop)} weight ${nexthop.weight}`)
  return words.join(' ')
}

function describeSelector(prefix: FibRule['from']): string {
  if (prefix === undefined) return 'all'
  return prefix.length === 32 ? formatIpv4(prefix.address) : formatPrefix(prefix)
}

const describeRange = ({ first, last }: NumberRange): string => (first === last ? `${first}` : `${first}-${last}`)

function describeAction({ action }: FibRule): string {
  if (action.kind === 'lookup') return `lookup ${tableName(action.table)}`
  return action.kind === 'goto' ? `goto ${action.target}` : action.kind
}

/** A rule as `ip rule` prints it, on one line. */
export function describeRule(rule: FibRule): string {
  const words = [`${rule.priority}:`]
  if (rule.not) words.push('not')
  words.push(`from ${describeSelector(rule.from)}`)
  if (rule.to !== undefined) words.push(`to ${describeSelector(rule.to)}`)
  if (rule.tos !== 0) words.push(`tos 0x${rule.tos.toString(16)}`)
  if (rule.fwmark !== 0 || rule.fwmask !== 0) words.push(`fwmark 0x${rule.fwmark.toString(16)}`)
  if (rule.iif !== '') words.push(`iif ${rule.iif}`)
  if (rule.oif !== '') words.push(`oif ${rule.oif}`)
  if (rule.ipProtocol !== undefined) words.push(`ipproto ${rule.ipProtocol}`)
  if (rule.sourcePorts !== undefined) words.push(`sport ${describeRange(rule.sourcePorts)}`)
  if (rule.destinationPorts !== undefined) words.push(`dport ${describeRange(rule.destinationPorts)}`)
  words.push(describeAction(rule))
  return words.join(' ')
}

const TABLE_NAMES = new Map([
  [253, 'default'],
  [254, 'main'],
  [255, 'local'],
])

/** A table's name in /etc/iproute2/rt_tables, or its number. */
export function tableName(id: number): string {
  return TABLE_NAMES.get(id) ?? String(id)
}
