import { beforeAll, describe, expect, test } from 'vitest'
import { shellLab, type ShellLab } from '../../../testing/shell-lab.ts'

const SETUP = `
ip netns add a; ip netns add b; ip netns add s
ip -n a link add eth0 address 02:00:00:00:00:0a type veth peer name p0 address 02:00:00:00:00:1a netns s
ip -n b link add eth0 address 02:00:00:00:00:0b type veth peer name p1 address 02:00:00:00:00:1b netns s
ip -n s link add br0 address 02:00:00:00:00:ff type bridge
ip -n s link set p0 master br0; ip -n s link set p1 master br0
for d in p0 p1 br0 lo; do ip -n s link set $d up; done
ip -n a addr add 10.0.0.1/24 dev eth0; ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set lo up; ip -n a link set eth0 up; ip -n b link set eth0 up
sleep 3; ip netns exec a ping -c 1 10.0.0.2
ip netns exec a ip neigh replace 10.0.0.2 lladdr 02:00:00:00:00:0b dev eth0
ip netns exec b ip neigh replace 10.0.0.1 lladdr 02:00:00:00:00:0a dev eth0
`
const PING = 'ip netns exec a ping -c 1 10.0.0.2 >/dev/null'

let lab: ShellLab
beforeAll(async () => {
  lab = await shellLab()
  await lab.run(SETUP)
})

/** Runs tcpdump in a namespace around a command, ends it with a signal, and gives what it printed. */
async function capture(args: string, during = PING, { netns = 'a', signal = 'INT' } = {}): Promise<string> {
  const start = `ip netns exec ${netns} tcpdump ${args} >/tmp/out 2>/tmp/err & p=$!`
  const text = await lab.run(
    `${start}; sleep 0.5; ${during}; sleep 0.5; kill -${signal} $p 2>/dev/null; wait $p; s=$?; cat /tmp/out; echo "--"; cat /tmp/err; echo "exit $s"`,
  )
  return text.replace(/^\d\d:\d\d:\d\d\.\d{6} /gm, 'TIME ').replace(/id \d+, seq/g, 'id N, seq')
}

const REQUEST = 'IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64'
const REPLY = 'IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id N, seq 1, length 64'
const LISTENING = 'listening on eth0, link-type EN10MB (Ethernet), snapshot length 262144 bytes\n'
const TERSE = 'tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n'
const ended = (captured: number, received = captured): string => {
  const packets = (count: number): string => `${count} packet${count === 1 ? '' : 's'}`
  return `${packets(captured)} captured\n${packets(received)} received by filter\n0 packets dropped by kernel\n`
}

/** Transcripts of tcpdump 4.99.3 on Linux 6.1; times and ids are left out. */
describe('a capture', () => {
  test('ends with its counts at an interrupt, behind an empty line', async () => {
    expect(await capture('-n -i eth0')).toBe(
      `TIME ${REQUEST}\nTIME ${REPLY}\n\n--\n${TERSE}${LISTENING}${ended(2)}exit 0\n`,
    )
  })

  test('handles SIGTERM as an interrupt', async () => {
    expect(await capture('-n -i eth0 -t', PING, { signal: 'TERM' })).toBe(
      `${REQUEST}\n${REPLY}\n\n--\n${TERSE}${LISTENING}${ended(2)}exit 0\n`,
    )
  })

  test('ends at its count without an empty line', async () => {
    const text = await lab.run(`ip netns exec a tcpdump -c 1 -t -n -i eth0 icmp & ${PING}; wait $!; echo "exit $?"`)
    expect(text.replace(/id \d+/, 'id N')).toBe(`${TERSE}${LISTENING}${REQUEST}\n${ended(1)}exit 0\n`)
  })

  test('says with -v what it leaves out without', async () => {
    expect((await capture('-n -i eth0 -t -v')).replace(/id \d+, offset/g, 'id N, offset')).toBe(
      'IP (tos 0x0, ttl 64, id N, offset 0, flags [DF], proto ICMP (1), length 84)\n' +
        '    10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64\n' +
        'IP (tos 0x0, ttl 64, id N, offset 0, flags [none], proto ICMP (1), length 84)\n' +
        '    10.0.0.2 > 10.0.0.1: ICMP echo reply, id N, seq 1, length 64\n' +
        `\n--\ntcpdump: ${LISTENING}${ended(2)}exit 0\n`,
    )
  })

  test('on any names each interface and direction', async () => {
    expect(await capture('-n -t -e -i any', PING, { netns: 's' })).toBe(
      [
        'p0    P   ifindex 2 02:00:00:00:00:0a ethertype IPv4 (0x0800), length 104: 10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64',
        'p1    Out ifindex 3 02:00:00:00:00:0a ethertype IPv4 (0x0800), length 104: 10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64',
        'p1    P   ifindex 3 02:00:00:00:00:0b ethertype IPv4 (0x0800), length 104: 10.0.0.2 > 10.0.0.1: ICMP echo reply, id N, seq 1, length 64',
        'p0    Out ifindex 2 02:00:00:00:00:0b ethertype IPv4 (0x0800), length 104: 10.0.0.2 > 10.0.0.1: ICMP echo reply, id N, seq 1, length 64',
        '\n--\ntcpdump: data link type LINUX_SLL2',
        `${TERSE}listening on any, link-type LINUX_SLL2 (Linux cooked v2), snapshot length 262144 bytes`,
        `${ended(4)}exit 0\n`,
      ].join('\n'),
    )
  })

  test('shows what passes loopback once', async () => {
    const text = await capture('-n -t -i lo', 'ip netns exec a ping -c 1 127.0.0.1 >/dev/null')
    expect(text.match(/ICMP/g)).toHaveLength(2)
  })

  test('without -n names makers and the broadcast address', async () => {
    const during = 'ip netns exec a ping -c 1 -W 1 10.0.0.9 >/dev/null'
    expect((await capture('-e -t arp', during)).split('\n')[0]).toBe(
      '02:00:00:00:00:0a (oui Unknown) > Broadcast, ethertype ARP (0x0806), length 42: Request who-has 10.0.0.9 tell 10.0.0.1, length 28',
    )
  })

  test('takes one direction with -Q, and counts what the filter let through', async () => {
    expect(await capture('-n -t -i eth0 -Q in icmp')).toBe(`${REPLY}\n\n--\n${TERSE}${LISTENING}${ended(1, 2)}exit 0\n`)
  })

  test('ends when its interface is deleted', async () => {
    await lab.run('ip -n a link add d0 type dummy; ip -n a link set d0 up')
    expect(await capture('-n -i d0', 'ip -n a link del d0')).toBe(
      `--\n${TERSE}${LISTENING.replace('eth0', 'd0')}tcpdump: pcap_loop: The interface disappeared\n${ended(0)}exit 1\n`,
    )
  })

  test('on any hears interfaces that come later', async () => {
    const during =
      'ip -n a link add x0 type veth peer name x1; ip -n a link set x0 up; ip -n a link set x1 up; ' +
      'ip -n a addr add 10.9.0.1/24 dev x0; ip netns exec a ping -c 1 -W 1 10.9.0.2 >/dev/null; ip -n a link del x0'
    expect(await capture('-n -t -i any arp', during)).toContain('x0    Out ARP, Request who-has 10.9.0.2 tell 10.9.0.1')
  })
})

