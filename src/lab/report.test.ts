import { expect, test } from 'vitest'
import { isReport, readReport } from './report.ts'
import { labOfReport } from './report-lab.ts'
import type { ReportLab, ReportMap } from './report-lab.ts'

const build = (pasted: string, map?: ReportMap, base?: string): ReportLab => labOfReport(readReport(pasted), map, base)

/** The lab's lines without comments and directives. */
const commands = ({ text }: ReportLab): string[] =>
  text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))

/** Where each block runs and how that was found. */
const places = ({ steps }: ReportLab): string[] =>
  steps.map(({ place }) => `${place.namespaces.join('+')} ${place.reason}${place.isSure ? '' : '?'}`)

const SESSION = `anna@one:~$ sudo ip link add br0 type bridge
anna@one:~$ ip link show br0
3: br0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
anna@two:~$ ping -c 1 10.0.0.1
PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.

--- 10.0.0.1 ping statistics ---
1 packets transmitted, 0 received, 100% packet loss, time 0ms
`

test('a session on two machines makes two machines; what sends frames is an action', () => {
  const lab = build(SESSION)
  expect(lab.newMachines).toEqual(['one', 'two'])
  expect(commands(lab)).toEqual([
    'ip netns add one',
    'ip -n one link set lo up',
    'ip netns add two',
    'ip -n two link set lo up',
    'ip -n one link add br0 type bridge',
    'ip -n one link show br0',
    'ip netns exec two ping -c 1 10.0.0.1',
  ])
  expect(lab.steps.flatMap(({ lines }) => lines.map(({ fate }) => fate))).toEqual(['setup', 'setup', 'action'])
  expect(lab.text).toContain('#%% run\n# line 5, anna@two\nip netns exec two ping')
})

test('every line is a command or listed', () => {
  const { blocks, rest } = readReport(`Some text.\n${SESSION}`)
  expect(blocks.map(({ prompt }) => prompt)).toEqual(['anna@one', 'anna@two'])
  expect(rest.map(({ line, kind }) => `${line} ${kind}`)).toEqual([
    '1 text',
    '4 output',
    '5 output',
    '7 output',
    '9 output',
    '10 output',
  ])
})

test('prompts are mapped to namespaces of the lab that is there', () => {
  const base = 'ip netns add host\nip netns add vm\n'
  const lab = build(SESSION, { prompts: { 'anna@one': ['host'], 'anna@two': ['vm'] } }, base)
  expect(lab.newMachines).toEqual([])
  expect(commands(lab).slice(2, 3)).toEqual(['ip -n host link add br0 type bridge'])
  expect(lab.text.startsWith(base.trimEnd())).toBe(true)
})

test('what is added to a lab with actions comes after them', () => {
  const base = 'ip netns add one\nip netns add two\n#%% run\nip netns exec one ping -c 1 10.0.0.2\n'
  expect(commands(build(SESSION, {}, base)).slice(2)).toEqual([
    'ip netns exec one ping -c 1 10.0.0.2',
    'ip -n one link add br0 type bridge',
    'ip -n one link show br0',
    'ip netns exec two ping -c 1 10.0.0.1',
  ])
})

test('a shell that was opened in a namespace holds until its exit, whatever its prompt', () => {
  const lab = build(`anna@one:~$ sudo ip netns add red
anna@one:~$ sudo ip netns exec red bash
root@one:/home/anna# ip link set lo up
root@one:/home/anna# exit
anna@one:~$ ip link
[root@two ~]# ip netns exec red bash
[root@two ~]# ip route
[root@two ~]# exit
[root@two ~]# ip addr
`)
  expect(commands(lab).slice(4)).toEqual([
    'ip netns add red',
    'ip -n red link set lo up',
    'ip -n one link',
    'ip -n red route',
    'ip -n two addr',
  ])
})

test('root’s prompt without a word: the interfaces that the commands name, else the text above, else one asks', () => {
  const lab = build(`anna@one:~$ sudo ip netns add red
anna@one:~$ sudo ip netns add blue
anna@one:~$ sudo ip link add v0 type veth peer name v1
anna@one:~$ sudo ip link set v1 netns blue
anna@two:~$ ip link

root@one:/home/anna# ip addr add 10.0.0.2/24 dev v1

Now in red we look again:

root@one:/home/anna# ip addr

This works as well:

root@one:/home/anna# ip route
`)
  expect(places(lab)).toEqual(['one prompt', 'two prompt', 'blue device', 'red text', 'red before?'])
})

