// What `ip route` of iproute2 6.1.0 printed of metrics, realms and the cache on Linux 6.1.
import { describe, expect, test } from 'vitest'
import { shellLab } from '../../../testing/shell-lab.ts'

const MACHINE =
  'ip netns add a; ip -n a link add d0 address 02:00:00:00:00:01 type dummy; ip -n a link set d0 up; ip -n a link set lo up; ' +
  'ip -n a addr add 10.0.0.1/24 dev d0; '

async function printed(script: string): Promise<string> {
  const lab = await shellLab()
  await lab.run(MACHINE)
  return (await lab.run(script)).replace(/ +\n/g, '\n')
}

describe('metrics (fib_metrics_match, print_rta_metrics)', () => {
  const ALL =
    'ip -n a route add 10.5.0.0/24 via 10.0.0.254 mtu lock 1300 window 4000 rtt 50 rttvar 10 ssthresh 5 cwnd lock 4 advmss 1200 ' +
    'reordering 9 hoplimit 33 initcwnd 12 initrwnd 14 features ecn quickack 1 congctl reno rto_min 300 fastopen_no_cookie 1; '

  test('come in the order of their numbers; times are kept in parts of a millisecond', async () => {
    expect(await printed(`${ALL}ip -n a route show 10.5.0.0/24`)).toBe(
      '10.5.0.0/24 via 10.0.0.254 dev d0 mtu lock 1300 window 4000 rtt 6ms rttvar 2ms ssthresh 5 cwnd lock 4 advmss 1200 ' +
        'reordering 9 hoplimit 33 initcwnd 12 features ecn rto_min lock 300ms initrwnd 14 quickack 1 congctl reno fastopen_no_cookie 1\n',
    )
    expect(await printed(`${ALL}ip -n a -j route show 10.5.0.0/24`)).toContain(
      '"metrics":[{"mtu":1300,"window":4000,"rtt":6,"rttvar":2,"ssthresh":5,"cwnd":4,"advmss":1200,"reordering":9,"hoplimit":33,' +
        '"initcwnd":12,"ecn":null,"rto_min":300,"initrwnd":14,"quickack":1,"congestion":"reno","fastopen_no_cookie":1}]',
    )
  })

  test('of the route are told of a destination, too; -d says its type and table', async () => {
    const script =
      'ip -n a route add 192.0.2.0/24 via 10.0.0.254 mtu 1400 advmss 1300 rtt 100ms; ip -n a -d -o route get 192.0.2.1'
    expect(await printed(script)).toBe(
      'unicast 192.0.2.1 via 10.0.0.254 dev d0 table main src 10.0.0.1 uid 0 \\    cache mtu 1400 rtt 100ms advmss 1300\n',
    )
  })

  test('have limits', async () => {
    const script =
      'ip -n a route add 10.6.8.0/24 hoplimit 300 dev d0; ip -n a route add 10.6.7.0/24 mtu 70000 dev d0; ip -n a route show 10.6.7.0/24'
    expect(await printed(script)).toBe(
      'Error: argument "300" is wrong: "hoplimit" value is invalid\n\n10.6.7.0/24 dev d0 scope link mtu 65520\n',
    )
  })
})

test('realms follow the scope', async () => {
  const script =
    'ip -n a route add 10.6.5.0/24 realm 4 dev d0; ip -n a route add 10.6.6.0/24 realms 4/5 dev d0; ip -n a route show scope link dev d0'
  expect(await printed(script)).toBe(
    '10.0.0.0/24 proto kernel src 10.0.0.1\n10.6.5.0/24 realm 4\n10.6.6.0/24 realms 4/5\n',
  )
})

test('the cache is what was learned of single destinations (fib_dump_info_fnhe)', async () => {
  const script =
    'ip netns add r; ip -n a link add eth0 type veth peer name eth0 netns r; ip -n a link set eth0 up; ip -n r link set eth0 up; ' +
    'ip -n r link add d1 type dummy; ip -n r link set d1 up mtu 1000; ip -n a addr add 10.1.0.1/24 dev eth0; ip -n r addr add 10.1.0.254/24 dev eth0; ' +
    'ip -n r addr add 10.2.0.254/24 dev d1; ip netns exec r sysctl -q -w net.ipv4.ip_forward=1; ip -n a route add 10.2.0.0/24 via 10.1.0.254; ' +
    'ip -n a route show cache; ip netns exec a ping -c 1 -W 1 -s 1400 10.2.0.1 > /dev/null; ip -n a route show cache; ip -n a route flush cache; ip -n a route show cache'
  expect(await printed(script)).toBe('10.2.0.1 via 10.1.0.254 dev eth0\n    cache expires 599sec mtu 1000\n')
})
