import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DIRECTIVE_USAGE, directiveSubject, isDirectiveLine, readDirective, writeDirective } from './directives.ts'
import type { Directive } from './directives.ts'

const name = fc.stringMatching(/^[A-Za-z][\w.-]{0,10}$/)
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((value) => !/[\n\r]/.test(value))
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value))
const seconds = number.map(Math.abs)

const anyDirective: fc.Arbitrary<Directive> = fc.oneof(
  fc.nat(999_999).map((version): Directive => ({ kind: 'vethlab', version })),
  name.map((version): Directive => ({ kind: 'engine', version })),
  text.map((value): Directive => ({ kind: 'title', text: value })),
  fc
    .tuple(name, fc.array(name))
    .map(([first, namespaces]): Directive => ({ kind: 'machine', name: first, namespaces })),
  fc.tuple(name, name).map(([first, role]): Directive => ({ kind: 'role', name: first, role })),
  fc
    .tuple(name, fc.array(fc.record({ alias: name, namespace: name }), { minLength: 1 }))
    .map(([machine, pairs]): Directive => ({ kind: 'alias', machine, pairs })),
  fc.tuple(name, number, number).map(([first, x, y]): Directive => ({ kind: 'at', name: first, x, y })),
  text.map((value): Directive => ({ kind: 'note', text: value })),
  fc.tuple(text, number, number).map(([value, x, y]): Directive => ({ kind: 'note', text: value, x, y })),
  fc.constant<Directive>({ kind: 'run' }),
  seconds.map((value): Directive => ({ kind: 'settle', seconds: value })),
  seconds.map((value): Directive => ({ kind: 'gap', seconds: value })),
)

describe('reading', () => {
  test.each<[string, Directive]>([
    ['#%% vethlab 1', { kind: 'vethlab', version: 1 }],
    ['#%% engine 0.1.0', { kind: 'engine', version: '0.1.0' }],
    ['#%% title "Calico: a gateway"', { kind: 'title', text: 'Calico: a gateway' }],
    ['#%% title without quotes', { kind: 'title', text: 'without quotes' }],
    [String.raw`#%% title "a \"b\" \\ c"`, { kind: 'title', text: String.raw`a "b" \ c` }],
    ['#%% machine hostA: ctrA ctrB', { kind: 'machine', name: 'hostA', namespaces: ['ctrA', 'ctrB'] }],
    ['#%% machine hostA : ctrA', { kind: 'machine', name: 'hostA', namespaces: ['ctrA'] }],
    ['#%% machine gw', { kind: 'machine', name: 'gw', namespaces: [] }],
    ['#%% role gw router', { kind: 'role', name: 'gw', role: 'router' }],
    ['#%% alias hostA ns0=ctrA', { kind: 'alias', machine: 'hostA', pairs: [{ alias: 'ns0', namespace: 'ctrA' }] }],
    ['#%% at hostA 80 -120.5', { kind: 'at', name: 'hostA', x: 80, y: -120.5 }],
    ['#%% at gw 80 120 auto', { kind: 'at', name: 'gw', x: 80, y: 120, isAuto: true }],
    ['#%% at hostA/eth0 80 120   # by the door', { kind: 'at', name: 'hostA/eth0', x: 80, y: 120 }],
    ['#%% note 10 20 "Look # here"', { kind: 'note', text: 'Look # here', x: 10, y: 20 }],
    ['#%% note see issue #12', { kind: 'note', text: 'see issue #12' }],
    ['  #%%  run  ', { kind: 'run' }],
    ['#%%run', { kind: 'run' }],
    ['#%% settle 0.3', { kind: 'settle', seconds: 0.3 }],
    ['#%% gap 4', { kind: 'gap', seconds: 4 }],
    ['#%% lesson 3 "from a later version"', { kind: 'unknown', text: 'lesson 3 "from a later version"' }],
    ['#%%', { kind: 'unknown', text: '' }],
  ])('%s', (line, directive) => {
    expect(readDirective(line)).toMatchObject({ directive, flaw: undefined })
  })

  test.each<[keyof typeof DIRECTIVE_USAGE, string]>([
    ['vethlab', '#%% vethlab one'],
    ['engine', '#%% engine'],
    ['title', '#%% title "never closed'],
    ['machine', '#%% machine'],
    ['role', '#%% role gw'],
    ['alias', '#%% alias hostA ns0'],
    ['at', '#%% at hostA 80'],
    ['note', '#%% note'],
    ['run', '#%% run now'],
    ['settle', '#%% settle -1'],
    ['gap', '#%% gap soon'],
  ])('%s written wrongly is kept as unknown', (flaw, line) => {
    expect(readDirective(line)).toMatchObject({ directive: { kind: 'unknown', text: line.slice(4) }, flaw })
  })

  test('the examples in messages are read as what they show', () => {
    for (const [kind, usage] of Object.entries(DIRECTIVE_USAGE)) {
      expect(readDirective(usage)).toMatchObject({ directive: { kind }, flaw: undefined })
    }
  })

  test('the body ends before a trailing comment', () => {
    expect(readDirective('#%% at a 1 2   # why')?.bodyLength).toBe('#%% at a 1 2'.length)
  })

  test('a comment of a shell is no directive', () => {
    expect(isDirectiveLine('# %% run')).toBe(false)
    expect(readDirective('ip link #%% run')).toBeUndefined()
  })
})

describe('writing', () => {
  test('what is written reads back the same', () => {
    fc.assert(
      fc.property(anyDirective, (directive) => {
        const line = writeDirective(directive)
        expect(line).toBeDefined()
        expect(readDirective(line ?? '')).toEqual({ directive, flaw: undefined, bodyLength: line?.length })
      }),
    )
  })

  test.each<Directive>([
    { kind: 'title', text: 'two\nlines' },
    { kind: 'title', text: '' },
    { kind: 'at', name: 'a b', x: 1, y: 2 },
    { kind: 'at', name: 'a', x: Number.NaN, y: 2 },
    { kind: 'settle', seconds: -1 },
    { kind: 'machine', name: 'a', namespaces: ['b c'] },
    { kind: 'alias', machine: 'a', pairs: [] },
    { kind: 'unknown', text: 'run' },
  ])('what would read back differently is not written: $kind', (directive) => {
    expect(writeDirective(directive)).toBeUndefined()
  })

  test('reading never throws, and a known kind can be written again', () => {
    fc.assert(
      fc.property(fc.string(), (body) => {
        const reading = readDirective(`#%% ${body.replaceAll(/[\n\r]/g, ' ')}`)
        expect(reading).toBeDefined()
        if (reading?.directive.kind !== 'unknown') expect(writeDirective(reading!.directive)).toBeDefined()
      }),
    )
  })
})

test('a later line about the same subject replaces an earlier one; notes stand side by side', () => {
  expect(directiveSubject({ kind: 'at', name: 'a', x: 1, y: 2 })).toBe(
    directiveSubject({ kind: 'at', name: 'a', x: 3, y: 4 }),
  )
  expect(directiveSubject({ kind: 'at', name: 'a', x: 1, y: 2 })).not.toBe(
    directiveSubject({ kind: 'at', name: 'b', x: 1, y: 2 }),
  )
  expect(directiveSubject({ kind: 'note', text: 'a' })).not.toBe(directiveSubject({ kind: 'note', text: 'b' }))
})
