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

test('DNAT to a machine whose MAC address is not known yet goes up to be forwarded', async () => {
  const lab = await host(`modprobe br_netfilter
ip -n host addr add 10.0.0.9/24 dev br0
ip netns exec host sysctl -qw net.ipv4.ip_forward=1
ip -n a neigh add 10.0.0.99 lladdr 02:00:00:00:00:99 dev eth0
ip netns exec host iptables -t nat -A PREROUTING -d 10.0.0.99 -j DNAT --to 10.0.0.2`)
  await lab.run('ip netns exec a ping -c 1 -W 1 10.0.0.99')
  expect(await lab.run('ip netns exec host iptables -t nat -L PREROUTING -nv')).toMatch(/\n {4}1 {4}84 DNAT/)
})
