/** The vocabulary in which a failed ping is explained: the engine's own, of which each code occurs in some recording or is named here. */
import { CAUSES, type CauseCode } from '../../src/contract/causes.ts'

export type { CauseCode }

/** Codes for what no failed ping in the recordings shows. */
const NOT_RECORDED: ReadonlySet<CauseCode> = new Set<CauseCode>([
  'arp-filtered',
  'arp-ignored',
  'arp-off',
  'arp-reply-lost',
  'arp-source-refused',
  'device-down',
  'dropped',
  'echo-ignored',
  'frame-too-long',
  'martian-destination',
  'refused',
  'reply-too-late',
  'source-martian',
  'unanswered',
  'vepa-not-reflected',
])

/** Every check that ended a ping in some recording. */
export const CAUSE_CODES = (Object.keys(CAUSES) as CauseCode[]).filter((code) => !NOT_RECORDED.has(code))

export interface PingFailure {
  readonly lab: string
  /** Index of the action in the lab, from 0. */
  readonly action: number
  readonly command: string
  /** Which packet was lost: the echo request, or the echo reply. */
  readonly lost: 'request' | 'reply'
  /**
   * Where that packet ended: the last interface that saw it, `ns/dev`, or, where it waited for a MAC address, the
   * interface that it was to leave by. Only `ns` for a packet that was never given to a device.
   */
  readonly stoppedAt: string
  /** Whose check decided it: differs from `stoppedAt` where somebody else did not answer, or did not pass on. */
  readonly decidedAt: string
  readonly cause: CauseCode
  /** What in the recording shows it. */
  readonly evidence: string
}
