/** What a lab's commands build, as far as the text alone tells: namespaces, their links, and what hints at their part. */
import { argumentOf, isName, nameOfNew, nameOfSet } from './link-words.ts'
import { BENCH, isWord, UNKNOWN } from './plain-commands.ts'
import type { PlainCommand } from './plain-commands.ts'

/** A link in the namespace where the setup leaves it. */
export interface Device {
  name: string
  namespace: string
  readonly kind: string
  /** The namespace whose command made it. */
  readonly createdBy: string
  /** The namespace whose command moved it here, if one did. */
  movedBy: string | undefined
  /** The other end of a veth pair. */
  peer: Device | undefined
  /** The device it is a child of: VLAN, macvlan, ipvlan. */
  lower: Device | undefined
  /** The bridge it is a port of, by name. */
  master: string | undefined
}

/** What commands say about one namespace. */
export interface NamespaceFacts {
  readonly addresses: { readonly device: string; readonly address: string }[]
  forwards: boolean
  answersForOthers: boolean
  translates: boolean
}

export interface Topology {
  /** In the order of creation; the bench's own namespace first when anything is in it. */
  readonly namespaces: readonly string[]
  readonly devices: readonly Device[]
  readonly facts: ReadonlyMap<string, NamespaceFacts>
}

/** Reads the commands in order. A command that would fail on Linux has no effect here either, or a harmless one. */
export function topologyOf(commands: readonly PlainCommand[]): Topology {
  const builder: Builder = { namespaces: new Set(), devices: [], facts: new Map() }
  for (const command of commands) read(builder, command)
  const isBenchUsed = builder.devices.some((device) => device.namespace === BENCH)
  const named = [...builder.namespaces]
  return {
    namespaces: isBenchUsed ? [BENCH, ...named] : named,
    devices: builder.devices,
    facts: builder.facts,
  }
}

interface Builder {
  readonly namespaces: Set<string>
  devices: Device[]
  readonly facts: Map<string, NamespaceFacts>
}

function read(builder: Builder, { namespace, argv }: PlainCommand): void {
  const [command = '', ...words] = argv
  switch (command) {
    case 'ip':
      readIp(builder, namespace, words)
      return
    case 'sysctl':
      for (const word of words) readSysctl(factsOf(builder, namespace), word)
      return
    case 'iptables':
      if (words.includes('nat')) factsOf(builder, namespace).translates = true
      return
    case 'brctl':
      readBrctl(builder, namespace, words)
      return
    case 'ifconfig': {
      const [device = '', address = ''] = words
      if (/^\d+\./.test(address)) factsOf(builder, namespace).addresses.push({ device, address })
      return
    }
    default:
      return
  }
}

function readIp(builder: Builder, namespace: string, words: readonly string[]): void {
  const [object, verb = '', ...rest] = words
  const name = rest[0] ?? ''
  if (isWord(object, 'netns', 3)) {
    if (isWord(verb, 'add', 1) && isName(name)) builder.namespaces.add(name)
    else if (isWord(verb, 'delete', 1)) removeNamespace(builder, name)
  } else if (isWord(object, 'link', 1)) {
    if (isWord(verb, 'add', 1)) addLink(builder, namespace, rest)
    else if (isWord(verb, 'set', 1)) setLink(builder, namespace, rest)
    else if (isWord(verb, 'delete', 1)) removeDevice(builder, find(builder, namespace, argumentOf(rest, 'dev') ?? name))
  } else if (isWord(object, 'address', 1) && isWord(verb, 'add', 1)) {
    const device = argumentOf(rest, 'dev')
    const address = rest.find((word) => /^\d+\.\d+\./.test(word))
    if (device !== undefined && address !== undefined) factsOf(builder, namespace).addresses.push({ device, address })
  }
}

