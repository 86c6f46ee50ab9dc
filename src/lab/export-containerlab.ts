/**
 * A lab as a containerlab topology: a node for each machine, a link for each cable between two machines, and everything
 * else as commands that run in the node once its links are there. A machine's further namespaces are made inside of its
 * node, so VLANs, macvlan and ipvlan stay in one kernel's reach. What a topology file can't say is listed.
 */
import { quoteWord } from '../shell/syntax/quote.ts'
import { directiveOf } from './document.ts'
import type { LabDocument } from './document.ts'
import { machinesOf } from './machines.ts'
import { BENCH, isWord, plainCommands, UNKNOWN } from './plain-commands.ts'
import type { PlainCommand } from './plain-commands.ts'
import { topologyOf } from './topology.ts'
import type { Device } from './topology.ts'

/** Something of the lab that the topology does not say. */
export interface UnsaidPart {
  /**
   * `action`: what to do by hand, since a topology only builds; `unknown`: depends on a run; `module`: the kernel is the
   * host's; `shell`: more than one plain command.
   */
  readonly kind: 'action' | 'unknown' | 'module' | 'shell'
  readonly command: string
}

export interface ContainerlabExport {
  readonly text: string
  readonly unsaid: readonly UnsaidPart[]
}

/** Has iproute2, ping, tcpdump, iptables and the like. */
const IMAGE = 'ghcr.io/srl-labs/network-multitool:latest'

/** Writes the topology of a lab's setup; its actions are listed as what to run afterwards. */
export function exportForContainerlab(document: LabDocument): ContainerlabExport {
  const setup = document.setup.filter(({ isSound }) => isSound)
  const commands = plainCommands(setup.map(({ source }) => source))
  const plan = new Plan(document, commands)
  for (const command of commands) plan.add(command)
  // What is more than a simple command (a pipe, a redirection elsewhere) was unrolled without its plumbing.
  for (const { source } of setup) {
    if (/[|<]|>(?!\s*\/proc\/sys)/.test(source)) plan.unsaid.push({ kind: 'shell', command: source })
  }
  const name = nameOf(document)
  const actions = document.actions.map(({ source }): UnsaidPart => ({ kind: 'action', command: source }))
  const typed = document.actions.map(({ source }) => plan.typed(name, source))
  return { text: plan.text(name, typed), unsaid: [...plan.unsaid, ...actions] }
}

function nameOf(document: LabDocument): string {
  const title = directiveOf(document, 'title')?.text ?? ''
  const slug = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
  return slug === '' ? 'lab' : slug
}

interface Cable {
  readonly ends: readonly [string, string]
}

class Plan {
  readonly unsaid: UnsaidPart[] = []
  readonly #machineOf: ReadonlyMap<string, string>
  /** By node: its commands in order. */
  readonly #nodes = new Map<string, string[]>()
  readonly #cables: Cable[] = []
  /** Commands that were read so far: what the next one finds. */
  readonly #read: PlainCommand[] = []
  /** The devices as the setup leaves them, in the order of creation. */
  readonly #finalDevices: readonly Device[]
  readonly #benchName: string
  /** By node: names of cable ends that are taken. */
  readonly #ends = new Map<string, Set<string>>()

  constructor(document: LabDocument, commands: readonly PlainCommand[]) {
    const { machines, machineOf } = machinesOf(document)
    this.#machineOf = machineOf
    this.#finalDevices = topologyOf(commands).devices
    this.#benchName = machineOf.get(BENCH) ?? 'bench'
    const isBenchUsed = commands.some(({ namespace, argv }) => namespace === BENCH && !isWord(argv[1], 'netns', 3))
    for (const { name, namespaces } of machines)
      if (isBenchUsed || !namespaces.every((item) => item === BENCH)) this.#nodes.set(name, [])
    if (isBenchUsed && !machineOf.has(BENCH)) this.#nodes.set(this.#benchName, [])
  }

