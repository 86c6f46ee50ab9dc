import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { directiveOf, directivesOf, LAB_LIMIT_CHARACTERS, parseLab } from './document.ts'

const LABS = readdirSync('conformance/labs').map(
  (file) => [file, readFileSync(`conformance/labs/${file}`, 'utf8')] as const,
)

const EXAMPLE = `#!/bin/sh
#%% vethlab 1
#%% title "An example"
# Two machines.
# They talk.

ip netns add a
for i in 1 2; do
  ip netns add ns$i   # one more
done; ip netns add z
# a remark
#%% at a 80 120   # by the door
#%% run
ip netns exec a ping -c 1 10.0.0.2
#%% settle 7
`

function outline(text: string): string[] {
  return parseLab(text).items.map((item) => `${item.kind} ${item.line}-${item.endLine}`)
}

function sources(text: string): string[] {
  return [...parseLab(text).setup, ...parseLab(text).actions].map(({ source }) => source)
}

/** "line:column code" of each problem. */
function problems(text: string): string[] {
  return parseLab(text).problems.map(
    ({ line, column, code }) => `${line}${column === undefined ? '' : `:${column}`} ${code}`,
  )
}

describe('a sound lab', () => {
  const document = parseLab(EXAMPLE)

  test('is read into statements, directives and comments with their places', () => {
    expect(document.problems).toEqual([])
    expect(outline(EXAMPLE)).toEqual([
      'comment 1-1',
      'directive 2-2',
      'directive 3-3',
      'comment 4-4',
      'comment 5-5',
      'statement 7-7',
      'statement 8-10',
      'comment 11-11',
      'directive 12-12',
      'directive 13-13',
      'statement 14-14',
      'directive 15-15',
    ])
  })

  test('has its setup before the run line and its actions after it', () => {
    expect(document.setup.map(({ source, phase }) => [source, phase])).toEqual([
      ['ip netns add a', 'setup'],
      ['for i in 1 2; do\n  ip netns add ns$i   # one more\ndone; ip netns add z', 'setup'],
    ])
    expect(document.actions.map(({ source, phase }) => [source, phase])).toEqual([
      ['ip netns exec a ping -c 1 10.0.0.2', 'action'],
    ])
    expect(document.run?.line).toBe(13)
  })

  test('says what it is', () => {
    expect(directiveOf(document, 'title')?.text).toBe('An example')
    expect(directiveOf(document, 'settle')?.seconds).toBe(7)
    expect(directiveOf(document, 'gap')).toBeUndefined()
    expect(document.description).toBe('Two machines.\nThey talk.')
  })

  test('has offsets into its own text', () => {
    const [statement] = document.setup
    expect(document.text.slice(statement?.from, statement?.to)).toBe('ip netns add a')
    const at = document.directives.find(({ directive }) => directive.kind === 'at')
    expect(document.text.slice(at?.from, at?.bodyTo)).toBe('#%% at a 80 120')
    expect(document.text.slice(at?.from, at?.to)).toBe('#%% at a 80 120   # by the door')
  })

  test.each(LABS)('%s: one statement a line, nothing to complain about', (_, text) => {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    expect(sources(text)).toEqual(lines)
    expect(parseLab(text).problems).toEqual([])
    expect(parseLab(text).run).toBeDefined()
  })
})

describe('line ends', () => {
  test('CR LF stays in the text and is no part of a command', () => {
    const text = EXAMPLE.replaceAll('\n', '\r\n')
    const document = parseLab(text)
    expect(document.text).toBe(text)
    expect(document.problems).toEqual([])
    expect(sources(text)).toEqual(sources(EXAMPLE))
    expect(outline(text)).toEqual(outline(EXAMPLE))
  })

  test('a byte order mark hides no directive', () => {
    expect(parseLab('\uFEFF#%% vethlab 1\nip a').directives).toHaveLength(1)
  })

  test('the last line needs no line end', () => {
    expect(sources('ip a\nip b')).toEqual(['ip a', 'ip b'])
  })
})

