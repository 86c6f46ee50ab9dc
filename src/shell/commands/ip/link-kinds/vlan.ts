/** `type vlan [ protocol P ] id N [ reorder_hdr { on | off } ] [ loose_binding { on | off } ]` */
import type { QosMapping } from '../../../../contract/read-models.ts'
import type { LinkData } from '../../../../kernel/api.ts'
import { abbreviates, type Arguments, integer, invalid, onOff } from '../../arguments.ts'
import { unknownOption } from '../link-arguments.ts'
import { VLAN_KIND_USAGE } from '../../usage/ip-link.ts'
import type { LinkKind } from './link-kind.ts'

type VlanData = { -readonly [K in keyof Extract<LinkData, { kind: 'vlan' }>]: Extract<LinkData, { kind: 'vlan' }>[K] }

export const vlanKind: LinkKind = {
  name: 'vlan',
  usage: VLAN_KIND_USAGE,
  parse: (_ctx, args) => {
    const data: VlanData = { kind: 'vlan' }
    for (let word = args.take(); word !== undefined; word = args.take()) {
      if (abbreviates(word, 'protocol')) {
        const value = args.need()
        const name = value.toLowerCase()
        if (name !== '802.1q' && name !== '802.1ad') throw invalid(value, 'protocol is invalid')
        data.protocol = name === '802.1q' ? '802.1Q' : '802.1ad'
      } else if (abbreviates(word, 'id')) data.id = integer(args.need(), 'id is invalid', 65_535)
      else if (abbreviates(word, 'reorder_hdr')) data.reorderHeader = onOff('reorder_hdr', args.need(), 'pair', 1)
      else if (abbreviates(word, 'loose_binding')) data.looseBinding = onOff('loose_binding', args.need(), 'pair', 1)
      else if (abbreviates(word, 'gvrp')) data.gvrp = onOff('gvrp', args.need(), 'pair', 1)
      else if (abbreviates(word, 'mvrp')) data.mvrp = onOff('mvrp', args.need(), 'pair', 1)
      else if (abbreviates(word, 'bridge_binding')) data.bridgeBinding = onOff('bridge_binding', args.need(), 'pair', 1)
      else if (abbreviates(word, 'ingress-qos-map')) data.ingressMap = qosMap(args, 'ingress-qos-map')
      else if (abbreviates(word, 'egress-qos-map')) data.egressMap = qosMap(args, 'egress-qos-map')
      else throw unknownOption('vlan', word, VLAN_KIND_USAGE, 'command')
    }
    return { data }
  },
}

/** `FROM:TO …`, as many as there are (vlan_parse_qos_map). */
function qosMap(args: Arguments, name: string): QosMapping[] {
  const mappings: QosMapping[] = []
  for (let word = args.peek; word !== undefined && word.includes(':'); word = args.peek) {
    const [from = '', to = ''] = args.need().split(':')
    if (!/^\d+$/.test(from) || !/^\d+$/.test(to)) throw invalid(word, `invalid ${name}`)
    mappings.push({ from: Number(from), to: Number(to) })
  }
  return mappings
}
