import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Directive } from './directives.ts'
import { directiveSubject, writeDirective } from './directives.ts'
import { parseLab } from './document.ts'
import type { LabDocument } from './document.ts'
import {
  appendAction,
  appendSetup,
  insertAfter,
  removeDirective,
  removeStatement,
  replaceStatement,
  setDirective,
  setLayout,
} from './edit.ts'

const LAB = `#!/bin/sh
#%% vethlab 1
#%% machine hostA: ctrA
# What it shows.
ip netns add hostA
for n in ctrA ctrB; do
  ip netns add $n # each
done

#%% at hostA 80 120   # by the door
#%% run
  ping x  # why
#%% settle 7
`

/** The lab after an edit, as the lines that went and came. */
function changed(before: string, after: string): string[] {
  const [old, fresh] = [before, after].map((text) => text.replace('\uFEFF', '').split('\n')) as [string[], string[]]
  let start = 0
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++
  let end = 0
  while (end < old.length - start && end < fresh.length - start && old.at(-1 - end) === fresh.at(-1 - end)) end++
  return [
    ...old.slice(start, old.length - end).map((line) => `-${start + 1} ${line}`),
    ...fresh.slice(start, fresh.length - end).map((line) => `+${start + 1} ${line}`),
  ]
}

function edit(change: (document: LabDocument) => string, text = LAB): string[] {
  return changed(text, change(parseLab(text)))
}

describe('directives', () => {
  test('a directive about the same subject is replaced in its place, and its trailing comment stays', () => {
    expect(edit((lab) => setDirective(lab, { kind: 'at', name: 'hostA', x: 1, y: 2 }))).toEqual([
      '-10 #%% at hostA 80 120   # by the door',
      '+10 #%% at hostA 1 2   # by the door',
    ])
    expect(edit((lab) => setDirective(lab, { kind: 'settle', seconds: 2 }))).toEqual([
      '-13 #%% settle 7',
      '+13 #%% settle 2',
    ])
  })

  test('what says the same is left as it is written', () => {
    const text = '#%%   at   a  1   2\nip a\n'
    expect(edit((lab) => setDirective(lab, { kind: 'at', name: 'a', x: 1, y: 2 }), text)).toEqual([])
    expect(edit((lab) => setDirective(lab, { kind: 'run' }))).toEqual([])
  })

  test.each<[Directive, string]>([
    [{ kind: 'title', text: 'T' }, '+3 #%% title "T"'],
    [{ kind: 'machine', name: 'hostB', namespaces: [] }, '+4 #%% machine hostB:'],
    [{ kind: 'role', name: 'hostA', role: 'host' }, '+4 #%% role hostA host'],
    [{ kind: 'at', name: 'ctrA', x: 1, y: 2 }, '+11 #%% at ctrA 1 2'],
    [{ kind: 'note', text: 'N' }, '+11 #%% note "N"'],
    [{ kind: 'gap', seconds: 4 }, '+14 #%% gap 4'],
  ])('a new one goes where its kind belongs: %o', (directive, line) => {
    expect(edit((lab) => setDirective(lab, directive))).toEqual([line])
  })

  test('in a bare script the head goes to the top, layout and times to the end', () => {
    const bare = '# What it shows.\nip a\n'
    expect(edit((lab) => setDirective(lab, { kind: 'title', text: 'T' }), bare)).toEqual(['+1 #%% title "T"'])
    expect(edit((lab) => setDirective(lab, { kind: 'title', text: 'T' }), `#!/bin/sh\n${bare}`)).toEqual([
      '+2 #%% title "T"',
    ])
    expect(edit((lab) => setDirective(lab, { kind: 'at', name: 'a', x: 1, y: 2 }), bare)).toEqual(['+3 #%% at a 1 2'])
    expect(edit((lab) => setDirective(lab, { kind: 'settle', seconds: 1 }), bare)).toEqual(['+3 #%% settle 1'])
    expect(edit((lab) => setDirective(lab, { kind: 'at', name: 'a', x: 1, y: 2 }), `${bare}#%% run\nx\n`)).toEqual([
      '+3 #%% at a 1 2',
    ])
  })

  test('what cannot be written changes nothing', () => {
    expect(edit((lab) => setDirective(lab, { kind: 'role', name: 'a b', role: 'x' }))).toEqual([])
  })

  test('removing takes every line about the subject', () => {
    expect(edit((lab) => removeDirective(lab, { kind: 'at', name: 'hostA', x: 0, y: 0 }))).toEqual([
      '-10 #%% at hostA 80 120   # by the door',
    ])
    expect(removeDirective(parseLab('#%% gap 1\nip a\n#%% gap 2\n'), { kind: 'gap', seconds: 9 })).toBe('ip a\n')
  })
})