test('streams line by line into a pipe', async () => {
  const text = await lab.run(
    'ip netns exec a tcpdump -t -ln -i eth0 2>/dev/null | head -1 & ip netns exec a ping -c 3 10.0.0.2 | tail -2 | head -1; wait',
  )
  expect(text.replace(/id \d+/, 'id N').split('\n')[0]).toBe(REQUEST)
})

test('a time limit ends it with its counts', async () => {
  const text = await lab.run(`ip netns exec a timeout 2 tcpdump -nt -i eth0 & ${PING}; wait $!; echo "exit $?"`)
  expect(text.replace(/id \d+/g, 'id N')).toBe(`${TERSE}${LISTENING}${REQUEST}\n${REPLY}\n\n${ended(2)}exit 124\n`)
})

test('writes a capture file and reads it again through another filter', async () => {
  await capture('-i eth0 -w /tmp/x.pcap')
  expect((await lab.run('tcpdump -t -nn -r /tmp/x.pcap dst 10.0.0.2')).replace(/id \d+/, 'id N')).toBe(
    `reading from file /tmp/x.pcap, link-type EN10MB (Ethernet), snapshot length 262144\n${REQUEST}\n`,
  )
  expect(await lab.run('tcpdump -r /tmp/x.pcap --count 2>/dev/null')).toBe('2 packets\n')
  expect(await lab.run('tcpdump -r /tmp/nothing')).toBe('tcpdump: /tmp/nothing: No such file or directory\n')
})

test('dumps bytes without and with the link-level header', async () => {
  expect((await capture('-t -nn -c 1 -i eth0 -xx icmp')).split('\n').at(1)).toBe(
    '\t0x0000:  0200 0000 000b 0200 0000 000a 0800 4500',
  )
  expect((await capture('-t -nn -c 1 -i eth0 -X icmp')).split('\n').at(5)).toBe(
    "\t0x0040:  2425 2627 2829 2a2b 2c2d 2e2f 3031 3233  $%&'()*+,-./0123",
  )
  expect((await capture('-t -nn -c 1 -i eth0 -A icmp')).split('\n').slice(1, 4).join('\n')).toMatch(
    /^E\.\.T[^]*01234567$/,
  )
})

test('counts time as it is told', async () => {
  const stamps = async (flag: string): Promise<string[]> =>
    (await lab.run(`ip netns exec a tcpdump ${flag} -c 2 -nn -i eth0 icmp 2>/dev/null & ${PING}; wait`))
      .split('\n')
      .map((line) => line.replace(/IP.*/, ''))
  expect((await stamps('-ttt'))[0]).toBe(' 00:00:00.000000 ')
  expect((await stamps('-tttt'))[0]).toMatch(/^1970-01-01 \d\d:\d\d:\d\d\.\d{6} $/)
  expect((await stamps('-tt'))[0]).toMatch(/^\d+\.\d{6} $/)
})

test('lists interfaces as libpcap does', async () => {
  expect(await lab.run('ip netns exec s tcpdump -D')).toBe(
    '1.p0 [Up, Running, Connected]\n2.p1 [Up, Running, Connected]\n3.br0 [Up, Running, Connected]\n' +
      '4.any (Pseudo-device that captures on all interfaces) [Up, Running]\n5.lo [Up, Running, Loopback]\n',
  )
})

test.each([
  ['-i eth9', 'tcpdump: eth9: No such device exists\n(No such device exists)\n'],
  ['-i down0', 'tcpdump: down0: That device is not up\n'],
  ['-i eth0 foo bar', "tcpdump: can't parse filter expression: syntax error\n"],
  ['-i eth0 host nobody', "tcpdump: unknown host 'nobody'\n"],
  ['-Q sideways', "tcpdump: unknown capture direction `sideways'\n"],
  ['-c 0', 'tcpdump: invalid packet count 0\n'],
  ['-c x', 'tcpdump: invalid packet count x\n'],
])('tcpdump %s is refused', async (args, message) => {
  await lab.run('ip -n a link add down0 type dummy')
  expect(await lab.run(`ip netns exec a tcpdump ${args}; echo "exit $?"`)).toBe(`${message}exit 1\n`)
})
