import { expect, test } from 'vitest'
import { FakeKernel } from '../../../testing/fake-kernel.ts'
import { shellLab } from '../../../testing/shell-lab.ts'
import { ipv4, type Ipv4Address } from '../../../wire/address.ts'
import { emitIcmp, icmpEchoRest } from '../../../wire/icmp.ts'
import { writeIpv4Header } from '../../../wire/ipv4.ts'
import { createShell } from '../../api.ts'
import { icmpText, roundTripText, statisticsText } from './ping-text.ts'

const TARGET = ipv4('10.0.0.2')
const MS = 1_000_000

/** A packet with an ICMP message in it, as a raw socket gets it. */
function packet(source: Ipv4Address, icmp: Uint8Array, ttl = 64): Uint8Array {
  const bytes = new Uint8Array(20 + icmp.length)
  const header = {
    tos: 0,
    totalLength: bytes.length,
    id: 0,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: 0,
  }
  writeIpv4Header(bytes, 0, { ...header, ttl, protocol: 1, source, destination: ipv4('10.0.0.1') })
  bytes.set(icmp, 20)
  return bytes
}

const echoReply = (request: Uint8Array): Uint8Array => {
  const reply = request.slice()
  reply[0] = 0
  return reply
}

type OnSend = (kernel: FakeKernel, socket: number, request: Uint8Array, sequence: number) => void

/** Runs ping over a kernel that does something for each request. */
async function run(
  command: string,
  onSend: OnSend,
): Promise<{ output: string; exit: number; ms: number; kernel: FakeKernel }> {
  const kernel = new FakeKernel()
  let sequence = 0
  kernel.answer((call) => {
    if (call.kind === 'socket.connect') return { ok: true, value: ipv4('10.0.0.1') }
    if (call.kind !== 'socket.send') return undefined
    sequence += 1
    onSend(kernel, call.socket, call.bytes, sequence)
    return undefined
  })
  const shell = createShell({ kernel })
  const { output, exit } = await kernel.drive(shell.runner, shell.runCommand(command))
  return { output, exit, ms: kernel.nowNs / MS, kernel }
}

const answerAfter =
  (ns: number): OnSend =>
  (kernel, socket, request) =>
    kernel.deliver(socket, ns, { from: TARGET, bytes: packet(TARGET, echoReply(request)) })

test('-v tells of the sockets and the family first, and of the identifier in each answer', async () => {
  const { output } = await run('ping -c 1 -v -e 77 10.0.0.2', answerAfter(MS))
  expect(output.split('\n').slice(0, 7)).toEqual([
    'ping: socktype: SOCK_DGRAM',
    'ping: socket: Address family not supported by protocol',
    'ping: sock4.fd: 3 (socktype: SOCK_RAW), sock6.fd: -1 (socktype: SOCK_DGRAM), hints.ai_family: AF_INET',
    '',
    "ai->ai_family: AF_INET, ai->ai_canonname: '10.0.0.2'",
    'PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.',
    '64 bytes from 10.0.0.2: icmp_seq=1 ident=77 ttl=64 time=1.00 ms',
  ])
})

test('answers, their times and the statistics', async () => {
  const { output, exit, ms } = await run('ping -c 2 10.0.0.2', (kernel, socket, request, sequence) =>
    answerAfter(sequence === 1 ? 8_425_000 : 804_000)(kernel, socket, request, sequence),
  )
  expect(output).toBe(
    'PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n' +
      '64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=8.43 ms\n' +
      '64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.804 ms\n\n' +
      '--- 10.0.0.2 ping statistics ---\n' +
      '2 packets transmitted, 2 received, 0% packet loss, time 1000ms\n' +
      'rtt min/avg/max/mdev = 0.804/4.614/8.425/3.810 ms\n',
  )
  expect([exit, ms]).toEqual([0, 1001.229])
})

test('the request: type 8, the process’s number, sequence, time, bytes that count up', async () => {
  const { kernel } = await run('sleep 2; ping -c 1 10.0.0.2', answerAfter(MS))
  const bytes = kernel.callsOf('socket.send')[0]!.bytes
  expect(bytes.length).toBe(64)
  expect([...bytes.slice(0, 2), ...bytes.slice(4, 10), ...bytes.slice(24, 28)]).toEqual([
    8, 0, 0, 100, 0, 1, 2, 0, 16, 17, 18, 19,
  ])
  expect(kernel.callsOf('socket.set').at(-1)?.options).toMatchObject({ receiveErrors: true })
  expect(kernel.callsOf('socket.close').length).toBe(2)
})