describe('statements of several lines', () => {
  test.each([
    ['a loop', 'while x\ndo\ny\ndone'],
    ['a function', 'f() {\n  ip a\n}'],
    ['a continued line', 'ip link add a type veth \\\n  peer name b'],
    ['a quoted text', "bash -c 'ip a\n\nip b'"],
    ['a here-document', 'cat <<E > /tmp/x\n#no comment\ndone\nE'],
    ['a here-document in a pipeline', 'cat <<E | grep a && ip a\na\nE'],
    ['a pipeline', 'ip a |\n  grep x'],
    ['commands that share a line', 'if a; then\nb; fi; ip a; ip b'],
  ])('%s', (_, text) => {
    expect(sources(`ip 1\n${text}\nip 2`)).toEqual(['ip 1', text, 'ip 2'])
    expect(problems(`ip 1\n${text}\nip 2`)).toEqual([])
  })
})

describe('a damaged lab', () => {
  test.each([
    ['an open quote', 'echo "a', ['2:6 syntax']],
    ['an open loop with its body', 'for i in 1 2; do\n  ip netns add ns$i', ['2:17 syntax']],
    ['a stray end', 'done', ['2:1 syntax']],
    ['a stray operator', '&& ip a', ['2:1 syntax']],
    ['an unfinished list', 'ip a &&', ['2:5 syntax']],
    ['a construct that the shell does not have', 'coproc ping x', ['2:1 syntax']],
  ])('%s is reported, the rest is loaded', (_, text, expected) => {
    // The list is cut short so that the next line can't finish it.
    const document = parseLab(`ip 1\n${text}\n#%% note "x"\nip 2`)
    expect(document.setup.filter(({ isSound }) => isSound).map(({ source }) => source)).toEqual(['ip 1', 'ip 2'])
    expect(document.setup.filter(({ isSound }) => !isSound).map(({ source }) => source)).toEqual([text])
    expect(problems(document.text).map((problem) => problem.replace(/:\d+/, ''))).toEqual(
      expected.map((problem) => problem.replace(/:\d+/, '')),
    )
  })

  test('an error says line and column', () => {
    expect(problems('ip 1\necho "a\nip 2\n')).toEqual(['2:6 syntax'])
    expect(problems('ip 1\n  ip a )\nip 2\n')).toEqual(['2:8 syntax'])
  })

  test('an open construct does not swallow what stands below its body', () => {
    const document = parseLab('for i in 1; do\n  ip a\n\n  ip b\nip c\n#%% run\nping x')
    expect(document.setup.map(({ line, endLine, isSound }) => [line, endLine, isSound])).toEqual([
      [1, 4, false],
      [5, 5, true],
    ])
    expect(document.actions).toHaveLength(1)
  })

  test('a broken statement inside a closed one takes the whole', () => {
    const document = parseLab('f() {\n  coproc x\n}\nip a')
    expect(document.setup.map(({ line, endLine, isSound }) => [line, endLine, isSound])).toEqual([
      [1, 3, false],
      [4, 4, true],
    ])
  })

  test('every problem has a message and a severity', () => {
    const text = '#%% at a\n#%% lesson 1\n#%% gap 1\n#%% gap 2\n#%% vethlab 9\n#%% run\n#%% run\nip \u0001a\n)'
    expect(problems(text)).toEqual([
      '1 directive-malformed',
      '2 directive-unknown',
      '4 directive-repeated',
      '5 version-newer',
      '7 run-repeated',
      '8:4 control-character',
      '9:1 syntax',
    ])
    for (const { message, severity } of parseLab(text).problems) {
      expect(message).toMatch(/[.\d]$/)
      expect(['error', 'warning', 'info']).toContain(severity)
    }
  })

  test('of two directives about one thing the last holds, and the first run line starts the actions', () => {
    const document = parseLab('#%% gap 1\n#%% at a 1 2\n#%% at b 3 4\n#%% at a 5 6\n#%% gap 2\n#%% run\nx\n#%% run\ny')
    expect(directiveOf(document, 'gap')?.seconds).toBe(2)
    expect(directivesOf(document, 'at').map(({ name, x }) => [name, x])).toEqual([
      ['a', 5],
      ['b', 3],
    ])
    expect(document.actions.map(({ source }) => source)).toEqual(['x', 'y'])
  })

  test('what lies beyond the limit is kept and not read', () => {
    const text = `ip a\n${'# filler\n'.repeat(LAB_LIMIT_CHARACTERS / 9)}ip b\n`
    const document = parseLab(text)
    expect(document.text).toBe(text)
    expect(document.setup.map(({ source }) => source)).toEqual(['ip a'])
    expect(document.problems.map(({ code }) => code)).toEqual(['too-long'])
  })
})

