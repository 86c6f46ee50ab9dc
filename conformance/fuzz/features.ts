/** All features of random labs, and which of them each seed must have. */
import { Draw } from './draw.ts'
import { SUITES } from './feature.ts'
import type { Family, Shape, Suite, Twist } from './feature.ts'
import { BRIDGE_SHAPES } from './shapes/bridge.ts'
import { IPVLAN_SHAPES, MACVLAN_SHAPES } from './shapes/children.ts'
import { DEEP_BRIDGE_SHAPES, DEEP_EDGE_SHAPES } from './shapes/deep.ts'
import { FILTER_SHAPES, NAT_SHAPES, SOCKET_SHAPES } from './shapes/edge.ts'
import { LAN_SHAPES } from './shapes/lan.ts'
import { ROUTER_SHAPES } from './shapes/router.ts'
import { STP_SHAPES } from './shapes/stp.ts'
import { VLAN_SHAPES } from './shapes/vlan.ts'
import { ARP_TWISTS } from './twists/arp.ts'
import { BRIDGE_TWISTS } from './twists/bridge.ts'
import { IPVLAN_TWISTS, MACVLAN_TWISTS, VLAN_TWISTS } from './twists/children.ts'
import { FILTER_MATCH_TWISTS } from './twists/filter-match.ts'
import { FILTER_TWISTS } from './twists/filter.ts'
import { FIREWALL_EDIT_TWISTS } from './twists/firewall-edit.ts'
import { FORWARDING_TWISTS } from './twists/forwarding.ts'
import { LINK_TWISTS } from './twists/links.ts'
import { NET_TOOLS_TWISTS } from './twists/mixed/net-tools.ts'
import { RULE_TWISTS } from './twists/mixed/rules.ts'
import { SHOW_TWISTS } from './twists/mixed/shows.ts'
import { SOCKET_WORD_TWISTS } from './twists/mixed/sockets.ts'
import { SWITCH_TWISTS } from './twists/mixed/switches.ts'
import { FLOW_WATCHING_TWISTS, WATCHING_TWISTS } from './twists/mixed/watching.ts'
import { NAT_TWISTS } from './twists/nat.ts'
import { NEIGHBOUR_TWISTS } from './twists/neighbours.ts'
import { PING_TWISTS } from './twists/ping.ts'
import { ROUTE_TWISTS } from './twists/routes.ts'
import { SOCKET_TWISTS } from './twists/sockets.ts'
import { STP_TWISTS } from './twists/stp.ts'
import { CHILD_TWISTS } from './twists/wide/children.ts'
import { ERROR_TWISTS } from './twists/wide/error.ts'
import { FIREWALL_TWISTS } from './twists/wide/firewall.ts'
import { LIFE_TWISTS } from './twists/wide/life.ts'
import { POLICY_TWISTS } from './twists/wide/policy.ts'
import { STATION_TWISTS } from './twists/wide/station.ts'
import { STREAM_TWISTS } from './twists/wide/streams.ts'
import { SWITCHING_TWISTS } from './twists/wide/switching.ts'
import { TAG_TWISTS } from './twists/wide/tags.ts'
import { TREE_TWISTS } from './twists/wide/tree.ts'

/** In this many consecutive seeds of a suite every feature appears at least `APPEARANCES_AT_LEAST` times. */
export const WINDOW: Readonly<Record<Suite, number>> = { plain: 200, stateful: 200, wide: 400, mixed: 650 }
export const APPEARANCES_AT_LEAST = 5

interface FamilyParts {
  readonly shapes: readonly Shape[]
  readonly twists: readonly Twist[]
  /** How many seeds of a window; enough for the shapes one a seed and for the twists two a seed. */
  readonly seeds: number
}

