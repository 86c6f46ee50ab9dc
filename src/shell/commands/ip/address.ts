/** `ip addr`. */
import type { AddressScope, AddressView, LinkView } from '../../../contract/read-models.ts'
import type { AddressSpec } from '../../../kernel/api.ts'
import { broadcastOf, inPrefix, isLoopbackIpv4, networkOf, type Ipv4Address } from '../../../wire/address.ts'
import { addressText, briefAddress } from '../../formats/addr.ts'
import { jsonText } from '../../formats/json.ts'
import { addressJson, briefAddressJson } from '../../formats/link-json.ts'
import type { ProcessContext } from '../../process/context.ts'
import {
  abbreviates,
  address,
  type Arguments,
  device,
  garbage,
  integer,
  invalid,
  named,
  prefix,
  type PrefixArgument,
  unknownCommand,
} from '../arguments.ts'
import { CommandError, netlink } from '../command-error.ts'
import type { IpOptions } from './ip.ts'
import { flushReport } from './neigh.ts'
import { scopeNamed } from './route-names.ts'

export async function addressCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const word = args.take()
  if (word === undefined || abbreviates(word, 'show') || abbreviates(word, 'lst') || abbreviates(word, 'list')) {
    return show(ctx, args, options)
  }
  if (abbreviates(word, 'add')) return modify(ctx, args, 'address.add')
  if (abbreviates(word, 'change') || word === 'chg' || abbreviates(word, 'replace'))
    return modify(ctx, args, 'address.replace')
  if (abbreviates(word, 'delete')) return modify(ctx, args, 'address.delete')
  if (abbreviates(word, 'flush')) return flush(ctx, args, options)
  if (['save', 'restore', 'showdump'].includes(word))
    return ctx.fail(
      `ip address ${word}: not modelled in vethlab. Write the commands into the script, or save the lab as a file.`,
    )
  throw unknownCommand(word, 'ip address help')
}

interface Parsed {
  local: PrefixArgument | undefined
  peer: PrefixArgument | undefined
  broadcast: Ipv4Address | '+' | '-' | undefined
  dev: string | undefined
  label: string | undefined
  scope: AddressScope | undefined
  metric: number | undefined
  noPrefixRoute: boolean
  validSeconds: number | undefined
  preferredSeconds: number | undefined
}

function parse(args: Arguments): Parsed {
  const parsed: Parsed = {
    local: undefined,
    peer: undefined,
    broadcast: undefined,
    dev: undefined,
    label: undefined,
    scope: undefined,
    metric: undefined,
    noPrefixRoute: false,
    validSeconds: undefined,
    preferredSeconds: undefined,
  }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'peer' || word === 'remote') parsed.peer = prefix(args.need())
    else if (word === 'brd' || abbreviates(word, 'broadcast')) {
      const value = args.need()
      parsed.broadcast = value === '+' || value === '-' ? value : address(value)
    } else if (word === 'scope') parsed.scope = named(args.need(), scopeNamed, 'invalid scope value.')
    else if (word === 'dev') parsed.dev = args.need()
    else if (word === 'label') parsed.label = args.need()
    else if (word === 'metric' || word === 'priority' || word === 'preference') {
      parsed.metric = integer(args.need(), '"metric" value is invalid\n')
    } else if (abbreviates(word, 'valid_lft')) parsed.validSeconds = lifetimeNamed(args.need(), 'valid_lft')
    else if (abbreviates(word, 'preferred_lft')) parsed.preferredSeconds = lifetimeNamed(args.need(), 'preferred_lft')
    // The kernel has no use for it (IFA_ANYCAST).
    else if (word === 'anycast') address(args.need())
    else if (word === 'proto') args.need()
    else if (word === 'noprefixroute') parsed.noPrefixRoute = true
    else if (word === 'home' || word === 'nodad' || word === 'mngtmpaddr' || word === 'autojoin') continue
    else {
      const local = word === 'local' ? args.need() : word
      if (parsed.local !== undefined) throw garbage('local', local)
      parsed.local = prefix(local)
    }
  }
  return parsed
}

/** Seconds, or undefined for ever. */
function lifetimeNamed(word: string, name: string): number | undefined {
  return word === 'forever' ? undefined : integer(word, `${name} value`)
}

type AddressCall = 'address.add' | 'address.replace' | 'address.delete'