  add(command: PlainCommand): void {
    const { namespace, argv } = command
    const [name, object, verb] = argv
    this.#read.push(command)
    if (argv.some((word) => word.includes(UNKNOWN)) || namespace.includes(UNKNOWN)) {
      this.unsaid.push({ kind: 'unknown', command: argv.join(' ').replaceAll(UNKNOWN, '…') })
    } else if (name === 'modprobe') {
      this.unsaid.push({ kind: 'module', command: argv.join(' ') })
    } else if (name === 'ip' && isWord(object, 'netns', 3)) {
      this.#addNamespace(argv)
    } else if (name === 'ip' && isWord(object, 'link', 1) && isWord(verb, 'add', 1) && argv.includes('veth')) {
      this.#addVeth(command)
    } else if (name === 'ip' && isWord(object, 'link', 1) && verb === 'set' && argv.includes('netns')) {
      this.#move(command)
    } else if (name !== 'sleep') {
      this.#exec(namespace, argv)
    }
  }

  /** A machine's own namespace is its node's; a further one is made in there. */
  #addNamespace(argv: readonly string[]): void {
    const name = argv[3] ?? ''
    if (!isWord(argv[2], 'add', 1) || this.#nodes.has(name)) return
    this.#run(this.#nodeOf(name), argv)
  }

  /** Both ends in one machine are a command; ends in two machines are a link, moved further inside where that is meant. */
  #addVeth(command: PlainCommand): void {
    const { devices } = topologyOf(this.#read)
    const [a, b] = devices.slice(-2)
    if (a?.peer !== b || a === undefined || b === undefined) return
    const [nodeA, nodeB] = [this.#finalNode(a, devices.length - 2), this.#finalNode(b, devices.length - 1)]
    if (nodeA === nodeB) {
      this.#exec(command.namespace, command.argv)
      return
    }
    const ends = [this.#endOf(nodeA, a), this.#endOf(nodeB, b)] as const
    this.#cables.push({ ends })
    for (const [index, device] of [a, b].entries()) {
      const node = index === 0 ? nodeA : nodeB
      // An end that a later command moves to its machine is there already; that command then moves it further in.
      if (this.#nodeOf(device.namespace) !== node) continue
      const end = ends[index]!.slice(node.length + 1)
      const isInside = device.namespace !== this.#rootOf(node)
      if (isInside) this.#run(node, ['ip', 'link', 'set', end, 'netns', device.namespace])
      if (end !== device.name) this.#exec(device.namespace, ['ip', 'link', 'set', end, 'name', device.name])
      // containerlab brings both ends up; in the lab they are down until a command says otherwise.
      this.#exec(device.namespace, ['ip', 'link', 'set', device.name, 'down'])
      for (const [option, value] of optionsOf(command.argv, index)) {
        this.#exec(device.namespace, ['ip', 'link', 'set', device.name, option, value])
      }
    }
  }

  /** An end that a command moves to another machine was put there by its link already. */
  #move(command: PlainCommand): void {
    const { namespace, argv } = command
    const target = argv[argv.indexOf('netns') + 1] ?? ''
    const node = this.#nodeOf(target)
    if (node === this.#nodeOf(namespace)) {
      this.#exec(namespace, argv)
      return
    }
    const device = argv[argv[3] === 'dev' ? 4 : 3] ?? ''
    if (target !== this.#rootOf(node)) this.#run(node, ['ip', 'link', 'set', device, 'netns', target])
    const rest = argv.filter((word, at) => word !== 'netns' && argv[at - 1] !== 'netns')
    if (rest.length > (argv[3] === 'dev' ? 5 : 4)) this.#exec(target, rest)
  }

  /** The machine where a device is when the setup is over; `index` is its place in the order of creation. */
  #finalNode(device: Device, index: number): string {
    const final = this.#finalDevices[index]
    const isSame = final?.kind === device.kind && final.createdBy === device.createdBy
    return this.#nodeOf((isSame ? final : device).namespace)
  }

  #nodeOf(namespace: string): string {
    return this.#machineOf.get(namespace) ?? (namespace === BENCH ? this.#benchName : namespace)
  }

  #rootOf(node: string): string {
    return node === this.#benchName && !this.#machineOf.has(node) ? BENCH : node
  }

