/** How commands about tables and ports are worked into a setup: rules, neighbours, forwarding entries, port VLANs, port flags. */
import type { PlainCommand } from '../plain-commands.ts'
import { isOpaqueAbout, remove, withWords } from './fold-text.ts'
import type { Change } from './fold-text.ts'
import { argumentOf, find, ipWords, linkSetWords } from './replay.ts'
import type { Life, Replay, Step } from './replay.ts'

/** A rule that is taken back, when it was the last to get a priority by itself: those of the others stay. */
export function deleteRule({ steps }: Replay, namespace: string, words: readonly string[]): Change | undefined {
  if (steps.some((step) => isOpaqueAbout(step, namespace))) return undefined
  const rules = steps.filter(({ command }) => {
    const [object] = (command === undefined ? undefined : ipWords(command)) ?? []
    return object === 'rule' && command?.namespace === namespace
  })
  // Each has its line, so that the last line is the last rule.
  if (rules.some((step) => verbOf(step) !== 'add')) return undefined
  const wanted = words.slice(words[0] === 'priority' ? 2 : 0).join(' ')
  const said = ({ command }: Step): string => (command?.argv.slice(3) ?? []).join(' ')
  const last = rules.at(-1)
  const isOnly = rules.filter((step) => said(step) === wanted).length === 1
  return last !== undefined && isOnly && said(last) === wanted ? remove([last]) : undefined
}

function verbOf({ command }: Step): string | undefined {
  return (command === undefined ? undefined : ipWords(command))?.[1]
}

/** A static neighbour: taken back where it was said, or said anew there with another address. */
export function changeNeighbour(
  { steps, lives }: Replay,
  { namespace, argv }: PlainCommand,
  verb: string,
): Change | undefined {
  const life = find(lives, namespace, argumentOf(argv, 'dev') ?? '')
  if (life === undefined || isUnsure(steps, life)) return undefined
  const about = (words: readonly string[]): string =>
    `${words.includes('proxy') ? 'proxy ' : ''}${words.find((word) => /^\d+\.\d+\./.test(word)) ?? ''}`
  const same = steps.filter(({ command, about: lifes }) => {
    const [object] = (command === undefined ? undefined : ipWords(command)) ?? []
    return object === 'neighbour' && lifes.includes(life) && about(command?.argv ?? []) === about(argv)
  })
  const [step] = same
  if (same.length !== 1 || step?.command === undefined) return undefined
  const said = verbOf(step)
  if (said !== 'add' && said !== 'replace') return undefined
  // What came later may have flushed it: an address that went, a link that was down.
  if (steps.slice(steps.indexOf(step) + 1).some((later) => takesDown(later, life))) return undefined
  if (verb === 'delete') return remove([step])
  const [at, mac] = [step.command.argv.indexOf('lladdr'), argumentOf(argv, 'lladdr')]
  if (verb !== 'replace' || at < 0 || mac === undefined) return undefined
  return saidAnew(step, at + 1, mac)
}

function takesDown({ command, about }: Step, life: Life): boolean {
  const [object, verb, words = []] = (command === undefined ? undefined : ipWords(command)) ?? []
  if (!about.includes(life)) return false
  if (object === 'address') return verb !== 'add'
  return (
    object === 'link' && verb === 'set' && linkSetWords(words)[1].some((word) => word === 'down' || word === 'netns')
  )
}

function saidAnew(step: Step, index: number, word: string): Change | undefined {
  const source = withWords(step, new Map([[index, word]]))
  return source === undefined ? undefined : { removed: [], replaced: [{ step, source }], isAppended: false }
}

function isUnsure(steps: readonly Step[], life: Life): boolean {
  return steps.some((step) => isOpaqueAbout(step, life.namespace, life.name))
}

/** What `bridge` says of a port: a flag anew, an entry or a membership taken back. */
export function changePort({ steps, lives }: Replay, { namespace, argv }: PlainCommand): Change | undefined {
  const life = find(lives, namespace, argumentOf(argv, 'dev') ?? '')
  if (life === undefined || isUnsure(steps, life)) return undefined
  // A port that leaves its bridge loses all that was said of it.
  const joined = steps.findLastIndex((step) => step.about.includes(life) && isAboutMaster(step))
  const since = steps
    .slice(joined + 1)
    .filter((step) => step.command?.argv[0] === 'bridge' && step.about.includes(life))
  const [, object = '', verb = ''] = argv
  if (object === 'link') return changeFlag(since, argv)
  if (object === 'fdb' && /^d/.test(verb))
    return takeBack(since, argv, 'fdb', (words) => `${words[3]} ${argumentOf(words, 'vlan')}`)
  if (object !== 'vlan' || !/^d/.test(verb)) return undefined
  // Another VLAN lost its place as the port's own when this one took it.
  const hasOwn = since.some(({ command }) => command?.argv[1] === 'vlan' && command.argv.includes('pvid'))
  return hasOwn ? undefined : takeBack(since, argv, 'vlan', (words) => argumentOf(words, 'vid'))
}

function isAboutMaster({ command }: Step): boolean {
  const [object, , words = []] = (command === undefined ? undefined : ipWords(command)) ?? []
  return object === 'link' && words.some((word) => word === 'master' || word === 'nomaster')
}

/** Flags that are on unless told; all others are off. */
const ON_BY_DEFAULT = ['learning', 'flood', 'mcast_flood', 'bcast_flood']

function changeFlag(since: readonly Step[], argv: readonly string[]): Change | undefined {
  const [flag = '', value = ''] = argv.slice(-2)
  if (argv.length !== 7 || !/^(?:on|off)$/.test(value)) return undefined
  const said = since.filter(({ command }) => command?.argv[1] === 'link' && command.argv.includes(flag))
  const [step] = said
  if (said.length !== 1 || step?.command === undefined) return undefined
  const isDefault = (value === 'on') === ON_BY_DEFAULT.includes(flag)
  const isAlone = step.command.argv.length === 7 && step.command.argv[5] === flag
  if (isDefault && isAlone) return remove([step])
  return saidAnew(step, step.command.argv.indexOf(flag) + 1, value)
}

/** The one line that says what is taken back; `key` is what of a command tells it from others. */
function takeBack(
  since: readonly Step[],
  argv: readonly string[],
  object: string,
  key: (argv: readonly string[]) => string | undefined,
): Change | undefined {
  const same = since.filter(({ command }) => command?.argv[1] === object && key(command.argv) === key(argv))
  const [step] = same
  return same.length === 1 && step !== undefined && /^(?:a|rep)/.test(step.command?.argv[2] ?? '')
    ? remove([step])
    : undefined
}
