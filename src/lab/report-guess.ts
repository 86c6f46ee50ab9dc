/** What nothing in a report tells of its machines' network, though its commands need it: addresses, gateways, the world outside. */
import { isWord } from './plain-commands.ts'
import type { PlainCommand } from './plain-commands.ts'
import { keyOf, networkOf } from './report-lans.ts'
import type { AddressedPlug, Plug } from './report-lans.ts'

export interface GuessSource {
  readonly machines: readonly string[]
  readonly commands: readonly PlainCommand[]
  /** Addresses of machines that are called by name. */
  readonly hosts: readonly string[]
}

export interface Guess {
  readonly plugs: readonly AddressedPlug[]
  /** Default gateways, by `namespace/device`. */
  readonly gateways: ReadonlyMap<string, string>
  /** Addresses that are called or routed through, and that nothing in the report has. */
  readonly targets: readonly string[]
  /** Whether the addresses are free inventions, and not what two machines say of each other. */
  readonly isFree: boolean
}

/** Completes the interfaces of `rest`, whose addresses nothing tells; those of `told` are known. */
export function guessUplinks(source: GuessSource, told: readonly AddressedPlug[], rest: readonly Plug[]): Guess {
  const others = swapped(source, rest)
  const isFree = others.length === 0
  const next = isFree ? guessed(source, rest) : others
  const near = [...told, ...next]
  const targets = targetsOf(source, near)
  const outside = targets.filter((address) => !near.some((plug) => isInside(address, plug.address)))
  const world = outside.some(isPublic) && near.length === 0 ? worldUplinks(source, rest) : []
  const plugs = [...next, ...world]
  return { plugs, gateways: gatewaysOf(source, [...told, ...plugs], outside.some(isPublic)), targets, isFree }
}

/** The addresses that a machine routes through over an interface. */
function nextHops(commands: readonly PlainCommand[], { namespace, device }: Plug): readonly string[] {
  return commands
    .filter((command) => command.namespace === namespace && command.argv.includes(device))
    .flatMap(({ argv }) => argv[argv.indexOf('via') + 1] ?? [])
    .filter((word) => ADDRESS.test(word))
}

const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/

/** Two machines that route through each other say each other's address. */
function swapped({ commands }: GuessSource, rest: readonly Plug[]): readonly AddressedPlug[] {
  const ways = rest.flatMap((plug) =>
    nextHops(commands, plug)
      .slice(0, 1)
      .map((via) => ({ plug, via })),
  )
  const [a, b] = ways
  if (a === undefined || b === undefined || ways.length > 2 || a.plug.namespace === b.plug.namespace) return []
  if (a.via === b.via || networkOf(`${a.via}/24`) !== networkOf(`${b.via}/24`)) return []
  return [
    { ...a.plug, address: `${b.via}/24` },
    { ...b.plug, address: `${a.via}/24` },
  ]
}

/** Host part of the first machine whose address nobody tells. */
const FIRST_HOST = 100

/** A machine that routes through a neighbour has an address of the neighbour's network: which one matters to nobody. */
function guessed(source: GuessSource, rest: readonly Plug[]): readonly AddressedPlug[] {
  return rest.flatMap((plug, at) => {
    const via = nextHops(source.commands, plug)[0]
    if (via === undefined || hasAddress(source, plug)) return []
    return [{ ...plug, address: `${via.slice(0, via.lastIndexOf('.'))}.${FIRST_HOST + at}/24` }]
  })
}

function hasAddress({ commands }: GuessSource, plug: Plug): boolean {
  return commands.some(
    ({ namespace, argv }) =>
      namespace === plug.namespace && argv.includes(plug.device) && (isAddressAdd(argv) || argv[0] === 'ifconfig'),
  )
}

/** A network of examples (RFC 5737) stands for the way to the Internet. */
const WORLD = '192.0.2'

