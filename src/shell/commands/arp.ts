/** `arp` of net-tools. */
import type { NeighView } from '../../contract/read-models.ts'
import type { NeighSpec } from '../../kernel/api.ts'
import { formatIpv4, type Ipv4Address, isValidDeviceMac, parseMac } from '../../wire/address.ts'
import { ARP_HEADER, arpBsdLine, arpEntries, arpLine } from '../formats/neigh.ts'
import type { ProcessContext } from '../process/context.ts'
import { command } from './command-error.ts'
import { strerror } from '../../contract/errno.ts'
import { getopt } from './getopt.ts'
import { lookUpHost, nameOfHost } from './hosts.ts'

const USAGE =
  'Usage:\n  arp [-vn] [-i <if>] [-a] [<hostname>]             <-Display ARP cache\n' +
  '  arp [-v] [-i <if>] -d <host> [pub]                <-Delete ARP entry\n' +
  '  arp [-v] [-i <if>] -s <host> <hwaddr> [temp]      <-Add entry\n' +
  '  arp [-v] [-i <if>] -Ds <host> <if> pub            <-Add a proxy entry'

const LONG = { verbose: 'v', numeric: 'n', device: 'i', set: 's', delete: 'd', 'use-device': 'D', file: 'f' }

/** The status of `exit(-1)`. */
const FAILED = 255

interface ArpOptions {
  readonly numeric: boolean
  readonly verbose: boolean
  readonly bsd: boolean
  readonly device: string | undefined
}

export const arp = command('arp', 'show and change neighbours (net-tools)', async (ctx) => {
  const { options, operands, problem } = getopt(ctx.args, 'aenvsdDi:fH:t:A:p:V', LONG)
  if (problem !== undefined) return ctx.fail(`arp: ${problem}\n${USAGE}`, 3)
  const letters = options.map(([letter]) => letter)
  const device = options.find(([letter]) => letter === 'i')?.[1]
  const chosen = { numeric: letters.includes('n'), verbose: letters.includes('v'), bsd: letters.includes('a'), device }
  if (letters.includes('s')) return set(ctx, chosen, operands, letters.includes('D'))
  if (letters.includes('d')) return remove(ctx, chosen, operands)
  return show(ctx, chosen, operands[0])
})

async function noHost(ctx: ProcessContext, name: string): Promise<number> {
  return ctx.fail(`${name}: Host name lookup failure`, FAILED)
}

async function show(ctx: ProcessContext, options: ArpOptions, host: string | undefined): Promise<number> {
  const address = host === undefined ? undefined : lookUpHost(ctx, host)
  if (host !== undefined && address === undefined) return noHost(ctx, host)
  const all = arpEntries(ctx.read.neighbours(ctx.netns))
  const shown = all.filter((entry) => {
    if (address !== undefined && entry.ip !== address) return false
    return options.device === undefined || ctx.read.device(entry.device)?.name === options.device
  })
  const name = (entry: NeighView): string | undefined => (options.numeric ? undefined : nameOfHost(ctx, entry.ip))
  if (options.bsd) await ctx.out(shown.map((entry) => arpBsdLine(ctx.read, entry, name(entry))).join(''))
  else if (shown.length > 0) {
    await ctx.out(
      ARP_HEADER + shown.map((entry) => arpLine(ctx.read, entry, name(entry) ?? formatIpv4(entry.ip))).join(''),
    )
  }
  if (options.verbose)
    await ctx.out(`Entries: ${all.length}\tSkipped: ${all.length - shown.length}\tFound: ${shown.length}\n`)
  if (shown.length > 0) return 0
  if (address !== undefined) await ctx.out(`${host ?? ''} (${formatIpv4(address)}) -- no entry\n`)
  else if (all.length > 0) await ctx.out(`arp: in ${all.length} entries no match found.\n`)
  return 0
}

/** The device that an address is reached by directly, as SIOCSARP finds it. */
function deviceFor(ctx: ProcessContext, options: ArpOptions, address: Ipv4Address): number | undefined {
  if (options.device !== undefined) return ctx.read.linkByName(ctx.netns, options.device)?.ifindex
  const answer = ctx.read.routeGet(ctx.netns, { destination: address })
  if (!answer.ok || answer.value.nexthop === undefined) return undefined
  return ctx.read.device(answer.value.nexthop.device)?.ifindex
}

async function set(
  ctx: ProcessContext,
  options: ArpOptions,
  operands: readonly string[],
  useDevice: boolean,
): Promise<number> {
  const [host, hardware, ...rest] = operands
  if (host === undefined) return ctx.fail('arp: need host name', FAILED)
  const ip = lookUpHost(ctx, host)
  if (ip === undefined) return noHost(ctx, host)
  if (hardware === undefined) return ctx.fail('arp: need hardware address', FAILED)
  const isProxy = rest.includes('pub')
  const source = useDevice ? ctx.read.linkByName(ctx.netns, hardware) : undefined
  const mac = useDevice ? source?.mac : parseMac(hardware)
  if (mac === undefined) {
    return ctx.fail(
      useDevice ? `arp: cant get HW-Address for '${hardware}': No such device.` : 'arp: invalid hardware address',
      FAILED,
    )
  }
  // Who answers for somebody else without being named is found by the hardware address (arp_req_set_public).
  const isByMac = isProxy && options.device === undefined
  const ifindex = isByMac
    ? ctx.read.links(ctx.netns).find((link) => link.mac === mac)?.ifindex
    : deviceFor(ctx, options, ip)
  if (ifindex === undefined) {
    const errno = options.device === undefined && !isProxy ? 'ENETUNREACH' : 'ENODEV'
    return ctx.fail(`SIOCSARP: ${strerror(errno)}`, FAILED)
  }
  if (!isProxy && !isValidDeviceMac(mac)) return ctx.fail(`SIOCSARP: ${strerror('EINVAL')}`, FAILED)
  const spec: NeighSpec = isProxy
    ? { ifindex, ip, proxy: true }
    : { ifindex, ip, mac, state: rest.includes('temp') ? 'STALE' : 'PERMANENT' }
  const result = ctx.call({ kind: 'neigh.add', netns: ctx.netns, mode: 'replace', spec })
  return result.ok ? 0 : ctx.fail(`SIOCSARP: ${strerror(result.error.errno)}`, FAILED)
}

async function remove(ctx: ProcessContext, options: ArpOptions, operands: readonly string[]): Promise<number> {
  const [host, ...rest] = operands
  if (host === undefined) return ctx.fail('arp: need host name', FAILED)
  const ip = lookUpHost(ctx, host)
  if (ip === undefined) return noHost(ctx, host)
  const isProxy = rest.includes('pub')
  const entry = ctx.read.neighbours(ctx.netns).find((view) => {
    if (view.ip !== ip || view.proxy !== isProxy) return false
    return options.device === undefined || ctx.read.device(view.device)?.name === options.device
  })
  const ifindex = entry === undefined ? undefined : ctx.read.device(entry.device)?.ifindex
  if (ifindex === undefined) return ctx.fail(`No ARP entry for ${host}`, FAILED)
  const spec: NeighSpec = { ifindex, ip, ...(isProxy ? { proxy: true } : {}) }
  const result = ctx.call({ kind: 'neigh.delete', netns: ctx.netns, spec })
  return result.ok ? 0 : ctx.fail(`SIOCDARP(dontpub): ${strerror(result.error.errno)}`, FAILED)
}
