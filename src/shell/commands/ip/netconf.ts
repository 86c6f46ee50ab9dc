/** `ip netconf` and `ip ntable`: settings of interfaces and of the neighbour table, which are sysctls under other names. */
import type { ProcessContext } from '../../process/context.ts'
import { abbreviates, type Arguments, device, unknownCommand } from '../arguments.ts'
import type { IpOptions } from './ip.ts'

const isShow = (word: string | undefined): boolean =>
  word === undefined || ['show', 'list', 'lst'].some((verb) => abbreviates(word, verb))

/** Interfaces as `show [dev NAME]` chooses them, as the parts of a sysctl's key. */
function chosen(ctx: ProcessContext, args: Arguments, others: readonly string[]): readonly string[] {
  let only: string | undefined
  for (let word = args.take(); word !== undefined; word = args.take()) {
    if (word === 'dev') only = device(ctx, args.need()).name
    else if (word === 'name') args.need()
  }
  return only === undefined ? [...ctx.read.links(ctx.netns).map(({ name }) => name), ...others] : [only]
}

const keyPart = (name: string): string => name.replaceAll('.', '/')

export async function netconfCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const word = args.take()
  if (!isShow(word)) throw unknownCommand(word ?? '', 'ip netconf help')
  if (options.family === 'inet6') return 0
  const RP_FILTER = ['off', 'strict', 'loose']
  for (const name of chosen(ctx, args, ['all', 'default'])) {
    const value = (key: string): number =>
      Number(ctx.read.sysctl(ctx.netns, `net.ipv4.conf.${keyPart(name)}.${key}`) ?? 0)
    const flag = (key: string): string => (value(key) === 0 ? 'off' : 'on')
    await ctx.out(
      `inet ${name} forwarding ${flag('forwarding')} rp_filter ${RP_FILTER[value('rp_filter')] ?? 'off'} ` +
        `mc_forwarding ${flag('mc_forwarding')} proxy_neigh ${flag('proxy_arp')} ` +
        `ignore_routes_with_linkdown ${flag('ignore_routes_with_linkdown')} \n`,
    )
  }
  return 0
}

/** What the table gives to new devices; its files are there in the machine's first namespace only (arp_tbl). */
const TABLE_DEFAULTS: Readonly<Record<string, string>> = {
  anycast_delay: '100',
  app_solicit: '0',
  base_reachable_time_ms: '30000',
  delay_first_probe_time: '5',
  gc_stale_time: '60',
  locktime: '100',
  mcast_solicit: '3',
  proxy_delay: '80',
  proxy_qlen: '64',
  retrans_time_ms: '1000',
  ucast_solicit: '3',
  unres_qlen: '101',
}

/** The settings that `change` knows: the file of each, and how many of the word's units one of the file's has. */
const TABLE_WORDS: Readonly<Record<string, readonly [key: string, unit: number]>> = {
  base_reachable: ['base_reachable_time_ms', 1],
  retrans: ['retrans_time_ms', 1],
  gc_stale: ['gc_stale_time', 1000],
  delay_probe: ['delay_first_probe_time', 1000],
  queue: ['unres_qlen', 1],
  app_probes: ['app_solicit', 1],
  ucast_probes: ['ucast_solicit', 1],
  mcast_probes: ['mcast_solicit', 1],
  anycast_delay: ['anycast_delay', 10],
  proxy_delay: ['proxy_delay', 10],
  proxy_queue: ['proxy_qlen', 1],
  locktime: ['locktime', 10],
}

/** `ip ntable change name arp_cache dev DEV retrans 500 …`. */
async function changeTable(ctx: ProcessContext, args: Arguments): Promise<number> {
  let name: string | undefined
  const values: (readonly [key: string, value: string])[] = []
  for (let word = args.take(); word !== undefined; word = args.take()) {
    const setting = TABLE_WORDS[word]
    const value = args.need()
    if (word === 'dev') name = device(ctx, value).name
    else if (setting !== undefined) values.push([setting[0], String(Math.floor(Number(value) / setting[1]))])
    else if (word !== 'name') throw unknownCommand(word, 'ip ntable help')
  }
  if (name === undefined)
    return ctx.fail('ip ntable change: the whole table is not modelled in vethlab. Name an interface with dev.')
  for (const [key, value] of values) {
    const result = ctx.call({
      kind: 'sysctl.write',
      netns: ctx.netns,
      key: `net.ipv4.neigh.${keyPart(name)}.${key}`,
      value,
    })
    if (!result.ok) return ctx.fail('RTNETLINK answers: Invalid argument', 2)
  }
  return 0
}

export async function ntableCommand(ctx: ProcessContext, args: Arguments, options: IpOptions): Promise<number> {
  const word = args.take()
  if (word !== undefined && abbreviates(word, 'change')) return changeTable(ctx, args)
  if (!isShow(word)) throw unknownCommand(word ?? '', 'ip ntable help')
  if (options.family === 'inet6') return 0
  const hasDevice = args.rest.includes('dev')
  const names = chosen(ctx, args, [])
  // The device that came last stands first.
  for (const name of hasDevice ? names : ['default', ...[...names].reverse()]) {
    const value = (key: string): string =>
      ctx.read.sysctl(ctx.netns, `net.ipv4.neigh.${keyPart(name)}.${key}`) ?? TABLE_DEFAULTS[key] ?? '0'
    const ticks = (key: string): number => Number(value(key)) * 10
    const head = name === 'default' ? 'thresh1 128 thresh2 512 thresh3 1024 gc_int 30000 ' : `dev ${name} `
    await ctx.out(
      `inet arp_cache \n    ${head}\n` +
        `    refcnt 1 reachable ${value('base_reachable_time_ms')} base_reachable ${value('base_reachable_time_ms')} ` +
        `retrans ${value('retrans_time_ms')} \n` +
        `    gc_stale ${Number(value('gc_stale_time')) * 1000} delay_probe ${Number(value('delay_first_probe_time')) * 1000} ` +
        `queue ${value('unres_qlen')} \n` +
        `    app_probes ${value('app_solicit')} ucast_probes ${value('ucast_solicit')} mcast_probes ${value('mcast_solicit')} \n` +
        `    anycast_delay ${ticks('anycast_delay')} proxy_delay ${ticks('proxy_delay')} proxy_queue ${value('proxy_qlen')} ` +
        `locktime ${ticks('locktime')} \n\n`,
    )
  }
  return 0
}
