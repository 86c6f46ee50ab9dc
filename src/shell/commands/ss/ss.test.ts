import { expect, test } from 'vitest'
import { playCommands } from '../../../testing/play-commands.ts'

const LAB = `ip netns add a
ip -n a link set lo up`

test('ss -s counts sockets by kind, and what waits to be forgotten apart, as on Linux', async () => {
  const played = await playCommands(LAB, [
    'ip netns exec a nc -u -l -p 99 &',
    'ip netns exec a nc -l -p 5000 &',
    'ip netns exec a ss -s',
    'echo hi | ip netns exec a nc -N 127.0.0.1 5000',
    'ip netns exec a ss -s',
  ])
  const kinds = (udp: number, tcp: number): string =>
    `\nTransport Total     IP        IPv6\nRAW\t  0         0         0        \nUDP\t  ${udp}         ${udp}         0        \n` +
    `TCP\t  ${tcp}         ${tcp}         0        \nINET\t  ${udp + tcp}         ${udp + tcp}         0        \n` +
    'FRAG\t  0         0         0        \n\n'
  expect(played[2]?.output).toBe(`Total: 2\nTCP:   1 (estab 0, closed 0, orphaned 0, timewait 0)\n${kinds(1, 1)}`)
  expect(played[4]?.output).toBe(`Total: 1\nTCP:   1 (estab 0, closed 1, orphaned 0, timewait 1)\n${kinds(1, 0)}`)
})
