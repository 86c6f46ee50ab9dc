import { expect, test } from 'vitest'
import { shellLab } from '../../testing/shell-lab.ts'

/** As net-tools 2.10 prints them; the ports that the system chose, and process numbers, are left out. */
const plain = (text: string): string =>
  text.replaceAll(/127\.0\.0\.1:(?!7777)\d+ */g, '127.0.0.1:PORT        ').replaceAll(/\b\d+\/nc */g, 'PID/nc')

const SOCKETS =
  'ip link set lo up; nc -l 7777 >/dev/null & nc -u -l -p 53 >/dev/null & sleep 0.1; sleep 5 | nc 127.0.0.1 7777 & sleep 1'

test('sockets: servers with -l, all with -a, connections without; programs with -p', async () => {
  const lab = await shellLab()
  await lab.run(SOCKETS)
  const head = 'Proto Recv-Q Send-Q Local Address           Foreign Address         State      '
  const server = 'tcp        0      0 0.0.0.0:7777            0.0.0.0:*               LISTEN     '
  expect(plain(await lab.run('netstat -tlnp'))).toBe(
    `Active Internet connections (only servers)\n${head} PID/Program name    \n${server} PID/nc\n`,
  )
  expect(plain(await lab.run('netstat -nat'))).toBe(
    `Active Internet connections (servers and established)\n${head}\n${server}\n` +
      'tcp        0      0 127.0.0.1:PORT        127.0.0.1:7777          ESTABLISHED\n' +
      'tcp        0      0 127.0.0.1:7777          127.0.0.1:PORT        ESTABLISHED\n',
  )
  expect(await lab.run('netstat -ul')).toBe(
    `Active Internet connections (only servers)\n${head}\n` +
      'udp        0      0 0.0.0.0:domain          0.0.0.0:*                          \n',
  )
  expect(await lab.run('netstat -x')).toBe(
    'Active UNIX domain sockets (w/o servers)\nProto RefCnt Flags       Type       State         I-Node   Path\n',
  )
})

test('routes and interfaces', async () => {
  const lab = await shellLab()
  await lab.run(
    'ip link add d0 type dummy; ip link set d0 up; ip addr add 10.0.0.1/24 dev d0; ip route add default via 10.0.0.9',
  )
  expect(await lab.run('netstat -r')).toBe(
    'Kernel IP routing table\nDestination     Gateway         Genmask         Flags   MSS Window  irtt Iface\n' +
      'default         10.0.0.9        0.0.0.0         UG        0 0          0 d0\n' +
      '10.0.0.0        0.0.0.0         255.255.255.0   U         0 0          0 d0\n',
  )
  expect(await lab.run('ip link set lo down; netstat -ia | cut -c1-30')).toBe(
    'Kernel Interface table\nIface             MTU    RX-OK\nlo              65536        0\nd0               1500        0\n',
  )
})

test('what is left out says what to use instead', async () => {
  const lab = await shellLab()
  expect(await lab.run('netstat -s 2>&1')).toContain('not modelled in vethlab. See ip -s link')
  expect(await lab.run('netstat -z 2>&1; echo $?')).toMatch(/^netstat: invalid option -- 'z'\nusage:[^]*\n3\n$/)
})
