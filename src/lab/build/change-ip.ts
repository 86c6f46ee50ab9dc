/** Plans for addresses, routes, rules, neighbours, forwarding entries, port VLANs and sysctls. */
import {
  formatMac,
  formatPrefix,
  inPrefix,
  parseIpv4,
  parseMac,
  parsePrefix,
  type Ipv4Address,
} from '../../wire/address.ts'
import type { RouteView } from '../../contract/read-models.ts'
import { linkOr } from './change-link.ts'
import { bridge, ip, sysctl } from './commands.ts'
import type { Draft } from './draft.ts'
import type { ChangeGesture } from './gesture.ts'
import { EXISTS, refuse, UNSUPPORTED } from './refuse.ts'
import type { Refusal } from './refuse.ts'
import { VLAN_ID_MAX } from './vlan-ids.ts'

type Gesture<K extends ChangeGesture['kind']> = Extract<ChangeGesture, { kind: K }>

export function changeAddress(
  draft: Draft,
  { kind, device, address }: Gesture<'add-address' | 'remove-address'>,
): Refusal | undefined {
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  const prefix = parsePrefix(address.trim())
  if (prefix === undefined) {
    const linux = `Error: any valid prefix is expected rather than "${address}".`
    return refuse('address-invalid', { address }, linux)
  }
  const text = formatPrefix(prefix)
  const isPresent = placed.link.addresses.some(
    (item) => item.address === prefix.address && item.prefixLength === prefix.length,
  )
  const params = { address: text, device: device.name }
  if (kind === 'add-address' && isPresent) return refuse('address-taken', params, EXISTS)
  if (kind === 'remove-address' && !isPresent) {
    return refuse('address-missing', params, 'RTNETLINK answers: Cannot assign requested address')
  }
  draft.run(ip(device.namespace, `addr ${kind === 'add-address' ? 'add' : 'del'} ${text} dev ${device.name}`))
  return undefined
}

/** Words that no shell takes apart. */
const PLAIN_WORDS = /^[A-Za-z0-9_@%+=:,./ -]+$/

/** The words in their plain form, or undefined when a shell would read more into them. */
function plainWords(words: string): string | undefined {
  const text = words.trim().replaceAll(/\s+/g, ' ')
  return PLAIN_WORDS.test(text) ? text : undefined
}

export function changeRoute(draft: Draft, gesture: Gesture<'add-route' | 'remove-route'>): Refusal | undefined {
  const { kind, namespace } = gesture
  const words = plainWords(gesture.words)
  if (words === undefined) return refuse('words-invalid', { words: gesture.words })
  const view = draft.index.namespaces.get(namespace)
  if (view === undefined) return refuse('no-namespace', { namespace })
  if (kind === 'add-route') {
    const refusal = refuseRoute(draft, namespace, words.split(' '), view.routes)
    if (refusal !== undefined) return refusal
  }
  draft.run(ip(namespace, `route ${kind === 'add-route' ? 'add' : 'del'} ${words}`))
  return undefined
}

/** RT_TABLE_MAIN. */
const MAIN_TABLE = 254
const ROUTE_TYPES = [
  'unicast',
  'local',
  'broadcast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
]

function refuseRoute(
  draft: Draft,
  namespace: string,
  words: readonly string[],
  routes: readonly RouteView[],
): Refusal | undefined {
  const rest = ROUTE_TYPES.includes(words[0] ?? '') ? words.slice(1) : words
  const target = rest[0] === 'to' ? rest[1] : rest[0]
  const prefix = target === 'default' ? parsePrefix('0.0.0.0/0') : parsePrefix(target ?? '')
  if (prefix === undefined) {
    const address = target ?? ''
    return refuse('address-invalid', { address }, `Error: any valid prefix is expected rather than "${address}".`)
  }
  if (!inPrefix(prefix.address, prefix.address, prefix.length))
    return refuse('address-invalid', { address: target ?? '' })
  const name = wordAfter(rest, 'dev')
  if (name !== undefined) {
    const device = linkOr(draft, { namespace, name })
    if ('code' in device) return device
  }
  const via = wordAfter(rest, 'via')
  if (via !== undefined) {
    const gateway = parseIpv4(via)
    if (gateway === undefined)
      return refuse('ip-invalid', { ip: via }, `Error: any valid address is expected rather than "${via}".`)
    if (!rest.includes('onlink') && !isReachable(gateway, routes)) {
      return refuse('gateway-unreachable', { ip: via, namespace }, 'Error: Nexthop has invalid gateway.')
    }
  }
  const isPlain = !rest.includes('metric') && !rest.includes('table') && !rest.includes('tos')
  const isTaken = routes.some(
    ({ table, destination, prefixLength, metric, tos }) =>
      table === MAIN_TABLE &&
      metric === 0 &&
      tos === 0 &&
      destination === prefix.address &&
      prefixLength === prefix.length,
  )
  return isPlain && isTaken ? refuse('route-exists', { route: target ?? '', namespace }, EXISTS) : undefined
}

