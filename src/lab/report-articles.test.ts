// What articles do that terminals do not: no prompts, machines named in the text, values by name, and much left unsaid.
import { expect, test } from 'vitest'
import { isReport, readReport } from './report.ts'
import { labOfReport } from './report-lab.ts'
import type { ReportLab } from './report-lab.ts'

const build = (pasted: string): ReportLab => labOfReport(readReport(pasted))

/** The lab's lines without comments and directives. */
const commands = ({ text }: ReportLab): string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

/** Of every command that stays out: its line and why. */
const leftOut = ({ steps }: ReportLab): string[] =>
  steps.flatMap(({ lines }) =>
    lines.filter(({ fate }) => fate === 'left-out').map(({ line, reason }) => `${line} ${reason ?? ''}`),
  )

const listing = (...lines: string[]): string => ['```sh', ...lines, '```', ''].join('\n')

test.each([
  ['ip link add dev br0 type bridge', 'ip link set br0 up'],
  ['ip link add link lo dev m0 type macvlan', 'ip link set up dev m0'],
  ['ip link add name br0 mtu 1400 type bridge', 'ip link set up br0'],
])('a link that %s makes was not there before', (...lines) => {
  const lab = build(`Text above.\n${listing(...lines)}`)
  expect(lab.uplinks.made).toEqual([])
  expect(commands(lab)).toEqual(lines)
})

test('words of ip link that stand before the name are no names', () => {
  const lab = build(
    `Text.\n${listing('ip link add v0 type veth', 'ip link set addr 02:00:00:00:00:01 v0', 'ip link set master br0 v0')}`,
  )
  expect(lab.uplinks.made).toEqual([])
})

test('abbreviated objects are commands: ip net exec, ip l a, ip a a', () => {
  const lab = build(
    `Text.\n${listing('ip net add a', 'ip l a v0 type veth peer name v1 netns a', 'ip net exec a ip a a 10.0.0.1/24 dev v1')}`,
  )
  expect(commands(lab)).toEqual([
    'ip netns add a',
    'ip l a v0 type veth peer name v1 netns a',
    'ip -n a a a 10.0.0.1/24 dev v1',
  ])
})

test('a comment in any script stands behind its command; backquotes set a name apart', () => {
  const lab = build(
    `Text.\n${listing('ip netns add ns1  #设置网络命名空间', 'ip link add `v0` type veth peer name `v1`', 'echo "a #b"')}`,
  )
  expect(commands(lab)).toEqual(['ip netns add ns1', 'ip link add v0 type veth peer name v1', "echo 'a #b'"])
})

test.each([
  'ip netns exec [pod] ip addr',
  'ip link del <bridge name>',
  'ip tunnel add|change|del tun0',
  'ip addr add ...',
])('%s has a blank to fill, with a prompt or without', (line) => {
  expect(readReport(line).blocks).toEqual([])
  expect(readReport(`$ ${line}`).rest.map(({ kind }) => kind)).toEqual(['template'])
})

test('loops, functions and here-documents are one command each', () => {
  const loop = 'for ns in a b; do\n  ip netns add $ns\ndone'
  const file = 'cat > /tmp/x <<EOF\nip netns add never\nEOF'
  const lab = build(
    `Text.\n${listing(...loop.split('\n'), ...file.split('\n'), 'ip link add v0 type veth peer name v1 netns b')}`,
  )
  expect(lab.steps.flatMap(({ lines }) => lines.map(({ line }) => line))).toEqual([3, 6, 9])
  expect(lab.text).toContain(`${loop}\n${file}\n`)
  expect(readReport('for i in range(10):\n    print(i)\n').blocks).toEqual([])
})

test('a variable stands for its value, in every namespace', () => {
  const lab = build(
    `Text.\n${listing('NS1="red"', 'export IP=10.0.0.1', 'ip netns add $NS1', 'ip netns exec ${NS1} bash -c "ip addr add $IP/24 dev lo | cat"')}`,
  )
  expect(commands(lab)).toEqual([
    'ip netns add red',
    `ip netns exec red bash -c 'ip addr add 10.0.0.1/24 dev lo | cat'`,
  ])
  expect(leftOut(lab)).toEqual(['3 variable', '4 variable'])
})

test('the process number of a container is the container', () => {
  const lab = build(`[root@a ~]# docker run -d --name web nginx
[root@a ~]# pid=$(docker inspect -f '{{.State.Pid}}' web)
[root@a ~]# ln -s /proc/$pid/ns/net /var/run/netns/web
[root@a ~]# nsenter -t $pid -n ip addr
[root@a ~]# docker inspect -f '{{.State.Pid}}' web
4711
[root@a ~]# ip netns exec 4711 ip route
`)
  expect(leftOut(lab)).toEqual(['2 variable', '3 variable', '5 not-modelled'])
  expect(commands(lab).slice(-2)).toEqual(['ip -n web addr', 'ip -n web route'])
})

