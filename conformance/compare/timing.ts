/**
 * Whether a frame came when it should. How long a process takes to start is the machine's affair; what happens after
 * its first frame is the kernel's. So a frame is on time when it is as long after the frame before it, or after the
 * first frame of any action so far, as it was on Linux.
 */
import type { RecordedFrame, Recording } from '../../src/contract/recording.ts'

const TOLERANCE_S = 0.3
/** Linux: pneigh_enqueue holds a proxied answer back for a random time below proxy_delay, 0.8 s by default. */
const TOLERANCE_WITH_PROXY_DELAY_S = 0.9

/** How far apart two plays' frames may be, and when each action's first frame was seen in either. */
export interface Pace {
  readonly toleranceS: number
  readonly real: readonly (number | undefined)[]
  readonly ours: readonly (number | undefined)[]
}

/** The pace of a lab that was played twice. */
export function paceOf(real: Recording, ours: Recording): Pace {
  return {
    toleranceS: delaysProxyAnswers(real) ? TOLERANCE_WITH_PROXY_DELAY_S : TOLERANCE_S,
    real: firstFrames(real),
    ours: firstFrames(ours),
  }
}

/** The frames of one interface that are off by more than the tolerance, one line each; the lists are equally long. */
export function lateFrames(real: readonly RecordedFrame[], ours: readonly RecordedFrame[], pace: Pace): string[] {
  const late: string[] = []
  for (let k = 1; k < real.length; k++) {
    const at = real[k]?.[0] ?? 0
    const oursAt = ours[k]?.[0] ?? 0
    let off = at - (real[k - 1]?.[0] ?? 0) - (oursAt - (ours[k - 1]?.[0] ?? 0))
    pace.real.forEach((started, action) => {
      const oursStarted = pace.ours[action]
      if (started === undefined || oursStarted === undefined || started > at) return
      const sinceStart = at - started - (oursAt - oursStarted)
      if (Math.abs(sinceStart) < Math.abs(off)) off = sinceStart
    })
    if (Math.abs(off) > pace.toleranceS) late.push(`frame ${k + 1}: ${off.toFixed(2)} s off`)
  }
  return late
}

function delaysProxyAnswers(recording: Recording): boolean {
  const text = recording.setup.output + recording.actions.map((action) => action.command).join('\n')
  return /proxy_arp(?:_pvlan)?=1|neigh add proxy/.test(text) && !/proxy_delay=0/.test(recording.setup.output)
}

/** When the first frame of each action was seen anywhere; undefined for one that sent none before the next began. */
function firstFrames(recording: Recording): (number | undefined)[] {
  const times = Object.values(recording.captures).flatMap((frames) => frames.map(([at]) => at))
  times.sort((a, b) => a - b)
  return recording.actions.map((action, k) => {
    const end = recording.actions[k + 1]?.at ?? Infinity
    return times.find((at) => at >= action.at && at < end)
  })
}
