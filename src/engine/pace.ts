// How long a machine takes over what is not the kernel's affair: starting a lab's programs, closing its captures.
import { MILLISECOND_NS } from '../sim/time.ts'

export interface Pace {
  /** From the start of an action to the first system call of its program. */
  readonly programStartNs: number
  /** The same for a program that `ip netns exec` starts. */
  readonly netnsExecStartNs: number
  /** Closing the captures at the end. */
  readonly closingNs: number
}

/**
 * The machine of the recordings: labs that play at its pace keep in step with them to their end. It also keeps the timers of two actions
 * apart. Typed commands start at once.
 */
export const RECORDED_PACE: Pace = {
  programStartNs: 130 * MILLISECOND_NS,
  netnsExecStartNs: 216 * MILLISECOND_NS,
  closingNs: 40 * MILLISECOND_NS,
}
