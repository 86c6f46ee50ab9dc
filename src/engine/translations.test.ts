import { expect, test } from 'vitest'
import type { TranslatedEnd } from '../contract/protocol.ts'
import { sessionProbe } from '../testing/session-probe.ts'
import { formatIpv4, ipv4FromNumber } from '../wire/address.ts'

/** A host, a router that translates, and a host outside. */
const LAB = `ip netns add h
ip netns add r
ip netns add o
ip -n r link add h0 type veth peer name eth0 netns h
ip -n r link add o0 type veth peer name eth0 netns o
ip -n h addr add 10.0.0.2/24 dev eth0
ip -n r addr add 10.0.0.1/24 dev h0
ip -n r addr add 192.168.1.1/24 dev o0
ip -n r addr add 192.168.1.7/24 dev o0
ip -n o addr add 192.168.1.2/24 dev eth0
ip -n h link set eth0 up
ip -n r link set h0 up
ip -n r link set o0 up
ip -n o link set eth0 up
ip -n h route add default via 10.0.0.1
ip netns exec r sysctl -q -w net.ipv4.ip_forward=1
ip netns exec r iptables -t nat -A POSTROUTING -o o0 -p icmp -j SNAT --to-source 192.168.1.7
ip netns exec r iptables -t nat -A PREROUTING -p udp --dport 53 -j REDIRECT --to-ports 5353
#%% run
`

const NAMES = { 0: 'in', 1: 'out', 2: 'drop' } as const

const endText = ({ address, port }: TranslatedEnd): string => `${formatIpv4(ipv4FromNumber(address))}:${port}`

/** Each sighting of a command that shows a translation, with what was rewritten. */
async function translationsOf(command: string): Promise<string[]> {
  const lab = sessionProbe()
  const { network } = await lab.ask<'open'>({ kind: 'open', text: LAB })
  const nameOf = new Map(
    network.namespaces.flatMap(({ name, links }) => links.map((link) => [link.device, `${name}/${link.name}`])),
  )
  await lab.ask<'run'>({ kind: 'run', command })
  const { columns } = await lab.ask<'sightings'>({ kind: 'sightings', fromNs: 0, toNs: 1e15 })
  const lines: string[] = []
  for (let index = 0; index < columns.count; index++) {
    const { translations } = await lab.ask<'frame'>({ kind: 'frame', seq: columns.seq[index] ?? 0 })
    expect(columns.isTranslated[index]).toBe(translations.length > 0 ? 1 : 0)
    const place = `${nameOf.get(columns.device[index] ?? 0)} ${NAMES[(columns.direction[index] ?? 0) as 0 | 1 | 2]}`
    for (const { end, before, after } of translations)
      lines.push(`${place}: ${end} ${endText(before)} > ${endText(after)}`)
  }
  return lines
}

test('a forwarded packet shows its translation where it is seen next, there and back', async () => {
  expect(await translationsOf('ip netns exec h ping -c 1 192.168.1.2')).toEqual([
    expect.stringMatching(/^r\/o0 out: source 10\.0\.0\.2:(\d+) > 192\.168\.1\.7:\1$/),
    expect.stringMatching(/^r\/h0 out: destination 192\.168\.1\.7:(\d+) > 10\.0\.0\.2:\1$/),
  ])
})

test('a packet for the translating machine itself shows it where it came in', async () => {
  expect(await translationsOf('ip netns exec r ping -c 1 192.168.1.2')).toEqual([
    expect.stringMatching(/^r\/o0 out: source 192\.168\.1\.1:(\d+) > 192\.168\.1\.7:\1$/),
    expect.stringMatching(/^r\/o0 in: destination 192\.168\.1\.7:(\d+) > 192\.168\.1\.1:\1$/),
  ])
})

test('a port alone may be what is rewritten', async () => {
  const [there] = await translationsOf("ip netns exec h bash -c 'echo x | nc -u -w 1 10.0.0.1 53'")
  expect(there).toBe('r/h0 in: destination 10.0.0.1:53 > 10.0.0.1:5353')
})
