// What a bridge and its ports may be told: part of the system calls.
import type { PortState } from '../contract/read-models.ts'

/** What a new bridge, or a change to one, may set. Times are in milliseconds. */
export interface BridgeSettings {
  readonly ageingTimeMs?: number
  readonly forwardDelayMs?: number
  readonly helloTimeMs?: number
  readonly maxAgeMs?: number
  readonly stpState?: boolean
  readonly priority?: number
  readonly vlanFiltering?: boolean
  /** The type of the tags that the filter looks at. */
  readonly vlanProtocol?: '802.1Q' | '802.1ad'
  readonly defaultPvid?: number
  readonly groupFwdMask?: number
  readonly mcastSnooping?: boolean
  /** Forgets what was learned. */
  readonly flushFdb?: boolean
}

/** What a bridge port may be told. */
export interface PortSettings {
  readonly hairpin?: boolean
  readonly learning?: boolean
  readonly flood?: boolean
  readonly mcastFlood?: boolean
  readonly bcastFlood?: boolean
  readonly isolated?: boolean
  readonly locked?: boolean
  readonly neighSuppress?: boolean
  readonly guard?: boolean
  readonly rootBlock?: boolean
  readonly groupFwdMask?: number
  readonly cost?: number
  readonly priority?: number
  readonly state?: PortState
  readonly flushFdb?: boolean
}
