/** How `ip link set` is worked into a setup. */
import { isOpaqueAbout, quoted, remove, replace, withoutComment, withWords } from './fold-text.ts'
import type { Change } from './fold-text.ts'
import { find, ipWords, linkSetWords } from './replay.ts'
import type { Life, Replay, Step } from './replay.ts'

/** `ip link set`: a value is said anew where it was said, a switch or a bridge is taken back. */
export function changeLink({ steps, lives }: Replay, namespace: string, words: readonly string[]): Change | undefined {
  const [name, rest] = linkSetWords(words)
  const life = find(lives, namespace, name)
  if (life === undefined || steps.some((step) => isOpaqueAbout(step, namespace, name))) return undefined
  const [property = '', value] = rest
  if (property === 'up' || property === 'down') return rest.length === 1 ? switchLink(steps, life, property) : undefined
  if (property === 'nomaster') return changeMaster(steps, life, undefined)
  if (property === 'master') return changeMaster(steps, life, find(lives, namespace, value ?? ''))
  if (property === 'type') return changeKind(steps, life, rest)
  const isSimple = ['mtu', 'address', 'promisc', 'multicast', 'allmulticast', 'alias'].includes(property)
  if (!isSimple || value === undefined || rest.length !== 2) return undefined
  const step = steps.findLast((each) => isLinkSet(each, life) && settingsOf(each)[0] === property)
  if (step === undefined || settingsOf(step).length !== 2) return undefined
  // A child takes MTU and address from its parent when it is made, and keeps a smaller MTU when its parent's grows again.
  if (steps.some((each) => isChildOf(each, life))) return undefined
  const source = withoutComment(step).replace(/(?:"[^"]*"|'[^']*'|\S+)$/, () => quoted(value))
  return replace(step, source, [...(step.command?.argv.slice(0, -1) ?? []), value])
}

/** Options of a bridge whose moment does not matter, and which no other depends on. */
const BRIDGE_OPTIONS = ['stp_state', 'vlan_filtering', 'ageing_time', 'priority', 'forward_delay']

/** `type bridge OPTION VALUE` and `type macvlan mode MODE`: in the last line that says it, or where the interface is made. */
function changeKind(steps: readonly Step[], life: Life, rest: readonly string[]): Change | undefined {
  const [, kind = '', option = '', value, ...more] = rest
  const isMeant = (kind === 'bridge' && BRIDGE_OPTIONS.includes(option)) || (kind === 'macvlan' && option === 'mode')
  if (!isMeant || value === undefined || more.length > 0) return undefined
  const step = steps.findLast((each) => {
    const isAbout = isLinkSet(each, life) || (isLinkAdd(each) && each.about.includes(life))
    const words = each.command?.argv ?? []
    return isAbout && words[words.indexOf('type') + 1] === kind && words.includes(option)
  })
  if (step?.command === undefined) return undefined
  const at = step.command.argv.lastIndexOf(option)
  const source = withWords(step, new Map([[at + 1, value]]))
  return source === undefined ? undefined : { removed: [], replaced: [{ step, source }], isAppended: false }
}

function isLinkAdd({ command }: Step): boolean {
  const [object, verb] = (command === undefined ? undefined : ipWords(command)) ?? []
  return object === 'link' && verb === 'add'
}

function isLinkSet({ command, about }: Step, life: Life): boolean {
  const [object, verb] = (command === undefined ? undefined : ipWords(command)) ?? []
  return object === 'link' && verb === 'set' && about[0] === life
}

function settingsOf({ command }: Step): readonly string[] {
  const [, , words] = (command === undefined ? undefined : ipWords(command)) ?? []
  return linkSetWords(words ?? [])[1]
}

function isChildOf({ command, about }: Step, life: Life): boolean {
  const [object, verb] = (command === undefined ? undefined : ipWords(command)) ?? []
  return object === 'link' && verb === 'add' && about.some(({ lower }) => lower === life)
}

/** `down` takes back the one `up`, where nothing needed it: routes and children ask for a link that is up. */
function switchLink(steps: readonly Step[], life: Life, property: 'up' | 'down'): Change | undefined {
  const isSwitch = (step: Step): boolean =>
    isLinkSet(step, life) && settingsOf(step).some((word) => word === 'up' || word === 'down')
  const switches = steps.filter(isSwitch)
  const [step] = switches
  if (property !== 'down' || switches.length !== 1 || step === undefined || settingsOf(step).join(' ') !== 'up') {
    return undefined
  }
  const isNeeded = steps.some((other) => {
    const [object] = (other.command === undefined ? undefined : ipWords(other.command)) ?? []
    const isNear = other.command?.namespace === life.namespace
    return isChildOf(other, life) || (isNear && (object === 'route' || object === 'neighbour'))
  })
  return isNeeded ? undefined : remove([step])
}

/** What was said of a port goes with its bridge; a new bridge is joined at the end. */
function changeMaster(steps: readonly Step[], life: Life, bridge: Life | undefined): Change | undefined {
  const masters = steps.filter((step) => isLinkSet(step, life) && settingsOf(step).includes('master'))
  const [first] = masters
  if (first === undefined || steps.some((step) => isLinkSet(step, life) && settingsOf(step).includes('nomaster'))) {
    return undefined
  }
  if (masters.some((step) => settingsOf(step).length !== 2)) return undefined
  if (bridge !== undefined && masters.at(-1)?.about.includes(bridge) === true) return remove([])
  const settings = steps.slice(steps.indexOf(first)).filter((step) => {
    const isBridge = step.command?.argv[0] === 'bridge' || settingsOf(step).includes('bridge_slave')
    return isBridge && step.about.includes(life)
  })
  return { removed: [...masters, ...settings], replaced: [], isAppended: bridge !== undefined }
}
