/**
 * The interfaces that a report uses and never makes: its machines had their NICs, their LAN and its gateway before the
 * first command. What commands printed (`ip addr`, `ip route`) tells addresses and gateways; from these a LAN can be
 * made. Where nothing tells an address, the interface is plugged into a switch without one: those of one name, on several
 * machines, into the same.
 */
import type { ReportStep } from './report-lab.ts'
import type { Report } from './report.ts'
import { BENCH, isWord } from './plain-commands.ts'
import type { PlainCommand } from './plain-commands.ts'

/** An interface that was there before the report began. */
export interface Uplink {
  readonly namespace: string
  readonly device: string
  /** With its prefix length; undefined where nothing tells it. */
  readonly address: string | undefined
}

/** One whose address is told. */
type KnownUplink = Uplink & { readonly address: string }

export interface Uplinks {
  /** Commands that make them, for the beginning of the lab. */
  readonly commands: readonly string[]
  readonly made: readonly Uplink[]
}

interface UplinkSource {
  readonly report: Report
  readonly steps: readonly ReportStep[]
  /** The machines that the report itself brings: only theirs can lack interfaces. */
  readonly machines: readonly string[]
  readonly commands: readonly PlainCommand[]
  /** Gateways that something else than a table names, by `namespace/device`, with their prefix length. */
  readonly gateways: ReadonlyMap<string, string>
}

/** Finds and makes them. */
export function uplinksOf(source: UplinkSource): Uplinks {
  const facts = readFacts(source)
  const used = usedDevices(source, [...facts.addresses.keys()])
  const told = used.flatMap(({ namespace, device }): KnownUplink[] => {
    const address = facts.addresses.get(`${namespace}/${device}`)
    return address === undefined ? [] : [{ namespace, device, address }]
  })
  const rest = used.filter(({ namespace, device }) => !facts.addresses.has(`${namespace}/${device}`))
  const known = [...told, ...swapped(source, rest)]
  const bare = rest
    .filter((item) => !known.some((uplink) => uplink.namespace === item.namespace && uplink.device === item.device))
    .map((item): Uplink => ({ ...item, address: undefined }))
  return { commands: buildLans(source, { known, bare }, facts), made: [...known, ...bare] }
}

interface Facts {
  /** By `namespace/device`. */
  readonly addresses: ReadonlyMap<string, string>
  /** Default gateways, by `namespace/device`. */
  readonly gateways: ReadonlyMap<string, string>
}

const INET = /^\s*inet (\d+\.\d+\.\d+\.\d+\/\d+) .*?(\S+)\s*$/
const CONNECTED = /^\s*\d+\.\d+\.\d+\.\d+\/(\d+) dev (\S+)\s+proto kernel\s+scope link\s+src (\d+\.\d+\.\d+\.\d+)/
const DEFAULT = /^\s*default via (\d+\.\d+\.\d+\.\d+) dev (\S+)/

/** What the tables say that the report prints; what the report's own commands put there does not count. */
function readFacts({ report, steps, machines, commands }: UplinkSource): Facts {
  const addresses = new Map<string, string>()
  const gateways = new Map<string, string>()
  const own = new Set(
    commands.flatMap(({ argv }) => (isAddressAdd(argv) ? argv.filter((word) => /^\d+\./.test(word)) : [])),
  )
  const ownHosts = new Set([...own].map((address) => address.split('/', 1)[0]))
  const read = (namespace: string, line: string): void => {
    const inet = INET.exec(line)
    if (inet !== null && !ownHosts.has(inet[1]!.split('/', 1)[0]))
      setOnce(addresses, `${namespace}/${inet[2]!}`, inet[1]!)
    const connected = CONNECTED.exec(line)
    if (connected !== null && !ownHosts.has(connected[3])) {
      setOnce(addresses, `${namespace}/${connected[2]!}`, `${connected[3]!}/${connected[1]!}`)
    }
    const way = DEFAULT.exec(line)
    if (way !== null) setOnce(gateways, `${namespace}/${way[2]!}`, way[1]!)
  }
  for (const { place, lines, block } of steps) {
    const [namespace] = place.namespaces
    if (namespace === undefined || place.namespaces.length > 1 || !machines.includes(namespace)) continue
    for (const [index, { source }] of lines.entries()) {
      for (const line of block.commands[index]?.output ?? []) read(namespace, line)
      // An address that is taken away was there.
      const removed = /\baddr(?:ess)? del (\d+\.\d+\.\d+\.\d+\/\d+) dev (\S+)/.exec(source)
      if (removed !== null) setOnce(addresses, `${namespace}/${removed[2]!}`, removed[1]!)
    }
  }
  const [only] = machines
  if (machines.length === 1) for (const { text } of report.rest) read(only!, text)
  return { addresses, gateways }
}

