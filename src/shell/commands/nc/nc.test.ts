// nc and ss over two machines on a cable: what they print and how they end.
import { describe, expect, test } from 'vitest'
import { type PlayedCommand, playCommands } from '../../../testing/play-commands.ts'
import { parseNc } from './nc-options.ts'

const SETUP = `ip netns add a
ip netns add b
ip -n a link set lo up
ip -n b link set lo up
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up`

/** Runs commands, in which `a:` and `b:` name the machine. */
function run(commands: readonly string[]): Promise<readonly PlayedCommand[]> {
  return playCommands(
    SETUP,
    commands.map((line) => line.replaceAll(/\b([ab]): ?/g, 'ip netns exec $1 ')),
  )
}

/** Each command's status and output. */
async function play(...commands: string[]): Promise<(readonly [number, string])[]> {
  return (await run(commands)).map(({ exit, output }) => [exit, output] as const)
}

/** How long each command took, in whole seconds. */
async function durations(...commands: string[]): Promise<number[]> {
  return (await run([...commands, 'true'])).map(({ seconds }) => seconds)
}

describe('nc over TCP', () => {
  test('listener to client, with -N both end', async () => {
    const [, client] = await play('echo hello | b: nc -N -l 8080 &', 'a: nc 10.0.0.2 8080')
    expect(client).toEqual([0, 'hello\n'])
  })

  test('client to listener, both verbose', async () => {
    const [server, client] = await play('b: nc -v -l -p 8080 &', 'echo hi | a: nc -v -N 10.0.0.2 8080')
    expect(server?.[1]).toMatch(/^Listening on 0\.0\.0\.0 8080\nConnection received on 10\.0\.0\.1 \d{5}\nhi\n$/)
    expect(client).toEqual([0, 'Connection to 10.0.0.2 8080 port [tcp/http-alt] succeeded!\n'])
  })

  test('without -N the client waits for the other side', async () => {
    const [, client] = await play('b: nc -l 8080 &', 'echo hi | a: timeout 3 nc 10.0.0.2 8080')
    expect(client).toEqual([124, ''])
  })

  test('-w ends after silence', async () => {
    const [, client] = await durations('b: nc -k -l 8080 &', 'echo hi | a: nc -w 3 10.0.0.2 8080')
    expect(client).toBe(3)
  })

  test('-p cannot have the port of a connection that ended lately (TIME_WAIT)', async () => {
    const [, , again] = await play(
      'b: nc -k -l 8080 &',
      'echo one | a: nc -N -p 4100 10.0.0.2 8080',
      'echo two | a: nc -N -p 4100 10.0.0.2 8080',
    )
    expect(again).toEqual([1, 'nc: bind failed: Address already in use\n'])
  })

  test('a listener remembers nobody to whom there is no way back (inet_csk_route_req)', async () => {
    const [, , , there] = await play(
      'ip -n a addr add 192.0.2.1/32 dev lo',
      'b: nc -l 8080 &',
      'a: nc -z -w 1 -s 192.0.2.1 10.0.0.2 8080',
      'b: ss -tanH',
    )
    expect(there?.[1]).toMatch(/^LISTEN .*:8080 [^\n]*\n$/)
  })

  test('two listeners share a port, and each connection is for one of them (SO_REUSEPORT)', async () => {
    const [one, two, , , there] = await play(
      'b: nc -l 8080 &',
      'b: nc -l 8080 &',
      'echo one | a: nc -N 10.0.0.2 8080',
      'echo two | a: nc -N 10.0.0.2 8080',
      'b: ss -ltnH',
    )
    expect(new Set([one?.[1], two?.[1]])).toEqual(new Set(['one\n', 'two\n']))
    expect(there?.[1]).toBe('')
    const [, datagrams] = await play('b: nc -u -l 8080 &', 'b: nc -u -l 8080 & sleep 1; b: ss -lunH | grep -c 8080')
    expect(datagrams).toEqual([0, '2\n'])
  })

  test('-k serves one after the other', async () => {
    const [server] = await play(
      'b: nc -k -l 8080 &',
      'echo one | a: nc -N 10.0.0.2 8080',
      'echo two | a: nc -N 10.0.0.2 8080',
    )
    expect(server?.[1]).toBe('one\ntwo\n')
  })

  test('a long transfer arrives whole', async () => {
    const [, , count] = await play(
      'b: nc -l 8080 > /tmp/got &',
      'seq 1 40000 | a: nc -N 10.0.0.2 8080',
      'wc -c < /tmp/got',
    )
    expect(count?.[1].trim()).toBe('228894')
  })

  test('closed port: silent, or with -v the reason; status 1', async () => {
    expect(await play('a: nc 10.0.0.2 81', 'a: nc -v 10.0.0.2 81')).toEqual([
      [1, ''],
      [1, 'nc: connect to 10.0.0.2 port 81 (tcp) failed: Connection refused\n'],
    ])
  })

  test('-z looks at a range of ports', async () => {
    const [, scan] = await play('b: nc -l 82 &', 'a: nc -z -v -n 10.0.0.2 81-82')
    expect(scan).toEqual([
      0,
      'nc: connect to 10.0.0.2 port 81 (tcp) failed: Connection refused\nConnection to 10.0.0.2 82 port [tcp/*] succeeded!\n',
    ])
  })

  test('one open port is enough, wherever it stands in the range', async () => {
    const [, scan] = await play('b: nc -l 82 &', 'a: nc -z -n 10.0.0.2 82-83')
    expect(scan?.[0]).toBe(0)
  })

  test('nobody there, no way there, too slow', async () => {
    expect(await play('a: nc -v 10.0.0.9 80', 'a: nc -v 8.8.8.8 80', 'a: nc -v -w 1 10.0.0.9 80')).toEqual([
      [1, 'nc: connect to 10.0.0.9 port 80 (tcp) failed: No route to host\n'],
      [1, 'nc: connect to 8.8.8.8 port 80 (tcp) failed: Network is unreachable\n'],
      [1, 'nc: connect to 10.0.0.9 port 80 (tcp) timed out: Operation now in progress\n'],
    ])
  })

  test('an address that is not ours', async () => {
    expect(await play('b: nc -l 10.0.0.9 8080')).toEqual([[1, 'nc: Cannot assign requested address\n']])
  })
})

