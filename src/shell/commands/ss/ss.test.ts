import { describe, expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'
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

const TALK = `ip link set lo up
nc -l -p 80 > /tmp/heard &
sleep 0.1
(sleep 1; echo hi; sleep 9) | nc -p 4000 127.0.0.1 80 &
sleep 2
`

test('ss -i tells what a connection has measured and counted, -m its queues, -o its timers', async () => {
  const lab = await shellLab()
  const printed =
    await lab.run(`${TALK}ss -tnHi sport = :4000 | sed -E 's/(rtt:|send |mss:|rcv_space:|last[a-z]*:|rcv_ssthresh:|snd_wnd:|minrtt:)[^ ]*/\\1X/g'
ss -tnHm sport = :80 | tail -n 1
iptables -A INPUT -p tcp --dport 81 -j DROP
nc -w 3 -p 4001 127.0.0.1 81 &
sleep 0.5
ss -tnHo state syn-sent | tr -s ' '`)
  expect(printed).toBe(
    [
      'ESTAB 0      0      127.0.0.1:4000 127.0.0.1:80',
      '\t cubic wscale:6,6 rto:204 rtt:X mss:X pmtu:65535 rcvmss:X advmss:X cwnd:11 bytes_sent:3 bytes_acked:4 segs_out:3 ' +
        'segs_in:2 data_segs_out:1 send X lastsnd:X lastrcv:X lastack:X rcv_space:X rcv_ssthresh:X minrtt:X snd_wnd:X',
      '\t skmem:(r0,rb131072,t0,tb87040,f0,w0,o0,bl0,d0)',
      '0 1 127.0.0.1:4001 127.0.0.1:81 timer:(on,516ms,0)',
      '',
    ].join('\n'),
  )
})

describe('ss -K on UDP (udp_abort)', () => {
  test('a listener whose other end is not known yet fails', async () => {
    const lab = await shellLab()
    await lab.run('ip link set lo up; { nc -u -l 5001; echo "exit $?"; } > /tmp/out 2>&1 &')
    expect(await lab.run("ss -uanK 'sport = 5001' | tail -n 1; sleep 0.1; cat /tmp/out; ss -uan | tail -n +2")).toMatch(
      /^UNCONN 0 +0 +0.0.0.0:5001 +0.0.0.0:\*\s*\nnc: recvfrom: Software caused connection abort\nexit 1\n$/,
    )
  })

  test('one that has found it ends, and so does who asked', async () => {
    const lab = await shellLab()
    await lab.run('ip link set lo up; { nc -u -l 5000; echo "exit $?"; } > /tmp/out 2>&1 &')
    await lab.run('{ { echo hi; sleep 9; } | nc -u 127.0.0.1 5000; echo "exit $?"; } > /tmp/asked 2>&1 & sleep 0.5')
    expect(await lab.run("ss -uanK 'sport = 5000' | tail -n 1; sleep 0.1; cat /tmp/out; ss -uan | wc -l")).toMatch(
      /^ESTAB.*127.0.0.1:5000 +127.0.0.1:\d+\s*\nhi\nexit 0\n2\n$/,
    )
    expect(await lab.run('ss -unK dst 127.0.0.1 | wc -l; sleep 0.1; ss -uan | wc -l')).toBe('2\n1\n')
  })
})

test('ss -K ends a connection: its program hears of it, and the other end is reset', async () => {
  const lab = await shellLab()
  const printed = await lab.run(`${TALK}ss -tnK sport = :4000 | tail -n 1
sleep 0.1; ss -tan | wc -l`)
  expect(printed).toBe('ESTAB 0      0          127.0.0.1:4000    127.0.0.1:80         \n1\n')
})

test('kinds of sockets that a lab has none of are listed empty', async () => {
  const lab = await shellLab()
  const title = 'Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n'
  expect(await lab.run('ss -x; ss -w; ss -0; ss -f unix')).toBe(
    `Netid State ${title}${title}Netid ${title}Netid State ${title}`,
  )
  expect(await lab.run('ss -f foo 2>&1 | head -n 1; ss -Z')).toBe(
    'ss: "foo" is invalid family\nss: SELinux is not enabled.\n',
  )
})
