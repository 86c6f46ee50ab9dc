// A small world for the tests of addresses and routes: one machine with cables to nowhere in particular, told what to do in the words of
// `ip`, and its tables in those words too.
import type { Check } from '../../contract/decisions.ts'
import type { RouteType } from '../../contract/read-models.ts'
import { formatIpv4, IPV4_ANY, ipv4, parsePrefix, type Ipv4Address } from '../../wire/address.ts'
import { bootWorld } from '../boot.ts'
import { isRefusal } from '../link/link-kind.ts'
import type { NetDevice } from '../netdev/net-device.ts'
import type { Netns } from '../netns.ts'
import { createNetns } from '../netns-calls.ts'
import { sysctlWrite } from '../sysctl/table.ts'
import type { AddressSpec, KernelError, NexthopSpec, RouteSpec, RuleSpec } from '../system-call.ts'
import { deviceById, deviceByName, type World } from '../world.ts'
import { addAddress, deleteAddress } from './devinet.ts'
import { fibRouteAdd, fibRouteDelete } from './fib-frontend.ts'
import { fibRuleAdd, fibRuleDelete } from './fib-rules.ts'
import { type InsertMode, TABLE_LOCAL, TABLE_MAIN } from './fib-table.ts'
import { describeRoute, describeRule } from './route-text.ts'
import { routeViews } from './route-views.ts'
import type { OutputRoute } from './route.ts'
import { addLink, devOpen, setLink } from '../netdev/settled-test-lab.ts'

export interface RouteLab {
  readonly world: World
  readonly netns: Netns
  /** The far ends of the cables. */
  readonly far: Netns
}

/** A machine with loopback up and Ethernet cables of these names, up at both ends. */
export function createRouteLab(...names: string[]): RouteLab {
  const world = bootWorld('routes')
  const lab: RouteLab = { world, netns: createNetns(world, 'a'), far: createNetns(world, 'far') }
  devOpen(world, deviceById(world, lab.netns.loopback))
  for (const name of names) {
    const device = addLink(world, lab.netns, {
      name,
      data: { kind: 'veth', peer: { name: `far-${name}`, netns: lab.far.id } },
    })
    if (isRefusal(device)) throw new Error(device.errno)
    devOpen(world, device)
    devOpen(world, deviceById(world, device.linkDevice))
  }
  return lab
}

/** A device of the machine. */
export function dev(lab: RouteLab, name: string): NetDevice {
  const device = deviceByName(lab.world, lab.netns, name)
  if (device === undefined) throw new Error(`no ${name}`)
  return device
}

/** The far end of a cable. */
export function farEnd(lab: RouteLab, name: string): NetDevice {
  return deviceById(lab.world, dev(lab, name).linkDevice)
}

/** Words after each other as key and value; flags stand alone. */
function options(words: readonly string[], flags: readonly string[]): Map<string, string> {
  const found = new Map<string, string>()
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (flags.includes(word)) found.set(word, '')
    else found.set(word, words[++at] ?? '')
  }
  return found
}

function prefix(text: string): { address: Ipv4Address; length: number } {
  if (text === 'default' || text === 'all') return { address: IPV4_ANY, length: 0 }
  const parsed = parsePrefix(text)
  if (parsed === undefined) throw new Error(`no prefix: ${text}`)
  return { address: parsed.address, length: parsed.length }
}

function ifindex(lab: RouteLab, name: string | undefined): number | undefined {
  return name === undefined ? undefined : dev(lab, name).ifindex
}

function addressSpec(lab: RouteLab, [address, ...rest]: readonly string[]): AddressSpec {
  const given = options(rest, ['noprefixroute'])
  const peer = given.get('peer')
  const own = prefix(address ?? '')
  const network = peer === undefined ? own : prefix(peer)
  const brd = given.get('brd')
  const scope = given.get('scope')
  return {
    ifindex: ifindex(lab, given.get('dev')) ?? 0,
    address: own.address,
    prefixLength: network.length,
    ...(peer === undefined ? {} : { peer: network.address }),
    ...(brd === undefined ? {} : { broadcast: ipv4(brd) }),
    ...(scope === 'link' || scope === 'host' || scope === 'global' ? { scope } : {}),
    ...(given.has('noprefixroute') ? { noPrefixRoute: true } : {}),
    ...(given.has('metric') ? { metric: Number(given.get('metric')) } : {}),
  }
}