describe('nc over UDP', () => {
  test('the listener takes the first sender for its own', async () => {
    const [server, client] = await play(
      'b: nc -v -u -l 9000 &',
      'echo hello | a: nc -u -w 1 10.0.0.2 9000',
      'echo other | a: nc -u -w 1 10.0.0.2 9000',
    )
    expect(server?.[1]).toMatch(/^Bound on 0\.0\.0\.0 9000\nConnection received on 10\.0\.0\.1 \d{5}\nhello\n$/)
    expect(client).toEqual([0, ''])
  })

  test('-q ends some seconds after standard input has', async () => {
    const [, later, atOnce] = await durations(
      'b: nc -u -k -l 9000 &',
      'echo hi | a: nc -u -q 2 10.0.0.2 9000',
      'echo hi | a: nc -u -q 0 10.0.0.2 9000',
    )
    expect([later, atOnce]).toEqual([2, 0])
  })

  test('a closed port ends it at once, -z says so', async () => {
    expect(await play('echo hello | a: nc -u 10.0.0.2 9000', 'a: nc -z -u -v 10.0.0.2 9000')).toEqual([
      [0, ''],
      [1, ''],
    ])
  })

  test('-v knocks first, so a closed port is known before anything is said (udptest)', async () => {
    expect(await play('echo hello | a: nc -u -v -w 1 10.0.0.2 9000')).toEqual([[1, '']])
  })

  test('-z takes silence for an open port', async () => {
    const [, scan] = await play('b: nc -u -l 9000 &', 'a: nc -z -u -v -n 10.0.0.2 9000')
    expect(scan).toEqual([0, 'Connection to 10.0.0.2 9000 port [udp/*] succeeded!\n'])
  })
})

