// Every check, decision, drop and cause that exists has a sentence in every language.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { CAUSES } from '../../../contract/causes.ts'
import { DECISIONS } from '../../../contract/decisions.ts'
import { DROP_REASONS } from '../../../contract/drop-reasons.ts'
import { en } from '../../../i18n/en.ts'
import { kernel } from '../../../i18n/en/kernel.ts'
import { zhCn } from '../../../i18n/zh-cn.ts'
import { kernel as zhKernel } from '../../../i18n/zh-cn/kernel.ts'
import { parseSource } from './sources.ts'

const keyOf = (id: string): string => id.replaceAll('.', '-')

/** The ids of all checks in the kernel's source, wherever a call of a function named check… or explainLookup names one. */
function checkIds(): readonly string[] {
  const files = readdirSync('src/kernel', { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  const ids = files.flatMap((name) => {
    const text = readFileSync(`src/kernel/${name}`, 'utf8')
    // The id is the argument behind the world (and the namespace); it may choose between two.
    const calls = [...text.matchAll(/\b(check\w*|explainLookup)\(\s*world,\s*(?:netns,\s*)?([^,]+),/g)]
    return calls.flatMap(([, called, id]) => {
      const literals = [...(id ?? '').matchAll(/'([a-z0-9_]+(?:\.[a-z0-9_]+)+)'/g)].map(([, literal]) => literal ?? '')
      return called === 'explainLookup' ? literals.flatMap((each) => [each, `${each}.passed_over`]) : literals
    })
  })
  return [...new Set(ids)]
}

const sorted = (keys: readonly string[]): readonly string[] => keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))

describe.each([
  ['English', { ...en, ...kernel }],
  ['Chinese', { ...zhCn, ...zhKernel }],
])('in %s there is a sentence', (_, texts) => {
  test('for each check of the kernel, held or not', () => {
    const ids = checkIds()
    expect(ids.length).toBeGreaterThan(90)
    const missing = ids.flatMap((id) => [keyOf(id), `${keyOf(id)}-no`]).filter((key) => !(key in texts.checks))
    expect(missing).toEqual([])
  })

  test('for each decision, and no other', () => {
    expect(sorted(Object.keys(texts.decisions))).toEqual(sorted(Object.keys(DECISIONS).map(keyOf)))
  })

  test('for each reason of a drop, and no other', () => {
    expect(sorted(Object.keys(texts.drops))).toEqual(sorted(Object.keys(DROP_REASONS).map(keyOf)))
  })

  test('for each cause, and no other', () => {
    expect(sorted(Object.keys(texts.causes))).toEqual(sorted(Object.keys(CAUSES)))
  })

  test('that names the same operands as the English one', () => {
    const names = (text: string): readonly string[] =>
      sorted([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? ''))
    const differing = (['decisions', 'drops', 'causes', 'packet', 'timeline'] as const).flatMap((section) => {
      const english: Readonly<Record<string, string>> = { ...en, ...kernel }[section]
      const translated: Readonly<Record<string, string>> = texts[section]
      return Object.keys(english).filter((key) => !isSame(names(english[key] ?? ''), names(translated[key] ?? '')))
    })
    expect(differing).toEqual([])
  })

  test('whose operands the decision has', () => {
    const wrong = Object.entries(DECISIONS).filter(([id, { operands }]) => {
      const sentence: string | undefined = (texts.decisions as Readonly<Record<string, string>>)[keyOf(id)]
      return ['a', 'b', 'c'].some(
        (name, index) => sentence?.includes(`{{${name}}}`) === true && index >= operands.length,
      )
    })
    expect(wrong.map(([id]) => id)).toEqual([])
  })
})

/** As sets: a language may name an operand once where another names it twice. */
function isSame(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).size === new Set(b).size && a.every((name) => b.includes(name))
}

describe('the source of a value', () => {
  test('that is a pair names both inputs and the rule', () => {
    expect(parseSource('net.ipv4.conf.all.proxy_arp = 0, net.ipv4.conf.veth0.proxy_arp = 1 (or)')).toEqual({
      kind: 'pair',
      all: 'net.ipv4.conf.all.proxy_arp = 0',
      own: 'net.ipv4.conf.veth0.proxy_arp = 1',
      rule: 'or',
    })
  })

  test('that is none stays as it is', () => {
    expect(parseSource('route to 10.0.0.1')).toEqual({ kind: 'plain', text: 'route to 10.0.0.1' })
  })
})