test('no answer: waits ten seconds after the last request is sent, or as long as -W says', async () => {
  const silent = await run('ping -c 1 10.0.0.2', () => undefined)
  expect(silent.output).toBe(
    'PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n\n--- 10.0.0.2 ping statistics ---\n' +
      '1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n',
  )
  expect([silent.exit, silent.ms]).toEqual([1, 10_000.1])
  expect((await run('ping -c 2 -W 0.5 -i 0.3 10.0.0.2', () => undefined)).ms).toBe(800.2)
})

test('a deadline ends ping; outstanding answers are reported with -O', async () => {
  const { output, ms } = await run('ping -w 2 -i 0.5 -O 10.0.0.2', () => undefined)
  expect(output).toContain('no answer yet for icmp_seq=3\n')
  expect(output).toContain('4 packets transmitted, 0 received, 100% packet loss, time 1500ms')
  expect(ms).toBe(2000)
})

test('ICMP errors count as answers and show how many requests were under way', async () => {
  const router = ipv4('10.0.0.1')
  const { output, exit } = await run('ping -c 3 -i 0.5 10.0.0.2', (kernel, socket, request, sequence) => {
    const at = 3000 * MS + sequence * 1000 - kernel.nowNs
    kernel.deliver(socket, at, {
      kind: 'error',
      from: router,
      bytes: request,
      icmpType: 3,
      icmpCode: 1,
      errno: 'EHOSTUNREACH',
    })
  })
  expect(output).toBe(
    'PING 10.0.0.2 (10.0.0.2) 56(84) bytes of data.\n' +
      'From 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n' +
      'From 10.0.0.1 icmp_seq=2 Destination Host Unreachable\n' +
      'From 10.0.0.1 icmp_seq=3 Destination Host Unreachable\n\n' +
      '--- 10.0.0.2 ping statistics ---\n' +
      '3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 1000ms\npipe 3\n',
  )
  expect(exit).toBe(1)
})

test('redirects, duplicates and answers of others', async () => {
  const { output } = await run('ping -c 2 10.0.0.2', (kernel, socket, request, sequence) => {
    if (sequence === 2) {
      kernel.deliver(socket, MS, { from: ipv4('10.0.0.9'), bytes: packet(ipv4('10.0.0.9'), echoReply(request)) })
      return
    }
    const quoted = packet(ipv4('10.0.0.1'), request)
    const redirect = emitIcmp({ type: 5, code: 1, rest: ipv4('10.0.0.253') }, quoted)
    kernel.deliver(socket, 1000, { from: ipv4('10.0.0.254'), bytes: packet(ipv4('10.0.0.254'), redirect) })
    answerAfter(MS)(kernel, socket, request, sequence)
    answerAfter(2 * MS)(kernel, socket, request, sequence)
    const foreign = emitIcmp({ type: 0, code: 0, rest: icmpEchoRest(9999, 1) }, new Uint8Array(56))
    kernel.deliver(socket, 2000, { from: TARGET, bytes: packet(TARGET, foreign) })
  })
  expect(output.split('\n').slice(1, 5)).toEqual([
    'From 10.0.0.254: icmp_seq=1 Redirect Host(New nexthop: 10.0.0.253)',
    '64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=1.00 ms',
    '64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=2.00 ms (DUP!)',
    '64 bytes from 10.0.0.9: icmp_seq=2 ttl=64 time=1.00 ms (DIFFERENT ADDRESS!)',
  ])
  expect(output).toContain('2 packets transmitted, 2 received, +1 duplicates, 0% packet loss')
})

test('a packet that is too long here is an error of this machine', async () => {
  const kernel = new FakeKernel()
  kernel.answer((call) => (call.kind === 'socket.connect' ? { ok: true, value: ipv4('10.0.0.1') } : undefined))
  kernel.refuseAll('socket.send', 'EMSGSIZE', 'mtu=1400')
  const shell = createShell({ kernel })
  const { output, exit } = await kernel.drive(shell.runner, shell.runCommand('ping -c 1 -W 1 -M do -s 1450 10.0.2.1'))
  expect(output).toBe(
    'PING 10.0.2.1 (10.0.2.1) 1450(1478) bytes of data.\nping: local error: message too long, mtu=1400\n\n' +
      '--- 10.0.2.1 ping statistics ---\n1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n\n',
  )
  expect([exit, kernel.nowNs / MS]).toEqual([1, 1000.1])
})

test('Ctrl-C prints the statistics', async () => {
  const kernel = new FakeKernel()
  kernel.answer((call) => (call.kind === 'socket.connect' ? { ok: true, value: ipv4('10.0.0.1') } : undefined))
  const shell = createShell({ kernel })
  const pinging = shell.runCommand('ping 10.0.0.2')
  kernel.at(2500 * MS, () => pinging.interrupt())
  const { output, exit } = await kernel.drive(shell.runner, pinging)
  expect(output).toContain('3 packets transmitted, 0 received, 100% packet loss, time 2000ms')
  expect(exit).toBe(1)
})

