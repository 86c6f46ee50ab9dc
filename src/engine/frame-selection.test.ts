import { expect, test } from 'vitest'
import type { TraceFilter } from '../contract/protocol.ts'
import { sessionProbe, type SessionProbe } from '../testing/session-probe.ts'
import { RequestRefused } from './request-refused.ts'

/** Two machines on a cable, with a VLAN over it. */
const LAB = `ip netns add a
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n a link add link eth0 name v7 type vlan id 7
ip -n b link add link eth0 name v7 type vlan id 7
ip -n a addr add 10.7.0.1/24 dev v7
ip -n b addr add 10.7.0.2/24 dev v7
ip -n a link set v7 up
ip -n b link set v7 up
#%% run
ip netns exec a ping -c 1 10.0.0.2
ip netns exec a ping -c 1 10.7.0.2
`

async function played(): Promise<SessionProbe> {
  const lab = sessionProbe()
  await lab.ask<'open'>({ kind: 'open', text: LAB })
  await lab.ask<'play'>({ kind: 'play', count: 2 })
  return lab
}

/** tcpdump's lines of what a filter lets through. */
async function linesOf(lab: SessionProbe, filter: TraceFilter): Promise<string[]> {
  const { columns } = await lab.ask<'sightings'>({ kind: 'sightings', fromNs: 0, toNs: 1e15, filter })
  const frames = await Promise.all([...columns.seq].map((seq) => lab.ask<'frame'>({ kind: 'frame', seq })))
  return frames.map(({ line }) => line)
}

test('a capture filter selects the frames that tcpdump would show', async () => {
  const lab = await played()
  const lines = await linesOf(lab, { expression: 'icmp and src host 10.0.0.2' })
  expect(lines).toHaveLength(2)
  for (const line of lines) expect(line).toContain('10.0.0.2 > 10.0.0.1: ICMP echo reply')
})

test('it sees through a tag, and vlan finds the tagged', async () => {
  const lab = await played()
  const echoes = await linesOf(lab, { expression: 'icmp and net 10.7.0.0/24' })
  const tagged = await linesOf(lab, { expression: 'vlan 7 and icmp' })
  expect(echoes.filter((line) => line.includes('vlan 7'))).toEqual(tagged)
  expect(tagged).toHaveLength(4)
  expect(echoes).toHaveLength(8)
})

test('it goes with the other filters, for lanes and for the next frame alike', async () => {
  const lab = await played()
  const filter: TraceFilter = { protocols: ['arp'], expression: 'host 10.7.0.2 and outbound' }
  const lines = await linesOf(lab, filter)
  expect(lines.length).toBeGreaterThan(0)
  const lanes = await lab.ask<'lanes'>({ kind: 'lanes', fromNs: 0, toNs: 1e11, bucketCount: 1, filter })
  expect(lanes.reduce((sum, { counts }) => sum + (counts[0] ?? 0), 0)).toBe(lines.length)
  const { firstSeq } = await lab.ask<'status'>({ kind: 'status' })
  const first = await lab.ask<'find'>({ kind: 'find', fromSeq: firstSeq - 1, direction: 1, filter })
  expect((await lab.ask<'frame'>({ kind: 'frame', seq: first })).line).toBe(lines[0])
})

test('one that cannot be read is refused in the words of tcpdump, and can be tried beforehand', async () => {
  const lab = await played()
  const problem = "can't parse filter expression: syntax error"
  await expect(linesOf(lab, { expression: 'host and' })).rejects.toThrow(new RequestRefused(problem))
  expect(await lab.ask<'checkFilter'>({ kind: 'checkFilter', expression: 'host and' })).toEqual({ problem })
  expect(await lab.ask<'checkFilter'>({ kind: 'checkFilter', expression: 'tcp port 80' })).toEqual({
    problem: undefined,
  })
})
