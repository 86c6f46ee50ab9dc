/**
 * A script's plain statements, followed far enough to know which interface each of them is about: names change hands
 * when links are renamed, moved and made anew.
 */
import { inPrefix, parseIpv4, parsePrefix, type Ipv4Prefix } from '../../wire/address.ts'
import { parseScript } from '../../shell/syntax/parse.ts'
import type { LabDocument, LabStatement } from '../document.ts'
import { bareCommand, BENCH, isWord, plainCommands, UNKNOWN } from '../plain-commands.ts'
import type { PlainCommand } from '../plain-commands.ts'

/** An interface during its life. */
export interface Life {
  namespace: string
  name: string
  readonly lower: Life | undefined
  peer: Life | undefined
  /** The end of a cable that its command names after `peer`. */
  readonly isFar: boolean
  /** Where it was made and under which name: a MAC address that nobody chose comes from these, and from how many were made so before. */
  readonly madeAs: { readonly namespace: string; readonly name: string }
  readonly addresses: Ipv4Prefix[]
}

/** One statement of the setup with the command that it is; without a command when it is more than one plain command. */
export interface Step {
  readonly statement: LabStatement
  readonly command: PlainCommand | undefined
  /** What else the statement would run, as far as its text tells. */
  readonly opaque: readonly PlainCommand[]
  /** The interfaces that the command is about: without them it would fail, or say nothing. */
  readonly about: readonly Life[]
  /** The interfaces that it makes, as far as its text tells. */
  readonly makes: readonly Life[]
}

export interface Replay {
  readonly steps: readonly Step[]
  /** What is there in the end. */
  readonly lives: readonly Life[]
}

/** Follows the setup of a lab. */
export function replayOf(document: LabDocument): Replay {
  let lives: Life[] = []
  const steps: Step[] = []
  for (const statement of document.setup) {
    const bare = statement.isSound ? bareCommand(statement.source) : undefined
    const commands = bare === undefined ? plainCommands([statement.source]) : [bare]
    const command = bare ?? (isPlain(statement) && commands.length === 1 ? commands[0] : undefined)
    if (command === undefined) {
      const makes: Life[] = []
      for (const item of commands) {
        const known = new Set(lives)
        lives = follow(lives, item)
        makes.push(...lives.filter((life) => !known.has(life)))
      }
      steps.push({ statement, command: undefined, opaque: commands, about: [], makes })
      continue
    }
    // A statement that makes a link is about it, and one that deletes it was.
    const before = aboutOf(lives, command)
    lives = follow(lives, command)
    const makes = isLinkAdd(command) ? madeBy(lives, command) : []
    steps.push({ statement, command, opaque: [], about: [...new Set([...before, ...makes])], makes })
  }
  return { steps, lives }
}

export function find(lives: readonly Life[], namespace: string, name: string): Life | undefined {
  return lives.findLast((life) => life.namespace === namespace && life.name === name)
}

/** Whether steps make an interface where, and under the name under which, another was made. Names that Linux chooses may be any. */
export function makesNamesake(steps: readonly Step[], { namespace, name }: Life['madeAs']): boolean {
  return steps.some(({ makes }) =>
    makes.some(({ madeAs: other }) => {
      const isSameName = other.name === name || other.name.includes(UNKNOWN) || name.includes(UNKNOWN)
      const isSameHome = other.namespace === namespace || other.namespace.includes(UNKNOWN)
      return isSameName && isSameHome
    }),
  )
}

export function argumentOf(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name)
  return at < 0 ? undefined : words[at + 1]
}

/** The object of `ip` and its verb in full, and the words after them: `['link', 'set', …]`. */
export function ipWords({ argv }: PlainCommand): readonly [string, string, readonly string[]] | undefined {
  if (argv[0] !== 'ip') return undefined
  const object = OBJECTS.find((word) => isWord(argv[1], word, word === 'netns' ? 3 : 1))
  const verb = VERBS.find((word) => isWord(argv[2], word, 1))
  return object === undefined || verb === undefined ? undefined : [object, verb, argv.slice(3)]
}