const FAMILY_PARTS: Readonly<Record<Family, FamilyParts>> = {
  lan: { shapes: LAN_SHAPES, twists: [], seeds: 20 },
  router: { shapes: ROUTER_SHAPES, twists: [...ROUTE_TWISTS, ...FORWARDING_TWISTS], seeds: 67 },
  bridge: { shapes: BRIDGE_SHAPES, twists: BRIDGE_TWISTS, seeds: 40 },
  vlan: { shapes: VLAN_SHAPES, twists: VLAN_TWISTS, seeds: 20 },
  macvlan: { shapes: MACVLAN_SHAPES, twists: MACVLAN_TWISTS, seeds: 30 },
  ipvlan: { shapes: IPVLAN_SHAPES, twists: IPVLAN_TWISTS, seeds: 23 },
  filter: {
    shapes: FILTER_SHAPES,
    twists: [...FILTER_TWISTS, ...FILTER_MATCH_TWISTS, ...FIREWALL_EDIT_TWISTS],
    seeds: 71,
  },
  nat: { shapes: NAT_SHAPES, twists: NAT_TWISTS, seeds: 47 },
  socket: { shapes: SOCKET_SHAPES, twists: SOCKET_TWISTS, seeds: 51 },
  stp: { shapes: STP_SHAPES, twists: STP_TWISTS, seeds: 31 },
  policy: { shapes: ROUTER_SHAPES, twists: POLICY_TWISTS, seeds: 48 },
  station: { shapes: LAN_SHAPES, twists: STATION_TWISTS, seeds: 56 },
  error: { shapes: ROUTER_SHAPES, twists: ERROR_TWISTS, seeds: 38 },
  switching: { shapes: BRIDGE_SHAPES, twists: SWITCHING_TWISTS, seeds: 38 },
  tag: { shapes: VLAN_SHAPES, twists: TAG_TWISTS, seeds: 25 },
  child: { shapes: [...MACVLAN_SHAPES, ...IPVLAN_SHAPES], twists: CHILD_TWISTS, seeds: 75 },
  life: { shapes: [...LAN_SHAPES, ...BRIDGE_SHAPES.slice(0, 2)], twists: LIFE_TWISTS, seeds: 36 },
  firewall: { shapes: NAT_SHAPES, twists: FIREWALL_TWISTS, seeds: 40 },
  stream: { shapes: NAT_SHAPES, twists: STREAM_TWISTS, seeds: 24 },
  tree: { shapes: STP_SHAPES, twists: TREE_TWISTS, seeds: 20 },
  'deep-edge': {
    shapes: DEEP_EDGE_SHAPES,
    twists: [
      ...NAT_TWISTS,
      ...FIREWALL_TWISTS,
      ...STREAM_TWISTS,
      ...ERROR_TWISTS,
      ...POLICY_TWISTS,
      ...ROUTE_TWISTS,
      ...FORWARDING_TWISTS,
    ],
    seeds: 230,
  },
  'deep-station': {
    shapes: [...DEEP_BRIDGE_SHAPES, ...MACVLAN_SHAPES, ...IPVLAN_SHAPES, ...VLAN_SHAPES, ...BRIDGE_SHAPES],
    twists: [...STATION_TWISTS, ...SOCKET_TWISTS, ...FILTER_TWISTS, ...LIFE_TWISTS],
    seeds: 165,
  },
  'deep-switch': {
    shapes: [...DEEP_BRIDGE_SHAPES, ...VLAN_SHAPES.slice(1, 3)],
    twists: [...BRIDGE_TWISTS, ...SWITCHING_TWISTS],
    seeds: 70,
  },
  'deep-tag': {
    shapes: [...MACVLAN_SHAPES, ...IPVLAN_SHAPES, ...DEEP_BRIDGE_SHAPES],
    twists: [...TAG_TWISTS, ...VLAN_TWISTS],
    seeds: 40,
  },
  'type-edge': {
    shapes: [...NAT_SHAPES, ...DEEP_EDGE_SHAPES],
    twists: [...RULE_TWISTS, ...FLOW_WATCHING_TWISTS],
    seeds: 50,
  },
  'type-station': {
    shapes: [...LAN_SHAPES, ...MACVLAN_SHAPES.slice(0, 3), ...VLAN_SHAPES.slice(0, 2), ...DEEP_BRIDGE_SHAPES],
    twists: [...NET_TOOLS_TWISTS, ...SHOW_TWISTS, ...SOCKET_WORD_TWISTS, ...WATCHING_TWISTS],
    seeds: 65,
  },
  'type-switch': { shapes: [...BRIDGE_SHAPES, ...DEEP_BRIDGE_SHAPES], twists: SWITCH_TWISTS, seeds: 30 },
}

