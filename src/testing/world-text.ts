// The whole state of a kernel as text, for tests that compare labs.
import { cloneWorld } from '../kernel/kernel.ts'
import type { World } from '../kernel/world.ts'

/** Everything that a kernel holds: equal states have equal texts. */
export function worldText(world: World): string {
  return JSON.stringify(cloneWorld(world, structuredClone), (key, value: unknown) => {
    if (key === 'modules' || key === 'limits') return undefined
    if (value instanceof Map || value instanceof Set) return Array.from<unknown>(value)
    return value instanceof Uint8Array ? Array.from(value) : value
  })
}
