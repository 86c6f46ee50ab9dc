// The benchmarks themselves, one JSON object a line: bundled by main.ts and run in a process of their own.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { playText } from '../conformance/play-engine.ts'
import { MILLISECOND_NS } from '../src/sim/time.ts'
import { runStar, type StarResult } from './star.ts'

/** The last number is what ns-3 3.37 with SimpleNetDevice did at this work on a two-core machine. */
const STARS = [
  { name: 'star-100', hosts: 100, virtualMs: 500, ns3PingsPerS: 65_000 },
  { name: 'star-1000', hosts: 1000, virtualMs: 230, ns3PingsPerS: 20_000 },
] as const

/** Runs of each case; the best counts, as everything else on the machine only slows a run down. */
const RUNS = 3

/** From the top folder, where npm starts scripts: a bundle does not know where its sources were. */
const LABS = 'conformance/labs'

function bestOf(runs: readonly StarResult[]): StarResult {
  return runs.reduce((a, b) => (b.cpuSeconds < a.cpuSeconds ? b : a))
}

/** Processor time for one frame that a device receives, in microseconds. */
function cpuUsPerDelivery({ cpuSeconds, deliveries }: StarResult): number {
  return rounded((cpuSeconds * 1e6) / deliveries)
}

function rounded(value: number): number {
  return Number(value.toFixed(2))
}

function benchEngine(): void {
  runStar(20, 20 * MILLISECOND_NS, false)
  for (const trace of [false, true]) {
    const costs = STARS.map(({ name, hosts, virtualMs, ns3PingsPerS }) => {
      const best = bestOf(Array.from({ length: RUNS }, () => runStar(hosts, virtualMs * MILLISECOND_NS, trace)))
      const pingsPerS = Math.round(best.pings / best.seconds)
      const pingsPerCpuS = Math.round(best.pings / best.cpuSeconds)
      const cost = cpuUsPerDelivery(best)
      print({
        name,
        trace,
        pings_per_s: pingsPerS,
        deliveries_per_s: Math.round(best.deliveries / best.seconds),
        pings_per_cpu_s: pingsPerCpuS,
        cpu_us_per_delivery: cost,
        times_ns3: rounded(pingsPerS / ns3PingsPerS),
        times_ns3_by_cpu: rounded(pingsPerCpuS / ns3PingsPerS),
      })
      return cost
    })
    const [small, large] = costs
    if (small !== undefined && large !== undefined)
      print({ name: 'growth', trace, cost_per_delivery_1000_by_100: rounded(large / small) })
  }
}

/** Plays all conformance labs in this process, one after the other, with trace and processes, without comparing. */
async function benchCorpus(): Promise<void> {
  const texts = readdirSync(LABS).map((file) => readFileSync(join(LABS, file), 'utf8'))
  const cpuBefore = process.cpuUsage()
  const began = performance.now()
  for (const text of texts) await playText(text, () => ({}))
  const seconds = (performance.now() - began) / 1000
  const cpu = process.cpuUsage(cpuBefore)
  const cpuSeconds = (cpu.user + cpu.system) / 1e6
  print({ name: 'corpus', labs: texts.length, seconds: rounded(seconds), cpu_seconds: rounded(cpuSeconds) })
}

function print(result: Readonly<Record<string, string | number | boolean>>): void {
  console.log(JSON.stringify(result))
}

if (process.argv[2] === 'corpus') await benchCorpus()
else benchEngine()
