/** `type macvlan [ mode MODE ] [ flag FLAG ] [ macaddr { add | del | set | flush } … ] [ bcqueuelen N ]` */
import type { MacvlanMode } from '../../../../contract/read-models.ts'
import type { LinkData, MacvlanSourceEdit } from '../../../../kernel/api.ts'
import type { MacAddress } from '../../../../wire/address.ts'
import { abbreviates, type Arguments, integer, lladdr } from '../../arguments.ts'
import { CommandError } from '../../command-error.ts'
import { unknownOption } from '../link-arguments.ts'
import { MACVLAN_KIND_USAGE } from '../../usage/ip-link.ts'
import type { LinkKind } from './link-kind.ts'

const MODES: readonly MacvlanMode[] = ['private', 'vepa', 'bridge', 'passthru', 'source']

type MacvlanData = {
  -readonly [K in keyof Extract<LinkData, { kind: 'macvlan' }>]: Extract<LinkData, { kind: 'macvlan' }>[K]
}

export const macvlanKind: LinkKind = {
  name: 'macvlan',
  usage: MACVLAN_KIND_USAGE,
  parse: (_ctx, args) => {
    const data: MacvlanData = { kind: 'macvlan' }
    for (let word = args.take(); word !== undefined; word = args.take()) {
      if (abbreviates(word, 'mode')) data.mode = modeNamed(args.need())
      else if (abbreviates(word, 'flag')) {
        const flag = args.need()
        if (flag !== 'nopromisc' && flag !== 'null' && flag !== 'nodst') {
          throw new CommandError(`Error: argument of "flag" must be "nopromisc", "nodst" or "null", not "${flag}"`, 1)
        }
        data.noPromisc = flag === 'nopromisc'
        data.noDst = flag === 'nodst'
      } else if (abbreviates(word, 'nopromisc')) data.noPromisc = true
      else if (abbreviates(word, 'nodst')) data.noDst = true
      else if (abbreviates(word, 'macaddr')) data.sources = parseSources(args)
      else if (abbreviates(word, 'bcqueuelen')) data.broadcastQueueLength = integer(args.need(), 'bcqueuelen')
      else throw unknownOption('macvlan', word, MACVLAN_KIND_USAGE)
    }
    // The mode must be named along with the flag: what the child has already does not count.
    if (data.noPromisc === true && data.mode !== 'passthru')
      throw new CommandError(`macvlan: nopromisc flag only valid in passthru mode\n${MACVLAN_KIND_USAGE}`, 1)
    return { data }
  },
}

function modeNamed(word: string): MacvlanMode {
  const mode = MODES.find((name) => name === word)
  if (mode !== undefined) return mode
  throw new CommandError(
    `Error: argument of "mode" must be "private", "vepa", "bridge", "passthru" or "source", not "${word}"`,
    1,
  )
}

function parseSources(args: Arguments): MacvlanSourceEdit {
  const edit = args.need()
  if (edit === 'flush') return { edit, macs: [] }
  if (edit === 'add' || edit === 'del') return { edit, macs: [lladdr(args.need())] }
  if (edit !== 'set') {
    throw new CommandError(`Error: argument of "macaddr" must be "add", "del", "flush" or "set", not "${edit}"`, 1)
  }
  const macs: MacAddress[] = []
  while (args.peek !== undefined && /^[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}$/.test(args.peek))
    macs.push(lladdr(args.need()))
  return { edit, macs }
}
