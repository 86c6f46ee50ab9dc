/**
 * The interfaces that a report uses and never makes: its machines had their NICs, their LAN and its gateway before the
 * first command. What commands printed (`ip addr`, `ip route`) tells addresses and gateways; from these a LAN can be
 * made. Where nothing tells an address, the interface is plugged into a switch without one: those of one name, on several
 * machines, into the same.
 */
import type { ReportStep } from './report-lab.ts'
import { guessUplinks, isAddressAdd, isDefaultRoute } from './report-guess.ts'
import { buildLans, keyOf } from './report-lans.ts'
import type { AddressedPlug, Plug } from './report-lans.ts'
import type { Report } from './report.ts'
import { argumentOf, nameOfNew, nameOfSet } from './link-words.ts'
import { isWord } from './plain-commands.ts'
import type { PlainCommand } from './plain-commands.ts'

/** An interface that was there before the report began. */
export interface Uplink extends Plug {
  /** With its prefix length; undefined where nothing tells it. */
  readonly address: string | undefined
  /** True where nothing tells the address, but something is reached through the interface. */
  readonly isGuessed: boolean
}

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
  /** Addresses of machines that are called by name. */
  readonly hosts: readonly string[]
  /** Gateways that something else than a table names, by `namespace/device`, with their prefix length. */
  readonly gateways: ReadonlyMap<string, string>
}

/** Finds and makes them. */
export function uplinksOf(source: UplinkSource): Uplinks {
  const facts = readFacts(source)
  const used = usedDevices(source, [...facts.addresses.keys()])
  const told = used.flatMap((plug): AddressedPlug[] => {
    const address = facts.addresses.get(keyOf(plug))
    return address === undefined ? [] : [{ ...plug, address }]
  })
  const rest = used.filter((plug) => !facts.addresses.has(keyOf(plug)))
  const guess = guessUplinks(source, told, rest)
  const known = [...told, ...guess.plugs]
  const bare = rest.filter((plug) => !known.some((other) => keyOf(other) === keyOf(plug)))
  const gateways = new Map([...guess.gateways, ...facts.gateways])
  const commands = buildLans({
    known,
    bare,
    gateways,
    gatewaysOfBare: source.gateways,
    targets: guess.targets,
    hasOwnRoute: (namespace) => source.commands.some((command) => isDefaultRoute(command, namespace)),
  })
  const made: Uplink[] = [
    ...told.map((plug) => ({ ...plug, isGuessed: false })),
    ...guess.plugs.map((plug) => ({ ...plug, isGuessed: guess.isFree })),
    ...bare.map((plug) => ({ ...plug, address: undefined, isGuessed: false })),
  ]
  return { commands, made }
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
    const isSet = argv[0] === 'ip' && isWord(argv[1], 'link', 1) && isWord(argv[2], 'set', 1)
    const set = isSet ? [nameOfSet(argv.slice(3)) ?? ''] : []
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
  if (isWord(argv[2], 'add', 1)) {
    const peer = words.indexOf('peer')
    const halves = peer < 0 ? [words] : [words.slice(0, peer), words.slice(peer + 1)]
    return halves.flatMap((half) => {
      const name = nameOfNew(half)
      return name === undefined ? [] : [`${argumentOf(half, 'netns') ?? namespace}/${name}`]
    })
  }
  const name = argumentOf(words, 'name') ?? nameOfSet(words)
  return isWord(argv[2], 'set', 1) && (words.includes('netns') || words.includes('name'))
    ? [`${argumentOf(words, 'netns') ?? namespace}/${name ?? ''}`]
    : []
}

/** Whether the word is a link's name by what stands before it. `-I` is a chain's place in iptables and a link in ping. */
function namesDevice(argv: readonly string[], at: number): boolean {
  const before = argv[at - 1] ?? ''
  if (argv[0] === 'iptables') return before === '-i' || before === '-o'
  if (argv[0] === 'ping' || argv[0] === 'arping') return before === '-I'
  return (before === 'dev' && at > 1) || (before === 'link' && at > 3)
}