const OBJECTS = ['address', 'link', 'route', 'neighbour', 'rule', 'netns']
const VERBS = ['add', 'delete', 'set', 'replace', 'change', 'flush']

/** The interface that `link set` changes, and the words about it. */
export function linkSetWords(words: readonly string[]): readonly [string, readonly string[]] {
  return words[0] === 'dev' ? [words[1] ?? '', words.slice(2)] : [words[0] ?? '', words.slice(1)]
}

/** One simple command that stands for itself: no loop, pipe, redirection or variable, nothing in the background. */
function isPlain({ source, isSound }: LabStatement): boolean {
  if (!isSound) return false
  const { statements, problems } = parseScript(source)
  const [only] = statements
  if (statements.length !== 1 || only === undefined || problems.length > 0 || only.background) return false
  const { command } = only
  if (command.kind !== 'simple' || command.assignments.length > 0 || command.redirections.length > 0) return false
  return command.words.every(({ parts }) => parts.every(({ kind }) => kind === 'text'))
}

function isLinkAdd(command: PlainCommand): boolean {
  const [object, verb] = ipWords(command) ?? []
  return object === 'link' && verb === 'add'
}

function follow(lives: Life[], command: PlainCommand): Life[] {
  const [object, verb, words] = ipWords(command) ?? ['', '', []]
  const { namespace } = command
  if (object === 'netns' && verb === 'delete') return without(lives, ({ namespace: home }) => home === words[0])
  if (object === 'link' && verb === 'add') return [...lives, ...newLives(lives, namespace, words)]
  if (object === 'link' && verb === 'delete') {
    const gone = find(lives, namespace, argumentOf(words, 'dev') ?? words[0] ?? '')
    return without(lives, (life) => life === gone)
  }
  if (object === 'link' && verb === 'set') {
    const [name, rest] = linkSetWords(words)
    const life = find(lives, namespace, name)
    const target = argumentOf(rest, 'netns')
    if (life !== undefined && target !== undefined) {
      life.namespace = target === '1' ? BENCH : target
      life.addresses.length = 0
    }
    if (life !== undefined) life.name = argumentOf(rest, 'name') ?? life.name
  }
  if (object === 'address' && verb === 'add') {
    const prefix = parsePrefix(words.find((word) => /^\d+\.\d+\./.test(word)) ?? '')
    const life = find(lives, namespace, argumentOf(words, 'dev') ?? '')
    if (prefix !== undefined) life?.addresses.push(prefix)
  }
  if (object === 'address' && verb !== 'add') {
    const prefix = parsePrefix(words.find((word) => /^\d+\.\d+\./.test(word)) ?? '')
    const addresses = find(lives, namespace, argumentOf(words, 'dev') ?? '')?.addresses ?? []
    const at = addresses.findIndex(({ address }) => address === prefix?.address)
    if (at >= 0) addresses.splice(at, 1)
  }
  return lives
}

/** Takes out what goes, with the other ends of cables and with children. */
function without(lives: readonly Life[], goes: (life: Life) => boolean): Life[] {
  const gone = goneWith(lives, goes)
  return lives.filter((life) => !gone.has(life))
}

export function goneWith(lives: readonly Life[], goes: (life: Life) => boolean): ReadonlySet<Life> {
  const gone = new Set(lives.filter(goes))
  for (const life of gone) {
    if (life.peer !== undefined) gone.add(life.peer)
    for (const child of lives) if (child.lower === life) gone.add(child)
  }
  return gone
}

const LINK_ARGUMENTS = new Set(['link', 'address', 'mtu', 'netns', 'txqueuelen', 'index', 'master', 'numtxqueues'])

