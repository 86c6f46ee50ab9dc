// br_netfilter, in the words of the commands.
import { expect, test } from 'vitest'
import { shellLab, type ShellLab } from '../../testing/shell-lab.ts'

const HOST = `
for x in host a b; do ip netns add $x; ip -n $x link set lo up; done
ip -n host link add br0 type bridge
ip -n host link set br0 up
for x in a b; do
  ip -n host link add p-$x type veth peer name eth0 netns $x
  ip -n host link set p-$x master br0
  ip -n host link set p-$x up
  ip -n $x link set eth0 up
done
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
`
const PING = 'ip netns exec a ping -c 1 -W 1 10.0.0.2'
const KEY = 'net.bridge.bridge-nf-call-iptables'

async function host(script: string): Promise<ShellLab> {
  const lab = await shellLab()
  await lab.run(HOST + script)
  return lab
}

test('without the module bridged frames do not meet the firewall, and its key is not there', async () => {
  const lab = await host('ip netns exec host iptables -P FORWARD DROP')
  expect(await lab.run(PING)).toContain('1 received')
  expect(await lab.run(`ip netns exec host sysctl ${KEY}`)).toContain('No such file or directory')
})

test('with it a policy cuts the machines of one bridge off from each other, though ARP passes', async () => {
  const lab = await host('modprobe br_netfilter; ip netns exec host iptables -P FORWARD DROP')
  expect(await lab.run(PING)).toContain('0 received')
  expect(await lab.run('ip -n a neigh')).toContain('REACHABLE')
  expect(await lab.run(`ip netns exec host sysctl -w ${KEY}=0; ${PING}`)).toContain('1 received')
})

test('the key is of each namespace, those to come too', async () => {
  const lab = await host(
    'modprobe br_netfilter; ip netns exec host sysctl -qw net.bridge.bridge-nf-call-iptables=5; ip netns add c',
  )
  const keys = `for x in host c; do ip netns exec $x sysctl -n ${KEY}; done`
  expect(await lab.run(keys)).toBe('1\n1\n')
})

test('a frame for the bridge itself passes PREROUTING once', async () => {
  const lab = await host(`modprobe br_netfilter
ip -n host addr add 10.0.0.9/24 dev br0
ip netns exec host iptables -t mangle -A PREROUTING -i br0
ip netns exec host iptables -A INPUT -i br0 -m physdev --physdev-in p-a`)
  await lab.run('ip netns exec a ping -c 1 10.0.0.9')
  const one = /\n {4}1 {4}84 /
  expect(await lab.run('ip netns exec host iptables -t mangle -L PREROUTING -nv')).toMatch(one)
  expect(await lab.run('ip netns exec host iptables -L INPUT -nv')).toMatch(one)
})

test('a flood is filtered port by port', async () => {
  const lab = await host(`modprobe br_netfilter
ip -n host link set p-b type bridge_slave learning off
ip netns exec host iptables -A FORWARD -m physdev --physdev-in p-a --physdev-out p-b -j DROP`)
  expect(await lab.run(PING)).toContain('0 received')
})

const DNAT = `modprobe br_netfilter
ip -n host addr add 10.0.0.9/24 dev br0
ip netns exec host sysctl -qw net.ipv4.ip_forward=1
ip -n a neigh add 10.0.0.99 lladdr 02:00:00:00:00:99 dev eth0
`
const dnatTo = (address: string): string =>
  `${DNAT}ip netns exec host iptables -t nat -A PREROUTING -d 10.0.0.99 -j DNAT --to ${address}`
const PING_99 = 'ip netns exec a ping -c 1 -W 4 10.0.0.99'
const macOf = (lab: ShellLab, netns: string, device: string): Promise<string> =>
  lab.run(`ip netns exec ${netns} cat /sys/class/net/${device}/address`).then((text) => text.trim())

test('DNAT to a machine whose MAC address is not known yet: the bridge asks, then sends the frame in its sender’s name', async () => {
  const lab = await host(dnatTo('10.0.0.2'))
  await lab.run('ip netns exec b tcpdump -i eth0 -w /tmp/b.pcap & ip netns exec host tcpdump -i br0 -w /tmp/br.pcap &')
  expect(await lab.run(PING_99)).toContain('1 received')
  await lab.run('kill %1 %2; wait')
  const [a, b, br] = [await macOf(lab, 'a', 'eth0'), await macOf(lab, 'b', 'eth0'), await macOf(lab, 'host', 'br0')]
  const read = (file: string): Promise<string> => lab.run(`tcpdump -env -r /tmp/${file}.pcap icmp`)
  const atB = await read('b')
  expect(atB).toContain(`${a} > ${b}`)
  expect(atB).toMatch(/ttl 64.*\n.*10\.0\.0\.1 > 10\.0\.0\.2: ICMP echo request/)
  expect(await read('br')).toContain(`${br} > ${b}`)
})

test('to a neighbour that the machine has sent to before it goes past the bridge’s own interface', async () => {
  const lab = await host(dnatTo('10.0.0.2'))
  await lab.run('ip netns exec host ping -c 1 10.0.0.2')
  await lab.run('ip netns exec host tcpdump -p -i br0 -w /tmp/br.pcap &')
  expect(await lab.run(PING_99)).toContain('1 received')
  expect(await lab.run('kill %1; wait; tcpdump -n -r /tmp/br.pcap')).not.toContain('ICMP')
})

test('of a silent neighbour the sender hears only when its frame was for the bridge’s own address', async () => {
  const lab = await host(dnatTo('10.0.0.77'))
  expect(await lab.run(PING_99)).not.toContain('Unreachable')
  await lab.run('ip -n host link set br0 address 02:00:00:00:00:99; ip -n host neigh flush all')
  expect(await lab.run(PING_99)).toContain('From 10.0.0.99 icmp_seq=1 Destination Host Unreachable')
})

test.each([
  ['ip -n host link set p-a nomaster', false],
  ['true', true],
])(
  'what waits for a neighbour is sent when the address is there, if its port is still one: %s',
  async (meanwhile, seen) => {
    const lab = await host(dnatTo('10.0.0.2'))
    await lab.run('ip -n b link set eth0 arp off; ip netns exec b tcpdump -i eth0 -w /tmp/b.pcap &')
    await lab.run(`ip netns exec a ping -c 1 -W 1 10.0.0.99; ${meanwhile}
ip -n host neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev br0; sleep 0.1; kill %1; wait`)
    expect((await lab.run('tcpdump -n -r /tmp/b.pcap icmp')).includes('ICMP echo request')).toBe(seen)
  },
)

test('DNAT to where there is no way goes up to IP, which says so', async () => {
  const lab = await host(dnatTo('172.16.0.1'))
  expect(await lab.run(PING_99)).toContain('From 10.0.0.99 icmp_seq=1 Destination Net Unreachable')
  await lab.run('ip netns exec host sysctl -qw net.ipv4.ip_forward=0')
  expect(await lab.run(PING_99)).toContain('0 received, 100% packet loss')
})

test('DNAT to the bridge’s own address is for this machine', async () => {
  const lab = await host(dnatTo('10.0.0.9'))
  expect(await lab.run(PING_99)).toContain('1 received')
})
