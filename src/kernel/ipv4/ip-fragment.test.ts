// Packets that a router put together to look at them, and passes on. What is expected is what Linux (6.18) sent in these labs.
import { expect, test } from 'vitest'
import { playFrames } from '../../testing/play-frames.ts'

/** A router whose firewall watches flows, between a narrow cable and one of `mtu`. */
const lab = (mtu: number): string => `ip netns add a
ip netns add r
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns r
ip -n r link add eth1 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n r addr add 10.0.0.254/24 dev eth0
ip -n r addr add 10.0.1.254/24 dev eth1
ip -n b addr add 10.0.1.1/24 dev eth0
ip -n a link set eth0 mtu 1000
ip -n r link set eth1 mtu ${mtu}
ip -n a link set eth0 up
ip -n r link set eth0 up
ip -n r link set eth1 up
ip -n b link set eth0 up
ip -n a route add default via 10.0.0.254
ip -n b route add default via 10.0.1.254
ip netns exec r sysctl -w net.ipv4.ip_forward=1
ip netns exec r iptables -A FORWARD -m conntrack --ctstate INVALID -j DROP`

/** Frame lengths of what b got of a datagram or request. */
async function arrived(mtu: number, action: string): Promise<number[]> {
  const lines = await playFrames(lab(mtu), [action], 'b/eth0')
  return lines
    .filter((line) => / 10\.0\.0\.1(\.\d+)? > /.test(line))
    .map((line) => Number(/length (\d+):/.exec(line)?.[1]))
}

const PING = 'ip netns exec a ping -c 1 -W 1 -s 1500 10.0.1.1'

test('what came in pieces that fit leaves in the same pieces (ip_do_fragment)', async () => {
  expect(await arrived(1500, PING)).toEqual([1010, 566])
  expect(await arrived(1400, PING)).toEqual([1010, 566])
})

test('what does not fit is cut anew as the way asks', async () => {
  expect(await arrived(700, PING)).toEqual([714, 714, 182])
})

test('what came whole goes on whole', async () => {
  expect(await arrived(1500, 'ip netns exec a ping -c 1 -W 1 -s 900 10.0.1.1')).toEqual([942])
})