test('machines that the text names stand in for prompts', () => {
  const pasted = `# Two hosts
Run this on host1:
${listing('ip link add m0 link eth0 type macvlan mode bridge', 'ip addr add 10.0.0.1/24 dev m0')}
在 host2 上执行：
${listing('ip link add m0 link eth0 type macvlan mode bridge', 'ip addr add 10.0.0.2/24 dev m0')}
From host1 to host2 all is well, so on host1:
${listing('ping -c 1 10.0.0.2')}`
  expect(isReport(pasted)).toBe(true)
  const lab = build(pasted)
  expect(lab.newMachines).toEqual(['host1', 'host2'])
  expect(commands(lab).at(-1)).toBe('ip netns exec host1 ping -c 1 10.0.0.2')
  expect(commands(lab)).toContain('ip -n host2 addr add 10.0.0.2/24 dev m0')
})

test.each([
  ['what ping printed', 'ip link set lo up\nping -c 1 127.0.0.1\nPING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.\n'],
  ['sentences without blanks', '先启动接口：\nip link set lo up\n'],
])('%s makes an article of a script', (_, pasted) => {
  expect(isReport(pasted)).toBe(true)
  expect(isReport('# 先启动接口\nip link set lo up\n')).toBe(false)
})

test.each([
  ['a drawing', '# Host A (ns1)\n# Host B (ns2)'],
  ['a list of addresses', 'host1: 10.0.0.1\nhost2: 10.0.0.2'],
  ['one machine', 'Do this on host1:'],
])('%s names no place', (_, text) => {
  expect(build(`${text}\n${listing('ip netns add ns1', 'ip netns add ns2')}`).newMachines).toEqual([])
})

test('what an article shows below with a prompt is typed at that prompt above', () => {
  const lab = build(`Type this:
${listing('ip netns add ns1')}
Result:
${listing('[root@a ~]# ip netns add ns1', '[root@a ~]# ip link', '[root@b ~]# ip link')}`)
  expect(lab.steps[0]?.place).toEqual({ namespaces: ['a'], reason: 'listing', isSure: true })
})

test('a shell without its exit is left when the commands name interfaces of another place', () => {
  const lab = build(`Text.
${listing('ip netns add ns1', 'ip link add v0 type veth peer name v1 netns ns1', 'ip netns exec ns1 bash')}
Now the host's end:
${listing('ip addr add 10.0.0.1/24 dev v0')}`)
  expect(commands(lab).at(-1)).toBe('ip addr add 10.0.0.1/24 dev v0')
})

test('where a public address is pinged and nothing tells the way, the machine gets one', () => {
  const lab = build(`Text.
${listing('ip netns add ns1', 'iptables -t nat -A POSTROUTING -o ens3 -j MASQUERADE', 'ip netns exec ns1 ping -c 1 8.8.8.8')}`)
  expect(lab.uplinks.made).toEqual([{ namespace: '', device: 'ens3', address: '192.0.2.100/24', isGuessed: true }])
  expect(commands(lab)).toContain('ip route add default via 192.0.2.1 dev ens3')
  expect(commands(lab)).toContain('ip -n gw addr add 8.8.8.8/32 dev outside')
})

test('who routes through a neighbour has an address beside it; the report’s own default route is not made twice', () => {
  const lab = build(`Text.\n${listing('ip route add default via 192.168.7.1 dev eth0', 'ping -c 1 192.168.7.9')}`)
  expect(lab.uplinks.made).toEqual([{ namespace: '', device: 'eth0', address: '192.168.7.100/24', isGuessed: true }])
  expect(commands(lab).filter((line) => line.includes('default'))).toEqual([
    'ip route add default via 192.168.7.1 dev eth0',
  ])
})

test('a name that is pinged has the address that ping printed', () => {
  const lab = build(`[root@a ~]# ping -c 1 www.example.org
PING www.example.org (93.184.216.34) 56(84) bytes of data.
64 bytes from 93.184.216.34: icmp_seq=1 ttl=56 time=11.6 ms
`)
  expect(commands(lab)).toContain('echo 93.184.216.34 www.example.org >> /etc/hosts')
  expect(commands(lab)).toContain('ip -n gw addr add 93.184.216.34/32 dev outside')
})

test('IPv6 is left out by that name', () => {
  const lab = build(
    `Text.\n${listing('ip addr add fd80::1/64 dev lo', 'ip -6 route', 'sysctl -w net.ipv6.conf.all.forwarding=1', 'echo 1 | tee /proc/sys/net/ipv6/conf/all/forwarding', 'ping -c 1 ::1', 'ip link set lo address 02:00:00:00:00:01')}`,
  )
  expect(leftOut(lab)).toEqual(['3 ipv6', '4 ipv6', '5 ipv6', '6 ipv6', '7 ipv6'])
})