function setOnce(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value)
}

function isAddressAdd(argv: readonly string[]): boolean {
  return argv[0] === 'ip' && isWord(argv[1], 'address', 1) && isWord(argv[2], 'add', 1)
}

/** Links that software makes; a report that uses one has made it, or has it for reasons of its own. */
const NO_HARDWARE = /^(?:lo$|docker|br-|virbr|veth|cali|flannel|cni|tun|tap|wg)/

/** Interfaces that commands on the machines name and that none makes; `shown` are those (`namespace/device`) with a printed address. */
function usedDevices(
  { machines, commands }: UplinkSource,
  shown: readonly string[],
): readonly { readonly namespace: string; readonly device: string }[] {
  const made = new Set<string>()
  const used = new Map<string, { readonly namespace: string; readonly device: string }>()
  for (const { namespace, argv } of commands) {
    for (const key of madeBy(namespace, argv)) made.add(key)
    if (!machines.includes(namespace)) continue
    const named = argv.filter((_, at) => namesDevice(argv, at))
    const set =
      argv[0] === 'ip' && isWord(argv[1], 'link', 1) && argv[2] === 'set' && argv[3] !== 'dev' ? [argv[3] ?? ''] : []
    for (const device of [...named, ...set]) {
      if (NO_HARDWARE.test(device) || !/^[a-z][\w.-]*$/i.test(device)) continue
      if (!made.has(`${namespace}/${device}`)) used.set(`${namespace}/${device}`, { namespace, device })
    }
  }
  // A machine has its NIC also where its address is only looked at.
  for (const key of shown) {
    const [namespace = '', device = ''] = key.split('/')
    if (!NO_HARDWARE.test(device) && !used.has(key)) used.set(key, { namespace, device })
  }
  return [...used].filter(([key]) => !made.has(key)).map(([, item]) => item)
}

/** The links (`namespace/device`) that a command makes, moves or renames. */
function madeBy(namespace: string, argv: readonly string[]): readonly string[] {
  if (argv[0] === 'brctl') return argv[1] === 'addbr' ? [`${namespace}/${argv[2] ?? ''}`] : []
  if (argv[0] !== 'ip' || !isWord(argv[1], 'link', 1)) return []
  const words = argv.slice(3)
  const after = (part: readonly string[], word: string): string | undefined =>
    part.includes(word) ? part[part.indexOf(word) + 1] : undefined
  if (isWord(argv[2], 'add', 1)) {
    const peer = words.indexOf('peer')
    const halves = peer < 0 ? [words] : [words.slice(0, peer), words.slice(peer + 1)]
    return halves.flatMap((half) => namesIn(half).map((name) => `${after(half, 'netns') ?? namespace}/${name}`))
  }
  const [first, second] = words
  const name = after(words, 'name') ?? (first === 'dev' ? second : first)
  return argv[2] === 'set' && (words.includes('netns') || words.includes('name'))
    ? [`${after(words, 'netns') ?? namespace}/${name ?? ''}`]
    : []
}