/** Whether a route without a gateway of its own leads to an address (fib_check_nh). */
function isReachable(gateway: Ipv4Address, routes: readonly RouteView[]): boolean {
  return routes.some(
    ({ table, destination, prefixLength, nexthops, type }) =>
      table === MAIN_TABLE &&
      type === 'unicast' &&
      inPrefix(gateway, destination, prefixLength) &&
      nexthops.some((nexthop) => nexthop.gateway === undefined && !nexthop.dead),
  )
}

function wordAfter(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name)
  return at < 0 ? undefined : words[at + 1]
}

export function changeRule(draft: Draft, gesture: Gesture<'add-rule' | 'remove-rule'>): Refusal | undefined {
  const { kind, namespace } = gesture
  const words = plainWords(gesture.words)
  if (words === undefined) return refuse('words-invalid', { words: gesture.words })
  if (!draft.hasNamespace(namespace)) return refuse('no-namespace', { namespace })
  draft.run(ip(namespace, `rule ${kind === 'add-rule' ? 'add' : 'del'} ${words}`))
  return undefined
}

/** `replace`, since the kernel may have learned an entry of its own already. */
export function changeNeighbour(
  draft: Draft,
  { kind, device, ip: address, mac }: Gesture<'add-neighbour' | 'remove-neighbour'>,
): Refusal | undefined {
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  const target = parseIpv4(address.trim())
  if (target === undefined) {
    return refuse('ip-invalid', { ip: address }, `Error: any valid address is expected rather than "${address}".`)
  }
  const where = `${address.trim()} dev ${device.name}`
  if (mac === undefined) {
    draft.run(ip(device.namespace, `neigh ${kind === 'add-neighbour' ? 'add' : 'del'} proxy ${where}`))
    return undefined
  }
  if (kind === 'remove-neighbour') {
    draft.run(ip(device.namespace, `neigh del ${where}`))
    return undefined
  }
  const parsed = parseMac(mac.trim())
  if (parsed === undefined) return refuse('mac-invalid', { value: mac }, `"${mac}" is invalid lladdr.`)
  draft.run(ip(device.namespace, `neigh replace ${address.trim()} lladdr ${formatMac(parsed)} dev ${device.name}`))
  return undefined
}

export function changeFdb(draft: Draft, gesture: Gesture<'add-fdb' | 'remove-fdb'>): Refusal | undefined {
  const { kind, device, mac } = gesture
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  const parsed = parseMac(mac.trim())
  if (parsed === undefined) return refuse('mac-invalid', { value: mac }, `Invalid mac address ${mac}`)
  const words = gesture.words.trim() === '' ? 'master static' : plainWords(gesture.words)
  if (words === undefined) return refuse('words-invalid', { words: gesture.words })
  const isOfBridge = words.split(' ').includes('master')
  if (isOfBridge && placed.link.port === undefined) return refuse('not-a-port', { device: device.name }, UNSUPPORTED)
  const verb = kind === 'add-fdb' ? 'replace' : 'del'
  draft.run(bridge(device.namespace, `fdb ${verb} ${formatMac(parsed)} dev ${device.name} ${words}`))
  return undefined
}

/** The bridge's own membership is its `self`. */
export function changePortVlan(
  draft: Draft,
  gesture: Gesture<'add-port-vlan' | 'remove-port-vlan'>,
): Refusal | undefined {
  const { kind, device } = gesture
  const placed = linkOr(draft, device)
  if ('code' in placed) return placed
  const words = plainWords(gesture.words)
  if (words === undefined) return refuse('words-invalid', { words: gesture.words })
  const isBridge = placed.link.details.kind === 'bridge'
  if (!isBridge && placed.link.port === undefined) return refuse('not-a-port', { device: device.name }, UNSUPPORTED)
  const id = wordAfter(words.split(' '), 'vid') ?? ''
  const ids = id.split('-').map(Number)
  if (ids.length > 2 || !ids.every((vlan) => Number.isInteger(vlan) && vlan >= 1 && vlan <= VLAN_ID_MAX)) {
    return refuse('vlan-id-range', { id }, 'Error: bridge: Vlan id is invalid.')
  }
  const self = isBridge && !words.split(' ').includes('self') ? ' self' : ''
  draft.run(
    bridge(device.namespace, `vlan ${kind === 'add-port-vlan' ? 'add' : 'del'} dev ${device.name} ${words}${self}`),
  )
  return undefined
}

export function setSysctl(draft: Draft, { namespace, key, value }: Gesture<'set-sysctl'>): Refusal | undefined {
  if (!draft.hasNamespace(namespace)) return refuse('no-namespace', { namespace })
  if (!/^[A-Za-z0-9_@%+,./-]+$/.test(key) || !key.includes('.') || /[\n\r]/.test(value)) {
    return refuse('key-invalid', { key })
  }
  draft.run(sysctl(namespace, deviceInSlashes(draft, namespace, key), value.trim()))
  return undefined
}

/** In a key with dots, the dot of an interface such as `eth0.10` is written as a slash, as sysctl(8) has it. */
function deviceInSlashes(draft: Draft, namespace: string, key: string): string {
  const match = /^(net\.ipv4\.(?:conf|neigh)\.)(.+)(\.[^.]+)$/.exec(key)
  const [, start = '', name = '', end = ''] = match ?? []
  return name.includes('.') && draft.deviceNames(namespace).has(name) ? start + name.replaceAll('.', '/') + end : key
}