/** Texts and statuses as iputils 20221126 has them. */
test.each([
  ['ping', '', 'ping: usage error: Destination address required\n', 1],
  ['ping -c 0 10.0.0.2', '', "ping: invalid argument: '0': out of range: 1 <= value <= 9223372036854775807\n", 1],
  ['ping -c foo 10.0.0.2', '', "ping: invalid argument: 'foo'\n", 1],
  ['ping -M foo 10.0.0.2', '', 'ping: invalid -M argument: foo\n', 2],
  ['ping 10.0.0.300', '', 'ping: 10.0.0.300: Name or service not known\n', 2],
  ['ping 8.8.8.8', 'ENETUNREACH', 'ping: connect: Network is unreachable\n', 2],
  ['ping 10.0.3.3', 'EHOSTUNREACH', 'ping: connect: No route to host\n', 2],
  [
    'ping 10.0.0.255',
    'EACCES',
    'ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n',
    2,
  ],
] as const)('%s %s', async (command, errno, expected, status) => {
  const kernel = new FakeKernel()
  if (errno !== '') kernel.refuseAll('socket.connect', errno)
  const shell = createShell({ kernel })
  expect(await kernel.drive(shell.runner, shell.runCommand(command))).toMatchObject({ output: expected, exit: status })
})

test('how times, errors and losses are written', () => {
  expect([41, 999, 1000, 9994, 9995, 12_345, 99_949, 99_950, 1_603_400].map(roundTripText)).toEqual([
    '0.041',
    '0.999',
    '1.00',
    '9.99',
    '10.0',
    '12.3',
    '99.9',
    '100',
    '1603',
  ])
  const news = (type: number, code: number, info = 0): string =>
    icmpText({ type, code, info, gateway: ipv4('10.0.0.8') })
  expect([news(3, 0), news(3, 3), news(3, 4, 1400), news(3, 10), news(3, 13), news(11, 0)]).toEqual([
    'Destination Net Unreachable',
    'Destination Port Unreachable',
    'Frag needed and DF set (mtu = 1400)',
    'Destination Host Prohibited',
    'Packet filtered',
    'Time to live exceeded',
  ])
  const totals = {
    host: 'h',
    transmitted: 3,
    received: 2,
    duplicates: 0,
    errors: 0,
    elapsedMs: 5,
    pipe: 1,
    roundTrips: undefined,
    withGap: false,
  }
  expect(statisticsText(totals)).toBe(
    '\n--- h ping statistics ---\n3 packets transmitted, 2 received, 33.3333% packet loss, time 5ms\n\n',
  )
})

test.each([
  ['ENETUNREACH', ''],
  ['EPERM', ''],
  ['ENOBUFS', 'ping: sendmsg: No buffer space available\n'],
] as const)('a send that is refused with %s counts as lost, and only a full queue is told of', async (errno, told) => {
  const kernel = new FakeKernel()
  kernel.answer((call) => (call.kind === 'socket.connect' ? { ok: true, value: ipv4('10.0.0.1') } : undefined))
  kernel.refuseAll('socket.send', errno)
  const shell = createShell({ kernel })
  const { output, exit } = await kernel.drive(shell.runner, shell.runCommand('ping -c 1 -W 1 10.0.0.2'))
  expect(exit).toBe(1)
  expect(output).toContain('1 packets transmitted, 0 received, 100% packet loss')
  expect(
    output
      .split('\n')
      .filter((line) => line.startsWith('ping:'))
      .map((line) => `${line}\n`)
      .join(''),
  ).toBe(told)
})

test('a send that the firewall rejects is told of twice: by the ICMP error and by the refusal', async () => {
  const lab = await shellLab()
  await lab.run(
    'ip netns add a; ip -n a link set lo up; ip -n a link add d0 type dummy; ip -n a link set d0 up; ' +
      'ip -n a addr add 10.0.0.1/24 dev d0; ip netns exec a iptables -A OUTPUT -d 10.0.0.2 -j REJECT',
  )
  expect(await lab.run('ip netns exec a ping -c 1 -W 1 10.0.0.2')).toContain(
    'From 10.0.0.1 icmp_seq=1 Destination Port Unreachable\nping: sendmsg: Operation not permitted\n\n--- 10.0.0.2',
  )
})

test('a group is looked for on a device, which must be there', async () => {
  const lab = await shellLab()
  await lab.run('ip netns add a; ip -n a link set lo up')
  expect(await lab.run('ip netns exec a ping -c 1 -I nosuch 224.0.0.1')).toBe('ping: unknown iface: nosuch\n')
  expect(await lab.run('ip netns exec a ping -c 1 -I nosuch 10.0.0.1')).toBe(
    'ping: SO_BINDTODEVICE nosuch: No such device\n',
  )
})
