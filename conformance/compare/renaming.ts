/**
 * Two networks that are alike but for their names: finds who is who by structure, and writes a recording of the one in
 * the names of the other. What a person builds by hand is called as the page proposes, not as in the lab.
 */
import type { NetworkView } from '../../src/contract/protocol.ts'
import type { LinkDetails, LinkView } from '../../src/contract/read-models.ts'
import type { RecordedNamespace, Recording } from '../../src/contract/recording.ts'
import { formatIpv4 } from '../../src/wire/address.ts'

/** What names become. */
export interface Renaming {
  readonly namespaces: ReadonlyMap<string, string>
  /** By the old name of their namespace. */
  readonly devices: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** A namespace (`ns`) or an interface (`ns/dev`) with what can be told of it without a name. */
interface Vertex {
  readonly key: string
  readonly side: 'from' | 'to'
  readonly own: string
  /** What it is joined with, and how. */
  readonly edges: readonly (readonly [label: string, key: string])[]
}

/**
 * The renaming from one network to another of the same structure: interfaces of the same kind, settings and addresses,
 * joined in the same way. Throws with what has no counterpart. Namespaces without a name, the bench's own, don't count.
 */
export function findRenaming(from: NetworkView, to: NetworkView): Renaming {
  const vertices = [...verticesOf(from, 'from'), ...verticesOf(to, 'to')]
  const chosen = new Map<Vertex, string>()
  for (;;) {
    const classes = classesOf(vertices, refine(vertices, chosen))
    const uneven = classes.find((members) => bySide(members, 'from').length !== bySide(members, 'to').length)
    if (uneven !== undefined) {
      const told = uneven.map(({ key, side, own }) => `${side} ${key}: ${own}`)
      throw new Error(`the networks differ, nothing matches\n${told.join('\n')}`)
    }
    const tied = classes.find((members) => members.length > 2)
    if (tied === undefined) return renamingOf(classes)
    // Several are alike in every way: any of them may be taken for any other, and their neighbours follow.
    for (const side of ['from', 'to'] as const) {
      const [first] = bySide(tied, side)
      if (first !== undefined) chosen.set(first, `chosen ${chosen.size >> 1}`)
    }
  }
}

function verticesOf({ namespaces }: NetworkView, side: Vertex['side']): readonly Vertex[] {
  const named = namespaces.filter(({ name }) => name !== '')
  const keys = new Map(named.flatMap(({ name, links }) => links.map((link) => [link.device, `${name}/${link.name}`])))
  return named.flatMap(({ name, links }): Vertex[] => [
    { key: name, side, own: 'namespace', edges: links.map((link) => ['has', `${name}/${link.name}`]) },
    ...links.map((link): Vertex => {
      const [lower, master] = [keys.get(link.linkDevice), keys.get(link.master)]
      const edges: [string, string][] = [['in', name]]
      if (lower !== undefined) edges.push([link.details.kind === 'veth' ? 'peer' : 'parent', lower])
      if (master !== undefined) edges.push(['master', master])
      return { key: `${name}/${link.name}`, side, own: traitsOf(link), edges }
    }),
  ])
}

/** What is set on an interface, and nothing that chance or its name decides. */
function traitsOf({ details, up, promisc, mtuBytes, addresses, port }: LinkView): string {
  const texts = addresses.map(({ address, prefixLength }) => `${formatIpv4(address)}/${prefixLength}`)
  const flags = [up ? 'up' : 'down', promisc ? 'promisc' : '', port?.hairpin === true ? 'hairpin' : '']
  return [kindOf(details), mtuBytes, ...flags, ...texts].filter((part) => part !== '').join(' ')
}

function kindOf(details: LinkDetails): string {
  switch (details.kind) {
    case 'vlan':
      return `vlan ${details.protocol} ${details.id}`
    case 'macvlan':
      return `macvlan ${details.mode}`
    case 'ipvlan':
      return `ipvlan ${details.mode} ${details.flag}`
    default:
      return details.kind
  }
}

/** Colour refinement: vertices get equal colours as long as nothing around them tells them apart. */
function refine(vertices: readonly Vertex[], chosen: ReadonlyMap<Vertex, string>): ReadonlyMap<Vertex, number> {
  let colours = numbered(vertices, (vertex) => `${vertex.own} ${chosen.get(vertex) ?? ''}`)
  for (;;) {
    const known = new Map([...colours].map(([{ side, key }, colour]) => [`${side} ${key}`, colour]))
    const around = new Map<string, string[]>()
    const note = (at: string, text: string): unknown => around.get(at)?.push(text) ?? around.set(at, [text])
    for (const { side, key, edges } of vertices) {
      for (const [label, other] of edges) {
        note(`${side} ${key}`, `${label} ${known.get(`${side} ${other}`)}`)
        note(`${side} ${other}`, `of ${label} ${known.get(`${side} ${key}`)}`)
      }
    }
    const next = numbered(vertices, (vertex) => {
      const at = `${vertex.side} ${vertex.key}`
      return JSON.stringify([known.get(at), (around.get(at) ?? []).sort()])
    })
    if (new Set(next.values()).size === new Set(colours.values()).size) return next
    colours = next
  }
}

function numbered(vertices: readonly Vertex[], textOf: (vertex: Vertex) => string): Map<Vertex, number> {
  const numbers = new Map<string, number>()
  return new Map(
    vertices.map((vertex) => {
      const text = textOf(vertex)
      const number = numbers.get(text) ?? numbers.size
      numbers.set(text, number)
      return [vertex, number]
    }),
  )
}

function classesOf(vertices: readonly Vertex[], colours: ReadonlyMap<Vertex, number>): readonly (readonly Vertex[])[] {
  return [...new Set(colours.values())].map((colour) => vertices.filter((vertex) => colours.get(vertex) === colour))
}

const bySide = (members: readonly Vertex[], side: Vertex['side']): readonly Vertex[] =>
  members.filter((vertex) => vertex.side === side)

function renamingOf(classes: readonly (readonly Vertex[])[]): Renaming {
  const namespaces = new Map<string, string>()
  const devices = new Map<string, Map<string, string>>()
  for (const members of classes) {
    const [from, to] = [bySide(members, 'from')[0], bySide(members, 'to')[0]]
    if (from === undefined || to === undefined) continue
    const [namespace = '', device] = from.key.split('/')
    const [newNamespace = '', newDevice] = to.key.split('/')
    if (device === undefined || newDevice === undefined) namespaces.set(namespace, newNamespace)
    else devices.set(namespace, (devices.get(namespace) ?? new Map<string, string>()).set(device, newDevice))
  }
  return { namespaces, devices }
}

/** The renaming the other way round. */
export function inverse({ namespaces, devices }: Renaming): Renaming {
  return {
    namespaces: turned(namespaces),
    devices: new Map([...devices].map(([name, names]) => [namespaces.get(name) ?? name, turned(names)])),
  }
}

function turned(names: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...names].map(([from, to]) => [to, from]))
}

