/** `bridge fdb` */
import type { FdbSpec } from '../../../kernel/api.ts'
import { type MacAddress, parseMac } from '../../../wire/address.ts'
import { type FdbFormat, fdbLine, type FdbRow, fdbRows, fdbState } from '../../formats/fdb.ts'
import { jsonText } from '../../formats/json.ts'
import { fdbJson } from '../../formats/tables-json.ts'
import type { ProcessContext } from '../../process/context.ts'
import { abbreviates, type Arguments, device, EXIT_USAGE, garbage, integer, unknownCommand } from '../arguments.ts'
import { CommandError, netlink } from '../command-error.ts'
import type { BridgeOptions } from './bridge.ts'

export async function fdbCommand(ctx: ProcessContext, args: Arguments, options: BridgeOptions): Promise<number> {
  const word = args.take()
  if (word === undefined || abbreviates(word, 'show') || abbreviates(word, 'lst') || abbreviates(word, 'list'))
    return show(ctx, args, options)
  if (abbreviates(word, 'add')) return modify(ctx, args, 'add')
  if (abbreviates(word, 'append')) return modify(ctx, args, 'append')
  if (abbreviates(word, 'replace')) return modify(ctx, args, 'replace')
  if (abbreviates(word, 'delete')) return modify(ctx, args, 'delete')
  if (abbreviates(word, 'get')) return get(ctx, args, options)
  if (abbreviates(word, 'flush')) return flush(ctx, args)
  throw unknownCommand(word, 'bridge fdb help')
}

function macOf(word: string): MacAddress {
  const mac = parseMac(word)
  if (mac === undefined) throw new CommandError(`Invalid mac address ${word}`, EXIT_USAGE)
  return mac
}

async function show(ctx: ProcessContext, args: Arguments, options: BridgeOptions): Promise<number> {
  let bridge: number | undefined
  let only: number | undefined
  let vlan: number | undefined
  let dynamic = false
  let state: string | undefined
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'br') {
      const name = args.need()
      bridge = ctx.read.linkByName(ctx.netns, name)?.device
      if (bridge === undefined) throw new CommandError(`Cannot find bridge device "${name}"`, EXIT_USAGE)
    } else if (word === 'brport' || word === 'dev') only = device(ctx, args.need(), EXIT_USAGE).device
    else if (word === 'vlan') vlan = integer(args.need(), 'invalid VLAN ID')
    else if (word === 'state') state = args.need()
    else if (word === 'dynamic') dynamic = true
  }
  const rows = fdbRows(ctx.read, ctx.netns).filter((row) => {
    if (bridge !== undefined && row.link.device !== bridge && row.link.master !== bridge) return false
    if (only !== undefined && row.link.device !== only) return false
    if (vlan !== undefined && (row.entry?.vlan ?? 0) !== vlan) return false
    const word = fdbState(ctx.read, row)
    // Static entries are dynamic to this filter: only NUD_PERMANENT is not (print_fdb).
    if (dynamic && word === 'permanent') return false
    return state === undefined || state === 'all' || word === state || (state === 'reachable' && word === '')
  })
  const format = { hideDevice: only !== undefined, statistics: options.statistics }
  await ctx.out(fdbText(ctx, rows, format, options))
  return 0
}

function fdbText(ctx: ProcessContext, rows: readonly FdbRow[], format: FdbFormat, options: BridgeOptions): string {
  if (!options.json) return rows.map((row) => fdbLine(ctx.read, row, format)).join('')
  return jsonText(
    rows.map((row) => fdbJson(ctx.read, row, format)),
    options.pretty,
  )
}

interface Parsed {
  mac: MacAddress | undefined
  dev: string | undefined
  vlan: number | undefined
  self: boolean
  master: boolean
  sticky: boolean
  externLearn: boolean
  /** As if a frame from there had come (NTF_USE). */
  use: boolean
  state: 'permanent' | 'static' | 'dynamic' | undefined
}

