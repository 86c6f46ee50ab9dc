import { expect, test } from 'vitest'
import { playLab } from './play.ts'

const LAB = `ip netns add a
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a link set eth0 up
ip -n b link set eth0 up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
#%% run
ip netns exec a ping -c 1 10.0.0.2
ip -n b link set eth0 down
ip -n b link set eth0 name NAME
OTHER
ip -n b link set NAME up
ip netns exec a ping -c 1 10.0.0.2
#%% settle 1
`

/** How many echo requests the capture on b's interface saw. */
async function requestsSeen(name: string, other: string): Promise<number> {
  const { captures } = await playLab('lab', LAB.replaceAll('NAME', name).replace('OTHER', other))
  return (captures['b/eth0'] ?? []).filter(([, line]) => line.includes('echo request')).length
}

test('a capture ends where its interface is down and nothing has its name (device_still_exists)', async () => {
  expect(await requestsSeen('eth0', 'true')).toBe(2)
  expect(await requestsSeen('lan0', 'true')).toBe(1)
})
