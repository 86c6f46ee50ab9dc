/** Writes a plan's commands into a lab's setup with the fewest changed lines. */
import { parsePrefix, type Ipv4Prefix } from '../../wire/address.ts'
import { directivesOf, parseLab } from '../document.ts'
import type { LabDocument } from '../document.ts'
import { appendSetup, removeDirective, setDirective } from '../edit.ts'
import { plainCommands } from '../plain-commands.ts'
import type { PlainCommand } from '../plain-commands.ts'
import { overlaps } from './addresses.ts'
import { changeLink } from './fold-link.ts'
import { changeNeighbour, changePort, deleteRule } from './fold-tables.ts'
import { applyChange, isOpaqueAbout, quoted, remove, withoutComment } from './fold-text.ts'
import type { Change } from './fold-text.ts'
import { argumentOf, deviceOfKey, find, goneWith, ipWords, makesNamesake, replayOf } from './replay.ts'
import type { Life, Replay, Step } from './replay.ts'

/**
 * The text with a command worked into its setup. Where the command takes back or changes what one plain statement says
 * (an address that is removed, an MTU set anew, a namespace deleted), that statement goes or changes; else the command
 * is added at the end. The network that the setup builds is the same either way; where that is in doubt the command is
 * added. Loops, pipelines and other text of the author's stay as they are.
 */
export function foldCommand(document: LabDocument, command: string): string {
  const commands = plainCommands([command])
  const [only] = commands
  if (commands.length !== 1 || only === undefined) return appendSetup(document, command)
  const replay = replayOf(document)
  const change = changeFor(replay, only)
  if (change === undefined) return appendSetup(document, command)
  const text = applyChange(document, change, command)
  const [object, verb, words] = ipWords(only) ?? []
  return object === 'netns' && verb === 'delete' ? withoutDirectives(text, words?.[0] ?? '') : text
}

function changeFor(replay: Replay, command: PlainCommand): Change | undefined {
  if (command.argv[0] === 'sysctl') return changeSysctl(replay, command)
  if (command.argv[0] === 'bridge') return changePort(replay, command)
  const [object, verb, words] = ipWords(command) ?? ['', '', []]
  if (object === 'netns' && verb === 'delete') return deleteNamespace(replay, words[0] ?? '')
  if (object === 'link' && verb === 'delete') return deleteLink(replay, command.namespace, words)
  if (object === 'link' && verb === 'set') return changeLink(replay, command.namespace, words)
  if (object === 'address' && verb === 'delete') return deleteAddress(replay, command.namespace, words)
  if (object === 'rule' && verb === 'delete') return deleteRule(replay, command.namespace, words)
  if (object === 'neighbour') return changeNeighbour(replay, command, verb)
  return object === 'route' && verb === 'delete' ? deleteRoute(replay, command.namespace, words) : undefined
}

function changeSysctl({ steps, lives }: Replay, { namespace, argv }: PlainCommand): Change | undefined {
  const [key = '', value] = assignmentIn(argv) ?? []
  if (value === undefined) return undefined
  const at = steps.findLastIndex((step) => {
    const { command } = step
    return command?.argv[0] === 'sysctl' && command.namespace === namespace && assignmentIn(command.argv)?.[0] === key
  })
  const step = steps[at]
  if (step?.command === undefined) return undefined
  const device = deviceOfKey(key)
  const isShared = device === 'default' || device === 'all' || device === undefined
  // A default is inherited by what is made later; a change for all may undo what is said about one in between.
  const later = steps.slice(at + 1)
  if (
    device === 'default' ||
    later.some((other) => isOpaqueAbout(other, namespace, device === undefined || isShared ? '' : device))
  ) {
    return undefined
  }
  const speaksOfMany = later.some(
    ({ command }) =>
      command?.argv[0] === 'sysctl' && command.namespace === namespace && /forward/.test(command.argv.join(' ')),
  )
  if (/forward/.test(key) && speaksOfMany) return undefined
  if (!isShared && step.about[0] !== find(lives, namespace, device)) return undefined
  const source = withoutComment(step).replace(/=(?:"[^"]*"|'[^']*'|[^\s"']*)(["']?)$/, `=${quoted(value)}$1`)
  return assignmentIn(plainCommands([source])[0]?.argv ?? [])?.[1] === value
    ? { removed: [], replaced: [{ step, source }], isAppended: false }
    : undefined
}

