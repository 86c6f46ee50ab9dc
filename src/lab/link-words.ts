/** Which words of `ip link add` and `ip link set` are the link's name: iproute2 takes them in any order. */
import { UNKNOWN } from './plain-commands.ts'

/** Words of `ip link add` and `ip link set` that take a word. `type` ends what is the link's own. */
const WITH_WORD = new Set([
  ...['link', 'address', 'broadcast', 'brd', 'mtu', 'netns', 'name', 'txqueuelen', 'qlen', 'txqlen', 'alias', 'group'],
  ...['numtxqueues', 'numrxqueues', 'index', 'master', 'vrf', 'promisc', 'multicast', 'allmulticast', 'arp', 'dynamic'],
  ...['trailers', 'carrier', 'protodown', 'mode', 'state', 'link-netns', 'link-netnsid', 'addrgenmode', 'altname'],
])
const SWITCHES = new Set(['up', 'down', 'nomaster', 'novrf'])

/** The word behind `name`; undefined where it is not there. */
export function argumentOf(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name)
  return at < 0 ? undefined : words[at + 1]
}

/** Whether a word can be a link's or a namespace's name. */
export function isName(word: string): boolean {
  return word !== '' && !word.includes(UNKNOWN) && !word.startsWith('-')
}

/** The name of the link that `ip link add` makes (`words` stand behind `add`, or behind `peer`). */
export function nameOfNew(words: readonly string[]): string | undefined {
  const own = ownWords(words)
  const named = argumentOf(own, 'name') ?? argumentOf(own, 'dev') ?? firstFree(own)
  return named !== undefined && isName(named) ? named : undefined
}

/** The link that `ip link set` changes (`words` stand behind `set`). */
export function nameOfSet(words: readonly string[]): string | undefined {
  const own = ownWords(words)
  return argumentOf(own, 'dev') ?? firstFree(own)
}

function ownWords(words: readonly string[]): readonly string[] {
  const typeAt = words.indexOf('type')
  return typeAt < 0 ? words : words.slice(0, typeAt)
}

/** The first word that is neither an argument's name nor its value. */
function firstFree(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (WITH_WORD.has(word) || (word.length >= 4 && 'address'.startsWith(word))) at++
    else if (!SWITCHES.has(word)) return word
  }
  return undefined
}
