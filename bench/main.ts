// Benchmarks, one JSON object a line. usage: npm run --silent bench -- engine | corpus [--keep FILE] [--against FILE] | page [--runs N]
import { spawnSync } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'vite'
import { benchPage } from './page/main.ts'

const TURNS = 3

/**
 * Bundles the benchmarks as the page's worker is bundled, and returns the file. To run the sources by a loader would measure the loader: tsx
 * names every function anew each time it is made, which halves the figures.
 */
async function bundle(): Promise<string> {
  const outDir = join('node_modules', '.cache', 'vethlab-bench')
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    // A bundle that was kept runs from anywhere.
    ssr: { noExternal: true },
    build: {
      ssr: 'bench/measure.ts',
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: { output: { entryFileNames: 'measure.mjs' } },
    },
  })
  return join(outDir, 'measure.mjs')
}

function run(file: string, what: string): void {
  const { status } = spawnSync(process.execPath, [file, what], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { keep: { type: 'string' }, against: { type: 'string' }, runs: { type: 'string', default: '5' } },
})
const [what] = positionals
if (what === 'engine' || what === 'corpus') {
  const file = await bundle()
  if (values.keep !== undefined) copyFileSync(file, values.keep)
  const files = values.against === undefined ? [file] : Array<string[]>(TURNS).fill([values.against, file]).flat()
  for (const each of files) {
    if (files.length > 1) console.log(JSON.stringify({ bundle: each }))
    run(each, what)
  }
} else if (what === 'page') {
  await benchPage(Number(values.runs))
} else {
  console.error('usage: npm run --silent bench -- engine | corpus [--keep FILE] [--against FILE] | page [--runs N]')
  process.exitCode = 2
}
