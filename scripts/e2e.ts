// Runs the end-to-end tests against dist/, with whichever Chromium is on the machine.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { ensureChromium } from './find-chromium.ts'

const specs = existsSync('e2e') ? readdirSync('e2e', { recursive: true, encoding: 'utf8' }) : []
if (!specs.some((name) => name.endsWith('.spec.ts'))) {
  console.log('no end-to-end tests yet')
} else if (!existsSync('dist/index.html')) {
  console.error('dist/ is missing: run `npm run build` first; the tests open the built page.')
  process.exitCode = 1
} else {
  console.log(`browser: ${ensureChromium()}`)
  const args = ['playwright', 'test', ...process.argv.slice(2)]
  process.exitCode = spawnSync('npx', args, { stdio: 'inherit' }).status ?? 1
}
