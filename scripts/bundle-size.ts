// Compares the compressed size of what a reader downloads with a budget. Fails when a budget is exceeded.
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUDGETS_KB = {
  /** Scripts and styles that index.html names: what stands between a click on a link and a picture. */
  firstLoad: 250,
  /** The engine's worker, without which no lab runs. */
  engine: 360,
  /** Any one script that is loaded later: a worker, a lazy feature. */
  largestOther: 560,
  /** All scripts and styles together: what is kept for use without a network. */
  all: 1700,
}

const DIST = 'dist'
const html = readFileSync(join(DIST, 'index.html'), 'utf8')
const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
  .filter((name) => /[.](js|css)$/.test(name))
  .map((name) => ({ name, kb: gzipSync(readFileSync(join(DIST, name))).length / 1000 }))
const isFirst = ({ name }: { name: string }) => html.includes(name.replaceAll('\\', '/'))

const isEngine = ({ name }: { name: string }) => /(^|[/\\])worker-/.test(name)

const first = files.filter(isFirst)
const engine = files.filter(isEngine)
const others = files.filter((file) => !isFirst(file))
const largest = others.reduce((a, b) => (b.kb > a.kb ? b : a), { name: 'none', kb: 0 })
const sum = (list: { kb: number }[]) => list.reduce((total, { kb }) => total + kb, 0)

if (first.length === 0) throw new Error('dist/index.html names no script, so there is nothing to measure')
if (engine.length !== 1) throw new Error('the engine’s worker is not one script called worker-…')
const rows = [
  { what: 'first load', kb: sum(first), budgetKb: BUDGETS_KB.firstLoad },
  { what: 'engine', kb: sum(engine), budgetKb: BUDGETS_KB.engine },
  { what: `largest other (${largest.name})`, kb: largest.kb, budgetKb: BUDGETS_KB.largestOther },
  { what: 'all scripts and styles', kb: sum(files), budgetKb: BUDGETS_KB.all },
]
for (const { what, kb, budgetKb } of rows) {
  const isOver = kb > budgetKb
  console.log(`${isOver ? 'OVER' : 'ok  '} ${kb.toFixed(0).padStart(5)} of ${budgetKb} kB gzip  ${what}`)
  if (isOver) process.exitCode = 1
}