describe('commands', () => {
  test('setup commands go below the last one, before layout and actions', () => {
    expect(edit((lab) => appendSetup(lab, 'ip link add br0 type bridge'))).toEqual(['+9 ip link add br0 type bridge'])
    expect(appendSetup(parseLab(''), 'ip a')).toBe('ip a\n')
    expect(appendSetup(parseLab('#%% run\nx\n'), 'ip a')).toBe('ip a\n#%% run\nx\n')
  })

  test('actions go below the last one, and the first brings the run line', () => {
    expect(edit((lab) => appendAction(lab, 'ping y'))).toEqual(['+13 ping y'])
    expect(appendAction(parseLab('ip a'), 'ping y')).toBe('ip a\n#%% run\nping y')
    expect(appendAction(parseLab('ip a\n#%% run\n'), 'ping y')).toBe('ip a\n#%% run\nping y\n')
  })

  test('a line inside a loop stands for the loop', () => {
    expect(edit((lab) => insertAfter(lab, 6, 'ip a'))).toEqual(['+9 ip a'])
    expect(edit((lab) => insertAfter(lab, 5, 'ip a'))).toEqual(['+6 ip a'])
    expect(edit((lab) => insertAfter(lab, 0, 'ip a'))).toEqual(['+1 ip a'])
    expect(edit((lab) => insertAfter(lab, 99, 'ip a'))).toEqual(['+14 ip a'])
  })

  test('replacing keeps indentation and the trailing comment of one line', () => {
    expect(edit((lab) => replaceStatement(lab, lab.actions[0]!, 'ping y'))).toEqual([
      '-12   ping x  # why',
      '+12   ping y  # why',
    ])
    expect(edit((lab) => replaceStatement(lab, lab.setup[1]!, 'ip netns add ctrA'))).toEqual([
      '-6 for n in ctrA ctrB; do',
      '-6   ip netns add $n # each',
      '-6 done',
      '+6 ip netns add ctrA',
    ])
  })

  test('a # inside quotes or a word is no comment', () => {
    const text = `echo "a # b" c#d '# e' \\# f  # g\n`
    expect(replaceStatement(parseLab(text), parseLab(text).setup[0]!, 'x')).toBe('x  # g\n')
  })

  test('removing takes the whole lines', () => {
    expect(edit((lab) => removeStatement(lab, lab.setup[1]!))).toEqual([
      '-6 for n in ctrA ctrB; do',
      '-6   ip netns add $n # each',
      '-6 done',
    ])
    expect(removeStatement(parseLab('ip a\nip b'), parseLab('ip a\nip b').setup[1]!)).toBe('ip a\n')
  })

  test('a statement of another text changes nothing', () => {
    const other = parseLab('ip a\nip b\n').setup[1]!
    expect(edit((lab) => replaceStatement(lab, other, 'x'))).toEqual([])
    expect(edit((lab) => removeStatement(lab, other))).toEqual([])
  })

  test('the line ends of the text are kept', () => {
    const text = 'ip a\r\n#%% run\r\nx\r\n'
    expect(appendSetup(parseLab(text), 'ip b\nip c')).toBe('ip a\r\nip b\r\nip c\r\n#%% run\r\nx\r\n')
    expect(appendAction(parseLab('ip a\r\nip b'), 'y')).toBe('ip a\r\nip b\r\n#%% run\r\ny')
    expect(setDirective(parseLab('\uFEFFip a\r\n'), { kind: 'title', text: 'T' })).toBe(
      '\uFEFF#%% title "T"\r\nip a\r\n',
    )
  })
})

