import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const LAB = `ip netns add a
ip netns add b
ip -n a link add eth0 up type veth peer name eth0 netns b
ip -n b link set eth0 up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
`

test('an echo counts as translated either way once NAT has decided about it (getobjopt_is_dpat)', async () => {
  const lab = await shellLab()
  const flows = (options: string): string => `ip netns exec b conntrack -L ${options} 2>&1 | tail -n 1\n`
  const printed = await lab.run(
    `${LAB}ip netns exec b iptables -t nat -A POSTROUTING -p udp -j MASQUERADE
ip netns exec a ping -c 1 10.0.0.2 >/dev/null
${flows('--dst-nat')}${flows('--src-nat')}${flows('--any-nat -p tcp')}`,
  )
  const shown = (count: number): string =>
    `conntrack v1.4.7 (conntrack-tools): ${count} flow entries have been shown.\n`
  expect(printed).toBe(shown(1) + shown(1) + shown(0))
})

test('options of a protocol are there only behind it, and statuses are those that can be asked for', async () => {
  const lab = await shellLab()
  const refused = async (words: string): Promise<string> =>
    (await lab.run(`conntrack -L ${words}`)).split('\n')[0]?.replace('conntrack v1.4.7 (conntrack-tools): ', '') ?? ''
  expect(await refused('--dport 53 -p udp')).toBe("unknown option `--dport'")
  expect(await refused('-p udp --dport 53')).toBe('0 flow entries have been shown.')
  expect(await refused('-u NOPE')).toBe("Bad parameter `NOPE'")
  expect(await refused('-u UNSET')).toBe('Operation failed: invalid parameters')
  expect(await refused('-u UNREPLIED')).toBe('0 flow entries have been shown.')
})