/** Twists that fit every shape of a suite: one a seed, in turn. */
const COMMON_TWISTS: Readonly<Record<Suite, readonly Twist[]>> = {
  plain: [...ARP_TWISTS, ...NEIGHBOUR_TWISTS, ...LINK_TWISTS, ...PING_TWISTS],
  stateful: [],
  wide: [],
  mixed: [],
}

/** Neighbours in the order of twists are mixed in blocks of this size, so that not always the same two come together. */
const MIXED_BLOCK = 4

/** Every feature's name, in the order of the lists. */
export const FEATURES: Readonly<Record<Suite, readonly string[]>> = {
  plain: featuresOf('plain'),
  stateful: featuresOf('stateful'),
  wide: featuresOf('wide'),
  mixed: featuresOf('mixed'),
}

function featuresOf(suite: Suite): string[] {
  const parts = SUITES[suite].map((family) => FAMILY_PARTS[family])
  const shapes = parts.flatMap(({ shapes: own }) => own.flatMap(({ features }) => features))
  const twists = [...parts.flatMap(({ twists: own }) => own), ...COMMON_TWISTS[suite]]
  return [...new Set([...shapes, ...twists.map(({ name }) => name)])]
}

export interface Recipe {
  readonly family: Family
  readonly shape: Shape
  /** Must be applied; no two are the same. */
  readonly twists: readonly Twist[]
  /** May be applied where there is room. */
  readonly extra: Twist | undefined
}

/** Which family each seed of a window belongs to, well mixed; the same for every window. */
const FAMILY_OF_SEED: Readonly<Record<Suite, readonly Family[]>> = {
  plain: mixedFamilies('plain', 'families'),
  stateful: mixedFamilies('stateful', 'stateful families'),
  wide: mixedFamilies('wide', 'wide families'),
  mixed: mixedFamilies('mixed', 'mixed families'),
}

function mixedFamilies(suite: Suite, part: string): Family[] {
  const families: readonly Family[] = SUITES[suite]
  return new Draw(0, part).shuffle(
    families.flatMap((family) => Array.from({ length: FAMILY_PARTS[family].seeds }, () => family)),
  )
}

/** What the lab of a seed, an integer from 0 on, consists of. */
export function recipeOf(seed: number, suite: Suite): Recipe {
  const place = seed % WINDOW[suite]
  const families = FAMILY_OF_SEED[suite]
  const family = itemAt(families, place)
  const { shapes, twists, seeds } = FAMILY_PARTS[family]
  // How many seeds of this family came before.
  const before =
    Math.floor(seed / WINDOW[suite]) * seeds + families.slice(0, place).filter((one) => one === family).length
  const own = twists.length === 0 ? [] : [2 * before, 2 * before + 1].map((at) => mixedItem(twists, family, at))
  const common = COMMON_TWISTS[suite]
  const always = common.length === 0 ? [] : [itemAt(common, (seed * STRIDE) % common.length)]
  const extraDraw = new Draw(seed, 'extra')
  const extras = common.filter((twist) => !always.includes(twist))
  const hasExtra = extras.length > 0 && (family === 'lan' || extraDraw.chance(0.25))
  return {
    family,
    shape: itemAt(shapes, before % shapes.length),
    twists: [...new Set([...always, ...own])],
    extra: hasExtra ? extraDraw.pick(extras) : undefined,
  }
}

/** Prime to the number of common twists, so that seeds that follow each other have different kinds. */
const STRIDE = 7

/** The item at a place of the endless list that repeats `list`, each time mixed anew inside blocks. */
function mixedItem(list: readonly Twist[], name: string, at: number): Twist {
  const cycle = Math.floor(at / list.length)
  const place = at % list.length
  const block = Math.floor(place / MIXED_BLOCK)
  const members = list.slice(block * MIXED_BLOCK, (block + 1) * MIXED_BLOCK)
  const mixed = new Draw(cycle, 'mix', name, String(block)).shuffle(members)
  return itemAt(mixed, place - block * MIXED_BLOCK)
}

function itemAt<T>(list: readonly T[], at: number): T {
  const item = list[at]
  if (item === undefined) throw new Error(`no item ${at} in a list of ${list.length}`)
  return item
}
