// Everything that must hold before a change is kept, cheapest first. Stops at the first stage that fails.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'

const REPORTS = 'node_modules/.cache/test'
const VITEST_REPORT = `${REPORTS}/vitest.json`
const PLAYWRIGHT_REPORT = `${REPORTS}/playwright.json`

interface Stage {
  readonly name: string
  readonly command: readonly [string, ...string[]]
}

interface Count {
  passed: number
  failed: number
  /** Passed at the second try only. */
  flaky: number
}

const npmRun = (script: string): Stage['command'] => ['npm', 'run', '--silent', script]
const VITEST = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${VITEST_REPORT}`] as const

const STAGES: readonly Stage[] = [
  { name: 'typecheck', command: npmRun('typecheck') },
  { name: 'lint', command: npmRun('lint') },
  { name: 'units and conformance', command: ['npx', ...VITEST] },
  { name: 'build', command: npmRun('build') },
  { name: 'bundle size', command: ['npx', 'tsx', 'scripts/bundle-size.ts'] },
  { name: 'end to end', command: npmRun('test:e2e') },
]

function runStage({ name, command: [program, ...args] }: Stage): boolean {
  console.log(`\n=== ${name}`)
  const startedMs = Date.now()
  const { status } = spawnSync(program, args, {
    stdio: 'inherit',
    env: { ...process.env, VETHLAB_PLAYWRIGHT_REPORT: PLAYWRIGHT_REPORT },
    shell: process.platform === 'win32',
  })
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1)
  console.log(`=== ${name}: ${status === 0 ? 'ok' : 'FAILED'} in ${seconds} s`)
  return status === 0
}

/** Sums the reports that exist; a stage that did not run left none. */
function countTests(): Count {
  const count: Count = { passed: 0, failed: 0, flaky: 0 }
  if (existsSync(VITEST_REPORT)) {
    const report = JSON.parse(readFileSync(VITEST_REPORT, 'utf8')) as { numPassedTests: number; numFailedTests: number }
    count.passed += report.numPassedTests
    count.failed += report.numFailedTests
  }
  if (existsSync(PLAYWRIGHT_REPORT)) {
    const { stats } = JSON.parse(readFileSync(PLAYWRIGHT_REPORT, 'utf8')) as {
      stats: { expected: number; unexpected: number; flaky: number }
    }
    count.passed += stats.expected
    count.failed += stats.unexpected
    count.flaky += stats.flaky
  }
  return count
}

rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })
const failedStage = STAGES.find((stage) => !runStage(stage))
const { passed, failed, flaky } = countTests()
const secondTry = flaky === 0 ? '' : `, ${flaky} passed at the second try`
const stopped = failedStage === undefined ? '' : `, stopped at: ${failedStage.name}`
console.log(`\n${passed} passed, ${failed} failed${secondTry}${stopped}`)
process.exitCode = failedStage === undefined ? 0 : 1