function parse(args: Arguments): Parsed {
  const parsed: Parsed = {
    mac: undefined,
    dev: undefined,
    vlan: undefined,
    self: false,
    master: false,
    sticky: false,
    externLearn: false,
    use: false,
    state: undefined,
  }
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'dev') parsed.dev = args.need()
    else if (word === 'self') parsed.self = true
    else if (abbreviates(word, 'master')) parsed.master = true
    else if (abbreviates(word, 'local') || abbreviates(word, 'permanent')) parsed.state = 'permanent'
    else if (abbreviates(word, 'temp') || abbreviates(word, 'static')) parsed.state = 'static'
    else if (abbreviates(word, 'dynamic')) parsed.state = 'dynamic'
    else if (abbreviates(word, 'sticky')) parsed.sticky = true
    else if (abbreviates(word, 'vlan')) parsed.vlan = integer(args.need(), 'invalid VLAN ID')
    else if (word === 'dst' || word === 'via' || word === 'vni' || word === 'port') {
      throw new CommandError(`bridge fdb: “${word}” is for VXLAN, which is not modelled in vethlab.`, EXIT_USAGE)
    } else if (abbreviates(word, 'extern_learn')) parsed.externLearn = true
    else if (abbreviates(word, 'use')) parsed.use = true
    else if (abbreviates(word, 'router')) continue
    else {
      const to = word === 'to' ? args.need() : word
      if (parsed.mac !== undefined) throw garbage('to', to)
      parsed.mac = macOf(to)
    }
  }
  return parsed
}

async function modify(
  ctx: ProcessContext,
  args: Arguments,
  mode: 'add' | 'append' | 'replace' | 'delete',
): Promise<number> {
  const { mac, dev, vlan, master, self, sticky, externLearn, use, state } = parse(args)
  if (mac === undefined || dev === undefined) return ctx.fail('Device and address are required arguments.', EXIT_USAGE)
  const spec: FdbSpec = {
    ifindex: device(ctx, dev, EXIT_USAGE).ifindex,
    mac,
    target: master && !self ? 'master' : 'self',
    ...(vlan === undefined ? {} : { vlan }),
    ...(use ? { state: 'dynamic' } : state === undefined ? {} : { state }),
    ...(sticky ? { sticky } : {}),
    ...(externLearn ? { externLearn } : {}),
  }
  const { netns } = ctx
  netlink(
    ctx,
    mode === 'delete'
      ? { kind: 'fdb.delete', netns, spec }
      : { kind: 'fdb.add', netns, mode: use ? 'replace' : mode, spec },
    EXIT_USAGE,
  )
  return 0
}

async function get(ctx: ProcessContext, args: Arguments, options: BridgeOptions): Promise<number> {
  let mac: MacAddress | undefined
  let within: number | undefined
  let vlan = 0
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'br' || word === 'dev' || word === 'brport') within = device(ctx, args.need(), EXIT_USAGE).device
    else if (word === 'vlan') vlan = integer(args.need(), 'invalid VLAN ID')
    else if (word === 'self' || word === 'master') continue
    else mac = macOf(word === 'to' ? args.need() : word)
  }
  if (mac === undefined || within === undefined)
    return ctx.fail('Device and address are required arguments.', EXIT_USAGE)
  const isIn = (row: FdbRow): boolean =>
    row.link.device === within || row.link.master === within || row.entry?.bridge === within
  const row = fdbRows(ctx.read, ctx.netns).find(
    (found) => found.mac === mac && found.entry?.vlan === vlan && isIn(found),
  )
  if (row === undefined) throw new CommandError('Error: Fdb entry not found.', 254)
  await ctx.out(fdbText(ctx, [row], options, options))
  return 0
}

async function flush(ctx: ProcessContext, args: Arguments): Promise<number> {
  let dev: string | undefined
  let master = false
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'dev') dev = args.need()
    else if (abbreviates(word, 'master')) master = true
  }
  if (dev === undefined) return ctx.fail('Device is required.', EXIT_USAGE)
  const link = ctx.read.linkByName(ctx.netns, dev)
  if (link === undefined) throw new CommandError(`Cannot find bridge device "${dev}"`, EXIT_USAGE)
  netlink(ctx, { kind: 'fdb.flush', netns: ctx.netns, ifindex: link.ifindex, master }, EXIT_USAGE)
  return 0
}
