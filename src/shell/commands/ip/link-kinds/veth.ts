/** `type veth [ peer … ]` */
import { CommandError } from '../../command-error.ts'
import { parseLinkArguments } from '../link-arguments.ts'
import { VETH_KIND_USAGE } from '../../usage/ip-link.ts'
import type { LinkKind } from './link-kind.ts'

export const vethKind: LinkKind = {
  name: 'veth',
  usage: VETH_KIND_USAGE,
  parse: (ctx, args) => {
    const word = args.take()
    if (word === undefined) return { data: { kind: 'veth', peer: {} } }
    if (word !== 'peer') {
      throw new CommandError(
        "Usage: ip link <options> type veth [peer <options>]\nTo get <options> type 'ip link add help'",
        1,
      )
    }
    const parsed = parseLinkArguments(ctx, args)
    const name = parsed.name ?? parsed.dev
    return {
      data: {
        kind: 'veth',
        peer: {
          ...(name === undefined ? {} : { name }),
          ...(parsed.mac === undefined ? {} : { mac: parsed.mac }),
          ...(parsed.mtuBytes === undefined ? {} : { mtuBytes: parsed.mtuBytes }),
          ...(parsed.netns === undefined ? {} : { netns: parsed.netns }),
          ...(parsed.ifindex === undefined ? {} : { ifindex: parsed.ifindex }),
        },
      },
    }
  },
}
