/** `type vlan [ protocol P ] id N [ reorder_hdr { on | off } ] [ loose_binding { on | off } ]` */
import type { LinkData } from '../../../../kernel/api.ts'
import { abbreviates, integer, invalid, onOff } from '../../arguments.ts'
import { unknownOption } from '../link-arguments.ts'
import type { LinkKind } from './link-kind.ts'

const USAGE =
  'Usage: ... vlan id VLANID [ protocol VLANPROTO ] [ reorder_hdr { on | off } ] [ loose_binding { on | off } ]\n' +
  '\nVLANID := 0-4095\nVLANPROTO: [ 802.1Q | 802.1ad ]'

type VlanData = { -readonly [K in keyof Extract<LinkData, { kind: 'vlan' }>]: Extract<LinkData, { kind: 'vlan' }>[K] }

export const vlanKind: LinkKind = {
  name: 'vlan',
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
      else if (word === 'gvrp' || word === 'mvrp' || word === 'bridge_binding') args.need()
      else throw unknownOption('vlan', word, USAGE, 'command')
    }
    return { data }
  },
}
