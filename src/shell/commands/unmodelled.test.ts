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

test.each([
  ['ping nosuch', 'ping: nosuch: Name or service not known\nvethlab: there is no DNS.'],
  ['traceroute nosuch', 'nosuch: Name or service not known\n'],
  ['traceroute nosuch', 'vethlab: there is no DNS. Use an address, or put the name into /etc/hosts.\n'],
  ['nc nosuch 80', 'vethlab: there is no DNS.'],
  ['arping -c 1 nosuch', 'vethlab: there is no DNS.'],
  ['ping fd00::1', 'vethlab: IPv6 is not modelled. Use an IPv4 address.'],
  ['ip addr add fd00::1/64 dev lo', 'rather than "fd00::1/64". IPv6 is not modelled in vethlab: use an IPv4 address.'],
  ['ip route add default via fe80::1', 'rather than "fe80::1". IPv6 is not modelled'],
  ['ip -6 route add default dev lo', 'ip: IPv6 is not modelled in vethlab.'],
  ['sysctl -w net.ipv6.conf.all.disable_ipv6=1', 'vethlab: IPv6 is not modelled, so it is off everywhere.'],
])('%s: names that nobody resolves and IPv6 are told below Linux’s own words', async (text, told) => {
  const lab = await shellLab()
  expect(await lab.run(text)).toContain(told)
})

test.each(['ip -6 addr show', 'ip -6 a s', 'ip -6 route', 'ip -6 neigh', 'ip -6 rule list'])(
  '%s is empty, as where IPv6 is off',
  async (text) => {
    const lab = await shellLab()
    expect(await lab.run(`${text}; echo $?`)).toBe('0\n')
  },
)
