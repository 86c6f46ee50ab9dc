/** Makes the random lab of a seed. */
import { ping } from './commands.ts'
import { Draw } from './draw.ts'
import { recipeOf } from './features.ts'
import type { Suite } from './feature.ts'
import { LabPlan, look, lookAtBridge } from './plan.ts'

export interface RandomLab {
  readonly seed: number
  /** `fuzz-` and the seed, with the suite between them unless it is the plain one. */
  readonly name: string
  readonly features: readonly string[]
  readonly text: string
}

/** The last one then starts when a neighbour is hardly ever not REACHABLE any more by chance. */
const ACTIONS_AT_MOST = 8
/** What the kernel does by itself after a packet, 1.02, 2.05, 3.07 and 5.0 to 5.26 seconds later, falls between actions. */
const GAP_S = 2.25
/** A play must end before a neighbour that left REACHABLE by chance, after 15 s at the earliest, is probed 5 s later. */
const SECONDS_AT_MOST = 20
const SETTLE_AT_MOST_S = 7

/** The lab of a seed, an integer from 0 on; the same seed of the same suite always gives the same text. */
export function generateLab(seed: number, suite: Suite = 'plain'): RandomLab {
  const { family, shape, twists, extra } = recipeOf(seed, suite)
  const draw = suite === 'plain' ? new Draw(seed, 'lab') : new Draw(seed, suite, 'lab')
  const lab = new LabPlan(draw.sub('shape'), { joinsNoGroup: suite === 'mixed' })
  shape.build(lab)
  for (const twist of twists) twist.apply(lab, draw.sub(twist.name))
  const features = [...shape.features, ...twists.map(({ name }) => name)]
  if (extra !== undefined && lab.groups.flat().length < ACTIONS_AT_MOST - 3) {
    extra.apply(lab, draw.sub(extra.name))
    features.push(extra.name)
  }
  const ordered = orderedActions(lab, draw.sub('order'))
  const actions = suite === 'mixed' ? ordered.map(withPatience) : ordered
  const head = `# Random lab ${seed} (${family}): ${features.join(', ')}.`
  const text = [head, ...lab.setupLines(), '#%% run', ...actions, ...timing(actions.length, draw.sub('time'))].join(
    '\n',
  )
  const name = suite === 'plain' ? `fuzz-${seed}` : `fuzz-${suite}-${seed}`
  return { seed, name, features, text: `${text}\n` }
}

/** A connection that nobody answers ends before the lab does: in other networks than a twist was made for, there may be nobody. */
function withPatience(action: string): string {
  return / -[kl]+ | -l /.test(action) || / -w /.test(action) ? action : action.replace(/\bnc (?=.*\d)/, 'nc -w 4 ')
}

/** The groups in a random order, after a first ping and before a last look where there is room. */
function orderedActions(lab: LabPlan, draw: Draw): string[] {
  const room = ACTIONS_AT_MOST - lab.first.length
  const groups = trimmed(draw.shuffle(lab.groups), room)
  const actions = groups.flat()
  const { from, to } = lab.pairs[0] ?? lab.near(draw)
  if (actions.length < room && draw.chance(0.7)) actions.unshift(ping(from.ns, to.address))
  if (actions.length < room && draw.chance(0.7)) {
    const [one] = draw.shuffle(lab.bridges)
    const lookAtHost = look(draw, draw.pick(lab.hosts))
    actions.push(one === undefined || draw.chance(0.5) ? lookAtHost : lookAtBridge(draw, one))
  }
  return [...lab.first, ...actions]
}

/** Without the last actions of the longest groups, until all fit. */
function trimmed(groups: readonly (readonly string[])[], most: number): string[][] {
  const rest = groups.map((group) => [...group])
  while (rest.flat().length > most) {
    const longest = rest.reduce((a, b) => (b.length > a.length ? b : a))
    longest.pop()
  }
  return rest
}

/**
 * Each action has its slot, so that slow starts of processes on the real machine do not add up. The end is half a second
 * off, for the kernel's own timers are whole seconds after an action.
 */
function timing(actions: number, draw: Draw): string[] {
  const room = Math.min(SETTLE_AT_MOST_S, Math.floor(SECONDS_AT_MOST - GAP_S * actions))
  return [`#%% settle ${draw.integer(1, Math.max(2, room))}.5`, `#%% gap ${GAP_S}`]
}
