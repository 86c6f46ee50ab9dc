/** `type dummy` */
import { CommandError } from '../../command-error.ts'
import { DUMMY_KIND_USAGE } from '../../usage/ip-link.ts'
import type { LinkKind } from './link-kind.ts'

export const dummyKind: LinkKind = {
  name: 'dummy',
  usage: DUMMY_KIND_USAGE,
  parse: (_ctx, args) => {
    if (args.peek !== undefined) {
      throw new CommandError(`Garbage instead of arguments "${args.peek} ...". Try "ip link help".`, 1)
    }
    return { data: { kind: 'dummy' } }
  },
}
