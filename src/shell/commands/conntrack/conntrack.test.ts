import { expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const LAB = `ip netns add a
ip netns add b
ip -n a link add eth0 up type veth peer name eth0 netns b
ip -n b link set eth0 up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
`

test('an echo counts as translated either way once NAT has decided about it (getobjopt_is_dpat)', async () => {
  const lab = await shellLab()
  const flows = (options: string): string => `ip netns exec b conntrack -L ${options} 2>&1 | grep shown\n`
  const printed = await lab.run(
    `${LAB}ip netns exec b iptables -t nat -A POSTROUTING -p udp -j MASQUERADE
ip netns exec a ping -c 1 10.0.0.2 >/dev/null
${flows('--dst-nat')}${flows('--src-nat')}${flows('--any-nat -p tcp')}`,
  )
  const shown = (count: number): string =>
    `conntrack v1.4.7 (conntrack-tools): ${count} flow entries have been shown.\n`
  expect(printed).toBe(shown(1) + shown(1) + shown(0))
})

test('options of a protocol are there only behind it, and statuses are those that can be asked for', async () => {
  const lab = await shellLab()
  const refused = async (words: string): Promise<string> =>
    (await lab.run(`conntrack -L ${words}`)).split('\n')[0]?.replace('conntrack v1.4.7 (conntrack-tools): ', '') ?? ''
  expect(await refused('--dport 53 -p udp')).toBe("unknown option `--dport'")
  expect(await refused('-p udp --dport 53')).toBe('0 flow entries have been shown.')
  expect(await refused('-u NOPE')).toBe("Bad parameter `NOPE'")
  expect(await refused('-u UNSET')).toBe('Operation failed: invalid parameters')
  expect(await refused('-u UNREPLIED')).toBe('0 flow entries have been shown.')
})

test('nf_conntrack_acct counts what goes each way of flows that begin from then on (nf_conntrack_acct.c)', async () => {
  const lab = await shellLab()
  const counts = "ip netns exec b conntrack -L 2>/dev/null | grep -o 'packets=[0-9]* bytes=[0-9]*'\n"
  await lab.run(`${LAB}ip netns exec b iptables -A INPUT -m state --state NEW -j ACCEPT\n`)
  expect(await lab.run(`ip netns exec a ping -c 1 10.0.0.2 >/dev/null\n${counts}`)).toBe('')
  await lab.run('ip netns exec b conntrack -F; ip netns exec b sysctl -w net.netfilter.nf_conntrack_acct=1')
  expect(await lab.run(`ip netns exec a ping -c 3 -i 0.2 -s 100 10.0.0.2 >/dev/null\n${counts}`)).toBe(
    'packets=3 bytes=384\n'.repeat(2),
  )
})

const PROGRAM = 'conntrack v1.4.7 (conntrack-tools)'
const TRACKED = `${LAB}ip netns exec b iptables -A INPUT -m state --state NEW -j ACCEPT\n`

test('-E tells of flows as they begin, are answered and end, and how many there were', async () => {
  const lab = await shellLab()
  const printed = await lab.run(`${TRACKED}
ip netns exec b sysctl -q -w net.netfilter.nf_conntrack_icmp_timeout=2
ip netns exec b conntrack -E 2>&1 > /tmp/events &
ip netns exec b conntrack -E -e DESTROY -o extended 2>&1 > /tmp/ends &
sleep 0.1
ip netns exec a ping -c 1 10.0.0.2 > /dev/null
ip netns exec a nc -w 1 10.0.0.2 9
sleep 3
kill %1 %2
wait
sed 's/[sd]port=[0-9]\\{5\\}/PORT/g; s/id=[0-9]*/ID/g' /tmp/events
sed 's/[sd]port=[0-9]\\{5\\}/PORT/g; s/id=[0-9]*/ID/g' /tmp/ends`)
  expect(printed).toBe(
    [
      `${PROGRAM}: 5 flow events have been shown.`,
      `${PROGRAM}: 2 flow events have been shown.`,
      '    [NEW] icmp     1 2 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 ID [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 type=0 code=0 ID',
      ' [UPDATE] icmp     1 2 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 ID src=10.0.0.2 dst=10.0.0.1 type=0 code=0 ID',
      '    [NEW] tcp      6 120 SYN_SENT src=10.0.0.1 dst=10.0.0.2 PORT dport=9 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=9 PORT',
      '[DESTROY] tcp      6 120 CLOSE src=10.0.0.1 dst=10.0.0.2 PORT dport=9 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=9 PORT',
      '[DESTROY] icmp     1 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 ID src=10.0.0.2 dst=10.0.0.1 type=0 code=0 ID',
      '[DESTROY] ipv4     2 tcp      6 120 CLOSE src=10.0.0.1 dst=10.0.0.2 PORT dport=9 [UNREPLIED] src=10.0.0.2 dst=10.0.0.1 sport=9 PORT',
      '[DESTROY] ipv4     2 icmp     1 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 ID src=10.0.0.2 dst=10.0.0.1 type=0 code=0 ID',
      '',
    ].join('\n'),
  )
})

test('a flow can be made, got, changed and deleted by hand; who listens hears which program did it', async () => {
  const lab = await shellLab()
  const FLOW = '-s 1.1.1.1 -d 2.2.2.2 -p udp --sport 5 --dport 6'
  const printed = await lab.run(`conntrack -E > /tmp/events 2>&1 &
sleep 0.1
conntrack -I ${FLOW} -t 60
conntrack -I ${FLOW} -t 60
conntrack -A ${FLOW} -t 60
conntrack -G ${FLOW}
conntrack -U ${FLOW} -m 5 -u SEEN_REPLY
conntrack -L -m 4/4 -s 1.1.0.0/16
conntrack -D -q 1.1.1.1
conntrack -G ${FLOW}
kill %1
wait
sed 's/portid=[0-9]*/ID/' /tmp/events`)
  const tuple = 'src=1.1.1.1 dst=2.2.2.2 sport=5 dport=6'
  const reply = 'src=2.2.2.2 dst=1.1.1.1 sport=6 dport=5'
  expect(printed.replaceAll(`${PROGRAM}: `, '')).toBe(
    [
      '1 flow entries have been created.',
      'Operation failed: Such conntrack exists, try -U to update',
      '0 flow entries have been added.',
      '1 flow entries have been shown.',
      `udp      17 60 ${tuple} [UNREPLIED] ${reply} mark=0 use=2`,
      '1 flow entries have been updated.',
      `udp      17 60 ${tuple} ${reply} mark=5 use=2`,
      '1 flow entries have been shown.',
      `udp      17 60 ${tuple} ${reply} mark=5 use=1`,
      '1 flow entries have been deleted.',
      `udp      17 60 ${tuple} ${reply} mark=5 use=1`,
      "Operation failed: such conntrack doesn't exist",
      `    [NEW] udp      17 60 ${tuple} [UNREPLIED] ${reply} mark=0 [USERSPACE] ID progname=conntrack`,
      ` [UPDATE] udp      17 60 ${tuple} ${reply} mark=5 [USERSPACE] ID progname=conntrack`,
      `[DESTROY] udp      17 60 ${tuple} ${reply} mark=5 [USERSPACE] ID progname=conntrack`,
      '3 flow events have been shown.',
      '',
    ].join('\n'),
  )
})

test.each([
  ['-I', "You need to supply the `--protonum' option for this command"],
  ['-I -p udp -t 5', "you have to specify `--src' and `--dst'"],
  ['-I -p udp -s 1.1.1.1 -d 2.2.2.2 -t 5', "you have to specify `--sport' and `--dport'"],
  ['-I -p tcp -s 1.1.1.1 -d 2.2.2.2 --sport 4 --dport 3', "You need to supply the `--timeout' option for this command"],
  [
    '-I -p tcp -s 1.1.1.1 -d 2.2.2.2 --sport 4 --dport 3 -t 5',
    "You need to supply the `--state' option for this command",
  ],
  ['-I -p tcp -s 1.1.1.1 -d 2.2.2.2 --sport 4 --dport 3 -t 5 --state FOO', "unknown TCP state `FOO'"],
  ['-L -D', 'Invalid commands combination'],
  ['-L foo', "unknown type `foo'"],
  ['-L -o foo', "Bad parameter `foo'"],
  ['-E -e FOO', "Bad parameter `FOO'"],
  ['-E -t 5', "Illegal option `--timeout' with this command"],
  ['-F -p udp', "Illegal option `--protonum' with this command"],
  ['-L -s', "option `-s' requires an argument"],
])('conntrack %s: %s', async (words, said) => {
  const lab = await shellLab()
  expect((await lab.run(`conntrack ${words}`)).split('\n')[0]).toBe(`${PROGRAM}: ${said}`)
})

test('the settings of conntrack and its table in /proc are there since the first rule', async () => {
  const lab = await shellLab()
  const count = 'sysctl net.netfilter.nf_conntrack_count'
  expect(await lab.run(count)).toMatch(/No such file or directory/)
  const printed = await lab.run(`${TRACKED}ip netns exec a ping -c 1 10.0.0.2 > /dev/null
ip netns exec b ${count}
ip netns exec b cat /proc/net/nf_conntrack | sed 's/ id=[0-9]*//g'`)
  expect(printed).toBe(
    'net.netfilter.nf_conntrack_count = 1\n' +
      'ipv4     2 icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=8 code=0 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 mark=0 zone=0 use=2\n',
  )
})
