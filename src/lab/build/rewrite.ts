/**
 * A setup that says something else from the start: a link that always had its new name, an address that was always the
 * other one. Where a lab's own lines are plain enough for that, they change and nothing is added.
 */
import { formatIpv4, formatMac, networkOf, parsePrefix, type MacAddress } from '../../wire/address.ts'
import { parseLab } from '../document.ts'
import type { LabDocument } from '../document.ts'
import { bareCommand } from '../plain-commands.ts'
import { overlaps } from './addresses.ts'
import { applyChange, isOpaqueAbout, withWords } from './fold-text.ts'
import type { DeviceRef } from './gesture.ts'
import { argumentOf, deviceOfKey, find, ipWords, linkSetWords, makesNamesake, replayOf } from './replay.ts'
import type { Life, Replay, Step } from './replay.ts'

export type Rewrite =
  | {
      readonly kind: 'link-name'
      readonly device: DeviceRef
      readonly name: string
      /** A MAC address that comes from the name; a text that speaks of it is left alone. */
      readonly mac: MacAddress
    }
  | {
      readonly kind: 'address'
      readonly device: DeviceRef
      readonly from: string
      readonly to: string
      /** Namespaces whose routes lead to the new address instead of the old one. */
      readonly followers: readonly string[]
    }

/** The text with lines that say it; undefined where that is not sure to build the same network. */
export function rewriteSetup(document: LabDocument, rewrite: Rewrite): string | undefined {
  const replay = replayOf(document)
  const life = find(replay.lives, rewrite.device.namespace, rewrite.device.name)
  if (life === undefined || replay.steps.some((step) => isOpaqueAbout(step, life.namespace, life.name)))
    return undefined
  if (rewrite.kind === 'address') return withAddress(document, replay, life, rewrite)
  return document.text.toLowerCase().includes(formatMac(rewrite.mac))
    ? undefined
    : withName(document, replay, life, rewrite.name)
}

type Words = ReadonlyMap<number, string>

/** Changes words of steps; undefined when one of them can't be changed. */
function write(document: LabDocument, changes: readonly (readonly [Step, Words])[]): string | undefined {
  const replaced = changes.map(([step, words]) => ({ step, source: withWords(step, words) }))
  const sound = replaced.flatMap(({ step, source }) => (source === undefined ? [] : [{ step, source }]))
  if (sound.length < replaced.length) return undefined
  return applyChange(document, { removed: [], replaced: sound, isAppended: false }, '')
}

function withAddress(
  document: LabDocument,
  { steps }: Replay,
  life: Life,
  { from, to, followers }: Extract<Rewrite, { kind: 'address' }>,
): string | undefined {
  const [old, wanted] = [parsePrefix(from), parsePrefix(to)]
  if (old === undefined || wanted === undefined) return undefined
  const about = steps.filter((step) => objectOf(step) === 'address' && step.about.includes(life))
  const said = about.filter(({ command }) => command?.argv.includes(from) === true)
  const [step] = said
  if (said.length !== 1 || step?.command === undefined || about.some((each) => verbOf(each) !== 'add')) return undefined
  // What was worked out from the address would have to change too.
  if (['peer', 'label', 'local', 'brd', 'broadcast'].some((word) => step.command?.argv.includes(word) === true))
    return undefined
  const gateway = formatIpv4(old.address)
  const isNear =
    old.length === wanted.length && networkOf(old.address, old.length) === networkOf(wanted.address, old.length)
  const leadsAstray = ({ command }: Step): boolean => {
    if (command?.namespace !== life.namespace) return false
    const via = parsePrefix(argumentOf(command.argv, 'via') ?? '')
    return argumentOf(command.argv, 'src') === gateway || (!isNear && via !== undefined && overlaps(via, old))
  }
  if (steps.some(leadsAstray)) return undefined
  const routes = steps.filter(({ command }) => {
    return command !== undefined && followers.includes(command.namespace) && argumentOf(command.argv, 'via') === gateway
  })
  const found = new Set(routes.map(({ command }) => command?.namespace))
  if (followers.some((namespace) => !found.has(namespace))) return undefined
  const via = (argv: readonly string[]): Words => new Map([[argv.indexOf('via') + 1, formatIpv4(wanted.address)]])
  return write(document, [
    [step, new Map([[step.command.argv.indexOf(from), to]])],
    ...routes.map((route) => [route, via(route.command?.argv ?? [])] as const),
  ])
}

function objectOf({ command }: Step): string | undefined {
  return command === undefined ? undefined : ipWords(command)?.[0]
}

function verbOf({ command }: Step): string | undefined {
  return command === undefined ? undefined : ipWords(command)?.[1]
}

