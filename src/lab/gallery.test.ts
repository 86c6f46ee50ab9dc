import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { describeLab } from './gallery.ts'

test('the title directive, then the comment', () => {
  expect(describeLab('#%% title "ARP"\n# Request, answer.\n# Echo.\nip a')).toEqual({
    title: 'ARP',
    description: 'Request, answer. Echo.',
  })
})

test.each([
  ['# Two machines.\n# They talk; a\n# lot.\nip a', 'Two machines', 'They talk; a lot.'],
  ['#!/bin/sh\n\n# Why does it fail? Read on.\nip a', 'Why does it fail?', 'Read on.'],
  ['# 网桥把两个容器\n# 连在一起。它没有地址。\nip a', '网桥把两个容器连在一起', '它没有地址。'],
  [
    '# The gateway 169.254.1.1 is nowhere, e.g. here. Really.\nip a',
    'The gateway 169.254.1.1 is nowhere, e.g. here',
    'Really.',
  ],
  ['# Not closed by a stop\nip a', 'Not closed by a stop', ''],
  ['ip a\n# a remark', '', ''],
  ['', '', ''],
])('without one the first sentence is the title: %j', (text, title, description) => {
  expect(describeLab(text)).toEqual({ title, description })
})

test('a long sentence is cut at a clause or a word, and the description has the whole', () => {
  const clause = `A bridge learns: ${'it listens to each frame that comes in and '.repeat(3)}remembers.`
  expect(describeLab(`# Two hosts ${clause}\n`).title).toBe('Two hosts A bridge learns')
  const words = `${'word '.repeat(40)}end.`
  const card = describeLab(`# ${words}\n`)
  expect(card.title).toMatch(/^(?:word )+word…$/)
  expect(card.title.length).toBeLessThanOrEqual(90)
  expect(card.description).toBe(words)
})

test('every lab with a recording gets a title that fits', () => {
  for (const file of readdirSync('conformance/labs')) {
    const { title } = describeLab(readFileSync(`conformance/labs/${file}`, 'utf8'))
    expect(title.length, file).toBeGreaterThan(10)
    expect(title.length, file).toBeLessThanOrEqual(90)
    expect(title).not.toContain('\n')
  }
})