async function modify(ctx: ProcessContext, args: Arguments, kind: AddressCall): Promise<number> {
  const parsed = parse(args)
  if (parsed.dev === undefined) return ctx.fail('Not enough information: "dev" argument is required.')
  const link = device(ctx, parsed.dev)
  if (parsed.validSeconds === 0) return ctx.fail('valid_lft is zero')
  if ((parsed.preferredSeconds ?? Infinity) > (parsed.validSeconds ?? Infinity))
    return ctx.fail('preferred_lft is greater than valid_lft')
  const { local } = parsed
  if (local === undefined) throw new CommandError('RTNETLINK answers: Operation not supported', 2)
  const wildcard = kind === 'address.delete' && !local.hasLength && parsed.peer === undefined
  if (wildcard) await ctx.err(wildcardWarning(args, local, ctx))
  if ((parsed.label?.length ?? 0) > LABEL_MAX_LENGTH)
    throw new CommandError('Error: Attribute failed policy validation.', 2)
  const meant = wildcard ? link.addresses.find((view) => view.address === local.address) : undefined
  const spec = {
    ...specOf(parsed, local, wildcard ? (meant?.prefixLength ?? 32) : undefined, link.ifindex),
    ...(meant === undefined || meant.peer === local.address ? {} : { peer: meant.peer }),
  }
  netlink(ctx, { kind, netns: ctx.netns, spec })
  return 0
}

/** IFNAMSIZ less its end. */
const LABEL_MAX_LENGTH = 15

function wildcardWarning(_args: Arguments, local: PrefixArgument, ctx: ProcessContext): string {
  const text = ctx.args.find((word) => /^\d+(\.\d+){3}$/.test(word)) ?? String(local.address)
  return (
    'Warning: Executing wildcard deletion to stay compatible with old scripts.\n' +
    `         Explicitly specify the prefix length (${text}/32) to avoid this warning.\n` +
    '         This special behaviour is likely to disappear in further releases,\n' +
    '         fix your scripts!\n'
  )
}

function specOf(parsed: Parsed, local: PrefixArgument, length: number | undefined, ifindex: number): AddressSpec {
  const prefixLength = length ?? parsed.peer?.length ?? local.length
  const { broadcast } = parsed
  const brd =
    broadcast === '+'
      ? broadcastOf(local.address, prefixLength)
      : // The oldest broadcasts had their host bits taken away.
        broadcast === '-'
        ? networkOf(local.address, prefixLength)
        : broadcast
  const scope = parsed.scope ?? (isLoopbackIpv4(local.address) ? 'host' : undefined)
  return {
    ifindex,
    address: local.address,
    prefixLength,
    ...(parsed.peer === undefined ? {} : { peer: parsed.peer.address }),
    ...(brd === undefined ? {} : { broadcast: brd }),
    ...(scope === undefined ? {} : { scope }),
    ...(parsed.label === undefined ? {} : { label: parsed.label }),
    ...(parsed.noPrefixRoute ? { noPrefixRoute: true } : {}),
    ...(parsed.metric === undefined ? {} : { metric: parsed.metric }),
    ...(parsed.validSeconds === undefined ? {} : { validSeconds: parsed.validSeconds }),
    ...(parsed.preferredSeconds === undefined ? {} : { preferredSeconds: parsed.preferredSeconds }),
  }
}

interface Filter {
  dev: string | undefined
  up: boolean
  scope: AddressScope | undefined
  to: PrefixArgument | undefined
  label: string | undefined
  kind: string | undefined
  master: number | undefined
  secondary: boolean | undefined
  dynamic: boolean | undefined
  deprecated: boolean
}

function parseFilter(ctx: ProcessContext, args: Arguments): Filter {
  const filter: Filter = {
    dev: undefined,
    up: false,
    scope: undefined,
    to: undefined,
    label: undefined,
    kind: undefined,
    master: undefined,
    secondary: undefined,
    dynamic: undefined,
    deprecated: false,
  }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'up') filter.up = true
    else if (word === 'to') filter.to = prefix(args.need())
    else if (word === 'scope') {
      const value = args.need()
      filter.scope = value === 'all' ? undefined : scopeNamed(value)
      if (filter.scope === undefined && value !== 'all') throw invalid(value, 'invalid "scope"\n')
    } else if (word === 'label') filter.label = args.need()
    else if (word === 'type') filter.kind = args.need()
    else if (word === 'primary') filter.secondary = false
    else if (word === 'secondary' || word === 'temporary') filter.secondary = true
    else if (word === 'permanent' || word === 'dynamic') filter.dynamic = word === 'dynamic'
    else if (word === 'deprecated') filter.deprecated = true
    else if (word === 'master') {
      const name = args.need()
      const master = ctx.read.linkByName(ctx.netns, name)
      if (master === undefined) throw invalid(name, 'Device does not exist\n')
      filter.master = master.device
    } else {
      const name = word === 'dev' ? args.need() : word
      if (filter.dev !== undefined) throw garbage('dev', name)
      filter.dev = name
    }
  }
  return filter
}