const ROUTE_TYPES: readonly string[] = [
  'unicast',
  'local',
  'broadcast',
  'unreachable',
  'prohibit',
  'blackhole',
  'throw',
] satisfies RouteType[]

function nexthop(lab: RouteLab, given: Map<string, string>): NexthopSpec {
  const via = given.get('via')
  const index = ifindex(lab, given.get('dev'))
  return {
    ...(via === undefined ? {} : { gateway: ipv4(via) }),
    ...(index === undefined ? {} : { ifindex: index }),
    ...(given.has('onlink') ? { onlink: true } : {}),
    ...(given.has('weight') ? { weight: Number(given.get('weight')) } : {}),
  }
}

/** Reads `[TYPE] PREFIX [via …] [dev …] … [nexthop …]…`. */
function routeSpec(lab: RouteLab, words: readonly string[]): RouteSpec {
  const typed = ROUTE_TYPES.includes(words[0] ?? '')
  const type = (typed ? words[0] : 'unicast') as RouteType
  const [target, ...rest] = typed ? words.slice(1) : words
  const parts: string[][] = [[]]
  for (const word of rest) {
    if (word === 'nexthop') parts.push([])
    else parts.at(-1)?.push(word)
  }
  const given = options(parts[0] ?? [], ['onlink'])
  const { address, length } = prefix(target ?? '')
  const single = nexthop(lab, given)
  const several = parts.slice(1).map((part) => nexthop(lab, options(part, ['onlink'])))
  const source = given.get('src')
  const scope = given.get('scope')
  const protocol = given.get('proto')
  const table = given.get('table') ?? (type === 'local' || type === 'broadcast' ? 'local' : 'main')
  return {
    table: table === 'main' ? TABLE_MAIN : table === 'local' ? TABLE_LOCAL : Number(table),
    destination: address,
    prefixLength: length,
    type,
    nexthops: several.length > 0 ? several : Object.keys(single).length > 0 ? [single] : [],
    ...(source === undefined ? {} : { source: ipv4(source) }),
    ...(scope === 'link' || scope === 'host' || scope === 'global' ? { scope } : {}),
    ...(protocol === undefined ? {} : { protocol }),
    ...(given.has('metric') ? { metric: Number(given.get('metric')) } : {}),
    ...(given.has('mtu') ? { mtuBytes: Number(given.get('mtu')) } : {}),
    ...(given.has('tos') ? { tos: Number(given.get('tos')) } : {}),
  }
}

function ruleSpec(words: readonly string[]): RuleSpec {
  const given = options(words, ['unreachable', 'prohibit', 'blackhole', 'not'])
  const refusal = (['unreachable', 'prohibit', 'blackhole'] as const).find((kind) => given.has(kind))
  const table = given.get('table')
  const from = given.get('from')
  const to = given.get('to')
  const iif = given.get('iif')
  const oif = given.get('oif')
  return {
    ...(given.has('pref') ? { priority: Number(given.get('pref')) } : {}),
    ...(from === undefined ? {} : { from: prefix(from) }),
    ...(to === undefined ? {} : { to: prefix(to) }),
    ...(iif === undefined ? {} : { iif }),
    ...(oif === undefined ? {} : { oif }),
    ...(given.has('fwmark') ? { fwmark: Number(given.get('fwmark')) } : {}),
    ...(given.has('tos') ? { tos: Number(given.get('tos')) } : {}),
    ...(given.has('not') ? { not: true } : {}),
    ...(refusal !== undefined ? { action: { kind: refusal } } : {}),
    ...(table === undefined
      ? {}
      : { action: { kind: 'lookup', table: table === 'main' ? TABLE_MAIN : Number(table) } }),
  }
}

