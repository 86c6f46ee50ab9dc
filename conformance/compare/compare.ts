/** Compares a play of a lab with what a real Linux kernel did with the same lab. */
import type { Recording } from '../../src/contract/recording.ts'
import { compareActions } from './actions.ts'
import { DIFFERENCE_KINDS } from './difference.ts'
import type { Comparison } from './difference.ts'
import { compareFrames } from './frames.ts'
import type { Play } from './frames.ts'
import { createNormaliser } from './normaliser.ts'
import { compareState } from './state.ts'

/** Everything in which `ours` differs from `real`, Linux's recording; the README of this folder's parent says what counts. */
export function compareRecordings(real: Recording, ours: Recording): Comparison {
  const realPlay: Play = { recording: real, normaliser: createNormaliser(real) }
  const oursPlay: Play = { recording: ours, normaliser: createNormaliser(ours) }
  const { frames, equal, differences: inFrames } = compareFrames(realPlay, oursPlay)
  const found = [...inFrames, ...compareActions(realPlay, oursPlay), ...compareState(realPlay, oursPlay)]
  const differences = DIFFERENCE_KINDS.flatMap((kind) => found.filter((difference) => difference.kind === kind))
  const differs = DIFFERENCE_KINDS.filter((kind) => found.some((difference) => difference.kind === kind))
  return { lab: real.lab, frames, equal, same: differences.length === 0, differs, differences }
}
