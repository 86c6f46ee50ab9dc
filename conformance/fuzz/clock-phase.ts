/**
 * Where the kernel's whole seconds fell while a lab played. Spanning tree says hello on whole seconds of the kernel's clock
 * (round_jiffies), and when a lab begins between two of them is the machine's affair: before a lab is said to differ it is
 * played here with its seconds where Linux's were.
 */
import type { Recording } from '../../src/contract/recording.ts'

const HELLO = /STP 802\.1d, Config/
/** Timers come up to 28 ms late, so hellos of one clock lie this close together. */
const BIN_S = 0.05
const BINS = Math.round(1 / BIN_S)

/** How much later, in seconds below one, `ours` must begin for its whole seconds to fall where those of `real` did; undefined without a hello. */
export function secondsToWait(real: Recording, ours: Recording): number | undefined {
  const [there, here] = [phaseOf(real), phaseOf(ours)]
  return there === undefined || here === undefined ? undefined : (here - there + 1) % 1
}

/** The part of a second at which most hellos were seen. */
function phaseOf({ captures }: Recording): number | undefined {
  const phases = Object.values(captures).flatMap((frames) =>
    frames.filter(([, line]) => HELLO.test(line)).map(([at]) => at % 1),
  )
  if (phases.length === 0) return undefined
  let best: readonly number[] = []
  for (let bin = 0; bin < BINS; bin++) {
    const from = bin * BIN_S
    // How far a phase lies behind the bin's beginning, around the end of the second.
    const offsets = phases.map((phase) => (phase - from + 1) % 1).filter((offset) => offset < BIN_S)
    if (offsets.length > best.length) best = offsets.map((offset) => from + offset)
  }
  return (best.reduce((sum, phase) => sum + phase, 0) / best.length) % 1
}