/** A recording in other names. Frames carry none: only whose they are changes. */
export function renameRecording(recording: Recording, renaming: Renaming): Recording {
  const spaceOf = (name: string): string => renaming.namespaces.get(name) ?? name
  const captures = Object.entries(recording.captures).map(([at, frames]) => {
    const [namespace = '', device = ''] = at.split('/')
    return [`${spaceOf(namespace)}/${renaming.devices.get(namespace)?.get(device) ?? device}`, frames] as const
  })
  const state = Object.entries(recording.state).map(([name, tables]) => {
    const inOthers = (text: string): string => renameDevices(text, name, renaming)
    const { link, addr, route, neigh, fdb, arp } = tables
    const renamed: RecordedNamespace = {
      link: inOthers(link),
      addr: inOthers(addr),
      route: inOthers(route),
      neigh: inOthers(neigh),
      fdb: inOthers(fdb),
      arp: inOthers(arp),
    }
    return [spaceOf(name), renamed] as const
  })
  const actions = recording.actions.map((action) => ({
    ...action,
    command: renameCommand(action.command, renaming),
    output: renameDevices(action.output, namespaceOf(action.command), renaming),
  }))
  return { ...recording, actions, captures: Object.fromEntries(captures), state: Object.fromEntries(state) }
}

/** A command that acts on one namespace, in other names. */
export function renameCommand(command: string, renaming: Renaming): string {
  const namespace = namespaceOf(command)
  return renameDevices(command, namespace, renaming).replace(
    NAMESPACE_WORD,
    (_, before: string, name: string) => before + (renaming.namespaces.get(name) ?? name),
  )
}

const NAMESPACE_WORD = /( -n |\bnetns exec )(\S+)/

function namespaceOf(command: string): string {
  return NAMESPACE_WORD.exec(command)?.[2] ?? ''
}

/** Device names as whole words, in a sysctl's key between its dots, and where `ip link` says in which namespace a peer is. */
function renameDevices(text: string, namespace: string, renaming: Renaming): string {
  const names = renaming.devices.get(namespace)
  if (names === undefined) return text
  const any = [...names.keys()]
    .sort((a, b) => b.length - a.length)
    .map((name) => name.replaceAll(/[.+]/g, '\\$&'))
    .join('|')
  const word = new RegExp(
    String.raw`(?<=\.conf\.)(?:${any})(?=\.)|(?<![\w.-]|-n |netns exec )(?:${any})(?![\w-]|\.\w)`,
    'g',
  )
  const spaceOf = (name: string): string => renaming.namespaces.get(name) ?? name
  return text.replace(word, (name) => names.get(name) ?? name).replace(/(?<=link-netns )\S+/g, (name) => spaceOf(name))
}