test('commands without a prompt belong to the machine whose prompt stands in the same listing, or to all that they fit', () => {
  const lab = build(`Machine A:
ip link add veth0 type veth peer name c0
[root@a ~]# ip link

Machine B:
ip link add veth0 type veth peer name c0
[root@b ~]# ip link

On the interface:
echo 1 > /proc/sys/net/ipv4/conf/veth0/proxy_arp

On the machines:
net.ipv4.ip_forward = 1
`)
  expect(places(lab)).toEqual(['a listing', 'a prompt', 'b listing', 'b prompt', 'a+b device', 'a+b machine?'])
  expect(commands(lab).slice(-4)).toEqual([
    'ip netns exec a sysctl -w net.ipv4.conf.veth0.proxy_arp=1',
    'ip netns exec b sysctl -w net.ipv4.conf.veth0.proxy_arp=1',
    'ip netns exec a sysctl -w net.ipv4.ip_forward=1',
    'ip netns exec b sysctl -w net.ipv4.ip_forward=1',
  ])
})

test('the same name on two machines becomes two names, or those of the map', () => {
  const pasted = `[root@a ~]# ip netns add ns0
[root@a ~]# ip netns exec ns0 ip link
[root@b ~]# ip netns add ns0
[root@b ~]# ip link add v0 type veth peer name v1 netns ns0
[root@b ~]# for i in 1 2; do ip netns exec ns0 sleep $i; done
`
  const lab = build(pasted)
  expect(commands(lab).slice(4)).toEqual([
    'ip netns add ns0',
    'ip -n ns0 link',
    'ip netns add b-ns0',
    'ip -n b link add v0 type veth peer name v1 netns b-ns0',
    "ip netns exec b bash -c 'for i in 1 2; do ip netns exec b-ns0 sleep $i; done'",
  ])
  expect(lab.text).toContain('#%% alias b ns0=b-ns0')
  expect(build(pasted, { names: { b: { ns0: 'blue' } } }).text).toContain('ip netns add blue')
})

test('what would keep a terminal busy is bounded or put into the background; what has no place in a lab is named', () => {
  const lab = build(`root@a:~# tcpdump -ni eth0 icmp
root@a:~# sudo -i
root@a:~# systemctl restart networking
root@a:~# ip monitor
root@a:~# echo hi | nc -l 8080
root@b:~# ping 10.0.0.1
64 bytes from 10.0.0.1: icmp_seq=1 ttl=64 time=0.1 ms
64 bytes from 10.0.0.1: icmp_seq=2 ttl=64 time=0.1 ms
`)
  const lines = lab.steps.flatMap((step) => step.lines)
  expect(lines.map(({ reason, change }) => reason ?? change)).toEqual([
    'capture',
    'shell',
    'not-modelled',
    'endless',
    'background',
    'counted',
  ])
  expect(commands(lab).slice(-3)).toEqual([
    "ip netns exec a bash -c 'echo hi | nc -l 8080' &",
    'sleep 1',
    'ip netns exec b ping -c 2 10.0.0.1',
  ])
})

test('what a report makes a second time is removed first', () => {
  const lab = build(`anna@a:~$ sudo ip netns add ns1
anna@a:~$ sudo ip link add br0 type bridge
anna@b:~$ ip link
anna@a:~$ sudo ip netns add ns1
anna@a:~$ sudo ip link add br0 type bridge
`)
  expect(commands(lab).slice(-4)).toEqual([
    'ip netns del ns1',
    'ip netns add ns1',
    'ip -n a link del br0',
    'ip -n a link add br0 type bridge',
  ])
})

test('blocks and lines can be moved and left out by hand', () => {
  const lab = build(SESSION, { blocks: { 1: ['three'], 5: [] }, lines: { 2: false } })
  expect(lab.newMachines).toContain('three')
  expect(commands(lab).slice(6)).toEqual(['ip -n three link add br0 type bridge'])
})

test('a script for one machine is no report, a transcript and a listing with numbers are', () => {
  expect(isReport('ip netns add a\nping -c 1 10.0.0.1\n')).toBe(false)
  expect(isReport('#%% vethlab 1\n# anna@one:~$ ip link\nip netns add a\n')).toBe(false)
  expect(isReport(SESSION)).toBe(true)
  expect(isReport('1\n2\n3\nip link\nip addr\nip route\n')).toBe(true)
})

test('one machine alone is the bench, as in a script', () => {
  const lab = build('[root@one ~]# ip netns add red\n[root@one ~]# ip netns exec red ip link\n')
  expect(commands(lab)).toEqual(['ip netns add red', 'ip -n red link'])
  expect(commands(build('[root@one ~]# ip link\n', { prompts: { 'root@one': ['one'] } }))).toEqual([
    'ip netns add one',
    'ip -n one link set lo up',
    'ip -n one link',
  ])
})

