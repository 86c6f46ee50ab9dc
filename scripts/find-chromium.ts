import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir, platform } from 'node:os'
import { delimiter, join } from 'node:path'

const NAMES_ON_PATH = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]
/** Where a browser folder of Playwright's keeps its program, one entry a platform and flavour. */
const PLAYWRIGHT_PROGRAMS = [
  ['chrome-linux64', 'chrome'],
  ['chrome-linux-arm64', 'chrome'],
  ['chrome-linux', 'chrome'],
  ['chrome-headless-shell-linux64', 'chrome-headless-shell'],
  ['chrome-headless-shell-linux-arm64', 'chrome-headless-shell'],
  ['chrome-linux', 'headless_shell'],
  ['chrome-mac-arm64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
  ['chrome-mac-x64', 'Google Chrome for Testing.app', 'Contents', 'MacOS', 'Google Chrome for Testing'],
]

/** The path of a Chromium or Chrome on this machine, or undefined: Playwright's newest first, then the system's. */
export function findChromium(): string | undefined {
  return [...playwrightPrograms(), ...programsOnPath(), ...APPLICATIONS].find((path) => existsSync(path))
}

/**
 * As findChromium, but installs one when there is none: Debian's package where we may (root, or sudo that asks for
 * no password), else Playwright's own download. Throws when neither is possible.
 */
export function ensureChromium(): string {
  const present = findChromium()
  if (present !== undefined) return present
  const root = rootPrefix()
  if (root !== undefined && programs('apt-get').length > 0) {
    console.log('No Chromium found; installing Debian’s package.')
    run([...root, 'apt-get', 'update', '-qq'])
    run([...root, 'apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'])
  } else if (process.env['PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD'] === undefined) {
    console.log('No Chromium found; downloading Playwright’s.')
    run(['npx', 'playwright', 'install', 'chromium'])
  }
  const installed = findChromium()
  if (installed === undefined) {
    throw new Error('No Chromium: install Chromium or Google Chrome, or run `npx playwright install chromium`.')
  }
  return installed
}

function playwrightPrograms(): string[] {
  const caches = [
    process.env['PLAYWRIGHT_BROWSERS_PATH'],
    join(homedir(), '.cache', 'ms-playwright'),
    join(homedir(), 'Library', 'Caches', 'ms-playwright'),
  ]
  return caches
    .filter((cache) => cache !== undefined && existsSync(cache))
    .flatMap((cache) => {
      const folders = readdirSync(cache!).filter((name) => /^chromium(_headless_shell)?-\d+$/.test(name))
      folders.sort((a, b) => revision(b) - revision(a))
      return folders.flatMap((folder) => PLAYWRIGHT_PROGRAMS.map((parts) => join(cache!, folder, ...parts)))
    })
}

function revision(folder: string): number {
  return Number(folder.replace(/^.*-/, ''))
}

function programsOnPath(): string[] {
  return NAMES_ON_PATH.flatMap(programs)
}

function programs(name: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).filter((path) => existsSync(path))
}

/** What to write before a command that needs root, or undefined where there is no way to be root. */
function rootPrefix(): string[] | undefined {
  if (platform() !== 'linux') return undefined
  if (process.getuid?.() === 0) return []
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
    return ['sudo', '-n']
  } catch {
    return undefined
  }
}

function run([command, ...args]: string[]): void {
  execFileSync(command!, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
}