/** Whether the word is a link's name by what stands before it. `-I` is a chain's place in iptables and a link in ping. */
function namesDevice(argv: readonly string[], at: number): boolean {
  const before = argv[at - 1] ?? ''
  if (argv[0] === 'iptables') return before === '-i' || before === '-o'
  if (argv[0] === 'ping' || argv[0] === 'arping') return before === '-I'
  return (before === 'dev' && at > 1) || (before === 'link' && at > 3)
}

function namesIn(words: readonly string[]): readonly string[] {
  const named = words.filter((_, at) => words[at - 1] === 'name')
  const [first] = words
  return first === undefined || ['link', 'name', 'dev', 'type', 'address'].includes(first) ? named : [first, ...named]
}

/** Two machines that route through each other say each other's address. */
function swapped(
  { machines, commands }: UplinkSource,
  rest: readonly { readonly namespace: string; readonly device: string }[],
): readonly KnownUplink[] {
  if (machines.length !== 2 || rest.length !== 2 || rest[0]?.namespace === rest[1]?.namespace) return []
  const ways = rest.map(({ namespace, device }) =>
    commands
      .filter((command) => command.namespace === namespace && command.argv.includes(device))
      .map(({ argv }) => argv[argv.indexOf('via') + 1])
      .find((word) => word !== undefined && /^\d+\.\d+\.\d+\.\d+$/.test(word)),
  )
  const [a, b] = ways
  if (a === undefined || b === undefined || networkOf(`${a}/24`) !== networkOf(`${b}/24`)) return []
  return [
    { ...rest[0]!, address: `${b}/24` },
    { ...rest[1]!, address: `${a}/24` },
  ]
}

interface Plugs {
  readonly known: readonly KnownUplink[]
  readonly bare: readonly Uplink[]
}

/** One switch a network. Who has no address is plugged in beside those of its name, or else into a switch of its own. */
function buildLans(source: UplinkSource, { known, bare }: Plugs, facts: Facts): string[] {
  const lans: Lan[] = []
  const nextLan = (): Lan => {
    const lan = new Lan(lans.length === 0 ? '' : String(lans.length + 1))
    lans.push(lan)
    return lan
  }
  const networks = [...new Set(known.map(({ address }) => networkOf(address)))]
  const targets = pingedAddresses(source, known)
  for (const network of networks) {
    const members = known.filter(({ address }) => networkOf(address) === network)
    fillLan(nextLan(), { network, members, networks, targets }, facts)
  }
  for (const { namespace, device } of bare) {
    const lan = lans.find(({ plugged }) => plugged.has(device)) ?? nextLan()
    lan.connect(namespace, device, undefined)
    const gateway = source.gateways.get(`${namespace}/${device}`)
    if (gateway !== undefined) lan.addGateway(`gw${lan.suffix}`, gateway, lan.suffix === '' ? targets : [])
  }
  return lans.flatMap(({ lines }) => lines)
}

interface LanContents {
  readonly network: string
  readonly members: readonly KnownUplink[]
  readonly networks: readonly string[]
  /** Addresses that are pinged and that nobody has. */
  readonly targets: readonly string[]
}

/** Its members, its gateway where a default route names one, and whoever else is pinged there. */
function fillLan(lan: Lan, { network, members, networks, targets }: LanContents, { gateways }: Facts): void {
  const length = network.split('/')[1] ?? '24'
  const gateway = members
    .map(({ namespace, device }) => gateways.get(`${namespace}/${device}`))
    .find((address) => address !== undefined && networkOf(`${address}/${length}`) === network)
  for (const { namespace, device, address } of members) {
    lan.connect(namespace, device, address)
    if (gateways.get(`${namespace}/${device}`) === gateway && gateway !== undefined)
      lan.lines.push(`ip ${inside(namespace)}route add default via ${gateway} dev ${device}`)
  }
  const near = targets.filter((address) => networkOf(`${address}/${length}`) === network && address !== gateway)
  for (const address of near) lan.add(`h${address.split('.').at(-1) ?? ''}${lan.suffix}`, `${address}/${length}`)
  if (gateway === undefined) return
  const isFar = (address: string): boolean =>
    !networks.some((item) => networkOf(`${address}/${item.split('/')[1] ?? ''}`) === item)
  const far = network === networks[0] ? targets.filter(isFar) : []
  lan.addGateway(`gw${lan.suffix}`, `${gateway}/${length}`, far)
}

