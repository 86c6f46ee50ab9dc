/** `type ipvlan [ mode MODE ] [ FLAG ]` */
import type { LinkData } from '../../../../kernel/api.ts'
import { abbreviates } from '../../arguments.ts'
import { CommandError } from '../../command-error.ts'
import { unknownOption } from '../link-arguments.ts'
import { IPVLAN_KIND_USAGE } from '../../usage/ip-link.ts'
import type { LinkKind } from './link-kind.ts'

type IpvlanData = {
  -readonly [K in keyof Extract<LinkData, { kind: 'ipvlan' }>]: Extract<LinkData, { kind: 'ipvlan' }>[K]
}

export const ipvlanKind: LinkKind = {
  name: 'ipvlan',
  usage: IPVLAN_KIND_USAGE,
  parse: (_ctx, args) => {
    const data: IpvlanData = { kind: 'ipvlan' }
    const isBare = args.peek === undefined
    for (let word = args.take(); word !== undefined; word = args.take()) {
      if (abbreviates(word, 'mode')) {
        const mode = args.need()
        if (mode !== 'l2' && mode !== 'l3' && mode !== 'l3s') {
          throw new CommandError('Error: argument of "mode" must be either "l2", "l3" or "l3s"', 1)
        }
        data.mode = mode
      } else if ((word === 'private' || word === 'vepa' || word === 'bridge') && data.flag === undefined)
        data.flag = word
      else throw unknownOption('ipvlan', word, IPVLAN_KIND_USAGE)
    }
    // With any option iproute2 sends the flags too, so that those not named are taken back.
    if (!isBare) data.flag ??= 'bridge'
    return { data }
  },
}
