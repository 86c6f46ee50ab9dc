import { expect, test } from 'vitest'
import { UNMODELLED_COMMANDS, UNMODELLED_LINK_KINDS, UNMODELLED_TOPICS } from '../../contract/unmodelled.ts'
import { shellLab } from '../../testing/shell-lab.ts'
import { COMMANDS } from './commands.ts'
import { LINK_KINDS } from './ip/link-kinds/link-kinds.ts'

test('nothing is both there and left out, and every line is a sentence', () => {
  const names = UNMODELLED_COMMANDS.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  expect(COMMANDS.filter(({ name }) => names.includes(name))).toEqual([])
  expect(LINK_KINDS.filter(({ name }) => name in UNMODELLED_LINK_KINDS)).toEqual([])
  const sentences = [...UNMODELLED_COMMANDS, ...UNMODELLED_TOPICS].map(({ instead }) => instead)
  for (const text of [...sentences, ...Object.values(UNMODELLED_LINK_KINDS)]) expect(text).toMatch(/^[A-Z].*[^.]\.$/)
})

test('what is left out says what to do instead', async () => {
  const lab = await shellLab()
  expect(await lab.run('dhclient eth0; echo $?')).toBe(
    'dhclient: not part of vethlab. Set the address with ip addr add.\n127\n',
  )
  expect(await lab.run('/usr/sbin/wg show')).toContain('Connect the two hosts with a veth pair')
  expect(await lab.run('ip link add v type vxlan id 5')).toContain('vethlab does not model “vxlan”')
  expect(await lab.run('nonsense')).toContain('command not found')
})
