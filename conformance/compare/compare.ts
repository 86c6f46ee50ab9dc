/** Compares a play of a lab with what a real Linux kernel did with the same lab. */
import type { Recording } from '../../src/contract/recording.ts'
import { compareActions } from './actions.ts'
import { DIFFERENCE_KINDS } from './difference.ts'
import type { Comparison } from './difference.ts'
import { compareFrames } from './frames.ts'
import type { Play } from './frames.ts'
import { createNormaliser } from './normaliser.ts'
import { compareState } from './state.ts'

/** A bridge that comes up says by IGMP which groups it listens to, at random times: only Linux does, and it does not count. */
const MEMBERSHIP_REPORT = / > 224\.0\.0\.22: igmp v3 report\b/

function withoutMembershipReports(recording: Recording): Recording {
  const captures = Object.entries(recording.captures).map(
    ([dev, frames]) => [dev, frames.filter(([, line]) => !MEMBERSHIP_REPORT.test(line))] as const,
  )
  return { ...recording, captures: Object.fromEntries(captures) }
}

const playOf = (recording: Recording): Play => {
  const counted = withoutMembershipReports(recording)
  return { recording: counted, normaliser: createNormaliser(counted) }
}

/** Everything in which `ours` differs from `real`, Linux's recording; the README of this folder's parent says what counts. */
export function compareRecordings(real: Recording, ours: Recording): Comparison {
  const [realPlay, oursPlay] = [playOf(real), playOf(ours)]
  const { frames, equal, differences: inFrames } = compareFrames(realPlay, oursPlay)
  const found = [...inFrames, ...compareActions(realPlay, oursPlay), ...compareState(realPlay, oursPlay)]
  const differences = DIFFERENCE_KINDS.flatMap((kind) => found.filter((difference) => difference.kind === kind))
  const differs = DIFFERENCE_KINDS.filter((kind) => found.some((difference) => difference.kind === kind))
  return { lab: real.lab, frames, equal, same: differences.length === 0, differs, differences }
}
