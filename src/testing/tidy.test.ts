// Conventions that no compiler or linter checks. A convention that matters becomes a row here.
import { readdirSync, readFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const CODE_FOLDERS = ['src', 'e2e', 'conformance', 'bench', 'scripts']
const MAX_LINES = 400
const DIFFERENCE_MARK = 'Differs from ' + 'Linux:'

interface SourceFile {
  readonly path: string
  readonly lines: readonly string[]
}

/** Written in halves, so that this file does not contain what it looks for. */
const BANNED: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: new RegExp('\\bFIX' + 'ME\\b'), instead: 'fix it, or open an issue and assert the present behaviour' },
  { pattern: new RegExp('\\bX' + 'XX\\b'), instead: 'say in a sentence what is doubtful' },
  { pattern: new RegExp('\\bHA' + 'CK\\b'), instead: 'say in a sentence why it must be so' },
  { pattern: new RegExp('\\bTO' + 'DO\\b(?!\\(#\\d+\\))'), instead: 'name its issue: TO' + 'DO(#12)' },
  { pattern: new RegExp('\\.on' + 'ly\\('), instead: 'run one test with `npx vitest run FILE -t NAME`' },
  { pattern: new RegExp('\\.sk' + 'ip\\('), instead: 'assert what happens today' },
  { pattern: new RegExp('\\bas a' + 'ny\\b'), instead: 'parse the value, or narrow an unknown' },
  { pattern: new RegExp('@ts-' + '(ignore|nocheck)'), instead: '@ts-expect-error with a reason, in a test only' },
]

function readTree(): SourceFile[] {
  return CODE_FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /[.]tsx?$/.test(name))
      .map((name) => join(folder, name).replaceAll('\\', '/'))
      .map((path) => ({ path, lines: readFileSync(path, 'utf8').trimEnd().split('\n') })),
  )
}

function linesThatMatch(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  )
}

/** The paths in the list that follows the heading "Differs from Linux" in src/README.md, one for each entry. */
function listedDifferences(): string[] {
  const section = readFileSync('src/README.md', 'utf8')
    .split(/^## /m)
    .find((text) => text.startsWith('Differs from Linux'))
  if (section === undefined) throw new Error('src/README.md has no section "Differs from Linux"')
  return [...section.matchAll(/^- `([^`]+)`:/gm)].map(([, path]) => path!)
}

const tree = readTree()

describe('the tree', () => {
  test.each(BANNED)('holds no $pattern', ({ pattern, instead }) => {
    expect(linesThatMatch(tree, pattern), `instead: ${instead}`).toEqual([])
  })

  test(`holds no file of code over ${MAX_LINES} lines: two ideas live in it`, () => {
    const long = tree.filter(({ lines }) => lines.length > MAX_LINES)
    expect(long.map(({ path, lines }) => `${path}: ${lines.length} lines`)).toEqual([])
  })

  test('lists in src/README.md each deliberate difference from Linux, and no other', () => {
    const marked = tree.flatMap(({ path, lines }) =>
      lines.filter((line) => line.includes(DIFFERENCE_MARK)).map(() => path),
    )
    const byCodePoint = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
    expect(listedDifferences().sort(byCodePoint)).toEqual(marked.sort(byCodePoint))
  })
})

describe('the lockfile', () => {
  const text = readFileSync('package-lock.json', 'utf8')

  test('names no registry but the public one', () => {
    const hosts = [...text.matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map(([, host]) => host)
    expect(hosts.filter((host) => host !== 'registry.npmjs.org')).toEqual([])
  })

  test('lists the binary packages of every platform, without which `npm ci` refuses it', () => {
    const { packages } = JSON.parse(text) as { packages: Record<string, { optionalDependencies?: object }> }
    const listed = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')))
    const wanted = Object.values(packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}),
    )
    expect(wanted.length).toBeGreaterThan(0)
    expect(wanted.filter((name) => !listed.has(name))).toEqual([])
  })
})