/** Where a public address is called and no interface leads anywhere, the machine's NIC leads outside. */
function worldUplinks(source: GuessSource, rest: readonly Plug[]): readonly AddressedPlug[] {
  const [only] = source.machines
  const free = rest.filter((plug) => !hasAddress(source, plug))
  const isAlone = source.machines.length === 1 && only !== undefined && rest.length === 0
  const plugs =
    isAlone && !source.commands.some(({ argv }) => argv.includes('eth0')) ? [{ namespace: only, device: 'eth0' }] : free
  return plugs.map((plug, at) => ({ ...plug, address: `${WORLD}.${FIRST_HOST + at}/24` }))
}

/** Default gateways: what the machine's own commands route through, or (`isNeeded`) the network's first address. */
function gatewaysOf(
  { commands }: GuessSource,
  plugs: readonly AddressedPlug[],
  isNeeded: boolean,
): ReadonlyMap<string, string> {
  const gateways = new Map<string, string>()
  for (const plug of plugs) {
    const own = commands
      .filter((command) => isDefaultRoute(command, plug.namespace))
      .flatMap(({ argv }) => argv[(argv.includes('via') ? argv.indexOf('via') : argv.indexOf('gw')) + 1] ?? [])
      .find((address) => ADDRESS.test(address) && isInside(address, plug.address))
    const [address = '', length = ''] = plug.address.split('/')
    const base = networkOf(plug.address).split('/', 1)[0] ?? ''
    const first = [1, 2]
      .map((host) => `${base.slice(0, base.lastIndexOf('.'))}.${Number(base.slice(base.lastIndexOf('.') + 1)) + host}`)
      .find((host) => host !== address)
    const gateway = own ?? (isNeeded && Number(length) < 31 ? first : undefined)
    if (gateway !== undefined) gateways.set(keyOf(plug), gateway)
  }
  return gateways
}

/** Whether a command sets the default route of a namespace. */
export function isDefaultRoute({ namespace, argv }: PlainCommand, inside: string): boolean {
  const isRoute = argv[0] === 'route' || (argv[0] === 'ip' && isWord(argv[1], 'route', 1))
  return namespace === inside && isRoute && argv.includes('default') && !argv.includes('del')
}

export function isAddressAdd(argv: readonly string[]): boolean {
  return argv[0] === 'ip' && isWord(argv[1], 'address', 1) && isWord(argv[2], 'add', 1)
}

function isInside(address: string, network: string): boolean {
  return networkOf(`${address}/${network.split('/')[1] ?? '32'}`) === networkOf(network)
}

function isPublic(address: string): boolean {
  return !/^(?:0|10|127|169\.254|172\.(?:1[6-9]|2\d|3[01])|192\.168|2[2-5]\d)\./.test(address)
}

/** Addresses that are pinged or routed through and that nothing in the report has. */
function targetsOf({ commands, hosts }: GuessSource, uplinks: readonly AddressedPlug[]): readonly string[] {
  const added = commands.flatMap(({ argv }) =>
    isAddressAdd(argv) || argv[0] === 'ifconfig'
      ? argv.filter((word) => /^\d+\.\d+\.\d+\.\d+(?:\/\d+)?$/.test(word))
      : [],
  )
  const known = new Set([...added, ...uplinks.map(({ address }) => address)].map((address) => address.split('/', 1)[0]))
  const networks = added.filter(
    (address) => address.includes('/') && !uplinks.some((uplink) => networkOf(uplink.address) === networkOf(address)),
  )
  const called = commands.flatMap(({ argv }) =>
    /^(?:ping|traceroute|nc)$/.test(argv[0] ?? '') ? argv.filter((word) => ADDRESS.test(word)) : [],
  )
  const hops = uplinks.flatMap((plug) => nextHops(commands, plug))
  return [...new Set([...called, ...hosts, ...hops])].filter(
    (address) => !known.has(address) && !networks.some((network) => isInside(address, network)),
  )
}
