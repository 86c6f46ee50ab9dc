/** The options of ifup, ifdown and ifquery, and their usage text. */

export interface IfupOptions {
  readonly all: boolean
  readonly verbose: boolean
  readonly noAct: boolean
  readonly force: boolean
  readonly noScripts: boolean
  readonly ignoreErrors: boolean
  readonly list: boolean
  readonly showState: boolean
  readonly file: string
  readonly stateFolder: string | undefined
  /** Classes: only their interfaces are touched. */
  readonly allow: readonly string[]
  /** Patterns of interfaces that are left alone. */
  readonly exclude: readonly string[]
  /** `-o name=value`: options that every paragraph gets. */
  readonly extra: readonly (readonly [string, string])[]
  readonly names: readonly string[]
}

type Flag = 'all' | 'verbose' | 'noAct' | 'force' | 'noScripts' | 'ignoreErrors' | 'list' | 'showState'

const FLAGS: Readonly<Record<string, Flag | 'ignored'>> = {
  '-a': 'all',
  '--all': 'all',
  '-v': 'verbose',
  '--verbose': 'verbose',
  '-n': 'noAct',
  '--no-act': 'noAct',
  '-f': 'force',
  '--force': 'force',
  '--no-scripts': 'noScripts',
  '--ignore-errors': 'ignoreErrors',
  '-l': 'list',
  '--list': 'list',
  '--state': 'showState',
  '--no-mappings': 'ignored',
  '--no-loopback': 'ignored',
  '--read-environment': 'ignored',
}

const WITH_VALUE: Readonly<Record<string, 'file' | 'stateFolder' | 'allow' | 'exclude' | 'extra'>> = {
  '-i': 'file',
  '--interfaces': 'file',
  '--state-dir': 'stateFolder',
  '--allow': 'allow',
  '-X': 'exclude',
  '--exclude': 'exclude',
  '-o': 'extra',
  '--option': 'extra',
}

/** The options; `help`, `version`, or the text of what is wrong. */
export function parseOptions(tool: string, args: readonly string[]): IfupOptions | string {
  const flags = new Set<Flag>()
  const values: Record<'file' | 'stateFolder' | 'allow' | 'exclude' | 'extra', string[]> = {
    file: [],
    stateFolder: [],
    allow: [],
    exclude: [],
    extra: [],
  }
  const names: string[] = []
  const hint = `${tool}: Use --help for help`
  const words = args.flatMap((word) =>
    /^-[avnfl]{2,}$/.test(word) ? Array.from(word.slice(1), (letter) => `-${letter}`) : [word],
  )
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    const [long = '', given] = word.startsWith('--') ? word.split(/=(.*)/s) : [word]
    if (!word.startsWith('-')) names.push(word)
    else if (word === '-h' || word === '--help') return 'help'
    else if (word === '-V' || word === '--version') return 'version'
    else if (FLAGS[word] !== undefined) {
      const flag = FLAGS[word]
      if (flag !== 'ignored') flags.add(flag)
    } else if (WITH_VALUE[long] !== undefined) {
      const value = given ?? words[++at]
      if (value === undefined)
        return `${tool}: option ${long.startsWith('--') ? `'${long}' requires an argument` : `requires an argument -- '${long.slice(1)}'`}\n${hint}`
      values[WITH_VALUE[long]].push(value)
    } else {
      const what = word.startsWith('--') ? `unrecognized option '${word}'` : `invalid option -- '${word.slice(1, 2)}'`
      return `${tool}: ${what}\n${hint}`
    }
  }
  if (flags.has('all') && names.length > 0)
    return `${tool}: either use the --all option, or specify interface(s), but not both\n${hint}`
  if (!flags.has('all') && names.length === 0 && !flags.has('list') && !flags.has('showState'))
    return `${tool}: no interface(s) specified\n${hint}`
  const has = (flag: Flag): boolean => flags.has(flag)
  return {
    all: has('all'),
    verbose: has('verbose'),
    noAct: has('noAct'),
    force: has('force'),
    noScripts: has('noScripts'),
    ignoreErrors: has('ignoreErrors'),
    list: has('list'),
    showState: has('showState'),
    file: values.file.at(-1) ?? '/etc/network/interfaces',
    stateFolder: values.stateFolder.at(-1),
    allow: values.allow.flatMap((value) => value.split(',')),
    exclude: values.exclude,
    extra: values.extra.flatMap((text) => (text.includes('=') ? [text.split(/=(.*)/s) as [string, string]] : [])),
    names,
  }
}

/** What `--help` prints. */
export function usage(tool: string): string {
  const lines = [
    `Usage: ${tool} [OPTIONS] INTERFACE…`,
    `       ${tool} [OPTIONS] -a`,
    '  -a, --all              every interface of the class “auto”',
    '      --allow CLASS      only interfaces of an “allow-CLASS” line',
    '  -i, --interfaces FILE  read FILE instead of /etc/network/interfaces',
    '      --state-dir DIR    remember in DIR what is configured',
    '  -X, --exclude PATTERN  leave matching interfaces alone',
    '  -o, --option NAME=VALUE  add an option to the paragraph',
    ...(tool === 'ifquery'
      ? ['  -l, --list             names of the interfaces', '      --state            what is configured']
      : [
          '  -n, --no-act           show the commands and run none',
          '  -v, --verbose          show the commands',
          '  -f, --force            whatever the state says',
          '      --no-scripts       run none of /etc/network/if-*.d',
          '      --ignore-errors    go on after a command that failed',
        ]),
    '  -h, --help    -V, --version',
  ]
  return `${lines.join('\n')}\n`
}