  /** The end's name in its node, where two of a name can be until they are moved further in. */
  #endOf(node: string, { name }: Device): string {
    const taken = this.#ends.get(node) ?? new Set<string>()
    let end = name
    for (let count = 1; taken.has(end); count++) end = `link${count}`
    this.#ends.set(node, taken.add(end))
    return `${node}:${end}`
  }

  /** An action as one types it on the machine that runs the topology. */
  typed(lab: string, source: string): string {
    const [first, ...others] = plainCommands([source])
    if (first === undefined || others.length > 0 || /[|<>]/.test(source)) return source
    if (first.argv[0] === 'sleep') return source
    const node = this.#nodeOf(first.namespace)
    const words = this.#inside(first.namespace, first.argv).map((word) => quoteWord(word))
    return `docker exec clab-${lab}-${node} ${words.join(' ')}${/&\s*$/.test(source) ? ' &' : ''}`
  }

  #inside(namespace: string, argv: readonly string[]): readonly string[] {
    const isRoot = namespace === this.#rootOf(this.#nodeOf(namespace))
    const takesOption = argv[0] === 'ip' || argv[0] === 'bridge' || argv[0] === 'tc'
    const inside = takesOption
      ? [argv[0]!, '-n', namespace, ...argv.slice(1)]
      : ['ip', 'netns', 'exec', namespace, ...argv]
    return isRoot ? argv : inside
  }

  #exec(namespace: string, argv: readonly string[]): void {
    this.#run(this.#nodeOf(namespace), this.#inside(namespace, argv))
  }

  #run(node: string, argv: readonly string[]): void {
    // Of a move to the machine's own namespace only the node's first one is meant.
    const words = argv.map((word, at) =>
      argv[at - 1] === 'netns' && this.#nodes.has(word) && word === node ? '1' : word,
    )
    const lines = this.#nodes.get(node) ?? []
    this.#nodes.set(node, [...lines, words.map((word) => quoteWord(word)).join(' ')])
  }

  text(name: string, actions: readonly string[]): string {
    const unsaid = this.unsaid.map(({ kind, command }) => `#   ${kind}: ${command.replaceAll('\n', ' ')}`)
    const isUsed = (node: string): boolean =>
      node !== this.#benchName || this.#cables.some(({ ends }) => ends.some((end) => end.startsWith(`${node}:`)))
    const kept = [...this.#nodes].filter(([node, lines]) => lines.length > 0 || isUsed(node))
    const nodes = kept.flatMap(([node, lines]) => [
      `    ${node}:`,
      '      kind: linux',
      ...(lines.length === 0
        ? []
        : ['      exec:', ...[...NODE_SETTINGS, ...lines].map((line) => `        - ${yamlText(line)}`)]),
    ])
    return `${[
      '# From vethlab. Deploy: sudo containerlab deploy -t FILE.clab.yml',
      ...(unsaid.length > 0 ? ['# Not in this topology:', ...unsaid] : []),
      ...(actions.length > 0 ? ['# Afterwards, what the lab does:'] : []),
      ...actions.map((command) => `#   ${command.replaceAll('\n', ' ')}`),
      `name: ${name}`,
      'topology:',
      '  defaults:',
      `    image: ${IMAGE}`,
      '    # No management network: a node has just the links below, eth0 among them.',
      '    network-mode: none',
      '  nodes:',
      ...nodes,
      ...(this.#cables.length > 0 ? ['  links:'] : []),
      ...this.#cables.flatMap(({ ends }) => [
        `    - endpoints: [${ends.map((end) => `"${end}"`).join(', ')}]`,
        '      mtu: 1500',
      ]),
    ].join('\n')}\n`
  }
}

/** What the lab relies on and a container host may have otherwise. */
const NODE_SETTINGS = [
  'sysctl -w net.ipv4.conf.all.rp_filter=0',
  'sysctl -w net.ipv4.conf.default.rp_filter=0',
  'sysctl -w net.ipv4.ip_forward=0',
  'sysctl -w net.ipv6.conf.all.disable_ipv6=1',
  'sysctl -w net.ipv6.conf.default.disable_ipv6=1',
]

/** What a command says of one end besides its name: its address and MTU. */
function optionsOf(argv: readonly string[], index: number): readonly (readonly [string, string])[] {
  const peerAt = argv.indexOf('peer')
  const words = peerAt < 0 ? (index === 0 ? argv : []) : index === 0 ? argv.slice(0, peerAt) : argv.slice(peerAt)
  return ['address', 'mtu'].flatMap((option): (readonly [string, string])[] => {
    const value = words[words.indexOf(option) + 1]
    return words.includes(option) && value !== undefined ? [[option, value]] : []
  })
}

/** A YAML scalar in single quotes, which needs no escapes but for the quote itself. */
function yamlText(line: string): string {
  return `'${line.replaceAll("'", "''")}'`
}
