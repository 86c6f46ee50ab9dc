/** What a line of a lab does, as a key and values for a sentence: read from the words, not from a run. */
import { isWord, UNKNOWN } from './plain-commands.ts'
import type { PlainCommand } from './plain-commands.ts'
import { plainCommands } from './plain-commands.ts'

/** The sentences that there are. */
type MeaningKey =
  | 'netnsAdd'
  | 'netnsDelete'
  | 'veth'
  | 'bridge'
  | 'dummy'
  | 'vlan'
  | 'macvlan'
  | 'ipvlan'
  | 'linkDelete'
  | 'linkUp'
  | 'linkDown'
  | 'master'
  | 'nomaster'
  | 'move'
  | 'mac'
  | 'mtu'
  | 'rename'
  | 'linkSet'
  | 'addressAdd'
  | 'addressDelete'
  | 'routeAdd'
  | 'routeDelete'
  | 'ruleAdd'
  | 'neighbourAdd'
  | 'neighbourProxy'
  | 'flush'
  | 'portFlags'
  | 'fdbAdd'
  | 'portVlan'
  | 'sysctl'
  | 'forward'
  | 'proxyArp'
  | 'reversePath'
  | 'ping'
  | 'arping'
  | 'traceroute'
  | 'firewall'
  | 'show'

/** A sentence's key and what stands in it. */
export interface Meaning {
  readonly key: MeaningKey
  readonly params: Readonly<Record<string, string>>
}

/** What the commands of a statement do, in order; those without a sentence are left out. At most `limit`. */
export function lineMeanings(source: string, limit = 4): readonly Meaning[] {
  const meanings: Meaning[] = []
  for (const command of plainCommands([source])) {
    const meaning = meaningOf(command)
    if (meaning !== undefined && !Object.values(meaning.params).some((value) => value.includes(UNKNOWN)))
      meanings.push(meaning)
    if (meanings.length === limit) break
  }
  return meanings
}

function meaningOf({ namespace, argv }: PlainCommand): Meaning | undefined {
  const [command = '', ...words] = argv
  const where = namespace === '' ? 'bench' : namespace
  switch (command) {
    case 'ip':
      return ipMeaning(where, words)
    case 'bridge':
      return bridgeMeaning(where, words)
    case 'sysctl':
      return sysctlMeaning(where, words)
    case 'ping':
    case 'arping':
    case 'traceroute':
      return { key: command, params: { where, target: words.findLast((word) => /^\d+\./.test(word)) ?? '' } }
    case 'iptables':
      return { key: 'firewall', params: { where, rule: words.join(' ') } }
    default:
      return undefined
  }
}

function ipMeaning(where: string, words: readonly string[]): Meaning | undefined {
  const [object, verb = 'show', ...rest] = words
  const name = rest[0] ?? ''
  if (isWord(object, 'netns', 3)) {
    if (isWord(verb, 'add', 1)) return { key: 'netnsAdd', params: { name } }
    return isWord(verb, 'delete', 1) ? { key: 'netnsDelete', params: { name } } : undefined
  }
  // Of links `s` is set, of everything else it is show.
  const isLinkSet = isWord(object, 'link', 1) && isWord(verb, 'set', 1)
  if (!isLinkSet && (isWord(verb, 'show', 1) || isWord(verb, 'list', 1))) return { key: 'show', params: { where } }
  if (isWord(verb, 'flush', 1)) return { key: 'flush', params: { where, object: object ?? '' } }
  if (isWord(object, 'link', 1)) return linkMeaning(where, verb, rest)
  const text = rest.join(' ')
  const device = after(rest, 'dev') ?? ''
  if (isWord(object, 'address', 1)) {
    const address = rest.find((word) => /^\d+\./.test(word)) ?? ''
    return { key: isWord(verb, 'add', 1) ? 'addressAdd' : 'addressDelete', params: { where, address, device } }
  }
  if (isWord(object, 'route', 1)) {
    const isRemoval = isWord(verb, 'delete', 1)
    return { key: isRemoval ? 'routeDelete' : 'routeAdd', params: { where, route: text } }
  }
  if (isWord(object, 'rule', 2)) return { key: 'ruleAdd', params: { where, rule: text } }
  if (!isWord(object, 'neighbour', 1) && !isWord(object, 'neighbor', 1)) return undefined
  const ip = rest.find((word) => /^\d+\./.test(word)) ?? ''
  if (rest.includes('proxy')) return { key: 'neighbourProxy', params: { where, ip, device } }
  return { key: 'neighbourAdd', params: { where, ip, mac: after(rest, 'lladdr') ?? '', device } }
}

