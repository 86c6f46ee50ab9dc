// What the engine is given from outside.
import type { Limits } from '../kernel/world.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Clone } from './clone.ts'
import type { Pace } from './pace.ts'

/** What the platform gives the engine. */
export interface EngineHost {
  readonly clone: Clone
  /** Lets the platform breathe (answer queries); called between slices of work. Missing: never. */
  readonly breathe?: () => Promise<void>
  /** True when the present slice of work has lasted long enough. */
  readonly isSliceOver?: () => boolean
  /** Told when something worth showing has happened. */
  readonly onProgress?: () => void
}

/** Where nothing else is said. */
export const DEFAULT_SEED = '1'

export interface EngineOptions {
  readonly seed?: string
  readonly limits?: Limits
  /** That of the recordings when left out. */
  readonly pace?: Pace
  /** A checkpoint of the same lab to go on from; it brings its seed and limits along. */
  readonly from?: Checkpoint | undefined
}
