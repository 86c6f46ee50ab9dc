// How the timeline writes moments and lengths of virtual time: short, in the unit that fits, never rounded to nothing.

const UNITS = [
  { unit: 's', ns: 1e9 },
  { unit: 'ms', ns: 1e6 },
  { unit: 'µs', ns: 1e3 },
  { unit: 'ns', ns: 1 },
] as const

/** A length of time with three digits that count: `690 ms`, `1.02 s`, `3 min 20 s`. */
export function durationText(lengthNs: number): string {
  if (lengthNs >= 60e9) {
    const seconds = Math.round(lengthNs / 1e9)
    const rest = seconds % 60
    return rest === 0 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 60)} min ${rest} s`
  }
  const { unit, ns } = UNITS.find((each) => lengthNs >= each.ns) ?? { unit: 'ns', ns: 1 }
  const value = lengthNs / ns
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${Number(value.toFixed(digits))} ${unit}`
}

/** A moment in seconds, with groups of three decimals down to what `stepNs` needs: `0.690 003 s`. */
export function momentText(moment: number, stepNs = 1): string {
  const decimals = stepNs >= 1e9 ? 0 : stepNs >= 1e6 ? 3 : stepNs >= 1e3 ? 6 : 9
  const wholeNs = Math.round(moment)
  const seconds = Math.floor(wholeNs / 1e9)
  const fraction = String(wholeNs - seconds * 1e9).padStart(9, '0')
  const groups = [fraction.slice(0, 3), fraction.slice(3, 6), fraction.slice(6, 9)].slice(0, decimals / 3)
  return decimals === 0 ? `${seconds} s` : `${seconds}.${groups.join(' ')} s`
}

/** A moment for a narrow place: seconds, with one decimal where they are not whole. */
export function roughMomentText(moment: number): string {
  const tenths = Math.round(moment / 1e8)
  return `${tenths % 10 === 0 ? tenths / 10 : (tenths / 10).toFixed(1)} s`
}

/** The distance of ticks, 1, 2 or 5 times a power of ten, at which they stand at least so far apart. */
export function tickStepNs(pxPerNs: number, leastPx: number): number {
  const least = leastPx / pxPerNs
  const decade = 10 ** Math.floor(Math.log10(least))
  for (const factor of [1, 2, 5]) if (factor * decade >= least) return factor * decade
  return 10 * decade
}

/** tcpdump's line without the link layer's part in front, where room is short. */
export function shortLine(line: string): string {
  return line.replace(/^\S+ > \S+, ethertype [^:]*?, length \d+: (?=.)/, '')
}