/** From where it got its present name on, everything that names it. */
function withName(document: LabDocument, { steps, lives }: Replay, life: Life, name: string): string | undefined {
  const naming = steps.findLastIndex((step) => nameGivenAt(step, life) >= 0)
  const start = steps[naming]
  if (start === undefined) return undefined
  // The name may have belonged to another link in between, of which the same words speak.
  if (lives.some((other) => other !== life && other.namespace === life.namespace && other.name === name))
    return undefined
  // A namesake made later would get another MAC address: it counts how many were made so before.
  const { namespace } = life.madeAs
  const isMadeSo = start.makes.includes(life)
  if (isMadeSo && [life.name, name].some((each) => makesNamesake(steps.slice(naming + 1), { namespace, name: each })))
    return undefined
  const changes: (readonly [Step, Words])[] = [[start, new Map([[nameGivenAt(start, life), name]])]]
  for (const step of steps.slice(naming + 1)) {
    const places = step.command === undefined ? [] : placesOf(step, life)
    const words = places.map((place) => [place, renamedWord(step.command?.argv[place] ?? '', life.name, name)] as const)
    if (words.some(([, word]) => word === undefined)) return undefined
    if (words.length > 0) changes.push([step, new Map(words.map(([place, word]) => [place, word ?? '']))])
  }
  const text = write(document, changes)
  return text === undefined ? undefined : inActions(parseLab(text), life, name)
}

/** The word of a statement that gives a link its present name, or -1. */
function nameGivenAt({ command, about }: Step, life: Life): number {
  const [object, verb, words = []] = (command === undefined ? undefined : ipWords(command)) ?? []
  if (command === undefined || object !== 'link' || !about.includes(life)) return -1
  const { argv } = command
  if (verb === 'set') {
    const at = argv.lastIndexOf('name')
    return at > 0 && argv[at + 1] === life.name && linkSetWords(words)[0] !== '' ? at + 1 : -1
  }
  const peerAt = argv.indexOf('peer')
  const isParent = life.lower === undefined && argumentOf(argv, 'link') === life.name
  if (verb !== 'add' || isParent) return -1
  if (life.isFar) return peerAt > 0 && argv[peerAt + 1] === 'name' && argv[peerAt + 2] === life.name ? peerAt + 2 : -1
  const typeAt = argv.indexOf('type')
  return argv.findIndex((word, index) => {
    const isPlace = index < typeAt && (index === 3 || ['name', 'dev'].includes(argv[index - 1] ?? ''))
    return isPlace && word === life.name && argv[index - 1] !== 'link'
  })
}

/** Words after which a link is named. */
const BEFORE_NAMES = ['dev', 'master', 'link', 'iif', 'oif']

/** Where a statement names a link of a namespace. */
function placesOf({ command, about }: Step, life: Life): readonly number[] {
  if (command === undefined) return []
  const { argv, namespace } = command
  const isRule = ipWords(command)?.[0] === 'rule' && namespace === life.namespace
  if (!isRule && !about.includes(life)) return []
  if (argv[0] === 'sysctl') {
    return argv.flatMap((word, index) => (deviceOfKey(word) === life.name ? [index] : []))
  }
  const isLinkSet = ipWords(command)?.[0] === 'link' && ipWords(command)?.[1] !== 'add'
  return argv.flatMap((word, index) => {
    const isNamed = BEFORE_NAMES.includes(argv[index - 1] ?? '') && index > 2
    return word === life.name && (isNamed || (isLinkSet && index === 3)) ? [index] : []
  })
}

/** A word with the new name: itself, or the key of a sysctl. Undefined where dots or slashes leave open what is meant. */
function renamedWord(word: string, from: string, to: string): string | undefined {
  if (word === from) return to
  if (/[./]/.test(from) || /[./]/.test(to)) return undefined
  const renamed = word.replace(new RegExp(`([./])${from.replaceAll(/[$+*?^()[\]{}|\\]/g, '\\$&')}([./])`), `$1${to}$2`)
  return renamed === word ? undefined : renamed
}

/** Flags of programs that take an interface. */
const FLAGS = ['-i', '-I', 'dev']

/** The lab's own actions speak of the link by its new name, as far as they are plain commands. */
function inActions(document: LabDocument, life: Life, name: string): string {
  const replaced = document.actions.flatMap((statement) => {
    const command = statement.isSound ? bareCommand(statement.source) : undefined
    if (command?.namespace !== life.namespace) return []
    const words = new Map<number, string>()
    for (const [index, word] of command.argv.entries()) {
      const isSubject = index === 3 && command.argv[0] === 'ip' && command.argv[1] === 'link'
      if (word === life.name && (isSubject || FLAGS.includes(command.argv[index - 1] ?? ''))) words.set(index, name)
    }
    const step: Step = { statement, command, opaque: [], about: [], makes: [] }
    const source = words.size === 0 ? undefined : withWords(step, words)
    return source === undefined ? [] : [{ step, source }]
  })
  return applyChange(document, { removed: [], replaced, isAppended: false }, '')
}