function linkMeaning(where: string, verb: string, words: readonly string[]): Meaning | undefined {
  const name = after(words, 'name') ?? after(words, 'dev') ?? words[0] ?? ''
  if (isWord(verb, 'delete', 1)) return { key: 'linkDelete', params: { where, name } }
  return isWord(verb, 'add', 1) ? newLinkMeaning(where, words) : linkSetMeaning(where, name, words)
}

function newLinkMeaning(where: string, words: readonly string[]): Meaning | undefined {
  const kind = after(words, 'type')
  const lower = after(words, 'link') ?? ''
  const first = words[0] === 'link' || words[0] === 'name' ? undefined : words[0]
  const own = words.slice(0, Math.max(words.indexOf('type'), 0))
  const name = after(own, 'name') ?? first ?? own[2] ?? ''
  const place = after(own, 'netns') ?? where
  if (kind === 'veth') {
    const peer = words.slice(words.indexOf('peer') + 1)
    const peerName = after(peer, 'name') ?? peer[0] ?? ''
    return { key: 'veth', params: { where: place, name, peer: peerName, peerWhere: after(peer, 'netns') ?? where } }
  }
  if (kind === 'bridge' || kind === 'dummy') return { key: kind, params: { where: place, name } }
  if (kind === 'vlan') return { key: 'vlan', params: { where: place, name, lower, id: after(words, 'id') ?? '' } }
  if (kind === 'macvlan') {
    return { key: 'macvlan', params: { where: place, name, lower, mode: after(words, 'mode') ?? 'vepa' } }
  }
  if (kind !== 'ipvlan') return undefined
  const flag = ['private', 'vepa', 'bridge'].find((word) => words.includes(word)) ?? 'bridge'
  return { key: 'ipvlan', params: { where: place, name, lower, mode: `${after(words, 'mode') ?? 'l3'} ${flag}` } }
}

function linkSetMeaning(where: string, name: string, words: readonly string[]): Meaning | undefined {
  const at = { where, name }
  const master = after(words, 'master')
  if (master !== undefined) return { key: 'master', params: { ...at, master } }
  const target = after(words, 'netns')
  if (target !== undefined) return { key: 'move', params: { ...at, target } }
  const mac = after(words, 'address')
  if (mac !== undefined) return { key: 'mac', params: { ...at, mac } }
  const mtu = after(words, 'mtu')
  if (mtu !== undefined) return { key: 'mtu', params: { ...at, mtu } }
  if (words.includes('nomaster')) return { key: 'nomaster', params: at }
  if (words.includes('up')) return { key: 'linkUp', params: at }
  if (words.includes('down')) return { key: 'linkDown', params: at }
  const renamed = words.includes('dev') ? after(words, 'name') : words[0] === 'name' ? undefined : after(words, 'name')
  if (renamed !== undefined) {
    return { key: 'rename', params: { where, name: after(words, 'dev') ?? words[0] ?? '', renamed } }
  }
  return { key: 'linkSet', params: { ...at, words: words.slice(1).join(' ') } }
}

function bridgeMeaning(where: string, words: readonly string[]): Meaning | undefined {
  const [object, verb = 'show', ...rest] = words
  const device = after(rest, 'dev') ?? ''
  if (isWord(verb, 'show', 1)) return { key: 'show', params: { where } }
  if (isWord(object, 'link', 1)) {
    const flags = rest.filter((word, index) => word !== 'dev' && rest[index - 1] !== 'dev').join(' ')
    return { key: 'portFlags', params: { where, device, flags } }
  }
  if (isWord(object, 'fdb', 1)) return { key: 'fdbAdd', params: { where, device, mac: rest[0] ?? '' } }
  if (isWord(object, 'vlan', 1)) return { key: 'portVlan', params: { where, device, id: after(rest, 'vid') ?? '' } }
  return undefined
}

function sysctlMeaning(where: string, words: readonly string[]): Meaning | undefined {
  const setting = words.find((word) => word.includes('='))
  if (setting === undefined) return { key: 'show', params: { where } }
  const [written = '', value = ''] = setting.split('=')
  const key = written.replaceAll('/', '.')
  const device = /\.conf\.([^.]+)\./.exec(key)?.[1] ?? ''
  const isOn = value !== '0'
  if (key.endsWith('ip_forward') && isOn) return { key: 'forward', params: { where } }
  if (key.endsWith('.proxy_arp') && isOn) return { key: 'proxyArp', params: { where, device } }
  if (key.endsWith('.rp_filter')) return { key: 'reversePath', params: { where, device, value } }
  return { key: 'sysctl', params: { where, key, value } }
}

function after(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name)
  return at < 0 ? undefined : words[at + 1]
}