describe('layout', () => {
  test('only lines whose position differs change, new ones go below the others', () => {
    const text = '#%% at a 1 2\nip a\n#%% at b  3 4 # here\n#%% run\nx\n'
    const positions = new Map([
      ['a', { x: 1, y: 2 }],
      ['b', { x: 5, y: 6 }],
      ['c', { x: 7, y: 8 }],
      ['d', { x: 9, y: 9 }],
      ['no name', { x: 0, y: 0 }],
      ['e', { x: Number.NaN, y: 0 }],
    ])
    expect(setLayout(parseLab(text), positions)).toBe(
      '#%% at a 1 2\nip a\n#%% at b 5 6 # here\n#%% at c 7 8\n#%% at d 9 9\n#%% run\nx\n',
    )
  })

  test('a text without a last line end gets its lines below it', () => {
    const positions = new Map([
      ['a', { x: 1, y: 2 }],
      ['b', { x: 3, y: 4 }],
    ])
    expect(setLayout(parseLab('ip a'), positions)).toBe('ip a\n#%% at a 1 2\n#%% at b 3 4')
  })
})

describe('any text', () => {
  const line = fc.constantFrom(
    ...[
      'ip netns add a',
      'ip link add b type bridge # why',
      '# remark',
      '',
      '#%% run',
      '#%% at a 1 2',
      '#%% at b 3 4 # x',
    ],
    ...[
      '#%% machine a: b',
      '#%% settle 3',
      '#%% later "x"',
      'for i in 1 2; do',
      '  ip netns add n$i',
      'done',
      'echo "open',
      '  x',
    ],
  )
  const anyLab = fc
    .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean())
    .map(([lines, end, isOpen, hasMark]) => `${hasMark ? '\uFEFF' : ''}${lines.join(end)}${isOpen ? '' : end}`)
  const name = fc.constantFrom('a', 'b', 'c')
  const directive: fc.Arbitrary<Directive> = fc.oneof(
    fc.tuple(name, fc.integer(), fc.integer()).map(([first, x, y]): Directive => ({ kind: 'at', name: first, x, y })),
    fc
      .tuple(name, fc.array(name))
      .map(([first, namespaces]): Directive => ({ kind: 'machine', name: first, namespaces })),
    fc.tuple(name, name).map(([first, role]): Directive => ({ kind: 'role', name: first, role })),
    fc.nat(99).map((seconds): Directive => ({ kind: 'settle', seconds })),
    fc.constant<Directive>({ kind: 'run' }),
    fc.constantFrom('A title', 'Ein "Titel" \\').map((text): Directive => ({ kind: 'title', text })),
    fc.constant<Directive>({ kind: 'note', text: 'N' }),
  )

  test('a directive that was set is read back', () => {
    fc.assert(
      fc.property(anyLab, directive, (text, set) => {
        const after = parseLab(setDirective(parseLab(text), set))
        const found = after.directives.findLast((item) => directiveSubject(item.directive) === directiveSubject(set))
        expect(found?.directive).toEqual(set)
      }),
      { numRuns: 200 },
    )
  })

  test('setting a directive touches one line, removing it again brings the text back', () => {
    fc.assert(
      fc.property(anyLab, directive, (text, set) => {
        const before = parseLab(text)
        const after = setDirective(before, set)
        const isNew = before.directives.every((item) => directiveSubject(item.directive) !== directiveSubject(set))
        const gone = changed(text, after).filter((change) => change.startsWith('-'))
        expect(gone.length).toBeLessThanOrEqual(isNew ? (/[^\n]$/.test(text) ? 1 : 0) : 1)
        if (isNew && text.endsWith('\n')) expect(removeDirective(parseLab(after), set)).toBe(text)
        if (isNew) expect(linesOf(after)).toEqual(expect.arrayContaining([writeDirective(set)]))
      }),
      { numRuns: 200 },
    )
  })

  test('a layout that was set is read back, and other lines stay', () => {
    const positions = fc.uniqueArray(fc.tuple(name, fc.record({ x: fc.integer(), y: fc.integer() })), {
      selector: ([first]) => first,
    })
    fc.assert(
      fc.property(anyLab, positions, (text, entries) => {
        const after = parseLab(setLayout(parseLab(text), new Map(entries)))
        for (const [first, { x, y }] of entries) {
          const last = after.directives.findLast((item) => directiveSubject(item.directive) === `at ${first}`)
          expect(last?.directive).toEqual({ kind: 'at', name: first, x, y })
        }
        const isLayout = (item: string): boolean => item.startsWith('#%% at ')
        expect(linesOf(after.text).filter((item) => !isLayout(item))).toEqual(
          linesOf(text).filter((item) => !isLayout(item)),
        )
      }),
      { numRuns: 200 },
    )
  })

  test('a command that was added is there once more, and every old line is still there in order', () => {
    const adders = fc.constantFrom(appendSetup, appendAction, (lab: LabDocument, command: string) =>
      insertAfter(lab, 2, command),
    )
    fc.assert(
      fc.property(anyLab, adders, (text, add) => {
        const after = add(parseLab(text), 'ip link set NEW up')
        const rest = linesOf(after).filter((item) => item !== 'ip link set NEW up')
        expect(linesOf(after).length - rest.length).toBe(1)
        const isAddedRun = rest.length > linesOf(text).length
        expect(isAddedRun ? rest.filter((item) => item !== '#%% run') : rest).toEqual(linesOf(text))
      }),
      { numRuns: 200 },
    )
  })

  test('an appended command is read as one of its phase', () => {
    fc.assert(
      fc.property(anyLab, (text) => {
        const wasSound = parseLab(text).problems.every(({ code }) => code !== 'syntax')
        fc.pre(wasSound)
        expect(parseLab(appendSetup(parseLab(text), 'ip new')).setup.at(-1)?.source).toBe('ip new')
        expect(parseLab(appendAction(parseLab(text), 'ip new')).actions.at(-1)?.source).toBe('ip new')
      }),
    )
  })

  test('edits of garbage with garbage never throw', () => {
    const garbage = fc.oneof(
      fc.array(fc.nat(0x10ffff), { maxLength: 20 }).map((points) => String.fromCodePoint(...points)),
      anyLab,
    )
    const anything = fc.oneof(fc.integer(), fc.double())
    fc.assert(
      fc.property(garbage, garbage, anything, garbage, (text, command, number, word) => {
        const lab = parseLab(text)
        const statement = lab.setup[0] ?? parseLab(command).setup[0]
        const results = [
          appendSetup(lab, command),
          appendAction(lab, command),
          insertAfter(lab, number, command),
          setDirective(lab, { kind: 'at', name: word, x: number, y: number }),
          setDirective(lab, { kind: 'title', text: word }),
          setDirective(lab, { kind: 'unknown', text: word }),
          removeDirective(lab, { kind: 'role', name: word, role: word }),
          setLayout(lab, new Map([[word, { x: number, y: number }]])),
          ...(statement === undefined
            ? []
            : [replaceStatement(lab, statement, command), removeStatement(lab, statement)]),
        ]
        for (const result of results) expect(parseLab(result).text).toBe(result)
      }),
      { numRuns: 200 },
    )
  })

  function linesOf(text: string): string[] {
    const lines = text.replace('\uFEFF', '').split(/\r?\n/)
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines
  }
})
