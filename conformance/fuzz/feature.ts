/** What a random lab is made of: one shape, which is its topology, and some twists that change or ask something. */
import type { Draw } from './draw.ts'
import type { LabPlan } from './plan.ts'

/** The families of each suite. A suite's seeds are its own: what one suite gains changes no lab of the other. */
export const SUITES = {
  /** Links, neighbours, routes, and ping. */
  plain: ['lan', 'router', 'bridge', 'vlan', 'macvlan', 'ipvlan'],
  /** Netfilter, UDP and TCP, the spanning tree: what remembers. */
  stateful: ['filter', 'nat', 'socket', 'stp'],
  /** What the other two leave out, and settings that change while packets are under way. */
  wide: ['policy', 'station', 'error', 'switching', 'tag', 'child', 'life', 'firewall', 'stream', 'tree'],
  /** What the other suites do, in networks of several parts, and what people type besides. */
  mixed: ['deep-edge', 'deep-station', 'deep-switch', 'deep-tag', 'type-edge', 'type-station', 'type-switch'],
} as const
export type Suite = keyof typeof SUITES
export type Family = (typeof SUITES)[Suite][number]

/** A topology. `features` are the names that it counts for. */
export interface Shape {
  readonly features: readonly string[]
  readonly build: (lab: LabPlan) => void
}

/** A change or a question; works with every shape of its family, one without a family with all shapes. */
export interface Twist {
  readonly name: string
  readonly apply: (lab: LabPlan, draw: Draw) => void
}