describe('any text', () => {
  const piece = fc.constantFrom(
    ...['ip a', '"', "'", '\\', '\n', '\r\n', '#%% run', '#%% at a 1 2', 'for i in 1; do', 'done', '(', ')', '{', '}'],
    ...[
      '<<E',
      'E',
      '$(',
      '`',
      '&&',
      '|',
      ';',
      '# x',
      ' ',
      '\t',
      'if a; then',
      'fi',
      'case x in',
      'a)',
      ';;',
      'esac',
      '\uFEFF',
      '字',
    ],
  )
  const anyText = fc.oneof(
    fc.array(fc.nat(0x10ffff), { maxLength: 20 }).map((points) => String.fromCodePoint(...points)),
    fc.array(piece).map((pieces) => pieces.join('')),
  )

  test('never throws, and every line belongs to at most one item, in order', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const document = parseLab(text)
        expect(document.text).toBe(text)
        let line = 0
        for (const item of document.items) {
          expect(item.line).toBeGreaterThan(line)
          expect(item.endLine).toBeGreaterThanOrEqual(item.line)
          line = item.endLine
        }
        expect(line).toBeLessThanOrEqual(document.lines.length)
      }),
      { numRuns: 200 },
    )
  })

  test('every line with something in it belongs to an item', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { items, lines } = parseLab(text)
        const covered = new Set(
          items.flatMap(({ line, endLine }) => Array.from({ length: endLine - line + 1 }, (_, k) => line + k)),
        )
        for (const [index, { from, to }] of lines.entries()) {
          expect(covered.has(index + 1) || text.slice(from, to).trim() === '').toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a broken statement is reported, and only then', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { setup, actions, problems: found } = parseLab(text)
        const broken = [...setup, ...actions].filter(({ isSound }) => !isSound)
        expect(found.filter(({ code }) => code === 'syntax')).toHaveLength(broken.length)
      }),
      { numRuns: 200 },
    )
  })

  test.each(['for i in 1; do\n', ')\n', '$(\n', 'x $(a `b\n', '{ ', '${a:-', '#%% at a 1 2\n)\n'])(
    'a hostile text of the largest size ends soon: %j',
    (piece) => {
      const text = piece.repeat(Math.floor(LAB_LIMIT_CHARACTERS / piece.length))
      const document = parseLab(text)
      expect(document.text).toBe(text)
      expect(document.problems.filter(({ code }) => code === 'syntax').length).toBeGreaterThan(0)
      expect(document.setup.some(({ isSound }) => isSound)).toBe(false)
    },
    60_000,
  )

  test('a hundred mistakes do not keep the rest of a lab from being read', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `ip netns add n${index}\n)\n`)
    const document = parseLab(`${lines.join('')}ip last`)
    expect(document.setup.filter(({ isSound }) => isSound)).toHaveLength(101)
  })

  test('a text longer than a window is read like a short one', () => {
    const loop = 'for i in 1 2; do\n  ip netns add n$i\ndone\n'
    const document = parseLab(loop.repeat(500))
    expect(document.problems).toEqual([])
    expect(document.setup.map(({ line, endLine }) => endLine - line)).toEqual(Array.from({ length: 500 }, () => 2))
    const long = `for i in 1 2; do\n${'  ip netns add n$i\n'.repeat(600)}done\nip a\n`
    expect(parseLab(long).setup.map(({ line, endLine }) => [line, endLine])).toEqual([
      [1, 602],
      [603, 603],
    ])
  })
})
