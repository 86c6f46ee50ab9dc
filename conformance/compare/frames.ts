/** Compares what each interface saw: which frames, in which order, at which times. */
import type { RecordedFrame, Recording } from '../../src/contract/recording.ts'
import { isHarmlessOrder } from './conversations.ts'
import type { Difference } from './difference.ts'
import { headerFields } from './header-fields.ts'
import { diffLines } from './list-diff.ts'
import type { Normaliser } from './normaliser.ts'
import { lateFrames, paceOf } from './timing.ts'
import type { Pace } from './timing.ts'

/** One play of the lab and its normaliser. */
export interface Play {
  readonly recording: Recording
  readonly normaliser: Normaliser
}

export interface FrameComparison {
  readonly frames: number
  readonly equal: number
  readonly differences: readonly Difference[]
}

/** All interfaces of either play, Linux's first; one that a play does not have saw no frame there. */
export function compareFrames(real: Play, ours: Play): FrameComparison {
  const pace = paceOf(real.recording, ours.recording)
  const devices = new Set([...Object.keys(real.recording.captures), ...Object.keys(ours.recording.captures)])
  const differences: Difference[] = []
  let frames = 0
  let equal = 0
  for (const dev of devices) {
    const result = compareDevice(dev, real, ours, pace)
    frames += result.frames
    equal += result.equal
    differences.push(...result.differences)
  }
  return { frames, equal, differences }
}

function compareDevice(dev: string, real: Play, ours: Play, pace: Pace): FrameComparison {
  const realFrames = real.recording.captures[dev] ?? []
  const oursFrames = ours.recording.captures[dev] ?? []
  const haveBytes = realFrames.every(([, , hex]) => hex !== '')
  const realLines = realFrames.map((frame) => wholeLine(frame, real.normaliser, haveBytes))
  const oursLines = oursFrames.map((frame) => wholeLine(frame, ours.normaliser, haveBytes))
  const frames = Math.max(realLines.length, oursLines.length)
  const lines = diffLines(realLines, oursLines)
  if (lines.length === 0) {
    const late = lateFrames(realFrames, oursFrames, pace)
    return { frames, equal: frames, differences: late.length > 0 ? [{ kind: 'timing', where: dev, lines: late }] : [] }
  }
  const equal = realLines.length - lines.filter((line) => line.startsWith('-')).length
  if (!haveSameMembers(realLines, oursLines))
    return { frames, equal, differences: [{ kind: 'frames', where: dev, lines }] }
  const timesS = realFrames.map(([at]) => at)
  if (isHarmlessOrder(timesS, realLines, oursLines)) return { frames, equal: frames, differences: [] }
  return { frames, equal, differences: [{ kind: 'order', where: dev, lines }] }
}

const wholeLine = ([, line, hex]: RecordedFrame, normaliser: Normaliser, withBytes: boolean): string =>
  normaliser.frame(line) + (withBytes ? headerFields(hex) : '')

function haveSameMembers(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && [...a].sort().join('\n') === [...b].sort().join('\n')
}