const inside = (namespace: string): string => (namespace === BENCH ? '' : `-n ${namespace} `)

/** A switch with what hangs on it. */
class Lan {
  readonly lines: string[]
  /** What the names of a further LAN end in. */
  readonly suffix: string
  /** Names of the interfaces that are plugged in. */
  readonly plugged = new Set<string>()
  readonly #name: string
  #ports = 0
  #hasGateway = false

  constructor(suffix: string) {
    this.suffix = suffix
    this.#name = `lan${suffix}`
    const name = this.#name
    this.lines = [`ip netns add ${name}`, `ip -n ${name} link add sw type bridge`, `ip -n ${name} link set sw up`]
  }

  connect(namespace: string, device: string, address: string | undefined): void {
    const port = `p${++this.#ports}`
    this.plugged.add(device)
    this.lines.push(
      `ip ${inside(namespace)}link add ${device} type veth peer name ${port} netns ${this.#name}`,
      `ip -n ${this.#name} link set ${port} master sw`,
      `ip -n ${this.#name} link set ${port} up`,
      ...(address === undefined ? [] : [`ip ${inside(namespace)}addr add ${address} dev ${device}`]),
      `ip ${inside(namespace)}link set ${device} up`,
    )
  }

  add(name: string, address: string): void {
    this.lines.push(`ip netns add ${name}`, `ip -n ${name} link set lo up`)
    this.connect(name, 'eth0', address)
  }

  /** Everything beyond the LAN is an address of the gateway's own. */
  addGateway(name: string, address: string, beyond: readonly string[]): void {
    if (this.#hasGateway) return
    this.#hasGateway = true
    this.add(name, address)
    this.lines.push(`ip netns exec ${name} sysctl -w net.ipv4.ip_forward=1`)
    if (beyond.length > 0)
      this.lines.push(`ip -n ${name} link add outside type dummy`, `ip -n ${name} link set outside up`)
    for (const far of beyond) this.lines.push(`ip -n ${name} addr add ${far}/32 dev outside`)
  }
}

/** Addresses that are pinged and that nothing in the report has. */
function pingedAddresses({ commands }: UplinkSource, uplinks: readonly KnownUplink[]): readonly string[] {
  const added = commands.flatMap(({ argv }) =>
    isAddressAdd(argv) ? argv.filter((word) => /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(word)) : [],
  )
  const known = new Set([...added, ...uplinks.map(({ address }) => address)].map((address) => address.split('/', 1)[0]))
  const networks = added
    .filter((address) => !uplinks.some((uplink) => networkOf(uplink.address) === networkOf(address)))
    .map(networkOf)
  const pinged = commands.flatMap(({ argv }) =>
    argv[0] === 'ping' ? argv.filter((word) => /^\d+\.\d+\.\d+\.\d+$/.test(word)) : [],
  )
  return [...new Set(pinged)].filter(
    (address) =>
      !known.has(address) &&
      !networks.some((network) => networkOf(`${address}/${network.split('/')[1] ?? ''}`) === network),
  )
}

/** `10.138.36.58/23` to `10.138.36.0/23`. */
function networkOf(address: string): string {
  const [host = '', length = '32'] = address.split('/')
  const bits = Number(length)
  const value = host.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0)
  const block = 2 ** (32 - bits)
  const base = Math.floor(value / block) * block
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256)
  return `${octets.join('.')}/${bits}`
}
