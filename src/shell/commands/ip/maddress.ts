/** `ip maddress`: the groups that a device listens to, those of the link layer and those of IP. */
import type { LinkView } from '../../../contract/read-models.ts'
import { formatMac, isGroupMac } from '../../../wire/address.ts'
import type { ProcessContext } from '../../process/context.ts'
import { abbreviates, type Arguments, device, unknownCommand } from '../arguments.ts'
import type { IpOptions } from './ip.ts'

export async function maddressCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const word = args.take()
  if (word !== undefined && (abbreviates(word, 'add') || abbreviates(word, 'delete')))
    return ctx.fail(
      `ip maddress ${word}: not modelled in vethlab. Bridges flood groups, and interfaces join the group of all hosts by themselves.`,
    )
  if (word !== undefined && !['show', 'list', 'lst'].some((verb) => abbreviates(word, verb)))
    throw unknownCommand(word, 'ip maddr help')
  const name = args.peek === 'dev' ? (args.take(), args.need()) : args.take()
  const links = name === undefined ? ctx.read.links(ctx.netns) : [device(ctx, name)]
  await ctx.out(links.map((link) => groupsText(link, options)).join(''))
  return 0
}

function groupsText(link: LinkView, { family }: IpOptions): string {
  const groups = link.filter.filter(isGroupMac).map((mac) => `\tlink  ${formatMac(mac)}\n`)
  // A device that is up is in the group of all hosts (ip_mc_up).
  const inet = link.up ? '\tinet  224.0.0.1\n' : ''
  if (family === 'inet') return `${link.ifindex}:\t${link.name}\n${inet}`
  return family === 'inet6' ? '' : `${link.ifindex}:\t${link.name}\n${groups.join('')}${inet}`
}