/** Carries out one command of `ip`; returns the refusal as `errno` or `errno: sentence`, or `ok`. */
export function ip(lab: RouteLab, command: string): string {
  const [object, verb, ...words] = command.split(' ')
  const { world, netns } = lab
  let refused: KernelError | undefined
  if (object === 'addr') {
    const spec = addressSpec(lab, words)
    refused =
      verb === 'del'
        ? deleteAddress(world, netns, spec)
        : addAddress(world, netns, spec, { replace: verb === 'replace' })
  } else if (object === 'route') {
    const spec = routeSpec(lab, words)
    refused = verb === 'del' ? fibRouteDelete(world, netns, spec) : fibRouteAdd(world, netns, verb as InsertMode, spec)
  } else if (object === 'rule') {
    refused = verb === 'del' ? fibRuleDelete(world, netns, ruleSpec(words)) : fibRuleAdd(world, netns, ruleSpec(words))
  } else if (object === 'link') {
    const [name, state] = words
    refused = setLink(world, dev(lab, name ?? ''), { up: state === 'up' })
  } else throw new Error(`no such command: ${command}`)
  if (refused === undefined) return 'ok'
  return refused.message === undefined ? refused.errno : `${refused.errno}: ${refused.message}`
}

/** Carries out commands that must succeed. */
export function setup(lab: RouteLab, ...commands: string[]): void {
  for (const command of commands) {
    const result = ip(lab, command)
    if (result !== 'ok') throw new Error(`${command}: ${result}`)
  }
}

/** `sysctl -w key=value`, which must succeed. */
export function sysctl(lab: RouteLab, setting: string): void {
  const [key, value] = setting.split('=')
  const refused = sysctlWrite(lab.world, lab.netns, key ?? '', value ?? '')
  if (refused !== undefined) throw new Error(`${setting}: ${refused.errno}`)
}

/** A table in the order in which `ip route` prints it. */
export function routes(lab: RouteLab, table: number = TABLE_MAIN): string[] {
  const { world, netns } = lab
  return routeViews(world, netns, table).map((view) =>
    describeRoute(world, { ...view, prefSource: view.source, lastDefault: -1 } as never),
  )
}

/** What the local table says of the device's own addresses, without loopback's. */
export function localRoutes(lab: RouteLab): string[] {
  return routes(lab, TABLE_LOCAL).filter((line) => !line.includes('dev lo '))
}

export function rules(lab: RouteLab): string[] {
  return lab.netns.fibRules.map(describeRule)
}

/** The addresses of a device in the kernel's order, as `10.0.0.1/24 secondary`. */
export function addresses(lab: RouteLab, name: string): string[] {
  return dev(lab, name).ipv4.addresses.map((ifa) => {
    const peer = ifa.address === ifa.local ? '' : ` peer ${formatIpv4(ifa.address)}`
    return `${formatIpv4(ifa.local)}${peer}/${ifa.prefixLength}${ifa.scope === 'global' ? '' : ` scope ${ifa.scope}`}${ifa.secondary ? ' secondary' : ''}`
  })
}

/** A way out as `via X dev Y src Z`, or the error. */
export function describeOutput(lab: RouteLab, result: OutputRoute): string {
  if (!result.ok) return result.errno
  const { type, device, nexthop: next, viaGateway, source } = result.route
  const words = type === 'unicast' ? [] : [type as string]
  if (viaGateway) words.push(`via ${formatIpv4(next)}`)
  words.push(`dev ${deviceById(lab.world, device).name}`)
  if (source !== IPV4_ANY) words.push(`src ${formatIpv4(source)}`)
  return words.join(' ')
}

/** Asks something with the explain sink on and again without; the answers must agree. */
export function inBothModes<T>(lab: RouteLab, ask: () => T): T {
  let answer: T | undefined
  explained(lab, () => {
    answer = ask()
  })
  const plain = ask()
  if (JSON.stringify(answer) !== JSON.stringify(plain)) {
    throw new Error(`explaining changed the answer: ${JSON.stringify(answer)} or ${JSON.stringify(plain)}`)
  }
  return plain
}

/** Runs something with the explain sink on; returns its rungs as `id ok value | source`. */
export function explained(lab: RouteLab, run: () => unknown): string[] {
  const checks: Check[] = []
  lab.world.out.explain = { check: (record) => checks.push(record), conclude: () => undefined, begin: () => undefined }
  run()
  lab.world.out.explain = undefined
  return checks.map(
    ({ id, ok, value, source }) =>
      `${id} ${ok ? 'yes' : 'no'}${value === undefined ? '' : ` ${value}`}${source === undefined ? '' : ` | ${source}`}`,
  )
}
