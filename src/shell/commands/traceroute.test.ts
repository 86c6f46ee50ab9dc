import { expect, test } from 'vitest'
import { shellLab } from '../../testing/shell-lab.ts'

const ROUTED =
  'ip netns add a; ip netns add r; ip netns add b; ip link add a0 netns a type veth peer name r0 netns r; ' +
  'ip link add b0 netns b type veth peer name r1 netns r; ip -n a addr add 10.0.1.2/24 dev a0; ' +
  'ip -n r addr add 10.0.1.1/24 dev r0; ip -n r addr add 10.0.2.1/24 dev r1; ip -n b addr add 10.0.2.2/24 dev b0; ' +
  'for d in a/a0 r/r0 r/r1 b/b0; do ip -n ${d%/*} link set ${d#*/} up; done; ' +
  'ip -n a route add default via 10.0.1.1; ip -n b route add default via 10.0.2.1; ' +
  'ip netns exec r sysctl -qw net.ipv4.ip_forward=1; ip netns exec b nc -l -k 80 &'

/** What traceroute printed, without the times. */
async function traced(...lines: readonly string[]): Promise<string[]> {
  const lab = await shellLab()
  await lab.run(ROUTED)
  const printed: string[] = []
  for (const line of lines) {
    const text = await lab.run(`ip netns exec a traceroute -n ${line} 2>&1 | tail -n +2`)
    printed.push(text.replaceAll(/ +[\d.]+ ms/g, ''))
  }
  return printed
}

test('-T sends segments, which an open port answers and a closed one refuses', async () => {
  expect(await traced('-T -q 1 -O info 10.0.2.2', '-M tcp -q 2 -p 81 -O info 10.0.2.2')).toEqual([
    ' 1  10.0.1.1\n 2  10.0.2.2 <syn,ack>\n',
    ' 1  10.0.1.1\n 2  10.0.2.2 <rst,ack> <rst,ack>\n',
  ])
})

test('-M names the method, of which the last one counts', async () => {
  const way = ' 1  10.0.1.1\n 2  10.0.2.2\n'
  expect(await traced('-M icmp -q 1 10.0.2.2', '-I -M default -q 1 10.0.2.2')).toEqual([way, way])
  const lab = await shellLab()
  expect(await lab.run('traceroute -M xyz 127.0.0.1 2>&1; traceroute -M dccp 127.0.0.1 2>&1')).toBe(
    'Unknown traceroute module xyz\ntraceroute: -M dccp is not modelled in vethlab. Use -M udp, -M icmp or -M tcp.\n',
  )
})

test('--sport sends all probes from one port, one after the other', async () => {
  const lab = await shellLab()
  await lab.run(ROUTED)
  await lab.run('ip -n r route add blackhole 10.0.9.0/24')
  const seen = await lab.run(
    'ip netns exec r tcpdump -nn -i r0 -c 3 udp 2>/dev/null & ip netns exec a traceroute --sport=1234 -q 1 -m 3 10.0.9.9 >/dev/null; wait',
  )
  expect(seen.match(/10\.0\.1\.2\.1234 > /g)).toHaveLength(3)
})