function links(ctx: ProcessContext, filter: Filter): LinkView[] {
  const all = ctx.read.links(ctx.netns)
  const only = filter.dev === undefined ? undefined : ctx.read.linkByName(ctx.netns, filter.dev)
  if (filter.dev !== undefined && only === undefined) {
    throw new CommandError(`Device "${filter.dev}" does not exist.`, 1)
  }
  return all.filter(
    (link) =>
      (only === undefined || link.device === only.device) &&
      (!filter.up || link.up) &&
      (filter.kind === undefined || link.details.kind === filter.kind) &&
      (filter.master === undefined || link.master === filter.master),
  )
}

function acceptsAddress(filter: Filter, view: AddressView): boolean {
  if (filter.scope !== undefined && view.scope !== filter.scope) return false
  if (filter.secondary !== undefined && view.secondary !== filter.secondary) return false
  if (filter.dynamic !== undefined && (view.validSeconds !== undefined) !== filter.dynamic) return false
  if (filter.deprecated && view.preferredSeconds !== 0) return false
  if (filter.to !== undefined && !inPrefix(view.address, filter.to.address, filter.to.length)) return false
  if (filter.label === undefined) return true
  return new RegExp(
    `^${filter.label
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(view.label)
}

async function show(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const filter = parseFilter(ctx, args)
  const chosen = links(ctx, filter)
  if (options.family === 'inet6') return options.json ? ctx.out(jsonText([], options.pretty)).then(() => 0) : 0
  const onAddresses =
    filter.scope !== undefined ||
    filter.to !== undefined ||
    filter.label !== undefined ||
    filter.secondary !== undefined ||
    filter.dynamic !== undefined ||
    filter.deprecated
  // A prefix is of a family, and with a family the link layer is left out.
  const withLink = options.family === undefined && filter.to === undefined && filter.label === undefined
  const shown = chosen.flatMap((link) => {
    const addresses = link.addresses.filter((view) => acceptsAddress(filter, view))
    const isBare = link.addresses.length === 0 && withLink
    return addresses.length > 0 || isBare || !(onAddresses || !withLink) ? [{ link, addresses }] : []
  })
  if (options.json) {
    const format = { ...options, withMode: false, withLinkLayer: withLink }
    const objects = shown.map(({ link, addresses }) =>
      options.brief ? briefAddressJson(ctx.read, link, addresses) : addressJson(ctx.read, link, addresses, format),
    )
    await ctx.out(jsonText(objects, options.pretty))
    return 0
  }
  for (const { link, addresses } of shown) {
    const format = { ...options, withLink, withHeader: filter.label === undefined }
    await ctx.out(
      options.brief ? briefAddress(ctx.read, link, addresses) : addressText(ctx.read, link, addresses, format),
    )
  }
  return 0
}

async function flush(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  if (args.isDone) return ctx.fail('Flush requires arguments.')
  const filter = parseFilter(ctx, args)
  let count = 0
  for (const link of links(ctx, filter)) {
    const addresses = link.addresses.filter((view) => acceptsAddress(filter, view))
    count += addresses.length
    // Secondaries first: deleting a primary deletes its secondaries, and those would then be missing.
    for (const view of [...addresses].sort((a, b) => Number(b.secondary) - Number(a.secondary))) {
      const spec: AddressSpec = {
        ifindex: link.ifindex,
        address: view.address,
        prefixLength: view.prefixLength,
        ...(view.peer === view.address ? {} : { peer: view.peer }),
      }
      ctx.call({ kind: 'address.delete', netns: ctx.netns, spec })
    }
  }
  if (options.statistics) await ctx.out(flushReport(count, 'addresses'))
  return 0
}