describe('options', () => {
  test('a listener names its port alone, with -p, or with an address', () => {
    expect(parseNc(['-l', '8080'])).toMatchObject({ host: '', ports: [8080] })
    expect(parseNc(['-l', '-p', '8080'])).toMatchObject({ host: '', ports: [8080], sourcePort: 0 })
    expect(parseNc(['-l', '10.0.0.1', '8080'])).toMatchObject({ host: '10.0.0.1', ports: [8080] })
    expect(parseNc(['-l', '-s', '10.0.0.1', '-p', '8080'])).toMatchObject({ host: '10.0.0.1', ports: [8080] })
  })

  test.each([
    [['-l', '-z', '80'], 'nc: cannot use -z and -l'],
    [['-k', 'h', '80'], 'nc: must use -l with -k'],
    [['-l'], 'nc: missing port number'],
    [['-lp', '8080', '10.0.0.1'], 'usage: nc '],
    [['-l', 'x'], 'nc: getaddrinfo: Servname not supported for ai_socktype'],
    [['-M', '300', 'h', '1'], 'nc: ttl is too large'],
    [['-T', 'nope', 'h', '1'], 'nc: illegal tos value nope'],
    [['-W', '0', 'h', '1'], 'nc: receive limit too small: 0'],
    [['-X', 'x', 'h', '1'], 'nc: unsupported proxy protocol'],
    [['h', '70000'], 'nc: port number too large: 70000'],
    [['h', '0'], 'nc: port number too small: 0'],
    [['h', 'gopher'], 'nc: port number invalid: gopher'],
    [['-w', 'x', 'h', '1'], 'nc: timeout invalid: x'],
    [['-U', 'h', '1'], 'nc: Unix sockets are not modelled in vethlab.'],
    [['h'], 'nc: missing port number'],
    [[], 'usage: nc '],
  ])('%j is refused', (args, message) => {
    expect(() => parseNc(args)).toThrow(message)
  })

  test('names of services are ports', () => {
    expect(parseNc(['h', 'http']).ports).toEqual([80])
  })
})

describe('ss', () => {
  test('lists listeners, connections and what lingers', async () => {
    const [, listeners, , , all, , after] = await play(
      'b: nc -k -l 8080 &',
      'b: ss -tln',
      'a: nc 10.0.0.2 8080 &',
      'sleep 1',
      "b: ss -tan | awk '{print $1, $4}'",
      'b: nc -u -l 9000 &',
      "b: ss -uln | awk '{print $1, $2, $3, $4}'",
    )
    expect(listeners?.[1]).toBe(
      'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n' +
        'LISTEN 0      1            0.0.0.0:8080      0.0.0.0:*          \n',
    )
    expect(all?.[1]).toBe('State Local\nLISTEN 0.0.0.0:8080\nESTAB 10.0.0.2:8080\n')
    expect(after?.[1]).toBe('State Recv-Q Send-Q Local\nUNCONN 0 0 0.0.0.0:9000\n')
  })

  test('the one who closed first lingers in TIME-WAIT, the other has forgotten', async () => {
    const [, , a, b] = await play(
      'b: nc -l 8080 &',
      'echo hi | a: nc -N 10.0.0.2 8080',
      "a: ss -Htan | awk '{print $1}'",
      'b: ss -Htan',
    )
    expect([a?.[1], b?.[1]]).toEqual(['TIME-WAIT\n', ''])
  })

  test('keeps the widths of queues without their titles', async () => {
    const [, listeners] = await play('b: nc -l 8080 &', 'b: ss -Htln')
    expect(listeners?.[1]).toBe('LISTEN 0      1      0.0.0.0:8080 0.0.0.0:*\n')
  })

  test('tells who has a socket open, under which descriptor', async () => {
    const [, listeners] = await play('b: nc -l 8080 &', 'b: ss -tlnp | sed s/pid=[0-9]*/pid=N/')
    expect(listeners?.[1]).toMatch(/LISTEN 0 +1 +0\.0\.0\.0:8080 +0\.0\.0\.0:\* +users:\(\("nc",pid=N,fd=3\)\)\n$/)
  })

  test('an asked-for state has no column, and an expression chooses by address and port', async () => {
    const [, , , established, , none] = await play(
      'b: nc -k -l 8080 &',
      'a: nc 10.0.0.2 8080 &',
      'sleep 1',
      "b: ss -Htn state established '( sport = :8080 and not dst 10.9.0.0/16 )' | wc -l",
      'b: ss -tn state established | head -n 1',
      "b: ss -Htan 'dport = :81 or src 10.9.9.9' | wc -l",
    )
    expect([established?.[1], none?.[1]]).toEqual(['1\n', '0\n'])
  })

  test.each([
    ['-tn state nope', 'ss: wrong state name: nope\n'],
    ['-tn foo', 'Error: an inet prefix is expected rather than "foo".\nCannot parse dst/src address.\n'],
    ['-tn sport = :x', 'Error: "x" does not look like a port.\nCannot parse dst/src address.\n'],
    ['-tn state', 'Command line is not complete. Try option "help"\n'],
  ])('ss %s is refused', async (words, message) => {
    const [refused] = await play(`a: ss ${words}`)
    expect(refused?.[1]).toBe(message)
  })
})
