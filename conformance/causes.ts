/**
 * Why each failed ping in the recordings failed. Written down from Linux's recordings alone: what each interface saw, what
 * was answered and what was not. The engine's explanations are tested against it.
 */
import type { PingFailure } from './causes/codes.ts'
import { LATER_CAUSES_ARP } from './causes/later-arp.ts'
import { LATER_CAUSES_IP } from './causes/later-ip.ts'
import { LATER_CAUSES_LINK } from './causes/later-link.ts'
import { MUST_BE_SAME_CAUSES } from './causes/must-be-same.ts'

/** Every failed ping of every recording, once. */
export const PING_FAILURES: readonly PingFailure[] = [
  ...MUST_BE_SAME_CAUSES,
  ...LATER_CAUSES_ARP,
  ...LATER_CAUSES_IP,
  ...LATER_CAUSES_LINK,
]
