import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ENGINE_VERSION } from '../../../contract/protocol.ts'
import { sessionWith } from '../../../testing/page-session.ts'
import { PAIR_LAB } from '../../../testing/pair-lab.ts'
import { runCommand } from '../../lab/run-actions.ts'
import { fileNameOf, fileTextOf, isLocalAddress } from './share-lab.ts'

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['[::1]', true],
  ['lab.localhost', true],
  ['example.org', false],
  ['localhost.example.org', false],
])('whether only this machine can open %s: %s', (hostname, isLocal) => {
  expect(isLocalAddress({ hostname, protocol: 'http:' })).toBe(isLocal)
})

test('links record the version that the package has', () => {
  expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({ version: ENGINE_VERSION })
})

test('a file keeps its name, a pasted lab is named by its title', () => {
  expect(fileNameOf({ kind: 'gallery', name: 'arp-basics' }, 'ARP: basics')).toBe('arp-basics.sh')
  expect(fileNameOf({ kind: 'file', name: 'mine.sh' }, 'x')).toBe('mine.sh')
  expect(fileNameOf({ kind: 'paste', name: '' }, 'Two hosts, one cable!')).toBe('two-hosts-one-cable.sh')
  expect(fileNameOf({ kind: 'paste', name: '' }, '网络')).toBe('lab.sh')
})

test('the file has what was typed since as its actions', async () => {
  const session = await sessionWith(PAIR_LAB)
  expect(fileTextOf(session)).toBe(PAIR_LAB)
  await runCommand(session, 'ip netns exec a ping -c 1 10.0.0.2')
  expect(fileTextOf(session)).toBe(`${PAIR_LAB}#%% run\nip netns exec a ping -c 1 10.0.0.2\n`)
})
