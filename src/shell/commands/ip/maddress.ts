/** `ip maddress`: the groups that a device listens to, those of the link layer and those of IP. */
import { strerror } from '../../../contract/errno.ts'
import type { LinkView } from '../../../contract/read-models.ts'
import { formatMac, isGroupMac, type MacAddress, parseMac } from '../../../wire/address.ts'
import type { ProcessContext } from '../../process/context.ts'
import { abbreviates, type Arguments, device, unknownCommand } from '../arguments.ts'
import { CommandError } from '../command-error.ts'
import type { IpOptions } from './ip.ts'

export async function maddressCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const word = args.take()
  if (word !== undefined && abbreviates(word, 'add')) return modify(ctx, args, 'link.group-add')
  if (word !== undefined && abbreviates(word, 'delete')) return modify(ctx, args, 'link.group-delete')
  if (word !== undefined && !['show', 'list', 'lst'].some((verb) => abbreviates(word, verb)))
    throw unknownCommand(word, 'ip maddr help')
  const name = args.peek === 'dev' ? (args.take(), args.need()) : args.take()
  const links = name === undefined ? ctx.read.links(ctx.netns) : [device(ctx, name)]
  await ctx.out(links.map((link) => groupsText(link, options)).join(''))
  return 0
}

async function modify(
  ctx: ProcessContext,
  args: Arguments,
  kind: 'link.group-add' | 'link.group-delete',
): Promise<number> {
  let dev: string | undefined
  let group: string | undefined
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'dev') {
      dev = args.need()
      continue
    }
    const address = abbreviates(word, 'address') ? args.need() : word
    if (group !== undefined)
      throw new CommandError(`Error: duplicate "address": "${address}" is the second value.`, 255)
    group = address
  }
  if (dev === undefined || group === undefined)
    throw new CommandError('Not enough information: "dev" is required.', 255)
  const mac = linkAddress(group)
  const link = ctx.read.linkByName(ctx.netns, dev)
  if (link === undefined) throw new CommandError(`ioctl: ${strerror('ENODEV')}`, 1)
  const done = ctx.call({ kind, netns: ctx.netns, ifindex: link.ifindex, mac })
  if (!done.ok) throw new CommandError(`ioctl: ${strerror(done.error.errno)}`, 1)
  return 0
}

function linkAddress(word: string): MacAddress {
  const mac = parseMac(word)
  if (mac !== undefined) return mac
  throw new CommandError(`Error: Invalid address length ${word.split(/[:.]/).length} - must be 6 bytes`, 1)
}

function groupsText(link: LinkView, { family }: IpOptions): string {
  const added = link.staticGroups ?? []
  const listed = link.filter.filter((mac) => isGroupMac(mac) || added.includes(mac))
  const groups = family === 'inet' ? [] : listed.map((mac) => `\tlink  ${formatMac(mac)}${notes(link, mac)}\n`)
  const inet = joined(link).map((group) => `\tinet  ${group}\n`)
  const lines = family === 'inet6' ? [] : [...groups, ...inet]
  return lines.length === 0 ? '' : `${link.ifindex}:\t${link.name}\n${lines.join('')}`
}

const ALL_HOSTS_MAC = parseMac('01:00:5e:00:00:01')

/** One that the device has joined by itself and that was added besides has two users. */
function notes(link: LinkView, mac: MacAddress): string {
  if (link.staticGroups?.includes(mac) !== true) return ''
  return link.up && mac === ALL_HOSTS_MAC ? ' users 2 static' : ' static'
}

/** A device that is up is in the group of all hosts, a bridge that looks at multicast also in that of all who do (ip_mc_up, br_multicast_join_snoopers). */
function joined(link: LinkView): readonly string[] {
  if (!link.up) return []
  const isSnooper = link.details.kind === 'bridge' && link.details.mcastSnooping
  return ['224.0.0.1', ...(isSnooper ? ['224.0.0.106'] : [])]
}
