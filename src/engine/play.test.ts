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
ip -n b link set eth0 down
ip -n b link set eth0 name lan0
ip -n b link set lan0 up
ip netns exec a ping -c 1 10.0.0.2
RENAMED_GOES_DOWN
ip netns exec a ping -c 1 10.0.0.2
#%% settle 1
`

/** How many echo requests the capture on b's interface saw. */
async function requestsSeen(action: string): Promise<number> {
  const { captures } = await playLab('lab', LAB.replace('RENAMED_GOES_DOWN', action))
  return (captures['b/eth0'] ?? []).filter(([, line]) => line.includes('echo request')).length
}

test('a capture outlives its interface’s old name, but not when the interface then goes down (device_still_exists)', async () => {
  expect(await requestsSeen('sleep 0.1')).toBe(2)
  const LOST = 'ip -n b link set lan0 down\nip -n b link set lan0 up'
  expect(await requestsSeen(LOST)).toBe(1)
  expect(await requestsSeen(LOST.replace('\n', '\nip -n b link add eth0 type dummy\n'))).toBe(1)
  expect(await requestsSeen(`ip -n b link add eth0 type dummy\n${LOST}`)).toBe(2)
})
