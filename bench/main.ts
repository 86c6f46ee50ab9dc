// Benchmarks, one JSON object a line. usage: npm run --silent bench -- engine
import { MILLISECOND_NS } from '../src/sim/time.ts'
import { runStar } from './star.ts'

/** ns-3 3.37 with SimpleNetDevice did so many pings a second at this work on a two-core machine. */
const NS3_PINGS_PER_SECOND: Readonly<Record<string, number>> = { 'star-100': 65_000, 'star-1000': 20_000 }

const STARS = [
  { name: 'star-100', hosts: 100, virtualMs: 500 },
  { name: 'star-1000', hosts: 1000, virtualMs: 230 },
] as const

/** Runs of each case; the best counts, as everything else on the machine only slows a run down. */
const RUNS = 3

function benchEngine(): void {
  runStar(20, 20 * MILLISECOND_NS, false)
  for (const star of STARS) {
    for (const trace of [false, true]) {
      const runs = Array.from({ length: RUNS }, () => runStar(star.hosts, star.virtualMs * MILLISECOND_NS, trace))
      const best = runs.reduce((a, b) => (b.seconds < a.seconds ? b : a))
      const pingsPerS = Math.round(best.pings / best.seconds)
      console.log(
        JSON.stringify({
          name: star.name,
          trace,
          pings_per_s: pingsPerS,
          deliveries_per_s: Math.round(best.deliveries / best.seconds),
          times_ns3: Number((pingsPerS / (NS3_PINGS_PER_SECOND[star.name] ?? 1)).toFixed(2)),
        }),
      )
    }
  }
}

const what = process.argv[2]
if (what === 'engine') benchEngine()
else {
  console.error('usage: npm run --silent bench -- engine')
  process.exitCode = 2
}
