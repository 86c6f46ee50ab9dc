/** `ip nexthop`. Every line ends with a blank, as iproute2 prints it. */
import type { NexthopObjectView } from '../../contract/nexthop.ts'
import type { KernelReads } from '../../kernel/api.ts'
import { formatIpv4 } from '../../wire/address.ts'
import type { JsonObject } from './json.ts'

const deviceName = (reads: KernelReads, device: number): string => reads.device(device)?.name ?? `if${device}`

/** One object, without the line end. */
export function nexthopText(reads: KernelReads, object: NexthopObjectView, details = false): string {
  const { id, protocol, way, group, isBlackhole } = object
  const scope = way?.scope ?? 'global'
  const parts = [
    `id ${id}`,
    ...(group.length === 0 ? [] : [`group ${group.map(memberText).join('/')}`]),
    ...(way?.gateway === undefined ? [] : [`via ${formatIpv4(way.gateway)}`]),
    ...(way === undefined ? [] : [`dev ${deviceName(reads, way.device)}`]),
    ...(scope !== 'global' || details ? [`scope ${scope}`] : []),
    ...(isBlackhole ? ['blackhole'] : []),
    ...(protocol !== 'unspec' || details ? [`proto ${protocol}`] : []),
    ...(way?.onlink === true ? ['onlink'] : []),
  ]
  return `${parts.join(' ')} `
}

const memberText = ({ id, weight }: NexthopObjectView['group'][number]): string =>
  weight === 1 ? String(id) : `${id},${weight}`

/** One object of `ip -j nexthop`. */
export function nexthopJson(reads: KernelReads, object: NexthopObjectView, details = false): JsonObject {
  const { id, protocol, way, group, isBlackhole } = object
  const scope = way?.scope ?? 'global'
  return {
    id,
    group:
      group.length === 0
        ? undefined
        : group.map((member) => ({ id: member.id, weight: member.weight === 1 ? undefined : member.weight })),
    gateway: way?.gateway === undefined ? undefined : formatIpv4(way.gateway),
    dev: way === undefined ? undefined : deviceName(reads, way.device),
    scope: scope !== 'global' || details ? scope : undefined,
    blackhole: isBlackhole ? null : undefined,
    protocol: protocol !== 'unspec' || details ? protocol : undefined,
    flags: way?.onlink === true ? ['onlink'] : [],
  }
}