test('the network that was there before the first command is made from what the outputs tell', () => {
  const pasted = `anna@a:~$ ip route
default via 10.0.0.254 dev eth0
10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.1
anna@a:~$ sudo ip link add link eth0 name m0 type macvlan
anna@b:~$ ip addr show eth0
    inet 10.0.0.2/24 brd 10.0.0.255 scope global eth0
anna@b:~$ sudo ip link set eth1 up
anna@b:~$ ip route get 1.1.1.1 dev eth0
anna@b:~$ ping -c 1 10.0.0.9
anna@b:~$ ping -c 1 8.8.8.8
`
  const { uplinks, text } = build(pasted)
  expect(uplinks.made).toEqual([
    { namespace: 'a', device: 'eth0', address: '10.0.0.1/24', isGuessed: false },
    { namespace: 'b', device: 'eth0', address: '10.0.0.2/24', isGuessed: false },
    { namespace: 'b', device: 'eth1', address: undefined, isGuessed: false },
  ])
  for (const line of [
    'ip -n a link add eth0 type veth peer name p1 netns lan',
    'ip -n a route add default via 10.0.0.254 dev eth0',
    'ip -n h9 addr add 10.0.0.9/24 dev eth0',
    'ip -n gw addr add 10.0.0.254/24 dev eth0',
    'ip -n gw addr add 8.8.8.8/32 dev outside',
    'ip -n b link add eth1 type veth peer name p1 netns lan2',
  ])
    expect(text.split('\n')).toContain(line)
  expect(build(pasted, { uplinks: false }).text).not.toContain('netns lan')
})

test('two machines that route through each other have each other’s address', () => {
  const { uplinks } = build(`[root@a ~]# ip route add 10.1.0.0/24 via 192.168.1.2 dev eth0
[root@b ~]# ip route add 10.2.0.0/24 via 192.168.1.1 dev eth0
`)
  expect(uplinks.made.map(({ namespace, address }) => `${namespace} ${address}`)).toEqual([
    'a 192.168.1.1/24',
    'b 192.168.1.2/24',
  ])
})

test('interfaces that nothing tells about stand on one switch where they have one name', () => {
  const lab = build(`[root@a ~]# ip link add link eth0 name eth0.10 type vlan id 10
[root@b ~]# ip link add link eth0 name eth0.10 type vlan id 10
[root@b ~]# ip link set eth1 up
`)
  expect(lab.uplinks.made.map(({ namespace, device }) => `${namespace}/${device}`)).toEqual([
    'a/eth0',
    'b/eth0',
    'b/eth1',
  ])
  const plugs = commands(lab).filter((line) => line.includes('type veth'))
  expect(plugs.map((line) => line.slice(line.lastIndexOf(' ') + 1))).toEqual(['lan', 'lan', 'lan2'])
  expect(lab.text).not.toContain('addr add')
})

test('a container is a namespace of its machine, in a shell and for one command', () => {
  const lab = build(`anna@one:~$ docker exec -it web sh
/ # ip addr
/ # exit
anna@one:~$ sudo docker exec -u root db ip route
anna@two:~$ kubectl exec -n demo pod1 -c main -- ping -c 1 10.0.0.1
anna@one:~$ ip link
`)
  expect(commands(lab).slice(-4)).toEqual([
    'ip -n web addr',
    'ip -n db route',
    'ip netns exec pod1 ping -c 1 10.0.0.1',
    'ip -n one link',
  ])
  expect(lab.text).toContain('#%% machine one: web db\n')
})

test('a text is a report where a shell goes on elsewhere, even at one prompt', () => {
  expect(isReport('$ ip netns exec red bash\n# ip addr\n$ exit\n')).toBe(true)
  expect(isReport('ip netns exec red ip addr\nexit\n')).toBe(false)
})

test('a transcript in which somebody pressed Ctrl-C is a report, and its ping gets a count', () => {
  const pasted = '$ ip link set lo up\n$ ping 127.0.0.1\n64 bytes from 127.0.0.1: icmp_seq=1 ttl=64\n^C\n'
  expect(isReport(pasted)).toBe(true)
  expect(commands(build(pasted))).toEqual(['ip link set lo up', 'ping -c 1 127.0.0.1'])
  expect(isReport('$ ip link set lo up\n$ ping -c 1 127.0.0.1\n')).toBe(false)
})

test('an article without prompts or fences is a report', () => {
  const article = `Create the pair:

    ip link add a type veth peer name b

Now let us bring both of its ends up:

    ip link set a up
    ip link set b up

As you can see, the pair is up now.
`
  expect(isReport(article)).toBe(true)
  expect(commands(build(article))).toHaveLength(3)
})