/** Key and value of `sysctl -w key=value`, when it is just one, with the key in dots. */
function assignmentIn(argv: readonly string[]): readonly [string, string] | undefined {
  const words = argv.slice(1).filter((word) => !word.startsWith('-'))
  const [key, value] = words.length === 1 ? (words[0] ?? '').split(/=(.*)/s, 2) : []
  if (key === undefined || value === undefined) return undefined
  return [
    key.startsWith('net/') ? key.replaceAll('.', '\u0001').replaceAll('/', '.').replaceAll('\u0001', '/') : key,
    value,
  ]
}

function deleteNamespace({ steps, lives }: Replay, name: string): Change | undefined {
  const gone = goneWith(lives, ({ namespace }) => namespace === name)
  const isCreation = ({ command }: Step): boolean => {
    const [object, verb, words] = (command === undefined ? undefined : ipWords(command)) ?? []
    return object === 'netns' && verb === 'add' && words?.[0] === name
  }
  if (!steps.some(isCreation)) return undefined
  return deleteLives(steps, gone, (step) => isCreation(step) || step.command?.namespace === name, name)
}

function deleteLink({ steps, lives }: Replay, namespace: string, words: readonly string[]): Change | undefined {
  const target = find(lives, namespace, argumentOf(words, 'dev') ?? words[0] ?? '')
  if (target === undefined) return undefined
  return deleteLives(
    steps,
    goneWith(lives, (life) => life === target),
    () => false,
  )
}

/** Takes out all that is said about interfaces that go. None may have been made, or be spoken of, in other ways. */
function deleteLives(
  steps: readonly Step[],
  gone: ReadonlySet<Life>,
  isMeant: (step: Step) => boolean,
  namespace?: string,
): Change | undefined {
  const removed = steps.filter((step) => isMeant(step) || step.about.some((life) => gone.has(life)))
  const creations = removed.flatMap((step) => {
    const [object, verb] = (step.command === undefined ? undefined : ipWords(step.command)) ?? []
    return object === 'link' && verb === 'add' ? step.about : []
  })
  if ([...gone].some((life) => !creations.includes(life))) return undefined
  const isSpokenOf = steps.some(
    (step) =>
      (namespace !== undefined && isOpaqueAbout(step, namespace)) ||
      [...gone].some((life) => isOpaqueAbout(step, life.namespace, life.name)),
  )
  return isSpokenOf || givesOtherMacs(steps, removed) ? undefined : remove(removed)
}

/** Whether an interface that stays would get another MAC address, because a namesake that was made before it no longer is. */
function givesOtherMacs(steps: readonly Step[], removed: readonly Step[]): boolean {
  const goes = new Set(removed)
  return removed.some((step) => {
    const later = steps.slice(steps.indexOf(step)).filter((other) => !goes.has(other))
    return step.makes.some(({ madeAs }) => makesNamesake(later, madeAs))
  })
}