function nameIn(words: readonly string[]): string | undefined {
  const named = argumentOf(words, 'name') ?? argumentOf(words, 'dev')
  if (named !== undefined) return named
  for (let at = 0; at < words.length; at++) {
    if (LINK_ARGUMENTS.has(words[at] ?? '')) at++
    else return words[at]
  }
  return undefined
}

function newLives(lives: readonly Life[], namespace: string, words: readonly string[]): Life[] {
  const typeAt = words.indexOf('type')
  const before = typeAt < 0 ? words : words.slice(0, typeAt)
  const after = typeAt < 0 ? [] : words.slice(typeAt + 2)
  const placeOf = (part: readonly string[]): string => {
    const place = argumentOf(part, 'netns') ?? namespace
    return place === '1' ? BENCH : place
  }
  const lowerName = argumentOf(before, 'link')
  const lower = lowerName === undefined ? undefined : find(lives, namespace, lowerName)
  const newLife = (part: readonly string[], rest: Pick<Life, 'lower' | 'peer' | 'isFar'>): Life => {
    const madeAs = { namespace: placeOf(part), name: nameIn(part) ?? UNKNOWN }
    return { ...madeAs, madeAs, addresses: [], ...rest }
  }
  const life = newLife(before, { lower, peer: undefined, isFar: false })
  if (words[typeAt + 1] !== 'veth') return [life]
  const peerAt = after.indexOf('peer')
  const peerWords = peerAt < 0 ? [] : after.slice(peerAt + 1)
  const peer = newLife(peerWords, { lower: undefined, peer: life, isFar: true })
  life.peer = peer
  return [life, peer]
}

function madeBy(lives: readonly Life[], command: PlainCommand): readonly Life[] {
  const last = lives.at(-1)
  const isPair = last?.peer !== undefined && command.argv.includes('veth')
  return last === undefined ? [] : isPair && last.peer !== undefined ? [last, last.peer] : [last]
}

/** The interfaces that a command names, or reaches its gateway by. */
function aboutOf(lives: readonly Life[], command: PlainCommand): readonly Life[] {
  const { namespace, argv } = command
  const named = (name: string | undefined): readonly Life[] => {
    const life = name === undefined ? undefined : find(lives, namespace, name)
    return life === undefined ? [] : [life]
  }
  if (argv[0] === 'sysctl') return argv.slice(1).flatMap((word) => named(deviceOfKey(word)))
  if (argv[0] === 'bridge') return named(argumentOf(argv, 'dev'))
  if (argv[0] !== 'ip') return []
  const [object, verb, words] = ipWords(command) ?? ['', '', []]
  if (object === 'link' && verb === 'add') return named(argumentOf(words, 'link'))
  if (object === 'link') {
    const [name, rest] = linkSetWords(words)
    return [...named(name), ...named(argumentOf(rest, 'master'))]
  }
  if (object === 'route') {
    const device = named(argumentOf(words, 'dev'))
    return device.length > 0 ? device : behind(lives, namespace, argumentOf(words, 'via'))
  }
  // A rule stays without its interface.
  return object === 'rule' || object === 'netns' ? [] : named(argumentOf(words, 'dev'))
}

function behind(lives: readonly Life[], namespace: string, via: string | undefined): readonly Life[] {
  const gateway = via === undefined ? undefined : parseIpv4(via)
  if (gateway === undefined) return []
  return lives.filter(
    (life) =>
      life.namespace === namespace &&
      life.addresses.some(({ address, length }) => length < 32 && inPrefix(gateway, address, length)),
  )
}

/** The interface in a sysctl's key, `eth0` of `net.ipv4.conf.eth0.proxy_arp=1`. */
export function deviceOfKey(word: string): string | undefined {
  const key = word.split('=', 1)[0] ?? ''
  const match = /^net[./]ipv4[./](?:conf|neigh)[./](.+)[./][^./]+$/.exec(key)
  const name = match?.[1]
  return key.startsWith('net/') ? name : name?.replaceAll('/', '.')
}
