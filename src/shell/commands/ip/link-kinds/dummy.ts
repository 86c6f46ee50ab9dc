/** `type dummy`: it has no options, and what follows is not even read. */
import { DUMMY_KIND_USAGE } from '../../usage/ip-link.ts'
import type { LinkKind } from './link-kind.ts'

export const dummyKind: LinkKind = {
  name: 'dummy',
  usage: DUMMY_KIND_USAGE,
  parse: (_ctx, args) => {
    while (args.peek !== undefined) args.take()
    return { data: { kind: 'dummy' } }
  },
}