function deleteAddress({ steps, lives }: Replay, namespace: string, words: readonly string[]): Change | undefined {
  const life = find(lives, namespace, argumentOf(words, 'dev') ?? '')
  const prefix = prefixIn(words)
  if (life === undefined || prefix === undefined) return undefined
  if (steps.some((step) => isOpaqueAbout(step, namespace, life.name))) return undefined
  const same = steps.filter((step) => {
    const [object, , said] = (step.command === undefined ? undefined : ipWords(step.command)) ?? []
    const other = object === 'address' && step.about.includes(life) ? prefixIn(said ?? []) : undefined
    return other !== undefined && overlaps(other, prefix)
  })
  // With a second address of the subnet it matters which came first.
  const [step] = same
  if (same.length !== 1 || step?.command === undefined) return undefined
  const [, verb, said] = ipWords(step.command) ?? []
  const given = prefixIn(said ?? [])
  if (verb !== 'add' || given?.address !== prefix.address || given.length !== prefix.length) return undefined
  const isLast = life.addresses.length <= 1
  const isNeeded = steps.some(({ command, about }) => {
    const [object, , others = []] = (command === undefined ? undefined : ipWords(command)) ?? []
    if (command?.namespace !== life.namespace || (object !== 'route' && object !== 'neighbour')) return false
    // With its last address an interface loses all its routes and neighbours (fib_disable_ip).
    if (isLast && about.includes(life)) return true
    const via = parsePrefix(argumentOf(others, 'via') ?? '')
    return others.includes('src') || (via !== undefined && overlaps(via, prefix))
  })
  return isNeeded ? undefined : remove([step])
}

function prefixIn(words: readonly string[]): Ipv4Prefix | undefined {
  return parsePrefix(words.find((word) => /^\d+\.\d+\./.test(word)) ?? '')
}

function deleteRoute({ steps }: Replay, namespace: string, words: readonly string[]): Change | undefined {
  const target = routeTarget(words)
  if (target === undefined || steps.some((step) => isOpaqueAbout(step, namespace, ''))) return undefined
  const routes = steps.filter(({ command }) => {
    const [object, , said = []] = (command === undefined ? undefined : ipWords(command)) ?? []
    const other = object === 'route' && command?.namespace === namespace ? routeTarget(said) : undefined
    return other?.address === target.address && other.length === target.length
  })
  const [step] = routes
  if (routes.length !== 1 || step?.command === undefined) return undefined
  const [, verb, said = []] = ipWords(step.command) ?? []
  const isSame = ['via', 'dev', 'metric', 'table'].every((name) => {
    const [wanted, present] = [argumentOf(words, name), argumentOf(said, name)]
    return wanted === present || (name !== 'table' && (wanted === undefined || present === undefined))
  })
  if (verb !== 'add' || !isSame) return undefined
  // The route to a gateway carries the routes over it.
  const later = steps.slice(steps.indexOf(step) + 1)
  const isDirect = argumentOf(said, 'via') === undefined
  const carries = isDirect && later.some(({ command }) => command?.namespace === namespace && isOver(command, target))
  return carries ? undefined : remove([step])
}

/** Where a route leads; `default` is everywhere. */
function routeTarget(words: readonly string[]): Ipv4Prefix | undefined {
  const word = words[0] === 'to' ? words[1] : words[0]
  return parsePrefix(word === 'default' ? '0.0.0.0/0' : (word ?? ''))
}

function isOver(command: PlainCommand, target: Ipv4Prefix): boolean {
  const [object, , words = []] = ipWords(command) ?? []
  const via = object === 'route' ? parsePrefix(argumentOf(words, 'via') ?? '') : undefined
  return via !== undefined && overlaps(via, target)
}

/** Takes out what the picture says of a namespace that is gone. */
function withoutDirectives(text: string, name: string): string {
  let document = parseLab(text)
  const take = (written: string): void => {
    if (written !== document.text) document = parseLab(written)
  }
  take(removeDirective(document, { kind: 'at', name, x: 0, y: 0 }))
  take(removeDirective(document, { kind: 'role', name, role: '' }))
  take(removeDirective(document, { kind: 'machine', name, namespaces: [] }))
  take(removeDirective(document, { kind: 'alias', machine: name, pairs: [] }))
  for (const directive of directivesOf(document, 'machine')) {
    const namespaces = directive.namespaces.filter((namespace) => namespace !== name)
    if (namespaces.length < directive.namespaces.length) take(setDirective(document, { ...directive, namespaces }))
  }
  for (const directive of directivesOf(document, 'alias')) {
    const pairs = directive.pairs.filter(({ namespace }) => namespace !== name)
    if (pairs.length === directive.pairs.length) continue
    const next = { ...directive, pairs }
    take(pairs.length > 0 ? setDirective(document, next) : removeDirective(document, next))
  }
  return document.text
}