/** `ip link add [link LOWER] [name] NAME [netns NS] type KIND [peer [name] NAME [netns NS]]` */
function addLink(builder: Builder, namespace: string, words: readonly string[]): void {
  const typeAt = words.indexOf('type')
  const kind = words[typeAt + 1]
  if (typeAt < 0 || kind === undefined) return
  const before = words.slice(0, typeAt)
  const after = words.slice(typeAt + 2)
  const name = nameOfNew(before)
  if (name === undefined) return
  const lowerName = argumentOf(before, 'link')
  const device: Device = {
    name,
    namespace: argumentOf(before, 'netns') ?? namespace,
    kind,
    createdBy: namespace,
    movedBy: undefined,
    peer: undefined,
    lower: lowerName === undefined ? undefined : lowerDevice(builder, namespace, lowerName),
    master: undefined,
  }
  if (!isPlace(builder, device.namespace)) return
  builder.devices.push(device)
  const peerAt = after.indexOf('peer')
  if (kind !== 'veth') return
  const peerWords = peerAt < 0 ? [] : after.slice(peerAt + 1)
  const peerNamespace = argumentOf(peerWords, 'netns') ?? namespace
  if (!isPlace(builder, peerNamespace)) return
  device.peer = {
    ...device,
    name: nameOfNew(peerWords) ?? UNKNOWN,
    namespace: peerNamespace,
    lower: undefined,
    peer: device,
  }
  builder.devices.push(device.peer)
}

/** A machine's own hardware is there without a command: a listing that starts from `eth0` never makes it. */
function lowerDevice(builder: Builder, namespace: string, name: string): Device {
  const present = find(builder, namespace, name)
  if (present !== undefined) return present
  const unmade = { movedBy: undefined, peer: undefined, lower: undefined, master: undefined }
  const device: Device = { name, namespace, kind: 'hardware', createdBy: namespace, ...unmade }
  builder.devices.push(device)
  return device
}

function setLink(builder: Builder, namespace: string, words: readonly string[]): void {
  const changed = nameOfSet(words)
  const device = changed === undefined ? undefined : find(builder, namespace, changed)
  if (device === undefined) return
  const rest = words.filter((word, at) => !(word === changed && words[at - 1] !== 'master' && words[at - 1] !== 'name'))
  const newName = argumentOf(rest, 'name')
  const master = argumentOf(rest, 'master')
  const target = argumentOf(rest, 'netns')
  if (newName !== undefined && isName(newName)) device.name = newName
  if (master !== undefined) device.master = master
  if (rest.includes('nomaster')) device.master = undefined
  // A number is a process's namespace; "1" is how a link comes home to the first one.
  const place = target === '1' ? BENCH : target
  if (place !== undefined && isPlace(builder, place) && place !== device.namespace) {
    device.namespace = place
    device.movedBy = namespace
    device.master = undefined
  }
}

function readBrctl(builder: Builder, namespace: string, [verb, bridge = '', port = '']: readonly string[]): void {
  if (verb === 'addbr' && isName(bridge)) addLink(builder, namespace, [bridge, 'type', 'bridge'])
  if (verb === 'addif') setLink(builder, namespace, [port, 'master', bridge])
}

function readSysctl(facts: NamespaceFacts, word: string): void {
  const [key = '', value = ''] = word.replaceAll('/', '.').split('=', 2)
  const isOn = Number(value) > 0
  if (/^net\.ipv4\.(?:ip_forward|conf\..+\.forwarding)$/.test(key)) facts.forwards = isOn
  if (isOn && /^net\.ipv4\.conf\..+\.proxy_arp(?:_pvlan)?$/.test(key)) facts.answersForOthers = true
}

function removeNamespace(builder: Builder, name: string): void {
  builder.namespaces.delete(name)
  for (const device of builder.devices.filter((item) => item.namespace === name)) removeDevice(builder, device)
}

function removeDevice(builder: Builder, device: Device | undefined): void {
  if (device === undefined) return
  builder.devices = builder.devices.filter((item) => item !== device && item !== device.peer && item.lower !== device)
}

function find(builder: Builder, namespace: string, name: string): Device | undefined {
  return builder.devices.findLast((device) => device.namespace === namespace && device.name === name)
}

function factsOf(builder: Builder, namespace: string): NamespaceFacts {
  const present = builder.facts.get(namespace)
  if (present !== undefined) return present
  const facts: NamespaceFacts = { addresses: [], forwards: false, answersForOthers: false, translates: false }
  builder.facts.set(namespace, facts)
  return facts
}

function isPlace(builder: Builder, namespace: string): boolean {
  return namespace === BENCH || builder.namespaces.has(namespace)
}
