/** What a random lab is made of: one shape, which is its topology, and some twists that change or ask something. */
import type { Draw } from './draw.ts'
import type { LabPlan } from './plan.ts'

export const FAMILIES = ['lan', 'router', 'bridge', 'vlan', 'macvlan', 'ipvlan'] as const
export type Family = (typeof FAMILIES)[number]

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
