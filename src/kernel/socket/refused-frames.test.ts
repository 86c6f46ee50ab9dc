// What programs hear when a device in their own machine does not take their packets, or keeps them.
import { expect, test } from 'vitest'
import { shellLab } from '../../testing/shell-lab.ts'

/** Two children in l3 mode whose parent has a neighbour; `sent` is how many packets of TCP the first has sent. */
const children = (flag: string): string => `ip netns add h; ip netns add r; ip netns add c1; ip netns add c2
ip -n h link add eth0 up type veth peer name eth0 netns r; ip -n r link set eth0 up; ip -n h link set lo up
ip -n h addr add 10.0.0.1/24 dev eth0; ip -n r addr add 10.0.0.2/24 dev eth0
for k in 1 2; do
ip -n h link add link eth0 name ch netns c$k type ipvlan mode l3 ${flag}
ip -n c$k link set ch up; ip -n c$k link set lo up; ip -n c$k addr add 192.168.9.1$k/24 dev ch
ip -n c$k route add default dev ch
done
ip netns exec c1 iptables -A OUTPUT -p tcp
sent() { ip netns exec c1 iptables -nvL OUTPUT | tail -n 1 | awk '{print $1}'; }
`

test('a segment that a private sibling may not have goes again every half second (TCP_RESOURCE_PROBE_INTERVAL)', async () => {
  const lab = await shellLab()
  expect(await lab.run(`${children('private')}ip netns exec c1 nc -z -w 3 192.168.9.12 80; sent`)).toBe('5\n')
})

test('a datagram that nobody took is nothing to who does not ask for errors (udp_send_skb)', async () => {
  const lab = await shellLab()
  expect(await lab.run(`${children('private')}ip netns exec c1 nc -u -z -v -w 1 192.168.9.12 5000`)).toBe(
    'Connection to 192.168.9.12 5000 port [udp/*] succeeded!\n',
  )
})

test('a SYN that waits for a neighbour of the parent, in another namespace, is not made twice (skb_still_in_host_queue)', async () => {
  const lab = await shellLab()
  expect(await lab.run(`${children('bridge')}ip netns exec c1 nc -z -w 3 10.0.0.9 80; sent`)).toBe('1\n')
})

test('a device that is down swallows what a child hands it, and nobody hears of it (noop_enqueue)', async () => {
  const lab = await shellLab()
  const ping = 'ip netns exec c1 ping -c 1 -W 1 -q 10.0.0.2 2>&1 | grep -c sendmsg'
  expect(await lab.run(`${children('bridge')}ip -n h link set eth0 down; ${ping}`)).toBe('0\n')
})
